"""Robots of other messengers: what the answer's code says counts, not that there was an answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.mouth import Cause
from bot.robots import Maker, Robot, RobotFailed, Robots, parts
from tests.days.county import County
from tests.faults.robots import KEY, SECRET, Messenger


@pytest.fixture
def messenger() -> Iterator[Messenger]:
    made = Messenger()
    yield made
    made.close()


def robot(messenger: Messenger, maker: str, *, secret: str = SECRET, key: str = KEY) -> Robot:
    """A robot as the environment names it."""
    said = {"name": maker, "title": f"{maker}群（示例）", "maker": maker, "url": messenger.url(maker, key)}
    return Robot.model_validate(said | {"secret": "" if maker == "wecom" else secret})


async def cause(known: Robot, text: str = "通报") -> Cause:
    with pytest.raises(RobotFailed) as found:
        await Robots([known]).send(known.address, text)
    assert KEY not in str(found.value)
    return found.value.failure.cause


@pytest.mark.parametrize("maker", Maker)
async def test_each_takes_plain_text(messenger: Messenger, maker: str) -> None:
    known = robot(messenger, maker)
    await Robots([known]).send(known.address, "<b>6月份督查通报</b>\n应报4 &lt; 5")
    assert messenger.heard == [(maker, "6月份督查通报\n应报4 < 5")]


@pytest.mark.parametrize("maker", ["dingtalk", "feishu"])
async def test_a_wrong_signature_is_a_failure_although_it_is_answered_with_200(
    messenger: Messenger, maker: str
) -> None:
    assert await cause(robot(messenger, maker, secret="wrong")) is Cause.REFUSED
    assert messenger.heard == []


async def test_a_wrong_key_is_a_failure_although_it_is_answered_with_200(messenger: Messenger) -> None:
    assert await cause(robot(messenger, "wecom", key="other")) is Cause.REFUSED


@pytest.mark.parametrize(
    ("maker", "status", "body", "expected"),
    [
        ("dingtalk", 200, b'{"errcode": 130101, "errmsg": "send too fast"}', Cause.FLOOD),
        ("wecom", 200, b'{"errcode": 45009, "errmsg": "api freq out of limit"}', Cause.FLOOD),
        ("feishu", 200, b'{"code": 11232, "msg": "frequency limited"}', Cause.FLOOD),
        ("feishu", 400, b'{"code": 9499, "msg": "too many requests"}', Cause.REFUSED),
        ("wecom", 429, b"", Cause.FLOOD),
        ("dingtalk", 502, b"<html>bad gateway</html>", Cause.NOT_SENT),
        ("dingtalk", 404, b"", Cause.REFUSED),
        ("dingtalk", 200, b"<html>log in to this network</html>", Cause.IN_DOUBT),
        ("wecom", 200, b'{"ok": true}', Cause.IN_DOUBT),
        ("wecom", 200, b'{"errcode": "0"}', Cause.IN_DOUBT),
    ],
)
async def test_only_a_zero_is_success(
    messenger: Messenger, maker: str, status: int, body: bytes, expected: Cause
) -> None:
    messenger.next_answers = [(status, body)]
    assert await cause(robot(messenger, maker)) is expected


async def test_the_old_answer_of_feishu_is_success_too(messenger: Messenger) -> None:
    known = robot(messenger, "feishu")
    messenger.next_answers = [(200, b'{"StatusCode": 0, "StatusMessage": "success"}')]
    await Robots([known]).send(known.address, "通报")


async def test_nobody_listening_is_not_sent(messenger: Messenger) -> None:
    known = robot(messenger, "wecom")
    messenger.close()
    assert await cause(known) is Cause.NOT_SENT


async def test_a_long_text_goes_in_parts_and_half_of_it_is_in_doubt(messenger: Messenger) -> None:
    known = robot(messenger, "wecom")
    text = "\n".join(f"{number}. {'督查通报' * 20}" for number in range(20))
    await Robots([known]).send(known.address, text)
    assert "\n".join(heard for _, heard in messenger.heard) == text
    messenger.next_answers = [(200, b'{"errcode": 0}'), (200, b'{"errcode": 45009}')]
    assert await cause(known, text) is Cause.IN_DOUBT


@given(st.text(max_size=300), st.integers(4, 60))
def test_parts_fit_and_lose_nothing(text: str, limit: int) -> None:
    found = parts(text, limit)
    assert all(len(one.encode()) <= limit for one in found)
    assert "".join("".join(found).split()) == "".join(text.split())


@pytest.mark.parametrize("url", ["http://example.org/x", "ftp://example.org", "/x"])
def test_an_address_that_anybody_could_read_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        Robot.model_validate({"name": "a", "title": "群", "maker": "wecom", "url": url})


@pytest.fixture
async def county(tmp_path: Path, messenger: Messenger) -> AsyncIterator[County]:
    made = County(tmp_path, robots=[robot(messenger, "dingtalk")])
    await made.open()
    await made.everyone_joins()
    yield made
    await made.close()


async def test_a_robot_is_registered_like_a_group_and_reads_the_words_of_a_digest(
    county: County, messenger: Messenger
) -> None:
    admin = county["office", "admin"]
    await county.at("2008-06-30 11:00")
    await county.restart()
    assert "「dingtalk群（示例）」已接通" in admin.news()
    assert "督查通报将发到这里" not in str(messenger.heard)
    assert "已登记" in await admin.presses("确认登记")
    assert "督查通报将发到这里" in messenger.heard[-1][1]
    assert "dingtalk群（示例）（县领导群）" in await admin.says("/recipients")
    await county.restart()
    assert "已接通" not in admin.news()

    await county.at("2008-07-07 09:00")
    assert "确认后发到「dingtalk群（示例）」" in admin.news()
    before = len(messenger.heard)
    messenger.next_answers = [(200, b'{"errcode": 310000, "errmsg": "keywords not in content"}')]
    said = await admin.presses("发布到领导群")
    assert len(messenger.heard) == before  # the words alone, and they were refused
    assert "没有发到领导群" in said
    # The admin mended the robot; what was not taken is sent again.
    await admin.says("/publish")
    assert len(messenger.heard) == before + 1
    assert "6月份督查通报" in messenger.heard[-1][1]
    assert "<b>" not in messenger.heard[-1][1]
