"""A liaison's commands and buttons."""

from __future__ import annotations

from collections.abc import Callable

from reporting.permissions import Action
from services import filling, importing, uploading
from services.desk import Turn
from templates.message import Reply

ACTION = Action.FILL

# Typed commands, and buttons of the question being asked.
ON_QUESTION: dict[str, Callable[[Turn], Reply]] = {
    "back": filling.back,
    "bycell": filling.by_cell,
    "byrow": filling.by_row,
    "save": filling.save,
    "nil": filling.nil,
    "norecord": filling.nil,
    "nilrows": filling.at_once,
    "niltold": filling.at_once,
    "norecords": filling.at_once,
    "same": filling.same,
    "change": filling.change_menu,
    "adopt": importing.adopt,
    "prefer": importing.prefer,
    "keep": importing.keep,
    "discard": importing.discard,
}

# Typed commands that find their task themselves.
TYPED: dict[str, Callable[[Turn], Reply]] = {
    "fill": filling.begin_any,
    "submit": filling.submit,
    "withdraw": filling.withdraw,
    "excel": uploading.send_any,
}

# Buttons of one task.
ON_TASK: dict[str, Callable[[Turn, int], Reply]] = {
    "fill": filling.begin,
    "resume": filling.begin,
    "fix": filling.begin,
    "excel": uploading.send_workbook,
    "submit": filling.submit,
    "withdraw": filling.withdraw,
}
