"""From an empty database to a running county by chat alone; the page of commands quotes what the bot says on the way."""

from __future__ import annotations

import re

from simulator.model import Group
from tests.days.county import ROOT, Resident, moment
from tests.days.test_people import ADMIN, ROSTER, admin, codes, filled, template  # noqa: F401 - a fixture

PAGE = ROOT / "docs" / "commands.md"


class Story:
    """People of the roster by name, and everything that the bot ever said to anybody."""

    def __init__(self, admin: Resident) -> None:  # noqa: F811
        self.county = admin.county
        self.people = {"赵示例": admin}
        self.seen: set[str] = set()

    def __getitem__(self, name: str) -> Resident:
        return self.people[name]

    async def join(self, name: str, code: str) -> str:
        resident = self.people[name] = Resident(self.county, self.county.world.add_person("微信名"))
        self.county.world.start(resident.person, code)
        await self.county.settle()
        return resident.news()

    async def files(self, name: str, row: str) -> None:
        liaison = self[name]
        await liaison.says("填报")
        for text in (row, "按计划推进", "正常", "无", "继续推进"):
            await liaison.says(text)
        assert "已提交" in await liaison.presses("提交")

    def look(self) -> None:
        """Remember everything that stands on anybody's phone now: buttons go when they are pressed."""
        for chat in self.county.world.chats.values():
            for message in chat.messages.values():
                rows = ["".join(f"〔{button.text}〕" for button in row) for row in message.buttons]
                self.seen.update(message.text.split("\n"), rows)


async def set_up(story: Story) -> Group:
    """30 June: people, group, rules."""
    office = story["赵示例"]
    bad = [
        ("县府办", "管理员", "赵示例", ""),
        ("县教育局", "联络员", "甲示例", ""),
        ("县交警大队", "站长", "乙示例", ""),
    ]
    assert "A5：没有「县教育局」这个单位" in await office.sends(
        filled(await template(office), bad), "名册.xlsx"
    )
    await office.sends(filled(await template(office), ROSTER), "名册.xlsx")
    invited = codes(await office.presses("确认生效"))
    late = next(row for row in ROSTER if row[2] == "李示例")
    for unit, role, name, _ in (row for row in ROSTER[1:] if row is not late):
        assert f"您已登记为{unit}{role}" in await story.join(name, invited[name])
    said = await office.says("邀请码")
    assert "县港航管理处联络员 李示例：https://t.me/" in said
    assert "您已登记为县港航管理处联络员" in await story.join("李示例", codes(said)["李示例"])
    group = story.county.world.add_group("县领导群（示例）", creator=office.person)
    story.county.world.add_bot(group, office.person)
    await story.county.settle()
    story.county.world.say(office.person, "/register", group)
    await story.county.settle()
    assert "已登记" in await office.presses("确认登记")
    return group


async def change(story: Story, line: str, *shown: str) -> None:
    office = story["赵示例"]
    said = await office.says(line)
    for text in shown:
        assert text in said
    story.look()
    assert "已生效" in await office.presses("确认变更")


async def rules(story: Story) -> None:
    """The office says how its county works; one change is taken back."""
    office = story["赵示例"]
    for word in (
        "截止",
        "提醒",
        "工作日",
        "各期",
        "报表",
        "预警线",
        "单位",
        "领导群",
        "人员",
        "检查设置",
        "/recipients",
    ):
        assert "请" in await office.says(word) or office.buttons(), word
    await change(story, "截止 填报 3日17:30", "填报单位 截止时间：2日17:30 → 3日17:30")
    await change(story, "/calendar 顺延", "遇节假日：不调整 → 顺延到下一个工作日")
    await change(story, "工作日 2008-07-03 放假 示例节", "7月3日17:30 → 7月4日17:30")
    await change(story, "/reminders 上限 4")
    assert "已撤销" in await office.says("/undo 4")
    await office.says("/thresholds 重点工程 黄5 红10")
    assert "已送另一位管理员复核" in await office.presses("确认变更")
    assert "已生效" in await story["郑示例"].presses("确认变更")
    await office.says("变更")


async def exceptions(story: Story) -> None:
    """1 July: more time for one unit, another liaison for a second, a stand-in for a third."""
    county, office, port = story.county, story["王办示例"], story["李示例"]
    county.world.block(story["周示例"].person)
    await county.at("2008-07-01 09:00")
    assert "请于7月4日17:30前" in port.news()
    assert "6月份已开报，其截止时间不变" in await story["赵示例"].says("/deadline 填报 2日17:30")
    story.look()
    await story["赵示例"].presses("放弃")
    await port.presses("申请延期")
    for text in ("5日12:00", "汛期停航检查", "已完成三个码头"):
        await port.says(text)
    assert "7月4日17:30 → 7月5日12:00" in office.news()
    assert "计为按时" in await office.presses("同意延期")

    await story["孙示例"].says("填报")
    await story["孙示例"].says("3 1 2 15.6 0")
    assert "申请编号1" in await story["孙队示例"].says("更换联络员 吴示例 13900000001 工作调动")
    await office.presses("批准")
    code = re.search(r"start=(\w{16})", story["孙队示例"].news())
    assert code is not None
    assert "您已登记为县交警大队联络员" in await story.join("吴示例", code[1])
    assert "由孙分示例代班" in await story["孙队示例"].says("外出报备 7月1日至7月4日 孙分示例 省里开会")


