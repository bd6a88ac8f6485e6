"""Text as Telegram understands it: UTF-16 lengths, HTML parse mode, found commands, trimming."""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from simulator.html_mode import parse_html
from simulator.refusals import bad_request
from simulator.utf16 import utf16_len

MAX_TEXT = 4096
MAX_CAPTION = 1024

_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"'，。；！？、（）]+)"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/])"
    r"|(?<![\w@])(?P<mention>@[A-Za-z][A-Za-z0-9_]{3,31})(?![\w@])"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Rich(NamedTuple):
    """A text with its entities in the Bot API's shape."""

    text: str
    entities: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    fields: dict[str, Any]


def find_entities(text: str) -> list[dict[str, Any]]:
    """Commands, mentions and links that Telegram marks by itself in any text."""
    return [
        {
            "type": match.lastgroup,
            "offset": utf16_len(text[: match.start()]),
            "length": utf16_len(match.group()),
        }
        for match in _FOUND.finditer(text)
    ]


def read_text(
    raw: str, parse_mode: str, given: list[dict[str, Any]] | None, *, limit: int, too_long: str
) -> Rich:
    """What Telegram stores for a text the bot sent; the limit counts UTF-16 units *after* parsing."""
    rich = _parse(raw, parse_mode, given)
    rich = _trim(Rich(_clean(rich.text), rich.entities))
    if utf16_len(rich.text) > limit:
        raise bad_request(too_long)
    return Rich(rich.text, _merge(rich.entities, find_entities(rich.text)))


def _parse(raw: str, parse_mode: str, given: list[dict[str, Any]] | None) -> Rich:
    mode = parse_mode.lower()
    if mode == "html":
        return Rich(*parse_html(raw))
    if mode in {"markdown", "markdownv2"}:
        raise bad_request(f"can't parse entities: {parse_mode} is not imitated by the simulator")
    if mode not in {"", "none"}:
        raise bad_request("unsupported parse_mode")
    if given is not None and not isinstance(given, list):
        raise bad_request("expected an Array of MessageEntity")
    return Rich(raw, [_checked(entity) for entity in given or []])


def _checked(entity: Any) -> dict[str, Any]:
    if not isinstance(entity, dict) or not isinstance(entity.get("type"), str):
        raise bad_request('can\'t parse MessageEntity: field "type" must be of type String')
    if not all(isinstance(entity.get(name), int) for name in ("offset", "length")):
        raise bad_request('can\'t parse MessageEntity: field "offset" must be of type Number')
    return dict(entity)


def _clean(text: str) -> str:
    # Same length in UTF-16, so that entity offsets stay right.
    return _CONTROL.sub(" ", text).replace("\t", " ").replace("\r", " ")


def _trim(rich: Rich) -> Rich:
    """Cut white space at the end, and at the beginning up to the first entity."""
    text = rich.text.rstrip(" \n")
    end = utf16_len(text)
    first = min((entity["offset"] for entity in rich.entities), default=end)
    cut = min(len(text) - len(text.lstrip(" \n")), first)
    kept: list[dict[str, Any]] = []
    for entity in rich.entities:
        length = min(entity["offset"] + entity["length"], end) - entity["offset"]
        if length > 0:
            kept.append({**entity, "offset": entity["offset"] - cut, "length": length})
    return Rich(text[cut:], kept)


def _merge(marked: list[dict[str, Any]], found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Found entities give way to marked code and links, otherwise both are kept, in order."""
    opaque = [
        _Span(entity["offset"], entity["offset"] + entity["length"], entity)
        for entity in marked
        if entity["type"] in {"code", "pre", "text_link", "text_mention"}
    ]
    free = [
        entity
        for entity in found
        if not any(
            span.start < entity["offset"] + entity["length"] and entity["offset"] < span.end
            for span in opaque
        )
    ]
    return sorted(marked + free, key=lambda entity: (entity["offset"], -entity["length"]))
