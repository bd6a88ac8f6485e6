"""The year of one liaison: answered, missed, appealed and won, missed, missed, replaced; and what everybody else saw."""

from __future__ import annotations

import pytest

from reporting.circular import Circular
from services.editions import read
from services.snapshots import snapshot
from simulator.model import Person
from templates.circular_text import circular_body
from tests.days.county import Resident
from tests.days.test_contact import check, office  # noqa: F401 - fixtures
from tests.days.test_people import admin, person, staffed  # noqa: F401 - fixtures

NAMES = ("孙示例", "孙副示例", "孙队示例", "王办示例", "陈示例")


class Year:
    """The people of one unit and the office, and a way to let a check pass unanswered."""

    def __init__(self, office: Resident) -> None:  # noqa: F811
        self.county = office.county
        self.liaison, self.deputy, self.head, self.office, self.leader = (
            person(self.county, name) for name in NAMES
        )

    async def at(self, text: str) -> None:
        await self.county.at(text)

    def quiet(self) -> None:
        for resident in self.county.people.values():
            resident.news()

    async def missed(self, day: str) -> None:
        """A check at 14:00 of this day that nobody answers, up to the hour."""
        await self.at(f"{day} 14:00")
        await check(self.office, "孙示例")
        for late in ("14:15", "14:31", "14:32", "15:00"):
            await self.at(f"{day} {late}")


def circular(year: Year) -> str:
    """October's circular as it would be printed now."""
    body = year.county.runtime.work_now(
        lambda desk: circular_body(Circular(read(desk, snapshot(desk, "2008-10"))))
    )
    return "\n".join(block.text for block in body)


@pytest.fixture
def year(office: Resident) -> Year:  # noqa: F811
    return Year(office)


async def test_the_year_of_one_liaison(year: Year, rows) -> None:
    county = year.county
    # July: answered. Nobody hears of it but whoever ordered the check.
    await check(year.office, "孙示例")
    await year.at("2008-07-03 14:06")
    assert "✅ 已应答，用时6分钟。谢谢。" in await year.liaison.presses("收到")
    await year.at("2008-07-03 14:07")
    assert "共1人，应答1人。" in year.office.news()
    assert year.head.news() == ""

    # August: missed. The deputy is asked, then the head is told; the liaison hears why it counts.
    year.quiet()
    await year.missed("2008-08-12")
    assert "记为联系不通（记录1）。\n有异议请在8月15日14:32前回复 申诉 加理由" in year.liaison.news()
    assert "在联系畅通检查中未应答（8月12日14:00送达，限30分钟）" in year.deputy.news()
    assert "是否计次由县府办核定" in year.head.news()
    assert "未应答：县交警大队联络员孙示例" in year.office.news()

    # The next day an appeal: nothing follows while it is open, however long the office takes.
    await year.at("2008-08-13 09:00")
    assert "答复之前不作处理" in await year.liaison.says("申诉 当时在山区处理事故，没有信号")
    assert "联系不通申诉（记录1）\n县交警大队联络员孙示例：当时在山区处理事故，没有信号" in year.office.news()
    await year.at("2008-08-20 09:00")
    assert "建议" not in year.office.news()
    assert "记录1已撤销，不计次，仍留档" in await year.office.presses("申诉成立")
    assert "✅ 联系不通记录1已撤销，不计次。理由：当时在山区处理事故，没有信号" in year.liaison.news()
    assert year.head.news() == ""

    # September: missed, not appealed. Proposed as the first one when the time to appeal is over; then confirmed.
    year.quiet()
    await year.missed("2008-09-10")
    year.quiet()
    await year.at("2008-09-13 14:31")
    assert year.office.news() == ""
    await year.at("2008-09-13 14:33")
    card = year.office.news()
    assert "联系不通，建议诫勉谈话（记录2）\n县交警大队联络员孙示例，计数期内第1次。" in card
    assert "记录1：8月12日14:00送达，30分钟内未应答，已撤销；申诉：当时在山区处理事故，没有信号" in card
    assert "记录2：9月10日14:00送达，30分钟内未应答，待确认" in card
    assert year.head.news() == ""
    assert "已确认对县交警大队联络员孙示例诫勉谈话" in await year.office.presses("确认")
    told = year.head.news()
    assert "第1次联系不通（9月10日14:00）。\n请您对其进行诫勉谈话。" in told
    assert "单位主要领导将与您谈话" in year.liaison.news()

    # October: missed again, appealed without success, confirmed: a paragraph waits for the circular.
    year.quiet()
    await year.missed("2008-10-15")
    await year.liaison.says("申诉 手机没电")
    year.quiet()
    await year.office.presses("驳回申诉")
    assert "随后送您确认" in await year.office.says("驳回申诉 3 应保持通信工具有电")
    assert "您的申诉没有被采纳（记录3）。理由：应保持通信工具有电" in year.liaison.news()
    assert "申诉期已过" not in await year.liaison.says("申诉 请再考虑")
    await year.at("2008-10-15 15:10")
    assert "建议通报批评（记录3）" in year.office.news()
    assert "已确认对县交警大队联络员孙示例通报批评" in await year.office.presses("确认")
    assert "将在下期通报中予以通报批评" in year.head.news()
    drafted = rows(county, "SELECT period, text FROM paragraph WHERE withdrawn_at IS NULL")
    assert drafted == [
        (
            "2008-10",
            "县交警大队联络员孙示例在联系畅通检查中第2次联系不通（2008年9月10日、2008年10月15日），予以通报批评。",
        )
    ]
    assert str(drafted[0][1]) in circular(year), "it stands in the circular of that month"

    # November: the third. The post is suspended, the deputy goes on, the head names a successor.
    year.quiet()
    await year.missed("2008-11-05")
    await year.at("2008-11-08 14:40")
    assert "建议取消联络员资格（记录4）" in year.office.news()
    await year.liaison.says("进度")
    assert "取消联络员资格" in await year.office.presses("确认")
    assert "岗位已停止，暂由副联络员填报。请尽快另报人选" in year.head.news()
    assert "您的联络员资格已取消" in year.liaison.news()
    assert "没有办理这一项的权限" in await year.liaison.says("填报")
    assert "已报县府办审批" in await year.head.says("更换联络员 吴示例 13900000001 另行指定")
    assert "由（空缺）更换为吴示例" in year.office.news()
    await year.office.presses("批准")
    code = year.head.news().split("start=")[1][:16]
    newcomer = Resident(county, county.world.add_person("吴示例"))
    assert isinstance(newcomer.person, Person)
    county.world.start(newcomer.person, code)
    await county.settle()
    assert "您已登记为县交警大队联络员" in newcomer.news()

    # Everything stays on record: one cancelled for its reason, three confirmed, by whom.
    assert rows(county, "SELECT state, step, count FROM miss ORDER BY id") == [
        ("cancelled", None, 0),
        ("confirmed", "talk", 1),
        ("confirmed", "criticism", 2),
        ("confirmed", "removal", 3),
    ]


