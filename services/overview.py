"""What the program is doing, for a status page: read-only, no names, no answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reporting.due import Action, PeriodFacts, upcoming
from reporting.period import Period
from services.cycle import facts
from services.desk import Desk
from services.planning import calendar_of
from services.sheets import timeliness_of
from storage import digests, outbox, people, tasks
from storage.tasks import Task
from templates.words import say

# How many moments ahead are told.
AHEAD = 6


def overview(desk: Desk) -> dict[str, Any]:
    """JSON: the clock, what comes next, the board, the periods with their tasks, letters that wait."""
    if desk.shelf.programme is None:
        nothing: dict[str, Any] = {"periods": [], "next": [], "board": None}
        return {"now": desk.now.isoformat(), "programme": None, "waiting": 0, **nothing}
    held, posts = people.count_held(desk.tx)
    drafts = digests.all_by_period(desk.tx)
    found = {period: tasks.of_period(desk.tx, str(period)) for period in desk.programme.periods}
    return {
        "now": desk.now.isoformat(),
        "zone": desk.programme.rules.zone,
        "programme": desk.programme.rules.title,
        "posts": {"held": held, "all": posts},
        "waiting": outbox.count_waiting(desk.tx, desk.now),
        "next": [_moment(desk, at, actions) for at, actions in _ahead(desk)[:AHEAD]],
        "board": _board(desk, found, drafts),
        "periods": [
            {
                "period": str(period),
                "opens": calendar_of(desk, period).opens.isoformat(),
                "digest": _digest_state(drafts.get(str(period))),
                "tasks": [_task(desk, task) for task in owed],
            }
            for period, owed in found.items()
        ],
    }


def numbers(desk: Desk) -> dict[str, Any]:
    """Counts for machines."""
    oldest = outbox.oldest_waiting(desk.tx, desk.now)
    return {
        "answers": tasks.count_answers(desk.tx),
        "outbox": outbox.by_state(desk.tx),
        "waiting": outbox.count_waiting(desk.tx, desk.now),
        "oldest_seconds": (desk.now - oldest).total_seconds() if oldest else 0.0,
    }


def _task(desk: Desk, task: Task) -> dict[str, Any]:
    return {
        "form": task.form,
        "unit": desk.called(task.unit),
        "level": task.level,
        "state": task.state,
        "due": task.due_at.isoformat(),
        "timeliness": str(timeliness_of(desk, task)),
    }


def _digest_state(draft: digests.Draft | None) -> str:
    if draft is None:
        return "none"
    return "published" if draft.published_at else "draft"


def _ahead(desk: Desk) -> list[tuple[datetime, list[Action]]]:
    """What is coming, the openings of later periods included."""
    later = [
        PeriodFacts(period, times, False, False, False, (), frozenset())
        for period in desk.programme.periods
        if (times := calendar_of(desk, period)).opens > desk.now
    ]
    return upcoming([*facts(desk), *later], desk.now)


def _moment(desk: Desk, at: datetime, actions: list[Action]) -> dict[str, Any]:
    """One moment: what it will do, in a sentence for each kind of thing."""
    together: dict[tuple[str, str], list[str]] = {}
    for action in actions:
        units = together.setdefault((str(action.kind), str(action.period)), [])
        if action.task and (task := tasks.by_id(desk.tx, action.task)):
            units.append(desk.called(task.unit))
    does = [
        {
            "kind": kind,
            "period": period,
            "what": str(say("status.due", kind=kind, period=period, units=list(dict.fromkeys(units)))),
        }
        for (kind, period), units in together.items()
    ]
    return {"at": at.isoformat(), "does": does, "what": "；".join(each["what"] for each in does)}


def _board(
    desk: Desk, found: dict[Period, list[Task]], drafts: dict[str, digests.Draft]
) -> dict[str, Any] | None:
    """The newest period that was opened: units down, forms across, a state where a unit owes one."""
    period = next((period for period in reversed(found) if found[period]), None)
    if period is None:
        return None
    forms = {task.form: desk.form(task.form_id).short for task in found[period]}
    units: dict[str, dict[str, Any]] = {}
    for task in found[period]:
        units.setdefault(desk.called(task.unit), {})[task.form] = _task(desk, task)
    return {
        "period": str(period),
        "title": str(say("status.period", period=str(period))),
        "digest": _digest_state(drafts.get(str(period))),
        "forms": [{"key": key, "title": title} for key, title in forms.items()],
        "units": [
            {"unit": unit, "cells": [cells.get(key) for key in forms]} for unit, cells in units.items()
        ],
    }
