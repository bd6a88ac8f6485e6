"""One unit's report as text that reads well on a phone: before 提交, and on the signatory's card."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from forms.cells import UNANSWERED, Cell
from forms.checks import TOLD, Doubt, Unusual, doubts
from forms.definition import Measure
from forms.progress import progress_of
from forms.questions import Part, item_of, reason_address
from forms.reading import measure_of
from forms.table import Bases, Series, compute_row
from templates.words import cell_title, covered, quantity, say, told


@dataclass(frozen=True, slots=True)
class Label:
    """How a task is called in messages: the form's short title, and what it covers."""

    form: str
    period: str
    every: str = "month"

    @property
    def covers(self) -> str:
        """6月份, 第二季度."""
        return covered(self.every, self.period)

    @property
    def now(self) -> str:
        """What is typed: 当月, 本期."""
        return "本期" if self.every == "quarter" else "当月"

    @property
    def last(self) -> str:
        """上月, 上期."""
        return "上期" if self.every == "quarter" else "上月"

    @property
    def follows(self) -> str:
        """The one after it: 7月份, 第三季度."""
        return covered(self.every, self.period, 1)


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    title: str
    shown: str
    beside: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A row with its figures, or one narrative item (then ``measures`` is empty)."""

    title: str
    measures: tuple[Line, ...] = ()
    explained: Markup | str = ""
    number: int = 0
    shown: str = ""
    marked: bool = False


def report(
    label: Label,
    unit: str,
    part: Part,
    answers: Mapping[str, Cell],
    bases: Bases,
    marked: Collection[str] = (),
) -> Markup:
    """The unit's own part with 累计 and 同比, numbered so that any item can be named by its number."""
    rows = [_row_block(part, item, answers, bases, marked) for item in part.items]
    told_blocks = [_narrative_block(part, at, answers, marked) for at in part.narratives]
    explained = _explained(part, TOLD, answers, bases)
    return say("filling.report", task=label, unit=unit, blocks=rows + told_blocks, explained=explained)


def _explained(part: Part, item: str, answers: Mapping[str, Cell], bases: Bases) -> Markup | str:
    """Why what is unusual is right, with what was doubted: the signatory signs both."""
    reason = answers.get(reason_address(item), UNANSWERED).text
    lines = doubt_lines(part, item, answers, bases) if reason else []
    return say("filling.explained", doubts=lines, reason=reason) if reason else ""


def row_lines(part: Part, item: str, answers: Mapping[str, Cell], bases: Bases) -> tuple[Line, ...]:
    """A row as understood: every figure with what is computed from it."""
    series = compute_row(part.form, item, answers, bases)
    return tuple(_line(part, at, series, answers, bases, ()) for at in part.of_item(item))


def _row_block(
    part: Part, item: str, answers: Mapping[str, Cell], bases: Bases, marked: Collection[str]
) -> Block:
    series = compute_row(part.form, item, answers, bases)
    lines = tuple(_line(part, at, series, answers, bases, marked) for at in part.of_item(item))
    explained = _explained(part, item, answers, bases)
    return Block(part.form.items[item].title, lines, explained)


def _line(
    part: Part,
    at: str,
    series: Mapping[str, Series],
    answers: Mapping[str, Cell],
    bases: Bases,
    marked: Collection[str],
) -> Line:
    measure = measure_of(part.form, at)
    one = series[measure.key]
    beside = _beside_field(part, at, measure, answers, bases)
    if part.form.grid.records is None:
        beside = say("filling.beside", form=part.form, measure=measure, one=one) + beside
    return Line(
        part.addresses.index(at) + 1, measure.called, quantity(one.month, measure), beside, at in marked
    )


def _beside_field(part: Part, at: str, measure: Measure, answers: Mapping[str, Cell], bases: Bases) -> Markup:
    """Behind what was done this month, how the project stands; behind what was carried over, that it was."""
    listed = part.form.grid.records
    if listed and measure.key == listed.done:
        known = {**part.form.given, **answers}
        one = progress_of(part.form, part.form.items[item_of(at)], known, bases)
        return say("filling.standing", one=one, unit=measure.unit)
    carried = at in part.carried and answers.get(at, UNANSWERED) == bases.last_month.get(at)
    return say("filling.carried") if carried else Markup("")


def _narrative_block(part: Part, at: str, answers: Mapping[str, Cell], marked: Collection[str]) -> Block:
    return Block(
        title_of(part, at),
        number=part.addresses.index(at) + 1,
        shown=told(answers.get(at, UNANSWERED)),
        marked=at in marked,
    )


def title_of(part: Part, at: str) -> str:
    """How an item is called in lists: 道路交通·受伤, or the narrative's title."""
    if at in part.narratives:
        return part.form.narratives[at.partition(".")[2]].title
    return cell_title(part.form.items[item_of(at)], measure_of(part.form, at), "·")


def row_title(part: Part, item: str) -> str:
    """How what is doubted as a whole is called: the row, or what is told in words."""
    return say("filling.told").unescape() if item == TOLD else part.form.items[item].title


def shown_at(part: Part, at: str, cell: Cell) -> str:
    """A cell as shown, with its unit when it is a figure; long narratives are cut."""
    if at in part.narratives:
        text = told(cell)
        return text if len(text) <= 40 else text[:39] + "…"
    return quantity(cell, measure_of(part.form, at))


def doubt_lines(part: Part, item: str, answers: Mapping[str, Cell], bases: Bases) -> list[str]:
    """What is unusual in a row, one sentence each."""
    return [_doubt(part, doubt) for doubt in doubts(part.form, item, answers, bases)]


def _doubt(part: Part, doubt: Doubt) -> str:
    form = part.form
    if doubt.kind is Unusual.COPIED:
        return say("filling.copied", title=form.narratives[doubt.measure].title, every=form.every)
    measure = form.measures.get(doubt.measure)
    return say("filling.doubt", doubt=doubt, measure=measure, every=form.every)
