"""Deadlines, reminders and single periods by command."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from forms.problems import Refused
from reporting.lines import BACK, Line, read_count, read_hours, read_moment, read_reminders
from reporting.period import Period, parse_period
from reporting.programme import Level
from reporting.settings import Change, Key, Scope, Value, change
from reporting.states import TaskState
from services import menus
from services.desk import Desk, Turn
from services.effects import move_of, open_periods
from services.naming import line_of
from services.order_words import standing
from services.orders import propose, propose_one
from services.planning import calendar_of, locks, plan_of, where_is
from storage import tasks
from storage.settings import now_at
from templates.message import Reply


def _today(desk: Desk) -> date:
    return desk.now.astimezone(desk.programme.zone).date()


def deadline(turn: Turn, text: str = "") -> Reply:
    """/deadline 安全生产 乡镇 3日17:30; 通报 8日17:30; 本期 县港航管理处 4日17:30; 填报 恢复."""
    if not text.strip():
        return menus.deadline(turn)
    line = line_of(turn, text)
    key, words = _deadline_key(line)
    scope = line.scope if key is not Key.DUE else _with_level(turn, line.scope)
    if scope.period and parse_period(scope.period) in open_periods(turn) and key is Key.DUE:
        return propose(turn, "deadline", _moved(turn, scope, words))
    _refuse_locked(turn, scope.period)
    return propose_one(turn, "deadline", key, scope, _moment(turn, key, scope, words), offer=key is Key.DUE)


_PARTS = {"通报": Key.DIGEST, "督查通报": Key.DIGEST, "开报": Key.OPENS}


def _deadline_key(line: Line) -> tuple[Key, tuple[str, ...]]:
    if not line.words:
        raise Refused("order.moment", typed=line.text)
    key = _PARTS.get(line.words[0])
    if key is None:
        return Key.DUE, line.words
    if replace(line.scope, period="") != Scope():
        raise Refused("order.whole")
    return key, line.words[1:]


def _with_level(desk: Desk, scope: Scope) -> Scope:
    """Whose deadline is meant where the line does not say: a lead unit's own, else the filing units'."""
    if scope.level:
        return scope
    leads = {form.lead for form in desk.programme.forms.values()}
    return replace(scope, level=str(Level.LEAD if scope.unit in leads else Level.FILING))


def _moment(desk: Desk, key: Key, scope: Scope, words: tuple[str, ...]) -> Value:
    if len(words) == 1 and words[0] in BACK:
        return None
    value = read_moment(words, standing(desk, key, scope), _around(desk, scope))
    if "on" in value and not scope.period:
        raise Refused("order.every_month")
    return value


def _around(desk: Desk, scope: Scope) -> date:
    return parse_period(scope.period).day_of_round(1) if scope.period else _today(desk)


def _moved(turn: Turn, scope: Scope, words: tuple[str, ...]) -> list[Change]:
    """The open reports of one period that a scope covers, each with the new deadline."""
    plan, period = plan_of(turn), parse_period(scope.period)
    value = read_moment(words, standing(turn, Key.DUE, scope), _around(turn, scope))
    covered = [
        task
        for task in tasks.of_period(turn.tx, scope.period)
        if task.state != TaskState.SIGNED and scope.covers(where_is(turn, plan, task))
    ]
    if not covered:
        raise Refused("order.nothing_open")
    bent = replace(plan, settings=plan.settings.with_row(Key.DUE, scope, value))
    due = calendar_of(turn, period, bent, scope).levels[Level(scope.level)].due
    if due <= turn.now:
        raise Refused("order.past")
    moved = [move_of(task, due) for task in covered if task.due_at != due]
    if not moved:
        raise Refused("order.same")
    return moved


def _refuse_locked(desk: Desk, period: str) -> None:
    if period and period in locks(desk):
        raise Refused("order.locked")


def reminders(turn: Turn, text: str = "") -> Reply:
    """/reminders 填报 前1日15:30 当日9:00; 静默 21:30-7:30; 上限 5; 填报 恢复."""
    if not text.strip():
        return menus.reminders(turn)
    line = line_of(turn, text)
    if not line.words:
        raise Refused("order.reminder", typed=text)
    first, rest = line.words[0], line.words[1:]
    if first in ("静默", "静默时段", "免打扰"):
        return propose_one(turn, "reminders", Key.QUIET, Scope(), _quiet(rest))
    if first in ("上限", "每日", "每人每日"):
        typed = "".join(rest)
        cap = None if typed in BACK else read_count(typed, 1, 20)
        return propose_one(turn, "reminders", Key.CAP, Scope(), cap)
    value = None if first in BACK else read_reminders(line.words)
    return propose_one(turn, "reminders", Key.REMIND, line.scope, value)


def _quiet(words: tuple[str, ...]) -> Value:
    typed = "".join(words)
    if typed in BACK:
        return None
    return {} if typed in ("不设", "关闭", "无") else read_hours(typed)


_PERIOD_PART = re.compile(r"(开报|填报|牵头|主管|汇总|通报)(.*)")


_PERIOD_KEYS = {
    "开报": (Key.OPENS, ""),
    "填报": (Key.DUE, str(Level.FILING)),
    "牵头": (Key.DUE, str(Level.LEAD)),
    "主管": (Key.DUE, str(Level.LEAD)),
    "汇总": (Key.DUE, str(Level.LEAD)),
    "通报": (Key.DIGEST, ""),
}


def period(turn: Turn, text: str = "") -> Reply:
    """/period 7月份 开报; 本期 关闭; 本期 重开; 6月份 开报10日9:00 填报12日17:30 牵头14日17:30 通报16日17:30."""
    if not text.strip():
        return menus.periods(turn)
    line = line_of(turn, text)
    if not line.scope.period:
        raise Refused("order.period", typed=text)
    chosen = parse_period(line.scope.period)
    word = line.text
    if word in ("开报", "立即开报"):
        return open_now(turn, chosen)
    if word in ("关闭", "提前关闭", "提前截止"):
        return close(turn, chosen)
    if word in ("重开", "重新开放"):
        return reopen(turn, chosen)
    return propose(turn, "period", _period_changes(turn, chosen, line.words))


def _period_changes(turn: Turn, chosen: Period, words: tuple[str, ...]) -> list[Change]:
    """One period's own days; what is open already is moved task by task."""
    _refuse_locked(turn, str(chosen))
    settings, found, is_open = plan_of(turn).settings, [], chosen in open_periods(turn)
    for part in _parts(words):
        match = _PERIOD_PART.fullmatch(part)
        if match is None:
            raise Refused("order.moment", typed=part)
        key, level = _PERIOD_KEYS[match[1]]
        scope = Scope(period=str(chosen), level=level)
        if is_open and key is Key.OPENS:
            raise Refused("order.opened")
        if is_open and key is Key.DUE:
            found += _moved(turn, scope, (match[2],))
            continue
        found.append(change(settings, key, scope, _moment(turn, key, scope, (match[2],))))
    return found


