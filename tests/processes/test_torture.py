"""A short run of the torture: whoever fills a form while the program is killed with -9 loses nothing."""

from __future__ import annotations

from benchmarks.torture import torture


def test_nothing_is_lost_stuck_wrong_or_doubled_while_the_program_is_killed() -> None:
    found = torture(8, 20080702, [0.2, 0.5, 0.8])
    assert found.kills == 3
    assert (found.lost, found.stuck, found.wrong, found.doubled) == ([], [], [], [])
