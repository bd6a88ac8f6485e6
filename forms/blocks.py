"""A message as rows of cells, the way a spreadsheet copies them: tabs between cells, quotes around what holds a line end."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from forms.text import as_seen, fold, is_blank, plain_widths

# Bounded on both sides, so that no text makes it slow.
_FIGURE = re.compile(r"[-+]?[0-9][0-9.,]{0,30}[^0-9年月日季]{0,4}")
_STATES = frozenset({"不适用", "未统计", "无", "零", "没有", "持平", "不可比", "—", "-", "/"})
_NUMBERED = re.compile(r"[(（]?[0-9一二三四五六七八九十]{1,2}[)）.、．]\s{0,3}")
LONGEST = 64
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Row:
    """``line`` as it came; ``cells`` stripped, in order."""

    line: str
    cells: tuple[str, ...]

    @property
    def filled(self) -> tuple[str, ...]:
        return tuple(cell for cell in self.cells if cell)


def rows_of(text: str) -> tuple[bool, list[Row]]:
    """(whether tabs divide it, its rows from the first to the last that is not blank)."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    tabbed = "\t" in plain
    if not tabbed:
        rows = [Row(line, tuple(_spaced(line))) for line in plain.split("\n")]
    else:
        cut: Iterable[Sequence[str]] = (line.split("\t") for line in plain.split("\n"))
        if plain.count('"') % 2 == 0:
            cut = csv.reader(plain.splitlines(keepends=True), delimiter="\t")
        rows = [Row("\t".join(cells), tuple(map(_bare, cells))) for cells in cut]
    filled = [at for at, row in enumerate(rows) if row.filled]
    return tabbed, rows[filled[0] : filled[-1] + 1] if filled else []


def _bare(cell: str) -> str:
    return "" if is_blank(cell) else cell.strip()


def _spaced(line: str) -> list[str]:
    return [piece for piece in as_seen(line).split() if not is_blank(piece)]


def name_of(text: str) -> str:
    """One spelling for comparing titles: no spaces or line ends, plain widths, no colon behind."""
    return "".join(fold(text).split())


@lru_cache(4096)
def title_name(title: str) -> str:
    """``name_of`` for titles of forms, of which there are few; what people type is not kept."""
    return name_of(title)


def unnumbered(text: str) -> str:
    """Without the number that lists put before a title: 1. 一、 （二）"""
    found = _NUMBERED.match(text)
    return text[found.end() :] if found else text


def is_figure(text: str) -> bool:
    """Whether it looks like something typed for a figure; whether it is one is not decided here."""
    if len(text) > LONGEST:
        return False
    plain = plain_widths(as_seen(text)).strip()
    return plain in _STATES or _FIGURE.fullmatch(plain) is not None


def short(text: str) -> str:
    """What a refusal quotes."""
    return " ".join(text.split())[:MOST_SHOWN]
