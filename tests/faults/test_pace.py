"""Telegram's limits are kept to and used: nothing is refused because of us, and replies go first."""

from __future__ import annotations

from pathlib import Path

import structlog

from benchmarks import prompts, virtual
from bot.pace import Pace


def _letters(pace: Pace, start: float, seconds: float) -> int:
    """How many letters to different chats go out in this time."""
    now, count = start, 0
    while now < start + seconds:
        if (delay := pace.turn(now)) > 0:
            now += delay
            continue
        pace.sent(f"{count}", now, letter=True)
        count += 1
    return count


def test_a_broadcast_uses_nearly_all_that_telegram_allows_and_nothing_is_refused(tmp_path: Path) -> None:
    with structlog.testing.capture_logs():
        found = virtual.run(prompts.deliver(tmp_path, 300, groups=1))
    assert found.refused == 0
    assert found.sent == 300 + 2 * 6 + prompts.BURST


def test_letters_keep_below_thirty_a_second() -> None:
    assert 285 <= _letters(Pace(), 0.0, 10.0) <= 291


def test_people_who_write_leave_less_room_to_letters() -> None:
    pace = Pace()
    for number in range(8):
        pace.sent("1", number / 8)
    assert _letters(pace, 1.0, 1.0) <= 22


def test_a_reply_goes_at_once_in_the_middle_of_a_broadcast() -> None:
    pace = Pace()
    _letters(pace, 0.0, 5.0)
    assert pace.reply_turn(5.0) == 0


def test_replies_to_a_crowd_wait_for_each_other() -> None:
    pace = Pace()
    for number in range(30):
        pace.sent(str(number), 0.0)
    assert pace.reply_turn(0.5) == 0.5
    assert pace.reply_turn(1.0) == 0


def test_flood_control_of_one_chat_slows_nobody_else() -> None:
    pace = Pace()
    pace.flooded("-1", 0.0, 35.0)
    assert pace.held(34.0) == {"-1"}
    assert pace.held(36.0) == set()
    assert pace.rate(1.0) == 30


def test_flood_control_of_two_chats_at_once_stops_everything_and_halves_the_rate() -> None:
    pace = Pace()
    pace.flooded("1", 0.0, 5.0)
    pace.flooded("2", 1.0, 5.0)
    assert "" in pace.held(5.9)
    assert pace.reply_turn(3.0) == 3.0
    assert pace.rate(6.0) == 15
    assert pace.rate(36.0) == 30
    assert 110 <= _letters(pace, 6.0, 8.0) <= 150


def test_a_rate_that_is_cut_again_and_again_never_stands_still() -> None:
    pace = Pace()
    for number in range(20):
        pace.flooded(str(number), number / 10, 1.0)
    assert pace.rate(3.0) >= 1
    assert _letters(pace, 3.0, 5.0) >= 5


def test_a_group_gets_twenty_a_minute() -> None:
    pace = Pace()
    now, count = 0.0, 0
    while now < 60.0:
        if (delay := pace.chat_wait("-5", now)) > 0:
            now += delay
            continue
        pace.sent("-5", now, letter=True)
        count += 1
    assert count == 20
