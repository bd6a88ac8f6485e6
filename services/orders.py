"""Change orders (变更): shown before they happen, confirmed by a press, on record, undone by one command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from markupsafe import Markup

from forms.problems import Refused
from forms.text import fold
from reporting.programme import Role
from reporting.schedule import moves
from reporting.settings import Change, Key, Scope, Value, change, reversal
from reporting.states import TaskState
from services.auditing import audit
from services.desk import Desk, Turn
from services.effects import (
    MOVES_DATES,
    check,
    open_moves,
    open_periods,
    plan_after,
    schedule_of,
    touched,
    unopened,
)
from services.order_words import changes_text, concerned_text, moves_text, usual
from services.planning import plan_of
from services.sheets import to_post
from storage import outbox, people, tasks
from storage import settings as store
from storage.settings import Order
from storage.tasks import Task
from templates.message import Button, Message, Reply
from templates.report import Label
from templates.words import button, say, when

# How many orders /undo lists.
LISTED = 6


# What is about units, so that the preview names them.
CONCERN = frozenset({Key.DUE, Key.REMIND, Key.THRESHOLD, Key.EXEMPT})


def propose(turn: Turn, command: str, changes: Sequence[Change], *, offer: bool = False) -> Reply:
    """Show what a change would do and ask; nothing has changed yet. ``offer`` lets it reach open reports too."""
    check(turn, changes)
    grave = any(one.grave for one in changes)
    if grave and len(admins(turn)) < 2:
        raise Refused("order.alone")
    order = store.propose(turn.tx, command, changes, grave, turn.person, turn.now)
    audit(turn, "propose", about=f"order:{order.id}", after=[one.as_json() for one in changes])
    return Reply((preview(turn, order, offer=offer),))


def propose_one(
    turn: Turn, command: str, key: Key, scope: Scope, value: Value, *, offer: bool = False
) -> Reply:
    """``propose`` for one setting."""
    wanted = change(plan_of(turn).settings, key, scope, value)
    if wanted.before is None and value is not None and usual(turn, key, scope) == value:
        raise Refused("order.same")
    return propose(turn, command, [wanted], offer=offer)


def admins(desk: Desk) -> set[int]:
    """The people who hold an admin's post."""
    return {post.person_id for post in people.posts(desk.tx, Role.ADMIN) if post.person_id is not None}


def preview(desk: Desk, order: Order, *, offer: bool = False) -> Message:
    """Old → new, which units, which dates move, which open reports are touched."""
    found, changed = plan_of(desk), plan_after(desk, order.changes)
    open_now, reached = open_periods(desk), touched(desk, order.changes)
    parts = [changes_text(desk, order.changes)]
    if any(one.key in CONCERN for one in order.changes):
        parts.append(concerned_text(desk, order.changes))
    if any(one.key in MOVES_DATES for one in order.changes):
        ahead = unopened(desk)
        parts.append(
            moves_text(desk, moves(schedule_of(desk, found, ahead), schedule_of(desk, changed, ahead)))
        )
        if open_now and not reached:
            parts.append(say("settings.open_stays", periods=[str(one) for one in open_now]))
    parts.append(
        say("settings.touched", lines=[_touched_line(desk, task, order.changes) for task in reached])
    )
    text = say("settings.preview", number=order.id, parts=[part for part in parts if part], grave=order.grave)
    rows: list[tuple[Button, ...]] = [(button("apply", order.id, order.version),)]
    if offer and open_now and not reached:
        rows.append((button("both", order.id, order.version),))
    rows.append((button("drop", order.id, order.version),))
    return Message(text, tuple(rows))


def _touched_line(desk: Desk, task: Task, changes: Sequence[Change]) -> Markup:
    form = desk.form(task.form_id)
    return say(
        "settings.touched_line",
        unit=desk.called(task.unit),
        task=Label(form.short, task.period, form.every),
        state=task.state,
        due=_new_due(desk, changes, task),
        begun=bool(tasks.answers_of_task(desk.tx, task.id)),
    )


