"""Headings over several levels: equal ones side by side are one. Shared by workbooks and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby


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
