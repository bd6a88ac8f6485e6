"""What a digest says, computed from one frozen snapshot: counts, totals, what got worse, who needs help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from forms.cells import Cell, State
from forms.definition import Facet, Form, Item, Measure
from forms.progress import Progress, standings
from forms.table import Bases, ChangeKind, Series, Table, compute
from reporting.period import parse_period
from reporting.states import FILED, Timeliness


@dataclass(frozen=True, slots=True)
class UnitReport:
    """One unit's standing. ``help_text`` is what it asks leaders for, "" when nothing.

    ``signed_by`` and ``signed_at`` (2008年7月2日16:40) are "" without a signature.
    """

    unit: str
    called: str
    timeliness: Timeliness
    help_text: str
    told: tuple[tuple[str, str], ...]
    signed_by: str = ""
    signed_at: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from: the post that typed it, by its name, and when (2008年7月2日10:15)."""

    post: str
    at: str


@dataclass(frozen=True, slots=True)
class Worse:
    """A figure that moved the wrong way against last year."""

    item: Item
    measure: Measure
    series: Series


@dataclass(frozen=True, slots=True)
class SheetDigest:
    """One sheet of a snapshot, everything derived again from the frozen figures.

    ``remarks`` say what was unusual and why it is right, in the words in which it was signed. ``sources`` are those of
    typed figures, by address.
    """

    form: Form
    period: str
    units: tuple[UnitReport, ...]
    table: Table
    signatory: str
    signed_on: str
    lead_signed: bool
    remarks: tuple[str, ...] = ()
    standings: Mapping[str, Progress] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)

    def count(self, *kinds: Timeliness) -> int:
        return sum(unit.timeliness in kinds for unit in self.units)

    @property
    def filed(self) -> int:
        return self.count(*FILED)

    @property
    def expected(self) -> int:
        """应报: those who are exempt (免报) do not count."""
        return len(self.units) - self.count(Timeliness.EXEMPT)

    def called(self, *kinds: Timeliness) -> list[str]:
        return [unit.called for unit in self.units if unit.timeliness in kinds]

    @property
    def headline(self) -> list[tuple[Item, Measure, Series]]:
        """What leaders read first: the cells that the form names, else its row of totals."""
        form = self.form
        named = [tuple(at.split(".")) for at in form.headline] or [
            (item.key, measure.key)
            for item in form.grid.items
            if item.total_of
            for measure in form.grid.measures
        ]
        return [(form.items[item], form.measures[key], self.table[item, key]) for item, key in named]

    @property
    def adds(self) -> bool:
        """Whether what leaders read first are totals, which go without what is missing."""
        return any(item.total_of or measure.total_of for item, measure, _ in self.headline)

    @property
    def behind(self) -> list[tuple[Measure, Series]]:
        """Figures that miss the year's target, in a form that has targets and no comparison with last year."""
        if self.form.shows(Facet.YEAR_ON_YEAR):
            return []
        return [
            (measure, series)
            for (_, key), series in self.table.series.items()
            for measure in [self.form.measures[key]]
            if measure.direction != "none"
            if series.distance and (series.distance > 0) == (measure.direction == "lower")
        ]

    @property
    def missing_items(self) -> list[Item]:
        """Rows of which something is 未填."""
        return [
            item
            for item in self.form.grid.items
            if not item.total_of
            and any(
                self.table[item.key, measure.key].month.state is State.UNANSWERED
                for measure in self.form.grid.measures
                if not measure.computed
            )
        ]

    @property
    def missing_units(self) -> list[str]:
        """Units whose figures are not in the table."""
        absent = (Timeliness.MISSING, Timeliness.PENDING, Timeliness.EXEMPT)
        return [
            unit.called for unit in self.units if unit.timeliness in absent and unit.unit in self.form.rows_of
        ]

    @property
    def late_projects(self) -> list[tuple[Item, Progress]]:
        """Projects behind their schedule, the furthest first: a fact, no judgement."""
        late = [
            (item, one)
            for item in self.form.grid.items
            if (one := self.standings.get(item.key)) and one.on_schedule is False
        ]
        return sorted(late, key=lambda pair: pair[1].deviation or Decimal(0))

    @property
    def helped_projects(self) -> list[tuple[Item, str]]:
        """Projects for which somebody is asked to do something, and what."""
        key = self.form.grid.records.help if self.form.grid.records else None
        if key is None:
            return []
        asked = [(item, self.table[item.key, key].month.text) for item in self.form.grid.items]
        return [(item, text) for item, text in asked if text]

    @property
    def problems(self) -> list[UnitReport]:
        return [unit for unit in self.units if unit.help_text]

    @property
    def worse(self) -> list[Worse]:
        """Rows × measures that got worse, the greatest change first; from nothing to something comes last."""
        if not self.form.shows(Facet.YEAR_ON_YEAR):
            return []
        found = [
            Worse(item, measure, self.table[item.key, measure.key])
            for item in self.form.grid.items
            if not item.total_of
            for measure in self.form.grid.measures
            if not measure.computed
            if _worse(measure, self.table[item.key, measure.key])
        ]
        return sorted(found, key=lambda one: -(abs(one.series.change.percent or Decimal(0))))


