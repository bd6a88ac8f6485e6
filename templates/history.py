"""历史数据 in words: what may be loaded is offered, what a file would change is shown."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from markupsafe import Markup

from forms.definition import Form
from forms.problems import Refused
from reporting.history import Change, Slot
from templates.message import Button, Message
from templates.words import button, covered, refusal, say

MOST_LINES = 10


def slot_title(form: Form, slot: Slot) -> str:
    """2008年累计（至5月份）, 2007年1月份, 2008年目标."""
    covers = covered(form.every, str(slot.period))
    return say("history.slot", kind=slot.kind, year=slot.period.year, covers=covers).unescape()


def figure_title(form: Form, at: str) -> str:
    """道路交通·直接经济损失（万元）"""
    item, _, measure = at.partition(".")
    found = form.measures[measure]
    return say("history.figure", item=form.items[item].title, measure=found).unescape()


def forms_message(forms: Sequence[Form]) -> Message:
    rows: tuple[tuple[Button, ...], ...] = tuple(
        (button("history", place, label=form.short),) for place, form in enumerate(forms, 1)
    )
    return Message(say("history.choose", forms=forms), rows)


def changes_message(form: Form, year: int, changes: Sequence[Change], same: int, version: int) -> Message:
    """How many figures are new or changed, the first ones by name, and the buttons that decide."""
    changed = [one for one in changes if one.was is not None]
    new = [one for one in changes if one.was is None]
    lines = [_line(form, one) for one in islice((*changed, *new), MOST_LINES)]
    text = say(
        "history.changes",
        form=form,
        year=year,
        new=len(new),
        changed=len(changed),
        same=same,
        lines=lines,
        more=max(len(changes) - MOST_LINES, 0),
    )
    return Message(text, ((button("load", 0, version), button("unload", 0, version)),), version)


def _line(form: Form, one: Change) -> Markup:
    where = (figure_title(form, one.address), slot_title(form, one.slot))
    return say("history.change", figure=where[0], slot=where[1], was=one.was, now=one.now)


def bad_message(form: Form, bad: Sequence[tuple[str, Slot, Refused]]) -> Message:
    """One line for each figure that cannot be taken."""
    lines = [
        say(
            "history.bad_line",
            figure=figure_title(form, at),
            slot=slot_title(form, slot),
            reason=refusal(why),
        )
        for at, slot, why in islice(bad, MOST_LINES)
    ]
    return Message(say("history.bad", form=form, lines=lines, more=max(len(bad) - MOST_LINES, 0)))
