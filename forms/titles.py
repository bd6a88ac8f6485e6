"""What stands on the sides of a table, by the names that people give it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from forms.blocks import name_of, short, title_name, unnumbered
from forms.definition import Facet, Form, Item, Measure
from forms.problems import Refused
from forms.records import Shown

_FACET_WORDS = {
    Facet.MONTH: "当月 本月 本期 当期 本月数 当月数 本期数 本季 本季度",
    Facet.CUMULATIVE: "累计 本年累计 累计数 1至本月累计",
    Facet.YEAR_ON_YEAR: "同比 同比± 同比±% 同比% 同比(%) 比去年同期± 比去年同期±% 累计比去年同期±%",
    Facet.TARGET: "年度目标 年度目标任务 今年目标任务 目标任务",
}
_SKIPPED = frozenset(
    ("序号", "备注", "单位", "计量单位", "上月", "上期", "上月数", "上期数", "去年同期", "上年同期")
)
_CORNERS = frozenset(("项目", "指标", "类别", "名称", "统计类别", "统计指标", "统计情况", "单位", "项目名称"))


@dataclass(frozen=True, slots=True)
class Line:
    """A printed row or column: an item or measure, a facet, or both; ``skipped`` holds nothing that is typed."""

    key: str = ""
    facet: Facet | None = None
    skipped: bool = False


@dataclass(frozen=True)
class Side:
    """The rows or the columns. ``names`` and ``above`` (headings over it) lead to keys, ``facets`` to facets."""

    parts: Sequence[Item] | Sequence[Measure]
    names: Mapping[str, frozenset[str]]
    above: Mapping[str, frozenset[str]]
    facets: Mapping[str, Facet]
    printed: tuple[Facet, ...]
    corners: frozenset[str] = frozenset()
    skipped: frozenset[str] = _SKIPPED

    def knows(self, text: str) -> bool:
        return bool(self._keys(text)) or name_of(text) in self.facets or name_of(text) in self._computed

    @cached_property
    def _computed(self) -> frozenset[str]:
        """Headings of the form's own that nobody types under."""
        return self.skipped - _SKIPPED

    def says_nothing(self, text: str) -> bool:
        """A heading of the titles' own column, or of a column that nobody types."""
        return name_of(text) in self.corners | _CORNERS | self.skipped

    def _keys(self, text: str) -> frozenset[str]:
        found = (name_of(text), name_of(unnumbered(text)))
        return frozenset().union(*(side.get(one, ()) for side in (self.names, self.above) for one in found))

    @cached_property
    def _printed(self) -> dict[str, tuple[Facet, ...]]:
        """The facets of each part; a column may have fewer than the others."""
        return {
            part.key: (part.facets if isinstance(part, Measure) else ()) or self.printed
            for part in self.parts
        }

    def line(self, texts: Iterable[str]) -> Line | None:
        """What a row or column with these titles is; None for one that is unknown. Raises Refused if it may be two."""
        told = [text for text in texts if text]
        if any(name_of(text) in self.skipped for text in told):
            return Line(skipped=True)
        facets = {self.facets[name_of(text)] for text in told if name_of(text) in self.facets}
        titles = [text for text in told if name_of(text) not in self.facets]
        if Facet.MONTH in facets and len(facets) > 1:
            return None
        facet = next(iter(facets), None)
        if not titles:
            only = self.parts[0].key if len(self.parts) == 1 else ""  # its title is not printed then
            return Line(only, facet) if facet else None
        keys = frozenset.intersection(*map(self._keys, titles))
        named = {key for key in keys if any(key in self._named(text) for text in titles)}
        if len(named) > 1:
            raise Refused("paste.ambiguous", title=short(titles[-1]))
        return Line(named.pop(), facet) if named else None

    def _named(self, text: str) -> frozenset[str]:
        return self.names.get(name_of(text), self.names.get(name_of(unnumbered(text)), frozenset()))

    def reading(self, count: int, own: Collection[str]) -> list[Line] | None:
        """What this many rows or columns without titles are, in printed order; None unless it can be one thing only."""
        typed = [part.key for part in self.parts if part.key in own]
        with_totals = [part.key for part in self.parts if part.key in own or _sums_own(part, own)]
        every = [part.key for part in self.parts]
        found = {
            tuple(
                Line(key, facet)
                for key in keys
                for facet in (self._printed[key] if official else (Facet.MONTH,))
            )
            for keys in (typed, with_totals, every)
            for official in (False, True)
        }
        fitting = [lines for lines in found if len(lines) == count]
        return list(fitting[0]) if len(fitting) == 1 else None


def _sums_own(part: Item | Measure, own: Collection[str]) -> bool:
    """A total or a rate of nothing but the unit's own."""
    parts = part.total_of or ((part.ratio_of or ()) if isinstance(part, Measure) else ())
    return bool(parts) and all(key in own for key in parts)


def rows_side(form: Form) -> Side:
    names = _index((name, item.key) for item in form.grid.items for name in _row_names(item))
    above = _index((title_name(title), item.key) for item in form.grid.items for title in item.under)
    on = form.grid.facets_on == "items"
    return Side(form.grid.items, names, above, *_facets(form, on=on), _corners(form))


def columns_side(form: Form) -> Side:
    names = [(name, m.key) for m in form.grid.measures for name in _names(m)]
    above = [(title_name(title), m.key) for m in form.grid.measures for title in m.under]
    columns = form.grid.records.columns if form.grid.records else ()
    names += [(title_name(one.title), one.field) for one in columns if one.field and one.title]
    above += [(title_name(title), one.field) for one in columns if one.field for title in one.under]
    computed = frozenset(
        title_name(one.title) for one in columns if one.shown and one.shown is not Shown.TITLE
    )
    on = form.grid.facets_on == "measures"
    sides = (_index(names), _index(above), *_facets(form, on=on), _corners(form))
    parts = (
        () if columns else form.grid.measures
    )  # a list prints its fields in another order: headings must be there
    return Side(parts, *sides, _SKIPPED | computed)


def _row_names(item: Item) -> set[str]:
    return {title_name(item.title), title_name("".join((*item.under[-1:], item.title)))}


def _names(measure: Measure) -> set[str]:
    """Its title, its short one, either with its own unit behind it or without; never with another unit."""
    unit = f"({title_name(measure.unit)})"
    bare = {title_name(one).removesuffix(unit) for one in (measure.title, measure.short, measure.called)}
    bare |= {title_name("".join((*measure.under[-1:], measure.title))).removesuffix(unit)}
    return bare | {name + unit for name in bare if measure.unit}


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for name, key in pairs:
        found[name] = found.get(name, frozenset()) | {key}
    return found


def _facets(form: Form, *, on: bool) -> tuple[dict[str, Facet], tuple[Facet, ...]]:
    if not on:
        return {}, (Facet.MONTH,)
    words = {title_name(word): facet for facet, said in _FACET_WORDS.items() for word in said.split()}
    printed = {title_name(facet.title): facet.kind for facet in form.grid.facets}
    return {**words, **printed}, tuple(facet.kind for facet in form.grid.facets)


def _corners(form: Form) -> frozenset[str]:
    return frozenset(title_name(title) for title in form.grid.corner)
