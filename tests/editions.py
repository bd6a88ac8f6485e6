"""Whole digests of the county, from snapshots as they would be frozen: June and July 2008, all seven tables.

Every name and figure is invented (示例). What is typed stands here as a liaison would type it; the figures of before come
from the programme's sample history.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from forms.cells import UNANSWERED, ZERO, Cell, State, figure
from forms.definition import Form
from forms.table import Bases
from reporting.digest import UnitReport, snapshot_sheet
from reporting.edition import Edition, read_edition
from reporting.period import Period, covered_by, parse_period
from reporting.programme import Programme, read_programme
from reporting.records import form_of_period
from reporting.states import Timeliness
from tests.forms.examples import WORDS

YONGJIA = Path(__file__).parents[1] / "programmes" / "yongjia"
Rows = Mapping[str, Mapping[str, str]]

SAFETY: Rows = {
    "2008-06": {
        "industry": "2 1 1 380 0",
        "road": "3 1 5 15.6 0",
        "water": "0 0 0 0 0",
        "fire": "4 0 1 6.5 0",
    },
    "2008-07": {
        "industry": "1 0 1 12.5 0",
        "road": "5 1 4 18 0",
        "water": "0 0 0 0 0",
        "fire": "4 0 0 5.5 0",
    },
}
EMISSIONS: Rows = {
    "2008-06": {"cod": "45 16 8 3 4 2 2 1 7.5 3 1", "so2": "不适用 8 4 1 2 1 1 0.5 4 2 0.5"},
    "2008-07": {"cod": "44 15 9 3 4 2 2 1 8 3 1", "so2": "不适用 9 4 1 2 1 1 0.5 5 2 0.5"},
}
ORDER: Rows = {
    "2008-06": {
        "violent": "3 3 4",
        "robbery": "9 5 6",
        "theft": "66 23 19",
        "fraud": "16 6 5",
        "other": "10 8 9",
        "public_order": "139 130 152",
        "drugs": "4 4 6",
        "mass": "1 1 4",
    },
    "2008-07": {
        "violent": "2 2 3",
        "robbery": "8 6 7",
        "theft": "60 25 21",
        "fraud": "18 7 6",
        "other": "11 9 10",
        "public_order": "136 129 149",
        "drugs": "5 5 7",
        "mass": "0 0 0",
    },
}
ENERGY: Rows = {
    "2008-06": {
        "done": "3.6 3.1 5 -0.4 0.178 752.5 0.201 838 0.158 690 0.226 905 0.187 776 0.236 842 1.31 1438 0.59 1100 0.118 615"
    },
}
# 本月完成投资, 形象进度, 开工情况, 存在问题, 需协调事项, 下月计划.
PROJECTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "2008-06": {
        "yongxian_road": ("1350", "路基完成82%", "已开工", "无", "无", "完成路基工程"),
        "oubei_bridge": (
            "520",
            "桩基完成40根",
            "已开工",
            "征地尚余12亩未完成",
            "请瓯北镇政府于7月底前交付剩余用地",
            "桩基施工",
        ),
        "county_hospital": ("900", "主楼结构施工至六层", "已开工", "无", "无", "主楼施工至八层"),
        "newtown_roads": (
            "610",
            "2号路路基成型",
            "已开工",
            "管线迁改滞后",
            "请县电力局、县电信局配合迁改管线",
            "管网施工",
        ),
        "nanxi_dike": ("480", "堤身完成90%", "已开工", "无", "无", "水闸安装"),
        "shizhu_road": ("260", "路基土方完成", "已开工", "无", "无", "挡墙施工"),
        "water_supply": (
            "30",
            "初步设计文件编制",
            "未开工",
            "用地预审未批",
            "请县国土局协调用地预审",
            "完成初步设计",
        ),
        "archives": ("140", "基坑支护完成", "已开工", "无", "无", "地下室施工"),
        "visitor_centre": (
            "80",
            "施工图设计",
            "未开工",
            "拆迁农户尚有5户未签约",
            "请大若岩镇政府协助做好拆迁工作",
            "完成施工图审查",
        ),
        "furong_village": ("110", "水系整治完成1.1公里", "已开工", "无", "无", "古建筑修缮6处"),
        "lishui_street": ("60", "沿街立面修缮180米", "已开工", "无", "无", "继续立面修缮"),
        "spa_resort": ("0", "投资协议商谈", "未开工", "投资方资金计划未定", "无", "争取签约"),
    },
    "2008-07": {
        "yongxian_road": ("1200", "路基工程完成", "已开工", "无", "无", "路面基层施工"),
        "oubei_bridge": (
            "480",
            "桩基完成56根",
            "已开工",
            "征地尚余12亩未完成",
            "请瓯北镇政府交付剩余用地",
            "桩基施工",
        ),
        "county_hospital": ("980", "主楼结构施工至八层", "已开工", "无", "无", "主楼结顶"),
        "newtown_roads": ("1150", "2号路管网完成", "已开工", "无", "无", "3号路路基"),
        "nanxi_dike": ("450", "水闸安装2座", "已开工", "无", "无", "水闸安装"),
        "shizhu_road": ("300", "挡墙完成60%", "已开工", "无", "无", "边沟施工"),
        "water_supply": ("40", "初步设计批复", "未开工", "无", "无", "施工图设计"),
        "archives": ("180", "地下室底板完成", "已开工", "无", "无", "地下室施工"),
        "visitor_centre": ("160", "施工图审查完成", "未开工", "无", "无", "开工准备"),
        "furong_village": ("120", "古建筑修缮6处", "已开工", "无", "无", "水系整治"),
        "lishui_street": ("95", "沿街立面修缮240米", "已开工", "无", "无", "业态招租"),
        "spa_resort": (
            "0",
            "投资协议商谈",
            "未开工",
            "投资方资金计划未定",
            "请县领导出面协调投资方",
            "争取签约",
        ),
    },
}
GIVEN_IN_LIST = {
    "government_investment": {"paid_in": "600", "paid_out": "520"},
    "tourism": {"paid_in": "180"},
}
TOLD = {
    "schedule": "按年初计划推进，本月应完成全年任务的八点三个百分点",
    "progress": "开展专项检查126次，发现隐患312处，已整改298处，重大隐患全部落实责任单位和整改时限",
    "problems": "",
    "next_plan": "开展夏季专项整治，对未整改的隐患逐项销号",
}
LEADS = {
    "energy": ("完成重点用能企业能源审计12家，淘汰落后电机46台", "督促七屿纸业等企业落实节能技改"),
    "emissions": ("核查减排项目9个，瓯北污水处理厂负荷率提高到78%", "督促管网接入，完成造纸基地中水回用验收"),
    "safety": (TOLD["progress"], TOLD["next_plan"]),
    "order": ("组织集中清查3次，破获系列盗窃案2起", "继续开展打击两抢一盗专项行动"),
    "key_projects": ("重点工程总体推进正常，召开协调会4次", "倒排工期，抓好征地扫尾"),
    "government_investment": ("资金到位情况良好，县档案馆新馆基坑支护完成", "抓紧前期项目审批"),
    "tourism": ("旅游项目前期工作有序推进", "推进游客中心拆迁签约"),
}
HELP = {
    ("2008-06", "safety", "traffic_police"): "41省道缺少信号灯，请县交通局协调安装",
    ("2008-06", "safety", "fire_brigade"): "瓯北工业区消防通道被占，请瓯北镇政府协助清理",
    ("2008-07", "safety", "traffic_police"): "41省道信号灯尚未安装，请县交通局尽快安排",
}
LATE = {
    ("2008-06", "safety", "fire_brigade"),
    ("2008-06", "emissions", "shatou"),
    ("2008-07", "order", "drug_squad"),
}
ABSENT = {("2008-07", "tourism", "yantou")}


@cache
def programme() -> Programme:
    found = sorted(YONGJIA.rglob("*.toml"))
    return read_programme(
        {path.relative_to(YONGJIA).as_posix(): path.read_text(encoding="utf-8") for path in found}
    )


@cache
def form_in(key: str, period: str) -> Form:
    known = programme()
    asked = {one: known.forms[one] for work in known.rules.works for one in work.forms}
    called = {unit.key: unit.called for unit in known.units.values()}
    return form_of_period(known.forms[key], parse_period(period), known.records, asked, called, {})


def typed(key: str, period: str) -> dict[str, Cell]:
    """What was typed into a form, by address; of units that have not filed, nothing."""
    form = form_in(key, period)
    cells = _listed(form, period) if form.grid.records else _gridded(form, period)
    gone = {unit for one, two, unit in ABSENT if (one, two) == (period, key)}
    return {at: cell for at, cell in cells.items() if _owner(form, at) not in gone}


def _owner(form: Form, at: str) -> str:
    item, _, measure = at.partition(".")
    return form.owner_of.get((item, measure), form.lead)


def _gridded(form: Form, period: str) -> dict[str, Cell]:
    lines = {"safety": SAFETY, "emissions": EMISSIONS, "order": ORDER, "energy": ENERGY}[form.key].get(
        period, {}
    )
    found: dict[str, Cell] = {}
    for item, line in lines.items():
        keys = [measure for one, measure in form.typed_cells if one == item]
        found |= {f"{item}.{key}": _cell(word) for key, word in zip(keys, line.split(), strict=True)}
    return found


def _cell(word: str) -> Cell:
    return WORDS.get(word) or figure(Decimal(word))


def _listed(form: Form, period: str) -> dict[str, Cell]:
    fields = ("done", "image", "begun", "problems", "help", "next_plan")
    found: dict[str, Cell] = {}
    for item in form.grid.items:
        record = item.record
        assert record is not None
        facts = dict(zip(fields, PROJECTS[period][item.key], strict=True))
        for key, measure in form.measures.items():
            at = f"{item.key}.{key}"
            if key in facts:
                found[at] = _word(facts[key], number=measure.kind == "number")
            elif key in record.given:
                continue
            elif (text := GIVEN_IN_LIST.get(form.key, {}).get(key)) or (text := record.last.get(key, "")):
                found[at] = _word(text, number=measure.kind == "number")
    return found


def _word(text: str, *, number: bool) -> Cell:
    if text in ("无", ""):
        return ZERO
    return _cell(text) if number or text in WORDS else Cell(State.VALUE, text=text)


def bases(key: str, period: str) -> Bases:
    """From the sample history and, for July, June's figures."""
    at = parse_period(period)
    form = form_in(key, period)
    asked = dict.fromkeys(form.borrows.values())
    before: dict[str, Decimal] = {}
    for source in (*asked, key):
        known = _before(source, at)
        wanted = {one for one, other in form.borrows.items() if other == source}
        wanted = known.keys() - form.borrows.keys() if source == key else wanted
        before |= {one: known[one] for one in wanted & known.keys()}
    return Bases(before, _last_year(key, at), targets=_targets(key), month=at.month)


