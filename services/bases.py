"""What derived cells stand on: opening balances, last year's months, earlier periods of this programme."""

from __future__ import annotations

from decimal import Decimal

from forms.cells import Cell, figure
from forms.table import Bases
from reporting.period import Period, parse_period
from storage import programmes, tasks
from storage.database import Tx


def bases_for(tx: Tx, form: str, period_key: str) -> Bases:
    """Bases of one form in one period, read from loaded figures and signed answers."""
    period = parse_period(period_key)
    last_month = _cells(tx, form, period.previous)
    year_so_far = _cumulative(tx, form, Period(period.year, 1), period.previous) if period.month > 1 else {}
    last_year = _cumulative(tx, form, Period(period.year - 1, 1), period.last_year)
    return Bases(before=year_so_far, last_year=last_year, last_month=last_month)


def _cells(tx: Tx, form: str, period: Period) -> dict[str, Cell]:
    loaded = programmes.history_between(tx, form, str(period), str(period))
    cells = {row.address: figure(row.number) for row in loaded if row.kind == "month"}
    cells.update({at: cell for _, at, cell in tasks.signed_between(tx, form, str(period), str(period))})
    return cells


def _cumulative(tx: Tx, form: str, first: Period, last: Period) -> dict[str, Decimal]:
    """Sums by address. A loaded 累计 replaces everything up to and including its period."""
    loaded = programmes.history_between(tx, form, str(first), str(last))
    signed = tasks.signed_between(tx, form, str(first), str(last))
    months: dict[tuple[str, str], Decimal] = {
        (row.address, row.period): row.number for row in loaded if row.kind == "month"
    }
    months.update({(at, key): cell.amount for key, at, cell in signed if cell.amount is not None})
    openings = {row.address: row for row in loaded if row.kind == "cumulative"}
    sums: dict[str, Decimal] = {at: row.number for at, row in openings.items()}
    for (at, key), amount in months.items():
        if at not in openings or key > openings[at].period:
            sums[at] = sums.get(at, Decimal(0)) + amount
    return sums
