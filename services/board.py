"""看板: who has filed what, who is missing since when, whether our prompt arrived; and one press that chases them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forms.cells import Cell, State
from forms.problems import Refused
from reporting.board import PRESSING, Sign, sign_of
from reporting.cycle import quiet_at
from reporting.due import Action, Kind
from reporting.elapsed import attributed, marks_of
from reporting.period import parse_period
from reporting.programme import Level, Role
from reporting.states import DUE_MINUTE, Rate, TaskState, Timeliness, filing_rate, on_time_rate, timeliness
from services.auditing import audit
from services.cycle import REMINDERS, left_today, press
from services.desk import Desk, Turn
from services.naming import current_period
from services.planning import is_exempt, locks, plan_of, times_of
from services.sheets import holder_of, post_of, sees_all
from storage import digests, outages, outbox, tasks
from storage.outbox import Prompted
from storage.tasks import Task
from templates.board import Missing, Square, Standing, board_picture, board_text, clock_text
from templates.chaser import Chased, chaser_document
from templates.message import Attachment, Button, Message, Reply
from templates.words import button, say, when

# Presses that may chase one report in a day.
CHASES_A_DAY = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """One task as the board shows it."""

    task: Task
    sign: Sign
    timely: Timeliness
    letters: tuple[Prompted, ...]

    @property
    def delivered(self) -> Prompted | None:
        """The first reminder that arrived in time."""
        return next((one for one in self.letters if arrived(one, self.task)), None)


def arrived(letter: Prompted, task: Task) -> bool:
    """What reaches somebody after the deadline did not prompt them."""
    return letter.sent_at is not None and letter.sent_at < task.due_at + DUE_MINUTE


def look(desk: Desk, period: str) -> list[Seen]:
    """Every task of a period: a pure function of rows says what its square shows."""
    plan, locked = plan_of(desk), locks(desk).get(period)
    begun, letters = tasks.begun_tasks(desk.tx, period), _letters(desk, period)
    found: list[Seen] = []
    for task in tasks.of_period(desk.tx, period):
        mine = letters.get((task.form, task.unit), ())
        timely = timeliness(
            task.signed_at,
            task.due_at,
            desk.now,
            locked_at=locked,
            exempt=is_exempt(desk, plan, task),
            nil=task.state == TaskState.SIGNED and is_nil(tasks.answers_of_task(desk.tx, task.id)),
        )
        sign = sign_of(
            TaskState(task.state),
            timely,
            delivered=any(arrived(one, task) for one in mine),
            begun=task.id in begun,
        )
        found.append(Seen(task, sign, timely, mine))
    return found


def is_nil(answers: Mapping[str, Cell]) -> bool:
    """零报告: there are figures, and all of them are zero."""
    figures = [cell for cell in answers.values() if cell.state is State.ZERO or cell.number is not None]
    return bool(figures) and all(cell.state is State.ZERO for cell in figures)


def _letters(desk: Desk, period: str) -> dict[tuple[str, str], tuple[Prompted, ...]]:
    found: dict[tuple[str, str], list[Prompted]] = {}
    for one in outbox.prompts_of(desk.tx, period, REMINDERS):
        found.setdefault((one.form, one.unit), []).append(one)
    return {key: tuple(letters) for key, letters in found.items()}


def board(turn: Turn, period: str | None = None) -> Reply:
    """/board: units × tables for the office, the tables that a lead unit leads for its people."""
    key, found = _visible(turn, period)
    missing = [_missing(turn, one) for one in found if one.sign in (Sign.MISSING, Sign.UNDELIVERED)]
    columns = list(dict.fromkeys(one.task.form for one in found))
    titles = [turn.form(next(s.task.form_id for s in found if s.task.form == form)).short for form in columns]
    rows = _rows(turn, found, columns)
    standing = Standing(
        key, when(turn.now, turn.programme.zone), titles, rows, missing, _rate(found), _on_time(found)
    )
    chases = turn.actor.holds(Role.ADMIN) or turn.actor.holds(Role.OFFICE)
    buttons = _buttons(key, found) if chases else ((button("clocks", key),),)
    picture = board_picture(standing) if len(columns) > 1 else None
    return Reply((Message(board_text(standing), buttons, picture=picture),))


def _visible(turn: Turn, period: str | None) -> tuple[str, list[Seen]]:
    """The newest open period (or this one), as far as this person may see it."""
    key = period or str(current_period(turn))
    found = look(turn, key)
    if not sees_all(turn.actor):
        units = {post.unit for post in turn.actor.posts}
        found = [one for one in found if turn.form(one.task.form_id).lead in units]
    if not found:
        raise Refused("no_sheet")
    return key, found


def _rows(desk: Desk, found: Sequence[Seen], columns: Sequence[str]) -> list[tuple[str, list[Square]]]:
    """Units with something pressing first, else in the programme's order."""
    by_unit: dict[str, dict[str, Seen]] = {}
    for one in found:
        by_unit.setdefault(one.task.unit, {})[one.task.form] = one

    def rank(unit: str) -> int:
        signs = [one.sign for one in by_unit[unit].values()]
        return min((PRESSING.index(sign) for sign in signs if sign in PRESSING), default=len(PRESSING))

    return [
        (
            desk.called(unit),
            [Square(by_unit[unit][form].sign if form in by_unit[unit] else Sign.NONE) for form in columns],
        )
        for unit in sorted(by_unit, key=rank)
    ]


def _missing(desk: Desk, one: Seen) -> Missing:
    zone = desk.programme.zone
    first = one.delivered
    failed = next((letter for letter in reversed(one.letters) if letter.state in ("dropped", "failed")), None)
    return Missing(
        desk.called(one.task.unit),
        desk.form(one.task.form_id).short,
        since=when(one.task.due_at, zone),
        delivered=when(first.sent_at, zone) if first and first.sent_at else "",
        reason=failed.reason if failed and not first else "",
        submitted=one.task.state == TaskState.SUBMITTED,
    )


