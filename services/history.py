"""历史数据: opening balances, last year's figures and targets go out as a workbook, and are loaded when an admin agrees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from markupsafe import Markup

from forms.cells import Cell
from forms.definition import Form
from forms.importing import refuse_secrets
from forms.problems import Refused
from forms.reading import read_figure
from forms.text import fold, is_blank
from reporting.history import Change, Slot, as_json, changes_of, may_hold, parse_slot, rows, slots, used_by
from reporting.period import Period, covered_by, parse_period
from services.asking import HISTORY, conversation, current
from services.auditing import audit
from services.desk import Desk, Turn
from storage import conversations, drafts, programmes, tasks
from storage.digests import published_periods
from storage.drafts import Draft
from storage.programmes import HistoryRow
from templates.entry_workbook import Wrong
from templates.history import bad_message, forms_message
from templates.history_workbook import HistoryBook, Key, history_workbook
from templates.message import SILENCE, Attachment, Message, Reply
from templates.read_workbook import Read
from templates.words import covered, refusal, say


@dataclass(frozen=True)
class _Shelf:
    """What is loaded of one table for a year's reports, and what of it can still be changed."""

    desk: Desk
    form: Form
    year: int

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        return slots(self.form, self.desk.programme.periods[0], self.year)

    @cached_property
    def rows(self) -> tuple[str, ...]:
        return rows(self.form, self.slots)

    @cached_property
    def figures(self) -> dict[Key, Decimal]:
        between = programmes.history_between(
            self.desk.tx, self.form.key, f"{self.year - 1}-01", f"{self.year}-12"
        )
        found = {(one.address, parse_slot(f"{one.kind}:{one.period}")): one.number for one in between}
        return {key: number for key, number in found.items() if key[1] in self.slots}

    @cached_property
    def used(self) -> dict[Slot, Period]:
        """Figures that published digests stand on, with the first of these."""
        every = published_periods(self.desk.tx)
        published = [key for key in every if covered_by(self.form.every, parse_period(key))]
        return {slot: period for slot in self.slots if (period := used_by(slot, published))}

    def file(self, given: Mapping[Key, Decimal], wrong: Mapping[Key, Wrong]) -> Attachment:
        office = self.desk.programme.rules.title
        figures = {**self.figures, **given}
        book = HistoryBook(self.form, self.year, self.slots, self.rows, figures, self.used, office, wrong)
        return Attachment(book.name, history_workbook(book))


# Out


def offer(turn: Turn, name: str = "") -> Reply:
    """历史数据, or 历史数据 安全生产: the workbook, or which one is wanted."""
    known = _forms(turn)
    wanted = [form for form in known if fold(name) in (fold(form.short), fold(form.title), form.key)]
    if len(wanted) == 1 or len(known) == 1:
        return _send(turn, (wanted or known)[0])
    if not known:
        raise Refused("history.none")
    return Reply((forms_message(known), *current(turn).messages))


def offer_one(turn: Turn, place: int) -> Reply:
    """A table chosen by its number in the list."""
    known = _forms(turn)
    if not 1 <= place <= len(known):
        raise Refused("stale")
    return _send(turn, known[place - 1])


def _forms(desk: Desk) -> list[Form]:
    return [form for form in desk.programme.forms.values() if _Shelf(desk, form, _year(desk)).rows]


def _year(desk: Desk) -> int:
    """The year that is being reported on."""
    first = str(desk.programme.periods[0])
    return parse_period(max(tasks.opened_periods(desk.tx), default=first)).year


def _send(turn: Turn, form: Form) -> Reply:
    shelf = _Shelf(turn, form, _year(turn))
    said = Message(say("history.sent", form=form, year=shelf.year))
    return Reply((said,), attachments=(shelf.file({}, {}),))


# In


