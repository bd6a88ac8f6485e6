"""Checks on what was filled in: hard ones refuse, soft ones raise a doubt that needs one line of reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from forms.cells import EXACT, UNANSWERED, Cell, State, exact_sum
from forms.definition import Check, Facet, Form, Jump
from forms.likeness import nearly_same
from forms.problems import Refused
from forms.table import Bases, address


class Unusual(StrEnum):
    """Why a figure or a text is doubted."""

    RULE = "rule"
    SUM = "sum"
    FAR_FROM_LAST_MONTH = "last_month"
    FAR_FROM_LAST_YEAR = "last_year"
    FALLING = "falling"
    COPIED = "copied"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that may be right but is unusual, in the row ``item`` ("narrative" for a text).

    ``says`` is a rule's sentence; ``measure`` the column, or the narrative item's key. ``now`` and ``before``
    are the two figures that do not go together: the two sides of a sum, this month's and the earlier one.
    """

    item: str
    kind: Unusual
    says: str = ""
    measure: str = ""
    now: Decimal | None = None
    before: Decimal | None = None


# What is told in words is doubted and explained as a whole.
TOLD = "narrative"


def refuse_contradictions(form: Form, item: str, answers: Mapping[str, Cell]) -> None:
    """Raise Refused when the row breaks a hard check; rules whose figures are not all there wait.

    ``answers`` are the unit's own: rules between rows look at the others too.
    """
    for check in _broken(form, "hard", item, answers):
        raise Refused("check", says=check.says)


def broken_by(form: Form, item: str, answers: Mapping[str, Cell]) -> list[Check]:
    """The hard checks that the row breaks."""
    return list(_broken(form, "hard", item, answers))


def _broken(form: Form, level: str, item: str, answers: Mapping[str, Cell]) -> Iterator[Check]:
    looked_at = (check for check in form.checks if check.level == level and check.scope == "unit")
    for check in looked_at:
        if _concerns(form, check, item) and check.parsed.broken(amounts_for(form, check, item, answers)):
            yield check


def cells_of(form: Form, check: Check, item: str) -> tuple[str, ...]:
    """The addresses of the typed cells that a check looks at in a row, or wherever it names them."""
    return tuple(at for key in sorted(check.parsed.keys) for at in _parts(form, item, key))


def _parts(form: Form, item: str, key: str) -> tuple[str, ...]:
    """A key's typed cells: a row that is a total stands for the rows that it sums."""
    named, _, measure = key.rpartition(".")
    row = form.items[named or item]
    return tuple(address(one, measure) for one in row.total_of or (row.key,))


def _concerns(form: Form, check: Check, item: str) -> bool:
    rows = {key.rpartition(".")[0] for key in check.parsed.keys}
    return "" in rows or any(at.partition(".")[0] == item for at in cells_of(form, check, item))


def amounts_for(
    form: Form, check: Check, item: str, answers: Mapping[str, Cell], *, missing_apart: bool = False
) -> dict[str, Decimal]:
    """The figures that a check needs, by its keys; what carries no amount is not there.

    In sums over a whole sheet (``missing_apart``) 不适用 is left out without harm, as in every total.
    """
    found: dict[str, Decimal] = {}
    for key in check.parsed.keys:
        cells = [answers.get(at, UNANSWERED) for at in _parts(form, item, key)]
        if missing_apart:
            cells = [cell for cell in cells if cell.state is not State.NOT_APPLICABLE]
        amounts = [cell.amount for cell in cells if cell.amount is not None]
        if len(amounts) == len(cells):
            found[key] = exact_sum(amounts)
    return found


def doubts(form: Form, item: str, answers: Mapping[str, Cell], bases: Bases) -> list[Doubt]:
    """What is unusual in a row of one unit's part, or in its narratives (``TOLD``)."""
    if item == TOLD:
        return _copied(form, answers, bases)
    return [
        *(Doubt(item, Unusual.RULE, says=check.says) for check in _soft(form, item, answers)),
        *_sums(form, item, answers, bases),
        *(doubt for jump in form.jumps if (doubt := _jumped(jump, item, answers, bases))),
        *_falling(form, item, answers, bases),
    ]


def _soft(form: Form, item: str, answers: Mapping[str, Cell]) -> Iterator[Check]:
    """A rule between rows is explained once, in the first row that it names."""
    return (check for check in _broken(form, "soft", item, answers) if _first_row(form, check) in ("", item))


def _first_row(form: Form, check: Check) -> str:
    rows = {key.rpartition(".")[0] for key in check.parsed.keys}
    return next((key for key in form.items if key in rows and not form.items[key].total_of), "")


