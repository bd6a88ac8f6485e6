"""The pasted block: copied from a spreadsheet into the chat, shown as understood, stored when its sender agrees."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.days.county import County, Resident

HEADS = "统计类别\t事故起数\t死亡人数\t受伤人数\t直接经济损失(万元)\t其中一次死亡3人以上事故"
ROAD = "道路交通\t3\t1\t2\t15.6\t0"
TOLD = "本月计划时序进度：按计划推进\n本月工作进展：整治10处\n存在问题及需帮助解决的事项：无\n下月工作计划：继续整治"
Rows = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def police(liaison: Resident) -> Resident:
    """The traffic police's liaison, being asked for the row of figures."""
    return liaison


def stored(resident: Resident, rows: Rows) -> dict[object, tuple[object, ...]]:
    """Newest (state, number or text, source) by address."""
    query = "SELECT address, state, coalesce(number, text), source FROM answer ORDER BY id"
    return {address: tuple(rest) for address, *rest in rows(resident.county, query)}


async def test_a_block_with_headings_is_shown_and_stored_when_its_sender_agrees(
    police: Resident, rows: Rows
) -> None:
    shown = await police.says(f"{HEADS}\r\n{ROAD}\r\n")
    assert "已读粘贴的内容，还没有记入：新填5项，改动0项，相同0项，空着4项（不动）" in shown
    assert "事故起数：3起，累计21，同比−12.5%" in shown
    assert police.buttons() == ["采用", "不采用"]
    assert rows(police.county, "SELECT * FROM answer") == []
    adopted = await police.presses("采用")
    assert "已采用粘贴的内容，记入5项" in adopted
    assert "本月计划时序进度" in adopted
    assert stored(police, rows)["road.loss"] == ("value", "15.6", "paste")


async def test_everything_is_told_in_one_message(police: Resident, rows: Rows) -> None:
    assert "新填9项" in await police.says(f"{HEADS}\n{ROAD}\n{TOLD}")
    assert "请核对" in await police.says("采用")
    assert stored(police, rows)["narrative.progress"] == ("value", "整治10处", "paste")
    assert stored(police, rows)["narrative.problems"] == ("zero", None, "paste")
    assert "已提交" in await police.presses("提交")


async def test_the_four_texts_are_told_in_one_message(police: Resident, rows: Rows) -> None:
    await police.says("3 1 2 15.6 0")
    assert "新填4项" in await police.says(TOLD)
    assert "请核对" in await police.presses("采用")
    assert stored(police, rows)["narrative.schedule"] == ("value", "按计划推进", "paste")


async def test_the_official_table_is_pasted_whole(police: Resident) -> None:
    """Merged headings leave blank cells; other units' rows, 累计 and 同比 are not taken."""
    under = "\t".join(["当月\t累计\t累计比去年同期±%"] * 5)
    merged = HEADS.replace("\t", "\t\t\t").replace("\t\t\t", "\t", 1)
    road = "道路交通\t３\t99\t1%\t1\t99\t-\t2\t99\t-\t15.6\t99\t-\t0\t0\t-"
    fire = "火灾\t4\t9\t9\t0\t0\t0\t0\t0\t0\t5\t9\t9\t0\t0\t0"
    shown = await police.says(f"6月份安全生产工作进展情况报告表\n{merged}\n\t{under}\n{road}\n{fire}")
    assert "事故起数：3起，累计21" in shown
    assert "没有收其他单位的：火灾。" in shown


async def test_last_months_table_is_refused(police: Resident, refused) -> None:
    world = police.county.world
    await refused(
        police,
        lambda: world.say(police.person, f"5月份报表\n{HEADS}\n{ROAD}"),
        "这是5月份的数，现在报的是6月份",
    )


async def test_a_total_that_contradicts_its_parts_is_mentioned(police: Resident) -> None:
    others = "工矿企业\t1\t0\t0\t0\t0\n水上交通\t0\t0\t0\t0\t0\n火灾\t1\t0\t0\t0\t0"
    shown = await police.says(f"{HEADS}\n{ROAD}\n{others}\n合计\t6\t1\t2\t15.6\t0")
    assert "⚠️ 合计·事故起数粘贴的是6起，按各项算是5起，请核对。" in shown
    assert "合计·死亡" not in shown
    assert police.buttons() == ["采用", "不采用"]


async def test_bad_cells_are_named_in_one_message_and_nothing_is_stored(police: Resident, rows: Rows) -> None:
    answered = await police.says("道路交通\t3\t约1\t2.5\t15.6\t0")
    assert "粘贴的内容有2处要改，没有记入" in answered
    assert "道路交通·死亡：「死亡」要填准确的数，「约1」是约数" in answered
    assert "道路交通·受伤：「受伤」只能填整数" in answered
    assert "请依次回复" in answered
    assert rows(police.county, "SELECT * FROM answer") == []
    assert rows(police.county, "SELECT * FROM import_draft") == []
    assert "已记录" in await police.says("3 1 2 15.6 0")


