"""Whatever a person typed comes out inert, in every sentence that shows it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from jinja2 import meta

from forms.cells import figure
from forms.checks import Doubt, Finding, Unusual
from forms.definition import Item, Measure
from forms.problems import Refused
from forms.progress import Progress, footing
from forms.table import Change, ChangeKind, Series
from reporting.circular import Pace, Request
from reporting.comparing import Against, Indicator
from reporting.contact_figures import Figures, Group
from reporting.states import Rate
from templates.board import Missing
from templates.report import Label
from templates.words import environment, refusal, refusal_keys, say
from tests.forms.examples import safety
from tests.templates.source import refusal_texts

TYPED = "<b>&{{7*7}}{% if x %}</b>\"'"
INERT = "&lt;b&gt;&amp;{{7*7}}{% if x %}&lt;/b&gt;&#34;&#39;"
MEASURE = Measure(key="loss", title=TYPED, short=TYPED, unit="<b>", example=Decimal(1))
SERIES = Series(figure(Decimal(3)), Decimal(3), Decimal(2), Change(ChangeKind.PERCENT, Decimal("50.0")), True)
LINE = {"title": TYPED, "shown": TYPED, "number": 1, "beside": TYPED, "marked": True}
# What an argument of this name is; an argument of any other name is a text.
EXAMPLES: dict[str, Any] = {
    "task": Label(TYPED, "2008-06"),
    "form": safety(),
    "period": "2008-06",
    "measure": MEASURE,
    "measures": [MEASURE],
    "series": SERIES,
    "one": SERIES,
    "before": Decimal(3),
    "doubt": Doubt("road", Unusual.FALLING, TYPED, "loss", Decimal(3), Decimal(2)),
    "found": Finding("road", TYPED, Decimal(3), Decimal(2)),
    "blocks": [
        {"title": TYPED, "measures": [LINE], "explained": TYPED},
        {"title": TYPED, "measures": [], "number": 1, "shown": TYPED, "marked": True},
    ],
    "rows": [
        {"title": TYPED, "figures": [(MEASURE, SERIES)], "total": False},
        {"title": TYPED, "figures": [(MEASURE, SERIES)], "total": True},
    ],
    **dict.fromkeys(
        (
            "corrections",
            "doubts",
            "lines",
            "missing",
            "tasks",
            "units",
            "marked",
            "items",
            "choices",
            "changes",
            "conflicts",
            "names",
            "notes",
            "others",
        ),
        (TYPED, TYPED),
    ),
}


def circular_examples() -> dict[str, dict[str, Any]]:
    """What the sentences of the circular are told."""
    done = Progress(*[Decimal(2)] * 10, begun=True)
    pace = Pace(footing(TYPED, [done]), Decimal(2))
    target = Against(Decimal(3), Decimal(2), Decimal(2), Decimal(2), Decimal(-1), runs=True)
    item = Item(key="a", title=TYPED)
    one = Indicator(safety(), "2008-06", item, MEASURE, SERIES, Decimal(2), target)
    request = Request(safety(), TYPED, TYPED, TYPED, TYPED)
    owing = {TYPED: [TYPED, TYPED]}
    works = [{"title": TYPED, "text": TYPED}]
    counts = {"expected": 4, "filed": 3, "on_time": 2, "nil": 1, "late": 1, "missing": 1, "exempt": 1}
    return {
        "circular.versus": {"change": Change(ChangeKind.PERCENT, Decimal("50.0")), "points": None},
        "circular.scheduled": {"deviation": Decimal(-1), "cap": False},
        "circular.against": {"of": target},
        "circular.filing": counts,
        "circular.counts": counts,
        "circular.all_projects": {"pace": pace},
        "circular.projects": {"pace": pace},
        "circular.list_of_projects": {"pace": pace},
        "circular.short_projects": {"pace": pace},
        "circular.indicators": {"clauses": [TYPED], "incomplete": True},
        "circular.short_indicators": {"clauses": [TYPED], "incomplete": True},
        "circular.indicator": {"one": one},
        "circular.short_indicator": {"one": one},
        "circular.moved": {"one": one},
        "circular.pointed_out": {"lines": [TYPED], "more": 2},
        "circular.highlight": {"kind": "target", "item": item, "progress": done, "one": one},
        "circular.behind": {"count": 2, "whole": 3, "percent": Decimal(2), "far": 1, "names": TYPED},
        "circular.off_target": {"names": TYPED},
        "circular.worse": {"names": TYPED},
        "circular.troubles": {"more": 2},
        "circular.request": {"one": request},
        "circular.short_request": {"one": request},
        "circular.late": {"owing": owing},
        "circular.unfiled": {"owing": owing},
        "circular.unsigned": {"pairs": [(TYPED, TYPED)]},
        "circular.judged": {"reds": (1, TYPED), "yellows": (1, TYPED), "made_up": (1, TYPED)},
        "circular.verdict": {"deviation": Decimal(-1), "breached": False},
        "circular.title": {"correction": 1},
        "circular.many": {"count": 3},
        "circular.message": {
            "correction": 1,
            "unsigned": [TYPED],
            "works": works,
            "works_more": 2,
            "changes": [TYPED],
            "deviations": [TYPED],
            "requests": [TYPED],
            "requests_more": 2,
            "remarks": [TYPED],
            "remarks_more": 2,
        },
    }


# Where the same name is another thing in another sentence.
GROUP = Group(TYPED, 3, 1, 0, 0, 60, 95)
SPECIAL: dict[str, dict[str, Any]] = {
    "compiling.draft": {"to": [TYPED, TYPED], "late": [TYPED], "published": False, "words": [(TYPED, TYPED)]},
    "assessing.waiting": {"lines": [TYPED], "more": 2},
    "compiling.highlights": {"lines": [(TYPED, False, 1)]},
    "receiving.all": {"lines": [(TYPED, [TYPED])], "groups": [(1, TYPED, TYPED)]},
    "correcting.cell": {"cell": figure(Decimal(3))},
    "correcting.difference": {"months": (figure(Decimal(3)), None), "before": SERIES, "after": None},
    "correcting.month_only": {"months": (figure(Decimal(3)), None)},
    "correcting.sum": {"series": SERIES},
    "importing.bad": {"more": 2},
    "importing.proposal": {"missing": 2, "totals": [TYPED]},
    "importing.total": {"said": Decimal(3), "computed": Decimal(2)},
    "history.bad": {"more": 2},
    "history.change": {"was": Decimal(3), "now": Decimal(2)},
    "history.choose": {"forms": [safety()]},
    "leaving.office": {"posts": [TYPED, TYPED]},
    "leaving.stand_in": {"posts": [TYPED, TYPED]},
    "roster.invites": {"rows": [TYPED, TYPED]},
    "roster.mistakes": {"count": 3},
    "roster.done": {"changes": 3},
    "roster.person": {"before": [TYPED, TYPED]},
    "compiling.targets_differ": {"total": Decimal(3), "parts": Decimal(2)},
    "filling.understood": {"lines": [LINE]},
    "filling.record_question": {
        "count": 5,
        "fields": [
            {"measure": MEASURE, "current": TYPED, "last": ""},
            {"measure": MEASURE, "current": "", "last": TYPED},
        ],
    },
    "filling.standing": {
        "one": Progress(*[Decimal(2)] * 10, begun=True),
    },
    "board.board": {
        "columns": [TYPED, TYPED],
        "rows": [(TYPED, TYPED)],
        "legend": [TYPED],
        "filed": Rate(1, 2),
        "on_time": Rate(1, 2),
    },
    "board.chased": {"spared": [TYPED], "unreached": [TYPED]},
    "board.chaser_ready": {"unreached": [TYPED]},
    "board.clocks": {"lines": [(TYPED, TYPED, [(TYPED, TYPED)])]},
    "board.missing_line": {"one": Missing(TYPED, TYPED, TYPED, "", "", submitted=True)},
    "board.picture_rate": {"filed": Rate(1, 2)},
    "settings.calendar": {"years": [{"year": 2027, "published": False, "own": 0}], "coming": [TYPED]},
    "settings.change": {"who": [TYPED], "before": TYPED},
    "settings.deadlines": {"rows": [{"who": TYPED, "what": TYPED}], "special": [TYPED]},
    "settings.everybody": {"count": 3},
    "settings.form_line": {"form": TYPED, "units": 3},
    "settings.move": {"form": TYPED, "before": TYPED},
    "settings.open_stays": {"periods": ["2008-06"]},
    "settings.preview": {"parts": [TYPED]},
    "settings.reminders": {"special": [TYPED]},
    "settings.undone": {"lines": TYPED},
    "settings.units": {"groups": [{"name": TYPED, "units": [TYPED]}]},
    "compiling.projects": {"one": footing(TYPED, [Progress(*[Decimal(2)] * 10, begun=True)])},
    "compiling.category": {"one": footing(TYPED, [Progress(*[Decimal(2)] * 10, begun=True)])},
    **circular_examples(),
    "own.letter": {
        "returned": [TYPED],
        "tables": [
            {
                "title": TYPED,
                "standing": TYPED,
                "lines": [TYPED],
                "more": 2,
                "asked": TYPED,
                "done_about_it": TYPED,
            }
        ],
    },
    "own.figure": {"one": circular_examples()["circular.moved"]["one"]},
    "own.returned": {"titles": [TYPED]},
    "notices.announce": {"records": TYPED},
    "contact.figures": {
        "span": "2008-07",
        "found": Figures(GROUP, (GROUP,), (replace(GROUP, name="09"),)),
        "confirmed": [TYPED],
    },
    "contact.times": {"one": GROUP},
    "contact.gaps": {
        "lost": [(TYPED, TYPED, "blocked")],
        "dark": [TYPED],
        "vacant": [TYPED],
        "alone": [TYPED],
        "causes": [("blocked", 2)],
        "whole": 3,
        "minutes": 0,
    },
    "contact.own": {"span": "2008-07", "lines": [TYPED], "whole": 3, "records": [TYPED]},
    "contact.own_line": {"outcome": "answered", "seconds": 95},
    **{
        key: {"span": "2008-07"}
        for key in [f"contact.{name}" for name in ("book_name", "chart_caption", "chart_title", "span_word")]
    },
    "contact.appealed": {"record": [TYPED]},
    "contact.proposal": {"record": [TYPED]},
    "contact.cancelled_too": {"later": [TYPED]},
    "contact.paragraph": {"dates": [TYPED]},
    "contact.preview": {"count": 3, "vacant": 1, "second": 15, "minutes": 30},
    "contact.result": {"outcome": "answered", "seconds": 95},
    "contact.spent": {"seconds": 95},
    "contact.round": {"missed": [TYPED], "undelivered": [(TYPED, "blocked")], "void": 1},
    "contact.rules": {"lines": [(TYPED, TYPED)]},
    "notices.prompt": {"records": TYPED},
    "compiling.projects_sheet": {"rows": [(TYPED, TYPED)], "projects": [TYPED]},
}


def sentences() -> list[str]:
    names = [name for name in environment().list_templates() if name.endswith(".j2")]
    return sorted(
        f"{name.removesuffix('.j2')}.{macro}"
        for name in names
        for macro, found in vars(environment().get_template(name).module).items()
        if type(found).__name__ == "Macro"
    )


def arguments(sentence: str) -> dict[str, Any]:
    file, _, macro = sentence.partition(".")
    names = getattr(environment().get_template(f"{file}.j2").module, macro).arguments
    special = SPECIAL.get(sentence, {})
    return {name: special.get(name, EXAMPLES.get(name, TYPED)) for name in names}


@pytest.mark.parametrize("sentence", sentences())
def test_typed_text_is_inert_in_every_sentence(sentence: str) -> None:
    shown = str(say(sentence, **arguments(sentence)))
    assert "&{{" not in shown
    assert "49" not in shown
    assert "&amp;lt;" not in shown, "escaped twice"
    assert "&" not in shown.replace(INERT, "").replace("&lt;b&gt;", ""), "a piece of typed text was changed"


@pytest.mark.parametrize(
    "sentence",
    [
        "filling.narrative_question",
        "filling.cell_question",
        "filling.reason_question",
        "filling.explained",
        "filling.report",
        "filling.summary",
        "filling.correction",
        "notices.review",
        "notices.returned",
        "notices.returned_line",
        "joining.confirm_group",
        "joining.group_registered",
        "reviewing.returning",
        "circular.message",
        "compiling.draft",
        "compiling.sheet",
        "compiling.remark",
        "compiling.sums_differ",
    ],
)
def test_a_sentence_that_shows_typed_text_shows_all_of_it(sentence: str) -> None:
    assert INERT in say(sentence, **arguments(sentence))


@pytest.mark.parametrize("key", sorted(refusal_keys()))
def test_typed_text_is_inert_in_every_refusal(key: str) -> None:
    names = meta.find_undeclared_variables(environment().parse(refusal_texts()[key]))
    shown = str(refusal(Refused(key, **dict.fromkeys(names, TYPED))))
    assert "<" not in shown
    assert "49" not in shown
    assert "&" not in shown.replace(INERT, "")


def test_text_in_text_is_escaped_once() -> None:
    inner = say("filling.correction", title=TYPED, was="3", now="4")
    outer = say("filling.summary", report="", corrections=[inner])
    assert inner in outer
    assert INERT in outer


def test_the_tags_of_a_sentence_itself_stay() -> None:
    assert say("circular.message", **arguments("circular.message")).startswith(f"<b>{INERT}</b>")
