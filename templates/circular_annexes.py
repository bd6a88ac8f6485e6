"""The annexes of a circular: each work's official table, in as many parts as can be read, on a page that is wide enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reporting.digest import SheetDigest
from reporting.edition import Edition
from templates.edition_tables import header_of, notes_of, sheet_page
from templates.record_layout import FOOTER, Listing
from templates.word_parts import TWIPS, Entry, Looks, paragraph, table
from templates.words import covered, say
from templates.workbook_page import Page
from templates.workbook_styles import Block, Content, Look

UPRIGHT, WIDE = 8844, 12756  # the type area of a page: 156 mm, and 225 mm where it lies
LARGEST, SMALLEST = 10.5, 7.5  # points: 五号, and what can still be read
UPRIGHT_LEAST = 9.5
FOOTER_SIZE = 10.5
ROWS_ON_A_PAGE, LEAST_ROW, MOST_ROW = 300.0, 20.0, 32.0  # points
WHOLE = 20  # rows that are kept on one page
CLOSE = 40  # twips: between a figure and its border


@dataclass(frozen=True, slots=True)
class Annex:
    """``content`` ends with the paragraph ``last``, which closes the section of the page."""

    wide: bool
    content: Markup
    last: tuple[str, str]


def annex_title(sheet: SheetDigest) -> str:
    return f"{covered(sheet.form.every, sheet.period)}{sheet.form.title}"


def annexes_of(edition: Edition) -> list[Annex]:
    only = len(edition.sheets) == 1
    return [
        _annex(sheet, edition, "附件" if only else f"附件{number}")
        for number, sheet in enumerate(edition.sheets, 1)
    ]


def _annex(sheet: SheetDigest, edition: Edition, called: str) -> Annex:
    page = sheet_page(sheet, edition.title)
    units = sum(page.widths)  # half-width characters of the workbook's body
    wide = _size(units, UPRIGHT) < UPRIGHT_LEAST
    found = [
        paragraph("附件字样", called),
        paragraph("附件标题", annex_title(sheet)),
        paragraph("表上说明", _signed(sheet, edition)),
        *_tables(page, sheet, WIDE if wide else UPRIGHT),
    ]
    if sheet.form.grid.records:
        found += [paragraph("表题", "分类汇总"), _footer(sheet, WIDE if wide else UPRIGHT)]
    *notes, last = [("表注", f"注：{note}") for note in _notes(sheet)] or [("表后", "")]
    found += [paragraph(*note) for note in notes]
    return Annex(wide, Markup().join(found), last)


def _notes(sheet: SheetDigest) -> list[str]:
    """The remark that figures are samples stands once, below the date."""
    return [note for note in dict.fromkeys([sheet.form.note, *notes_of(sheet, ())]) if note]


def _signed(sheet: SheetDigest, edition: Edition) -> str:
    header = header_of(sheet, edition.title)
    unit = sheet.form.header_unit or header.filled_by
    return say("circular.signed", unit=unit, signatory=header.signatory, day=header.signed_on).unescape()


# The table, in parts


def _size(units: float, room: int) -> float:
    """The size of letters, in points, with which so many half-width characters are as wide as the page."""
    return 2 * room / TWIPS / units


def _tables(page: Page, sheet: SheetDigest, room: int) -> Iterator[Markup]:
    parts = _parts(page, room)
    size = min(LARGEST, *(_size(_units(page, part), room) for part in parts))
    rows = range(page.repeat[0], _bottom(page, sheet) + 1)
    head = page.repeat[1] - page.repeat[0] + 1
    least = (
        LEAST_ROW if sheet.form.grid.records else min(max(ROWS_ON_A_PAGE / len(rows), LEAST_ROW), MOST_ROW)
    )
    for place, columns in enumerate(parts):
        if place:
            yield paragraph("续表", f"（续表{place}）" if len(parts) > 2 else "（续表）")
        widths = _shares([page.widths[column - 1] for column in columns], room)
        lines = _rows(page, rows, columns)
        if sheet.form.grid.records and not any(entry.text for entry in lines[-1][2:]):
            lines.pop()  # 合计 of columns that do not add up
        looks = Looks(int(2 * size) / 2, head, least, CLOSE, whole=len(lines) <= WHOLE)
        yield table(lines, widths, looks)


def _units(page: Page, columns: Sequence[int]) -> float:
    return sum(page.widths[column - 1] for column in columns)


def _bottom(page: Page, sheet: SheetDigest) -> int:
    """The last row of figures; a list's 合计 stands below its records."""
    last = max(row for row in page.lines.values())
    return last + 1 if sheet.form.grid.records and len(sheet.form.grid.items) > 1 else last


