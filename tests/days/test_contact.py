"""联系畅通检查 by hand: whoever answers is thanked, whoever does not is asked again, and three outcomes never mix."""

from __future__ import annotations

import json

import pytest

from templates.words import say
from tests.days.county import County, Resident
from tests.days.test_people import admin, person, staffed  # noqa: F401 - fixtures


@pytest.fixture
async def office(staffed: County) -> Resident:  # noqa: F811 - a fixture
    """A working day between two rounds, 3 July at 14:00; everybody has joined."""
    await staffed.at("2008-07-03 14:00")
    for resident in staffed.people.values():
        resident.news()
    return person(staffed, "王办示例")


async def check(office: Resident, whom: str) -> str:
    """Order a check and let it go out."""
    shown = await office.says(f"检查 {whom}")
    assert "确认检查" in office.buttons(), shown
    await office.presses("确认检查")
    await office.county.program.tick()
    await office.county.settle()
    return shown


def outcomes(county: County, rows) -> list[tuple[object, ...]]:
    return rows(county, "SELECT outcome, cause FROM contact_check ORDER BY id")


async def test_a_check_is_shown_first_and_answered_by_a_press(office: Resident, rows) -> None:
    county = office.county
    liaison = person(county, "孙示例")
    shown = await check(office, "县交警大队")
    assert "将检查1人：县交警大队联络员。\n送达后30分钟内应答，15分钟时再提醒一次。" in shown
    asked = liaison.news()
    assert "联系畅通检查\n请在30分钟内（约7月3日14:30前）按〔收到〕" in asked
    await county.at("2008-07-03 14:04")
    assert "✅ 已应答，用时4分钟。谢谢。" in await liaison.presses("收到")
    assert outcomes(county, rows) == [("answered", "acknowledged")]
    await county.at("2008-07-03 14:05")
    assert "联系畅通检查（县交警大队）结果\n共1人，应答1人。" in office.news()


@pytest.mark.parametrize("text", ["收到", "1", "我在开会"])
async def test_typed_words_answer_it_too(office: Resident, rows, text: str) -> None:
    await check(office, "孙示例")
    assert "✅ 已应答" in await person(office.county, "孙示例").says(text)
    assert outcomes(office.county, rows) == [("answered", "acknowledged")]


async def test_anything_else_that_somebody_does_is_contact_and_says_nothing_more(
    office: Resident, rows
) -> None:
    liaison = person(office.county, "孙示例")
    await check(office, "孙示例")
    liaison.news()
    await office.county.at("2008-07-03 14:10")
    assert "应答" not in await liaison.says("进度")
    assert outcomes(office.county, rows) == [("answered", "other_contact")]
    assert "✅ 已应答，用时10分钟" in await liaison.presses("收到")


async def test_a_mistake_is_contact_as_well(office: Resident, rows) -> None:
    await check(office, "孙示例")
    assert "没有这个命令" in await person(office.county, "孙示例").says("/whatever")
    assert outcomes(office.county, rows) == [("answered", "other_contact")]


async def test_a_figure_that_is_typed_while_a_question_is_open_stays_a_figure(office: Resident, rows) -> None:
    county = office.county
    liaison = person(county, "孙示例")
    await check(office, "孙示例")
    assert "请依次回复" in await liaison.says("填报")  # contact, and a question newer than the check
    assert outcomes(county, rows) == [("answered", "other_contact")]
    # Asked again later: now the check is newer than the question, so 1 means the check and no figure is stored.
    await county.at("2008-07-03 15:00")
    await check(office, "孙示例")
    told = await liaison.says("1")
    assert "✅ 已应答" in told
    assert "请依次回复" in told
    assert rows(county, "SELECT count(*) FROM answer") == [(0,)]
    await county.at("2008-07-03 16:00")
    await check(office, "孙示例")
    assert "已记录" in await liaison.says("3 1 2 15.6 0")
    assert outcomes(county, rows)[-1] == ("answered", "other_contact")


async def test_silence_is_a_miss_after_a_second_ping_and_then_deputy_and_signatory_are_told(
    office: Resident, rows
) -> None:
    county = office.county
    liaison, deputy, head = (person(county, name) for name in ("孙示例", "孙副示例", "孙队示例"))
    await check(office, "县交警大队")
    liaison.news()
    await county.at("2008-07-03 14:15")
    assert "再次提醒" in liaison.news()
    await county.at("2008-07-03 14:20")
    assert liaison.news() == ""
    for late in ("14:31", "14:32"):
        await county.at(f"2008-07-03 {late}")
    assert outcomes(county, rows) == [("missed", "silent")]
    told = liaison.news()
    assert "⛔ 7月3日14:00送达的联系畅通检查，30分钟内没有收到您的应答，记为联系不通（记录1）" in told
    assert "请在7月6日14:32前回复 申诉 加理由" in told
    assert "孙示例在联系畅通检查中未应答（7月3日14:00送达，限30分钟）" in deputy.news()
    assert head.news() == ""
    await county.at("2008-07-03 14:47")
    assert "副联络员也没有应答" in head.news()
    assert "未应答1人。\n未应答：县交警大队联络员孙示例" in office.news()
    assert "这次应答没有计入" in await liaison.presses("收到")


