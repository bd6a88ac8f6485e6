"""Derived cells: 累计, 同比 and 合计, always computed from stored values, never typed or trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum

from forms.cells import EXACT, NOT_APPLICABLE, UNANSWERED, ZERO, Cell, State, add, exact_sum, figure
from forms.definition import Form

TENTH = Decimal("0.1")
_WIDE = Context(prec=120, rounding=ROUND_HALF_UP)


def address(item: str, measure: str) -> str:
    """How a figure is named in storage, buttons and returns."""
    return f"{item}.{measure}"


class ChangeKind(StrEnum):
    PERCENT = "percent"
    FLAT = "flat"
    NO_BASE = "no_base"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class Change:
    """累计比去年同期±%. ``percent`` has one decimal and is there only for PERCENT.

    NO_BASE: last year's figure is zero or unknown. NOT_COMPARABLE: a part of this year's is missing.
    """

    kind: ChangeKind
    percent: Decimal | None = None


def compare(now: Decimal, base: Decimal | None) -> Change:
    """Change of a cumulative figure against last year's; both zero is 持平, a zero base has no percentage."""
    if base is None:
        return Change(ChangeKind.NO_BASE)
    if now == base:
        return Change(ChangeKind.FLAT)
    if not base:
        return Change(ChangeKind.NO_BASE)
    part = _WIDE.divide(EXACT.subtract(now, base), base.copy_abs())
    percent = _WIDE.multiply(part, Decimal(100)).quantize(TENTH, context=_WIDE)
    return Change(ChangeKind.PERCENT, percent if percent else Decimal("0.0"))


@dataclass(frozen=True, slots=True)
class Bases:
    """Stored figures that derived cells stand on, each by address, in the measure's own unit.

    ``before``: this year's cumulative up to the previous period. ``last_year``: last year's cumulative up
    to the same period, only where every month is known. ``last_month``: the previous period's typed cells, for
    one unit with its own narratives. ``same_month``: those of last year's same period.
    ``targets``: this year's loaded targets. ``gaps``: addresses of which a month of this year is missing, so that no percentage can be given.
    ``told``: the previous period's narratives by unit. ``elsewhere``: what the other units of the sheet have
    signed, None where a unit does not see it: only the lead unit's part is held against it.
    ``month`` is the period's month of the year, for 时序进度.
    """

    before: Mapping[str, Decimal] = field(default_factory=dict)
    last_year: Mapping[str, Decimal] = field(default_factory=dict)
    last_month: Mapping[str, Cell] = field(default_factory=dict)
    gaps: frozenset[str] = frozenset()
    targets: Mapping[str, Decimal] = field(default_factory=dict)
    same_month: Mapping[str, Cell] = field(default_factory=dict)
    told: Mapping[str, Mapping[str, Cell]] = field(default_factory=dict)
    elsewhere: Mapping[str, Cell] | None = None
    month: int = 12

    def of_unit(self, unit: str, elsewhere: Mapping[str, Cell] | None = None) -> Bases:
        """The bases of one unit's part: last month's narratives are its own."""
        last_month = {**self.last_month, **self.told.get(unit, {})}
        return replace(self, last_month=last_month, elsewhere=elsewhere)


@dataclass(frozen=True, slots=True)
class Series:
    """The printed facets of one cell. ``complete`` is False while a month of a part is 未填 or 未统计.

    ``base`` is last year's cumulative and ``target`` this year's target, each None when unknown.
    """

    month: Cell
    cumulative: Decimal | None
    base: Decimal | None
    change: Change
    complete: bool
    target: Decimal | None = None

    @property
    def distance(self) -> Decimal | None:
        """This period's figure less the year's target, in the measure's own unit."""
        amount = self.month.amount
        return None if amount is None or self.target is None else EXACT.subtract(amount, self.target)


@dataclass(frozen=True, slots=True)
class Table:
    """A whole grid, typed and derived."""

    series: Mapping[tuple[str, str], Series]

    def __getitem__(self, at: tuple[str, str]) -> Series:
        return self.series[at]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.series)


