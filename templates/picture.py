"""Drawing a table as PNG pages for a phone. The same input gives the same bytes.

Run as a program it reads one picture as JSON and writes its pages: the drawing process of ``bot.painter`` is this file.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw

from templates.chart_model import chart_from_json
from templates.headings import Heading
from templates.picture_layout import (
    ABOVE,
    GAP,
    HEADING,
    LEAD,
    MARGIN,
    NOTE,
    PAD,
    STUB,
    TITLE,
    TOTAL_STUB,
    WIDTH,
    Band,
    Layout,
    beside,
    laid_out,
    over,
    style_of,
)
from templates.picture_model import Mark, Picture, Square, from_json, packed
from templates.picture_type import Style, font

PAPER, INK, FAINT, RULE, FRAME = "#FFFFFF", "#1B2430", "#6B7683", "#B4BDC8", "#5F6B7A"
HEAD_FILL, STUB_FILL, TOTAL_FILL, OWN_FILL = "#DFE8F2", "#F3F6FA", "#FFF6DC", "#E6F3E6"
FILLS = {Mark.CHANGED: "#FFE2B0", Mark.RETURNED: "#FFD5D0", Mark.OVERDUE: "#FFD5D0"}
SIGNS = {Mark.CHANGED: "#B45309", Mark.RETURNED: "#B91C1C", Mark.OVERDUE: "#B91C1C"}
LEGEND = {Mark.CHANGED: "本次已修改", Mark.RETURNED: "被退回，待修改", Mark.OVERDUE: "已过期"}
OWN_SAYS = "本单位填报"
MEMORY = 1 << 29
SIGN = 24  # pixels, the side of the mark in the corner of a square


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the page, in pixels."""

    left: int
    top: int
    width: int
    height: int


def pages_of(picture: Picture) -> list[bytes]:
    """One PNG for each page."""
    layout = laid_out(picture)
    pages = layout.pages
    return [_Page(layout, bands, number, len(pages)).png() for number, bands in enumerate(pages, 1)]


