"""附件4 社会治安: 其中 rows are not counted twice, 破案率 is computed."""

from __future__ import annotations

from pathlib import Path

from tests.days.county import values, workbook
from tests.days.tables import fills, opened, publishes, sends_workbook, submits, write_rows
from tests.templates.hostile import changed

# 八类严重暴力, 抢劫抢夺, 盗窃, 诈骗, 其他: 发案 破案 处理人数.
CRIMES = ["2 2 3", "8 5 6", "55 20 17", "13 6 5", "9 7 8"]


async def test_a_month_from_prompt_to_the_leaders_group(tmp_path: Path) -> None:
    county = await opened(tmp_path, "order")
    squad, lead = county["crime_squad", "liaison"], county["police", "liaison"]

    await squad.says("填报")
    assert "发案：2起，累计16，同比−11.1%" in await squad.says(CRIMES[0])  # 14 + 2; 16/18
    for line in CRIMES[1:]:
        await squad.says(line)
    for text in ("按计划推进", "打掉盗窃团伙2个", "无", "开展夏季严打"):
        said = await squad.says(text)
    assert "八类严重暴力案件" in said
    await submits(county, "crime_squad")
    await sends_workbook(county["drug_squad", "liaison"], drugs={"cases": 5, "solved": 5, "people": 7})
    await submits(county, "drug_squad")

    await county.at("2008-07-05 09:00")
    sheet = await lead.presses("查看汇总表")
    # 刑事案件 8 + 55 + 13 + 9 = 85, not 87: what is 其中 of them is in them already.
    assert "刑事案件\n发案：85起，累计584起，同比+2.5%" in sheet
    assert "破案率：44.7%" in sheet  # 38/85
    await fills(lead, ["150 138 160", "0 0 0"])
    await submits(county, "police")

    text, document = await publishes(county)
    assert "刑事案件发案 85起，累计584起，同比+2.5%" in text
    assert "刑事案件破案率 44.7%，累计43.8%" in text
    assert "治安案件发案 150起，累计840起，同比−0.7%" in text  # 690 + 150; 840/846
    table = values(workbook(document))
    rows = {row[1] or row[0]: row[2:] for row in table[4:13]}
    assert [row[0] for row in table[4:13]] == [
        "刑事案件",
        "其中",
        None,
        None,
        None,
        None,
        "治安案件",
        "毒品案件",
        "群体性事件",
    ]
    # 累计 46+330+71+52 = 499, +85 = 584; 2007: 60+366+78+66 = 570: +2.5 %. 破案 27+118+30+43+38 = 256; 252: +1.6 %.
    # 处理 31+96+24+47+36 = 234; 36+108+24+54 = 222: +5.4 %. 38/85 = 44.7 %, 256/584 = 43.8 %.
    assert rows["刑事案件"] == [85, 584, 2.5, 38, 256, 1.6, 36, 234, 5.4, 44.7, 43.8]
    assert rows["八类严重暴力案件"] == [2, 16, -11.1, 2, 15, -16.7, 3, 21, -12.5, 100, 93.8]
    assert rows["抢劫抢夺"][:3] == [8, 54, -10]  # 54/60
    assert rows["毒品案件"] == [5, 27, 12.5, 5, 27, 12.5, 7, 38, 5.6, 100, 100]  # 27/24, 38/36
    assert rows["群体性事件"][:3] == [0, 4, -33.3]  # 4/6
    assert rows["群体性事件"][9:] == ["不适用", 100]
    assert table[13][0] == "注：期初数、上年同期数和年度目标为示例数据。"
    await county.close()


async def test_a_part_that_exceeds_its_whole_is_refused_with_the_reason(tmp_path: Path) -> None:
    county = await opened(tmp_path, "order")
    squad = county["crime_squad", "liaison"]
    await squad.says("填报")
    assert "去年同期3起，相差较大" in await squad.says("90 2 3")
    for line in ("含往年积案", *CRIMES[1:4]):
        await squad.says(line)
    refused = await squad.says(CRIMES[4])  # 8 + 55 + 13 + 9 = 85 < 90
    assert "八类严重暴力案件的发案数不能多于刑事案件各项之和。请核对后重发。" in refused
    assert "其他刑事案件" in refused
    for _ in range(4):
        await squad.presses("上一项")
    assert "其他刑事案件" in await squad.says("2 2 3")
    assert "计划时序进度" in await squad.says(CRIMES[4])
    await county.close()


async def test_a_workbook_with_a_part_that_exceeds_its_whole_comes_back_red(tmp_path: Path) -> None:
    county = await opened(tmp_path, "order")
    squad = county["crime_squad", "liaison"]
    await squad.says("填报")
    await squad.says("Excel填报")
    document = squad.documents()[-1].document
    assert document is not None
    lines = dict(zip(("violent", "robbery", "theft", "fraud", "other"), ["90 2 3", *CRIMES[1:]], strict=True))
    rows = {
        item: dict(zip(("cases", "solved", "people"), map(int, line.split()), strict=True))
        for item, line in lines.items()
    }
    answered = await squad.sends(changed(document.content, lambda sheet: write_rows(sheet, rows)))
    assert "表格有5处要改" in answered
    assert "八类严重暴力案件的发案数不能多于刑事案件各项之和" in answered
    await county.close()


async def test_more_solved_than_happened_and_far_more_than_last_year_want_a_reason(tmp_path: Path) -> None:
    county = await opened(tmp_path, "order")
    squad = county["drug_squad", "liaison"]
    await squad.says("填报")
    asked = await squad.says("20 22 31")
    assert "破案数多于发案数，如含往期积案请说明。" in asked
    assert (
        "发案本月20起，去年同期4起，相差较大。" in asked
    )  # 16 more than in June 2007, and five times as many
    assert "计划时序进度" in await squad.says("开展禁毒百日会战，破获往期积案2起")
    await county.close()