def compute(form: Form, cells: Mapping[str, Cell], bases: Bases) -> Table:
    """Fill every cell of the grid from the typed cells (by address); what is not there is 未填."""
    cells = {**form.given, **cells} if form.given else cells
    series = {
        (item.key, measure.key): _cell_series(form, item.key, measure.key, cells, bases)
        for item in form.grid.items
        for measure in form.grid.measures
        if measure.ratio_of is None
    }
    return Table(
        {
            (item.key, measure.key): _ratio(series, item.key, *measure.ratio_of)
            if measure.ratio_of
            else _with_target(
                series[item.key, measure.key], bases.targets.get(address(item.key, measure.key))
            )
            for item in form.grid.items
            for measure in form.grid.measures
        }
    )


def _with_target(series: Series, target: Decimal | None) -> Series:
    """A total may have a target of its own that is not the sum of its parts'."""
    return series if target is None else replace(series, target=target)


def _ratio(series: Mapping[tuple[str, str], Series], item: str, part: str, whole: str) -> Series:
    """A rate in percent, one decimal, computed from the two figures and never summed; 不适用 where 0 is the whole."""
    one, other = series[item, part], series[item, whole]
    month = _rate(one.month.amount, other.month.amount)
    cumulative = percent_of(one.cumulative, other.cumulative)
    complete = one.complete and other.complete
    return Series(month, cumulative, None, Change(ChangeKind.NO_BASE), complete)


def _rate(part: Decimal | None, whole: Decimal | None) -> Cell:
    if whole == 0:
        return NOT_APPLICABLE
    percent = percent_of(part, whole)
    return UNANSWERED if percent is None else figure(percent)


def percent_of(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """One decimal, half up; None where a figure is not known or the whole is zero."""
    if part is None or not whole:
        return None
    return _WIDE.multiply(_WIDE.divide(part, whole), Decimal(100)).quantize(TENTH, context=_WIDE)


def compute_row(form: Form, item: str, cells: Mapping[str, Cell], bases: Bases) -> dict[str, Series]:
    """One row of ``compute``, by measure key: what is shown back right after a row was typed."""
    return {
        measure: _cell_series(form, item, measure, cells, bases)
        for measure in form.measures
        if (item, measure) in form.owner_of
    }


def _cell_series(form: Form, item: str, measure: str, cells: Mapping[str, Cell], bases: Bases) -> Series:
    if form.measures[measure].kind == "number":
        return _series(_parts(form, item, measure), cells, bases)
    cell = cells.get(address(item, measure), UNANSWERED)
    return Series(cell, None, None, Change(ChangeKind.NO_BASE), cell.answered)


def _parts(form: Form, item: str, measure: str) -> list[str]:
    items = form.items[item].total_of or (item,)
    measures = form.measures[measure].total_of or (measure,)
    return [address(one, other) for one in items for other in measures]


def _series(parts: list[str], cells: Mapping[str, Cell], bases: Bases) -> Series:
    typed = {part: cells.get(part, UNANSWERED) for part in parts}
    counted = {part: cell for part, cell in typed.items() if cell.state is not State.NOT_APPLICABLE}
    month = add(counted.values())
    known = [part for part, cell in counted.items() if cell.answered]
    cumulative = (
        exact_sum(
            amount
            for part in known
            for amount in (bases.before.get(part), counted[part].amount)
            if amount is not None
        )
        if known
        else None
    )
    base = _sum_known([bases.last_year.get(part) for part in counted])
    complete = month.complete and not bases.gaps.intersection(counted)
    return Series(
        month=_month_cell(list(typed.values()), month.amount),
        cumulative=cumulative,
        base=base,
        change=_change(cumulative, base, complete),
        complete=complete,
        target=_sum_known([bases.targets.get(part) for part in counted]),
    )


def _month_cell(cells: list[Cell], amount: Decimal | None) -> Cell:
    if len(cells) == 1:
        return cells[0]
    if amount is not None:
        return figure(amount)
    left = [cell for cell in cells if cell.state is not State.NOT_APPLICABLE] or cells
    return left[0] if len({cell.state for cell in left}) == 1 else UNANSWERED


def _change(cumulative: Decimal | None, base: Decimal | None, complete: bool) -> Change:
    if cumulative is None or not complete:
        return Change(ChangeKind.NOT_COMPARABLE)
    return compare(cumulative, base)


def _sum_known(amounts: list[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return exact_sum(known) if known and len(known) == len(amounts) else None


def nil_row(form: Form, item: str, mine: tuple[str, ...]) -> dict[str, Cell]:
    """零报告 of one row: an explicit zero in each of its cells that belong to the filler."""
    return {
        at: ZERO
        for measure in form.measures
        if (item, measure) in form.owner_of and (at := address(item, measure)) in mine
    }
