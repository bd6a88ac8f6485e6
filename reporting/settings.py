"""Settings (设置): rows over the programme's files, each with a scope. The narrowest scope that fits wins.

A setting never changes by itself: a change order names what stood there before and what stands there
after, so that undoing it is the same thing with the two exchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from forms.problems import Refused

# What JSON can say: a setting is stored as such.
Value = Any


class Key(StrEnum):
    """What can be set. Each names the shape of its value."""

    OPENS = "opens"  # {"day" | "on", "at"}
    DUE = "due"  # {"day" | "on", "at"}, of one level
    DIGEST = "digest"  # {"day" | "on", "at"}: the digest is due
    REMIND = "remind"  # [{"days", "at"}, …], so many days before the due day; the first is the prompt
    QUIET = "quiet"  # {"from", "to"}, or {} for none
    CAP = "cap"  # reminders a person gets in a day
    ROLL = "roll"  # none, next, previous
    THRESHOLD = "threshold"  # {"yellow", "red"} in percentage points
    FORM_RESTS = "form_rests"  # true while a form is not asked for
    UNIT_CLASS = "unit_class"
    UNIT_RESTS = "unit_rests"  # true while a unit files nothing
    GROUP_RESTS = "group_rests"  # true while a group gets no digests
    AUDIENCE = "audience"  # whose group it is: leaders, teams
    RECEIVES = "receives"  # the parts of a digest that an audience is sent
    RELEASE = "release"  # true where a second person releases a digest (签发)
    EXEMPT = "exempt"  # {"from", "last", "reason"}: 免报 from one period to another, both included
    LATE_FILING = "late_filing"  # {"until", "reason"} of one task: 补报 after the lock
    HOLIDAY = "holiday"  # {"kind", "name", "source", "confirmed"} of one day, in a table of its own
    CONTACT_OFTEN = "contact_often"  # checks a person and month as text: 1/2, 2
    CONTACT_HOURS = "contact_hours"  # {"from", "to"}: when a drawn check may begin
    CONTACT_WINDOW = "contact_window"  # minutes to answer in
    CONTACT_SECOND = "contact_second"  # minutes until the second ping, 0 for none
    CONTACT_RESET = "contact_reset"  # year, or days as text: how long a miss counts
    CONTACT_APPEAL = "contact_appeal"  # days
    CONTACT_STEPS = "contact_steps"  # those of talk, criticism, removal that are in force
    TASK_DUE = "task_due"  # a moment; kept with the task
    CLOSED = "closed"  # a moment; kept with the period


# Who may be wronged by these needs two admins to agree.
GRAVE = frozenset(
    {
        Key.THRESHOLD,
        Key.GROUP_RESTS,
        Key.AUDIENCE,
        Key.RECEIVES,
        Key.RELEASE,
        Key.CONTACT_RESET,
        Key.CONTACT_STEPS,
    }
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a setting is for: every field that is set must fit. The order of fields is that of weight."""

    period: str = ""
    unit: str = ""
    unit_class: str = ""
    form: str = ""
    work: str = ""
    level: str = ""
    group: str = ""
    day: str = ""
    task: str = ""
    audience: str = ""

    def __str__(self) -> str:
        """``unit=port;level=filing``: one text per scope, the empty one for the whole programme."""
        return ";".join(f"{name}={value}" for name in NAMES if (value := getattr(self, name)))

    def covers(self, at: Scope) -> bool:
        return all(mine in ("", getattr(at, name)) for name in NAMES for mine in [getattr(self, name)])

    @property
    def weight(self) -> tuple[bool, ...]:
        return tuple(bool(getattr(self, name)) for name in NAMES)


NAMES = tuple(one.name for one in fields(Scope))
EVERYWHERE = Scope()


def parse_scope(text: str) -> Scope:
    """Read back what ``str`` of a scope wrote."""
    return Scope(**dict(part.split("=", 1) for part in text.split(";") if part))


@dataclass(frozen=True, slots=True)
class Settings:
    """All rows in force, by (key, scope as text)."""

    rows: Mapping[tuple[str, str], Value] = field(default_factory=dict)

    def exact(self, key: Key, scope: Scope) -> Value:
        """The row of exactly this scope, None when there is none."""
        return self.rows.get((key, str(scope)))

    def get(self, key: Key, at: Scope = EVERYWHERE) -> Value:
        """What holds there: the row of the narrowest scope that covers it, None when the files' word stands."""
        found = [
            (scope.weight, value)
            for (row, text), value in self.rows.items()
            if row == key and (scope := parse_scope(text)).covers(at)
        ]
        return max(found, key=lambda one: one[0])[1] if found else None

    def with_row(self, key: Key, scope: Scope, value: Value) -> Settings:
        """The settings with one row more, whatever stood there."""
        return Settings({**self.rows, (str(key), str(scope)): value})

    def without(self, key: Key, scope: Scope) -> Settings:
        """The settings but for one row."""
        return Settings({at: value for at, value in self.rows.items() if at != (str(key), str(scope))})

    def of(self, key: Key) -> list[tuple[Scope, Value]]:
        """All rows of one key, the broadest first."""
        found = [(parse_scope(text), value) for (row, text), value in self.rows.items() if row == key]
        return sorted(found, key=lambda one: (one[0].weight, str(one[0])))


def exemption(settings: Settings, at: Scope) -> Value:
    """The exemption (免报) that frees this from its period's report, None when there is none."""
    for scope, value in settings.of(Key.EXEMPT):
        if scope.covers(at) and value["from"] <= at.period <= value["last"]:
            return value
    return None


@dataclass(frozen=True, slots=True)
class Change:
    """One row changed: None stands for no row."""

    key: Key
    scope: Scope
    before: Value
    after: Value

    @property
    def grave(self) -> bool:
        return self.key in GRAVE

    def reversed(self) -> Change:
        return replace(self, before=self.after, after=self.before)

    def as_json(self) -> dict[str, Value]:
        return {"key": self.key, "scope": str(self.scope), "before": self.before, "after": self.after}


def change_from_json(content: Mapping[str, Value]) -> Change:
    return Change(Key(content["key"]), parse_scope(content["scope"]), content["before"], content["after"])


def change(settings: Settings, key: Key, scope: Scope, after: Value) -> Change:
    """The change that would put this value there; Refused when it stands there already."""
    before = settings.exact(key, scope)
    if before == after:
        raise Refused("order.same")
    return Change(key, scope, before, after)


def applied(settings: Settings, changes: Iterable[Change]) -> Settings:
    """The settings after these changes; Refused when one of them no longer finds what it would replace."""
    rows = dict(settings.rows)
    for one in changes:
        at = (str(one.key), str(one.scope))
        if rows.get(at) != one.before:
            raise Refused("order.overtaken")
        rows.pop(at, None)
        if one.after is not None:
            rows[at] = one.after
    return Settings(rows)


def reversal(changes: Iterable[Change]) -> list[Change]:
    """The changes that undo these, last one first."""
    return [one.reversed() for one in reversed(list(changes))]
