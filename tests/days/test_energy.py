"""附件1 节能降耗: quarterly, towns and enterprises own their columns, the year's target beside each figure."""

from __future__ import annotations

from pathlib import Path

from services.loading import load
from tests.days.county import County, values, workbook
from tests.days.tables import fills, opened, publishes, sends_workbook, submits


async def test_a_quarter_from_prompt_to_the_leaders_group(tmp_path: Path) -> None:
    county = await opened(tmp_path, "energy")
    town, lead = county["shangtang", "liaison"], county["economy", "liaison"]

    # By chat: one row of two figures; what is shown back is the distance to the year's target.
    assert "万元产值能耗(吨标准煤/万元)、上塘镇万元产值电耗(千瓦时/万元)" in await town.says("填报")
    said = await town.says("0.178 752.5")
    assert "上塘镇万元产值能耗：0.178吨标准煤/万元，年度目标0.175，比目标高0.003，未达到" in said
    assert "上塘镇万元产值电耗：752.5千瓦时/万元，年度目标760，比目标低7.5" in said  # 760 − 752.5
    for text in ("按全年降低4%安排", "完成节能改造3家", "无", "推进窑炉改造"):
        said = await town.says(text)
    assert "1. 上塘镇万元产值能耗：0.178吨标准煤/万元，年度目标0.175" in said
    assert "本季工作进展" in await submits(county, "shangtang")
    assert "上塘镇已报送【节能降耗】第二季度。应报9个单位，已报1个" in lead.news()

    # By workbook.
    said = await sends_workbook(
        county["keyi_leather", "liaison"],
        done={
            "keyi_leather_energy": 0.59,
            "keyi_leather_power": "1,100",
        },
    )
    assert "科一合革有限公司万元产值能耗：0.59吨标准煤/万元，年度目标0.59，达到目标" in said
    await submits(county, "keyi_leather")

    # The lead unit adds the county's four rates; of the others nothing has come.
    await county.at("2008-07-05 09:00")
    assert "请于今天17:30前汇总签字报县府办" in lead.news()
    said = await fills(lead, ["3.6 3.1 5 -0.4"])
    assert "单位GDP能耗降低率：3.6%，年度目标4.2，比目标低0.6，未达到" in said
    card = await submits(county, "economy")
    assert "单位工业增加值电耗降低率：−0.4%，年度目标4.5%，比目标低4.9，未达到" in card  # 4.5 + 0.4
    assert "合计" not in card

    text, document = await publishes(county)
    assert "应报10　已报3　按时3　迟报0　未报7" in text
    assert "节能降耗：单位GDP能耗降低率 3.6%，年度目标4.2%，比目标低0.6，未达到" in text
    assert "1. 单位工业增加值电耗降低率−0.4%，未达到年度目标4.5%，相差4.9个百分点" in text
    assert "合计" not in text
    table = values(workbook(document))
    assert table[0][0] == "第二季度节能降耗工作进度情况报告表"
    assert table[2][:7] == [
        "统计项目\n完成情况\n统计指标",
        "单位GDP能耗降低率",
        "单位GDP电耗降低率",
        "单位工业增加值能耗降低率",
        "单位工业增加值电耗降低率",
        "上塘镇",
        None,
    ]
    target, now = table[4], table[5]
    assert target[:7] == ["年度目标任务", 4.2, 3, 5, 4.5, 0.175, 760]
    assert now[:9] == ["本期数", 3.6, 3.1, 5, -0.4, 0.178, 752.5, "未报", "未报"]
    assert len(now) == 23  # 22 columns beside their heading, and nothing after them
    assert now[19:21] == [0.59, 1100]
    notes = [row[0] for row in table[6:]]
    assert notes[0] == "注：未报：瓯北镇、桥头镇、桥下镇、乌牛镇、沙头镇、七屿纸业、开诚机械。"
    assert str(notes[1]).startswith("注：未达到年度目标：单位GDP能耗降低率3.6%，年度目标4.2%；")
    assert str(notes[1]).endswith("上塘镇万元产值能耗0.178吨标准煤/万元，年度目标0.175吨标准煤/万元。")
    await county.close()


async def test_a_figure_far_from_last_quarters_wants_a_reason_that_travels(tmp_path: Path) -> None:
    """1.82 for 0.182: a slip that nobody would see in 22 columns."""
    county = await opened(tmp_path, "energy")
    town = county["shangtang", "liaison"]
    await town.says("填报")
    asked = await town.says("1.82 790")
    assert "上塘镇万元产值能耗本期1.82吨标准煤/万元，上期0.182吨标准煤/万元，相差较大" in asked
    assert "本季计划时序进度" in await town.says("0.182 790")
    await county.close()


async def test_the_quarterly_table_is_due_after_march_june_september_and_december_only(
    tmp_path: Path,
) -> None:
    county = County(tmp_path, start="2008-03-30 10:00", tables=("energy", "order"))
    early = county.files["programme.toml"].replace('first_period = "2008-06"', 'first_period = "2008-01"')
    county.runtime.work_now(load, {**county.files, "programme.toml": early})
    await county.open()
    await county.everyone_joins()
    town, squad = county["shangtang", "liaison"], county["drug_squad", "liaison"]
    told = {}
    for year, month in [(2008, month) for month in range(4, 13)] + [(2009, 1)]:
        await county.at(f"{year}-{month:02}-01 09:00")
        assert "【社会治安】" in squad.news()
        opens = [line for line in town.news().splitlines() if "已开报" in line]
        told[f"{year}-{month:02}"] = "".join(opens).partition("】")[2].partition("节能")[0]
    assert {at: covers for at, covers in told.items() if covers} == {
        "2008-04": "第一季度",
        "2008-07": "第二季度",
        "2008-10": "第三季度",
        "2009-01": "第四季度",
    }
    await county.close()


async def test_a_second_quarter_shows_the_first_and_compares_texts_with_it(tmp_path: Path) -> None:
    county = await opened(tmp_path, "energy")
    text = "全镇12家重点用能企业完成能源审计，淘汰落后电机"
    told = ("按全年降低4%安排", text, "无", "推进窑炉改造")
    town = county["shangtang", "liaison"]
    assert "上期：0.182 790" in await town.says("填报")
    await fills(town, ["0.178 752.5"], told)
    await submits(county, "shangtang")
    await county.at("2008-10-01 09:00")
    assert "上期：0.178 752.5" in await town.says("填报")
    asked = await fills(town, ["0.177 751"], told)
    assert "「本季工作进展」与上期几乎相同。" in asked
    await county.close()
