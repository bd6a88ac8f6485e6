"""Invites to print and cut out: eight cards on a page of A4, each with its QR code."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import segno
from PIL import Image, ImageDraw

from templates.picture_type import font

NAME = "邀请码.pdf"
DPI = 150
PAGE = (1240, 1754)  # A4
COLUMNS, ROWS = 2, 4
MARGIN = 60
QR = 280
PAD = 24
TITLE, NORMAL, SMALL = 34, 28, 22


@dataclass(frozen=True, slots=True)
class Card:
    """``link`` is empty while the bot's name is not known: then only the code stands there."""

    programme: str
    post: str
    name: str
    code: str
    link: str
    until: str


def invite_pages(cards: Sequence[Card]) -> bytes:
    """A PDF."""
    each = COLUMNS * ROWS
    pages = [_page(cards[at : at + each]) for at in range(0, len(cards), each)]
    out = io.BytesIO()
    pages[0].save(out, "PDF", resolution=DPI, save_all=True, append_images=pages[1:])
    return out.getvalue()


def _page(cards: Sequence[Card]) -> Image.Image:
    page = Image.new("L", PAGE, 255)
    pen = ImageDraw.Draw(page)
    wide, high = (PAGE[0] - 2 * MARGIN) // COLUMNS, (PAGE[1] - 2 * MARGIN) // ROWS
    for place, card in enumerate(cards):
        left, top = MARGIN + place % COLUMNS * wide, MARGIN + place // COLUMNS * high
        pen.rectangle((left, top, left + wide, top + high), outline=160)
        _card(page, pen, card, (left + PAD, top + PAD), wide - 2 * PAD)
    return page


def _card(page: Image.Image, pen: ImageDraw.ImageDraw, card: Card, at: tuple[int, int], width: int) -> None:
    left, top = at
    _line(pen, (left, top), card.programme, SMALL, width)
    _line(pen, (left, top + 34), f"{card.post}　{card.name}".strip("　"), TITLE, width)
    image = _qr(card.link or card.code)
    page.paste(image, (left, top + 92))
    side = left + image.width + 16
    room = width - image.width - 16
    for number, text in enumerate(("手机扫码，", "或在一报里发送：", "/start 邀请码")):
        _line(pen, (side, top + 104 + number * 38), text, SMALL, room)
    for number, part in enumerate((card.code[:8], card.code[8:])):
        _line(pen, (side, top + 236 + number * 40), part, NORMAL, room)
    _line(pen, (side, top + 330), card.until, SMALL, room)


def _line(pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, width: int) -> None:
    """One line, in smaller letters when it would not fit."""
    while size > 12 and font(size).getlength(text) > width:
        size -= 2
    pen.text(at, text, fill=0, font=font(size))


def _qr(text: str) -> Image.Image:
    out = io.BytesIO()
    code = segno.make_qr(text, error="m")
    code.save(out, kind="png", scale=max(1, QR // code.symbol_size(border=2)[0]), border=2)
    return Image.open(out).convert("L")
