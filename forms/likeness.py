"""How like two texts are: last month's narrative sent again with a word changed is no report of this month."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from forms.text import fold

# Shorter texts (按计划推进) say the same every month without having been copied.
LEAST_LENGTH = 12
ALIKE = 0.9
# The period's own name changes by itself: 6月份, 6月, 第二季度, 2008年.
_PERIODS = re.compile(r"[0-9一二三四五六七八九十]{1,4}(?:年|月份|月)|第[一二三四]季度|[上下]半年")
_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def nearly_same(now: str, before: str) -> bool:
    """True when hardly anything but the period's name was changed; other figures are other news."""
    one, other = _bare(now), _bare(before)
    if min(len(one), len(other)) < LEAST_LENGTH or _NUMBERS.findall(one) != _NUMBERS.findall(other):
        return False
    return _likeness(one, other) >= ALIKE


def _bare(text: str) -> str:
    """Without the period's name, spaces and punctuation marks."""
    kept = _PERIODS.sub("", fold(text))
    return "".join(mark for mark in kept if mark.isalnum() or mark == ".").strip(".")


def _likeness(one: str, other: str) -> float:
    """Shared pairs of neighbouring characters, as a part of all (Dice); linear in the length."""
    pairs, others = Counter(pairwise(one)), Counter(pairwise(other))
    return 2 * (pairs & others).total() / (pairs.total() + others.total())
