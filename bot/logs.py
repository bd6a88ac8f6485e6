"""Logs: structured, and silent about tokens, telephones and what people typed."""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

_TOKEN = re.compile(r"\d{6,12}:[A-Za-z0-9_-]{30,}|bot\d+:[A-Za-z0-9_-]+")


def configure(style: Literal["text", "json"] = "text", level: int = logging.INFO) -> None:
    """Set up logging for the whole process. The HTTP client would write the token: it is silenced."""
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            hide_tokens,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    for noisy in ("httpx", "httpcore", "telegram.ext.Application", "apscheduler"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_TokenFilter())


class _TokenFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _TOKEN.sub("<token>", record.getMessage())
        record.args = ()
        return True


def hide_tokens(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace anything that looks like a bot token, wherever it stands in a log line."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _TOKEN.sub("<token>", value)
    return event


def note(*, action: str, refused: str | None, person: int | None, period: str) -> None:
    """One line for each thing that somebody did; the update's number is bound where it was taken."""
    structlog.get_logger().info("update", action=action, refused=refused, person=person, period=period)
