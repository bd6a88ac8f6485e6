"""督查通报 in Word, from the draft to the leaders: numbered by the year's counter, dated, had by whoever may have it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from docx import Document

from services.editions import verify
from simulator.model import Message
from tests.days.county import County, Resident, everybody
from tests.days.test_publishing import FIRE, LEAD, POLICE, PORT, files

CIRCULAR = "督查通报（6月份）.docx"


@pytest.fixture
async def county(tmp_path: Path) -> AsyncIterator[County]:
    """7 July, everybody has filed; nothing is published."""
    async with everybody(tmp_path) as made:
        await made.at("2008-07-01 09:00")
        await files(made, POLICE, "3 1 2 15.6 0")
        await files(made, PORT, "0 0 0 0 0")
        await files(made, FIRE, "4 0 1 6.5 0")
        await made.at("2008-07-05 09:00")
        await files(made, LEAD, "2 1 1 14.5 0")
        await made.at("2008-07-07 09:00")
        yield made


def said(message: Message, *styles: str) -> list[str]:
    assert message.document is not None
    document = Document(io.BytesIO(message.document.content))
    return [one.text for one in document.paragraphs if one.style is not None and one.style.name in styles]


def circulars(messages: list[Message]) -> list[Message]:
    return [one for one in messages if one.document is not None and one.document.name == CIRCULAR]


async def test_a_draft_is_no_document_yet_and_what_is_published_has_number_and_date(county: County) -> None:
    admin = county["office", "admin"]
    await admin.presses("预览各件")
    [draft] = circulars(admin.documents())
    assert said(draft, "发文字号") == ["（草稿）"]
    await admin.presses("发布到领导群")
    [sent] = circulars(county.world.messages(county.leaders))
    assert said(sent, "发文机关标志", "发文字号", "主送机关") == [
        "永嘉县人民政府办公室督查通报",
        "永政督〔2008〕1号",
        "县政府领导：",
    ]
    assert said(sent, "署名", "成文日期") == ["永嘉县人民政府办公室", "2008年7月7日"]
    assert said(sent, "附件说明") == ["附件：6月份安全生产工作进展情况报告表"]
    (proof,) = await county.runtime.tick(verify, "2008-06")
    assert proof.wrong == ()


async def test_whoever_sees_everything_takes_it_from_the_digest_and_nobody_else(county: County) -> None:
    admin, liaison = county["office", "admin"], county[POLICE, "liaison"]
    await admin.presses("发布到领导群")
    stranger = Resident(county, county.world.add_person("某局长"))
    assert "没有" in await liaison.says("通报")
    await county.at("2008-07-08 09:00")
    await admin.says("通报")
    before = len(circulars(admin.documents()))
    await admin.presses("Word")
    assert len(circulars(admin.documents())) == before + 1
    button = next(m for m in reversed(county.world.messages(county.leaders)) if m.buttons).buttons[0][0]
    assert button.text == "Word"
    for who in (liaison, stranger):
        county.world.press(who.person, message_id=1, data=button.data, force=True)
        await county.settle()
        assert not circulars(who.documents())


async def test_in_the_group_the_button_brings_the_very_file_that_was_sent(county: County) -> None:
    await county["office", "admin"].presses("发布到领导群")
    member = Resident(county, county.world.add_person("某局长"))
    county.world.join(county.leaders, member.person)
    await county.settle()
    message = next(m for m in reversed(county.world.messages(county.leaders)) if m.buttons)
    county.world.press(member.person, county.leaders, message_id=message.message_id, label="Word")
    await county.settle()
    first, again = circulars(county.world.messages(county.leaders))
    assert first.document is not None
    assert again.document is not None
    assert first.document.content == again.document.content
