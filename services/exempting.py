"""免报, 补报 and 重开: what the office allows beside the rule, each with its reason."""

from __future__ import annotations

import re
from datetime import datetime

from forms.problems import Refused
from forms.text import fold
from reporting.cycle import day_set
from reporting.lines import BACK, Line, read_moment, read_period
from reporting.period import Period, parse_period
from reporting.programme import Level, Role
from reporting.settings import Change, Key, Scope, change
from reporting.states import TaskEvent, TaskState, after
from services.auditing import audit
from services.desk import Turn
from services.extension_words import label_of
from services.naming import line_of, names_of
from services.order_words import change_line
from services.orders import propose
from services.planning import locks, plan_of, where_is
from services.sheets import to_post
from storage import conversations, outbox, tasks
from storage import settings as store
from storage.tasks import Task
from templates.message import Message, Reply
from templates.words import button, say, when

REASON_LENGTH = 200


def _line(turn: Turn, text: str) -> Line:
    line = line_of(turn, text)
    if not line.scope.unit:
        raise Refused("exception.unit")
    return line


def _reason(words: tuple[str, ...]) -> str:
    reason = " ".join(words)
    if not 2 <= len(reason) <= REASON_LENGTH:
        raise Refused("exception.reason", limit=REASON_LENGTH)
    return reason


def exempt(turn: Turn, text: str = "") -> Reply:
    """/exempt 县港航管理处 6月份 至8月份 汛期停航: 免报 with its reason and its end; 恢复 ends it."""
    if not text.strip():
        return Reply((Message(say("exceptions.exempt_help", lines=_exempt_lines(turn))),))
    line = _line(turn, text)
    names, plan = names_of(turn, plan_of(turn)), plan_of(turn)
    scope = Scope(unit=line.scope.unit, form=line.scope.form, work=line.scope.work)
    if line.text in BACK:
        return propose(turn, "exempt", [change(plan.settings, Key.EXEMPT, scope, None)])
    match = re.match(r"[至到](.+)", line.words[0]) if line.words else None
    last = read_period(fold(match[1]), names) if match else None
    if last is None:
        raise Refused("exempt.expiry")
    first = parse_period(line.scope.period) if line.scope.period else names.now
    assert first is not None
    if last < first or str(first) in locks(turn):
        raise Refused("exempt.span")
    value = {"from": str(first), "last": str(last), "reason": _reason(line.words[1:])}
    return propose(turn, "exempt", [change(plan.settings, Key.EXEMPT, scope, value)])


def _exempt_lines(turn: Turn) -> list[str]:
    plan = plan_of(turn)
    return [
        str(change_line(turn, Change(Key.EXEMPT, scope, None, value)))
        for scope, value in plan.settings.of(Key.EXEMPT)
    ]


def late(turn: Turn, text: str = "") -> Reply:
    """/late 县港航管理处 6月份 7月12日17:30 原因: 补报 after the lock, until then."""
    if not text.strip():
        return Reply((Message(say("exceptions.late_help")),))
    line, plan = _line(turn, text), plan_of(turn)
    locked = locks(turn)
    found = [
        task
        for task in tasks.of_unit(turn.tx, line.scope.unit)
        if task.period in locked
        and task.state != TaskState.SIGNED
        and Scope(period=line.scope.period, form=line.scope.form, work=line.scope.work).covers(
            where_is(turn, plan, task)
        )
    ]
    if not found:
        raise Refused("late.none")
    newest = max(task.period for task in found)
    until, reason = _until_and_reason(turn, parse_period(newest), line.words)
    value = {"until": until.isoformat(), "reason": reason}
    changes = [
        change(plan.settings, Key.LATE_FILING, Scope(task=str(task.id)), value)
        for task in found
        if task.period == newest
    ]
    return propose(turn, "late", changes)


