"""A programme (制度): one place's works, units, cycle and forms, read from ``programmes/<place>/``."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from forms.definition import Form
from forms.schema import Definition
from forms.table import address
from reporting.period import Period, parse_period, periods
from reporting.records import Record, Records, every_record, record_mistakes
from reporting.rules import (
    OF_OFFICE,
    OF_UNITS,
    SERVES,
    Cycle,
    DigestCycle,
    Level,
    LevelCycle,
    Moment,
    PeriodKey,
    Printed,
    Quiet,
    Role,
    Rules,
    Unit,
    Work,
)

__all__ = [
    "OF_OFFICE",
    "OF_UNITS",
    "SERVES",
    "Cycle",
    "DigestCycle",
    "Figure",
    "Files",
    "Level",
    "LevelCycle",
    "Mistake",
    "Moment",
    "PeriodKey",
    "Printed",
    "Programme",
    "ProgrammeMistakes",
    "Quiet",
    "Role",
    "Rules",
    "Unit",
    "Work",
    "read_programme",
]


class _Units(Definition):
    units: tuple[Unit, ...]


class _Rows(BaseModel):
    """Loaded figures of a form; every key that is not a field is a row."""

    model_config = ConfigDict(frozen=True, extra="allow")

    form: str

    @property
    def rows(self) -> Mapping[str, Any]:
        return self.model_extra or {}


class _Entry(_Rows):
    """Figures of one period."""

    period: PeriodKey


class _Targets(_Rows):
    """One year's targets."""

    year: int = Field(ge=1990, le=2100)

    @property
    def period(self) -> str:
        """Targets hang on the year's first period."""
        return f"{self.year}-01"


class _History(Definition):
    """``history.toml``."""

    mark: str = ""
    months: tuple[_Entry, ...] = ()
    cumulative: tuple[_Entry, ...] = ()
    targets: tuple[_Targets, ...] = ()


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in a programme's files: where, and what."""

    file: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.where}: {self.what}"


class ProgrammeMistakes(Exception):  # noqa: N818
    """Everything that is wrong in a programme's files, at once."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Figure:
    """A loaded figure: ``month`` (typed in that period), ``cumulative`` (since January) or a year's ``target``."""

    form: str
    period: str
    kind: str
    address: str
    number: Decimal


@dataclass(frozen=True)
class Programme:
    rules: Rules
    units: Mapping[str, Unit]
    forms: Mapping[str, Form]
    history: tuple[Figure, ...] = ()
    history_mark: str = ""
    records: tuple[Record, ...] = ()

    @property
    def key(self) -> str:
        return self.rules.key

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.rules.zone)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        return periods(parse_period(self.rules.first_period), parse_period(self.rules.last_period))


Files = Mapping[str, str]


def read_programme(files: Files) -> Programme:
    """Build a programme from file texts by relative name; raises ProgrammeMistakes with all of them."""
    mistakes: list[Mistake] = []
    read = {name: _toml(name, text, mistakes) for name, text in sorted(files.items())}
    rules = _build("programme.toml", read, Rules, mistakes)
    units = _build("units.toml", read, _Units, mistakes)
    forms = {name: _build(name, read, Form, mistakes) for name in read if name.startswith("forms/")}
    known = {form.key: form for form in forms.values() if form is not None}
    loaded = (
        _build("history.toml", read, _History, mistakes) if "history.toml" in read else None
    ) or _History()
    # What hangs on a form that could not be read is not a mistake of its own.
    broken = frozenset(PurePosixPath(name).stem for name, form in forms.items() if form is None)
    listed = _build("records.toml", read, Records, mistakes) if "records.toml" in read else Records()
    records = listed.records if listed else ()
    whole = {key: every_record(form, records) for key, form in known.items()}
    history = list(_history(loaded, whole, broken, mistakes))
    if rules is not None and units is not None:
        filled = {name: form and whole[form.key] for name, form in forms.items()}
        mistakes += _cross_mistakes(rules, units.units, filled)
        wrong = record_mistakes(records, known, [unit.key for unit in units.units])
        mistakes += [Mistake("records.toml", where, what) for where, what in wrong]
    if mistakes or rules is None or units is None:
        raise ProgrammeMistakes(mistakes)
    by_key = {unit.key: unit for unit in units.units}
    return Programme(rules, by_key, known, tuple(history), loaded.mark, records)


