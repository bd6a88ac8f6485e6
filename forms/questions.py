"""What a unit is asked, in which order, and what comes next. A pure function of what is answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from forms.cells import UNANSWERED, ZERO, Cell
from forms.checks import TOLD, doubts
from forms.definition import Form, Measure
from forms.problems import Refused
from forms.table import Bases, address


class Kind(StrEnum):
    ROW = "row"
    CELL = "cell"
    REASON = "reason"
    NARRATIVE = "narrative"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Question:
    """What one message asks. ``target`` is an item key, a figure's address or a narrative's address."""

    kind: Kind
    target: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.target}" if self.target else str(self.kind)


SUMMARY = Question(Kind.SUMMARY)


def parse_question(text: str) -> Question:
    """Read back what ``str(question)`` wrote into a row."""
    kind, _, target = text.partition(":")
    return Question(Kind(kind), target)


def narrative_address(key: str) -> str:
    return f"narrative.{key}"


def reason_address(item: str) -> str:
    """Where the one-line reason for the unusual figures of a row, or for copied narratives, is stored."""
    return f"reason.{item}"


@dataclass(frozen=True)
class Part:
    """One unit's part of a form. ``rows`` are its figures' addresses by item; all is in reading order.

    ``only`` limits it to what was returned for correction; None means everything is open. ``carried`` are fields that
    take last month's value without being asked, ``answered`` those that have an answer.
    """

    form: Form
    rows: Mapping[str, tuple[str, ...]]
    narratives: tuple[str, ...]
    only: frozenset[str] | None = None
    carried: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()

    def asked(self, item: str) -> tuple[str, ...]:
        """What one message about a row asks; of a record its fields without an answer, or all when it is asked again."""
        fields = tuple(at for at in self.of_item(item) if at not in self.carried)
        return tuple(at for at in fields if at not in self.answered) or fields

    @cached_property
    def figures(self) -> tuple[str, ...]:
        return tuple(at for row in self.rows.values() for at in row)

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """Everything that can be named in a return or changed one by one; numbered from 1 in lists."""
        return self.figures + self.narratives

    @cached_property
    def open_addresses(self) -> tuple[str, ...]:
        return tuple(at for at in self.addresses if self.only is None or at in self.only)

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(self.rows)

    def of_item(self, item: str) -> tuple[str, ...]:
        return self.rows.get(item, ())

    @cached_property
    def by_row(self) -> tuple[Question, ...]:
        return (*(Question(Kind.ROW, item) for item in self.items), *self._told)

    @cached_property
    def by_cell(self) -> tuple[Question, ...]:
        return (
            *(
                Question(Kind.CELL, at)
                for at in self.figures
                if at in self.open_addresses and (self.only is not None or at not in self.carried)
            ),
            *self._told,
        )

    @cached_property
    def _told(self) -> tuple[Question, ...]:
        return tuple(Question(Kind.NARRATIVE, at) for at in self.narratives if at in self.open_addresses)


def item_of(at: str) -> str:
    """The row that a figure's address belongs to."""
    return at.partition(".")[0]


def part_of(
    form: Form,
    unit: str,
    only: frozenset[str] | None = None,
    answers: Mapping[str, Cell] = MappingProxyType({}),
    last: Mapping[str, Cell] = MappingProxyType({}),
) -> Part:
    """What this unit fills: its own figures, and the narrative items that are its to tell.

    What is carried over from ``last``, last month's cells, is not asked; of a record that is answered in part only the
    rest is.
    """
    rows = {
        item: tuple(address(item, measure) for measure in measures)
        for item, measures in form.rows_of.get(unit, {}).items()
    }
    tells = form.told_by == "units" or unit == form.lead
    told = tuple(narrative_address(key) for key in form.narratives) if tells else ()
    answered = (
        frozenset(at for at, cell in answers.items() if cell.answered) if form.grid.records else frozenset()
    )
    carried = frozenset(at for row in rows.values() for at in _carried(form, row, last))
    return Part(form, rows, told, only, carried, answered)


def _carried(form: Form, row: tuple[str, ...], last: Mapping[str, Cell]) -> tuple[str, ...]:
    """What of a row is not asked; where that would be all of it, everything is: nobody reports without a word."""
    found = tuple(
        at
        for at in row
        if form.measures[at.partition(".")[2]].prefill == "carry" and last.get(at, UNANSWERED).answered
    )
    return () if found == row else found


def answered_part(part: Part, answers: Mapping[str, Cell]) -> Part:
    """The part after more of it was answered; only lists of records ask by what is still blank."""
    if part.form.grid.records is None:
        return part
    return replace(part, answered=frozenset(at for at, cell in answers.items() if cell.answered))


