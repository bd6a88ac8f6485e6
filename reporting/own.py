"""What an edition says of one unit alone, for its own liaison and signatory. Pure.

Nothing of another unit is in here: neither a total, which is made of others' figures too, nor a rank, nor what it owned
in months before that belonged to somebody else then. (累计 stays that of the row.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from forms.cells import Cell
from forms.definition import Form, Item, Measure
from forms.progress import Progress
from forms.table import Series
from reporting.asked import asked_of
from reporting.comparing import Indicator, indicator
from reporting.digest import SheetDigest
from reporting.edition import Edition
from reporting.period import Period, parse_period
from reporting.states import Timeliness

# What the reader is shown first: all that a unit types in a usual table, and the beginning of a very long one.
MOST_FIGURES = 24


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that the unit typed itself. ``past`` are the same figure's earlier months, oldest first."""

    indicator: Indicator
    past: tuple[tuple[Period, Decimal], ...]

    @property
    def item(self) -> Item:
        return self.indicator.item

    @property
    def measure(self) -> Measure:
        return self.indicator.measure

    @property
    def series(self) -> Series:
        return self.indicator.series


@dataclass(frozen=True, slots=True)
class Project:
    """One project of the unit. ``asked`` is what it asks for, "" for nothing."""

    item: Item
    done: Cell
    progress: Progress
    past: tuple[tuple[Period, Decimal], ...]
    asked: str


@dataclass(frozen=True, slots=True)
class OwnTable:
    """The unit's part of one table. ``asked`` is its problem as it is printed, ``of`` who is asked by name."""

    form: Form
    timeliness: Timeliness
    signed_at: str
    figures: tuple[Figure, ...]
    projects: tuple[Project, ...]
    asked: str
    of: str
    more: int = 0


@dataclass(frozen=True, slots=True)
class Own:
    """``tables`` in the order of the edition."""

    unit: str
    called: str
    period: str
    tables: tuple[OwnTable, ...] = field(default=())


def own_of(edition: Edition, unit: str) -> Own | None:
    """None for a unit that reports nothing in this period."""
    tables = tuple(found for sheet in edition.sheets if (found := _table(edition, sheet, unit)))
    if not tables:
        return None
    called = next(one.called for sheet in edition.sheets for one in sheet.units if one.unit == unit)
    return Own(unit, called, edition.period, tables)


def _table(edition: Edition, sheet: SheetDigest, unit: str) -> OwnTable | None:
    report = next((one for one in sheet.units if one.unit == unit), None)
    if report is None:
        return None
    projects = tuple(_projects(edition, sheet, unit)) if sheet.standings else ()
    figures = () if sheet.standings else tuple(_figures(edition, sheet, unit))
    return OwnTable(
        sheet.form,
        report.timeliness,
        report.signed_at,
        figures[:MOST_FIGURES],
        projects[:MOST_FIGURES],
        report.help_text,
        asked_of(report.help_text),
        more=max(len(figures) + len(projects) - MOST_FIGURES, 0),
    )


def _figures(edition: Edition, sheet: SheetDigest, unit: str) -> Iterator[Figure]:
    before = edition.before_of(sheet)
    for item, measures in sheet.form.rows_of.get(unit, {}).items():
        for key in measures:
            measure = sheet.form.measures[key]
            if measure.kind != "number" or not sheet.table[item, key].month.answered:
                continue
            mine = before if before and before.form.owner_of.get((item, key)) == unit else None
            found = indicator(sheet, sheet.form.items[item], measure, mine)
            yield Figure(found, _past(edition, sheet, unit, item, key))


def _past(
    edition: Edition, sheet: SheetDigest, unit: str, item: str, measure: str
) -> tuple[tuple[Period, Decimal], ...]:
    found = []
    for period, sheets in sorted(edition.earlier.items()):
        for one in sheets:
            if one.form.key == sheet.form.key and one.form.owner_of.get((item, measure)) == unit:
                amount = one.table[item, measure].month.amount
                found += [(parse_period(period), amount)] if amount is not None else []
    return tuple(found)


def _projects(edition: Edition, sheet: SheetDigest, unit: str) -> Iterator[Project]:
    records = sheet.form.grid.records
    assert records is not None
    for item in sheet.form.grid.items:
        if not _owns(sheet.form, item.key, unit):
            continue
        done = sheet.table[item.key, records.done].month
        asked = (sheet.table[item.key, records.help].month.text or "") if records.help else ""
        past = []
        for period, sheets in sorted(edition.earlier.items()):
            for one in sheets:
                same = one.form.key == sheet.form.key and _owns(one.form, item.key, unit)
                standing = one.standings.get(item.key)
                if same and standing and standing.percent is not None:
                    past.append((parse_period(period), standing.percent))
        yield Project(item, done, sheet.standings[item.key], tuple(past), asked)


def _owns(form: Form, item: str, unit: str) -> bool:
    return any(form.owner_of.get((item, key)) == unit for key in form.measures)
