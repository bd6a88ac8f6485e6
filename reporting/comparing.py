"""How a figure stands: against last month, last year, the year's target or ceiling. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from forms.cells import EXACT, State
from forms.definition import Facet, Form, Item, Measure
from forms.progress import YEAR
from forms.table import Change, Series, Table, compare, percent_of
from reporting.digest import SheetDigest
from reporting.period import parse_period

_UNKNOWN = (State.UNANSWERED, State.NOT_MEASURED)


@dataclass(frozen=True, slots=True)
class Against:
    """A figure held against the year's target (年度目标) or ceiling (严控指标).

    What runs up over the year has a ``percent`` of the target, and should have ``scheduled`` percent of it by now;
    what does not is held against the target itself. ``deviation`` is in percentage points, of the target where the
    figure is no percentage: negative is bad. None where something is not known.
    """

    target: Decimal
    amount: Decimal | None
    percent: Decimal | None = None
    scheduled: Decimal | None = None
    deviation: Decimal | None = None
    runs: bool = False
    cap: bool = False

    @property
    def breached(self) -> bool:
        """Over the ceiling of the whole year."""
        return self.cap and self.amount is not None and self.amount > self.target

    @property
    def distance(self) -> Decimal | None:
        """Less the target, in the measure's own unit."""
        return None if self.amount is None else EXACT.subtract(self.amount, self.target)


def against(form: Form, measure: Measure, series: Series, month: int) -> Against | None:
    """None where there is no target."""
    if series.target is None:
        return None
    if form.shows(Facet.CUMULATIVE) and measure.adds:
        return _run_up(measure, series, series.target, month)
    amount = series.month.amount
    if amount is None or measure.direction == "none":
        return Against(series.target, amount)
    distance = EXACT.subtract(amount, series.target)
    better = distance if measure.direction == "higher" else -distance
    points = better if measure.unit == "%" else percent_of(better, series.target)
    return Against(series.target, amount, deviation=points)


def _run_up(measure: Measure, series: Series, target: Decimal, month: int) -> Against:
    cap = measure.direction == "lower"
    amount = series.cumulative if series.complete else None
    percent, scheduled = percent_of(amount, target), percent_of(Decimal(month), Decimal(YEAR))
    deviation = None
    if percent is not None and scheduled is not None and measure.direction != "none":
        deviation = EXACT.subtract(scheduled, percent) if cap else EXACT.subtract(percent, scheduled)
    return Against(target, amount, percent, scheduled, deviation, runs=True, cap=cap)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure of a table, with all that it is compared with. ``last`` is the month's figure of the period before."""

    form: Form
    period: str
    item: Item
    measure: Measure
    series: Series
    last: Decimal | None
    against: Against | None

    @property
    def key(self) -> str:
        return f"{self.form.key}.{self.item.key}.{self.measure.key}"

    @property
    def said(self) -> bool:
        """Whether anybody has reported it."""
        return self.series.month.answered or self.series.cumulative is not None

    @property
    def of_rate(self) -> bool:
        """A percentage is compared in percentage points."""
        return self.measure.unit == "%"

    @property
    def on_month(self) -> Change | None:
        """Against the period before; None where that is not known, or only in part."""
        amount = self.series.month.amount
        return None if amount is None or self.last is None else compare(amount, self.last)

    @property
    def more(self) -> Decimal | None:
        """This month's figure less that of the period before, in the measure's own unit."""
        amount = self.series.month.amount
        return None if amount is None or self.last is None else EXACT.subtract(amount, self.last)

    @property
    def on_year(self) -> Change | None:
        """累计 against last year's; None where a part is missing or the form compares nothing."""
        one = self.series
        if not self.form.shows(Facet.YEAR_ON_YEAR) or self.measure.ratio_of or not one.complete:
            return None
        return None if one.base is None or one.cumulative is None else one.change


def indicator(sheet: SheetDigest, item: Item, measure: Measure, before: SheetDigest | None) -> Indicator:
    """A figure of a sheet; ``before`` is the same form in the period before, None where it is not known."""
    series = sheet.table[item.key, measure.key]
    month = parse_period(sheet.period).month
    last = None
    if before is not None and month_complete(sheet.table, item, measure):
        last = _last(before, item, measure)
    beside = against(sheet.form, measure, series, month)
    return Indicator(sheet.form, sheet.period, item, measure, series, last, beside)


def _last(before: SheetDigest, item: Item, measure: Measure) -> Decimal | None:
    series = before.table.series.get((item.key, measure.key))
    known = series is not None and month_complete(before.table, item, measure)
    return series.month.amount if series is not None and known else None


def month_complete(table: Table, item: Item, measure: Measure) -> bool:
    """Whether nothing of the month is missing in this figure, nor in what it is computed from."""
    items = item.total_of or (item.key,)
    measures = measure.total_of or measure.ratio_of or (measure.key,)
    parts = [table.series.get((one, other)) for one in items for other in measures]
    return all(part is not None and part.month.state not in _UNKNOWN for part in parts)
