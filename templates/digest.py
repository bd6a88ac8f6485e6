"""The digest as text that fits one screen of a phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from forms.progress import footing
from reporting.digest import SheetDigest, Worse, all_projects
from reporting.states import Timeliness
from templates.standing import footing_line, footing_lines, late_line
from templates.words import cell_title, quantity, say

WORST = 3
REMARKS = 3
PROBLEMS = 5
LATE = 5
PROBLEM_LENGTH = 80
REMARK_LENGTH = 120
SUMS = "合计"
INDICATORS = "主要指标"
ROSE = "较去年同期上升"
WORSE_THAN_LAST_YEAR = "不如去年同期"
WORSE_THAN_TARGET = "未达到年度目标"


def digest_text(title: str, county: str, period: str, sheets: Sequence[SheetDigest]) -> Markup:
    """应报 已报 按时 迟报 未报, the totals, what got worse, who needs help."""
    lists = [sheet for sheet in sheets if sheet.standings]
    return say(
        "compiling.digest",
        title=title,
        county=county,
        period=period,
        sheets=[_sheet(one, county) for one in sheets],
        projects=footing_line(lists[0].form, footing("", all_projects(lists)), county)
        if len(lists) > 1
        else "",
    )


def _sheet(sheet: SheetDigest, county: str) -> dict[str, Any]:
    worse = sheet.worse
    problems = [(item.title, text) for item, text in sheet.helped_projects]
    problems += [(unit.called, unit.help_text) for unit in sheet.problems]
    behind = behind_lines(sheet)
    return {
        "title": sheet.form.short,
        "expected": sheet.expected,
        "filed": sheet.filed,
        "on_time": sheet.count(Timeliness.ON_TIME),
        "late": sheet.count(Timeliness.LATE, Timeliness.AFTER_LOCK),
        "exempt_units": sheet.called(Timeliness.EXEMPT),
        "missing": sheet.expected - sheet.filed,
        "late_units": sheet.called(Timeliness.LATE, Timeliness.AFTER_LOCK),
        "missing_units": sheet.called(Timeliness.MISSING, Timeliness.PENDING),
        "unsigned_lead": "" if sheet.lead_signed else sheet.form.header_unit,
        "totals_title": SUMS if sheet.adds else INDICATORS,
        "totals": _totals(sheet),
        "incomplete": sheet.adds and bool(sheet.missing_items),
        "worse_title": WORSE_THAN_TARGET if behind else _worse_title(worse),
        "worse": (behind or [_worse(one) for one in worse])[:WORST],
        "worse_more": max(len(behind or worse) - WORST, 0),
        "problems": [{"unit": who, "text": _short(text)} for who, text in problems[:PROBLEMS]],
        "problems_more": max(len(problems) - PROBLEMS, 0),
        "projects": footing_lines(sheet.form, sheet.standings, county) if sheet.standings else [],
        "lagging": [late_line(item, one) for item, one in sheet.late_projects[:LATE]],
        "lagging_more": max(len(sheet.late_projects) - LATE, 0),
        "remarks": [_short(remark, REMARK_LENGTH) for remark in sheet.remarks[:REMARKS]],
        "remarks_more": max(len(sheet.remarks) - REMARKS, 0),
    }


def behind_lines(sheet: SheetDigest) -> list[Markup]:
    """Figures that miss the year's target."""
    return [say("compiling.behind", measure=measure, series=series) for measure, series in sheet.behind]


def _totals(sheet: SheetDigest) -> list[dict[str, Any]]:
    """What leaders read first; nothing is said of what nobody has reported."""
    rows = {item.key for item, _, _ in sheet.headline}
    return [
        {
            "title": measure.called if len(rows) == 1 else cell_title(item, measure),
            "month": quantity(series.month, measure),
            "cumulative": say("compiling.cumulative", form=sheet.form, series=series, measure=measure),
        }
        for item, measure, series in sheet.headline
        if series.month.answered or series.cumulative is not None
    ]


def _worse_title(worse: Sequence[Worse]) -> str:
    """较去年同期上升 when that is what is bad, a neutral word when both ways occur."""
    return ROSE if all(one.measure.direction == "lower" for one in worse) else WORSE_THAN_LAST_YEAR


def _worse(one: Worse) -> Markup:
    title = cell_title(one.item, one.measure)
    return say("compiling.worse", title=title, measure=one.measure, series=one.series)


def _short(text: str, length: int = PROBLEM_LENGTH) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
