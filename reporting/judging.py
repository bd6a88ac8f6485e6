"""滞后, by rule: what is behind, and how far, judged only from thresholds that the admins have set. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from forms.definition import Form, Item, Measure
from forms.progress import Progress
from reporting.comparing import Against, Indicator, indicator
from reporting.digest import SheetDigest


class Colour(StrEnum):
    """红 and 黄 are behind; 绿 is not."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One project, or one figure with a target, as the thresholds judge it.

    ``made_up``: it was behind in the period before and is not now, and stays yellow for one period. Exactly one of
    ``progress`` and ``against`` is there; ``measure`` belongs to the latter.
    """

    form: Form
    item: Item
    colour: Colour
    deviation: Decimal | None
    made_up: bool = False
    progress: Progress | None = None
    measure: Measure | None = None
    against: Against | None = None

    @property
    def key(self) -> str:
        return f"{self.form.key}.{self.item.key}" + (f".{self.measure.key}" if self.measure else "")


def colour_of(
    deviation: Decimal | None, thresholds: Mapping[str, str], *, breached: bool = False
) -> Colour | None:
    """The colour of one deviation (negative is behind); None where it is not known. A breached ceiling is red."""
    if breached:
        return Colour.RED
    if deviation is None:
        return None
    behind = -deviation
    for colour in (Colour.RED, Colour.YELLOW):
        limit = thresholds.get(str(colour))
        if limit is not None and behind >= Decimal(limit):
            return colour
    return Colour.GREEN


def judged(now: Colour | None, before: Colour | None) -> tuple[Colour | None, bool]:
    """(colour, whether it was made up): what was behind a period ago and is not now is yellow, not yet green."""
    made_up = now is Colour.GREEN and before in (Colour.RED, Colour.YELLOW)
    return (Colour.YELLOW, True) if made_up else (now, False)


def judge(sheet: SheetDigest, before: SheetDigest | None, limits: Mapping[str, str]) -> Iterable[Verdict]:
    """Everything of a sheet that is red or yellow."""
    for item in sheet.form.grid.items:
        if (one := sheet.standings.get(item.key)) is not None:
            last = before.standings.get(item.key) if before else None
            was = colour_of(last.deviation, limits) if last else None
            colour, made_up = judged(colour_of(one.deviation, limits), was)
            if colour in (Colour.RED, Colour.YELLOW):
                yield Verdict(sheet.form, item, colour, one.deviation, made_up, progress=one)
    for found in _targets(sheet):
        beside = found.against
        assert beside is not None
        colour, made_up = judged(
            colour_of(beside.deviation, limits, breached=beside.breached), _was(found, before, limits)
        )
        if colour in (Colour.RED, Colour.YELLOW):
            yield Verdict(
                sheet.form,
                found.item,
                colour,
                beside.deviation,
                made_up,
                measure=found.measure,
                against=beside,
            )


def _targets(sheet: SheetDigest) -> list[Indicator]:
    """Figures with a target that can be judged."""
    if sheet.standings:
        return []
    cells = [(item, measure) for item in sheet.form.grid.items for measure in sheet.form.grid.measures]
    found = [indicator(sheet, item, measure, None) for item, measure in cells if not measure.ratio_of]
    return [one for one in found if one.against is not None and one.measure.direction != "none"]


def _was(found: Indicator, before: SheetDigest | None, limits: Mapping[str, str]) -> Colour | None:
    if before is None or (found.item.key, found.measure.key) not in before.table.series:
        return None
    last = indicator(before, found.item, found.measure, None).against
    return colour_of(last.deviation, limits, breached=last.breached) if last else None