def _new_due(desk: Desk, changes: Sequence[Change], task: Task) -> str:
    """7月2日17:30 → 7月3日17:30, where the changes move this report."""
    zone = desk.programme.zone
    moved = [one for one in changes if one.key is Key.TASK_DUE and one.scope.task == str(task.id)]
    return "".join(
        f"{when(task.due_at, zone)} → {when(datetime.fromisoformat(one.after), zone)}" for one in moved[:1]
    )


def _order(turn: Turn, order_id: int, version: int) -> Order:
    order = store.order_by_id(turn.tx, order_id)
    if order is None or order.version != version or order.state != "proposed":
        raise Refused("stale")
    return order


def apply(turn: Turn, order_id: int, version: int) -> Reply:
    """确认变更: it happens now; a grave one when a second admin has pressed too."""
    order = _order(turn, order_id, version)
    if order.grave and order.agreed_by is None:
        return _first_of_two(turn, order)
    if order.grave and order.agreed_by == turn.person:
        raise Refused("order.second")
    check(turn, order.changes)
    store.change_state(turn.tx, order, state="applied", applied_by=turn.person, applied_at=turn.now)
    _carry_out(turn, order, order.changes)
    if order.command.startswith("undo:"):
        _mark_undone(turn, int(order.command.partition(":")[2]))
    text = say("settings.applied", number=order.id)
    return Reply((Message(text),), settled=True)


def _first_of_two(turn: Turn, order: Order) -> Reply:
    """A grave change waits for somebody else; every other admin is shown the same."""
    store.change_state(turn.tx, order, agreed_by=turn.person)
    fresh = store.order_by_id(turn.tx, order.id)
    assert fresh is not None
    shown = preview(turn, fresh)
    text = say("settings.asks_second", name=turn.actor.name, preview=shown.text)
    for person in sorted(admins(turn) - {turn.person}):
        key = f"second:{order.id}:{person}"
        to = outbox.Recipient(person_id=person)
        outbox.put(turn.tx, key, "notice", to, Message(text, shown.buttons).as_json(), turn.now)
    audit(turn, "agree", about=f"order:{order.id}")
    return Reply((Message(say("settings.waits_second", number=order.id)),), settled=True)


def _carry_out(turn: Turn, order: Order, changes: Sequence[Change]) -> None:
    before = {task.id: task for task in touched(turn, changes)}
    for one in changes:
        store.put(turn.tx, one, turn.now)
        audit(
            turn,
            "set",
            about=f"setting:{one.key}:{one.scope}",
            before=one.before,
            after=one.after,
            order=order.id,
        )
    for task in before.values():
        _tell_concerned(turn, order, task, changes)


def _tell_concerned(turn: Turn, order: Order, task: Task, changes: Sequence[Change]) -> None:
    """Whoever owes the report is told what became of it; its signatory too while it waits for a signature."""
    now = tasks.by_id(turn.tx, task.id)
    assert now is not None
    form = turn.form(task.form_id)
    kinds = {one.key for one in changes if one.scope.task == str(task.id)}
    kinds |= {one.key for one in changes if one.key in (Key.CLOSED, Key.EXEMPT)}
    text = say(
        "settings.told",
        task=Label(form.short, task.period, form.every),
        was=when(task.due_at, turn.programme.zone),
        due=when(now.due_at, turn.programme.zone) if Key.TASK_DUE in kinds else "",
        closed=_became(changes, Key.CLOSED),
        exempt=_became(changes, Key.EXEMPT),
        late=_became(changes, Key.LATE_FILING),
        until=_until(turn, changes),
    )
    roles = [Role.LIAISON, *([Role.SIGNATORY] if task.state == TaskState.SUBMITTED else [])]
    for role in roles:
        to = to_post(turn, task.unit, role)
        if to is not None:
            key = f"order:{order.id}:{order.version}:{task.id}:{role}"
            outbox.put(turn.tx, key, "notice", to, Message(text).as_json(), turn.now)