def all_projects(sheets: Sequence[SheetDigest]) -> list[Progress]:
    """Every project once, whatever number of lists it stands in."""
    return list({key: one for sheet in reversed(sheets) for key, one in sheet.standings.items()}.values())


def _worse(measure: Measure, series: Series) -> bool:
    if measure.direction == "none" or series.cumulative is None or series.base is None or not series.complete:
        return False
    if series.change.kind not in (ChangeKind.PERCENT, ChangeKind.NO_BASE):
        return False
    rose = series.cumulative > series.base
    return rose if measure.direction == "lower" else not rose


def read_snapshot(snapshot: Mapping[str, Any], forms: Mapping[int, Form]) -> list[SheetDigest]:
    """Derive a digest again from what ``snapshot_sheet`` froze; ``forms`` by stored form id."""
    return [_read_sheet(sheet, forms[sheet["form_id"]], snapshot["period"]) for sheet in snapshot["sheets"]]


def _read_sheet(sheet: Mapping[str, Any], form: Form, period: str) -> SheetDigest:
    cells = {
        at: Cell(State(state), None if number is None else Decimal(number), *text)
        for at, (state, number, *text) in sheet["figures"].items()
    }
    bases = Bases(
        before={at: Decimal(number) for at, number in sheet["before"].items()},
        last_year={at: Decimal(number) for at, number in sheet["last_year"].items()},
        gaps=frozenset(sheet["gaps"]),
        targets={at: Decimal(number) for at, number in sheet["targets"].items()},
        month=parse_period(period).month,
    )
    return SheetDigest(
        form=form,
        period=period,
        units=tuple(_read_unit(unit) for unit in sheet["units"]),
        table=compute(form, cells, bases),
        standings=standings(form, cells, bases),
        signatory=sheet["signatory"],
        signed_on=sheet["signed_on"],
        lead_signed=sheet["lead_signed"],
        remarks=tuple(sheet.get("remarks", ())),
        sources={at: Source(*source) for at, source in sheet.get("sources", {}).items()},
    )


def _read_unit(unit: Mapping[str, Any]) -> UnitReport:
    return UnitReport(
        unit["unit"],
        unit["called"],
        Timeliness(unit["timeliness"]),
        unit["help"],
        tuple((title, text) for title, text in unit["told"]),
        *unit.get("signed", ()),
    )


def _frozen(cell: Cell) -> list[str | None]:
    text = [] if cell.text is None else [cell.text]
    return [str(cell.state), None if cell.number is None else str(cell.number), *text]


def snapshot_sheet(
    form_id: int,
    figures: Mapping[str, Cell],
    bases: Bases,
    units: Sequence[UnitReport],
    *,
    signatory: str,
    signed_on: str,
    lead_signed: bool,
    remarks: Sequence[str] = (),
    sources: Mapping[str, Source] | None = None,
) -> dict[str, Any]:
    """Freeze a sheet as JSON: typed figures and bases as exact text, nothing derived."""
    return {
        "form_id": form_id,
        "figures": {at: _frozen(cell) for at, cell in sorted(figures.items())},
        "before": {at: str(number) for at, number in sorted(bases.before.items())},
        "last_year": {at: str(number) for at, number in sorted(bases.last_year.items())},
        "gaps": sorted(bases.gaps),
        "targets": {at: str(number) for at, number in sorted(bases.targets.items())},
        "units": [
            {
                "unit": unit.unit,
                "called": unit.called,
                "timeliness": str(unit.timeliness),
                "help": unit.help_text,
                "told": [list(pair) for pair in unit.told],
                "signed": [unit.signed_by, unit.signed_at],
            }
            for unit in units
        ],
        "signatory": signatory,
        "signed_on": signed_on,
        "lead_signed": lead_signed,
        "remarks": list(remarks),
        "sources": {at: [one.post, one.at] for at, one in sorted((sources or {}).items())},
    }
