"""Letters of a picture: the font, how wide a text is, and where it is broken into lines."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil
from pathlib import Path

import pylopdf_fonts_zh_cn
from PIL import ImageFont

FONT = Path(pylopdf_fonts_zh_cn.__file__).with_name("NotoSansSC-Regular.otf")
LEADING = 1.32
_PROBE, _NO_LETTER = 24, "\U0010ffff"
# A word or number stays whole; closing marks stay with what they close, opening ones with what they open.
_PIECE = re.compile(r"[（《〔“「(\[]*(?:[A-Za-z0-9.,+\-−:/%±]+|.)[，。、；：？）》〕”」…%)\]℃]*", re.DOTALL)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    # The basic layout is in every Pillow, so the same text has the same width on every machine.
    return ImageFont.truetype(str(FONT), size, layout_engine=ImageFont.Layout.BASIC)


def drawable(text: str) -> str:
    """The text with letters that the font has: SO₂ becomes SO2. What has no plain form stays, and is drawn as a box."""
    return "".join(mark if mark.isascii() else _drawable(mark) for mark in text)


@lru_cache(20_000)
def _drawable(mark: str) -> str:
    plain = unicodedata.normalize("NFKC", mark)
    return plain if plain != mark and _is_missing(mark) and not any(map(_is_missing, plain)) else mark


def _is_missing(mark: str) -> bool:
    drawn, box = font(_PROBE).getmask(mark), font(_PROBE).getmask(_NO_LETTER)
    return drawn.size == box.size and bytes(drawn) == bytes(box)


@lru_cache(20_000)
def _length(text: str, size: int) -> float:
    return font(size).getlength(text)


@dataclass(frozen=True, slots=True)
class Style:
    """``size`` in pixels of the page; ``bold`` is drawn with a stroke, because the font has one weight."""

    size: int
    bold: bool = False

    @property
    def stroke(self) -> float:
        return 0.6 if self.bold else 0

    @property
    def leading(self) -> int:
        """From one line of text to the next."""
        return round(self.size * LEADING)

    def width(self, text: str) -> int:
        return ceil(_length(drawable(text), self.size) + 2 * self.stroke)

    def height(self, lines: int) -> int:
        return lines * self.leading

    def wrap(self, text: str, room: int) -> list[str]:
        """The text in lines that fit; nothing is left out, and only what is wider than the room is cut in two."""
        return list(_wrapped(self, drawable(text), room))

    def balanced(self, text: str, room: int) -> list[str]:
        """As few lines as in ``wrap``, and these about equally long: no last line of one character."""
        lines = self.wrap(text, room)
        widest = max(map(self.width, lines))
        for narrower in range(widest - self.size // 2, widest // 2, -self.size // 2):
            tried = self.wrap(text, narrower)
            if len(tried) > len(lines) or max(map(self.width, tried)) > narrower:
                break
            lines = tried
        return lines

    def broken(self, text: str, room: int) -> list[str]:
        lines = [""]
        for piece in _PIECE.findall(text):
            if self.width(lines[-1] + piece) <= room:
                lines[-1] += piece
                continue
            for part in [piece] if self.width(piece) <= room else piece:
                if lines[-1] and self.width(lines[-1] + part) > room:
                    lines.append("")
                lines[-1] += part
        return [line.strip() for line in lines]

    def least(self, text: str) -> int:
        """The width below which a piece of the text would be cut in two."""
        return max((self.width(piece) for piece in _PIECE.findall(drawable(text))), default=0)


@lru_cache(20_000)
def _wrapped(style: Style, text: str, room: int) -> tuple[str, ...]:
    return tuple(line for paragraph in text.split("\n") for line in style.broken(paragraph.strip(), room))
