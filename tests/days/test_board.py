"""The office sees who has filed, chases exactly those who have not, and writes to them formally."""

from __future__ import annotations

import io

import pytest
from docx import Document

from tests.days.county import County
from tests.days.test_exceptions import file

ADMIN = ("office", "admin")


@pytest.fixture
async def overdue(opened: County) -> County:
    """The port has filed a nil return; the traffic police and the fire brigade are overdue."""
    await opened.at("2008-07-02 09:00")
    await file(opened, "port")
    await opened.at("2008-07-02 17:31")
    for resident in opened.people.values():
        resident.news()
    return opened


async def test_the_board_has_one_sign_for_each_unit_and_names_who_is_missing_since_when(
    overdue: County,
) -> None:
    board = await overdue[ADMIN].says("看板")
    assert "6月份看板（7月2日17:31）\n应报4，已报1（25.0%），按时1" in board
    assert "缺 县交警大队\n缺 县消防大队\n待 县安监局\n零 县港航管理处" in board
    assert "⛔ 县交警大队 安全生产：7月2日17:30起，提醒7月1日09:00送达" in board
    assert len(board) < 4096


async def test_a_lead_unit_sees_its_own_tables_and_cannot_chase_and_nobody_else_sees_any(
    overdue: County,
) -> None:
    lead = overdue["anjian", "liaison"]
    assert "缺 县交警大队" in await lead.says("看板")
    assert lead.buttons() == ["责任用时"]
    assert "本单位没有牵头的汇总表" in await overdue["port", "liaison"].says("看板")


async def test_one_press_chases_exactly_those_who_are_overdue(overdue: County) -> None:
    admin = overdue[ADMIN]
    await admin.says("看板")
    assert "已催报2个单位：县交警大队、县消防大队" in await admin.presses("催报2份")
    for unit in ("traffic_police", "fire_brigade"):
        told = overdue[unit, "liaison"].news()
        assert "县府办催报：【安全生产】6月份已过截止时间（7月2日17:30）" in told
    assert overdue["port", "liaison"].news() == ""
    assert overdue["anjian", "liaison"].news() == ""


async def test_chasing_is_capped_and_on_record(overdue: County, rows) -> None:
    admin = overdue[ADMIN]
    await admin.says("看板")
    for _ in range(2):
        await admin.presses("催报2份")
    overdue["fire_brigade", "liaison"].news()
    assert "今天已提醒够次数，没有再催：县交警大队、县消防大队" in await admin.presses("催报2份")
    assert overdue["fire_brigade", "liaison"].news() == ""
    assert rows(overdue, "SELECT count(*) FROM event WHERE verb = 'chase'") == [(4,)]


async def test_nobody_is_chased_in_quiet_hours(overdue: County) -> None:
    admin = overdue[ADMIN]
    await admin.says("看板")
    await overdue.at("2008-07-02 22:00")
    assert "静默时段" in await admin.presses("催报2份")
    assert overdue["fire_brigade", "liaison"].news() == ""


async def test_whoever_waits_for_a_signature_is_chased_at_the_signatory(overdue: County) -> None:
    fire, admin = overdue["fire_brigade", "liaison"], overdue[ADMIN]
    await fire.says("填报")
    for text in ("0 0 0 0 0", "按计划推进", "检查126起", "无", "继续整治"):
        await fire.says(text)
    await fire.says("提交")
    head = overdue["fire_brigade", "signatory"]
    head.news()
    board = await admin.says("看板")
    assert "县消防大队 安全生产：7月2日17:30起，已提交待签字" in board
    await admin.presses("催报2份")
    assert "正等您审核签字" in head.news()


async def test_a_unit_that_our_prompt_never_reached_is_undelivered_and_not_late(county: County) -> None:
    await county.everyone_joins()
    fire = county["fire_brigade", "liaison"]
    county.world.block(fire.person)
    await county.settle()
    await county.at("2008-07-01 09:00")
    await county.at("2008-07-02 17:31")
    admin = county[ADMIN]
    admin.news()
    board = await admin.says("看板")
    assert "断 县消防大队" in board
    assert "⚠️ 县消防大队 安全生产：7月2日17:30起，提醒没有送达" in board
    assert "请电话联系：县消防大队" in await admin.presses("催报3份")
    await admin.says("催办通知")
    text = letter(admin.documents()[-1].document.content)
    assert "县消防大队" not in text
    assert "县交警大队" in text


def letter(content: bytes) -> str:
    return "\n".join(line.text for line in Document(io.BytesIO(content)).paragraphs)


async def test_the_formal_reminder_is_a_letter_in_official_layout(overdue: County) -> None:
    admin = overdue[ADMIN]
    await admin.says("看板")
    await admin.presses("催报2份")
    said = await admin.says("/chaser")
    assert "催办通知已拟好，发给2个单位" in said
    document = admin.documents()[-1].document
    assert document.name == "6月份催办通知.docx"
    text = letter(document.content)
    assert text.startswith("关于报送6月份工作进展情况的催办通知\n县交警大队、县消防大队：\n按照永嘉县")
    assert "（永政办发〔2008〕89号）" in text
    assert "应于7月2日17:30前报送，已催报1次。" in text
    assert text.endswith("永嘉县人民政府办公室\n2008年7月2日")
    paper = Document(io.BytesIO(document.content)).sections[0]
    assert [round(side.mm) for side in (paper.top_margin, paper.left_margin, paper.right_margin)] == [
        37,
        28,
        26,
    ]


async def test_elapsed_time_says_who_had_the_ball(overdue: County) -> None:
    admin = overdue[ADMIN]
    await admin.says("看板")
    clocks = await admin.presses("责任用时")
    # Opened and prompted on 1 July at 09:00, signed a day later, the lead unit's turn since: 8 hours 31 minutes.
    assert "县港航管理处 安全生产：联络员1天，牵头单位8小时31分钟" in clocks
    assert "县交警大队 安全生产：联络员1天8小时" in clocks


async def test_time_that_the_program_was_down_is_held_against_nobody(opened: County) -> None:
    await opened.at("2008-07-01 10:00")
    opened.clock.set(opened.clock.now().replace(hour=5))  # 13:00 in the county
    opened.world.clock.set(opened.clock.now(), 0)
    await opened.restart()
    admin = opened[ADMIN]
    await admin.says("看板")
    assert "县港航管理处 安全生产：联络员1小时，停机或未送达3小时" in await admin.presses("责任用时")


async def test_several_tables_come_as_a_picture_too(folder, watch) -> None:
    county = County(folder, tables=("safety", "order"), monotonic=watch)
    await county.open()
    await county.everyone_joins()
    await county.at("2008-07-01 09:00")
    admin = county[ADMIN]
    admin.news()
    board = await admin.says("看板")
    assert "各列依次为：安全生产、社会治安" in board or "各列依次为：" in board
    await county.settle()
    assert county.painted[-1].title == "6月份报送情况"
    assert {len(row) for row in county.painted[-1].squares} == {2}
    await county.close()


async def test_nobody_is_overdue_before_anything_is_due(opened: County) -> None:
    admin = opened[ADMIN]
    await admin.says("看板")
    assert admin.buttons() == ["责任用时"]
    assert "没有过期未报的单位" in await admin.says("催办通知")
