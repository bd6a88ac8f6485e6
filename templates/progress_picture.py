"""进度与时序进度: a bar for each project and each figure with a yearly target, and a mark where it should be by now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reporting.circular import Circular
from reporting.comparing import indicator
from reporting.digest import SheetDigest
from reporting.edition import Edition
from reporting.period import parse_period
from templates.canvas import (
    BLUE,
    FAINT,
    GREY,
    INK,
    MARGIN,
    RED,
    SMALL,
    USUAL,
    WIDTH,
    Canvas,
    heading,
    heading_height,
)
from templates.message import Attachment
from templates.picture_type import Style
from templates.words import cell_title, month_of, number_fixed

MOST = 20  # bars: what is further ahead is in the workbook
BAR, GAP, LEFT = 34, 26, MARGIN
UNDER = 8  # pixels between a name and its bar
FULL = WIDTH - 2 * MARGIN - 250.0  # pixels of 100 %; what is done beyond is cut at the edge
NAME = Style(USUAL)
LEGEND = "▼斜纹条：欠序时　▲实心条：达到序时　竖线：序时进度"


@dataclass(frozen=True, slots=True)
class Bar:
    """Percent of the year's plan, what should be done by now, and the difference; all as in the tables.

    ``cap``: a ceiling, of which less is better. ``deviation`` is negative when it is bad.
    """

    name: str
    percent: Decimal
    scheduled: Decimal
    deviation: Decimal
    cap: bool = False

    @property
    def behind(self) -> bool:
        return self.deviation < 0

    @property
    def sign(self) -> str:
        return "▼" if self.behind else "▲"

    @property
    def said(self) -> str:
        """欠47.7, 超2.3, 平; of a ceiling 高1.2 and 低1.2."""
        if not self.deviation:
            return "持平"
        ahead, behind = ("低", "高") if self.cap else ("超", "欠")
        return (behind if self.behind else ahead) + number_fixed(abs(self.deviation))


def bars(of: Circular) -> list[Bar]:
    """The furthest behind first; a project of two lists once."""
    found: dict[str, Bar] = {}
    for sheet in of.sheets:
        for key, bar in (*_projects(sheet), *_targets(sheet)):
            found.setdefault(key, bar)
    return sorted(found.values(), key=lambda bar: bar.deviation)


def _projects(sheet: SheetDigest) -> Iterator[tuple[str, Bar]]:
    for item in sheet.form.grid.items:
        one = sheet.standings.get(item.key)
        if one is None or one.percent is None or one.scheduled is None or one.deviation is None:
            continue
        yield item.key, Bar(item.title, one.percent, one.scheduled, one.deviation)


def _targets(sheet: SheetDigest) -> Iterator[tuple[str, Bar]]:
    """Headline figures that run up to a yearly target or ceiling."""
    if sheet.standings:
        return
    for item, measure, _ in sheet.headline:
        beside = indicator(sheet, item, measure, None).against
        if beside is None or beside.percent is None or beside.scheduled is None or beside.deviation is None:
            continue
        name = f"{sheet.form.short}·{cell_title(item, measure)}"
        yield (
            f"{sheet.form.key}.{item.key}.{measure.key}",
            Bar(name, beside.percent, beside.scheduled, beside.deviation, beside.cap),
        )


def has_progress(edition: Edition) -> bool:
    return bool(bars(Circular(edition)))


def progress_picture(edition: Edition) -> Attachment | None:
    found = bars(Circular(edition))
    if not found:
        return None
    at = parse_period(edition.period)
    title = f"{at.year}年{at.month}月份进度与时序进度"
    below = f"占年度计划或目标的%；最右为与序时相差的百分点\n{LEGEND}"
    shown, more = found[:MOST], len(found) - MOST
    ahead = f"另有{more}项欠序时更少或已达到，见汇总表" if more > 0 else ""
    twin = "\n".join([title, *map(_line, shown), *([ahead] if ahead else [])])
    content = _drawn(title, below, shown, ahead, twin)
    return Attachment(f"进度与时序进度（{month_of(edition.period)}）.png", content)


def _line(bar: Bar) -> str:
    return (
        f"{bar.sign}{bar.name}：{number_fixed(bar.percent)}%，序时{number_fixed(bar.scheduled)}%，{bar.said}"
    )


def _drawn(title: str, below: str, shown: list[Bar], ahead: str, twin: str) -> bytes:
    names = [NAME.wrap(bar.name, WIDTH - 2 * MARGIN) for bar in shown]
    rows = sum(NAME.height(len(lines)) + UNDER + BAR + GAP for lines in names)
    canvas = Canvas(heading_height(title, below) + rows + (60 if ahead else 0) + MARGIN)
    top = heading(canvas, title, below)
    for bar, lines in zip(shown, names, strict=True):
        for line in lines:
            canvas.text(LEFT, top + NAME.leading / 2, line)
            top += NAME.leading
        top += UNDER
        _draw_bar(canvas, bar, top)
        top += BAR + GAP
    if ahead:
        canvas.text(LEFT, top + SMALL / 2, ahead, SMALL, colour=FAINT)
    return canvas.png(twin)


def _draw_bar(canvas: Canvas, bar: Bar, top: float) -> None:
    canvas.box(LEFT, top, FULL, BAR, GREY)
    done = float(min(max(bar.percent, Decimal(0)), Decimal(100))) / 100 * FULL
    canvas.box(LEFT, top, done, BAR, RED if bar.behind else BLUE, hatch="//" if bar.behind else "")
    mark = LEFT + float(min(bar.scheduled, Decimal(100))) / 100 * FULL
    canvas.line([mark, mark], [top - 7, top + BAR + 7], INK, 6)
    says = f"{bar.sign}{number_fixed(bar.percent)}%"
    canvas.text(LEFT + FULL + 14, top + BAR / 2, says, SMALL, colour=RED if bar.behind else BLUE, bold=True)
    canvas.text(WIDTH - MARGIN, top + BAR / 2, bar.said, SMALL, across="right")
