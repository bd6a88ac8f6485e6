"""Paragraphs and tables of a Word file, as the markup that its letterhead takes in. Lengths are in twips, 1/20 point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from markupsafe import Markup

from forms.text import clean

TWIPS = 20
THIN = 4  # eighths of a point
BESIDE = 85  # 1.5 mm between a figure and its border
LEAST_ROW = 20.0  # points
SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


@dataclass(frozen=True, slots=True)
class Looks:
    """How a table is set: ``size`` of its letters and the ``least`` height of a row in points; ``beside`` in twips.

    The first ``head`` rows come again on each page. No row is cut in two by the end of one, nor is a ``whole`` table.
    """

    size: float
    head: int = 1
    least: float = LEAST_ROW
    beside: int = BESIDE
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell of a table. ``merge`` is "restart" at the top of cells that are one, "continue" below it, else ""."""

    text: str
    across: str = "center"
    bold: bool = False
    faint: bool = False
    span: int = 1
    merge: str = ""


def paragraph(style: str, text: str = "", properties: str = "") -> Markup:
    """``properties`` are set beside those of the style."""
    return _marked(f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/>{properties}</w:pPr>{run(text)}</w:p>")


def run(text: str, properties: str = "") -> Markup:
    """A text as it is; its line ends are breaks within the paragraph."""
    if not text:
        return Markup()
    lines = clean(text).split("\n")
    said = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    return _marked(f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{said}</w:r>")


def indented(left: int = 0, right: int = 0) -> str:
    return f'<w:ind w:left="{left}" w:right="{right}" w:firstLine="0"/>'


def table(rows: Sequence[Sequence[Entry]], widths: Sequence[int], looks: Looks) -> Markup:
    stays = len(rows) - 1 if looks.whole else looks.head
    lines = "".join(
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{round(looks.least * TWIPS)}" w:hRule="atLeast"/>'
        f"{'<w:tblHeader/>' if place < looks.head else ''}</w:trPr>"
        f"{_row(row, widths, looks.size, heading=place < looks.head, stays=place < stays)}</w:tr>"
        for place, row in enumerate(rows)
    )
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="{THIN}" w:space="0" w:color="000000"/>' for side in SIDES
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return _marked(
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:left w:w="{looks.beside}" w:type="dxa"/><w:right w:w="{looks.beside}" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"
    )


def _row(row: Sequence[Entry], widths: Sequence[int], size: float, *, heading: bool, stays: bool) -> str:
    found, at = [], 0
    for entry in row:
        found.append(_cell(entry, sum(widths[at : at + entry.span]), size, heading=heading, stays=stays))
        at += entry.span
    return "".join(found)


def _cell(entry: Entry, width: int, size: float, *, heading: bool, stays: bool) -> str:
    span = f'<w:gridSpan w:val="{entry.span}"/>' if entry.span > 1 else ""
    merge = f'<w:vMerge w:val="{entry.merge}"/>' if entry.merge else ""
    said = "" if entry.merge == "continue" else entry.text
    bold = "<w:b/>" if entry.bold or heading else ""
    grey = '<w:color w:val="7F7F7F"/>' if entry.faint else ""
    half = round(2 * size)
    face = f'{bold}{grey}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'
    keep = "<w:keepNext/>" if stays else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="表格文字"/>{keep}<w:jc w:val="{entry.across}"/></w:pPr>'
        f"{run(said, face)}</w:p></w:tc>"
    )


def _marked(xml: str) -> Markup:
    return Markup(xml)  # noqa: S704 - every text in it went through ``escape``
