"""From a list's definition and its records to the form of one period. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from forms.definition import Form, Item
from forms.records import RecordFacts


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as it stands when a period opens.

    ``values`` are what is known of it by measure key, as text; ``elsewhere`` the fields that another
    list asks, with its key.
    """

    key: str
    title: str
    owner: str
    unit: str
    group: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    since: str = ""
    months: Sequence[Decimal] = ()


def with_records(form: Form, entries: Sequence[Entry]) -> Form:
    """The form of a period: its rows are these records. The same records give the same form."""
    items = tuple(_item(form, entry) for entry in entries)
    grid = form.grid.model_copy(update={"items": items})
    return Form.model_validate(form.model_copy(update={"grid": grid}).model_dump())


def _item(form: Form, entry: Entry) -> Item:
    once = {key for key, measure in form.measures.items() if measure.once}
    brought = {key: text for key, text in entry.values.items() if key in once}
    borrowed = {
        key: entry.elsewhere[key] for key in form.measures if key in entry.elsewhere and key not in brought
    }
    facts = RecordFacts(
        unit=entry.unit,
        group=entry.group,
        given=brought,
        last={key: text for key, text in entry.values.items() if key not in once and key not in borrowed},
        borrowed=borrowed,
        since=entry.since,
        months=tuple(map(str, entry.months)),
    )
    return Item(key=entry.key, title=entry.title, owner=entry.owner, record=facts)
