"""What derived cells stand on: opening balances, last year's months, earlier periods of this programme."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from forms.cells import Cell, State, exact_sum, figure
from forms.definition import RESERVED, Facet, Form
from forms.table import Bases
from reporting.period import MONTHS_OF, Period, covered_by, parse_period, periods
from storage import programmes, tasks
from storage.database import Tx

BEGINNING = "0000-01"


def bases_for(tx: Tx, form: Form, period_key: str, forms: Mapping[str, Form]) -> Bases:
    """Bases of one form in one period, read from loaded figures and signed answers.

    What a list of records borrows has its bases in the list that asks it, one of ``forms``.
    """
    bases = _bases(tx, form, period_key)
    for key in dict.fromkeys(form.borrows.values()):
        lender = _bases(tx, forms[key], period_key) if key in forms else Bases()
        wanted = {at for at, other in form.borrows.items() if other == key}
        bases = replace(
            bases,
            before={**bases.before, **{at: lender.before[at] for at in wanted & lender.before.keys()}},
            gaps=bases.gaps | (lender.gaps & wanted),
        )
    return bases


def _bases(tx: Tx, form: Form, period_key: str) -> Bases:
    period = parse_period(period_key)
    months = MONTHS_OF[form.every]
    earlier = Bases(
        last_month={
            **form.known_before,
            **_newest(tx, form, period.shift(-months)),
            **_cells(tx, form.key, period.shift(-months)),
        },
        same_month=_cells(tx, form.key, period.last_year),
        told=tasks.told_in(tx, form.key, str(period.shift(-months))),
        targets=_targets(tx, form.key, period.year),
        month=period.month,
    )
    if not form.shows(Facet.CUMULATIVE) and form.grid.records is None:
        return earlier
    this_year = _sums(tx, form, Period(period.year, 1), period.previous) if period.month > 1 else {}
    last_year = _sums(tx, form, Period(period.year - 1, 1), period.last_year)
    return replace(
        earlier,
        before={at: found.amount for at, found in this_year.items()},
        last_year={at: found.amount for at, found in last_year.items() if found.complete},
        gaps=frozenset(at for at, found in this_year.items() if not found.complete),
    )


def _targets(tx: Tx, form: str, year: int) -> dict[str, Decimal]:
    loaded = programmes.history_between(tx, form, f"{year}-01", f"{year}-12")
    return {row.address: row.number for row in loaded if row.kind == "target"}


def _cells(tx: Tx, form: str, period: Period) -> dict[str, Cell]:
    loaded = programmes.history_between(tx, form, str(period), str(period))
    cells = {row.address: figure(row.number) for row in loaded if row.kind == "month"}
    signed = tasks.signed_between(tx, form, str(period), str(period))
    cells.update({at: cell for _, at, cell in signed if at.partition(".")[0] not in RESERVED})
    return cells


def _newest(tx: Tx, form: Form, last: Period) -> dict[str, Cell]:
    """The newest signed values of what is carried over: a month that was not reported does not lose them."""
    carried = {key for key, measure in form.measures.items() if measure.prefill == "carry"}
    if not carried:
        return {}
    signed = sorted(tasks.signed_between(tx, form.key, BEGINNING, str(last)), key=lambda one: one[0])
    return {at: cell for _, at, cell in signed if at.partition(".")[2] in carried and cell.answered}


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum since January, and whether every month in it is known."""

    amount: Decimal
    complete: bool


def _sums(tx: Tx, form: Form, first: Period, last: Period) -> dict[str, _Sum]:
    """Sums by address. A loaded 累计 stands for everything up to and including its period."""
    months: dict[str, dict[str, Decimal]] = defaultdict(dict)
    openings: dict[str, tuple[str, Decimal]] = {}
    for row in programmes.history_between(tx, form.key, str(first), str(last)):
        if row.kind == "month":
            months[row.address][row.period] = row.number
        elif row.kind == "cumulative":
            openings[row.address] = (row.period, row.number)
    for key, at, cell in tasks.signed_between(tx, form.key, str(first), str(last)):
        if cell.amount is not None:
            months[at][key] = cell.amount
        elif cell.state is State.NOT_APPLICABLE:
            months[at][key] = Decimal(0)
    wanted = [str(period) for period in periods(first, last) if covered_by(form.every, period)]
    since = {item.key: item.record.since for item in form.grid.items if item.record}
    return {
        at: _sum(
            months[at],
            openings.get(at, ("", Decimal(0))),
            [key for key in wanted if key >= since.get(at.partition(".")[0], "")],
        )
        for at in {*months, *openings}
    }


def _sum(months: Mapping[str, Decimal], opening: tuple[str, Decimal], wanted: list[str]) -> _Sum:
    after = [key for key in wanted if key > opening[0]]
    known = [months[key] for key in after if key in months]
    return _Sum(exact_sum([opening[1], *known]), len(known) == len(after))
