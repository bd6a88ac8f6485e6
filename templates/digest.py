"""The digest as text that fits one screen of a phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from reporting.digest import SheetDigest
from reporting.states import Timeliness
from templates.words import quantity, say

WORST = 3
PROBLEMS = 5
PROBLEM_LENGTH = 80


def digest_text(title: str, county: str, period: str, sheets: Sequence[SheetDigest]) -> Markup:
    """应报 已报 按时 迟报 未报, the totals, what got worse, who needs help."""
    return say(
        "compiling.digest", title=title, county=county, period=period, sheets=[_sheet(one) for one in sheets]
    )


def _sheet(sheet: SheetDigest) -> dict[str, Any]:
    worse, problems = sheet.worse, sheet.problems
    return {
        "title": sheet.form.short,
        "expected": len(sheet.units),
        "filed": sheet.filed,
        "on_time": sheet.count(Timeliness.ON_TIME),
        "late": sheet.count(Timeliness.LATE),
        "missing": len(sheet.units) - sheet.filed,
        "late_units": sheet.called(Timeliness.LATE),
        "missing_units": sheet.called(Timeliness.MISSING, Timeliness.PENDING),
        "unsigned_lead": "" if sheet.lead_signed else sheet.form.header_unit,
        "totals": _totals(sheet),
        "incomplete": bool(sheet.missing_items),
        "worse": [_worse(one) for one in worse[:WORST]],
        "worse_more": max(len(worse) - WORST, 0),
        "problems": [{"unit": unit.called, "text": _short(unit.help_text)} for unit in problems[:PROBLEMS]],
        "problems_more": max(len(problems) - PROBLEMS, 0),
    }


def _totals(sheet: SheetDigest) -> list[dict[str, Any]]:
    if sheet.totals is None:
        return []
    return [
        {
            "title": measure.short,
            "month": quantity(series.month, measure),
            "cumulative": say("compiling.cumulative", series=series, measure=measure),
        }
        for measure in sheet.form.grid.measures
        for series in [sheet.table[sheet.totals.key, measure.key]]
    ]


def _worse(one: Any) -> Markup:
    return say(
        "compiling.worse",
        item=one.item.title,
        measure=one.measure,
        cumulative=one.series.cumulative,
        change=one.series.change,
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= PROBLEM_LENGTH else line[: PROBLEM_LENGTH - 1] + "…"
