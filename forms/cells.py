"""Typed cells in one of five states. Only values and zeros enter sums."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation
from enum import StrEnum
from functools import reduce

# Wider than any sum of figures that can be typed: arithmetic is exact here, or it fails.
EXACT = Context(prec=120, traps=[Inexact, InvalidOperation])


class State(StrEnum):
    """The five states of a cell (数值, 零, 不适用, 未统计, 未填)."""

    VALUE = "value"
    ZERO = "zero"
    NOT_APPLICABLE = "not_applicable"
    NOT_MEASURED = "not_measured"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer: a figure (``number``) or a narrative (``text``), or one of the states without content.

    A zero is a state of its own, because a typed 0 and a blank are different statements.
    """

    state: State
    number: Decimal | None = None
    text: str | None = None

    @property
    def answered(self) -> bool:
        return self.state is not State.UNANSWERED

    @property
    def amount(self) -> Decimal | None:
        """What enters a sum: the value, 0 for a zero, None for the three other states."""
        return Decimal(0) if self.state is State.ZERO else self.number


UNANSWERED = Cell(State.UNANSWERED)
ZERO = Cell(State.ZERO)
NOT_APPLICABLE = Cell(State.NOT_APPLICABLE)
NOT_MEASURED = Cell(State.NOT_MEASURED)


def figure(number: Decimal) -> Cell:
    """A number as a cell: zero becomes the state ZERO, so that one meaning has one form."""
    return Cell(State.VALUE, number) if number else ZERO


def narrative(text: str | None) -> Cell:
    """A narrative as a cell; None is an explicit 无."""
    return ZERO if text is None else Cell(State.VALUE, text=text)


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum and whether every part that should be in it was there.

    ``amount`` is None when no part carried an amount.
    """

    amount: Decimal | None
    complete: bool


def add(cells: Iterable[Cell]) -> Sum:
    """Sum cells: 不适用 is left out without harm, 未统计 and 未填 make the sum incomplete."""
    parts = [cell for cell in cells if cell.state is not State.NOT_APPLICABLE]
    amounts = [cell.amount for cell in parts if cell.amount is not None]
    return Sum(exact_sum(amounts) if amounts else None, len(amounts) == len(parts))


def exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """Never rounded, so the order of the parts does not matter; 30 digits may be typed, 28 are kept by ``sum``."""
    return reduce(EXACT.add, amounts, Decimal(0))
