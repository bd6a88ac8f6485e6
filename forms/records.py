"""Lists of records (项目): a list is a grid whose rows are records. Pure.

A form file describes the fields of a record as measures; the records themselves are kept outside the form. When a period
opens the form is *instantiated*: its rows become the records of that period, and from then on it is a grid like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from forms.cells import NOT_APPLICABLE, NOT_MEASURED, ZERO, Cell, State, figure
from forms.schema import Definition, Key, Title


class Shown(StrEnum):
    """A printed column that nobody types."""

    NUMBER = "number"
    TITLE = "title"
    UNIT = "unit"
    GROUP = "group"
    MONTH_PLAN = "month_plan"
    CUMULATIVE = "cumulative"
    PERCENT = "percent"
    OVER = "over"
    SCHEDULED = "scheduled"
    DEVIATION = "deviation"
    SINCE_START = "since_start"
    TOTAL_PERCENT = "total_percent"
    ON_SCHEDULE = "on_schedule"


# How many measures each column is computed of.
_NEEDS = {Shown.CUMULATIVE: 1, Shown.PERCENT: 2, Shown.OVER: 2}


class Column(Definition):
    """One printed column: a ``field`` of the record, or something that is ``shown`` ``of`` certain fields.

    ``percent`` is the cumulative of the first in percent of the second; ``over`` by how many percent the first
    exceeds the second.
    """

    field: Key | None = None
    shown: Shown | None = None
    of: tuple[Key, ...] = ()
    title: str = Field(default="", max_length=60)
    under: tuple[Title, ...] = ()

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.field is None) == (self.shown is None):
            raise ValueError("a column is either a field or something shown")
        if self.shown is not None and len(self.of) != _NEEDS.get(self.shown, 0):
            raise ValueError(f"{self.shown} needs {_NEEDS.get(self.shown, 0)} fields in `of`")
        if self.shown is not None and not self.title:
            raise ValueError(f"the column {self.shown} needs a title")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The fields it stands on."""
        return self.of or ((self.field,) if self.field else ())


class RecordList(Definition):
    """What is special about a list. All keys name measures.

    ``done`` is what was done in the month, ``plan`` this year's plan, ``before`` what was done before this year and
    ``total`` the whole; ``begun`` is the choice that says whether a project has begun, ``begun_words`` which answers mean yes.
    ``each`` is what one record is called. ``help`` is what somebody is asked to do about it; the digest shows it. ``columns`` are the printed columns in order.
    """

    columns: tuple[Column, ...] = Field(min_length=1)
    done: Key
    plan: Key
    before: Key
    total: Key
    begun: Key
    begun_words: tuple[Title, ...] = Field(min_length=1)
    help: Key | None = None
    each: Title = "项目"

    @property
    def names(self) -> set[str]:
        fields = {
            self.done,
            self.plan,
            self.before,
            self.total,
            self.begun,
            *([self.help] if self.help else []),
        }
        return fields | {name for column in self.columns for name in column.names}


# How a record that was loaded, or answered before, says the states that have no content.
STATES = {"无": ZERO, "不适用": NOT_APPLICABLE, "未统计": NOT_MEASURED}


def brought(text: str, *, number: bool) -> Cell:
    """What a record brings for a field, as a cell."""
    if text in STATES:
        return STATES[text]
    return figure(Decimal(text)) if number else Cell(State.VALUE, text=text)


def as_brought(cell: Cell) -> str:
    """An answer as a record brings it from then on; "" for none."""
    if cell.text is not None:
        return cell.text
    if cell.number is not None:
        return str(cell.number)
    return next((word for word, state in STATES.items() if state == cell), "")


class RecordFacts(Definition):
    """What a row of an instantiated list knows beforehand: frozen when the period opens.

    ``given`` are fields that need not be asked, as text by measure key; ``borrowed`` those asked in another list, whose key is
    given; ``last`` what was known of the others before anybody was asked. ``since`` is the first period in which the
    record was asked, "" for always.
    ``months`` is this year's plan month by month, twelve figures or none.
    """

    unit: Title
    group: str = Field(default="", max_length=60)
    given: Mapping[Key, str] = {}
    last: Mapping[Key, str] = {}
    borrowed: Mapping[Key, Key] = {}
    since: str = ""
    months: tuple[str, ...] = ()

    @property
    def known(self) -> set[str]:
        """Fields that this list does not ask of this record."""
        return {*self.given, *self.borrowed}
