"""What was unusual in a whole sheet and why it is right: under the lead unit's sheet and under the digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from forms.cells import UNANSWERED, Cell
from forms.checks import TOLD, Finding, findings
from forms.definition import Form
from forms.questions import Part, part_of, reason_address
from forms.table import Bases
from templates.report import doubt_lines, row_title, title_of
from templates.words import say


@dataclass(frozen=True, slots=True)
class Filed:
    """What one unit has filed, reasons included. ``called`` is its name in messages."""

    unit: str
    called: str
    answers: Mapping[str, Cell]


def remarks(form: Form, filed: list[Filed], figures: Mapping[str, Cell], bases: Bases) -> list[Markup]:
    """One line each: every unit's doubts with its reason, then the sums that do not meet."""
    lines = [line for one in filed for line in _of_unit(form, one, bases.of_unit(one.unit))]
    lead = next((one.answers for one in filed if one.unit == form.lead), {})
    return lines + [_of_sheet(form, found, lead) for found in findings(form, figures, bases)]


def _of_unit(form: Form, one: Filed, bases: Bases) -> list[Markup]:
    part = part_of(form, one.unit)
    return [
        say("compiling.remark", unit=one.called, item=row_title(part, item), doubts=doubts, reason=reason)
        for item in (*part.items, TOLD)
        if (doubts := doubt_lines(part, item, one.answers, bases))
        for reason in [_reason(one.answers, item)]
    ]


def _of_sheet(form: Form, found: Finding, lead: Mapping[str, Cell]) -> Markup:
    title = form.items[found.item].title
    if found.missing:
        whole = Part(form, {}, ())
        missing = [title_of(whole, at) for at in found.missing]
        return say("compiling.not_comparable", item=title, says=found.says, missing=missing)
    if not found.says:
        return say("compiling.targets_differ", item=title, total=found.left, parts=found.right)
    reason = _reason(lead, found.item)
    return say("compiling.sums_differ", item=title, found=found, reason=reason)


def _reason(answers: Mapping[str, Cell], item: str) -> str:
    return answers.get(reason_address(item), UNANSWERED).text or ""
