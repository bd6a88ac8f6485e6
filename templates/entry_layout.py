"""What stands where in the workbook that one unit fills in: the official layout cut down to its own part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from forms.definition import Facet, Form, Item, Measure
from forms.questions import Part

LAST = "last"  # last period's figure beside this one's; every other kind is a Facet


@dataclass(frozen=True, slots=True)
class Line:
    """A printed row or column: ``key`` of the item or measure, ``titles`` from the outermost heading inwards.

    ``kind`` is "" on the axis that has no facets.
    """

    key: str
    titles: tuple[str, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A title over the lines ``first`` to ``last``, on the levels ``top`` to ``bottom`` of the headings."""

    title: str
    first: int
    last: int
    top: int
    bottom: int


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
            Line(part.key, (*_above(part), part.title, *([title] if title else [])), kind)
            for part in parts
            for kind, title in (self._facets if on else (("", ""),))
        ]

    @cached_property
    def _facets(self) -> list[tuple[str, str]]:
        """The official facets, and last period's right behind this one's."""
        found: list[tuple[str, str]] = []
        for facet in self.form.grid.facets:
            found.append((str(facet.kind), facet.title))
            if facet.kind is Facet.MONTH:
                found.append((LAST, self.before))
        return found


def _parts(measure: Measure) -> tuple[str, ...]:
    return measure.total_of or measure.ratio_of or ()


def _above(part: Item | Measure) -> tuple[str, ...]:
    return part.under if isinstance(part, Measure) else ()


def levels(lines: Sequence[Line]) -> int:
    """How many levels of headings these lines need."""
    return max((len(line.titles) for line in lines), default=1)


def headings(lines: Sequence[Line]) -> Iterator[Heading]:
    """Equal headings side by side become one; a short one reaches down to the level of its neighbours."""
    deep = levels(lines)
    faceted = any(line.kind for line in lines)
    for level in range(deep):
        prefixes = [_prefix(line, level, deep, faceted) for line in lines]
        for _, group in groupby(range(len(lines)), prefixes.__getitem__):
            places = list(group)
            titles = _spread(lines[places[0]], deep, faceted)
            if (title := titles[level]) is not None:
                bottom = level
                while bottom + 1 < deep and titles[bottom + 1] is None:
                    bottom += 1
                yield Heading(title, places[0], places[-1], level, bottom)


def _spread(line: Line, deep: int, faceted: bool) -> tuple[str | None, ...]:
    """The line's titles on all levels, None where the one above reaches down; a facet stands at the bottom."""
    missing = (None,) * (deep - len(line.titles))
    return (*line.titles[:-1], *missing, line.titles[-1]) if faceted else (*line.titles, *missing)


def _prefix(line: Line, level: int, deep: int, faceted: bool) -> tuple[str | None, ...]:
    """Lines share a heading when everything down to it is the same; two measures of one name stay two."""
    titles = _spread(line, deep, faceted)[: level + 1]
    inner = level >= len(line.titles) - (2 if faceted else 1)
    return (*titles, line.key) if inner else titles
