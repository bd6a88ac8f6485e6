"""要点: what a digest points out, chosen and put in order by the office; its figures are not the office's to change."""

from __future__ import annotations

from dataclasses import replace

from forms.problems import Refused
from forms.text import clean
from reporting.circular import Highlight, all_highlights
from services.auditing import audit
from services.desk import Turn
from services.drafting import draft_message, open_draft, refresh
from services.editions import earlier_of, read
from storage import digests
from storage.digests import Draft
from templates.circular_words import highlight_line
from templates.message import Message, Reply
from templates.words import say

MOST = 20  # lines that are listed; numbers beyond them are not taken
DROP, TAKE, FIRST, USUAL = "不写", "写", "先写", "恢复"


def highlights(turn: Turn, text: str = "") -> Reply:
    """要点; 要点 不写 2 5; 要点 写 2; 要点 先写 3 1; 要点 恢复. Numbers are those of the list."""
    known, words = refresh(turn, open_draft(turn)), clean(text).split()
    found = _all(turn, known)
    if not words:
        return Reply((_list(known, found),))
    dropped, first = _chosen(known, [one.key for one in found], words)
    before, after = _state(known.dropped, known.first), _state(dropped, first)
    audit(
        turn,
        "edit_digest",
        about=f"period:{known.period}",
        before=before,
        after=after,
        paragraph="highlights",
    )
    digests.edit(turn.tx, known, paragraphs=known.paragraphs, dropped=dropped, first=first)
    fresh = refresh(turn, replace(known, dropped=dropped, first=first))
    return Reply((_list(fresh, found), draft_message(turn, fresh)))


def _all(turn: Turn, known: Draft) -> list[Highlight]:
    """Everything that could be pointed out, whatever the office has chosen: so that a number stays what it was."""
    return all_highlights(read(turn, known.snapshot, earlier_of(turn, known.period)))[:MOST]


def _state(dropped: list[str], first: list[str]) -> str:
    return f"-{','.join(dropped)} +{','.join(first)}"


def _chosen(known: Draft, keys: list[str], words: list[str]) -> tuple[list[str], list[str]]:
    """What is dropped and what comes first after these words."""
    verb, rest = words[0], words[1:]
    if verb == USUAL and not rest:
        return [], []
    if not rest or not all(one.isdecimal() and 1 <= int(one) <= len(keys) for one in rest):
        raise Refused("highlights", last=len(keys))
    named = list(dict.fromkeys(keys[int(one) - 1] for one in rest))
    others = [key for key in known.dropped if key not in named]
    if verb == DROP:
        return others + named, [key for key in known.first if key not in named]
    if verb == TAKE:
        return others, known.first
    if verb == FIRST:
        return others, named
    raise Refused("highlights", last=len(keys))


def _list(known: Draft, found: list[Highlight]) -> Message:
    lines = [
        (
            highlight_line(one),
            one.key in known.dropped,
            known.first.index(one.key) + 1 if one.key in known.first else 0,
        )
        for one in found
    ]
    return Message(say("compiling.highlights", lines=lines))
