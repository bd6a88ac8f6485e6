"""Working days by command: the roll rule, a year's notice as text or workbook, one day typed by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable

from forms.problems import Refused
from forms.text import clean
from reporting.lines import BACK
from reporting.notice import book_cells, read_book, read_notice
from reporting.settings import Change, Key, Scope
from reporting.workdays import Day, Roll
from services import menus
from services.desk import Desk, Turn
from services.orders import propose, propose_one
from services.planning import plan_of
from storage import drafts
from templates.holiday_workbook import holiday_workbook
from templates.message import SILENCE, Attachment, Message, Reply
from templates.read_workbook import Read
from templates.words import say

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
    if (wanted := re.fullmatch(r"(20\d\d)年?\s*表", typed)) is not None:
        return holiday_book(turn, int(wanted[1]))
    if typed in _ROLLS or typed in BACK:
        return roll(turn, "" if typed in BACK else str(_ROLLS[typed]))
    return propose(turn, "calendar", _days(turn, read_notice(typed)))


def holiday_book(turn: Turn, year: int) -> Reply:
    """The workbook of a year's notice, with what is known already."""
    days = [day for at, day in plan_of(turn).workdays.own.items() if at.year == year]
    name, content = holiday_workbook(year, book_cells(days), turn.programme.rules.title)
    said = Message(say("settings.holiday_sent", year=year))
    return Reply((said,), attachments=(Attachment(name, content),))


def show_holidays(turn: Turn, file_ref: str, read: Read) -> Reply:
    """A holiday workbook was read: an order like any other."""
    if drafts.file_of(turn.tx, turn.person) != file_ref:
        return SILENCE  # another file was sent since
    drafts.drop(turn.tx, turn.person)
    year = read.head["period"]
    if re.fullmatch(r"20\d\d", year) is None:
        raise Refused("import.not_ours")
    return propose(turn, "calendar", _days(turn, read_book(year, read.cells)))


def roll(turn: Turn, rule: str) -> Reply:
    """What happens to a day that is no working day; "" for what the files say."""
    if rule and rule not in tuple(Roll):
        raise Refused("stale")
    return propose_one(turn, "calendar", Key.ROLL, Scope(), rule or None, offer=True)


def _days(desk: Desk, days: Iterable[Day]) -> list[Change]:
    settings, found = plan_of(desk).settings, []
    for day in days:
        scope = Scope(day=day.date.isoformat())
        value = {"kind": str(day.kind), "name": day.name, "source": day.source, "confirmed": day.confirmed}
        before = settings.exact(Key.HOLIDAY, scope)
        if before != value:
            found.append(Change(Key.HOLIDAY, scope, before, value))
    if not found:
        raise Refused("order.same")
    return found
