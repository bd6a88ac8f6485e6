"""Checks of a crowd keep to Telegram's limits, and each window is that of its own message."""

from __future__ import annotations

from pathlib import Path

import structlog

from benchmarks import pings, virtual


def test_every_window_runs_from_its_own_message_and_ends_in_its_own_second(tmp_path: Path) -> None:
    with structlog.testing.capture_logs():
        found = virtual.run(pings.ping(tmp_path, 60))
    assert found.wrong == []
    assert (found.sent, found.refused) == (60, 0)
    assert dict(found.outcomes) == {"answered": 6, "missed": 54}
    assert 0 < found.off < 1
