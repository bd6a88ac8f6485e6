"""The figures of contact checks as a chart: by class of unit, and by hour of day."""

from __future__ import annotations

from reporting.contact_figures import Figures, Group
from templates.chart_model import Chart, Stack
from templates.words import say


def chart_of(found: Figures, span: str) -> Chart:
    """What was void is left out: it says nothing about anybody."""
    return Chart(
        say("contact.chart_title", span=span).unescape(),
        say("contact.chart_caption", span=span).unescape(),
        tuple(
            say("contact.outcome", name=name).unescape() for name in ("answered", "missed", "not_delivered")
        ),
        say("contact.chart_classes").unescape(),
        tuple(Stack(one.name, _heights(one), _beside(one)) for one in found.by_class),
        say("contact.chart_hours").unescape(),
        tuple(
            Stack(name, _heights(by_hour[name])) if name in by_hour else Stack(name, (0, 0, 0))
            for by_hour in [{one.name: one for one in found.by_hour}]
            for name in [f"{hour:02}" for hour in range(24)]
        ),
    )


def _heights(one: Group) -> tuple[int, ...]:
    return one.answered, one.missed, one.not_delivered


def _beside(one: Group) -> str:
    return say("contact.times", one=one).unescape()
