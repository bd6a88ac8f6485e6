"""From what a person typed to cells. Everything is read or refused; nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping

from forms.cells import NOT_APPLICABLE, NOT_MEASURED, UNANSWERED, Cell, figure, narrative
from forms.checks import TOLD, refuse_contradictions
from forms.definition import Form, Measure
from forms.fields import NOTHING, SAME, read_field
from forms.numbers import NumberRefused, format_number, read_number, split_row
from forms.problems import Refused
from forms.questions import Kind, Part, Question, item_of, reason_address
from forms.table import nil_row
from forms.text import clean, fold, is_blank

NIL_WORD = "零报告"
REASON_LENGTH = 200


def read_answer(part: Part, question: Question, text: str, shown: Mapping[str, Cell]) -> dict[str, Cell]:
    """Cells by address that this text answers, hard checks passed.

    ``shown`` are the cells that ``=`` stands for. Raises Refused with the reason; the row's other current
    answers must be in ``shown`` too, so that checks between figures see the whole row.
    """
    if is_blank(text):
        raise Refused("blank")
    if question.kind is Kind.NARRATIVE:
        return {question.target: _read_narrative(part.form, question.target, text, shown)}
    if question.kind is Kind.REASON:
        return _read_reason(part, question.target, text, shown)
    return read_figures(part, question, text, shown)


def read_figures(part: Part, question: Question, text: str, shown: Mapping[str, Cell]) -> dict[str, Cell]:
    """A row of figures, or one figure, checked with what else of the unit's own is in ``shown``."""
    if question.kind is Kind.CELL:
        item = item_of(question.target)
        cells = {question.target: _read_cell(part.form, question.target, text, shown)}
    else:
        item = question.target
        read = _read_record if part.form.grid.records else _read_row
        cells = read(part, item, text, shown)
    mine = {at: shown[at] for at in part.figures if at in shown}
    refuse_contradictions(part.form, item, {**mine, **cells})
    return cells


def _read_row(part: Part, item: str, text: str, shown: Mapping[str, Cell]) -> dict[str, Cell]:
    mine = part.asked(item)
    word = fold(text)
    if word in NOTHING:
        return nil_row(part.form, item, mine)
    if word in SAME:
        return {at: _same(at, part.form, shown) for at in mine}
    try:
        tokens = split_row(text) if len(mine) > 1 else (text,)
    except NumberRefused as refusal:
        raise _number_refused(refusal, text) from refusal
    if len(tokens) != len(mine):
        raise Refused("count", expected=len(mine), got=len(tokens))
    return {at: read_figure(part.form, at, token, shown) for at, token in zip(mine, tokens, strict=True)}


def _read_record(part: Part, item: str, text: str, shown: Mapping[str, Cell]) -> dict[str, Cell]:
    """A line for each field that is asked, in order. Fewer lines answer the first ones; the rest is asked next."""
    lines = [line for line in text.splitlines() if not is_blank(line)]
    asked = part.asked(item)
    if len(lines) > len(asked):
        raise Refused("lines", expected=len(asked), got=len(lines))
    pairs = zip(asked, lines, strict=False)
    return {at: _read_cell(part.form, at, line, shown) for at, line in pairs}


def _read_cell(form: Form, at: str, text: str, shown: Mapping[str, Cell]) -> Cell:
    measure = measure_of(form, at)
    if measure.kind == "number":
        return read_figure(form, at, text, shown)
    return read_field(measure, at, text, shown)


def read_figure(form: Form, at: str, text: str, shown: Mapping[str, Cell]) -> Cell:
    """One figure of this address, computed ones too."""
    measure = measure_of(form, at)
    try:
        number = read_number(text, unit=measure.unit, decimals=measure.decimals)
    except NumberRefused as refusal:
        raise _number_refused(refusal, text, measure) from refusal
    if number.kind == "same":
        return _same(at, form, shown)
    if number.kind == "not_applicable":
        return NOT_APPLICABLE
    if number.kind == "not_measured":
        return NOT_MEASURED
    assert number.value is not None
    _refuse_out_of_bounds(measure, cell := figure(number.value))
    return cell


def _number_refused(refusal: NumberRefused, text: str, measure: Measure | None = None) -> Refused:
    return Refused(
        f"number.{refusal.reason}",
        measure=measure.short if measure else "",
        unit=measure.unit if measure else "",
        decimals=measure.decimals if measure else 0,
        typed=clean(text)[:40],
        readings="、".join(format_number(reading) for reading in refusal.readings),
    )


def _refuse_out_of_bounds(measure: Measure, cell: Cell) -> None:
    amount = cell.amount
    assert amount is not None
    if measure.minimum is not None and amount < measure.minimum:
        key = "negative" if measure.minimum == 0 else "below"
        raise Refused(key, measure=measure.short, limit=measure.minimum)
    if measure.maximum is not None and amount > measure.maximum:
        raise Refused("above", measure=measure.short, limit=measure.maximum, unit=measure.unit)


def _same(at: str, form: Form, shown: Mapping[str, Cell]) -> Cell:
    cell = shown.get(at, UNANSWERED)
    if not cell.answered:
        raise Refused("nothing_shown", measure=measure_of(form, at).short)
    return cell


def measure_of(form: Form, at: str) -> Measure:
    """The column that a figure's address belongs to."""
    return form.measures[at.partition(".")[2]]


def _read_narrative(form: Form, at: str, text: str, shown: Mapping[str, Cell]) -> Cell:
    word = fold(text)
    if word in NOTHING:
        return narrative(None)
    if word in SAME:
        cell = shown.get(at, UNANSWERED)
        if not cell.answered:
            raise Refused("nothing_shown", measure=form.narratives[at.partition(".")[2]].title)
        return cell
    told = clean(text)
    limit = form.narratives[at.partition(".")[2]].max_length
    if len(told) > limit:
        raise Refused("too_long", limit=limit, got=len(told))
    return narrative(told)


def _read_reason(part: Part, item: str, text: str, shown: Mapping[str, Cell]) -> dict[str, Cell]:
    """One line of reason; or, when it reads as the whole row again, the corrected row."""
    if fold(text) in NOTHING | SAME:  # "no reason" must not become a row of zeros
        raise Refused("reason")
    try:
        if item != TOLD:
            return read_figures(part, Question(Kind.ROW, item), text, shown)
    except Refused:
        if _is_row_again(part, item, text):
            raise
    reason = clean(text)
    if len(reason) > REASON_LENGTH:
        raise Refused("too_long", limit=REASON_LENGTH, got=len(reason))
    if not any("\u4e00" <= letter <= "\u9fff" for letter in reason):
        raise Refused("reason")
    return {reason_address(item): narrative(reason)}


def _is_row_again(part: Part, item: str, text: str) -> bool:
    """As many figures as the row has, with something wrong in one of them: a correction, no sentence."""
    pieces, count = text.split(), len(part.asked(item))
    return (
        count > 1 and len(pieces) == count and all(piece.lstrip("+-−－")[:1].isdecimal() for piece in pieces)
    )
