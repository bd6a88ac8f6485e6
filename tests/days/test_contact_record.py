"""/contact: figures for the office, the rate for leaders, everybody their own record; and nobody is ranked."""

from __future__ import annotations

import json

import pytest

from simulator.model import Person
from templates.chart_model import Chart, chart_from_json
from tests.days.county import County, Resident, values, workbook
from tests.days.test_contact import check, office  # noqa: F401 - fixtures
from tests.days.test_people import admin, person, staffed  # noqa: F401 - fixtures


@pytest.fixture
async def checked(office: Resident) -> County:  # noqa: F811 - a fixture
    """Two have answered after 4 and after 12 minutes, one has not."""
    county = office.county
    await check(office, "全体")
    await county.at("2008-07-03 14:04")
    await person(county, "孙示例").says("收到")
    await county.at("2008-07-03 14:12")
    await person(county, "李示例").says("收到")
    for late in ("14:31", "14:32", "14:33"):
        await county.at(f"2008-07-03 {late}")
    for resident in county.people.values():
        resident.news()
    return county


async def test_the_office_sees_figures_a_chart_and_takes_a_workbook(checked: County, rows) -> None:
    office = person(checked, "王办示例")  # noqa: F811
    shown = await office.says("联系情况")
    ((answered, missed, undelivered),) = rows(
        checked,
        "SELECT sum(outcome = 'answered'), sum(outcome = 'missed'), sum(outcome = 'not_delivered') FROM contact_check",
    )
    assert f"应答{answered}，未应答{missed}，未送达{undelivered}，作废0" in shown
    assert "中位8分钟，最慢12分钟" in shown
    assert "按单位类别：" in shown
    assert "14时：应答率" in shown
    chart = checked.painted[-1]
    assert isinstance(chart, Chart)
    assert chart_from_json(json.loads(json.dumps(chart.as_json()))) == chart
    assert chart.along[14].heights == (answered, missed, undelivered)
    await office.presses("导出")
    book = workbook(office.documents()[-1])
    assert book.sheetnames == ["总计和类别", "时段", "明细"]
    lines = values(book, 2)[1:]
    assert len(lines) == answered + missed + undelivered
    (mine,) = [line for line in lines if line[3] == "孙示例"]
    assert mine[5:8] == ["应答", "应答", 240]
    assert rows(checked, "SELECT count(*) FROM event WHERE verb = 'export_contact'") == [(1,)]


async def test_a_leader_sees_the_rate_and_no_names_that_are_not_confirmed(checked: County) -> None:
    shown = await person(checked, "陈示例").says("联系情况 2008年7月")
    assert "联系畅通检查（2008年7月）" in shown
    assert "应答率" in shown
    assert "按单位类别" not in shown
    assert "未应答：" not in shown
    assert "联络员" not in shown


async def test_a_liaison_sees_their_own_record(checked: County) -> None:
    shown = await person(checked, "孙示例").says("联系情况")
    assert "共1次：\n7月3日14:00：应答，用时4分钟" in shown
    assert "没有检查过" in await person(checked, "孙示例").says("联系情况 6月")
    assert "没有办理这一项的权限" in await press_book(checked)


async def press_book(county: County) -> str:
    """A liaison sends the office's button."""
    office, liaison = person(county, "王办示例"), person(county, "孙示例")  # noqa: F811
    await office.says("联系情况")
    message = county.world.last(office.person)
    data = next(button.data for row in message.buttons for button in row)
    assert isinstance(liaison.person, Person)
    county.world.press(
        liaison.person, message_id=county.world.last(liaison.person).message_id, data=data, force=True
    )
    await county.settle()
    return "\n".join([*(a.text for a in county.world.answers(liaison.person)[-1:]), liaison.news()])


@pytest.mark.parametrize("text", ["去年", "13月", "0001年"])
async def test_a_time_that_cannot_be_is_refused(checked: County, text: str) -> None:
    assert "请写哪一年或哪个月" in await person(checked, "王办示例").says(f"联系情况 {text}")


async def test_nobody_was_checked(office: Resident) -> None:  # noqa: F811
    assert "还没有检查结果" in await office.says("联系情况 2007年")
