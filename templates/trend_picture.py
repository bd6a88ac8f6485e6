"""十二个月走势: a line for each figure that leaders read first, over the twelve months up to this one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from reporting.circular import Circular, pace
from reporting.digest import SheetDigest
from reporting.edition import Edition
from reporting.period import Period, parse_period
from templates.canvas import (
    BLUE,
    FAINT,
    INK,
    MARGIN,
    RED,
    RULE,
    SMALL,
    USUAL,
    WIDTH,
    Canvas,
    heading,
    heading_height,
)
from templates.message import Attachment
from templates.picture_type import Style
from templates.words import cell_title, month_of, number, number_fixed

MONTHS, FEWEST = 12, 6  # a young programme has few; its line is not pressed into a corner
MOST = 14  # lines
PLOT = 130.0  # pixels
TITLE = Style(USUAL)
LABEL = Style(SMALL)
INNER = 60.0  # pixels at both sides, for labels


@dataclass(frozen=True, slots=True)
class Line:
    """``values`` by period, only where they are known."""

    name: str
    values: Mapping[Period, str]

    def amount(self, at: Period) -> float:
        return float(self.values[at].replace("−", "-"))


def lines_of(edition: Edition) -> list[Line]:
    """Those with more than one month; of projects, how much of the year's plan is done."""
    months = {parse_period(period): sheets for period, sheets in edition.earlier.items()}
    months[parse_period(edition.period)] = edition.sheets
    found = []
    for sheet in Circular(edition).sheets:
        of = {
            at: same
            for at, sheets in sorted(months.items())
            if (same := next((one for one in sheets if one.form.key == sheet.form.key), None))
        }
        found += [line for line in _lines(sheet, of) if len(line.values) > 1]
    return found


def _lines(sheet: SheetDigest, of: Mapping[Period, SheetDigest]) -> Iterator[Line]:
    if sheet.standings:
        done = {at: pace([one]).footing.percent for at, one in of.items() if one.standings}
        known = {at: number_fixed(percent) for at, percent in done.items() if percent is not None}
        yield Line(f"{sheet.form.short}·累计占年度计划（%）", known)
        return
    for item, measure, _ in sheet.headline:
        amounts = {at: _amount(one, item.key, measure.key) for at, one in of.items()}
        unit = f"（{measure.unit}）" if measure.unit else ""
        shown = number_fixed if measure.ratio_of else number
        known = {at: shown(amount) for at, amount in amounts.items() if amount is not None}
        yield Line(f"{sheet.form.short}·{cell_title(item, measure)}{unit}", known)


def _amount(sheet: SheetDigest, item: str, measure: str) -> Decimal | None:
    series = sheet.table.series.get((item, measure))
    return series.month.amount if series else None


def window(period: str, lines: list[Line]) -> list[Period]:
    """The months up to this one of which anything is known, half a year of them at least."""
    now, first = parse_period(period), min(min(line.values) for line in lines)
    wide = [now.shift(ahead) for ahead in range(1 - MONTHS, 1)]
    return [at for place, at in enumerate(wide) if at >= first or place >= MONTHS - FEWEST]


def has_trend(edition: Edition) -> bool:
    return bool(lines_of(edition))


def trend_picture(edition: Edition) -> Attachment | None:
    found = lines_of(edition)
    if not found:
        return None
    months = window(edition.period, found)
    first, now = months[0], months[-1]
    title = f"{first.year}年{first.month}月至{now.year}年{now.month}月走势"
    below = "各月当月数，●为各月，◆为本月；只画已发布的月份"
    shown = found[:MOST]
    more = f"另有{len(found) - MOST}项，见汇总表" if len(found) > MOST else ""
    twin = "\n".join([title, *(_line(line) for line in shown), *([more] if more else [])])
    content = _drawn(title, below, shown, months, more, twin)
    return Attachment(f"十二个月走势（{month_of(edition.period)}）.png", content)


def _line(line: Line) -> str:
    return f"{line.name}：" + "，".join(f"{at.month}月 {value}" for at, value in sorted(line.values.items()))


def _drawn(title: str, below: str, shown: list[Line], months: list[Period], more: str, twin: str) -> bytes:
    heads = [TITLE.wrap(line.name, WIDTH - 2 * MARGIN) for line in shown]
    each = PLOT + 2 * LABEL.leading + 34
    height = heading_height(title, below) + sum(TITLE.height(len(one)) + each for one in heads) + 60 + MARGIN
    canvas = Canvas(round(height))
    top = heading(canvas, title, below)
    for line, head in zip(shown, heads, strict=True):
        for part in head:
            canvas.text(MARGIN, top + TITLE.leading / 2, part, bold=True)
            top += TITLE.leading
        _plot(canvas, line, months, top + LABEL.leading)
        top += each
    if more:
        canvas.text(MARGIN, top + SMALL / 2, more, SMALL, colour=FAINT)
    return canvas.png(twin)


def _plot(canvas: Canvas, line: Line, months: list[Period], top: float) -> None:
    room = (WIDTH - 2 * MARGIN - 2 * INNER) / (len(months) - 1)
    xs = {at: MARGIN + INNER + room * place for place, at in enumerate(months)}
    known = [at for at in months if at in line.values]
    amounts = [line.amount(at) for at in known]
    low, high = min(0.0, *amounts), max(0.0, *amounts)
    span = high - low or 1.0

    def y(amount: float) -> float:
        return top + 14 + (high - amount) / span * (PLOT - 28)

    canvas.line([MARGIN, WIDTH - MARGIN], [y(low), y(low)], RULE)
    canvas.line([xs[at] for at in known], [y(one) for one in amounts], BLUE, 4)
    for at, amount in zip(known, amounts, strict=True):
        last = at == months[-1]
        canvas.dot(xs[at], y(amount), RED if last else BLUE, "D" if last else "o", 20 if last else 14)
    for at in _labelled(line, known, months, room):
        colour = RED if at == months[-1] else INK
        canvas.text(xs[at], y(line.amount(at)) - 30, line.values[at], SMALL, across="center", colour=colour)
    for place, at in enumerate(months):
        if len(months) <= FEWEST or (len(months) - 1 - place) % 2 == 0:
            says = f"{at.month}月" if at.month > 1 else f"{at.year % 100:02}年1月"
            canvas.text(
                xs[at], top + PLOT + LABEL.leading / 2 + 6, says, SMALL - 2, across="center", colour=FAINT
            )


def _labelled(line: Line, known: list[Period], months: list[Period], room: float) -> list[Period]:
    """All months where their figures have room side by side, else the last, the highest and the lowest."""
    if all(LABEL.width(line.values[at]) < room - 6 for at in known):
        return known
    ends = {known[-1], max(known, key=line.amount), min(known, key=line.amount)}
    kept: list[Period] = []
    for at in sorted(ends, reverse=True):
        if not kept or months.index(kept[-1]) - months.index(at) > 1:
            kept.append(at)
    return kept
