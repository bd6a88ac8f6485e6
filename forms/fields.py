"""Fields of a record that are no numbers: words, one of several choices, a date."""

from __future__ import annotations

from collections.abc import Mapping

from forms.cells import NOT_APPLICABLE, NOT_MEASURED, UNANSWERED, Cell, State, narrative
from forms.dates import read_date
from forms.definition import Measure
from forms.problems import Refused
from forms.text import clean, fold

NOTHING = frozenset({"无", "没有", "暂无", "零报告", "未发生", "没发生"})
SAME = frozenset({"=", "同上", "不变"})
_NOT_APPLICABLE = frozenset({"不适用", "不涉及"})
_NOT_MEASURED = frozenset({"未统计", "没有统计"})


def read_field(measure: Measure, at: str, text: str, shown: Mapping[str, Cell]) -> Cell:
    """What was typed for a field of this kind; ``shown`` is what ``=`` stands for. Raises Refused with the reason."""
    word = fold(text)
    if word in SAME:
        if not (cell := shown.get(at, UNANSWERED)).answered:
            raise Refused("nothing_shown", measure=measure.short)
        return cell
    if word in _NOT_APPLICABLE:
        return NOT_APPLICABLE
    if word in _NOT_MEASURED:
        return NOT_MEASURED
    if measure.kind == "choice":
        return _choice(measure, word)
    if word in NOTHING:  # of a date: not yet
        return narrative(None)
    return _date(measure, text) if measure.kind == "date" else _text(measure, text)


def _text(measure: Measure, text: str) -> Cell:
    told = clean(text)
    if len(told) > measure.max_length:
        raise Refused("too_long", limit=measure.max_length, got=len(told))
    return narrative(told)


def _choice(measure: Measure, word: str) -> Cell:
    """One of the choices by its word, or by its place in the list."""
    by_word = {fold(choice): choice for choice in measure.choices}
    by_place = {str(place): choice for place, choice in enumerate(measure.choices, 1)}
    chosen = by_word.get(word) or by_place.get(word)
    if chosen is None:
        raise Refused("choice", measure=measure.short, choices="、".join(measure.choices))
    return Cell(State.VALUE, text=chosen)


def _date(measure: Measure, text: str) -> Cell:
    if (day := read_date(text)) is None:
        raise Refused("date", measure=measure.short, typed=clean(text)[:40])
    return Cell(State.VALUE, text=day.isoformat())
