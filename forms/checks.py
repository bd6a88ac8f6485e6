"""Checks on typed figures: hard ones refuse, soft ones raise a doubt that needs one line of reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from forms.cells import UNANSWERED, Cell
from forms.definition import Check, Form, Jump
from forms.problems import Refused
from forms.table import Bases, address


@dataclass(frozen=True, slots=True)
class Doubt:
    """A figure that may be right but is unusual. ``says`` is set for a rule, the figures for a jump."""

    item: str
    says: str = ""
    measure: str = ""
    now: Decimal | None = None
    before: Decimal | None = None


def amounts_of(form: Form, item: str, answers: Mapping[str, Cell]) -> dict[str, Decimal]:
    """The row's figures that carry an amount, by measure key."""
    found = {key: answers.get(address(item, key), UNANSWERED).amount for key in form.measures}
    return {key: amount for key, amount in found.items() if amount is not None}


def refuse_contradictions(form: Form, item: str, answers: Mapping[str, Cell]) -> None:
    """Raise Refused when the row breaks a hard check; rules whose figures are not all there wait."""
    for check in _broken(form, "hard", item, answers):
        raise Refused("check", says=check.says)


def _broken(form: Form, level: str, item: str, answers: Mapping[str, Cell]) -> list[Check]:
    if not (checks := [check for check in form.checks if check.level == level]):
        return []
    amounts = amounts_of(form, item, answers)
    return [check for check in checks if check.parsed.broken(amounts)]


def doubts(form: Form, item: str, answers: Mapping[str, Cell], bases: Bases) -> list[Doubt]:
    """What is unusual in a row: broken soft rules, and figures far from last month's."""
    broken = [Doubt(item, says=check.says) for check in _broken(form, "soft", item, answers)]
    return broken + [doubt for jump in form.jumps if (doubt := _jumped(jump, item, answers, bases))]


def _jumped(jump: Jump, item: str, answers: Mapping[str, Cell], bases: Bases) -> Doubt | None:
    at = address(item, jump.measure)
    now = answers.get(at, UNANSWERED).amount
    before = bases.last_month.get(at, UNANSWERED).amount
    if now is None or before is None or abs(now - before) <= jump.floor:
        return None
    low, high = sorted((now, before))
    if low > 0 and high <= low * jump.factor:
        return None
    return Doubt(item, measure=jump.measure, now=now, before=before)
