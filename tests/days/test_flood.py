"""Ten thousand messages from one person: the others are answered, the flooder is told once a minute."""

from __future__ import annotations

from datetime import timedelta

from bot.flood import Flood
from tests.days.county import County

LIAISON, OTHER = ("traffic_police", "liaison"), ("port", "liaison")
MOST = 60


def later(county: County, seconds: int) -> None:
    """Time passes for the program and for the messenger, without a bell."""
    county.clock.set(county.clock.now() + timedelta(seconds=seconds))
    county.world.clock.set(county.clock.now(), 0)
    county.monotonic.seconds += seconds


async def test_ten_thousand_messages_get_one_reply_a_minute_and_nobody_else_notices(
    opened: County, rows
) -> None:
    opened.program.intake.flood = Flood(MOST)
    flooder, other = opened[LIAISON], opened[OTHER]
    warnings = 0
    for step in range(60):  # ten minutes
        for _ in range(167):
            opened.world.say(flooder.person, "3 1 2 15.6 0")
        opened.world.say(other.person, "进度")
        await opened.settle()
        assert "安全生产" in other.news()
        heard = flooder.news()
        warnings += heard.count("您发得太快")
        assert len(heard.splitlines()) <= (MOST * 2 if step == 0 else 1)
        later(opened, 10)
    assert warnings == 10
    assert rows(opened, "SELECT count(*) FROM event WHERE verb = 'flood'") == [(10,)]
    later(opened, 120)
    assert "安全生产" in await flooder.says("进度")


async def test_a_backlog_that_was_written_slowly_is_no_flood(opened: County) -> None:
    opened.program.intake.flood = Flood(MOST)
    liaison = opened[LIAISON]
    for _ in range(MOST * 2):
        opened.world.say(liaison.person, "进度")
        later(opened, 2)
    await opened.settle()
    assert liaison.news().count("截止") == MOST * 2


async def test_presses_are_counted_by_when_they_come(opened: County) -> None:
    opened.program.intake.flood = Flood(MOST)
    liaison = opened[LIAISON]
    for _ in range(MOST + 40):
        opened.world.press(liaison.person, message_id=1, data="view:1:0", force=True)
    await opened.settle()
    assert liaison.news().count("您发得太快") == 1
