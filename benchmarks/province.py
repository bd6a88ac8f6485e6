"""A synthetic edition of many units: each fills a row of each table, as a province's or a large city's would."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from forms.cells import Cell, figure
from forms.definition import Form
from forms.table import Bases
from reporting.digest import Source, UnitReport, snapshot_sheet
from reporting.edition import Edition, read_edition
from reporting.states import Timeliness

PERIOD, BEFORE = "2008-07", "2008-06"
MEASURES = (("count", "事故起数", "起"), ("loss", "直接经济损失(万元)", "万元"))
_NARRATIVE = (
    {"key": "progress", "title": "本月工作进展", "question": "进展如何？"},
    {"key": "problems", "title": "存在问题及需帮助解决的事项", "question": "有什么问题？", "asks_help": True},
)


def form(number: int, units: int) -> Form:
    """A row for each unit and a total; 当月, 累计 and 同比 of two figures."""
    items: list[dict[str, Any]] = [
        {"key": f"u{one}", "title": f"第{one}单位", "owner": f"u{one}"} for one in range(units)
    ]
    items.append({"key": "total", "title": "合计", "total_of": tuple(f"u{one}" for one in range(units))})
    facets = (("month", "当月"), ("cumulative", "累计"), ("year_on_year", "累计比去年同期±%"))
    return Form.model_validate(
        {
            "key": f"work{number}",
            "version": 1,
            "title": f"第{number}项工作进展情况报告表",
            "short": f"第{number}项工作",
            "lead": "lead",
            "header_unit": "合成主管局",
            "grid": {
                "facets_on": "measures",
                "facets": tuple({"kind": kind, "title": title} for kind, title in facets),
                "items": tuple(items),
                "measures": tuple(
                    {
                        "key": key,
                        "title": title,
                        "short": title,
                        "unit": unit,
                        "decimals": 2,
                        "direction": "lower",
                    }
                    for key, title, unit in MEASURES
                ),
            },
            "narrative": _NARRATIVE,
        }
    )


def edition(units: int, forms: int, months: int = 0) -> Edition:
    """``months`` are published ones before it, at most eleven."""
    numbered = {number: form(number, units) for number in range(forms)}
    year = [f"{2007 + (place + 6) // 12}-{(place + 6) % 12 + 1:02}" for place in range(1, 12)]
    earlier = [_snapshot(numbered, period, units) for period in year[len(year) - months :]] if months else []
    return read_edition(_snapshot(numbered, PERIOD, units), earlier, numbered)


def _snapshot(forms: dict[int, Form], period: str, units: int) -> dict[str, Any]:
    sheets = [_sheet(number, period, units) for number in forms]
    return {"period": period, "title": "合成“一月一报一督查”", "county": "全县", "sheets": sheets}


def _sheet(number: int, period: str, units: int) -> dict[str, Any]:
    month = int(period[-2:])
    cells: dict[str, Cell] = {}
    for one in range(units):
        cells[f"u{one}.count"] = figure(Decimal((one * 7 + number + month) % 40))
        cells[f"u{one}.loss"] = figure(Decimal((one * 13 + number * 5 + month) % 900) / 10)
    before = {at: Decimal(3 + place % 50) for place, at in enumerate(cells)}
    last_year = {at: Decimal(4 + place % 60) for place, at in enumerate(cells)}
    return snapshot_sheet(
        number,
        cells,
        Bases(before, last_year, month=month),
        [_unit(one) for one in range(units)] + [_unit(units, "lead")],
        signatory="钱示例",
        signed_on="2008年8月5日",
        lead_signed=True,
        sources={at: Source("联络员", "2008年8月2日10:15") for at in cells},
    )


def _unit(one: int, key: str = "") -> UnitReport:
    told = (("本月工作进展", f"检查{one}次，整改到位"), ("存在问题及需帮助解决的事项", "无"))
    late = Timeliness.LATE if one % 50 == 7 else Timeliness.ON_TIME
    asks = "请县交通局协调" if one % 100 == 3 else ""
    return UnitReport(key or f"u{one}", f"第{one}单位", late, asks, told, "李示例", "2008年8月2日16:40")
