"""Robots of DingTalk, Feishu and WeCom: a group there reads what a leaders' group reads, as plain text.

Each answers HTTP 200 also when it has refused: what counts is the code in the answer.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx
from pydantic import BaseModel, Field, SecretStr, field_validator

from bot.mouth import Cause, Failure, plain
from reporting.recipients import ROBOT

SECONDS = 10.0
# How long a robot that was written to too fast is left alone: all three count by the minute.
A_MINUTE = 60.0


class Maker(StrEnum):
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    WECOM = "wecom"


class Robot(BaseModel):
    """One robot as a deployment names it. ``url`` is the whole webhook address, its key included: a secret."""

    name: str = Field(pattern=r"^[a-z0-9_]{1,20}$")
    title: str = Field(min_length=1, max_length=40)
    maker: Maker
    url: SecretStr
    secret: SecretStr = SecretStr("")

    @field_validator("url")
    @classmethod
    def _safe(cls, url: SecretStr) -> SecretStr:
        parts = httpx.URL(url.get_secret_value())
        loopback = parts.host in {"127.0.0.1", "localhost", "::1"}
        if not (parts.host and (parts.scheme == "https" or (parts.scheme == "http" and loopback))):
            raise ValueError("needs https://…")
        return url

    @property
    def address(self) -> str:
        return ROBOT + self.name


class RobotFailed(Exception):  # noqa: N818
    """What came of a message that did not go out."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.says)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Manner:
    """How one maker's robots are written to. ``limit`` is bytes of one text; ``busy`` are codes for too fast."""

    limit: int
    code: tuple[str, ...]
    busy: frozenset[int]


MANNERS = {
    Maker.DINGTALK: Manner(18_000, ("errcode",), frozenset({130101, 130102, 410100})),
    Maker.FEISHU: Manner(18_000, ("code", "StatusCode"), frozenset({9499, 11232})),
    Maker.WECOM: Manner(2_000, ("errcode",), frozenset({45009, -1})),
}


class Robots:
    """By address. ``now`` is real time in seconds: signatures are valid for an hour only."""

    def __init__(self, robots: Sequence[Robot] = (), now: Callable[[], float] = time.time) -> None:
        self.known = {one.address: one for one in robots}
        self._now = now

    async def send(self, address: str, text: str) -> None:
        """Send a text; RobotFailed unless its every part was taken. Of parts after the first nobody knows."""
        robot = self.known.get(address)
        if robot is None:
            raise RobotFailed(Failure(Cause.REFUSED, "no such robot"))
        async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
            for place, part in enumerate(parts(plain(text), MANNERS[robot.maker].limit)):
                try:
                    await self._post(client, robot, part)
                except RobotFailed as error:
                    if place == 0:
                        raise
                    raise RobotFailed(Failure(Cause.IN_DOUBT, error.failure.says)) from None

    async def _post(self, client: httpx.AsyncClient, robot: Robot, text: str) -> None:
        where, body = order(robot, text, self._now())
        try:
            answer = await client.post(where, json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise RobotFailed(Failure(Cause.NOT_SENT, type(error).__name__)) from None
        except httpx.HTTPError as error:
            raise RobotFailed(Failure(Cause.IN_DOUBT, type(error).__name__)) from None
        if (failure := read(robot.maker, answer)) is not None:
            raise RobotFailed(failure)


def order(robot: Robot, text: str, now: float) -> tuple[httpx.URL, dict[str, Any]]:
    """(address, body) of one text, signed where the robot has a secret. Feishu signs in the body, DingTalk in the address."""
    url, secret = httpx.URL(robot.url.get_secret_value()), robot.secret.get_secret_value()
    if robot.maker is Maker.FEISHU:
        signed: dict[str, Any] = {}
        if secret:
            moment = str(int(now))
            signed = {"timestamp": moment, "sign": _sign(f"{moment}\n{secret}", "")}
        return url, {**signed, "msg_type": "text", "content": {"text": text}}
    if secret and robot.maker is Maker.DINGTALK:
        moment = str(int(now * 1000))
        url = url.copy_merge_params({"timestamp": moment, "sign": _sign(secret, f"{moment}\n{secret}")})
    return url, {"msgtype": "text", "text": {"content": text}}


def _sign(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def read(maker: Maker, answer: httpx.Response) -> Failure | None:
    """None only when the robot says that it took the message."""
    says = f"{maker} {answer.status_code}"
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return Failure(Cause.FLOOD, says, seconds=A_MINUTE)
    if answer.is_server_error:
        return Failure(Cause.NOT_SENT, says)
    if not answer.is_success:
        return Failure(Cause.REFUSED, says)
    try:
        said = answer.json()
    except ValueError:
        said = None
    code = _code(maker, said) if isinstance(said, Mapping) else None
    if code is None:
        return Failure(Cause.IN_DOUBT, f"{says}: no code in the answer")
    if code == 0:
        return None
    if code in MANNERS[maker].busy:
        return Failure(Cause.FLOOD, f"{maker} {code}", seconds=A_MINUTE)
    return Failure(Cause.REFUSED, f"{maker} {code}")


def _code(maker: Maker, said: Mapping[str, Any]) -> int | None:
    found = next((said[name] for name in MANNERS[maker].code if name in said), None)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def parts(text: str, limit: int) -> list[str]:
    """A text in parts of at most so many bytes, cut at line ends where there are any."""
    found: list[str] = []
    for line in text.split("\n"):
        for piece in _short(line, limit):
            if found and len(f"{found[-1]}\n{piece}".encode()) <= limit:
                found[-1] = f"{found[-1]}\n{piece}"
            else:
                found.append(piece)
    return [one for one in found if one.strip()]


def _short(line: str, limit: int) -> list[str]:
    """A line in pieces of at most so many bytes; nearly always itself."""
    found = [""]
    for letter in line if len(line.encode()) > limit else ():
        if len((found[-1] + letter).encode()) > limit:
            found.append("")
        found[-1] += letter
    return found if found[-1] else [line]