def show(turn: Turn, file_ref: str, read: Read) -> Reply:
    """A file was read: show what it would change. One bad figure, and nothing of it is kept."""
    if drafts.file_of(turn.tx, turn.person) != file_ref:
        return SILENCE  # another file was sent since
    update_id, sent_at = drafts.received(turn.tx, turn.person)
    drafts.drop(turn.tx, turn.person)
    try:
        shelf = _named(turn, read.head)
        refuse_secrets(read.cells.values())
    except Refused as why:
        return Reply((Message(refusal(why)), *current(turn).messages))
    given, bad = _read(shelf, read)
    if bad:
        wrong = {key: Wrong(text, refusal(why).unescape()) for key, (text, why) in bad.items()}
        said = bad_message(shelf.form, [(*key, why) for key, (_, why) in bad.items()])
        return Reply((said, *current(turn).messages), attachments=(shelf.file(given, wrong),))
    changes = [
        Change(*key, shelf.figures.get(key), number)
        for key, number in given.items()
        if number != shelf.figures.get(key)
    ]
    if not changes:
        said = Message(say("history.unchanged", form=shelf.form, year=shelf.year))
        return Reply((said, *current(turn).messages))
    version = conversations.ask(turn.tx, turn.person, None, HISTORY, turn.now)
    same = len(given) - len(changes)
    held = {"form": shelf.form.key, "year": shelf.year, "same": same, "changes": as_json(changes)}
    drafts.propose(turn.tx, turn.person, Draft(None, held, sent_at, update_id, version), turn.origin.bot_id)
    return current(turn)


def _named(turn: Turn, head: Mapping[str, str]) -> _Shelf:
    """The table that a file names, if it is this year's and of the version in force."""
    form = turn.programme.forms.get(head["form"])
    if form is None or not head["period"].isdecimal():
        raise Refused("history.not_ours")
    if head["version"] != str(form.version):
        raise Refused("history.version")
    if head["period"] != str(year := _year(turn)):
        raise Refused("history.year", got=head["period"][:4], now=year)
    return _Shelf(turn, form, year)


def _read(shelf: _Shelf, read: Read) -> tuple[dict[Key, Decimal], dict[Key, tuple[str, Refused]]]:
    """Each figure by itself; a blank says nothing. What is published is not changed."""
    given: dict[Key, Decimal] = {}
    bad: dict[Key, tuple[str, Refused]] = {}
    for at in shelf.rows:
        for slot in shelf.slots:
            key, name = (at, slot), f"{at}.{slot}"
            text = read.cells.get(name, "")
            try:
                if name in read.without_value:
                    raise Refused("import.formula")
                if not is_blank(text):
                    given[key] = _figure(shelf, key, text)
            except Refused as why:
                bad[key] = (text, why)
    return given, bad


def _figure(shelf: _Shelf, key: Key, text: str) -> Decimal:
    at, slot = key
    if not may_hold(shelf.form, at, slot):
        raise Refused("history.computed")
    cell: Cell = read_figure(shelf.form, at, text, {})
    if cell.amount is None:
        raise Refused("history.number")
    if cell.amount != shelf.figures.get(key) and slot in shelf.used:
        raise Refused("history.published", covers=covered(shelf.form.every, str(shelf.used[slot])))
    return cell.amount


# Deciding


def _pending(turn: Turn) -> tuple[_Shelf, Draft]:
    asked = conversation(turn)
    draft = drafts.of_person(turn.tx, turn.person)
    if asked.question != HISTORY or draft is None or draft.version != asked.version:
        raise Refused("history.nothing")
    form = turn.programme.forms[draft.proposal["form"]]
    return _Shelf(turn, form, draft.proposal["year"]), draft


def load(turn: Turn) -> Reply:
    """载入: everything at once, unless a digest has been published on one of the figures meanwhile."""
    shelf, draft = _pending(turn)
    changes = changes_of(draft.proposal["changes"])
    if late := next((shelf.used[one.slot] for one in changes if one.slot in shelf.used), None):
        raise Refused("history.published", covers=covered(shelf.form.every, str(late)))
    key = shelf.form.key
    new = [HistoryRow(key, str(c.slot.period), c.slot.kind, c.address, c.now) for c in changes]
    programmes.put_history(turn.tx, new, programmes.ADMIN)
    before = {f"{c.address}@{c.slot}": str(c.was) for c in changes if c.was is not None}
    after = {f"{c.address}@{c.slot}": str(c.now) for c in changes}
    sent = draft.received_at.isoformat()
    audit(turn, tasks.HISTORY, about=f"form:{key}", before=before, after=after, sent=sent)
    return _done(turn, say("history.loaded", form=shelf.form, year=shelf.year, count=len(changes)))


def unload(turn: Turn) -> Reply:
    """不载入: nothing changes."""
    shelf, _ = _pending(turn)
    return _done(turn, say("history.unloaded", form=shelf.form, year=shelf.year))


def _done(turn: Turn, said: Markup) -> Reply:
    drafts.drop(turn.tx, turn.person)
    conversations.end(turn.tx, turn.person, turn.now)
    return Reply((Message(said),), settled=True)
