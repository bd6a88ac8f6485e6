"""The records of a programme's lists (项目), read from ``records.toml``, and how they stand in a period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from forms.definition import RESERVED, Form, Measure
from forms.listing import Entry, with_records
from forms.records import STATES
from forms.schema import Definition, Key, Title
from reporting.period import Period, parse_period

MONTHS = 12


def _twelve_or_none(months: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    if len(months) not in (0, MONTHS):
        raise ValueError("the plan of a year has twelve months")
    return months


class RecordYear(Definition):
    """What holds for one year: the plan, perhaps month by month, and other values by measure key."""

    year: int = Field(ge=1990, le=2100)
    months: Annotated[tuple[Decimal, ...], AfterValidator(_twelve_or_none)] = ()
    values: Mapping[Key, Any] = {}


class Record(Definition):
    """One project. ``lists`` are the forms in which it stands; the first one asks what they have in common.

    ``first`` and ``last`` are the periods in which it is asked; without them always.
    """

    key: Key
    title: Title
    unit: Key
    lists: tuple[Key, ...] = Field(min_length=1)
    group: str = Field(default="", max_length=60)
    values: Mapping[Key, Any] = {}
    years: tuple[RecordYear, ...] = ()
    first: str | None = None
    last: str | None = None

    def is_in(self, form: str, period: Period) -> bool:
        """True when this form asks for the record in this period."""
        if form not in self.lists:
            return False
        after_first = self.first is None or parse_period(self.first) <= period
        return after_first and (self.last is None or period <= parse_period(self.last))

    def known_in(self, year: int) -> dict[str, Any]:
        """Values by measure key; those of the year win."""
        of_year = next((one.values for one in self.years if one.year == year), {})
        return {**self.values, **of_year}

    def months_of(self, year: int) -> tuple[Decimal, ...]:
        return next((one.months for one in self.years if one.year == year), ())


class Records(Definition):
    """``records.toml``."""

    records: tuple[Record, ...] = ()


def form_of_period(
    form: Form,
    period: Period,
    records: Sequence[Record],
    forms: Mapping[str, Form],
    called: Mapping[str, str],
    known: Mapping[str, Mapping[str, str]],
) -> Form:
    """The form with its records of this period; a form without a list is returned as it is.

    ``called`` are names of units; ``known`` is what was answered before to what is asked once, by record and measure.
    """
    if form.grid.records is None:
        return form
    entries = [
        _entry(form, period, record, forms, called.get(record.unit, record.unit), known.get(record.key, {}))
        for record in records
        if record.is_in(form.key, period)
    ]
    return with_records(form, entries)


def _entry(
    form: Form,
    period: Period,
    record: Record,
    forms: Mapping[str, Form],
    called: str,
    known: Mapping[str, str],
) -> Entry:
    values = {
        key: as_text(value) for key, value in record.known_in(period.year).items() if key in form.measures
    }
    before = record.lists[: record.lists.index(form.key)]
    elsewhere = {key: other for other in reversed(before) if other in forms for key in forms[other].measures}
    return Entry(
        key=record.key,
        title=record.title,
        owner=record.unit,
        unit=called,
        group=record.group,
        values={**known, **values},
        elsewhere=elsewhere,
        since=record.first or "",
        months=record.months_of(period.year),
    )


def as_text(value: Any) -> str:
    """A value of a TOML file as a record keeps it: figures and dates in one spelling."""
    return value.isoformat() if isinstance(value, date) else str(value)


def record_mistakes(
    records: Sequence[Record], forms: Mapping[str, Form], units: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """(where, what) of everything in ``records.toml`` that does not fit the rest."""
    keys = [record.key for record in records]
    for number, record in enumerate(records):
        where = f"records.{number}"
        if keys.count(record.key) > 1 or record.key in RESERVED:
            yield where, f"key used twice or reserved: {record.key}"
        if record.unit not in units:
            yield f"{where}.unit", f"unknown unit {record.unit!r}"
        lists = [forms[key] for key in record.lists if key in forms]
        for key in record.lists:
            if key not in forms or forms[key].grid.records is None:
                yield f"{where}.lists", f"{key!r} is no form with a list of records"
        for bound in (record.first, record.last):
            if bound is not None and not _is_period(bound):
                yield where, f"not a period: {bound!r}"
        yield from ((where, what) for what in _value_mistakes(record, lists))


def _value_mistakes(record: Record, lists: Sequence[Form]) -> Iterator[str]:
    fields = {key: measure for form in lists for key, measure in form.measures.items()}
    sets: list[Mapping[str, Any]] = [record.values, *(year.values for year in record.years)]
    for key, value in (pair for values in sets for pair in values.items()):
        if key not in fields:
            yield f"no field of its lists: {key}"
        elif (what := _misfit(fields[key], value)) is not None:
            yield f"{key}: {what}"


def _misfit(measure: Measure, value: Any) -> str | None:
    if isinstance(value, str) and value in STATES and measure.kind != "choice":
        return None
    if measure.kind == "number":
        number = not isinstance(value, bool) and isinstance(value, int | Decimal)
        return None if number and Decimal(value).is_finite() else "not a number"
    if measure.kind == "date":
        return None if type(value) is date else "not a date, such as 2008-06-05"
    if not isinstance(value, str) or not value.strip():
        return "not a text"
    if measure.kind == "choice" and value not in measure.choices:
        return f"none of {'、'.join(measure.choices)}"
    return None if len(value) <= measure.max_length else "too long"


def _is_period(key: str) -> bool:
    try:
        parse_period(key)
    except ValueError:
        return False
    return True


def every_record(form: Form, records: Sequence[Record]) -> Form:
    """The form with all its records and nothing known of them: what history may give figures for."""
    if form.grid.records is None:
        return form
    entries = [Entry(one.key, one.title, one.unit, one.unit) for one in records if form.key in one.lists]
    return with_records(form, entries)


def owners(form: str, records: Sequence[Record]) -> list[str]:
    """The units that fill a list."""
    return list(dict.fromkeys(record.unit for record in records if form in record.lists))