def _became(changes: Sequence[Change], key: Key) -> str:
    """``on``, ``off``, or "" when nothing of this kind changed."""
    found = [one for one in changes if one.key is key]
    return "" if not found else ("on" if found[0].after is not None else "off")


def _until(desk: Desk, changes: Sequence[Change]) -> str:
    found = [one.after for one in changes if one.key is Key.LATE_FILING and one.after]
    return when(datetime.fromisoformat(found[0]["until"]), desk.programme.zone) if found else ""


def drop(turn: Turn, order_id: int, version: int) -> Reply:
    """放弃."""
    order = _order(turn, order_id, version)
    store.change_state(turn.tx, order, state="dropped")
    audit(turn, "drop", about=f"order:{order.id}")
    return Reply((Message(say("settings.dropped", number=order.id)),), settled=True)


def with_open(turn: Turn, order_id: int, version: int) -> Reply:
    """连本期一起改: the reports of open periods move too, to where the new settings would have put them."""
    order = _order(turn, order_id, version)
    store.change_state(turn.tx, order, state="dropped")
    extra = open_moves(turn, order.changes)
    if not extra:
        raise Refused("order.nothing_open")
    shown = propose(turn, order.command, [*order.changes, *extra])
    return replace(shown, settled=True)


def undo(turn: Turn, text: str) -> Reply:
    """/undo: what can be undone; /undo N: it is undone."""
    wanted = fold(text)
    if not wanted:
        return _undoable(turn)
    if not wanted.isdecimal() or len(wanted) > 12:
        raise Refused("order.unknown")
    return undo_order(turn, int(wanted))


def undo_order(turn: Turn, order_id: int) -> Reply:
    order = store.order_by_id(turn.tx, order_id)
    if order is None or order.state not in ("applied", "undone"):
        raise Refused("order.unknown")
    if order.state == "undone":
        raise Refused("order.undone", number=order.id)
    back = reversal(order.changes)
    _refuse_undoing_what_happened(turn, back)
    if order.grave:
        return propose(turn, f"undo:{order.id}", back)
    check(turn, back)
    _mark_undone(turn, order.id)
    _carry_out(turn, replace(order, version=order.version + 1), back)
    text = say("settings.undone", number=order.id, lines=changes_text(turn, back))
    return Reply((Message(text),), settled=True)


def _refuse_undoing_what_happened(desk: Desk, back: Sequence[Change]) -> None:
    """A report that was filed by its moved deadline stays on time; a period that was opened stays open."""
    opened = tasks.opened_periods(desk.tx)
    if any(one.key is Key.OPENS and one.scope.period in opened for one in back):
        raise Refused("order.opened")
    if any(
        task.state == TaskState.SIGNED for task in touched(desk, [c for c in back if c.key is Key.TASK_DUE])
    ):
        raise Refused("order.kept")


def _mark_undone(turn: Turn, order_id: int) -> None:
    order = store.order_by_id(turn.tx, order_id)
    assert order is not None
    store.change_state(turn.tx, order, state="undone", undone_by=turn.person, undone_at=turn.now)
    audit(turn, "undo", about=f"order:{order_id}")


def _undoable(turn: Turn) -> Reply:
    orders = store.applied_orders(turn.tx, LISTED)
    if not orders:
        raise Refused("order.none")
    lines = [
        say(
            "settings.order_line",
            number=order.id,
            at=when(order.applied_at, turn.programme.zone) if order.applied_at else "",
            name=people.person_name(turn.tx, order.applied_by) if order.applied_by else "",
            undone=order.state == "undone",
            text=changes_text(turn, order.changes, most=2),
        )
        for order in orders
    ]
    rows = tuple(
        (button("undo", order.id, label=say("settings.undo_label", number=order.id)),)
        for order in orders
        if order.state == "applied"
    )
    return Reply((Message(say("settings.orders", lines=lines), rows),))
