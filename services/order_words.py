"""Changes in words: names for keys, and a line for each change and each date that moves."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from reporting.checking import ContactRules
from reporting.programme import Level
from reporting.recipients import USUAL, Audience
from reporting.schedule import Move
from reporting.settings import Change, Key, Scope, Value
from services.desk import Desk
from services.planning import owing_units, plan_of, where_of
from storage import people, tasks
from templates.change_words import AUDIENCES, move_line, period_words, value_words
from templates.report import Label
from templates.words import say

# More would not be read on a phone.
MOST_LINES = 8
MOST_NAMES = 6


def who_words(desk: Desk, scope: Scope) -> list[str]:
    """A scope's parts by name: 安全生产, 填报单位, 乡镇, 县港航管理处, 2008年6月份."""
    programme = desk.programme
    found: list[str] = []
    if scope.task and (task := tasks.by_id(desk.tx, int(scope.task))):
        form = desk.form(task.form_id)
        found += [form.short, desk.called(task.unit), Label(form.short, task.period, form.every).covers]
    if scope.work:
        found += [work.title for work in programme.rules.works if work.key == scope.work]
    if scope.form:
        found.append(programme.forms[scope.form].short if scope.form in programme.forms else scope.form)
    if scope.level:
        found.append(str(say("settings.level", name=scope.level)))
    found += [scope.unit_class] if scope.unit_class else []
    found += [desk.called(scope.unit)] if scope.unit else []
    found += [period_words(scope.period)] if scope.period else []
    found += [scope.day] if scope.day else []
    found += [AUDIENCES[scope.audience]] if scope.audience else []
    if scope.group and (group := people.group_by_id(desk.tx, int(scope.group))):
        found.append(group.title)
    return found


def change_line(desk: Desk, change: Change) -> Markup:
    """安全生产·填报单位 截止时间：2日17:30 → 3日17:30."""
    zone = desk.programme.zone
    before, after = (
        usual(desk, change.key, change.scope) if value is None else value
        for value in (change.before, change.after)
    )
    return say(
        "settings.change",
        key_=str(change.key),
        who=who_words(desk, change.scope),
        before=value_words(change.key, before, zone),
        after=value_words(change.key, after, zone),
    )


def changes_text(desk: Desk, changes: Sequence[Change], most: int = MOST_LINES) -> Markup:
    lines = [change_line(desk, one) for one in changes[:most]]
    return say("settings.changes", lines=lines, more=max(len(changes) - most, 0))


def usual(desk: Desk, key: Key, scope: Scope) -> Value:
    """What holds where this very row is missing: a broader setting's word, else the files'; None for nothing."""
    rules, settings = desk.programme.rules, plan_of(desk).settings.without(key, scope)
    if (value := settings.get(key, scope)) is not None:
        return value
    if key in (Key.OPENS, Key.DUE, Key.DIGEST):
        return _in_files(desk, key, scope)
    if key is Key.REMIND:
        return usual_reminders(desk, Level(scope.level or Level.FILING))
    if key is Key.UNIT_CLASS:
        known = desk.programme.units.get(scope.unit)
        return known.unit_class if known else ""
    if key is Key.RECEIVES:
        return [str(part) for part in USUAL[Audience(scope.audience)]]
    by_key = {
        **ContactRules().as_set,
        Key.QUIET: rules.quiet.as_set,
        Key.CAP: rules.daily_cap,
        Key.ROLL: str(rules.roll),
    }
    return by_key.get(key)


def usual_reminders(desk: Desk, level: Level) -> list[dict[str, Value]]:
    """The files' prompt and reminders as a setting holds them."""
    cycle = desk.programme.rules.cycle
    of = cycle.filing if level is Level.FILING else cycle.lead
    return [{"days": of.due.day - one.day, "at": f"{one.at:%H:%M}"} for one in (of.prompt, *of.remind)]


def standing(desk: Desk, key: Key, scope: Scope) -> dict[str, object]:
    """The moment that holds for a scope now, whether a broader setting says so or the files do."""
    if (value := plan_of(desk).settings.get(key, scope)) is not None:
        return dict(value)
    return _in_files(desk, key, scope)


def _in_files(desk: Desk, key: Key, scope: Scope) -> dict[str, object]:
    cycle = desk.programme.rules.cycle
    levels = {str(Level.FILING): cycle.filing, str(Level.LEAD): cycle.lead}
    usual = {Key.OPENS: cycle.opens, Key.DIGEST: cycle.digest.due}.get(key)
    moment = usual or levels[scope.level or str(Level.FILING)].due
    return {"day": moment.day, "at": f"{moment.at:%H:%M}"}


def moves_text(desk: Desk, found: Sequence[Move]) -> Markup:
    """Which dates move, in order of time."""
    forms = desk.programme.forms
    lines = [
        move_line(
            one,
            forms[one.form].short if one.form in forms else "",
            [desk.called(unit) for unit in one.units],
            desk.programme.zone,
        )
        for one in found[:MOST_LINES]
    ]
    return say("settings.moves", lines=lines, more=max(len(found) - MOST_LINES, 0))


def concerned(desk: Desk, changes: Sequence[Change]) -> list[str]:
    """Names of the units whose reports the changes' scopes cover."""
    plan = plan_of(desk)
    found: dict[str, None] = {}
    asked = {key for work in desk.programme.rules.works for key in work.forms}
    for key in sorted(asked):
        form = desk.programme.forms[key]
        for unit in owing_units(plan, form, ""):
            level = Level.LEAD if unit == form.lead else Level.FILING
            at = where_of(desk, plan, "", key, unit, level)
            if any(_without_period(one.scope).covers(at) for one in changes):
                found[desk.called(unit)] = None
    return list(found)


def _without_period(scope: Scope) -> Scope:
    return Scope(
        unit=scope.unit, unit_class=scope.unit_class, form=scope.form, work=scope.work, level=scope.level
    )


def concerned_text(desk: Desk, changes: Sequence[Change]) -> Markup:
    units = concerned(desk, changes)
    return say("settings.everybody", count=len(units), names=units[:MOST_NAMES])