def still_blank(part: Part, answers: Mapping[str, Cell], question: Question) -> tuple[str, ...]:
    """Rows that were not touched yet, or narratives without an answer, if the question is of that kind."""
    if part.only is not None:
        return ()
    if question.kind is Kind.NARRATIVE:
        return tuple(at for at in part.narratives if not answers.get(at, UNANSWERED).answered)
    if question.kind is not Kind.ROW:
        return ()
    return tuple(
        item
        for item in part.items
        if not any(answers.get(at, UNANSWERED).answered for at in part.of_item(item))
    )


def usable(form: Form, last: Mapping[str, Cell]) -> dict[str, Cell]:
    """Last month's cells that may be shown and taken over."""
    never = {key for key, measure in form.measures.items() if measure.prefill == "never"}
    never |= {key for key, item in form.narratives.items() if item.prefill == "never"}
    return (
        {at: cell for at, cell in last.items() if at.partition(".")[2] not in never} if never else dict(last)
    )


def carry_over(
    part: Part, items: Iterable[str], answers: Mapping[str, Cell], last: Mapping[str, Cell]
) -> dict[str, Cell]:
    """What these records take from last month without being asked; what was returned is asked."""
    if part.only is not None:
        return {}
    return {
        at: last[at]
        for item in items
        for at in part.of_item(item)
        if at in part.carried and not answers.get(at, UNANSWERED).answered
    }


def no_change(part: Part, item: str, last: Mapping[str, Cell]) -> dict[str, Cell]:
    """本月无进展 of one record: zero for its numbers, 无 for words that had none, the rest as last month.

    Raises Refused for a choice or a date that has no last value: nobody can say it has not changed.
    """
    return {at: _unchanged(part.form.measures[at.partition(".")[2]], at, last) for at in part.asked(item)}


def _unchanged(measure: Measure, at: str, last: Mapping[str, Cell]) -> Cell:
    if measure.kind == "number" and not measure.once:
        return ZERO
    before = last.get(at, UNANSWERED)
    if before.answered and measure.prefill != "never":
        return before
    if measure.kind == "text":
        return ZERO
    raise Refused("no_last", measure=measure.short)


def sequence(part: Part, by_cell: bool) -> tuple[Question, ...]:
    """All questions of a part, in order. Returned cells are always asked one by one."""
    return part.by_cell if by_cell or part.only is not None else part.by_row


def next_question(part: Part, answers: Mapping[str, Cell], bases: Bases, by_cell: bool) -> Question:
    """The first thing still missing, in order; the summary when nothing is."""
    return next(_missing(part, answers, bases, by_cell), SUMMARY)


def remaining(part: Part, answers: Mapping[str, Cell], by_cell: bool) -> int:
    """How many questions are still unanswered: the running line 还剩 n 项."""
    blank = _blank(part, answers)
    return sum(not _answered(part, question, blank) for question in sequence(part, by_cell))


def _missing(part: Part, answers: Mapping[str, Cell], bases: Bases, by_cell: bool) -> Iterator[Question]:
    blank = _blank(part, answers)
    explained: set[str] = set()
    for question in sequence(part, by_cell):
        item = _item(question)
        if not _answered(part, question, blank):
            yield question
        elif item and item not in explained and blank.isdisjoint(part.of_item(item)):
            explained.add(item)
            if needs_reason(part.form, item, answers, bases):
                yield Question(Kind.REASON, item)
    if blank.isdisjoint(part.narratives) and needs_reason(part.form, TOLD, answers, bases):
        yield Question(Kind.REASON, TOLD)


def _item(question: Question) -> str | None:
    if question.kind is Kind.ROW:
        return question.target
    return item_of(question.target) if question.kind is Kind.CELL else None


def _blank(part: Part, answers: Mapping[str, Cell]) -> set[str]:
    """Addresses that want an answer. What is carried over is stored together with its record's first answer."""
    return {
        at
        for at in part.addresses
        if not answers.get(at, UNANSWERED).answered and (part.only is not None or at not in part.carried)
    }


def _answered(part: Part, question: Question, blank: set[str]) -> bool:
    if question.kind is Kind.ROW:
        return blank.isdisjoint(part.of_item(question.target))
    return question.target not in blank


def needs_reason(form: Form, item: str, answers: Mapping[str, Cell], bases: Bases) -> bool:
    """True while a row has unusual figures (or narratives are last month's) and nobody has said why."""
    said = answers.get(reason_address(item), UNANSWERED).answered
    return not said and bool(doubts(form, item, answers, bases))


def previous(part: Part, question: Question, by_cell: bool) -> Question:
    """上一项: the question before this one; the first one stays where it is."""
    order = sequence(part, by_cell)
    if question.kind is Kind.REASON:
        return next((q for q in reversed(order) if (_item(q) or TOLD) == question.target), question)
    place = order.index(question) if question in order else len(order)
    return order[max(place - 1, 0)] if order else question


def question_for(part: Part, at: str) -> Question:
    """The question that changes one single thing."""
    return Question(Kind.NARRATIVE if at in part.narratives else Kind.CELL, at)
