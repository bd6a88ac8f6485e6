"""Typed text stays text, and what must not be sent is kept out."""

from __future__ import annotations

import logging
import re
from functools import partial
from pathlib import Path

import psycopg
import pytest
import structlog

from simulator import media
from tests.days.county import County, Resident, workbook
from tests.days.tables import received

IDENTITY = "330324197803123456"

NASTY = '<b>粗</b> {{7*7}} {% if %} & "引号" =HYPERLINK("http://x") @SUM(1)'
FORMULA = '=HYPERLINK("http://x")'


async def test_typed_text_never_becomes_markup_template_or_formula(liaison: Resident, fill) -> None:
    county = liaison.county
    admin, signatory = county["office", "admin"], county["traffic_police", "signatory"]
    await fill(liaison, "3 1 2 15.6 0", NASTY, "正常", FORMULA, "+1")
    await liaison.presses("提交")
    card = signatory.news()
    assert NASTY in card
    assert FORMULA in card
    await signatory.presses("同意签字")
    await county.at("2008-07-07 09:00")
    await admin.presses("发布到领导群")
    group = county.leaders
    posted = county.world.messages(group)
    assert FORMULA in next(m.text for m in posted if "应报" in m.text)
    book = workbook(received(county)[1])
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.hyperlink]
    ours = re.compile(r"=SUM\('安全生产'![A-Z]+\d+(:[A-Z]+\d+)?\)")
    assert [cell for cell in cells if cell.data_type == "f" and not ours.fullmatch(str(cell.value))] == []
    told = [cell for cell in cells if isinstance(cell.value, str) and "HYPERLINK" in cell.value]
    assert told
    assert {cell.data_type for cell in told} == {"s"}
    assert any(NASTY in cell.value for cell in told)


SECRETS = {
    f"责任人身份证 {IDENTITY}": "疑似身份证号码",
    "330324-19780312-345X": "疑似身份证号码",
    "３３０３２４１９７８０３１２３４５６": "疑似身份证号码",
    "330324 19780312 3456": "疑似身份证号码",
    "机密★10年 会议纪要": "有密级标志",
    "绝密★": "有密级标志",
    "秘密文件转发如下": "有密级标志",
    "密级：机密": "有密级标志",
    "机\u200b密★": "有密级标志",
}


async def test_a_secret_is_refused_however_it_comes(liaison: Resident, refused) -> None:
    world, who = liaison.county.world, liaison.person
    await liaison.says("3 1 2 15.6 0")
    for text, says in SECRETS.items():
        await refused(liaison, partial(world.say, who, text), says)
        await refused(liaison, partial(world.send, who, media.photo(b"x"), caption=text), says)
        await refused(liaison, partial(world.send, who, media.document(f"{text}.doc", b"x")), says)


async def test_a_secret_is_neither_stored_nor_logged_nor_passed_on(
    liaison: Resident, caplog: pytest.LogCaptureFixture
) -> None:
    county, who = liaison.county, liaison.person
    await liaison.says("3 1 2 15.6 0")
    with caplog.at_level(logging.INFO), structlog.testing.capture_logs() as written:
        for text in SECRETS:
            act = county.world.say(who, text)
            await county.settle()
            county.world.edit(who, act.message_id, f"{text}。")
            county.world.say(who, f"/start {text}")
            county.world.say(who, f"退回 3 {text}")
            county.world.press(who, data=text, force=True)
            await county.settle()
    sent = str([entry.payload for entry in county.world.ledger.entries if entry.kind == "bot"])
    said = sent + str(written) + "".join(record.getMessage() for record in caplog.records)
    kept = everything_stored(county)
    for text in SECRETS:
        assert text not in said
        assert text.encode() not in kept
    assert b"3 1 2 15.6 0" in kept


def everything_stored(county: County) -> bytes:
    """The database's files, or on PostgreSQL all its rows."""
    if county.url.startswith("postgresql:"):
        with psycopg.connect(county.url) as base:
            names = base.execute("SELECT relname FROM pg_stat_user_tables").fetchall()
            return str([base.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in names]).encode()
    file = Path(county.url.removeprefix("sqlite:///"))
    return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))


def test_every_refusal_is_one_line_that_ends_like_a_sentence() -> None:
    path = Path(__file__).parents[2] / "templates" / "messages" / "refusals.toml"
    lines = [
        line for line in path.read_text(encoding="utf-8").splitlines() if " = " in line and line[0] != "#"
    ]
    assert [line for line in lines if not line.rstrip().endswith(('。"', "'"))] == []
