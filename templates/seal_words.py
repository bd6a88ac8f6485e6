"""What an altered value of a sealed edition is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from forms.definition import Form
from forms.table import address
from templates.words import cell_title, say

KINDS = {
    "figures": "当月",
    "before": "年初至上月累计",
    "last_year": "上年同期",
    "targets": "年度目标",
}


def value_called(snapshot: Mapping[str, Any], path: str, form: Callable[[int], Form]) -> str:
    """【安全生产】道路交通·死亡（当月） for ``sheets/0/figures/road.deaths``."""
    parts = path.split("/")
    if parts[0] != "sheets" or len(parts) < 3:
        return say("sealing.value", path=path).unescape()
    try:
        of = form(snapshot["sheets"][int(parts[1])]["form_id"])
    except (LookupError, ValueError, TypeError):
        return say("sealing.value", path=path).unescape()
    if parts[2] in KINDS and len(parts) == 4:
        title = title_of(of, parts[3])
        return say("sealing.cell", called=of.short, title=title, kind=KINDS[parts[2]]).unescape()
    return say("sealing.sheet_value", called=of.short, path="/".join(parts[2:])).unescape()


def answer_called(form: Form, unit: str, at: str) -> str:
    """【安全生产】道路交通·死亡：县交警大队的原始答复与封存时不一致."""
    return say("sealing.answer", called=form.short, title=title_of(form, at), unit=unit).unescape()


def title_of(form: Form, at: str) -> str:
    """A figure or a narrative item by its address; what the form does not know keeps its address."""
    for item in form.grid.items:
        for measure in form.grid.measures:
            if address(item.key, measure.key) == at:
                return cell_title(item, measure, "·")
    known, _, key = at.partition(".")
    return form.narratives[key].title if known == "narrative" and key in form.narratives else at
