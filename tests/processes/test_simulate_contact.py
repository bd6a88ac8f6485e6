"""A short run of the simulated years: every outcome is true, and both databases hold the same."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from benchmarks.simulate_contact import simulate
from reporting import contact

LIAISONS, MONTHS, SEED = 30, 1, 7


def test_no_miss_is_false_and_the_same_seed_gives_the_same_on_both_databases(
    tmp_path: Path, postgres: str
) -> None:
    one = simulate(f"sqlite:///{tmp_path / 'years.db'}", LIAISONS, MONTHS, SEED)
    assert (one.false, one.wrong, one.unequal) == ([], [], [])
    assert one.checks >= LIAISONS - 2
    assert one.disturbed
    assert one.last_second
    assert one.outcomes["answered"] > one.outcomes["missed"] > 0
    assert simulate(postgres, LIAISONS, MONTHS, SEED).digest == one.digest


def test_the_oracle_notices_a_rule_that_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the whole last second, answers that were in time would be misses."""

    def unchanged(moment: datetime) -> datetime:
        return moment

    monkeypatch.setattr(contact, "_second", unchanged)
    found = simulate(f"sqlite:///{tmp_path / 'years.db'}", LIAISONS, MONTHS, SEED)
    assert found.false
    assert not found.clean