class _Page:
    def __init__(self, layout: Layout, bands: Sequence[Band], number: int, of: int) -> None:
        self.layout, self.bands, self.number, self.of = layout, bands, number, of
        self.notes = layout.notes if number - 1 == layout.noted else ()
        body = sum(band.height + GAP for band in bands) + NOTE.height(len(self.notes))
        height = layout.top + body + layout.bottom + MARGIN
        self.image = Image.new("RGB", (WIDTH, height), PAPER)
        self.pen = ImageDraw.Draw(self.image)

    def png(self) -> bytes:
        self.draw()
        saved = io.BytesIO()
        self.image.save(saved, "PNG", compress_level=6)
        return saved.getvalue()

    def draw(self) -> None:
        top = MARGIN
        for line in self.layout.title:
            left = MARGIN + (WIDTH - 2 * MARGIN - TITLE.width(line)) // 2
            self.write(left, top, line, TITLE)
            top += TITLE.leading
        top += LEAD
        for line in self.layout.above:
            self.write(MARGIN, top, line, ABOVE)
            top += ABOVE.leading
        top = self.layout.top
        for band in self.bands:
            self.band(band, top)
            top += band.height + GAP
        for line in self.notes:
            self.write(MARGIN, top, line, NOTE, FAINT)
            top += NOTE.leading
        self.foot(self.image.height - MARGIN - NOTE.leading)

    def band(self, band: Band, top: int) -> None:
        picture, left = self.layout.picture, MARGIN + sum(band.stub)
        corner = Box(MARGIN, top, sum(band.stub), sum(band.head))
        self.fill(corner, HEAD_FILL)
        self.centred(corner, "\n".join(picture.corner), HEADING)
        for one in over(band, picture):
            box = _box(one, left, top, band.widths, band.head)
            self.fill(box, HEAD_FILL)
            self.centred(box, one.title, HEADING)
        first = top + sum(band.head)
        for one in beside(band, picture):
            strong = band.rows.first + one.first in picture.strong
            box = _box(_turned(one), MARGIN, first, band.stub, band.heights)
            self.fill(box, TOTAL_FILL if strong else STUB_FILL)
            style = TOTAL_STUB if strong else STUB
            if self.layout.names:
                self.lines(box, style.wrap(one.title, box.width - 2 * PAD), style, INK, left=True)
            else:
                self.centred(box, one.title, style)
        self.squares(band, left, first)
        frame = (MARGIN, top, MARGIN + band.width, top + band.height)
        self.pen.rectangle(frame, outline=FRAME, width=3)

    def squares(self, band: Band, left: int, top: int) -> None:
        picture = self.layout.picture
        for place, height in zip(band.rows.places, band.heights, strict=True):
            x = left
            for column, width in zip(band.columns.places, band.widths, strict=True):
                self.square(
                    Box(x, top, width, height), picture.squares[place][column], place in picture.strong
                )
                x += width
            top += height

    def square(self, box: Box, square: Square, strong: bool) -> None:
        fill = FILLS.get(square.mark) or (OWN_FILL if square.own else TOTAL_FILL if strong else PAPER)
        self.fill(box, fill)
        self.sign(box.left, box.top, square.mark)
        base = style_of(square)
        style = Style(base.size, bold=strong)
        colour = FAINT if square.faint else INK
        lines = base.wrap(square.text, box.width - 2 * PAD)
        if square.figure:
            self.lines(box, lines, style, colour, right=True)
        elif len(lines) == 1:
            self.lines(box, lines, style, colour)
        else:
            self.lines(box, lines, style, colour, left=True)

    def sign(self, left: int, top: int, mark: Mark) -> None:
        """A triangle or a disc: the signs are told apart without their colours."""
        if mark is Mark.CHANGED:
            corners = [(left + 2, top + 2), (left + SIGN, top + 2), (left + 2, top + SIGN)]
            self.pen.polygon(corners, fill=SIGNS[mark])
        elif mark is not Mark.NONE:
            self.pen.ellipse((left + 4, top + 4, left + SIGN, top + SIGN), fill=SIGNS[mark])

    def foot(self, top: int) -> None:
        """What the signs mean, and which page this is."""
        left = MARGIN
        shown = [self.layout.picture.squares[row][column] for row, column in self._places()]
        for mark, says in LEGEND.items():
            if any(square.mark is mark for square in shown):
                self.key(left, top, FILLS[mark], mark)
                left = self.write(left + NOTE.size + 12, top, says, NOTE) + 36
        if any(square.own for square in shown) and not all(square.own for square in shown):
            self.key(left, top, OWN_FILL, Mark.NONE)
            self.write(left + NOTE.size + 12, top, OWN_SAYS, NOTE)
        if self.of > 1:
            says = f"第{self.number}页，共{self.of}页"
            self.write(WIDTH - MARGIN - NOTE.width(says), top, says, NOTE)

    def _places(self) -> list[tuple[int, int]]:
        return [
            (row, column) for band in self.bands for row in band.rows.places for column in band.columns.places
        ]

    def key(self, left: int, top: int, fill: str, mark: Mark) -> None:
        self.fill(Box(left, top + 6, NOTE.size, NOTE.size), fill)
        self.sign(left, top + 6, mark)

    def fill(self, box: Box, colour: str) -> None:
        corners = (box.left, box.top, box.left + box.width, box.top + box.height)
        self.pen.rectangle(corners, fill=colour, outline=RULE, width=1)

    def centred(self, box: Box, text: str, style: Style) -> None:
        self.lines(box, style.balanced(text, box.width - 2 * PAD), style, INK)

    def lines(
        self,
        box: Box,
        lines: Sequence[str],
        style: Style,
        colour: str,
        *,
        left: bool = False,
        right: bool = False,
    ) -> None:
        """Lines of text in the middle of the box's height; across, in the middle unless said otherwise."""
        top = box.top + (box.height - style.height(len(lines))) // 2
        for line in lines:
            spare = box.width - style.width(line)
            shift = PAD if left else spare - PAD if right else spare // 2
            self.write(box.left + shift, top, line, style, colour)
            top += style.leading

    def write(self, left: int, top: int, text: str, style: Style, colour: str = INK) -> int:
        """Gives back where the text ends."""
        middle = top + style.leading // 2
        self.pen.text(
            (left, middle),
            text,
            font=font(style.size),
            fill=colour,
            anchor="lm",
            stroke_width=style.stroke,
            stroke_fill=colour,
        )
        return left + style.width(text)


def _box(one: Heading, left: int, top: int, widths: Sequence[int], heights: Sequence[int]) -> Box:
    return Box(
        left + sum(widths[: one.first]),
        top + sum(heights[: one.top]),
        sum(widths[one.first : one.last + 1]),
        sum(heights[one.top : one.bottom + 1]),
    )


def _turned(one: Heading) -> Heading:
    """A row heading's lines run downwards and its levels to the right."""
    return Heading(one.title, one.top, one.bottom, one.first, one.last)


def _limit() -> None:
    """Whoever is answering comes first; a table that is too large ends this process and no other."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _drawn(content: dict[str, Any]) -> list[bytes]:
    if "chart" not in content:
        return pages_of(from_json(content))
    # Matplotlib takes a second to load, which tables, drawn all the time, must not wait for.
    from templates.chart import chart_page

    return [chart_page(chart_from_json(content))]


if __name__ == "__main__":
    _limit()
    sys.stdout.buffer.write(packed(_drawn(json.load(sys.stdin))))
