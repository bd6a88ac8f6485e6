"""A reason once given is read by everyone whom the figures reach; a text of last month is noticed."""

from __future__ import annotations

from pathlib import Path

from tests.days.county import County, values, workbook
from tests.days.tables import fills, opened, publishes, received, submits

DONE = "检查渡口12处、渡船31艘，排查隐患9处，乌牛渡口护栏尚未修复"


async def june(folder: Path) -> County:
    """The port told in June what it did."""
    county = await opened(folder, "safety")
    await fills(county["port", "liaison"], ["0 0 0 0 0"], ("按全年计划开展检查", DONE, "无", "汛期检查"))
    await submits(county, "port")
    await county.at("2008-08-01 09:00")
    for resident in county.people.values():
        resident.news()
    return county


async def test_a_narrative_of_last_month_wants_one_line_that_reaches_the_leaders(tmp_path: Path) -> None:
    county = await june(tmp_path)
    port, lead = county["port", "liaison"], county["anjian", "liaison"]
    asked = await fills(port, ["0 0 0 0 0"], ("按全年计划开展检查", DONE + "。", "无", "汛期检查"))
    assert "⚠️ 文字情况与上次报送的几乎一样：\n「本月工作进展」与上月几乎相同。" in asked
    assert "请用一句话说明原因，将随表报送；要改请按 上一项。" in asked

    # No reason is no reason; what is asked stays.
    assert "请用一句话说明原因" in await port.says("无")
    assert "请用一句话说明原因" in await port.says("123")
    assert "请核对" in await port.says("护栏材料未到，进度与上月相同")

    card = await submits(county, "port")
    assert "⚠️ 「本月工作进展」与上月几乎相同。\n说明：护栏材料未到，进度与上月相同" in card
    lead.news()
    line = "县港航管理处·文字情况：「本月工作进展」与上月几乎相同。说明：护栏材料未到，进度与上月相同"
    assert f"核对：\n1. {line}" in await lead.says("汇总")
    await county.at("2008-08-07 09:00")
    await county["office", "admin"].presses("发布到领导群")
    text, document = received(county)
    assert f"注：\n1. {line}" in text.text
    assert f"注：{line}" in [row[0] for row in values(workbook(document))]
    await county.close()


async def test_a_text_written_anew_needs_no_reason_and_forgets_an_old_one(tmp_path: Path) -> None:
    county = await june(tmp_path)
    port = county["port", "liaison"]
    await fills(port, ["0 0 0 0 0"], ("按全年计划开展检查", DONE, "无", "汛期检查"))
    await port.says("进度与上月相同")
    await port.says("7")
    assert "已记录" in await port.says("检查渡口12处、渡船28艘，乌牛渡口护栏已修复")
    card = await submits(county, "port")
    assert "几乎相同" not in card
    assert "说明" not in card
    await county.close()


async def test_another_figure_in_the_same_words_is_news(tmp_path: Path) -> None:
    county = await june(tmp_path)
    told = ("按全年计划开展检查", DONE.replace("31艘", "28艘"), "无", "汛期检查")
    assert "请核对" in await fills(county["port", "liaison"], ["0 0 0 0 0"], told)
    await county.close()


async def test_many_reasons_stay_readable_for_leaders_and_whole_in_the_workbook(tmp_path: Path) -> None:
    """Four rows far from last month's: the digest shows three and says that there is more."""
    county = await opened(tmp_path, "order")
    squad = county["crime_squad", "liaison"]
    await squad.says("填报")
    for row in ("2 2 3", "99 50 60", "600 200 180", "130 60 50", "100 70 80"):
        asked = await squad.says(row)
        if "相差较大" in asked:
            await squad.says("统计口径调整，含往年补录案件")
    for text in ("按计划推进", "打掉盗窃团伙2个", "无", "开展夏季严打"):
        await squad.says(text)
    await submits(county, "crime_squad")
    text, document = await publishes(county)
    assert (
        "3. 县刑侦大队·诈骗：发案本月130起，去年同期12起，相差较大。说明：统计口径调整，含往年补录案件"
        in text
    )
    assert "另有1条，见附表" in text
    notes = [str(row[0]) for row in values(workbook(document))]
    assert sum("说明：统计口径调整" in note for note in notes) == 4
    await county.close()
