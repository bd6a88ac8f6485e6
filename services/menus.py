"""The menus of the settings commands: what is set now, and buttons for the usual changes."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from forms.problems import Refused
from reporting.period import Period
from reporting.programme import Level
from reporting.settings import Key, Scope
from reporting.states import TaskState
from reporting.workdays import Roll
from services.desk import Desk, Turn
from services.effects import open_periods, unopened
from services.naming import current_period
from services.order_words import standing, who_words
from services.planning import calendar_of, locks, owing_units, plan_of
from storage import digests, people, tasks
from storage.settings import closed_periods
from templates.change_words import moment_words, value_words
from templates.message import Button, Message, Reply
from templates.words import button, say, when

Rows = tuple[tuple[Button, ...], ...]

# A deadline's parts as buttons carry them, and the word of each in a typed line.
PARTS = {"opens": "开报", "filing": "填报单位", "lead": "牵头单位", "digest": "通报"}
DAYS = (*range(1, 29), 31)
WEEK = 7
# Reminders that most offices choose from, by number.
PRESETS = ("当日9:00 当日15:30", "前1日9:00 当日9:00 当日15:30", "当日9:00")
CAPS = (3, 5, 8)
# What is said behind a work, by number.
THRESHOLDS = ("黄5 红10", "黄10 红20", "恢复")
SOON = 3


def _shown(text: Markup, rows: Rows) -> Reply:
    return Reply((Message(text, rows),))


def deadline(turn: Turn) -> Reply:
    rows = [{"who": say("settings.part", name=part), "what": _part_now(turn, part)} for part in PARTS]
    plan = plan_of(turn)
    narrow = [
        (key, scope, value)
        for key in (Key.OPENS, Key.DUE, Key.DIGEST)
        for scope, value in plan.settings.of(key)
        if scope not in (Scope(), Scope(level=str(Level.FILING)), Scope(level=str(Level.LEAD)))
    ]
    special = [
        say("settings.threshold_line", work="·".join(who_words(turn, scope)), what=moment_words(value))
        for _, scope, value in narrow
    ]
    buttons = tuple(
        (button("pick", part, label=say("settings.part", name=part).unescape()),) for part in PARTS
    )
    return _shown(say("settings.deadlines", rows=rows, special=special), buttons)


def _part_now(desk: Desk, part: str) -> str:
    key, scope = part_of(part)
    return moment_words(standing(desk, key, scope))


def part_of(part: str) -> tuple[Key, Scope]:
    if part not in PARTS:
        raise Refused("stale")
    if part in ("filing", "lead"):
        return Key.DUE, Scope(level=part)
    return Key(part), Scope()


def pick(turn: Turn, part: str) -> Reply:
    """One part was chosen: now the day."""
    what = say("settings.part", name=part)
    text = say("settings.pick_day", what=what, now=_part_now(turn, part))
    days = [button("day", f"{part}-{day}", label=say("settings.day", number=day).unescape()) for day in DAYS]
    rows = tuple(tuple(days[start : start + WEEK]) for start in range(0, len(days), WEEK))
    return Reply(edit=Message(text, rows))


def reminders(turn: Turn) -> Reply:
    plan, zone, rules = plan_of(turn), turn.programme.zone, turn.programme.rules
    text = say(
        "settings.reminders",
        filing=_reminders(turn, Level.FILING),
        lead=_reminders(turn, Level.LEAD),
        quiet=value_words(Key.QUIET, _or(plan.settings.get(Key.QUIET), rules.quiet.as_set), zone),
        cap=value_words(Key.CAP, plan.settings.get(Key.CAP) or rules.daily_cap, zone),
        special=[
            say("settings.threshold_line", work="·".join(who), what=value_words(Key.REMIND, value, zone))
            for scope, value in plan.settings.of(Key.REMIND)
            if ((who := who_words(turn, scope)) and scope.level == "") or len(who_words(turn, scope)) > 1
        ],
    )
    rows: list[tuple[Button, ...]] = [
        (button("preset", number, label=preset),) for number, preset in enumerate(PRESETS)
    ]
    rows.append(tuple(button("cap", cap, label=value_words(Key.CAP, cap, zone)) for cap in CAPS))
    return _shown(text, tuple(rows))


def _or(value: object, usual: object) -> object:
    return usual if value is None else value


def _reminders(desk: Desk, level: Level) -> str:
    """当日9:00、当日15:30: as set, else as the files have it."""
    found = plan_of(desk).settings.get(Key.REMIND, Scope(level=str(level)))
    cycle = desk.programme.rules.cycle
    of = cycle.filing if level is Level.FILING else cycle.lead
    usual = [{"days": of.due.day - one.day, "at": f"{one.at:%H:%M}"} for one in (of.prompt, *of.remind)]
    return value_words(Key.REMIND, found or usual, desk.programme.zone)


def calendar(turn: Turn) -> Reply:
    plan, zone = plan_of(turn), turn.programme.zone
    first = turn.now.astimezone(zone).year
    years = [
        {
            "year": year,
            "published": plan.workdays.published(year),
            "own": sum(day.year == year for day in plan.workdays.own),
        }
        for year in (first, first + 1)
    ]
    text = say(
        "settings.calendar",
        roll=value_words(Key.ROLL, str(plan.roll), zone),
        years=years,
        coming=[_coming(turn, period) for period in unopened(turn)[:SOON]],
    )
    rolls = tuple((button("roll", str(rule), label=value_words(Key.ROLL, str(rule), zone)),) for rule in Roll)
    books = tuple(
        (button("feasts", one["year"], label=say("settings.holiday_label", year=one["year"]).unescape()),)
        for one in years
        if not one["published"] or one["own"]
    )
    return _shown(text, (*rolls, *books))


def _coming(desk: Desk, period: Period) -> Markup:
    times, zone = calendar_of(desk, period), desk.programme.zone
    return say(
        "settings.coming",
        period=str(period),
        filing=when(times.levels[Level.FILING].due, zone),
        lead=when(times.levels[Level.LEAD].due, zone),
        digest=when(times.digest_due, zone),
        provisional=times.provisional,
    )


def periods(turn: Turn) -> Reply:
    now = current_period(turn)
    around = [one for one in turn.programme.periods if now.shift(-2) <= one <= now.shift(SOON)]
    lines = [_period_line(turn, one) for one in around]
    rows: list[tuple[Button, ...]] = []
    for one in open_periods(turn):
        rows.append(
            (button("shut", str(one), label=say("settings.close_label", period=str(one)).unescape()),)
        )
    for key in sorted(closed_periods(turn.tx)):
        if not digests.is_published(turn.tx, key):
            rows.append((button("unshut", key, label=say("settings.reopen_label", period=key).unescape()),))
    rows += [
        (button("begin", str(one), label=say("settings.open_label", period=str(one)).unescape()),)
        for one in unopened(turn)[:1]
    ]
    return _shown(say("settings.periods", lines=lines), tuple(rows))


def _period_line(desk: Desk, period: Period) -> Markup:
    key, found = str(period), tasks.of_period(desk.tx, str(period))
    state = "ahead"
    if key in tasks.opened_periods(desk.tx):
        state = "open"
    if key in locks(desk):
        state = "published" if digests.is_published(desk.tx, key) else "closed"
    return say(
        "settings.period_line",
        period=key,
        state=state,
        opens=when(calendar_of(desk, period).opens, desk.programme.zone),
        signed=sum(task.state == TaskState.SIGNED for task in found),
        all=len(found),
    )


def forms(turn: Turn) -> Reply:
    plan, lines, rows = plan_of(turn), [], []
    for number, form in enumerate(turn.programme.forms.values()):
        rests = bool(plan.settings.get(Key.FORM_RESTS, Scope(form=form.key)))
        work = next((one.title for one in turn.programme.rules.works if form.key in one.forms), "")
        lines.append(
            say(
                "settings.form_line",
                short=form.short,
                work=work,
                every=form.every,
                version=form.version,
                units=len(owing_units(plan, form, "")) or len(form.units),
                rests=rests,
            )
        )
        label = say("settings.rest_label", name=form.short, rests=rests).unescape()
        rows.append((button("formrest", number, 0 if rests else 1, label=label),))
    return _shown(say("settings.forms", lines=lines), tuple(rows))


def thresholds(turn: Turn) -> Reply:
    plan, zone = plan_of(turn), turn.programme.zone
    works = turn.programme.rules.works
    lines = [
        say(
            "settings.threshold_line",
            work=work.title,
            what=value_words(Key.THRESHOLD, plan.settings.get(Key.THRESHOLD, Scope(work=work.key)), zone),
        )
        for work in works
    ]
    rows = tuple((button("work", place, label=work.title),) for place, work in enumerate(works))
    return _shown(say("settings.thresholds", lines=lines), rows)


def work_thresholds(turn: Turn, place: int) -> Reply:
    """One work was chosen: the usual pairs of lines."""
    works = turn.programme.rules.works
    if place >= len(works):
        raise Refused("stale")
    choices = tuple(
        (button("lines", f"{place}-{number}", label=words),) for number, words in enumerate(THRESHOLDS)
    )
    return Reply(edit=Message(say("settings.pick_threshold", work=works[place].title), choices))


def groups(turn: Turn) -> Reply:
    plan, found = plan_of(turn), people.registered_groups(turn.tx)
    rest = {one.id: bool(plan.settings.get(Key.GROUP_RESTS, Scope(group=str(one.id)))) for one in found}
    lines = [
        say("settings.group_line", number=number, title=one.title, rests=rest[one.id])
        for number, one in enumerate(found, 1)
    ]
    rows: Sequence[tuple[Button, ...]] = [
        (
            button(
                "grouprest",
                one.id,
                0 if rest[one.id] else 1,
                label=say("settings.group_label", title=one.title, rests=rest[one.id]).unescape(),
            ),
        )
        for one in found
    ]
    return _shown(say("settings.groups", lines=lines), tuple(rows))
