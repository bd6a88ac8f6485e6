"""Exceptions on record: a liaison's request for more time, and what the office allows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from reporting.permissions import Action
from services import exempting, extending
from services.desk import Turn
from templates.message import Reply

# The office's typed commands; what follows is the line.
TYPED: dict[str, Callable[[Turn, str], Reply]] = dict(exempting.COMMANDS)
ACTION = Action.SETTINGS

# Buttons of a request, for an admin.
DECISIONS: dict[str, Callable[[Turn, int], Reply]] = {
    "grant": partial(extending.decide, grant=True),
    "deny": partial(extending.decide, grant=False),
}

# Buttons of a liaison: of a task, of the question being asked.
ON_TASK: dict[str, Callable[[Turn, int], Reply]] = {"extend": extending.begin}
ON_QUESTION: dict[str, Callable[[Turn], Reply]] = {"unextend": extending.cancel}
