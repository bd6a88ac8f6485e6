"""Two programs as processes on one database: the one on duty is killed, and everything is sent once."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import replicas


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres"))
    return f"sqlite:///{tmp_path / 'county.db'}"


def test_every_fire_point_is_sent_once_although_the_one_on_duty_is_killed(url: str, tmp_path: Path) -> None:
    found = replicas.play(tmp_path, url, units=3, months=1, kills=2, seed=20080702)
    assert (found.points, found.sent, found.kills) == (9, 9, 2)
    assert found.doubled <= found.in_doubt
    assert max(found.takeovers) < 15