async def a_round(story: Story, group: Group) -> None:
    """Everybody files but one; one report is opened again; the lead unit looks; the office publishes."""
    county, office = story.county, story["赵示例"]
    await story["吴示例"].says("填报")
    for text in ("按计划推进", "正常", "无", "继续推进"):
        await story["吴示例"].says(text)
    await story["吴示例"].presses("提交")
    assert "孙分示例（代孙队示例）" in await story["孙分示例"].presses("同意签字") + story["吴示例"].news()
    await story["李示例"].says("Excel填报")
    await story["李示例"].says("进度")
    await county.at("2008-07-04 18:00")
    assert "过期未报" in await story["王办示例"].says("看板")
    await story["王办示例"].presses("责任用时")
    await story["王办示例"].presses("催报1份")
    await story["王办示例"].says("催办通知")
    await county.at("2008-07-05 10:00")
    await story.files("李示例", "0 0 0 0 0")
    await story["李处示例"].presses("同意签字")
    assert "已重开" in await office.says("/reopen 县港航管理处 安全生产 5日16:00 与海事数据不一致")
    await story["李示例"].presses("继续填报")
    await story["李示例"].presses("提交")
    await story["李处示例"].presses("同意签字")
    assert "7月5日10:00报出（按时）" in story["李示例"].news()
    await story["钱示例"].says("汇总")
    await county.at("2008-07-07 09:00")
    await office.says("通报")
    await office.says("开头语 6月份，全县各项重点工作总体平稳。")
    story.look()
    assert "已发布" in await office.presses("发布到领导群")
    assert any("应报" in one.text for one in group.messages.values() if one.from_bot)
    county.world.unblock(story["周示例"].person)
    await county.settle()
    await change(story, "/late 县消防大队 6月份 7月12日17:30 联络员住院")
    assert "请在7月12日17:30前报出" in story["周示例"].news()


async def a_check(story: Story) -> None:
    """Whoever does not answer may say why; the office decides, and takes it back."""
    county, office = story.county, story["王办示例"]
    await county.at("2008-07-08 14:00")
    await office.says("检查 县消防大队")
    story.look()
    await office.presses("确认检查")
    await county.at("2008-07-08 14:15")
    await county.at("2008-07-08 14:31")
    await county.at("2008-07-08 15:05")
    await county.at("2008-07-08 16:00")
    assert "未应答" in office.news()
    assert "申诉已报县府办（记录1）" in await story["周示例"].says("申诉 当时在山区处理事故，没有信号")
    await office.says("联系情况 2008年")
    await office.says("驳回申诉 1 当时通信正常")
    await county.at("2008-07-08 16:01")
    await story["赵示例"].says("撤销记录 1 当日停电")


async def papers(story: Story) -> None:
    """What is on record, and how a person leaves it."""
    office, other = story["赵示例"], story["郑示例"]
    await office.says("历史数据")
    await story["李示例"].says("我的数据")
    await story["李示例"].says("更换联络员 王新示例 13800000000 工作调动")
    await story["王办示例"].says("不同意 2 新人尚未到岗")
    await office.says("审计 县港航管理处")
    assert "变更 填报单位 截止时间：2日17:30 → 3日17:30" in await office.says("审计 变更")
    assert "T09:30" not in await office.says("审计 提出变更") + await office.says("审计 答复延期")
    await office.says("注销 周示例 本人申请")
    await other.presses("批准")


async def test_an_empty_database_becomes_a_running_county_by_chat_alone_and_the_page_quotes_it(
    admin: Resident,  # noqa: F811
) -> None:
    story = Story(admin)
    group = await set_up(story)
    await rules(story)
    await as_the_page_says(story)
    await exceptions(story)
    await a_round(story, group)
    await a_check(story)
    await papers(story)
    story.county.clock.set(moment("2026-12-01 09:00"))
    await admin.says("工作日")
    story.look()
    assert not_said(story) == []


# What only weeks of checks and a year of digests bring about is played by tests of their own.
ELSEWHERE = ("### /contact", "### /ledger", "### /assessment")


def not_said(story: Story) -> list[str]:
    """Lines of the page's excerpts that nobody's phone ever showed; … stands for anything."""
    said = "\n".join(sorted(story.seen))
    page = PAGE.read_text(encoding="utf-8")
    told = [part for part in re.split(r"^(?=##)", page, flags=re.MULTILINE) if not part.startswith(ELSEWHERE)]
    excerpts = re.findall(r"```text\n(.*?)```", "".join(told), re.DOTALL)
    lines = [line for block in excerpts for line in block.splitlines() if line]
    return [line for line in lines if not re.search(_pattern(line), said, re.MULTILINE)]


def _pattern(line: str) -> str:
    return ".*".join(re.escape(part) for part in line.split("…"))


async def as_the_page_says(story: Story) -> None:
    """Every line of the page that an admin may type is understood. Nothing of it is confirmed."""
    office, wrong = story["赵示例"], []
    for block in re.findall(r"```input\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.splitlines():
            said = await office.says(line)
            if not any(word in said for word in ("确认前不生效", "确认后生效", "📎", "现在就是这样")):
                wrong.append((line, said))
    assert wrong == []
