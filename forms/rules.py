"""The small language of checks in form files: ``deaths >= 3 * severe if severe > 0``.

Both sides are sums of keys with whole or decimal factors; a key is a measure's, or a cell's whole address
(``violent.cases <= criminal.cases``). Nothing else can be written, so a form file cannot run code.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from forms.cells import EXACT

_COMPARE = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}
_COMPARISON = re.compile(r"([^<>=]+)(<=|>=|==|<|>)([^<>=]+)")
_KEY = r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?"
_TERM = re.compile(rf"(?:([0-9]{{1,9}}(?:\.[0-9]{{1,9}})?)(?:\*({_KEY}))?|({_KEY}))")
_SPACED_SIGN = re.compile(r" *([-+*<>=]) *")


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum of ``(factor, key)``; the key None is a constant."""

    terms: tuple[tuple[Decimal, str | None], ...]

    def value(self, amounts: Mapping[str, Decimal]) -> Decimal | None:
        """The sum, or None when a measure that it needs carries no amount."""
        total = Decimal(0)
        for factor, key in self.terms:
            amount = Decimal(1) if key is None else amounts.get(key)
            if amount is None:
                return None
            total = EXACT.add(total, EXACT.multiply(factor, amount))
        return total


@dataclass(frozen=True, slots=True)
class Comparison:
    left: Linear
    compare: Callable[[Decimal, Decimal], bool]
    right: Linear

    def holds(self, amounts: Mapping[str, Decimal]) -> bool | None:
        left, right = self.left.value(amounts), self.right.value(amounts)
        return None if left is None or right is None else self.compare(left, right)


@dataclass(frozen=True, slots=True)
class Rule:
    """A comparison, demanded only where ``condition`` holds."""

    demand: Comparison
    condition: Comparison | None

    def broken(self, amounts: Mapping[str, Decimal]) -> bool:
        """True only when all figures that it needs are there and contradict it."""
        if self.condition is not None and not self.condition.holds(amounts):
            return False
        return self.demand.holds(amounts) is False

    @property
    def keys(self) -> frozenset[str]:
        sides = [self.demand.left, self.demand.right]
        if self.condition is not None:
            sides += [self.condition.left, self.condition.right]
        return frozenset(key for side in sides for _, key in side.terms if key is not None)


def parse_rule(text: str) -> Rule:
    """Read a rule; ValueError names the part that cannot be read."""
    demand, _, condition = text.partition(" if ")
    return Rule(_comparison(demand), _comparison(condition) if condition else None)


def _comparison(text: str) -> Comparison:
    match = _COMPARISON.fullmatch(_SPACED_SIGN.sub(r"\1", text.strip(" ")))
    if match is None:
        raise ValueError(f"not a comparison: {text!r}")
    return Comparison(_linear(match[1]), _COMPARE[match[2]], _linear(match[3]))


def _linear(text: str) -> Linear:
    signed = re.findall(r"([+-]?)([^+-]+)", text)
    if "".join(sign + term for sign, term in signed) != text:
        raise ValueError(f"not a sum: {text!r}")
    return Linear(tuple(_term(sign, term) for sign, term in signed))


def _term(sign: str, text: str) -> tuple[Decimal, str | None]:
    match = _TERM.fullmatch(text)
    if match is None:
        raise ValueError(f"not a key or a number: {text!r}")
    factor = Decimal(match[1] or 1)
    return (-factor if sign == "-" else factor), match[2] or match[3]
