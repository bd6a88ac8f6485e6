"""A block copied out of our own workbooks, headings and all, is read as exactly the figures that stand in it."""

from __future__ import annotations

import io
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from forms.cells import figure, narrative
from forms.definition import Form
from forms.pasting import recognise
from forms.questions import SUMMARY, Part, part_of
from forms.table import Bases, compute
from templates.entry_workbook import Entry, entry_workbook
from templates.report import Label
from templates.workbook import Header, official_workbook

FILES = sorted((Path(__file__).parents[2] / "programmes" / "yongjia" / "forms").glob("*.toml"))
FORMS = [Form.model_validate(tomllib.loads(one.read_text("utf-8"), parse_float=Decimal)) for one in FILES]
PARTS = [
    pytest.param(part_of(form, unit), id=f"{form.key} {unit}")
    for form in FORMS
    if form.grid.items
    for unit in form.units
]


def copied(content: bytes, top: int, left: int) -> str:
    """What a spreadsheet puts on the clipboard: merged cells are blank but for the first, line ends are quoted."""
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    rows = sheet.iter_rows(min_row=top, min_col=left, values_only=True)
    return "\r\n".join("\t".join(_cell(value) for value in row) for row in rows)


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return '"{}"'.format(text.replace('"', '""')) if {"\n", "\t", '"'} & set(text) else text


def figures(part: Part) -> dict[str, str]:
    return {at: str(place + 1) for place, at in enumerate(part.figures)}


@pytest.mark.parametrize("part", PARTS)
def test_the_entry_workbook_copied_whole_is_the_same_answers(part: Part) -> None:
    told = {at: f"说明{place}" for place, at in enumerate(part.narratives)}
    answers = {at: figure(Decimal(text)) for at, text in figures(part).items()}
    answers |= {at: narrative(text) for at, text in told.items()}
    label = Label(part.form.short, "2008-06", part.form.every)
    book = entry_workbook(Entry(part, answers, Bases(), label, "unit", "某单位", 1, "某县"))
    found = recognise(part, SUMMARY, copied(book, 2, 2), label.covers)
    assert found is not None
    assert found.given.cells == {**figures(part), **told}
    assert found.given.several == []


@pytest.mark.parametrize("part", PARTS)
def test_the_official_table_copied_whole_is_the_units_own_answers(part: Part) -> None:
    form = part.form
    everything = {
        f"{item}.{measure}": str(place) for place, (item, measure) in enumerate(form.typed_cells, 1)
    }
    table = compute(form, {at: figure(Decimal(text)) for at, text in everything.items()}, Bases())
    label = Label(form.short, "2008-06", form.every)
    book = official_workbook(form, table, Header(label.covers, "某局", "", "", "某县"), (), ())
    found = recognise(part, SUMMARY, copied(book, 1, 1), label.covers)
    assert found is not None
    assert found.given.cells == {at: everything[at] for at in part.figures}