def _before(key: str, period: Period) -> dict[str, Decimal]:
    found = {
        one.address: one.number
        for one in programme().history
        if one.form == key and one.kind == "cumulative" and one.period == "2008-05"
    }
    if period.month == 7:
        for at, cell in typed(key, "2008-06").items():
            if cell.amount is not None:
                found[at] = found.get(at, Decimal(0)) + cell.amount
    return found


def _last_year(key: str, period: Period) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for one in programme().history:
        if one.form == key and one.kind == "month" and "2007-01" <= one.period <= str(period.last_year):
            found[one.address] = found.get(one.address, Decimal(0)) + one.number
    return found


def _targets(key: str) -> dict[str, Decimal]:
    return {
        one.address: one.number for one in programme().history if one.form == key and one.kind == "target"
    }


def units(key: str, period: str) -> list[UnitReport]:
    form = form_in(key, period)
    return [_unit(form, key, period, unit) for unit in form.units]


def _unit(form: Form, key: str, period: str, unit: str) -> UnitReport:
    called = programme().units[unit].called
    if (period, key, unit) in ABSENT:
        return UnitReport(unit, called, Timeliness.MISSING, "", ())
    asks = HELP.get((period, key, unit), "")
    said = {item.key: TOLD[item.key] or "无" for item in form.narrative}
    if unit == form.lead:
        said["progress"], said["next_plan"] = LEADS[key]
    if asks:
        said["problems"] = asks
    tells = form.told_by == "units" or unit == form.lead
    told = tuple((item.title, said[item.key]) for item in form.narrative) if tells else ()
    late = Timeliness.LATE if (period, key, unit) in LATE else Timeliness.ON_TIME
    return UnitReport(unit, called, late, asks, told)


