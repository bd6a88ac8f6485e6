"""What storage promises, it promises on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

BOTH = ("sqlite", "postgresql")


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that holds nothing yet, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'yibao.db'}"
    found: str = request.getfixturevalue("postgres")
    return found
