"""What stands where in the official table (附件 1–7): its printed rows and columns, with their headings."""

from __future__ import annotations

from collections.abc import Sequence

from forms.definition import FacetHeading, Form, Item, Measure
from templates.headings import Line


def printed_rows(form: Form) -> list[Line]:
    """The only row of a table needs no name where its facets are printed: 年度目标任务, 本期数."""
    lines = _lines(form.grid.items, form.grid.facets if form.grid.facets_on == "items" else ())
    if len(form.grid.items) > 1 or form.grid.facets_on == "measures":
        return lines
    return [Line(line.key, line.titles[-1:], line.kind) for line in lines]


def printed_columns(form: Form) -> list[Line]:
    return _lines(form.grid.measures, form.grid.facets if form.grid.facets_on == "measures" else ())


def _lines(parts: Sequence[Item] | Sequence[Measure], facets: Sequence[FacetHeading]) -> list[Line]:
    return [
        Line(part.key, (*part.under, part.title, *title), kind)
        for part in parts
        for kind, title in facets_of(part, facets)
    ]


def facets_of(part: Item | Measure, facets: Sequence[FacetHeading]) -> list[tuple[str, tuple[str, ...]]]:
    """(kind, heading) of what is printed of a row or column; one without a heading where there are no facets."""
    only = part.facets if isinstance(part, Measure) else ()
    shown: list[tuple[str, tuple[str, ...]]] = [
        (str(facet.kind), (facet.title,)) for facet in facets if not only or facet.kind in only
    ]
    return shown or [("", ())]
