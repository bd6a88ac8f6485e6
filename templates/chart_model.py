"""A chart to be drawn, as data: bars in stacks, put together inside a transaction and drawn long after it.

Nothing but the standard library is imported, so that the process that draws starts at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar: the heights of its parts, in the chart's order of ``parts``, and what stands beside it."""

    name: str
    heights: tuple[int, ...]
    says: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """``across`` lies on its side, one line each with its words; ``along`` stands, one bar an hour."""

    title: str
    caption: str
    parts: tuple[str, ...]
    across_title: str
    across: tuple[Stack, ...]
    along_title: str
    along: tuple[Stack, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "chart": [self.title, self.caption, self.parts, self.across_title, self.along_title],
            "across": [(one.name, one.heights, one.says) for one in self.across],
            "along": [(one.name, one.heights, one.says) for one in self.along],
        }


def chart_from_json(content: Mapping[str, Any]) -> Chart:
    """Read back what ``as_json`` wrote."""
    title, caption, parts, across_title, along_title = content["chart"]
    across, along = (
        tuple(Stack(name, tuple(heights), says) for name, heights, says in content[which])
        for which in ("across", "along")
    )
    return Chart(title, caption, tuple(parts), across_title, across, along_title, along)
