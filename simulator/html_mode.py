"""parse_mode=HTML, following the order of checks and the wording of Telegram's own parser."""

import re
from dataclasses import dataclass
from typing import Any

from simulator.refusals import RefusalError, bad_request
from simulator.utf16 import utf16_len

_SPACE = " \t\r\n\v"
_END = "\x00"
_PLAIN = re.compile(r"[^<&]+")
_BARE_HOST = re.compile(r"https?://[^/?#]+")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,8})|([A-Za-z]+));?")
_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "blockquote": "blockquote",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
_ARGUMENTS = {
    ("a", "href"): "",
    ("code", "class"): "language-",
    ("span", "class"): "tg-",
    ("tg-emoji", "emoji-id"): "",
}


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    part: int


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The plain text and its entities, or Telegram's refusal with a byte offset."""
    return _Parser(source).parse()


def _refusal(reason: str) -> RefusalError:
    return bad_request(f"can't parse entities: {reason}")


class _Parser:
    def __init__(self, source: str) -> None:
        # A closing NUL saves an end-of-text check at every character, as in the original.
        self.source = source.replace(_END, "") + _END
        self.size = len(self.source) - 1
        self.at = 0
        self.parts: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[dict[str, Any]] = []

    def parse(self) -> tuple[str, list[dict[str, Any]]]:
        while self.at < self.size:
            here = self.source[self.at]
            if here == "<":
                self._tag()
            elif here == "&":
                self._character()
            else:
                self._plain()
        if self.open:
            raise _refusal(f"Can't find end tag corresponding to start tag {self.open[-1].tag}")
        for entity in self.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.parts), self.entities

    def _emit(self, text: str) -> None:
        self.parts.append(text)
        self.offset += utf16_len(text)

    def _plain(self) -> None:
        match = _PLAIN.match(self.source, self.at, self.size)
        assert match is not None
        self._emit(match.group())
        self.at = match.end()

    def _character(self) -> None:
        decoded, self.at = _decode(self.source, self.at)
        self._emit(decoded)

    def _bytes(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _tag(self) -> None:
        begin = self.at
        self.at += 1
        if self.source[self.at] == "/":
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _until(self, stops: str) -> str:
        begin = self.at
        while self.source[self.at] not in stops:
            self.at += 1
        return self.source[begin : self.at]

    def _skip_space(self) -> None:
        while self.source[self.at] in _SPACE:
            self.at += 1

    def _start_tag(self, begin: int) -> None:
        tag = self._until(_SPACE + ">" + _END).lower()
        where = self._bytes(begin)
        if self.source[self.at] == _END:
            raise _refusal(f"Unclosed start tag at byte offset {where}")
        if tag not in _TYPES:
            raise _refusal(f'Unsupported start tag "{tag}" at byte offset {where}')
        argument = self._attributes(tag, where)
        if tag == "span" and argument != "spoiler":
            raise _refusal(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
        self.at += 1
        self.open.append(_Open(tag, argument, self.offset, len(self.parts)))

    def _attributes(self, tag: str, where: int) -> str:
        argument = ""
        while True:
            self._skip_space()
            if self.source[self.at] == ">":
                return argument
            name = self._until(_SPACE + "=>" + _END)
            if not name:
                raise _refusal(f'Empty attribute name in the tag "{tag}" at byte offset {where}')
            self._skip_space()
            if self.source[self.at] != "=":
                argument = self._bare_attribute(tag, name, where)
                continue
            value = self._value(tag, where)
            prefix = _ARGUMENTS.get((tag, name))
            if prefix is not None and value.startswith(prefix):
                argument = value.removeprefix(prefix)

    def _bare_attribute(self, tag: str, name: str, where: int) -> str:
        if self.source[self.at] == _END:
            raise _refusal(f"Unclosed start tag at byte offset {where}")
        if (tag, name) == ("blockquote", "expandable"):
            return "expandable"
        raise _refusal(
            f'Expected equal sign in declaration of an attribute of the tag "{tag}" at byte offset {where}'
        )

    def _value(self, tag: str, where: int) -> str:
        self.at += 1
        self._skip_space()
        quote = self.source[self.at]
        if quote == _END:
            raise _refusal(f'Unclosed start tag "{tag}" at byte offset {where}')
        value = self._quoted(quote) if quote in "'\"" else self._token()
        if self.source[self.at] == _END:
            raise _refusal(f"Unclosed start tag at byte offset {where}")
        return value

    def _token(self) -> str:
        begin = self.at
        while re.match(r"[A-Za-z0-9.\-]", self.source[self.at]):
            self.at += 1
        if self.source[self.at] not in _SPACE + ">":
            raise _refusal(f"Unexpected end of name token at byte offset {self._bytes(begin)}")
        return self.source[begin : self.at].lower()

    def _quoted(self, quote: str) -> str:
        self.at += 1
        parts: list[str] = []
        while self.source[self.at] not in quote + _END:
            decoded, self.at = _decode(self.source, self.at)
            parts.append(decoded)
        if self.source[self.at] == quote:
            self.at += 1
        return "".join(parts)

    def _end_tag(self, begin: int) -> None:
        where = self._bytes(begin)
        if not self.open:
            raise _refusal(f"Unexpected end tag at byte offset {where}")
        self.at += 1
        tag = self._until(_SPACE + ">" + _END).lower()
        self._skip_space()
        if self.source[self.at] != ">":
            raise _refusal(f"Unclosed end tag at byte offset {where}")
        self.at += 1
        expected = self.open[-1]
        if tag and tag != expected.tag:
            raise _refusal(
                f'Unmatched end tag at byte offset {where}, expected "</{expected.tag}>", found "</{tag}>"'
            )
        self.open.pop()
        if self.offset > expected.offset:
            self._close(expected)

    def _close(self, opened: _Open) -> None:
        entity: dict[str, Any] = {
            "type": _TYPES[opened.tag],
            "offset": opened.offset,
            "length": self.offset - opened.offset,
        }
        if opened.tag == "a":
            self._link(entity, opened)
        elif opened.tag == "tg-emoji":
            if not opened.argument.isdigit():
                raise _refusal("Invalid custom emoji identifier specified")
            self.entities.append({**entity, "custom_emoji_id": opened.argument})
        elif opened.tag in {"pre", "code"}:
            self._code(entity, opened)
        else:
            if opened.argument == "expandable":
                entity["type"] = "expandable_blockquote"
            self.entities.append(entity)

    def _link(self, entity: dict[str, Any], opened: _Open) -> None:
        url = opened.argument or "".join(self.parts[opened.part :])
        if re.match(r"(?:https?|tg|ton|tonsite|mailto)://?\S", url) or re.match(
            r"[\w-]+(\.[\w-]+)+(/|$)", url
        ):
            self.entities.append({**entity, "url": url + "/" if _BARE_HOST.fullmatch(url) else url})

    def _code(self, entity: dict[str, Any], opened: _Open) -> None:
        """`<pre><code class="language-x">` is one entity, whichever of the two is outside."""
        last = self.entities[-1] if self.entities else {}
        same = all(last.get(key) == entity[key] for key in ("offset", "length"))
        if same and opened.tag == "pre" and last["type"] == "code" and "language" in last:
            last["type"] = "pre"
        elif same and opened.tag == "code" and last["type"] == "pre" and opened.argument:
            last["language"] = opened.argument
        else:
            language = {"language": opened.argument} if opened.argument else {}
            self.entities.append({**entity, **language})


def _decode(source: str, at: int) -> tuple[str, int]:
    """One character of HTML text and where the next begins; an unknown `&name` stays as typed."""
    match = _CHARACTER.match(source, at) if source[at] == "&" else None
    if match is None:
        return source[at], at + 1
    if match.group(3) is not None:
        known = _NAMED.get(match.group(3))
        return (known, match.end()) if known else (source[at], at + 1)
    code = int(match.group(1), 16) if match.group(1) else int(match.group(2))
    if code == 0 or code >= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return source[at], at + 1
    return chr(code), match.end()