def _toml(name: str, text: str, mistakes: list[Mistake]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        mistakes.append(Mistake(name, "TOML", str(error)))
        return None


M = TypeVar("M", bound=Definition)


def _build(
    name: str, read: Mapping[str, dict[str, Any] | None], model: type[M], mistakes: list[Mistake]
) -> M | None:
    if name not in read:
        mistakes.append(Mistake(name, "file", "missing"))
        return None
    if (content := read[name]) is None:
        return None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        mistakes += [
            Mistake(name, ".".join(map(str, e["loc"])) or "file", e["msg"])
            for e in error.errors(include_url=False)
        ]
        return None


def _cross_mistakes(rules: Rules, units: tuple[Unit, ...], forms: Mapping[str, Form | None]) -> list[Mistake]:
    keys = [unit.key for unit in units]
    works = [work.key for work in rules.works]
    form_keys = [form.key for form in forms.values() if form is not None]
    built = {form.key: (name, form) for name, form in forms.items() if form is not None}
    used = [("programme.toml", "office", rules.office)]
    used += [("programme.toml", f"works.{work.key}.lead", work.lead) for work in rules.works]
    used += [
        (name, "owner", key)
        for name, form in built.values()
        for key in dict.fromkeys((form.lead, *form.owner_of.values()))
    ]
    return [
        *_doubled("units.toml", keys),
        *_doubled("programme.toml", works, "works."),
        *_doubled("forms", form_keys),
        *(Mistake(file, where, f"unknown unit {key!r}") for file, where, key in used if key not in keys),
        *(
            Mistake("programme.toml", f"works.{work.key}.forms", f"unknown form {key!r}")
            for work in rules.works
            for key in work.forms
            if key not in built and f"forms/{key}.toml" not in forms
        ),
        *(
            Mistake("programme.toml", "works.forms", f"form {key!r} belongs to more than one work")
            for key, times in Counter(key for work in rules.works for key in work.forms).items()
            if times > 1
        ),
        *_post_mistakes(rules, units, [form for _, form in built.values()]),
        *_cascade_mistakes(rules),
    ]


def _doubled(file: str, keys: list[str], before: str = "") -> Iterator[Mistake]:
    for key in dict.fromkeys(keys):
        if keys.count(key) > 1:
            yield Mistake(file, before + key, "key used twice")


def _post_mistakes(rules: Rules, units: tuple[Unit, ...], forms: list[Form]) -> Iterator[Mistake]:
    """Whoever owes a report needs a liaison and a signatory; the office needs an admin."""
    needed = {unit: (Role.LIAISON, Role.SIGNATORY) for form in forms for unit in form.units}
    for unit in units:
        wanted = [*needed.get(unit.key, ()), *([Role.ADMIN] if unit.key == rules.office else [])]
        for role in wanted:
            if role not in unit.posts:
                yield Mistake("units.toml", f"{unit.key}.posts", f"needs {role}")


def _cascade_mistakes(rules: Rules) -> Iterator[Mistake]:
    """Opening ≤ filing ≤ lead ≤ digest; in each level the prompt, the reminders in order, the due time."""
    if parse_period(rules.first_period) > parse_period(rules.last_period):
        yield Mistake("programme.toml", "last_period", "earlier than first_period")
    cycle = rules.cycle
    moments = {
        "opens": cycle.opens,
        "filing.prompt": cycle.filing.prompt,
        "filing.due": cycle.filing.due,
        "lead.prompt": cycle.lead.prompt,
        "lead.due": cycle.lead.due,
        "digest.draft": cycle.digest.draft,
        "digest.due": cycle.digest.due,
    }
    in_order = [
        ("opens", "filing.prompt"),
        ("filing.due", "lead.due"),
        ("lead.due", "digest.due"),
        ("digest.draft", "digest.due"),
    ]
    for level, times in (("filing", cycle.filing), ("lead", cycle.lead)):
        reminders = {f"{level}.remind.{number}": moment for number, moment in enumerate(times.remind)}
        moments |= reminders
        in_order += pairwise((f"{level}.prompt", *reminders, f"{level}.due"))
    for first, second in in_order:
        one, other = moments[first], moments[second]
        if (one.day, one.at) > (other.day, other.at):
            yield Mistake("programme.toml", f"cycle.{first}", f"later than cycle.{second}")


def _history(
    history: _History, forms: Mapping[str, Form], broken: Set[str], mistakes: list[Mistake]
) -> Iterator[Figure]:
    seen: set[tuple[str, str, str, str]] = set()
    sections: tuple[tuple[str, str, tuple[_Entry | _Targets, ...]], ...] = (
        ("months", "month", history.months),
        ("cumulative", "cumulative", history.cumulative),
        ("targets", "target", history.targets),
    )
    for section, kind, entries in sections:
        for number, entry in enumerate(entries):
            if entry.form in broken:
                continue
            for found in _figures(forms, kind, entry):
                if isinstance(found, str):
                    mistakes.append(Mistake("history.toml", f"{section}.{number}", found))
                    continue
                key = (found.form, found.period, kind, found.address)
                if key in seen:
                    mistakes.append(Mistake("history.toml", f"{section}.{number}", f"twice: {found.address}"))
                seen.add(key)
                yield found


def _may_have_target(form: Form, kind: str, item: str, measure: str) -> bool:
    """A computed total may have a target of its own."""
    return kind == "target" and item in form.items and measure in form.measures


def _figures(forms: Mapping[str, Form], kind: str, entry: _Entry | _Targets) -> Iterator[Figure | str]:
    """Every figure of an entry, or what is wrong with it."""
    form = forms.get(entry.form)
    if form is None:
        yield f"unknown form {entry.form!r}"
        return
    for item, row in entry.rows.items():
        if not isinstance(row, Mapping):
            yield f"not a row of figures: {item}"
            continue
        for measure, number in row.items():
            if (item, measure) not in form.typed_cells and not _may_have_target(form, kind, item, measure):
                yield f"unknown cell {item}.{measure}"
            elif isinstance(number, bool) or not isinstance(number, int | Decimal):
                yield f"not a number: {item}.{measure}"
            elif not Decimal(number).is_finite():
                yield f"not finite: {item}.{measure}"
            else:
                yield Figure(form.key, entry.period, kind, address(item, measure), Decimal(number))
