"""What the command line says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def _sentences() -> Mapping[str, str]:
    path = Path(__file__).parent / "messages" / "cli.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def cli(key: str, **fields: object) -> str:
    """A sentence by its key; only our own names are put in, never markup."""
    return _sentences()[key].format(**fields)
