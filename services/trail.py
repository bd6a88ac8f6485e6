"""审计: what is on record, for admins; as a page and as a workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from markupsafe import Markup

from forms.problems import Refused
from forms.text import clean
from reporting.settings import Change, Key, change_from_json, parse_scope
from services.auditing import audit
from services.desk import Desk, Turn
from services.order_words import change_line, changes_text
from storage import audit as store
from storage import people
from storage.audit import Entry, Filter
from templates.audit_words import action_word, changed, verb_of, verb_word
from templates.audit_words import shown as shown_value
from templates.audit_workbook import Row, audit_workbook
from templates.change_words import period_words
from templates.message import Attachment, Message, Reply
from templates.report import Label
from templates.words import button, refusal_word, say, when

PAGE = 15
MOST_ROWS = 20_000
EXPORT = "导出"
_MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+\d\d:\d\d$")
_DAY = re.compile(r"^(?:(\d{4})[年.-])?(\d{1,2})[月.-](?:(\d{1,2})日?)?$")


def show(turn: Turn, text: str = "") -> Reply:
    """The newest events that fit the words; 导出 before them gives a workbook."""
    first, _, rest = clean(text).partition(" ")
    if first == EXPORT:
        return export(turn, rest)
    found = store.entries(turn.tx, read_filter(turn, text), PAGE)
    if not found:
        raise Refused("audit_nothing")
    names = _Names(turn)
    lines = [_line(turn, names, entry) for entry in found]
    text = say("auditing.page", lines=lines, total=len(found), words=clean(text))
    return Reply((Message(text, () if clean(first) else ((button("auditbook"),),)),))


def export(turn: Turn, text: str = "") -> Reply:
    """The same as a workbook. That somebody took it is on record too."""
    found = store.entries(turn.tx, read_filter(turn, text), MOST_ROWS + 1)
    if not found:
        raise Refused("audit_nothing")
    names, kept = _Names(turn), found[:MOST_ROWS]
    rows = [_row(turn, names, entry) for entry in reversed(kept)]
    head = store.head(turn.tx)
    audit(turn, "export_audit", rows=len(rows))
    book = Attachment(say("auditing.book", day=f"{turn.now:%Y%m%d}"), audit_workbook(rows, head))
    said = say("auditing.exported", count=len(rows), all_of_them=len(found) == len(kept), head=head)
    return Reply((Message(said),), attachments=(book,))


def read_filter(turn: Turn, text: str) -> Filter:
    """Words in any order: a unit, a day or month, what was done, else a person's name."""
    wanted = Filter()
    units = {name: unit.key for unit in turn.programme.units.values() for name in (unit.name, unit.called)}
    for word in clean(text).split():
        if (span := _span(turn, word)) is not None:
            wanted = replace(wanted, since=span[0], until=span[1])
        elif word in units:
            posts = tuple(f"post:{post.id}" for post in people.posts(turn.tx, unit_key=units[word]))
            wanted = replace(wanted, unit=units[word], posts=posts)
        elif (verb := verb_of(word)) is not None:
            wanted = replace(wanted, verb=verb)
        else:
            wanted = replace(wanted, name=word)
    return wanted


def _span(turn: Turn, word: str) -> tuple[datetime, datetime] | None:
    """The day or month that a word names; without a year the last one that has begun."""
    match = _DAY.match(word)
    if match is None:
        return None
    today = turn.now.astimezone(turn.programme.zone).date()
    year, month, day = int(match[1] or today.year), int(match[2]), int(match[3] or 1)
    try:
        first = date(year, month, day)
        if match[1] is None and first > today:
            first = date(year - 1, month, day)
    except ValueError:
        raise Refused("audit_day") from None
    last = first if match[3] else (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(1)
    zone = turn.programme.zone
    begin, end = (datetime.combine(one, time(), zone) for one in (first, last + timedelta(days=1)))
    return begin, end


@dataclass
class _Names:
    """Names of what events point to by number, each looked up once."""

    desk: Desk

    def __post_init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, about: str) -> str:
        if about not in self._known:
            self._known[about] = self._look_up(*about.partition(":")[::2])
        return self._known[about]

    def _look_up(self, kind: str, key: str) -> str:
        tx = self.desk.tx
        if kind == "post" and key.isdecimal() and (post := people.find_post(tx, int(key))):
            return str(say("joining.post", unit=self.desk.called(post.unit), name=post.role))
        if kind == "group" and key.isdecimal() and (group := people.group_by_id(tx, int(key))):
            return f"「{group.title}」"
        if kind == "person" and key.isdecimal():
            return people.find_name(tx, int(key)) or key
        if kind == "order":
            return str(say("auditing.order", number=key))
        if kind == "period":
            return period_words(key)
        return key

    def in_(self, value: Any) -> Any:
        """The same value with people called by their names, and moments as the county's clock shows them."""
        if isinstance(value, str) and _MOMENT.match(value):
            return when(datetime.fromisoformat(value), self.desk.programme.zone)
        if isinstance(value, Mapping):
            return {
                key: self.of(f"person:{one}") if key == "person" and one is not None else self.in_(one)
                for key, one in value.items()
            }
        return value


def _who(entry: Entry) -> Markup | str:
    if entry.person is not None:
        return entry.person
    return say("auditing.stranger") if entry.detail.get("stranger") else say("auditing.clock")


def _setting(desk: Desk, entry: Entry) -> tuple[str, str] | None:
    """(what was set, old → new) of a setting, in the words in which the change was shown."""
    kind, key, scope = (*entry.about.split(":", 2), "", "")[:3]
    if kind != "setting" or key not in tuple(Key):
        return None
    shown = change_line(desk, Change(Key(key), parse_scope(scope), entry.before, entry.after)).unescape()
    what, _, how = shown.partition("：")
    return what, how


def _about(desk: Desk, names: _Names, entry: Entry) -> str:
    if (setting := _setting(desk, entry)) is not None:
        return setting[0]
    if entry.unit is None or entry.form_id is None or entry.period is None:
        return names.of(entry.about) if entry.about else ""
    form = desk.form(entry.form_id)
    label = Label(form.short, entry.period, form.every)
    return f"{desk.called(entry.unit)}【{label.form}】{label.covers}"


def _change(names: _Names, entry: Entry) -> str:
    if (setting := _setting(names.desk, entry)) is not None:
        return setting[1]
    if entry.verb == "propose":
        found = [change_from_json(one) for one in entry.after or ()]
        return changes_text(names.desk, found).unescape().replace("\n", "；")
    if entry.verb == "refuse":
        tried = action_word(str(entry.detail.get("action", "")))
        times = entry.detail.get("times", 1)
        again = f"（本小时第{times}次）" if times != 1 else ""
        return "，".join(filter(None, [tried, refusal_word(str(entry.detail.get("why", "")))])) + again
    return changed(names.in_(entry.before), names.in_(entry.after))


def _line(desk: Desk, names: _Names, entry: Entry) -> Markup:
    return say(
        "auditing.line",
        at=when(entry.at, desk.programme.zone),
        person=_who(entry),
        verb=verb_word(entry.verb),
        about=_about(desk, names, entry),
        change=_change(names, entry),
    )


def _row(desk: Desk, names: _Names, entry: Entry) -> Row:
    return Row(
        entry.id,
        entry.at.astimezone(desk.programme.zone),
        str(_who(entry)),
        verb_word(entry.verb),
        _about(desk, names, entry),
        _change(names, entry),
        shown_value(names.in_({k: v for k, v in entry.detail.items() if entry.verb != "refuse"})),
        entry.update_id,
    )