async def test_a_confirmed_miss_can_be_cancelled_and_everything_is_taken_back(year: Year, rows) -> None:
    for day in ("07-04", "07-11", "07-18"):
        await year.missed(f"2008-{day}")
    await year.at("2008-07-21 15:00")
    for step in ("诫勉谈话", "通报批评", "取消联络员资格"):
        number = {"诫勉谈话": 1, "通报批评": 2, "取消联络员资格": 3}[step]
        assert step in await year.office.says(f"确认处理 {number}")
    year.quiet()
    assert "没有这个编号" in await year.office.says("撤销记录 9 停电")
    assert "仍留档" in await year.office.says("撤销记录 3 当日全县停电")
    assert "其联络员岗位已恢复" in year.head.news()
    assert "请依次回复" in await year.liaison.says("填报") or "没有需要您填报" in year.liaison.news()
    later = await year.office.says("撤销记录 1 当日全县停电")
    assert "其后的记录2是按更多次数处理的" in later
    assert "已经有人处理过了" in await year.office.says("撤销记录 1 再来一次")
    await year.office.says("撤销记录 2 当日全县停电")
    assert rows(year.county, "SELECT count(*) FROM paragraph WHERE withdrawn_at IS NULL") == [(0,)]


async def test_a_proposal_whose_count_has_changed_is_made_anew(year: Year) -> None:
    for day in ("07-04", "07-11"):
        await year.missed(f"2008-{day}")
    await year.at("2008-07-21 15:00")
    assert "建议通报批评（记录2）" in year.office.news()
    await year.office.says("撤销记录 1 当日全县停电")
    said = await year.office.says("确认处理 2")
    assert "次数有变，没有生效" in said
    assert "建议诫勉谈话（记录2）" in said


async def test_bad_appeals_change_nothing(year: Year) -> None:
    assert "您没有可以申诉的记录" in await year.liaison.says("申诉 没有信号")
    await year.missed("2008-07-04")
    assert "请写明理由" in await year.liaison.says("申诉")
    assert "没有办理这一项的权限" in await year.liaison.says("确认处理 1")
    assert "还不能这样处理" in await year.office.says("确认处理 1")
    await year.at("2008-07-08 09:00")
    assert "申诉期已过" in await year.liaison.says("申诉 没有信号")