async def test_a_conflict_is_asked_about_and_never_overwritten(police: Resident, rows: Rows) -> None:
    await police.says("3 1 2 15.6 0")
    shown = await police.says("道路交通\t4\t2\t2\t15.6\t0")
    assert "2项与您先前填的不同" in shown
    assert "道路交通·事故起数：原3起，粘贴4起" in shown
    assert police.buttons() == ["以表格为准", "保留原数", "不采用"]
    assert "有2项与先前填的不同" in await police.says("采用")
    assert "原数都已保留" in await police.presses("保留原数")
    assert stored(police, rows)["road.accidents"] == ("value", "3", "chat")
    await police.says("道路交通\t4\t2\t2\t15.6\t0")
    assert "记入2项" in await police.says("以表格为准")
    assert stored(police, rows)["road.accidents"] == ("value", "4", "paste")


async def test_a_row_is_pasted_while_a_text_is_asked(police: Resident) -> None:
    await police.says("3 1 2 15.6 0")
    assert "改动" in await police.says("道路交通 3 1 4 15.6 0")
    assert "没有采用" in await police.presses("不采用")
    assert "已记录：本月计划时序进度" in await police.says("道路交通整治3处，按计划推进")


async def test_another_text_than_the_one_asked_is_shown_first(police: Resident) -> None:
    await police.says("3 1 2 15.6 0")
    assert "新填1项" in await police.says("下月工作计划：继续整治")


async def test_an_unclear_block_is_refused_by_name(police: Resident, refused) -> None:
    world = police.county.world
    for text, says in (
        ("3 1 2 15.6 0\n4 1 2 3 0", "这块数有2行5列，分不清各是哪一项"),
        (f"{HEADS}\n道路交迷\t3\t1\t2\t15.6\t0", "认不出「道路交迷」这一行"),
        (f"{HEADS.replace('死亡人数', '死伤')}\n{ROAD}", "认不出「死伤」这一列"),
        (f"{HEADS.replace('万元', '元')}\n{ROAD}", "认不出「直接经济损失(元)」这一列"),
        ("道路交通\t3\t1\t2\t15.6", "这4列没有表头"),
        (f"{ROAD}\n{ROAD}", "「事故起数」出现了两次"),
        ("火灾\t3\t1\t2\t15.6\t0", "「火灾」不是您单位填的"),
        ("单位 起数 死 伤 损失 重大\n道路交通 3 1 2 15.6 0", "这一行表头"),
    ):
        await refused(police, lambda text=text: world.say(police.person, text), says)


async def test_secrets_in_a_block_are_never_stored(police: Resident, rows: Rows) -> None:
    told = TOLD.replace("整治10处", "联系人110101199003074514")
    assert "疑似身份证号码" in await police.says(told)
    assert rows(police.county, "SELECT * FROM import_draft") == []


async def test_a_block_is_taken_while_nothing_is_asked(opened: County) -> None:
    police = opened["traffic_police", "liaison"]
    assert "新填5项" in await police.says(ROAD)
    assert "本月计划时序进度" in await police.presses("采用")


async def test_a_block_takes_the_place_of_an_earlier_one_and_its_buttons_are_stale(
    police: Resident, rows: Rows
) -> None:
    await police.says(ROAD)
    first = police.county.world.last(police.person)
    assert "事故起数：9起" in await police.says(ROAD.replace("3", "9", 1))
    police.county.world.press(police.person, message_id=first.message_id, label="采用")
    await police.county.settle()
    assert rows(police.county, "SELECT * FROM answer") == []
    assert "请先决定刚才发的用不用" in await police.says("3 1 2 15.6 0")
    await police.presses("采用")
    assert stored(police, rows)["road.accidents"] == ("value", "9", "paste")


async def test_a_pending_block_survives_a_restart(police: Resident) -> None:
    await police.says(ROAD)
    await police.county.restart()
    police.news()
    assert "记入5项" in await police.says("采用")


async def test_in_a_returned_report_only_the_returned_cell_may_be_pasted(submitted: County) -> None:
    police, head = submitted["traffic_police", "liaison"], submitted["traffic_police", "signatory"]
    await head.presses("退回修改")
    await head.presses("3. 道路交通·受伤")
    await head.says("与交警通报不一致")
    police.news()
    assert "这一项没有被退回，不能改" in await police.says("道路交通\t3\t1\t5\t99\t0")
    assert "受伤：5人" in await police.says("道路交通\t3\t1\t5\t15.6\t0")
    assert "道路交通·受伤：2人 → 5人" in await police.presses("采用")


async def test_what_is_signed_cannot_be_pasted_over(submitted: County, rows: Rows) -> None:
    police = submitted["traffic_police", "liaison"]
    before = rows(submitted, "SELECT * FROM answer")
    assert "现在没有要您回答的问题" in await police.says(ROAD)
    assert rows(submitted, "SELECT * FROM answer") == before


async def test_a_signatorys_opinion_is_never_a_block(submitted: County) -> None:
    head = submitted["traffic_police", "signatory"]
    await head.presses("退回修改")
    await head.presses("3. 道路交通·受伤")
    assert "已退回" in await head.says("道路交通\t3\t1\t5\t15.6\t0")