def _jumped(jump: Jump, item: str, answers: Mapping[str, Cell], bases: Bases) -> Doubt | None:
    at = address(item, jump.measure)
    earlier = bases.last_month if jump.against == "last_month" else bases.same_month
    now = answers.get(at, UNANSWERED).amount
    before = earlier.get(at, UNANSWERED).amount
    if now is None or before is None or abs(now - before) <= jump.floor:
        return None
    low, high = sorted((now, before))
    if low > 0 and high <= low * jump.factor:
        return None
    return Doubt(item, Unusual(jump.against), measure=jump.measure, now=now, before=before)


def _falling(form: Form, item: str, answers: Mapping[str, Cell], bases: Bases) -> Iterator[Doubt]:
    """累计 that falls: only a negative figure, a correction of earlier months, can make it so."""
    if not form.shows(Facet.CUMULATIVE):
        return
    for key in form.measures:
        amount = answers.get(at := address(item, key), UNANSWERED).amount
        if amount is not None and amount < 0:
            before = bases.before.get(at, Decimal(0))
            yield Doubt(item, Unusual.FALLING, measure=key, now=EXACT.add(before, amount), before=before)


def _copied(form: Form, answers: Mapping[str, Cell], bases: Bases) -> list[Doubt]:
    return [
        Doubt(TOLD, Unusual.COPIED, measure=key)
        for key in form.narratives
        if (now := answers.get(address(TOLD, key), UNANSWERED).text)
        if (before := bases.last_month.get(address(TOLD, key), UNANSWERED).text)
        if nearly_same(now, before)
    ]


# What units have filed together


@dataclass(frozen=True, slots=True)
class Finding:
    """A sum over the whole sheet that does not meet, or cannot be compared while ``missing`` cells are not there."""

    item: str
    says: str
    left: Decimal | None = None
    right: Decimal | None = None
    missing: tuple[str, ...] = ()


def findings(form: Form, figures: Mapping[str, Cell], bases: Bases) -> list[Finding]:
    """Every rule on the whole sheet that is not met, row by row. A missing part is no error: it is 不可比."""
    return [
        found
        for check in form.checks
        if check.scope == "sheet"
        for item in _rows_of(form, check)
        if (found := _finding(form, check, item, figures))
    ] + list(_target_findings(form, bases))


def _rows_of(form: Form, check: Check) -> Iterable[str]:
    first = _first_row(form, check)
    return (first,) if first else (item.key for item in form.grid.items if not item.total_of)


def _finding(form: Form, check: Check, item: str, figures: Mapping[str, Cell]) -> Finding | None:
    amounts = amounts_for(form, check, item, figures, missing_apart=True)
    demand = check.parsed.demand
    left, right = demand.left.value(amounts), demand.right.value(amounts)
    if left is not None and right is not None:
        return Finding(item, check.says, left, right) if check.parsed.broken(amounts) else None
    cells = cells_of(form, check, item)
    lacking = tuple(at for at in cells if _is_lacking(figures.get(at, UNANSWERED)))
    return Finding(item, check.says, missing=lacking) if len(lacking) < len(cells) else None


def _is_lacking(cell: Cell) -> bool:
    return cell.state in (State.UNANSWERED, State.NOT_MEASURED)


def _target_findings(form: Form, bases: Bases) -> Iterator[Finding]:
    """A total's own target that is not the sum of its parts' targets."""
    for item in form.grid.items:
        for measure in form.grid.measures:
            own = bases.targets.get(address(item.key, measure.key))
            if own is None or not (item.total_of or measure.total_of):
                continue
            parts = [
                bases.targets.get(address(one, other))
                for one in item.total_of or (item.key,)
                for other in measure.total_of or (measure.key,)
            ]
            known = [part for part in parts if part is not None]
            if len(known) == len(parts) and (total := exact_sum(known)) != own:
                yield Finding(item.key, "", own, total)


def _sums(form: Form, item: str, answers: Mapping[str, Cell], bases: Bases) -> Iterator[Doubt]:
    """What the lead unit is asked about: its figures against those of the units that have filed."""
    if bases.elsewhere is None:
        return
    figures = {**bases.elsewhere, **answers}
    for check in form.checks:
        if check.scope == "sheet" and item in _rows_of(form, check):
            found = _finding(form, check, item, figures)
            if found is not None and not found.missing:
                yield Doubt(item, Unusual.SUM, says=check.says, now=found.left, before=found.right)
