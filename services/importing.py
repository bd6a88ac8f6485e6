"""What a workbook or a pasted block would change: shown as understood, then adopted or not. Nothing is stored before."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup

from forms.cells import Cell
from forms.importing import PASTE, Given, Proposal, as_json, contradictions, from_json, propose
from forms.pasting import Pasted, is_bare_line, recognise, wrong_totals
from forms.problems import Refused
from forms.questions import SUMMARY, parse_question
from forms.text import clean
from reporting.programme import Role
from reporting.states import TaskEvent, TaskState, after
from services.asking import (
    HISTORY,
    IMPORTING,
    RETURNING,
    Filling,
    conversation,
    current,
    filling,
    importing_message,
    own_task,
    put_next,
)
from services.auditing import audit
from services.desk import Turn
from services.filling import CARRIED, carried, forget_old_reason, owed_by
from storage import conversations, drafts, tasks
from storage.drafts import Draft
from templates.message import Reply
from templates.proposal import bad_message
from templates.words import joined, say


@dataclass(frozen=True, slots=True)
class Source:
    """Which door it came through, with which update, and when it was sent."""

    door: str
    update_id: int
    sent_at: datetime


def offer(
    turn: Turn, now: Filling, given: Given, source: Source, pasted: Pasted | None = None
) -> Reply | Proposal:
    """Ask whether what was given is to be adopted; the proposal itself when something in it is bad."""
    doors = tasks.sources_of_task(turn.tx, now.task.id)
    elsewhere = {at for at, door in doors.items() if door not in (source.door, CARRIED)}
    proposal = replace(propose(now.part, given, now.answers, elsewhere), door=source.door)
    if proposal.bad:
        return proposal
    if not proposal.typed:
        raise Refused("import.empty" if source.door != PASTE else "paste.nothing")
    if pasted is not None:
        proposal = replace(proposal, others=pasted.others, totals=_totals(now, pasted))
    if not proposal.read:
        return _move_on(turn, now, say("importing.unchanged", task=now.label, door=source.door))
    asked = conversations.of_person(turn.tx, turn.person)
    by_cell = asked.by_cell if asked else False
    version = conversations.ask(turn.tx, turn.person, now.task.id, IMPORTING, turn.now, by_cell=by_cell)
    drafts.propose(
        turn.tx,
        turn.person,
        Draft(now.task.id, as_json(proposal), source.sent_at, source.update_id, version),
        turn.origin.bot_id,
    )
    return Reply((importing_message(turn, now, turn.person, version),))


def _totals(now: Filling, pasted: Pasted) -> tuple[tuple[str, str, str], ...]:
    wrong = wrong_totals(now.part, pasted, now.answers)
    return tuple((one.address, str(one.pasted.amount), str(one.computed.amount)) for one in wrong)


def withdraw_offer(turn: Turn) -> None:
    """What an earlier file or block would change is not asked any more."""
    asked = conversations.of_person(turn.tx, turn.person)
    if asked is not None and asked.question == HISTORY:
        conversations.end(turn.tx, turn.person, turn.now)
    elif is_pending(turn):
        _, now, _ = _pending(turn)
        put_next(turn, now, by_cell=False)
    drafts.drop(turn.tx, turn.person)


# The pasted block


def paste(turn: Turn, text: str) -> Reply | None:
    """What a block of cells would change; None when the text is no block of a table that is being filled."""
    if is_bare_line(text) or (found := _recognised(turn, text)) is None:
        return None
    now, block = found
    withdraw_offer(turn)
    offered = offer(turn, now, block.given, Source(PASTE, turn.origin.update_id, turn.now), block)
    if isinstance(offered, Reply):
        return offered
    return Reply((bad_message(now.label, now.part, offered), *current(turn).messages))


def _recognised(turn: Turn, text: str) -> tuple[Filling, Pasted] | None:
    """The block in what is being filled; while nothing is asked, in the one owed table that it fits."""
    asked = conversations.of_person(turn.tx, turn.person)
    owed = [task for task in owed_by(turn) if asked is None or task.id == asked.task_id]
    if not owed or (asked is not None and asked.question == RETURNING):
        return None
    question = SUMMARY if asked is None or asked.question == IMPORTING else parse_question(asked.question)
    found: list[tuple[Filling, Pasted]] = []
    for now in (filling(turn, task) for task in owed):
        with suppress(*([Refused] if len(owed) > 1 else [])):
            block = recognise(now.part, question, text, now.label.covers)
            found += [] if block is None else [(now, block)]
    return found[0] if len(found) == 1 else None


# Deciding


def _pending(turn: Turn) -> tuple[Draft, Filling, Proposal]:
    asked = conversation(turn)
    draft = drafts.of_person(turn.tx, turn.person)
    if asked.question != IMPORTING or draft is None or draft.version != asked.version:
        raise Refused("import.nothing")
    task = own_task(turn, draft.task_id or 0, Role.LIAISON)
    after(TaskState(task.state), TaskEvent.SUBMIT)
    return draft, filling(turn, task), from_json(draft.proposal)


def is_pending(turn: Turn) -> bool:
    """True while this person is being asked whether to adopt a file or a block."""
    found = conversations.of_person(turn.tx, turn.person)
    return found is not None and found.question == IMPORTING


def adopt(turn: Turn) -> Reply:
    """采用: everything that contradicts nothing; contradictions must be decided first."""
    draft, now, proposal = _pending(turn)
    if proposal.conflicts:
        raise Refused("import.conflicts", count=len(proposal.conflicts))
    return _store(turn, draft, now, proposal, proposal.accepted)


def prefer(turn: Turn) -> Reply:
    """以表格为准: what was sent wins everywhere."""
    draft, now, proposal = _pending(turn)
    return _store(turn, draft, now, proposal, proposal.read)


def keep(turn: Turn) -> Reply:
    """保留原数: where both say something else, what was there stays."""
    draft, now, proposal = _pending(turn)
    return _store(turn, draft, now, proposal, proposal.accepted)


def discard(turn: Turn) -> Reply:
    """不采用: nothing changes."""
    _, now, proposal = _pending(turn)
    return _move_on(turn, now, say("importing.discarded", task=now.label, door=proposal.door))


def _store(turn: Turn, draft: Draft, now: Filling, proposal: Proposal, chosen: Mapping[str, Cell]) -> Reply:
    for one in contradictions(now.part, chosen, now.answers, proposal.typed):
        raise one.refused
    cells = forget_old_reason(now, dict(chosen))
    for at, cell in cells.items():
        tasks.add_answers(
            turn.tx,
            now.task.id,
            {at: cell},
            typed=clean(proposal.typed.get(at, "")),
            person_id=turn.person,
            update_id=draft.update_id,
            now=draft.received_at,
            source=proposal.door,
        )
    sent, adopted = draft.received_at.isoformat(), turn.now.isoformat()
    audit(turn, "adopt", now.task, sent=sent, adopted=adopted, door=proposal.door)
    said = "importing.adopted" if cells else "importing.kept"
    fields = {"task": now.label} | ({"count": len(chosen), "door": proposal.door} if cells else {})
    now = carried(turn, now.with_answers(cells), cells, draft.received_at)
    return _move_on(turn, now, say(said, **fields))


def _move_on(turn: Turn, now: Filling, receipt: Markup) -> Reply:
    """Ask for the first thing still missing, or show the summary."""
    drafts.drop(turn.tx, turn.person)
    asked = conversations.of_person(turn.tx, turn.person)
    follows = put_next(turn, now, asked.by_cell if asked else False)
    return Reply((replace(follows, text=joined([receipt, follows.text])),), settled=True)
