"""A text with entities as HTML. Everything is escaped; the only tags are the ones named here."""

from urllib.parse import urlsplit

from markupsafe import Markup, escape

from simulator.model import Json

_TAGS = {
    "bold": "strong",
    "italic": "em",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}
_UNIT = 2  # bytes of a UTF-16 code unit, in which Telegram counts


def rich(text: str, entities: list[Json]) -> Markup:
    """The text as a client shows it."""
    units = text.encode("utf-16-le", "surrogatepass")
    spans = [(each["offset"], each["offset"] + each["length"], each) for each in entities]
    return _between(units, 0, len(units) // _UNIT, sorted(spans, key=lambda span: (span[0], -span[1])))


def _between(units: bytes, start: int, end: int, spans: list[tuple[int, int, Json]]) -> Markup:
    """Outer entities first, what lies inside them within; an overlap is cut at the outer one's end."""
    made, place, waiting = Markup(), start, list(spans)
    while waiting:
        first, last, entity = waiting.pop(0)
        first, last = max(first, place), min(last, end)
        if last <= first:
            continue
        inside = [span for span in waiting if span[0] < last]
        waiting = waiting[len(inside) :]
        made += _plain(units, place, first)
        made += _wrapped(entity, _between(units, first, last, inside), _text(units, first, last))
        place = last
    return made + _plain(units, place, end)


def _text(units: bytes, start: int, end: int) -> str:
    return units[start * _UNIT : end * _UNIT].decode("utf-16-le", "replace")


def _plain(units: bytes, start: int, end: int) -> Markup:
    return escape(_text(units, start, end))


def _wrapped(entity: Json, inner: Markup, text: str) -> Markup:
    kind = entity["type"]
    if kind in _TAGS:
        return Markup("<{0}>{1}</{0}>").format(Markup(_TAGS[kind]), inner)  # noqa: S704 - our own tag names
    if kind == "pre":
        return Markup('<pre tabindex="0">{}</pre>').format(inner)
    if kind == "bot_command":
        return Markup('<button type="button" class="command" data-say="{}">{}</button>').format(text, inner)
    if kind == "spoiler":
        return Markup('<span class="spoiler" tabindex="0">{}</span>').format(inner)
    if kind in {"url", "text_link"}:
        return _link(str(entity.get("url") or text), inner)
    return Markup('<span class="mention">{}</span>').format(inner) if "mention" in kind else inner


def _link(url: str, inner: Markup) -> Markup:
    """Only addresses of the web become links: never javascript: or data:."""
    if urlsplit(url).scheme not in {"http", "https"}:
        return inner
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>').format(url, inner)