def _until_and_reason(turn: Turn, period: Period, words: tuple[str, ...]) -> tuple[datetime, str]:
    if not words:
        raise Refused("late.until")
    today = turn.now.astimezone(turn.programme.zone).date()
    value = read_moment(words[:1], {"day": today.day, "at": "17:30"}, today)
    local = datetime.combine(
        day_set(value, period).date,
        datetime.fromisoformat(f"2000-01-01T{value['at']}").time(),
        turn.programme.zone,
    )
    if local <= turn.now:
        raise Refused("order.past")
    return local, _reason(words[1:])


def reopen(turn: Turn, text: str = "") -> Reply:
    """/reopen 县港航管理处 安全生产 4日17:30 与海事数据不一致: a signed report goes back to its unit, with a reason.

    Of a published period only where the line names the period: what is signed then becomes a correction.
    """
    if not text.strip():
        return Reply((Message(say("exceptions.reopen_help")),))
    line = _line(turn, text)
    task = _signed(turn, line.scope)
    due, words = _new_due(turn, task, line.words)
    reason = _reason(words)
    if due is None and task.due_at <= turn.now:
        raise Refused("reopen.date")
    state = after(TaskState(task.state), TaskEvent.REOPEN)
    signed = task.signed_at.isoformat() if task.signed_at else ""
    tasks.change(turn.tx, task, state=state, signed_at=None, signed_by=None, reopened=None)
    if due is not None and task.period in locks(turn):
        permit = {"until": due.isoformat(), "reason": reason}
        store.put(turn.tx, Change(Key.LATE_FILING, Scope(task=str(task.id)), None, permit), turn.now)
    elif due is not None:
        store.move(turn.tx, task.id, due, turn.now)
    audit(turn, "reopen", task, after=state, reason=reason, signed=signed)
    conversations.end_task(turn.tx, task.id, turn.now)
    return _tell_reopened(turn, task, due or task.due_at, reason)


def _signed(turn: Turn, scope: Scope) -> Task:
    plan, locked = plan_of(turn), locks(turn)
    found = [
        task
        for task in tasks.of_unit(turn.tx, scope.unit)
        if (task.period not in locked or task.period == scope.period)
        and scope.covers(where_is(turn, plan, task))
    ]
    signed = [task for task in found if task.state == TaskState.SIGNED]
    if len(signed) != 1:
        raise Refused("reopen.which" if signed else "reopen.none")
    task = signed[0]
    sheet = tasks.of_sheet(turn.tx, task.sheet_id)
    if task.level == Level.FILING and any(
        one.level == Level.LEAD and one.state == TaskState.SIGNED for one in sheet
    ):
        raise Refused("reopen.lead_first")
    return task


def _new_due(turn: Turn, task: Task, words: tuple[str, ...]) -> tuple[datetime | None, tuple[str, ...]]:
    """A date at the front is the new deadline; without one the old stands."""
    local = task.due_at.astimezone(turn.programme.zone)
    try:
        value = read_moment(words[:1], {"day": local.day, "at": f"{local:%H:%M}"}, local.date())
    except Refused:
        return None, words
    at = datetime.fromisoformat(f"2000-01-01T{value['at']}").time()
    due = datetime.combine(day_set(value, parse_period(task.period)).date, at, turn.programme.zone)
    if due <= turn.now:
        raise Refused("order.past")
    return due, words[1:]


def _tell_reopened(turn: Turn, task: Task, due: datetime, reason: str) -> Reply:
    fresh = tasks.by_id(turn.tx, task.id)
    assert fresh is not None
    fields = {"task": label_of(turn, task), "due": when(due, turn.programme.zone), "reason": reason}
    to = to_post(turn, task.unit, Role.LIAISON)
    if to is not None:
        message = Message(
            say("exceptions.reopened_notice", **fields), ((button("resume", task.id, fresh.version),),)
        )
        key = f"reopened:{task.id}:{fresh.version}"
        outbox.put(turn.tx, key, "notice", to, message.as_json(), turn.now)
    said = say("exceptions.reopened", unit=turn.called(task.unit), **fields)
    return Reply((Message(said),))


COMMANDS = {"exempt": exempt, "late": late, "reopen": reopen}
