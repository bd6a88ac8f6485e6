"""What a correction changes, in words."""

from __future__ import annotations

from forms.definition import Facet
from reporting.differences import Difference
from templates.words import cell_title, say


def difference_line(one: Difference) -> str:
    """【安全生产】道路交通·死亡：当月 1人 → 2人，累计 6人 → 7人."""
    called, title = one.form.short, cell_title(one.item, one.measure, "·")
    if one.months and not one.form.shows(Facet.CUMULATIVE):
        return say(
            "correcting.month_only", called=called, title=title, measure=one.measure, months=one.months
        ).unescape()
    return say(
        "correcting.difference",
        called=called,
        title=title,
        measure=one.measure,
        months=one.months,
        before=one.before,
        after=one.after,
    ).unescape()
