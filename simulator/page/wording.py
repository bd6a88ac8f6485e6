"""The page's own labels: one file for each language, the same keys in both."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LABELS = Path(__file__).parent / "labels"
LANGUAGES = ("zh", "en")


class Words:
    """Labels of one language; called with a dotted key and the fields of its sentence."""

    def __init__(self, language: str, table: Mapping[str, str]) -> None:
        self.language = language
        self.table = table

    def __call__(self, key: str, **fields: object) -> str:
        return self.table[key].format(**fields)

    def maybe(self, key: str, otherwise: str) -> str:
        """A label for a name that comes from elsewhere: a state, a method."""
        return self.table.get(key, otherwise)


@cache
def words(language: str) -> Words:
    """The labels of a language; Chinese when it is not known."""
    known = language if language in LANGUAGES else LANGUAGES[0]
    return Words(known, _flat(tomllib.loads((LABELS / f"{known}.toml").read_text(encoding="utf-8"))))


def _flat(read: Mapping[str, object], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in read.items():
        found |= _flat(value, f"{before}{key}.") if isinstance(value, dict) else {before + key: str(value)}
    return found
