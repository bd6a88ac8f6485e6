"""The private letter to a unit: how it stands, its own figures and their trend, what was returned, what became of its problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from forms.definition import Form
from forms.text import utf16_length
from reporting.own import Figure, Own, OwnTable, Project
from reporting.period import Period
from templates.circular_words import last_called, title_of
from templates.words import cut, number, number_fixed, quantity, say

LONGEST = 3800  # characters: one message of the messenger, with some reserve
MONTHS = 6
LONGEST_PROBLEM = 200


@dataclass(frozen=True, slots=True)
class Return:
    """``titles`` are the items that went back, ``day`` 7月2日."""

    form: str
    day: str
    titles: tuple[str, ...]
    opinion: str


def own_letter(own: Own, number_of: str, returned: Sequence[Return]) -> Markup:
    """As much of every table as one message holds; what is left out is said."""
    for most in (None, 12, 6, 3, 1, 0):
        text = _letter(own, number_of, returned, most)
        if utf16_length(text.striptags()) <= LONGEST:
            break
    return text


def _letter(own: Own, number_of: str, returned: Sequence[Return], most: int | None) -> Markup:
    lines = [
        say("own.returned", work=r.form, day=r.day, titles=r.titles, opinion=cut(r.opinion, LONGEST_PROBLEM))
        for r in returned
    ]
    return say(
        "own.letter",
        called=own.called,
        period=own.period,
        number=number_of,
        tables=[_table(one, most) for one in own.tables],
        returned=lines if most is None else lines[: max(most, 1)],
        cut=most is not None,
    )


def _table(of: OwnTable, most: int | None) -> dict[str, Any]:
    lines = [_figure(one, of) for one in of.figures]
    for one in of.projects:
        lines.append(_project(one, of.form))
        if one.asked:
            lines.append(say("own.project_asks", text=cut(one.asked, LONGEST_PROBLEM)))
    asks = bool(of.asked) or any(one.asked for one in of.projects)
    return {
        "title": of.form.short,
        "standing": say("own.standing", name=str(of.timeliness), signed_at=of.signed_at),
        "lines": lines[:most],
        "more": of.more + len(lines[most:] if most is not None else []),
        "asked": cut(of.asked, LONGEST_PROBLEM),
        "done_about_it": say("own.listed", of=of.of) if asks else "",
    }


def _figure(one: Figure, of: OwnTable) -> Markup:
    title, last = title_of(of.form, one.item, one.measure), last_called(of.form)
    return say("own.figure", title=title, one=one.indicator, last=last, past=_trend(one.past, number))


def _project(one: Project, form: Form) -> Markup:
    assert form.grid.records is not None
    measure = form.measures[form.grid.records.done]
    return say(
        "own.project",
        title=one.item.title,
        done=f"{measure.called}{quantity(one.done, measure)}" if one.done.answered else "",
        standing=say("filling.standing", one=one.progress, unit=measure.unit),
        past=_trend(one.past, number_fixed),
    )


def _trend(past: Sequence[tuple[Period, Decimal]], shown: Callable[[Decimal], str]) -> str:
    """Two months are no trend: the one before stands beside the figure already."""
    return "、".join(f"{at.month}月{shown(amount)}" for at, amount in past[-MONTHS:]) if len(past) > 1 else ""
