"""Every table of the notice takes a part by chat, a part as a pasted block and a part by workbook, on one report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.days.county import values, workbook
from tests.days.tables import opened, publishes, submits
from tests.templates.hostile import changed, key_at

Figures = dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Case:
    """``chat`` are lines typed in order, ``pasted`` a block, ``book`` is written into the workbook.

    ``stored`` names the door of one cell each; ``printed`` must stand in the digest's official table.
    """

    table: str
    unit: str
    chat: tuple[str, ...]
    pasted: str
    book: Figures
    stored: dict[str, str]
    printed: tuple[object, ...]
    told: dict[str, str] = field(default_factory=dict)


PROJECT = "{}\t本月完成投资\t形象进度\t开工情况\t存在问题\t需协调事项及请求对象\t下月计划\n"
TEXTS = {"narrative.problems": "无", "narrative.next_plan": "继续推进"}
CASES = [
    Case(
        "energy",
        "shangtang",
        chat=("0.178 752.5",),
        pasted="本季计划时序进度：按全年降低4%安排\n本季工作进展：完成节能改造3家",
        book={},
        told=TEXTS,
        stored={"done.shangtang_energy": "chat", "narrative.progress": "paste", "narrative.next_plan": "excel"},
        printed=(0.178, 752.5),
    ),
    Case(
        "emissions",
        "oubei",
        chat=("4",),
        pasted="统计指标\t瓯北\nSO₂减排量\t2",
        book={},
        told={"narrative.schedule": "按计划推进", "narrative.progress": "废水纳管", **TEXTS},
        stored={"cod.oubei": "chat", "so2.oubei": "paste", "narrative.next_plan": "excel"},
        printed=(4, 28, 9.8),  # 24 + 4 = 28; 28/25.5
    ),
    Case(
        "safety",
        "traffic_police",
        chat=("3 1 2 15.6 0",),
        pasted="本月计划时序进度：按计划推进\n本月工作进展：整治10处",
        book={},
        told=TEXTS,
        stored={"road.accidents": "chat", "narrative.progress": "paste", "narrative.problems": "excel"},
        printed=(3, 21, -12.5),  # 18 + 3 = 21; 21/24
    ),
    Case(
        "order",
        "crime_squad",
        chat=("2 2 3", "8 5 6"),
        pasted="统计类别\t发案\t破案\t处理人数\n盗窃\t55\t20\t17\n诈骗\t13\t6\t5",
        book={"other": {"cases": 9, "solved": 7, "people": 8}},
        told={"narrative.schedule": "按计划推进", "narrative.progress": "打掉团伙2个", **TEXTS},
        stored={"violent.cases": "chat", "theft.cases": "paste", "other.cases": "excel"},
        printed=(85, 584, 2.5),  # 8 + 55 + 13 + 9 = 85; 499 + 85 = 584; 584/570
    ),
    Case(
        "key_projects",
        "highway_hq",
        chat=("1350\n路基完成82%\n=\n无\n无\n完成路基工程",),
        pasted=PROJECT.format("工程名称") + "瓯北大桥连接线工程（示例）\t520\t桩基40根\t已开工\t无\t无\t桩基施工",
        book={"shizhu_road": {"done": 260, "image": "土方完成", "begun": "已开工", "problems": "无", "help": "无", "next_plan": "挡墙"}},
        stored={"yongxian_road.done": "chat", "oubei_bridge.done": "paste", "shizhu_road.done": "excel"},
        printed=(5500, 2420, 1760),
    ),
    Case(
        "government_investment",
        "newtown_hq",
        chat=("900\n主楼六层\n=\n无\n无\n主楼八层",),
        pasted="项目名称\t本月到位资金\t本月拨付资金\n县人民医院迁建工程（示例）\t800\t760",
        book={
            "archives": {
                "done": 300, "image": "主体四层", "begun": "已开工", "problems": "无", "help": "无",
                "next_plan": "主体封顶", "paid_in": 260, "paid_out": 240,
            }
        },
        stored={"county_hospital.done": "chat", "county_hospital.paid_in": "paste", "archives.done": "excel"},
        printed=(4800, 560),
    ),
    Case(
        "tourism",
        "yantou",
        chat=("90\n修缮民居6幢\n=\n无\n无\n修缮民居8幢",),
        pasted="项目名称\t本月到位资金\n芙蓉古村保护整治（示例）\t100",
        book={
            "lishui_street": {
                "done": 120, "image": "铺装完成", "begun": "已开工", "problems": "无", "help": "无",
                "next_plan": "招商", "paid_in": 150,
            }
        },
        stored={"furong_village.done": "chat", "furong_village.paid_in": "paste", "lishui_street.done": "excel"},
        printed=(610, 530),
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.table)
async def test_a_report_comes_through_all_three_doors(
    folder: Path, empty_database: bytes, rows: Callable[..., list[tuple[object, ...]]], case: Case
) -> None:
    county = await opened(folder, case.table)
    liaison = county[case.unit, "liaison"]
    await liaison.says("填报")
    for text in case.chat:
        await liaison.says(text)

    assert "已读粘贴的内容，还没有记入" in await liaison.says(case.pasted)
    await liaison.presses("采用")

    await liaison.says("Excel填报")
    document = liaison.documents()[-1].document
    assert document is not None

    def fill(sheet) -> None:
        for item, figures in case.book.items():
            for measure, value in figures.items():
                sheet.cell(key_at(sheet, item), key_at(sheet, measure)).value = value
        first = next(column for column in range(2, 60) if sheet.cell(1, column).value)
        for at, text in case.told.items():
            sheet.cell(key_at(sheet, at), first).value = text

    assert "还没有记入" in await liaison.sends(changed(document.content, fill))
    assert "请核对" in await liaison.presses("采用")
    assert dict(rows(county, "SELECT address, source FROM answer")).items() >= case.stored.items()
    await submits(county, case.unit)

    _, document = await publishes(county)
    printed = [cell for row in values(workbook(document)) for cell in row]
    assert [figure for figure in case.printed if figure not in printed] == []
    await county.close()
