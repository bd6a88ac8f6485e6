"""What stands where in the workbook that one unit fills in: the official layout cut down to its own part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from forms.definition import Facet, Form, Item, Measure
from forms.questions import Part
from templates.headings import Line
from templates.official_layout import facets_of

LAST = "last"  # last period's figure beside this one's; every other kind is a Facet


@dataclass(frozen=True)
class Layout:
    """``before`` is how last period's figures are called: 上月, 上期."""

    part: Part
    before: str

    @property
    def form(self) -> Form:
        return self.part.form

    @cached_property
    def rows(self) -> list[Line]:
        items = [item for item in self.form.grid.items if item.key in self.part.rows]
        return self._lines(items, on=self.form.grid.facets_on == "items")

    @cached_property
    def columns(self) -> list[Line]:
        return self._lines(self._measures, on=self.form.grid.facets_on == "measures")

    @cached_property
    def _measures(self) -> list[Measure]:
        """The unit's own columns, and those computed from them alone."""
        own = {at.partition(".")[2] for at in self.part.figures}
        return [
            m for m in self.form.grid.measures if m.key in own or (_parts(m) and own.issuperset(_parts(m)))
        ]

    def _lines(self, parts: Sequence[Item] | Sequence[Measure], *, on: bool) -> list[Line]:
        return [
            Line(part.key, (*part.under, part.title, *([title] if title else [])), kind)
            for part in parts
            for kind, title in (self._facets_of(part) if on else (("", ""),))
        ]

    def _facets_of(self, part: Item | Measure) -> list[tuple[str, str]]:
        """The official facets, and last period's right behind this one's where it was typed and may be seen."""
        found: list[tuple[str, str]] = []
        for kind, (title,) in facets_of(part, self.form.grid.facets):
            found.append((kind, title))
            never = isinstance(part, Measure) and part.prefill == "never"
            if kind == Facet.MONTH and not part.computed and not never:
                found.append((LAST, self.before))
        return found


def _parts(measure: Measure) -> tuple[str, ...]:
    return measure.total_of or measure.ratio_of or ()