def _parts(words: tuple[str, ...]) -> list[str]:
    """开报 10日 9:00 → 开报10日9:00: a part begins with its word and takes what follows."""
    found: list[str] = []
    for word in words:
        if found and not _PERIOD_PART.match(word):
            found[-1] += word
        else:
            found.append(word)
    if not found:
        raise Refused("order.moment", typed="")
    return found


def open_now(turn: Turn, chosen: Period) -> Reply:
    """立即开报: the round opens with the next ring of the bell."""
    if str(chosen) in tasks.opened_periods(turn.tx):
        raise Refused("order.opened")
    if turn.now > calendar_of(turn, chosen).digest_due:
        raise Refused("order.period_past")
    local = turn.now.astimezone(turn.programme.zone)
    value = {"on": local.date().isoformat(), "at": f"{local:%H:%M}"}
    return propose_one(turn, "period", Key.OPENS, Scope(period=str(chosen)), value)


def close(turn: Turn, chosen: Period) -> Reply:
    """提前关闭: nothing more is filed; what is missing stays 未报."""
    if chosen not in open_periods(turn):
        raise Refused("order.not_open")
    moment = turn.now.isoformat()
    return propose(turn, "period", [Change(Key.CLOSED, Scope(period=str(chosen)), None, moment)])


def reopen(turn: Turn, chosen: Period) -> Reply:
    """重新开放 what was closed early."""
    scope = Scope(period=str(chosen))
    closed = locks(turn).get(str(chosen))
    before = now_at(turn.tx, plan_of(turn).settings, Key.CLOSED, scope)
    if before is None or closed is None:
        raise Refused("order.not_closed")
    return propose(turn, "period", [Change(Key.CLOSED, scope, before, None)])