def snapshot(period: str, *keys: str, **changes: Any) -> dict[str, Any]:
    """The snapshot of a period; all tables that are due in it, or those named."""
    known = programme()
    asked = [key for work in known.rules.works for key in work.forms]
    due = [key for key in keys or asked if covered_by(known.forms[key].every, parse_period(period))]
    order = {key: number for number, key in enumerate(asked)}
    frozen = [
        snapshot_sheet(
            100 * int(period[-2:]) + order[key],
            typed(key, period),
            bases(key, period),
            units(key, period),
            signatory="钱示例长",
            signed_on=f"2008年{int(period[-2:]) + 1}月5日",
            lead_signed=True,
        )
        for key in due
    ]
    return {
        "period": period,
        "title": known.rules.title,
        "county": known.rules.county,
        "sheets": frozen,
        "notes": ["期初数、上年同期数、年度目标和各项数据均为示例数据。"],
        **changes,
    }


def edition(period: str = "2008-06", *keys: str, earlier: tuple[str, ...] = (), **changes: Any) -> Edition:
    known = programme()
    asked = [key for work in known.rules.works for key in work.forms]
    forms = {
        100 * int(one[-2:]) + number: form_in(key, one)
        for one in (period, *earlier)
        for number, key in enumerate(asked)
    }
    before = [snapshot(one, *keys) for one in earlier]
    return read_edition(snapshot(period, *keys, **changes), before, forms)


__all__ = ["UNANSWERED", "bases", "edition", "form_in", "programme", "snapshot", "typed", "units"]