def _parts(page: Page, room: int) -> list[list[int]]:
    """Columns that stand side by side, in as few parts as can be read, and these about equally wide.

    The columns that name a row come in every part.
    """
    names = list(range(1, page.freeze[1]))
    groups = list(_groups(page, len(names) + 1))
    most = 2 * room / TWIPS / SMALLEST - _units(page, names)
    found = _filled(page, groups, most)
    while len(closer := _filled(page, groups, most := most * 0.97)) == len(found) > 1 and closer[0]:
        if max(_units(page, part) for part in closer) > most:
            break
        found = closer
    return [names + part for part in found]


def _filled(page: Page, groups: Sequence[Sequence[int]], most: float) -> list[list[int]]:
    parts: list[list[int]] = [[]]
    for group in groups:
        if parts[-1] and _units(page, [*parts[-1], *group]) > most:
            parts.append([])
        parts[-1] += group
    return parts


def _groups(page: Page, first: int) -> Iterator[list[int]]:
    """Columns below one outermost heading, which are not torn apart."""
    top, column = page.repeat[0], first
    over = {block.left: block for block in page.merged if block.top == top}
    while column <= len(page.widths):
        last = over[column].right if column in over else column
        yield list(range(column, last + 1))
        column = last + 1


def _shares(units: Sequence[float], room: int) -> list[int]:
    """Widths that fill the page to the last twip."""
    found = [int(room * one / sum(units)) for one in units]
    found[-1] += room - sum(found)
    return found


def _rows(page: Page, rows: range, columns: Sequence[int]) -> list[list[Entry]]:
    merged = {
        (row, column): block
        for block in page.merged
        for row in range(block.top, block.bottom + 1)
        for column in range(block.left, block.right + 1)
    }
    return [list(_line(page, row, columns, merged)) for row in rows]


def _line(
    page: Page, row: int, columns: Sequence[int], merged: dict[tuple[int, int], Block]
) -> Iterator[Entry]:
    place = 0
    while place < len(columns):
        column = columns[place]
        block = merged.get((row, column), Block(row, column, row, column))
        span = sum(block.left <= one <= block.right for one in columns[place:])
        content, look = page.rows[block.top][block.left]
        merge = "" if block.top == block.bottom else "restart" if row == block.top else "continue"
        yield _entry(content, look, span, merge)
        place += span


def _entry(content: Content, look: Look, span: int = 1, merge: str = "") -> Entry:
    return Entry(said(content), look.across, look.bold, look.faint, span, merge)


def said(content: Content) -> str:
    """A figure with its sign as it is printed: +8.3, −12.5."""
    if isinstance(content.value, str):
        return content.shown
    sign = "+" if content.number_format.startswith("+") and content.value > 0 else ""
    return sign + content.shown.replace("-", "−")


def _footer(sheet: SheetDigest, room: int) -> Markup:
    found = Listing(sheet.form, sheet.table, sheet.standings).footer()
    lines = [[Entry(title) for title in FOOTER]]
    for place, contents in enumerate(found, 1):
        last = place == len(found)
        lines.append(
            [Entry(said(one), "center" if isinstance(one.value, str) else "right", last) for one in contents]
        )
    return table(lines, _shares([1.6, *[1.0] * (len(FOOTER) - 1)], room), Looks(FOOTER_SIZE, whole=True))
