"""Reading outputs back: whatever it is made of, an output is lines of text, and a line has numbers."""

from __future__ import annotations

import io
import re
from decimal import Decimal

from docx import Document
from markupsafe import Markup
from openpyxl import load_workbook

from templates.canvas import twin_of
from templates.message import Attachment

_NUMBER = re.compile(r"[−-]?\d+(?:\.\d+)?")
# What counts nothing: dates, numbers of documents, headings and list items, the names of roads.
_NO_FIGURES = re.compile(
    r"〔\d+〕\d+号|\d{4}年(?:\d+月)?(?:\d+日)?|\d+月(?:份|\d+日)?|1至(?=\d+月|$)|更正第\d+号|附件\d+|\d+省道|SO[₂2]"
    r"|^\d+[.、．]\s*|（示例\d*）|第\d+季度|死亡3人以上|\d+:\d+"
)


def lines_of(made: Attachment | Markup) -> list[str]:
    if isinstance(made, Markup):
        return [line.striptags() for line in made.splitlines() if line]
    if made.name.endswith(".png"):
        return twin_of(made.content).splitlines()
    if made.name.endswith(".xlsx"):
        return [" ".join(row) for row in rows_of(made)]
    return _words_of(made.content)


def rows_of(made: Attachment, sheets: int = 99) -> list[list[str]]:
    """The filled cells of every row of the first sheets; formulas are left out: they hold no number."""
    book = load_workbook(io.BytesIO(made.content))
    return [
        [_shown(value) for value in row if value is not None and not str(value).startswith("=SUM")]
        for sheet in book.worksheets[:sheets]
        for row in sheet.iter_rows(values_only=True)
    ]


def _shown(value: object) -> str:
    return format(Decimal(repr(value)), "f") if isinstance(value, int | float) else str(value)


def _words_of(content: bytes) -> list[str]:
    document = Document(io.BytesIO(content))
    lines = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        lines += [" ".join(dict.fromkeys(cell.text for cell in row.cells)) for row in table.rows]
    return [line for line in lines if line]


def numbers_in(line: str) -> list[Decimal]:
    """Figures without their sign: 欠3.2 and −3.2 are one."""
    found = _NUMBER.findall(_NO_FIGURES.sub(" ", line))
    return [abs(Decimal(text.replace("−", "-"))).normalize() for text in found]
