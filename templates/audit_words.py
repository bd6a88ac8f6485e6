"""What is on record, in words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

ARROW = " → "


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    path = Path(__file__).parent / "messages" / "audit.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def verb_word(verb: str) -> str:
    return _words()["verbs"].get(verb, verb)


def action_word(action: str) -> str:
    return _words()["actions"].get(action, action)


def verb_of(word: str) -> str | None:
    """The verb that is shown by this word."""
    return next((verb for verb, shown in _words()["verbs"].items() if word in (shown, verb)), None)


def verbs() -> frozenset[str]:
    """Every verb that has a word."""
    return frozenset(_words()["verbs"])


def changed(before: Any, after: Any) -> str:
    """旧 → 新; of documents only the keys that differ."""
    if before is None and after is None:
        return ""
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        return _changed_keys(before or {}, after or {})
    return f"{shown(before)}{ARROW}{shown(after)}" if before is not None else shown(after)


def _changed_keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return "，".join(
        f"{_key(key)} {shown(before.get(key)) or '无'}{ARROW}{shown(after.get(key)) or '无'}" for key in keys
    )


def _key(key: str) -> str:
    return _words()["keys"].get(key, key)


def shown(value: Any) -> str:
    """A stored value as people read it."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return "，".join(f"{_key(key)} {shown(one)}" for key, one in value.items() if one not in (None, ""))
    if isinstance(value, (list, tuple)):
        return "、".join(shown(one) for one in value)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return _words()["values"].get(text, text)


def actions() -> frozenset[str]:
    """Every action that has a word."""
    return frozenset(_words()["actions"])
