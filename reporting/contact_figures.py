"""What contact checks showed, in figures: by class of unit and by hour of day. Nobody is ranked. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from reporting.contact import Outcome


@dataclass(frozen=True, slots=True)
class Result:
    """A check that has ended. ``seconds`` is the response time of an answered one; ``hour`` the hour it arrived in."""

    outcome: str
    unit_class: str
    hour: int
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Checks taken together; ``median`` and ``slowest`` are seconds of those answered."""

    name: str
    answered: int
    missed: int
    not_delivered: int
    void: int
    median: int | None = None
    slowest: int | None = None

    @property
    def whole(self) -> int:
        return self.answered + self.missed + self.not_delivered + self.void

    @property
    def rate(self) -> Decimal | None:
        """Percent of those delivered and not void that were answered, one decimal; None while there is none."""
        of = self.answered + self.missed
        if not of:
            return None
        return (Decimal(100 * self.answered) / of).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Figures:
    """``by_class`` in the order of the classes' names, ``by_hour`` in the day's: never by how fast anybody was."""

    whole: Group
    by_class: tuple[Group, ...]
    by_hour: tuple[Group, ...]


def figures(results: Sequence[Result], unnamed: str) -> Figures:
    """``unnamed`` is the name of units without a class."""
    return Figures(
        _group("", results),
        tuple(_by(results, lambda one: one.unit_class or unnamed)),
        tuple(_by(results, lambda one: f"{one.hour:02}")),
    )


def _by(results: Sequence[Result], name_of: Callable[[Result], str]) -> Iterable[Group]:
    for name in sorted({name_of(one) for one in results}):
        yield _group(name, [one for one in results if name_of(one) == name])


def _group(name: str, results: Sequence[Result]) -> Group:
    counts = Counter(one.outcome for one in results)
    took = [one.seconds for one in results if one.seconds is not None]
    return Group(
        name,
        counts[Outcome.ANSWERED],
        counts[Outcome.MISSED],
        counts[Outcome.NOT_DELIVERED],
        counts[Outcome.VOID],
        round(median(took)) if took else None,
        max(took, default=None),
    )