def _rate(found: Sequence[Seen]) -> Rate:
    return filing_rate(one.timely for one in found)


def _on_time(found: Sequence[Seen]) -> Rate:
    return on_time_rate(one.timely for one in found)


def _buttons(key: str, found: Sequence[Seen]) -> tuple[tuple[Button, ...], ...]:
    owing = [one for one in found if one.timely is Timeliness.MISSING]
    rows: list[tuple[Button, ...]] = []
    if owing:
        label = say("board.chase_label", count=len(owing)).unescape()
        rows.append((button("chase", key, label=label), button("chaser", key)))
    rows.append((button("clocks", key),))
    return tuple(rows)


def chase(turn: Turn, period: str) -> Reply:
    """催报: exactly those whose report is overdue are reminded, within their daily cap; each is on record."""
    plan, rules = plan_of(turn), turn.programme.rules
    _refuse_locked(turn, period)
    if quiet_at(plan, rules.quiet.as_set, turn.now, turn.programme.zone):
        raise Refused("chase.quiet")
    owing = [one for one in look(turn, period) if one.timely is Timeliness.MISSING]
    if not owing:
        raise Refused("chase.nobody")
    left = left_today(turn, plan)
    chased, spared = [], []
    for one in owing:
        name = turn.called(one.task.unit)
        if _chase(turn, one, period, left):
            chased.append(name)
        else:
            spared.append(name)
    unreached = [turn.called(one.task.unit) for one in owing if one.sign is Sign.UNDELIVERED]
    text = say("board.chased", names=_once(chased), spared=_once(spared), unreached=_once(unreached))
    return Reply((Message(text),))


def _once(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _chase(turn: Turn, one: Seen, period: str, left: dict[int, int]) -> bool:
    """Remind whoever holds this report up; False when they had enough for today."""
    task = one.task
    role = Role.SIGNATORY if task.state == TaskState.SUBMITTED else Role.LIAISON
    post = post_of(turn, task.unit, role)
    person = holder_of(turn, post) if post else None
    today = turn.now.astimezone(turn.programme.zone).date()
    before = sum(
        letter.kind == "chase" and letter.created_at.astimezone(turn.programme.zone).date() == today
        for letter in one.letters
    )
    if before >= CHASES_A_DAY or (person is not None and left.get(person, 0) <= 0):
        return False
    if person is not None:
        left[person] -= 1
    key = f"chase:{period}:{task.form}:{task.unit}:{today:%Y%m%d}-{before + 1}"
    press(turn, Action(Kind.CHASE, key, parse_period(period), task.id), "chase")
    audit(turn, "chase", task)
    return True


def _refuse_locked(desk: Desk, period: str) -> None:
    if period in locks(desk):
        raise Refused("order.locked")


def chaser(turn: Turn, period: str | None = None) -> Reply:
    """催办通知: the formal letter to those who are overdue, as a Word document to be numbered and signed."""
    key = period or str(current_period(turn))
    found = [one for one in look(turn, key) if one.sign is Sign.MISSING]
    if not found:
        raise Refused("chase.nobody")
    zone, rules = turn.programme.zone, turn.programme.rules
    late = [
        Chased(
            turn.called(one.task.unit),
            turn.form(one.task.form_id).title,
            when(one.task.due_at, zone),
            sum(letter.kind == "chase" for letter in one.letters),
        )
        for one in found
    ]
    office = turn.programme.units[rules.office].name
    content = chaser_document(rules.title, rules.document, office, key, late, turn.now.astimezone(zone))
    unreached = [turn.called(one.task.unit) for one in look(turn, key) if one.sign is Sign.UNDELIVERED]
    audit(turn, "export_chaser", about=f"period:{key}", units=[one.task.unit for one in found])
    text = say("board.chaser_ready", count=len(_once([one.unit for one in late])), unreached=_once(unreached))
    name = say("board.chaser_name", period=key).unescape()
    return Reply((Message(text),), attachments=(Attachment(name, content),))


def clocks(turn: Turn, period: str) -> Reply:
    """责任用时: how long each party had each report."""
    key, found = _visible(turn, period)
    opened = tasks.opened_at(turn.tx, key)
    if opened is None:
        raise Refused("no_sheet")
    history, down = tasks.history_of(turn.tx, key), outages.since(turn.tx, opened)
    draft = digests.of_period(turn.tx, key)
    until = draft.published_at if draft and draft.published_at else turn.now
    leads = {one.task.sheet_id: one.task.signed_at for one in found if one.task.level == Level.LEAD}
    plan, lines = plan_of(turn), []
    for one in found:
        first, is_lead = one.delivered, one.task.level == Level.LEAD
        begins = max(opened, times_of(turn, plan, one.task).prompt) if is_lead else opened
        marks = marks_of(
            begins,
            first.sent_at if first else None,
            history.get(one.task.id, ()),
            is_lead=is_lead,
            sheet_signed=leads.get(one.task.sheet_id),
        )
        if begins >= until:
            continue
        spent = attributed(marks, down, until)
        lines.append((turn.called(one.task.unit), turn.form(one.task.form_id).short, spent))
    return Reply((Message(clock_text(key, when(until, turn.programme.zone), lines)),))


def awake(desk: Desk) -> None:
    """At start: the time since the last sign of life was an outage, however short: meanwhile the clock may have moved.

    A sign of life that is ahead of now was given by another clock.
    """
    last = outages.last_pulse(desk.tx)
    if last is not None and last != desk.now:
        outages.add(desk.tx, min(last, desk.now), max(last, desk.now))
    outages.beat(desk.tx, desk.now)
