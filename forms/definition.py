"""Form definitions, as read from ``programmes/*/forms/*.toml``.

A grid is *items* (its rows) × *measures* (its columns) × *facets* (当月, 累计, 同比 …). The facets are
printed under the columns or under the rows, whichever the official table does. Only the facet ``month``
is typed; everything else is loaded or computed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from forms.cells import Cell
from forms.records import RecordFacts, RecordList, brought
from forms.rules import Rule, parse_rule
from forms.schema import Definition, Key, Title

# These begin the addresses of narratives and of reasons, so no row may be called so.
RESERVED = frozenset({"narrative", "reason"})


class Facet(StrEnum):
    """What one printed cell of a series shows. Only MONTH is typed (本期 in a quarterly form); TARGET is loaded."""

    TARGET = "target"
    MONTH = "month"
    CUMULATIVE = "cumulative"
    YEAR_ON_YEAR = "year_on_year"


Prefill = Literal["carry", "show", "never"]


class FacetHeading(Definition):
    kind: Facet
    title: Title


class Item(Definition):
    """A row. ``total_of`` makes it a computed sum; ``owner`` is the key of the unit that fills it.

    ``under`` are the headings to the left of it, outermost first: 其中. ``record`` is there when the row is a record of
    an instantiated list; no file gives it.
    """

    key: Key
    title: Title
    owner: Key | None = None
    total_of: tuple[Key, ...] = ()
    under: tuple[Title, ...] = ()
    record: RecordFacts | None = None

    @property
    def computed(self) -> bool:
        return bool(self.total_of)

    def asks(self, measure: Measure) -> bool:
        """True when this cell is typed in this form: it is not computed, not known beforehand, not asked elsewhere."""
        known = self.record.known if self.record else ()
        return not self.computed and not measure.computed and measure.key not in known


class Measure(Definition):
    """A column. ``unit`` is what the figure counts in, ``decimals`` how many a person may type.

    ``direction`` says which way is better; ``minimum`` and ``maximum`` bound what may be typed.
    ``short`` is the word for questions, where the heading would be too long for a phone. ``under`` are the
    headings above it, outermost first. ``ratio_of`` makes it a computed percentage: (part, whole).
    ``facets`` are the printed ones where it has not all of the grid's.

    ``kind`` other than number only in a list of records: text, one of ``choices``, or a date. ``prefill`` says what becomes of
    last month's value: carried over without being asked, shown so that ``=`` takes it, or never used. ``once`` is
    asked only where the record does not bring it, and then known.
    """

    key: Key
    title: Title
    short: Title
    unit: str = Field(default="", max_length=10)
    kind: Literal["number", "text", "choice", "date"] = "number"
    choices: tuple[Title, ...] = ()
    prefill: Prefill = "show"
    once: Literal["year", "ever"] | None = None
    max_length: int = Field(default=200, ge=10, le=1000)
    decimals: int = Field(default=0, ge=0, le=6)
    direction: Literal["lower", "higher", "none"] = "none"
    minimum: Decimal | None = Decimal(0)
    maximum: Decimal | None = None
    example: Decimal = Decimal(0)
    owner: Key | None = None
    total_of: tuple[Key, ...] = ()
    under: tuple[Title, ...] = ()
    ratio_of: tuple[Key, Key] | None = None
    facets: tuple[Facet, ...] = ()

    @property
    def computed(self) -> bool:
        return bool(self.total_of) or self.ratio_of is not None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError("choices belong to the kind choice, and to no other")
        if self.kind == "number" and "unit" not in self.model_fields_set:
            raise ValueError('unit: a figure counts in something, if only in ""')
        if self.kind != "number" and (self.computed or self.unit or self.direction != "none"):
            raise ValueError("only numbers are computed, have a unit or a direction")
        return self

    def given(self, text: str) -> Cell:
        """What a record brings for this field, as a cell."""
        return brought(text, number=self.kind == "number")

    @property
    def adds(self) -> bool:
        """False for what is itself a ratio (%, 吨标准煤/万元): its sum would mean nothing."""
        return not any(mark in self.unit for mark in "%‰/")

    @property
    def called(self) -> str:
        """The word for lists: 上塘镇万元产值能耗, 直接经济损失."""
        return "".join(self.under[-1:]) + self.short


class CellOwner(Definition):
    """An exception to row and column ownership."""

    item: Key
    measure: Key
    owner: Key


class Grid(Definition):
    corner: tuple[Title, ...] = ("统计类别",)
    facets_on: Literal["items", "measures"]
    facets: tuple[FacetHeading, ...] = Field(min_length=1)
    items: tuple[Item, ...] = ()
    measures: tuple[Measure, ...] = Field(min_length=1)
    owners: tuple[CellOwner, ...] = ()
    records: RecordList | None = None

    @model_validator(mode="after")
    def _has_rows_or_records(self) -> Self:
        if self.records is None:
            return self._is_a_plain_grid()
        known = {measure.key: measure for measure in self.measures}
        if unknown := sorted(self.records.names - known.keys()):
            raise ValueError(f"the list of records names unknown fields: {', '.join(unknown)}")
        words = known[self.records.begun].choices
        if strangers := sorted(set(self.records.begun_words) - set(words)):
            raise ValueError(f"begun_words are no choices of {self.records.begun}: {', '.join(strangers)}")
        if [facet.kind for facet in self.facets] != [Facet.MONTH] or self.facets_on != "measures":
            raise ValueError("a list of records has the one facet month, under its columns")
        return self

    def _is_a_plain_grid(self) -> Self:
        if not self.items:
            raise ValueError("grid.items: a grid needs rows")
        if odd := sorted(m.key for m in self.measures if m.kind != "number" or m.once):
            raise ValueError(
                f"only a list of records has texts, choices, dates and what is asked once: {', '.join(odd)}"
            )
        return self

    @model_validator(mode="after")
    def _keys_are_known(self) -> Self:
        for axis in (self.items, self.measures):
            _refuse_unknown_keys([part.key for part in axis], [key for part in axis for key in part.total_of])
            _refuse_unclear_totals(axis)
        _refuse_unknown_keys(
            [measure.key for measure in self.measures],
            [key for measure in self.measures for key in measure.ratio_of or ()],
        )
        rates = {measure.key for measure in self.measures if measure.ratio_of}
        if unclear := sorted(
            m.key for m in self.measures if m.ratio_of and (m.total_of or rates & {*m.ratio_of})
        ):
            raise ValueError(f"a rate is of two figures, and no total or rate itself: {', '.join(unclear)}")
        if reserved := sorted({item.key for item in self.items} & RESERVED):
            raise ValueError(f"reserved for what is told in words: {', '.join(reserved)}")
        _refuse_doubled([facet.kind for facet in self.facets])
        return self

    @model_validator(mode="after")
    def _ratios_are_never_summed(self) -> Self:
        typed = {measure.key: measure for measure in self.measures if not measure.computed}
        summed = {key for measure in self.measures for key in measure.total_of}
        if any(item.total_of for item in self.items):
            summed |= {key for key, measure in typed.items() if measure.kind == "number"}
        if ratios := sorted(key for key in summed if not typed[key].adds):
            raise ValueError(f"ratios do not add up to a total: {', '.join(ratios)}")
        return self

    @model_validator(mode="after")
    def _measures_print_facets_of_the_grid(self) -> Self:
        printed = {facet.kind for facet in self.facets} if self.facets_on == "measures" else set()
        if strangers := sorted(m.key for m in self.measures if not printed.issuperset(m.facets)):
            raise ValueError(f"facets that are not under the columns: {', '.join(strangers)}")
        return self

    @model_validator(mode="after")
    def _owners_own_typed_cells(self) -> Self:
        items = {item.key for item in self.items if not item.total_of}
        measures = {measure.key for measure in self.measures if not measure.computed}
        strangers = [o for o in self.owners if o.item not in items or o.measure not in measures]
        if strangers:
            raise ValueError(
                f"owner of an unknown or computed cell: {strangers[0].item}.{strangers[0].measure}"
            )
        _refuse_doubled([f"{owner.item}.{owner.measure}" for owner in self.owners])
        return self


def _refuse_unknown_keys(keys: list[str], used: list[str]) -> None:
    _refuse_doubled(keys)
    unknown = sorted(set(used) - set(keys))
    if unknown:
        raise ValueError(f"total_of or ratio_of names unknown keys: {', '.join(unknown)}")


def _refuse_doubled(keys: Sequence[str]) -> None:
    doubled = sorted(key for key, count in Counter(keys).items() if count > 1)
    if doubled:
        raise ValueError(f"key used twice: {', '.join(doubled)}")


def _refuse_unclear_totals(axis: Sequence[Item] | Sequence[Measure]) -> None:
    """A total sums typed cells, each once: a total of totals names what those sum."""
    computed = {part.key for part in axis if part.computed}
    for part in axis:
        _refuse_doubled(part.total_of)
        if nested := sorted(set(part.total_of) & computed):
            raise ValueError(f"total_of names computed keys: {', '.join(nested)}")


class NarrativeItem(Definition):
    """One of the things told in words. ``asks_help`` marks the item whose text leaders are asked to act on.

    ``recalls`` names the item whose text of last month is shown with the question. ``prefill`` as for measures.
    """

    key: Key
    title: Title
    question: str = Field(min_length=1, max_length=300)
    asks_help: bool = False
    max_length: int = Field(default=500, ge=20, le=2000)
    recalls: Key | None = None
    prefill: Literal["show", "never"] = "show"


def _readable(rule: str) -> str:
    parse_rule(rule)
    return rule


class Check(Definition):
    """A rule on typed figures. ``hard`` refuses; ``soft`` asks for one line of reason.

    A rule names measures, and then holds in each row, or whole addresses, and then holds once. ``scope``
    "unit" looks at one unit's own figures, "sheet" at the figures of all units together.
    """

    level: Literal["hard", "soft"]
    rule: Annotated[str, Field(max_length=200), AfterValidator(_readable)]
    says: str = Field(min_length=1, max_length=120)
    scope: Literal["unit", "sheet"] = "unit"

    @model_validator(mode="after")
    def _is_clear(self) -> Self:
        if self.scope == "sheet" and self.level == "hard":
            raise ValueError("what other units have filed cannot be refused: a rule on the sheet is soft")
        if len({"." in key for key in self.parsed.keys}) > 1:
            raise ValueError("a rule names either measures or whole addresses")
        return self

    @cached_property
    def parsed(self) -> Rule:
        return parse_rule(self.rule)


class Jump(Definition):
    """Soft check: a figure further than ``factor`` times from an earlier one asks for a reason.

    ``against`` is last month's or that of last year's same month. Differences up to ``floor`` (in the
    measure's own unit) are never questioned.
    """

    measure: Key
    against: Literal["last_month", "last_year"] = "last_month"
    factor: Decimal = Field(gt=1)
    floor: Decimal = Field(ge=0)


class Form(Definition):
    """One 报告表 (空表). ``version`` grows with every change; sheets keep the version they opened with."""

    key: Key
    version: int = Field(ge=1)
    every: Literal["month", "quarter"] = "month"
    title: Title
    short: Title
    lead: Key
    header_unit: Title
    note: str = ""
    grid: Grid
    narrative: tuple[NarrativeItem, ...] = ()
    # Who tells it: every unit that fills something, or the lead unit alone.
    told_by: Literal["units", "lead"] = "units"
    checks: tuple[Check, ...] = ()
    jumps: tuple[Jump, ...] = ()
    # Addresses that leaders read first; the row of totals when nothing is named.
    headline: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _headline_is_known(self) -> Self:
        known = {f"{item.key}.{measure.key}" for item in self.grid.items for measure in self.grid.measures}
        unknown = sorted(set(self.headline) - known)
        if unknown:
            raise ValueError(f"headline names unknown cells: {', '.join(unknown)}")
        return self

    @model_validator(mode="after")
    def _checks_name_measures(self) -> Self:
        known = {m.key for m in self.grid.measures if not m.computed and m.kind == "number"}
        used = {key for check in self.checks for key in check.parsed.keys}
        cells = {f"{item.key}.{key}" for item in self.grid.items for key in known}
        unknown = sorted((used | {jump.measure for jump in self.jumps}) - known - cells)
        if unknown:
            raise ValueError(f"checks name unknown or computed measures: {', '.join(unknown)}")
        return self

    @model_validator(mode="after")
    def _narratives_have_their_own_keys(self) -> Self:
        keys = [item.key for item in self.narrative]
        _refuse_doubled(keys)
        if unknown := sorted({item.recalls for item in self.narrative if item.recalls} - set(keys)):
            raise ValueError(f"recalls names unknown items: {', '.join(unknown)}")
        return self

    @cached_property
    def items(self) -> dict[str, Item]:
        return {item.key: item for item in self.grid.items}

    @cached_property
    def measures(self) -> dict[str, Measure]:
        return {measure.key: measure for measure in self.grid.measures}

    @cached_property
    def narratives(self) -> dict[str, NarrativeItem]:
        return {item.key: item for item in self.narrative}

    @cached_property
    def typed_cells(self) -> tuple[tuple[str, str], ...]:
        """(item key, measure key) of every cell that people type, in reading order."""
        return tuple(
            (item.key, measure.key)
            for item in self.grid.items
            for measure in self.grid.measures
            if item.asks(measure)
        )

    @cached_property
    def given(self) -> dict[str, Cell]:
        """What the records of an instantiated list bring with them, by address."""
        return self._brought(lambda record: record.given)

    @cached_property
    def borrows(self) -> dict[str, str]:
        """The list that asks each borrowed field, by address."""
        return {
            f"{item.key}.{key}": other
            for item in self.grid.items
            if item.record
            for key, other in item.record.borrowed.items()
        }

    @cached_property
    def known_before(self) -> dict[str, Cell]:
        """What stands for last month's cells of records that were never reported on."""
        return self._brought(lambda record: record.last)

    def _brought(self, values: Callable[[RecordFacts], Mapping[str, str]]) -> dict[str, Cell]:
        return {
            f"{item.key}.{key}": self.measures[key].given(text)
            for item in self.grid.items
            if item.record
            for key, text in values(item.record).items()
        }

    def shows(self, facet: Facet) -> bool:
        """True when the official table prints this facet."""
        return any(heading.kind == facet for heading in self.grid.facets)

    @cached_property
    def owner_of(self) -> dict[tuple[str, str], str]:
        """The unit that types each cell: by cell, else by row, else by column, else the lead unit."""
        special = {(o.item, o.measure): o.owner for o in self.grid.owners}
        return {
            (item, measure): special.get((item, measure))
            or self.items[item].owner
            or self.measures[measure].owner
            or self.lead
            for item, measure in self.typed_cells
        }

    @cached_property
    def rows_of(self) -> dict[str, dict[str, list[str]]]:
        """What each unit types: measure keys by item key, both in reading order."""
        rows: dict[str, dict[str, list[str]]] = {}
        for (item, measure), unit in self.owner_of.items():
            rows.setdefault(unit, {}).setdefault(item, []).append(measure)
        return rows

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Every unit that fills something, the lead unit last (it always signs the whole)."""
        owners = dict.fromkeys(self.owner_of.values())
        owners.pop(self.lead, None)
        return (*owners, self.lead)
