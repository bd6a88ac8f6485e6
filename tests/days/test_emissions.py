"""附件2 主要污染物减排: 累计, 同比 and 合计 computed, 不适用 allowed, sums over all units as a warning that travels."""

from __future__ import annotations

from pathlib import Path

from tests.days.county import County, values, workbook
from tests.days.tables import files, fills, opened, publishes, sends_workbook, submits

# COD and SO₂ of June by unit: 13 and 5.5 with 科一.
TOWNS = {
    "oubei": ["4", "2"],
    "qiaotou": ["2", "1"],
    "qiaoxia": ["2", "1"],
    "shatou": ["1", "0.5"],
    "keyi_leather": ["3", "2"],
}


async def others_file(county: County) -> None:
    """The sewage plant and the towns file; 上塘 does so by workbook."""
    plant = county["sewage_plant", "liaison"]
    said = await plant.says("填报")
    assert (
        "COD减排量·当月</b>：请回复 减排量瓯北污水处理厂(吨)，如" in said
        or "请回复 减排量瓯北污水处理厂(吨)" in said
    )
    assert "瓯北污水处理厂：45吨，累计265，同比+10.4%，年度目标540" in await plant.says(
        "45"
    )  # 220 + 45; 265/240
    for text in ("不适用", "按计划运行", "处理污水210万吨", "无", "二期管网接入"):
        said = await plant.says(text)
    assert "减排量瓯北污水处理厂：不适用" in said
    await submits(county, "sewage_plant")
    for unit, rows in TOWNS.items():
        await files(county, unit, rows)
    said = await sends_workbook(county["shangtang", "liaison"], cod={"shangtang": 3}, so2={"shangtang": 1})
    assert "工业减排上塘：3吨，累计19，同比+5.6%" in said  # 16 + 3; 19/18
    await submits(county, "shangtang")


async def test_a_month_from_prompt_to_the_leaders_group(tmp_path: Path) -> None:
    county = await opened(tmp_path, "emissions")
    lead = county["environment", "liaison"]
    await others_file(county)
    await county.at("2008-07-05 09:00")
    assert "应报7个单位，已报7个" in lead.news()

    # 工程 16 + 结构 8 = 24; 上塘 3 + 瓯北 4 + 桥头 2 + 桥下 2 + 沙头 1 + 造纸基地 7.5 + 科一 3 + 其它 1 = 23.5.
    await lead.says("填报")
    asked = await lead.says("16 8 7.5 1")
    assert "工程减排与结构减排之和应等于各乡镇、企业减排量之和，现为24与23.5。" in asked
    assert "SO₂减排量" in await lead.says("结构减排含关停小锅炉0.5吨，不在各乡镇之内")
    # 8 + 4 = 12 = 1 + 2 + 1 + 1 + 0.5 + 4 + 2 + 0.5
    assert "本月计划时序进度" in await lead.says("8 4 4 0.5")
    for text in ("按计划推进", "核查减排项目9个", "无", "督促管网接入"):
        await lead.says(text)
    card = await submits(county, "environment")
    assert "⚠️ 工程减排与结构减排之和应等于各乡镇、企业减排量之和，现为24与23.5。\n说明：结构减排含" in card
    assert "核对：\n1. COD减排量：工程减排与结构减排之和应等于" in card

    # 合计 COD 45 + 16 + 8 = 69, 累计 (220 + 88 + 44) + 69 = 421, January to June 2007 240 + 93 + 49.5 = 382.5:
    # 421/382.5 − 1 = +10.1 %. SO₂ without the plant: 12, 52 + 26 + 12 = 90, 53 + 29.5 = 82.5: +9.1 %.
    text, document = await publishes(county)
    assert "应报8　已报8" in text
    assert "COD减排量合计 69吨，累计421吨，同比+10.1%，年度目标850吨" in text
    assert "SO₂减排量合计 12吨，累计90吨，同比+9.1%，年度目标180吨" in text
    assert (
        "注：\n1. COD减排量：工程减排与结构减排之和应等于各乡镇、企业减排量之和，现为24与23.5。说明：结构减排含"
        in text
    )
    table = values(workbook(document))
    assert table[2][2:] == [
        "减排量",
        None,
        None,
        None,
        "工业减排",
        None,
        None,
        None,
        None,
        "河屿造纸基地",
        "浙江科一公司",
        "其它",
    ]
    assert table[3][2:6] == ["合计", "瓯北污水处理厂", "工业企业工程减排", "工业企业结构减排"]
    cod, so2 = [row[1:] for row in table[4:8]], [row[1:] for row in table[8:12]]
    assert [row[0] for row in cod] == ["今年目标任务", "本月（吨）", "累计（吨）", "比去年同期±%"]
    assert cod[0][1:] == [850, 540, 200, 110, 40, 60, 26, 24, 14, 96, 38, 12]
    assert cod[1][1:] == [69, 45, 16, 8, 3, 4, 2, 2, 1, 7.5, 3, 1]
    assert cod[2][1:] == [421, 265, 104, 52, 19, 28, 13, 11, 7, 52.5, 19, 6]
    # 104/93, 52/49.5, 19/18, 28/25.5, 13/12, 11/12, 7/6, 52.5/45, 19/18, 6/6
    assert cod[3][1:] == [10.1, 10.4, 11.8, 5.1, 5.6, 9.8, 8.3, -8.3, 16.7, 16.7, 5.6, "持平"]
    assert so2[0][1:5] == [180, "—", 120, 60]
    assert so2[1][1:] == [12, "不适用", 8, 4, 1, 2, 1, 1, 0.5, 4, 2, 0.5]
    assert so2[2][1:5] == [90, "—", 60, 30]
    assert so2[3][1:5] == [9.1, "—", 13.2, 1.7]  # 60/53, 30/29.5
    assert str(table[12][0]).startswith("注：期初数、上年同期数和年度目标为示例数据")
    assert "现为24与23.5。说明：结构减排含关停小锅炉0.5吨" in str(table[13][0])
    await county.close()


