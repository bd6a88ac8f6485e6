"""What seals a published edition: the hash of the whole, and one of every value in it, so that an altered one is named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

START = "0" * 64
SHORT = 16  # hex digits of a value's own hash: it only names what the hash of the whole has noticed


def canonical(value: Any) -> str:
    """The one way to write a JSON value: equal values are equal text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(*parts: Any) -> str:
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


def values_of(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a snapshot by its path: ``sheets/0/figures/road.deaths``. A cell is one value."""
    if isinstance(value, Mapping) and value:
        for key in sorted(value):
            yield from values_of(value[key], f"{path}/{key}" if path else str(key))
    elif isinstance(value, Sequence) and any(isinstance(one, Mapping | list | tuple) for one in value):
        for place, one in enumerate(value):
            yield from values_of(one, f"{path}/{place}" if path else str(place))
    else:
        yield path, value


def prints_of(snapshot: Mapping[str, Any]) -> dict[str, str]:
    """The hash of every value by its path."""
    return {path: digest_of(path, value)[:SHORT] for path, value in values_of(snapshot)}


def altered(snapshot: Mapping[str, Any], prints: Mapping[str, str]) -> list[str]:
    """Paths whose value is not what was sealed, is gone, or was not there."""
    now = prints_of(snapshot)
    return sorted(path for path in now.keys() | prints.keys() if now.get(path) != prints.get(path))