async def test_a_deputy_who_answers_spares_the_signatory_and_not_the_liaison(office: Resident, rows) -> None:
    county = office.county
    await check(office, "县交警大队")
    for late in ("14:31", "14:32"):
        await county.at(f"2008-07-03 {late}")
    assert "已收到，谢谢" in await person(county, "孙副示例").presses("收到")
    await county.at("2008-07-03 15:30")
    assert person(county, "孙队示例").news() == ""
    assert outcomes(county, rows) == [("missed", "silent")]


async def test_what_did_not_arrive_is_no_miss(office: Resident, rows) -> None:
    county = office.county
    liaison = person(county, "孙示例")
    county.world.block(liaison.person)
    await county.settle()
    await check(office, "县交警大队")
    await county.at("2008-07-03 14:05")
    assert outcomes(county, rows) == [("not_delivered", "blocked")]
    assert "未送达1人。\n未送达（不计次，请电话联系）：县交警大队联络员孙示例（屏蔽了机器人" in office.news()
    assert rows(county, "SELECT count(*) FROM miss") == [(0,)]


async def test_an_outage_of_ours_in_the_window_makes_it_void(office: Resident, rows) -> None:
    county = office.county
    await check(office, "县交警大队")
    await county.at("2008-07-03 14:05")
    county.clock.set(county.clock.now().replace(hour=6, minute=20))
    county.world.clock.set(county.clock.now(), 0)
    await county.restart()
    for late in ("14:31", "14:32", "14:33"):
        await county.at(f"2008-07-03 {late}")
    assert outcomes(county, rows) == [("void", "outage")]
    assert rows(county, "SELECT count(*) FROM miss") == [(0,)]
    assert "作废1人" in office.news()


async def test_whoever_is_away_is_not_checked_but_their_stand_in_is(office: Resident, rows) -> None:
    county = office.county
    await person(county, "孙示例").says("外出报备 7月3日至7月5日 孙副示例 出差")
    deputy = person(county, "孙副示例")
    deputy.news()
    await check(office, "县交警大队")
    assert "联系畅通检查" in deputy.news()
    assert "联系畅通检查" not in person(county, "孙示例").news()
    await deputy.says("收到")
    assert outcomes(county, rows) == [("answered", "acknowledged")]


async def test_a_missed_report_prompt_is_never_a_missed_contact(staffed: County, rows) -> None:  # noqa: F811
    await staffed.at("2008-07-01 09:00")
    for day in ("02 09:00", "02 15:30", "02 17:31", "04 09:00"):
        await staffed.at(f"2008-07-{day}")
    assert rows(staffed, "SELECT count(*) FROM contact_check") == [(0,)]
    assert rows(staffed, "SELECT count(*) FROM miss") == [(0,)]


async def test_only_the_office_may_check(office: Resident) -> None:
    assert "没有办理这一项的权限" in await person(office.county, "孙示例").says("检查 全体")
    assert "没有找到「县教育局」的联络员" in await office.says("检查 县教育局")
    assert "请写检查谁" in await office.says("检查")


async def test_the_outcome_is_on_record_with_why(office: Resident, rows) -> None:
    await check(office, "孙示例")
    await office.county.at("2008-07-03 14:04")
    await person(office.county, "孙示例").says("收到")
    ((after, detail),) = rows(office.county, "SELECT after, detail FROM event WHERE verb = 'contact'")
    kept = json.loads(str(detail))
    assert json.loads(str(after)) == "answered"
    assert kept["cause"] == "acknowledged"
    assert kept["delivered"] == "2008-07-03T06:00:00+00:00"
    assert kept["ends"] == "2008-07-03T06:30:00+00:00"
    assert kept["heard"] == "2008-07-03T06:04:00+00:00"


def test_the_result_of_a_crowd_fits_one_message() -> None:
    names = [say("contact.who", post=f"第{number}单位联络员", name="孙示例") for number in range(9000)]
    lost = [(name, "blocked") for name in names]
    text = say("contact.round", words="全体", whole=18000, answered=0, missed=names, undelivered=lost, void=0)
    assert len(text) < 4096
    assert "第39单位联络员孙示例等，全部名单请回复 联系情况 后导出" in text
    assert "未应答9000人，未送达9000人" in text
