"""Thresholds, forms, units and groups by command, and the list of all settings commands."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from forms.definition import Form
from forms.problems import Refused
from forms.text import clean, fold
from reporting.lines import BACK
from reporting.programme import Unit
from reporting.settings import Key, Scope
from services import menus, sending, unit_menus
from services.contact_settings import check_rules
from services.desk import Desk, Turn
from services.holidays import calendar
from services.naming import line_of
from services.orders import propose_one
from services.planning import class_of, plan_of
from services.timing import deadline, period, reminders
from storage import people
from templates.message import Reply

CLASS_LENGTH = 20


_THRESHOLD = re.compile(
    r"黄(?:色|牌)?(\d+(?:\.\d)?)(?:个?百分点|%)?(?:,)?红(?:色|牌)?(\d+(?:\.\d)?)(?:个?百分点|%)?"
)


def thresholds(turn: Turn, text: str = "") -> Reply:
    """/thresholds 重点工程 黄5 红10; 重点工程 恢复. Two admins."""
    if not text.strip():
        return menus.thresholds(turn)
    line = line_of(turn, text)
    if not line.scope.work or line.scope != Scope(work=line.scope.work):
        raise Refused("order.work")
    value = None if line.text in BACK else _threshold(line.text)
    return propose_one(turn, "thresholds", Key.THRESHOLD, line.scope, value)


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
    line = line_of(turn, text)
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
    return propose_one(turn, "forms", Key.FORM_RESTS, Scope(form=key), True if rests else None)


def units(turn: Turn, text: str = "") -> Reply:
    """/units 县港航管理处 类别 部门; 停报; 恢复."""
    if not text.strip():
        return unit_menus.units(turn)
    line = line_of(turn, text)
    if not line.scope.unit or not line.words:
        raise Refused("order.unit")
    unit, first = turn.programme.units[line.scope.unit], line.words[0]
    if first in ("停报", "恢复"):
        return rest_unit(turn, unit, first == "停报")
    if first != "类别" or len(line.words) > 2:
        raise Refused("order.unit")
    return classify(turn, unit, "".join(line.words[1:]))


def classify(turn: Turn, unit: Unit, word: str) -> Reply:
    name = None if word in BACK else clean(word)
    if name is not None and not 1 <= len(name) <= CLASS_LENGTH:
        raise Refused("order.class", limit=CLASS_LENGTH)
    if name is not None and name == class_of(turn, plan_of(turn).settings, unit.key):
        raise Refused("order.same")
    return propose_one(turn, "units", Key.UNIT_CLASS, Scope(unit=unit.key), name)


def rest_unit(turn: Turn, unit: Unit, rests: bool) -> Reply:
    """停报: from the next opening on it owes nothing. A lead unit cannot: its sheet would have no signature."""
    if rests and any(form.lead == unit.key for form in turn.programme.forms.values()):
        raise Refused("order.leads", unit=unit.called)
    return propose_one(turn, "units", Key.UNIT_RESTS, Scope(unit=unit.key), True if rests else None)


def threshold_by_button(turn: Turn, of: str) -> Reply:
    """``2-0``: one work and one of the usual pairs."""
    place, _, number = of.partition("-")
    works = turn.programme.rules.works
    if not (place.isdecimal() and number.isdecimal()):
        raise Refused("stale")
    if int(place) >= len(works) or int(number) >= len(menus.THRESHOLDS):
        raise Refused("stale")
    return thresholds(turn, f"{works[int(place)].title} {menus.THRESHOLDS[int(number)]}")


def class_by_button(turn: Turn, of: str) -> Reply:
    return classify(turn, *unit_menus.picked_class(turn, of))


def groups(turn: Turn, text: str = "") -> Reply:
    """/groups 1 停发 | 恢复 | 领导群 | 四套班子. Two admins."""
    if not text.strip():
        return menus.groups(turn)
    match = re.fullmatch(
        r"(\d{1,9})\s*(停发|停止发送|恢复|恢复发送|领导群|县领导群|四套班子|四套班子群)", fold(text)
    )
    found = people.registered_groups(turn.tx)
    if match is None or not 1 <= int(match[1]) <= len(found):
        raise Refused("order.group")
    group = found[int(match[1]) - 1].id
    if match[2] in sending.GROUPS:
        return sending.belongs(turn, group, match[2])
    return rest_group(turn, group, match[2].startswith("停"))


def rest_group(turn: Turn, group_id: int, rests: bool) -> Reply:
    if people.group_by_id(turn.tx, group_id) is None:
        raise Refused("order.group")
    return propose_one(turn, "groups", Key.GROUP_RESTS, Scope(group=str(group_id)), True if rests else None)


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
    "checkrules": check_rules,
    "recipients": sending.recipients,
}
