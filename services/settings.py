"""Settings by command: a typed line becomes changes, and the changes become an order that is shown first."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation

from forms.definition import Form
from forms.problems import Refused
from forms.text import clean, fold
from reporting.lines import BACK, Line, read_count, read_hours, read_line, read_moment, read_reminders
from reporting.notice import read_notice
from reporting.period import Period, parse_period
from reporting.programme import Level, Unit
from reporting.settings import Change, Key, Scope, Value, change
from reporting.states import TaskState
from reporting.workdays import Roll
from services import menus
from services.desk import Desk, Turn
from services.naming import names_of
from services.order_words import standing
from services.orders import move_of, open_periods, propose
from services.planning import calendar_of, class_of, locks, plan_of, where_is
from storage import people, tasks
from storage.settings import now_at
from templates.message import Reply

CLASS_LENGTH = 20


def _today(desk: Desk) -> date:
    return desk.now.astimezone(desk.programme.zone).date()


def _line(turn: Turn, text: str) -> Line:
    return read_line(text, names_of(turn, plan_of(turn)))


def _one(turn: Turn, command: str, key: Key, scope: Scope, value: Value, *, offer: bool = False) -> Reply:
    return propose(turn, command, [change(plan_of(turn).settings, key, scope, value)], offer=offer)


def deadline(turn: Turn, text: str = "") -> Reply:
    """/deadline 安全生产 乡镇 3日17:30; 通报 8日17:30; 本期 县港航管理处 4日17:30; 填报 恢复."""
    if not text.strip():
        return menus.deadline(turn)
    line = _line(turn, text)
    key, words = _deadline_key(line)
    scope = line.scope if key is not Key.DUE else _with_level(turn, line.scope)
    if scope.period and parse_period(scope.period) in open_periods(turn) and key is Key.DUE:
        return propose(turn, "deadline", _moved(turn, scope, words))
    _refuse_locked(turn, scope.period)
    return _one(turn, "deadline", key, scope, _moment(turn, key, scope, words), offer=key is Key.DUE)


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
    line = _line(turn, text)
    if not line.words:
        raise Refused("order.reminder", typed=text)
    first, rest = line.words[0], line.words[1:]
    if first in ("静默", "静默时段", "免打扰"):
        return _one(turn, "reminders", Key.QUIET, Scope(), _quiet(rest))
    if first in ("上限", "每日", "每人每日"):
        typed = "".join(rest)
        cap = None if typed in BACK else read_count(typed, 1, 20)
        return _one(turn, "reminders", Key.CAP, Scope(), cap)
    value = None if first in BACK else read_reminders(line.words)
    return _one(turn, "reminders", Key.REMIND, line.scope, value)


def _quiet(words: tuple[str, ...]) -> Value:
    typed = "".join(words)
    if typed in BACK:
        return None
    return {} if typed in ("不设", "关闭", "无") else read_hours(typed)


_ROLLS = {
    "顺延": Roll.NEXT,
    "提前": Roll.PREVIOUS,
    "不调": Roll.NONE,
    "不调整": Roll.NONE,
    "不顺延": Roll.NONE,
}


def calendar(turn: Turn, text: str = "") -> Reply:
    """/calendar 顺延 | 提前 | 不调; a year and its notice; or one day: 2027-10-01 放假 国庆节."""
    typed = clean(text)
    if not typed:
        return menus.calendar(turn)
    if typed in _ROLLS or typed in BACK:
        return roll(turn, "" if typed in BACK else str(_ROLLS[typed]))
    return propose(turn, "calendar", _days(turn, typed))


def roll(turn: Turn, rule: str) -> Reply:
    """What happens to a day that is no working day; "" for what the files say."""
    if rule and rule not in tuple(Roll):
        raise Refused("stale")
    return _one(turn, "calendar", Key.ROLL, Scope(), rule or None, offer=True)


def _days(desk: Desk, typed: str) -> list[Change]:
    settings, found = plan_of(desk).settings, []
    for day in read_notice(typed):
        scope = Scope(day=day.date.isoformat())
        value = {"kind": str(day.kind), "name": day.name, "source": day.source, "confirmed": day.confirmed}
        before = settings.exact(Key.HOLIDAY, scope)
        if before != value:
            found.append(Change(Key.HOLIDAY, scope, before, value))
    if not found:
        raise Refused("order.same")
    return found


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
    line = _line(turn, text)
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
    return _one(turn, "period", Key.OPENS, Scope(period=str(chosen)), value)


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


_THRESHOLD = re.compile(
    r"黄(?:色|牌)?(\d+(?:\.\d)?)(?:个?百分点|%)?(?:,)?红(?:色|牌)?(\d+(?:\.\d)?)(?:个?百分点|%)?"
)


def thresholds(turn: Turn, text: str = "") -> Reply:
    """/thresholds 重点工程 黄5 红10; 重点工程 恢复. Two admins."""
    if not text.strip():
        return menus.thresholds(turn)
    line = _line(turn, text)
    if not line.scope.work or line.scope != Scope(work=line.scope.work):
        raise Refused("order.work")
    value = None if line.text in BACK else _threshold(line.text)
    return _one(turn, "thresholds", Key.THRESHOLD, line.scope, value)


def _threshold(text: str) -> dict[str, str]:
    match = _THRESHOLD.fullmatch(fold(text).replace(" ", ""))
    if match is None:
        raise Refused("order.threshold", typed=text)
    try:
        yellow, red = Decimal(match[1]), Decimal(match[2])
    except InvalidOperation:
        raise Refused("order.threshold", typed=text) from None
    if not 0 < yellow < red <= 100:
        raise Refused("order.threshold_order")
    return {"yellow": str(yellow), "red": str(red)}


def forms(turn: Turn, text: str = "") -> Reply:
    """/forms 安全生产 停用 | 启用, from the next opening on."""
    if not text.strip():
        return menus.forms(turn)
    line = _line(turn, text)
    found = [form for form in turn.programme.forms.values() if _is_meant(turn, form, line.scope)]
    if len(found) != 1 or line.text not in ("停用", "启用"):
        raise Refused("order.form")
    return rest_form(turn, found[0].key, line.text == "停用")


def _is_meant(desk: Desk, form: Form, scope: Scope) -> bool:
    of_work = {key for work in desk.programme.rules.works if work.key == scope.work for key in work.forms}
    return form.key == scope.form or form.key in of_work


def rest_form(turn: Turn, key: str, rests: bool) -> Reply:
    if key not in turn.programme.forms:
        raise Refused("order.form")
    return _one(turn, "forms", Key.FORM_RESTS, Scope(form=key), True if rests else None)


def units(turn: Turn, text: str = "") -> Reply:
    """/units 县港航管理处 类别 部门; 停报; 恢复."""
    if not text.strip():
        return menus.units(turn)
    line = _line(turn, text)
    if not line.scope.unit or not line.words:
        raise Refused("order.unit")
    unit, first = turn.programme.units[line.scope.unit], line.words[0]
    if first in ("停报", "恢复"):
        return rest_unit(turn, unit, first == "停报")
    if first != "类别" or len(line.words) > 2:
        raise Refused("order.unit")
    return _classify(turn, unit, "".join(line.words[1:]))


def _classify(turn: Turn, unit: Unit, word: str) -> Reply:
    name = None if word in BACK else clean(word)
    if name is not None and not 1 <= len(name) <= CLASS_LENGTH:
        raise Refused("order.class", limit=CLASS_LENGTH)
    if name is not None and name == class_of(turn, plan_of(turn).settings, unit.key):
        raise Refused("order.same")
    return _one(turn, "units", Key.UNIT_CLASS, Scope(unit=unit.key), name)


def rest_unit(turn: Turn, unit: Unit, rests: bool) -> Reply:
    """停报: from the next opening on it owes nothing. A lead unit cannot: its sheet would have no signature."""
    if rests and any(form.lead == unit.key for form in turn.programme.forms.values()):
        raise Refused("order.leads", unit=unit.called)
    return _one(turn, "units", Key.UNIT_RESTS, Scope(unit=unit.key), True if rests else None)


def groups(turn: Turn, text: str = "") -> Reply:
    """/groups 1 停发 | 恢复. Two admins."""
    if not text.strip():
        return menus.groups(turn)
    match = re.fullmatch(r"(\d{1,9})\s*(停发|停止发送|恢复|恢复发送)", fold(text))
    found = people.registered_groups(turn.tx)
    if match is None or not 1 <= int(match[1]) <= len(found):
        raise Refused("order.group")
    return rest_group(turn, found[int(match[1]) - 1].id, match[2].startswith("停"))


def rest_group(turn: Turn, group_id: int, rests: bool) -> Reply:
    if people.group_by_id(turn.tx, group_id) is None:
        raise Refused("order.group")
    return _one(turn, "groups", Key.GROUP_RESTS, Scope(group=str(group_id)), True if rests else None)


# By the command that opens each.
COMMANDS: dict[str, Callable[[Turn, str], Reply]] = {
    "deadline": deadline,
    "reminders": reminders,
    "calendar": calendar,
    "period": period,
    "forms": forms,
    "thresholds": thresholds,
    "units": units,
    "groups": groups,
}
