"""A sent workbook or pasted block shown as understood: what it would change, what it contradicts, what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import islice

from markupsafe import Markup

from forms.cells import UNANSWERED, Cell
from forms.importing import Proposal
from forms.questions import Part, item_of
from forms.reading import measure_of
from forms.table import Bases
from templates.entry_workbook import Wrong
from templates.message import Button, Message
from templates.report import Label, report, shown_at, title_of
from templates.words import button, refusal, say

MOST_LINES = 10


def proposal_message(
    label: Label,
    unit: str,
    part: Part,
    answers: Mapping[str, Cell],
    bases: Bases,
    proposal: Proposal,
    version: int,
) -> Message:
    """The report with the new values, and the buttons that decide."""
    changed = [at for at in proposal.accepted if answers.get(at, UNANSWERED).answered]
    text = say(
        "importing.proposal",
        door=proposal.door,
        report=report(label, unit, part, {**answers, **proposal.accepted}, bases),
        filled=len(proposal.accepted) - len(changed),
        changed=len(changed),
        unchanged=len(proposal.unchanged),
        missing=len(proposal.missing),
        changes=[
            say(
                "filling.correction",
                title=title_of(part, at),
                was=shown_at(part, at, answers[at]),
                now=shown_at(part, at, proposal.accepted[at]),
            )
            for at in changed
        ],
        conflicts=[
            say(
                "importing.conflict",
                door=proposal.door,
                title=title_of(part, at),
                was=shown_at(part, at, answers.get(at, UNANSWERED)),
                now=shown_at(part, at, cell),
            )
            for at, cell in proposal.conflicts.items()
        ],
        others=proposal.others,
        totals=[_total(part, *one) for one in proposal.totals],
    )
    return Message(text, _buttons(proposal, version), version)


def _total(part: Part, at: str, said: str, computed: str) -> Markup:
    measure = measure_of(part.form, at)
    title = f"{part.form.items[item_of(at)].title}·{measure.called}"
    return say(
        "importing.total", title=title, said=Decimal(said), computed=Decimal(computed), unit=measure.unit
    )


def _buttons(proposal: Proposal, version: int) -> tuple[tuple[Button, ...], ...]:
    if proposal.conflicts:
        return (button("prefer", 0, version), button("keep", 0, version)), (button("discard", 0, version),)
    return ((button("adopt", 0, version), button("discard", 0, version)),)


def bad_message(label: Label, part: Part, proposal: Proposal) -> Message:
    """One line for each cell that cannot be taken."""
    lines = [
        say("importing.bad_line", title=title_of(part, one.address), reason=refusal(one.refused))
        for one in islice(proposal.bad, MOST_LINES)
    ]
    more = max(len(proposal.bad) - MOST_LINES, 0)
    return Message(say("importing.bad", task=label, lines=lines, more=more, door=proposal.door))


def wrong_cells(proposal: Proposal) -> dict[str, Wrong]:
    """What the returned workbook shows red, with its reason beside it."""
    return {one.address: Wrong(one.text, refusal(one.refused).unescape()) for one in proposal.bad}
