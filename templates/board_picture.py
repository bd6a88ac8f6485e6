"""单位与报表: a row for each unit, a column for each table, a word and a colour in each square."""

from __future__ import annotations

from dataclasses import dataclass

from reporting.board import Sign
from reporting.edition import Edition
from reporting.period import parse_period
from reporting.states import FILED, IN_TIME, Timeliness
from templates.board import LETTERS
from templates.canvas import (
    BLUE,
    FAINT,
    GREEN,
    GREY,
    INK,
    MARGIN,
    ORANGE,
    PAPER,
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
from templates.words import month_of

MOST_UNITS, MOST_TABLES = 60, 12
NAMES = 330.0  # pixels
ROW = 58
SQUARE = 6.0  # pixels between squares
HEAD = Style(SMALL)
SIGNS = {
    Timeliness.ON_TIME: (Sign.ON_TIME, BLUE, PAPER),
    Timeliness.NIL: (Sign.NIL, GREEN, PAPER),
    Timeliness.LATE: (Sign.LATE, ORANGE, INK),
    Timeliness.AFTER_LOCK: (Sign.AFTER_LOCK, ORANGE, INK),
    Timeliness.EXEMPT: (Sign.EXEMPT, GREY, INK),
    Timeliness.PENDING: (Sign.WAITING, GREY, INK),
    Timeliness.MISSING: (Sign.MISSING, RED, PAPER),
}
# Who is to be looked at first.
ORDER = (Timeliness.MISSING, Timeliness.PENDING, Timeliness.AFTER_LOCK, Timeliness.LATE)


@dataclass(frozen=True, slots=True)
class Row:
    """How one unit stands with each table; None where it fills nothing."""

    unit: str
    squares: tuple[Timeliness | None, ...]

    @property
    def rank(self) -> int:
        return min((ORDER.index(one) for one in self.squares if one in ORDER), default=len(ORDER))


def rows_of(edition: Edition) -> list[Row]:
    """Whoever owes something or was late first, then in the order of the tables."""
    sheets = edition.sheets
    called: dict[str, str] = {}
    known: dict[tuple[str, int], Timeliness] = {}
    for place, sheet in enumerate(sheets):
        for unit in sheet.units:
            called.setdefault(unit.unit, unit.called)
            known[unit.unit, place] = unit.timeliness
    places = range(len(sheets))
    rows = [Row(name, tuple(known.get((unit, place)) for place in places)) for unit, name in called.items()]
    return sorted(rows, key=lambda row: row.rank)


def board_picture(edition: Edition) -> Attachment | None:
    rows, sheets = rows_of(edition), edition.sheets
    if not rows:
        return None
    at = parse_period(edition.period)
    counted = [one for row in rows for one in row.squares if one is not None and one is not Timeliness.EXEMPT]
    filed, in_time = sum(one in FILED for one in counted), sum(one in IN_TIME for one in counted)
    title = f"{at.year}年{at.month}月份报送情况"
    below = f"应报{len(counted)}，已报{filed}，按时{in_time}。{_legend(rows)}"
    shown, columns = rows[:MOST_UNITS], [sheet.form.short for sheet in sheets]
    notes = []
    if len(rows) > MOST_UNITS:
        rest = rows[MOST_UNITS:]
        whole = all(row.rank == len(ORDER) for row in rest)
        notes.append(f"另有{len(rest)}个单位{'均按时报送或免报' if whole else ''}，见汇总表")
    if len(columns) > MOST_TABLES:
        notes.append(f"另有{len(columns) - MOST_TABLES}张报表，见汇总表")
    twin = "\n".join([title, below, *(_line(row, columns) for row in shown), *notes])
    content = _drawn(title, below, shown, columns[:MOST_TABLES], notes, twin)
    return Attachment(f"报送情况（{month_of(edition.period)}）.png", content)


def _legend(rows: list[Row]) -> str:
    used = {one for row in rows for one in row.squares}
    return "　".join("＝".join(LETTERS[SIGNS[one][0]]) for one in SIGNS if one in used)


def _line(row: Row, columns: list[str]) -> str:
    """县交警大队：安全生产迟报; 按时 for one who owes nothing."""
    told = [
        f"{column}{LETTERS[SIGNS[one][0]][1]}"
        for column, one in zip(columns, row.squares, strict=True)
        if one is not None
    ]
    return f"{row.unit}：{'、'.join(told)}"


def _drawn(
    title: str, below: str, shown: list[Row], columns: list[str], notes: list[str], twin: str
) -> bytes:
    wide = (WIDTH - 2 * MARGIN - NAMES) / max(len(columns), 1)
    heads = [HEAD.balanced(column, int(wide - SQUARE)) for column in columns]
    tall = HEAD.height(max(map(len, heads), default=0)) + 10
    height = heading_height(title, below) + tall + ROW * len(shown) + 50 * len(notes) + MARGIN
    canvas = Canvas(height)
    top = heading(canvas, title, below)
    for place, lines in enumerate(heads):
        middle = MARGIN + NAMES + wide * (place + 0.5)
        first = top + tall - 10 - HEAD.height(len(lines))
        for number, line in enumerate(lines):
            canvas.text(middle, first + HEAD.leading * (number + 0.5), line, SMALL, across="center")
    top += tall
    for row in shown:
        _draw_row(canvas, row, top, wide, len(columns))
        top += ROW
    for note in notes:
        canvas.text(MARGIN, top + 25, note, SMALL, colour=FAINT)
        top += 50
    return canvas.png(twin)


def _draw_row(canvas: Canvas, row: Row, top: float, wide: float, columns: int) -> None:
    size = next(
        (one for one in range(USUAL, SMALL - 8, -2) if Style(one).width(row.unit) <= NAMES - 12), SMALL - 8
    )
    canvas.text(MARGIN, top + ROW / 2, row.unit, size)
    for place, one in enumerate(row.squares[:columns]):
        if one is None:
            continue
        sign, fill, ink = SIGNS[one]
        left = MARGIN + NAMES + wide * place
        canvas.box(left + SQUARE / 2, top + SQUARE / 2, wide - SQUARE, ROW - SQUARE, fill)
        canvas.text(left + wide / 2, top + ROW / 2, LETTERS[sign][0], USUAL, colour=ink, across="center")
