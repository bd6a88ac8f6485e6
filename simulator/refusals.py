"""The ways the pretend Telegram says no, in Telegram's own words."""

from typing import Any


class RefusalError(Exception):
    """A Bot API refusal: what the real server would answer instead of a result."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        """The body exactly as the Bot API shapes it; `parameters` only when there are some."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class WorldError(Exception):
    """Someone tried what a person with a telephone could not do (press a button that is not there…)."""

    def __init__(self, reason: str, status: int = 409) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


def bad_request(reason: str, **parameters: int) -> RefusalError:
    """400, with the prefix Telegram puts before every such reason."""
    return RefusalError(400, f"Bad Request: {reason}", **parameters)


def forbidden(reason: str) -> RefusalError:
    """403: the chat exists but the bot may not write there."""
    return RefusalError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> RefusalError:
    """409: someone else is taking this bot's updates."""
    return RefusalError(409, f"Conflict: {reason}")


def too_many(retry_after: int) -> RefusalError:
    """429, with the waiting time in whole seconds."""
    return RefusalError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
