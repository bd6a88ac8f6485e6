"""Buttons are checked against the database on every press: who, what, which version."""

from __future__ import annotations

from collections.abc import Callable

from forms.problems import Refused
from services.desk import Turn
from storage import conversations, tasks
from templates.message import Reply


def on_task(turn: Turn, task_id: int, version: int, service: Callable[[Turn, int], Reply]) -> Reply:
    """A button of a task: stale once the task's state has changed since the button was made."""
    task = tasks.by_id(turn.tx, task_id)
    if task is None or task.unit not in {post.unit for post in turn.actor.posts}:
        raise Refused("not_yours")
    if task.version != version:
        raise Refused("stale")
    return service(turn, task_id)


def on_question(turn: Turn, version: int, service: Callable[[Turn], Reply]) -> Reply:
    """A button of a question: stale once something else is being asked."""
    found = conversations.of_person(turn.tx, turn.person)
    if found is None or found.version != version:
        raise Refused("stale")
    return service(turn)