async def test_while_a_part_is_missing_the_sums_are_not_comparable_and_nobody_is_asked(
    tmp_path: Path,
) -> None:
    county = await opened(tmp_path, "emissions")
    lead = county["environment", "liaison"]
    for unit, rows in TOWNS.items():
        await files(county, unit, rows)
    await county.at("2008-07-05 09:00")
    lead.news()
    said = await fills(lead, ["16 8 7.5 1", "8 4 4 0.5"])
    assert "请核对" in said
    card = await submits(county, "environment")
    assert "缺COD减排量·工业减排上塘，不可比。" in card
    assert "现为" not in card
    text, document = await publishes(county)
    assert "（不含未报单位）" in text
    assert "缺COD减排量·工业减排上塘，不可比。" in text
    notes = [str(row[0]) for row in values(workbook(document))[12:]]
    assert notes[0] == "注：合计不含未报的瓯北污水处理厂、上塘镇。"
    assert any("缺SO₂减排量·工业减排上塘，不可比" in note for note in notes)
    await county.close()


async def test_a_part_that_comes_after_the_lead_units_summary_is_still_asked_about(tmp_path: Path) -> None:
    """The lead unit was ready; then the last town files, and the sums no longer meet."""
    county = await opened(tmp_path, "emissions")
    lead = county["environment", "liaison"]
    for unit, rows in TOWNS.items():
        await files(county, unit, rows)
    assert "请核对" in await fills(lead, ["16 8 7.5 1", "8 4 4 0.5"])
    await files(county, "shangtang", ["3", "1"])
    lead.news()
    assert "现为24与23.5。" in await lead.presses("提交")
    assert "请核对" in await lead.says("结构减排含关停小锅炉0.5吨")
    assert "说明：结构减排含关停小锅炉0.5吨" in await submits(county, "environment")
    await county.close()


async def test_a_negative_correction_is_taken_with_a_reason_that_the_leaders_read(tmp_path: Path) -> None:
    county = await opened(tmp_path, "emissions")
    firm, lead = county["keyi_leather", "liaison"], county["environment", "liaison"]
    await firm.says("填报")
    asked = await firm.says("-2")
    assert "浙江科一公司本月为负数，累计由16降为14吨。" in asked
    await firm.says("核减5月份重复计算的2吨")
    await firm.says("2")
    for text in ("按计划推进", "完成检查12次", "无", "继续推进"):
        await firm.says(text)
    card = await submits(county, "keyi_leather")
    line = "浙江科一公司本月为负数，累计由16降为14吨。"
    assert f"⚠️ {line}\n说明：核减5月份重复计算的2吨" in card
    lead.news()
    assert f"1. 科一合革·COD减排量：{line}说明：核减5月份重复计算的2吨" in await lead.presses("查看汇总表")
    text, document = await publishes(county)
    assert f"科一合革·COD减排量：{line}说明：核减5月份重复计算的2吨" in text
    assert any(f"注：科一合革·COD减排量：{line}" in str(row[0]) for row in values(workbook(document)))
    await county.close()
