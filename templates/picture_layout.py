"""Where everything of a picture stands: columns in bands that are as wide as a phone, bands and rows on pages.

A page is 1080 pixels wide, which a phone of 360 to 430 points shows at two to three pixels a point. The smallest
letter is 34 of these pixels: 12.3 points on a phone of 390, 11.3 on one of 360. A table that is wider than the
page goes on in a second band below the first, with its row headings again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import ceil, sqrt

from templates.headings import Heading, Line, headings, levels
from templates.picture_model import Picture, Square
from templates.picture_type import Style

WIDTH = 1080
TALLEST = 1920  # a phone's own shape: Telegram shows at most 1280 of it, and 34 pixels are 22 then
MARGIN, PAD, LEAD, GAP = 24, 10, 6, 24
LOWEST_ROW = 56
MOST_STRETCH = 1.9
ODDER = 1.4  # how much wider than in the widest band columns may be
WIDEST_TEXT = 20  # characters
FEWEST_ROWS = 2

TITLE = Style(46, bold=True)
ABOVE = Style(34)
HEADING = Style(34, bold=True)
STUB = Style(36)
TOTAL_STUB = Style(36, bold=True)  # the wider of the two: room is measured for it
FIGURE = Style(38)
WORD = Style(34)
NOTE = Style(34)
SMALLEST = min(style.size for style in (TITLE, ABOVE, HEADING, STUB, FIGURE, WORD, NOTE))


@dataclass(frozen=True, slots=True)
class Shape:
    """How narrow things may become: ``stub`` is the widest that row headings are, ``heading`` in how many lines
    column headings are set, ``text`` how broad a block of text is for its height."""

    stub: int
    heading: int
    text: float


# Tried one after the other: the one with the fewest and shortest pages is drawn.
SHAPES = tuple(
    Shape(stub, heading, text) for stub in (300, 230, 380) for heading in (2, 3) for text in (2.5, 1.2, 5.0)
)


@dataclass(frozen=True, slots=True)
class Span:
    """Lines ``first`` to ``last`` of one axis."""

    first: int
    last: int

    @property
    def places(self) -> range:
        return range(self.first, self.last + 1)


@dataclass(frozen=True, slots=True)
class Band:
    """Some columns with some rows, drawn as one table of its own. All lengths are in pixels.

    ``stub`` are the widths of the row headings' levels, ``head`` the heights of the column headings' levels.
    """

    columns: Span
    rows: Span
    stub: tuple[int, ...]
    widths: tuple[int, ...]
    head: tuple[int, ...]
    heights: tuple[int, ...]

    @property
    def width(self) -> int:
        return sum(self.stub) + sum(self.widths)

    @property
    def height(self) -> int:
        return sum(self.head) + sum(self.heights)


def style_of(square: Square) -> Style:
    return FIGURE if square.figure else WORD


@dataclass(frozen=True)
class Layout:
    picture: Picture
    shape: Shape = SHAPES[0]

    @cached_property
    def stub(self) -> tuple[int, ...]:
        """Row headings, as wide as the longest or as may be spared; the last level takes what columns leave."""
        deep = levels(self.picture.rows)
        widest = self.shape.stub if deep == 1 else self.shape.stub * 3 // (2 * deep)
        found = [self._stub(level, deep, widest) for level in range(deep)]
        found[-1] += max(self.room_beside(found) - round(max(self._band_sizes(found)) * MOST_STRETCH), 0)
        return tuple(found)

    def _stub(self, level: int, deep: int, widest: int) -> int:
        titles = [one.title for one in headings(self.picture.rows) if one.top == level]
        natural = max((TOTAL_STUB.width(title) for title in titles), default=0)
        least = max((TOTAL_STUB.least(title) for title in titles), default=0)
        corner = max((HEADING.width(title) for title in self.picture.corner), default=0) / deep
        return min(max(natural, ceil(corner), 2 * STUB.size), max(widest, min(least, 2 * widest))) + 2 * PAD

    def room_beside(self, stub: Sequence[int]) -> int:
        return WIDTH - 2 * MARGIN - sum(stub)

    @cached_property
    def least(self) -> tuple[int, ...]:
        """The narrowest that each column can be without breaking figures or tearing its headings apart."""
        found = [self._least(place) for place in range(len(self.picture.columns))]
        for one in headings(self.picture.columns):
            under = found[one.first : one.last + 1]
            lacking = max(_for_heading(one.title, self.shape.heading) - sum(under), 0)
            found[one.first : one.last + 1] = [width + ceil(lacking / len(under)) for width in under]
        return tuple(found)

    def _least(self, column: int) -> int:
        squares = (row[column] for row in self.picture.squares)
        return max((_width_of(square, self.shape.text) for square in squares), default=0) + 2 * PAD

    def _band_sizes(self, stub: Sequence[int]) -> list[int]:
        return [sum(self._narrowed(band, stub)) for band in self._split(stub)]

    def _narrowed(self, columns: Span, stub: Sequence[int]) -> list[int]:
        room = self.room_beside(stub)
        return [min(self.least[place], room) for place in columns.places]

    def _split(self, stub: Sequence[int]) -> list[Span]:
        """Columns in as few bands as fit, about equally wide; the facets of one measure stay side by side."""
        room = self.room_beside(stub)
        units = [
            part
            for span in groups(self.picture.columns)
            for part in (
                [span]
                if sum(self._narrowed(span, stub)) <= room
                else [Span(place, place) for place in span.places]
            )
        ]
        sizes = [sum(self._narrowed(unit, stub)) for unit in units]
        return [Span(units[part.first].first, units[part.last].last) for part in balanced(sizes, room)]

    @cached_property
    def bands(self) -> tuple[Band, ...]:
        """All bands with all rows. The widest fills the page, and the others have columns of the same stretch."""
        spans = self._split(self.stub)
        narrow = [self._narrowed(span, self.stub) for span in spans]
        room = self.room_beside(self.stub)
        usual = min(room / max(map(sum, narrow)), MOST_STRETCH)
        return tuple(
            self._band(span, _stretched(widths, room, usual))
            for span, widths in zip(spans, narrow, strict=True)
        )

    def _band(self, columns: Span, widths: list[int]) -> Band:
        rows = Span(0, len(self.picture.rows) - 1)
        head = self._head(columns, widths)
        heights = self._heights(columns, widths)
        return Band(columns, rows, self.stub, tuple(widths), tuple(head), tuple(heights))

    def _head(self, columns: Span, widths: list[int]) -> list[int]:
        lines = self.picture.columns[columns.first : columns.last + 1]
        found = [LOWEST_ROW] * levels(lines)
        for one in headings(lines):
            room = sum(widths[one.first : one.last + 1])
            _heighten(found, one.top, one.bottom, _height(HEADING, one.title, room))
        corner = _height(HEADING, "\n".join(self.picture.corner), sum(self.stub))
        _heighten(found, 0, len(found) - 1, corner)
        return found

    def _heights(self, columns: Span, widths: list[int]) -> list[int]:
        found = [
            max(
                LOWEST_ROW,
                *(
                    _height(style_of(row[place]), row[place].text, width)
                    for place, width in zip(columns.places, widths, strict=True)
                ),
            )
            for row in self.picture.squares
        ]
        for one in headings(self.picture.rows):
            room = sum(self.stub[one.top : one.bottom + 1])
            _heighten(found, one.first, one.last, _height(TOTAL_STUB, one.title, room))
        return found

    @cached_property
    def names(self) -> bool:
        """True where row headings are names that take several lines: these stand to the left."""
        return any(
            len(TOTAL_STUB.wrap(one.title, sum(self.stub[one.top : one.bottom + 1]) - 2 * PAD)) > 1
            for one in headings(self.picture.rows)
        )

    @property
    def cost(self) -> tuple[int, int]:
        """How many pages a reader turns, and how far they reach."""
        return len(self.pages), sum(_used(page) for page in self.pages)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        return tuple(line for note in self.picture.notes for line in NOTE.wrap(note, WIDTH - 2 * MARGIN))

    @cached_property
    def above(self) -> tuple[str, ...]:
        return tuple(line for text in self.picture.above for line in ABOVE.wrap(text, WIDTH - 2 * MARGIN))

    @cached_property
    def title(self) -> tuple[str, ...]:
        return tuple(TITLE.wrap(self.picture.title, WIDTH - 2 * MARGIN))

    @property
    def top(self) -> int:
        """What stands over the first band of a page."""
        return MARGIN + TITLE.height(len(self.title)) + ABOVE.height(len(self.above)) + 3 * LEAD

    @property
    def bottom(self) -> int:
        """What stands under the last one: the line of signs and page numbers."""
        return 2 * LEAD + NOTE.leading

    @property
    def room(self) -> int:
        """How high the bands and notes of a page may be."""
        return TALLEST - self.top - self.bottom - MARGIN

    @cached_property
    def pages(self) -> tuple[tuple[Band, ...], ...]:
        """Bands are kept whole as long as one fits on a page; else rows are split, whole items together."""
        room = self.room
        if all(band.height + GAP <= room for band in self.bands):
            sizes = [band.height + GAP for band in self.bands]
            found = [self.bands[part.first : part.last + 1] for part in balanced(sizes, room)]
        else:
            found = self._by_rows(room)
        return tuple(found) if any(map(self._takes_notes, found)) else (*found, ())

    @property
    def noted(self) -> int:
        """The place of the page that has the notes: the last one with room for them."""
        return max(place for place, page in enumerate(self.pages) if self._takes_notes(page) or not page)

    def _takes_notes(self, page: Sequence[Band]) -> bool:
        return _used(page) + NOTE.height(len(self.notes)) <= self.room

    def _by_rows(self, room: int) -> list[tuple[Band, ...]]:
        """The same rows of every band on one page; where hardly a row would fit so, one band after the other."""
        rows = groups(self.picture.rows)
        together = room - sum(sum(band.head) + GAP for band in self.bands)
        sizes = [sum(_tall(band, one) for band in self.bands) for one in rows]
        if together >= FEWEST_ROWS * max(sizes):
            parts = balanced(sizes, together)
            return [tuple(_cut(band, _rows(rows, part)) for band in self.bands) for part in parts]
        return [
            (_cut(band, _rows(rows, part)),)
            for band in self.bands
            for part in balanced([_tall(band, one) for one in rows], room - sum(band.head) - GAP)
        ]


def laid_out(picture: Picture) -> Layout:
    return min((Layout(picture, shape) for shape in SHAPES), key=lambda layout: layout.cost)


def groups(lines: Sequence[Line]) -> list[Span]:
    """Lines of one item or measure, which are not torn apart."""
    found: list[Span] = []
    for _, same in groupby(range(len(lines)), lambda place: lines[place].key):
        places = list(same)
        found.append(Span(places[0], places[-1]))
    return found


def balanced(sizes: Sequence[int], room: int) -> list[Span]:
    """As few parts as fit into the room, and these about equal. What is larger than the room stands alone."""
    fewest = len(_packed(sizes, room))
    low, high = max(sizes), max(room, *sizes)
    while low < high:
        middle = (low + high) // 2
        if len(_packed(sizes, middle)) <= fewest:
            high = middle
        else:
            low = middle + 1
    return _packed(sizes, low)


def _packed(sizes: Sequence[int], room: int) -> list[Span]:
    found: list[Span] = []
    used = 0
    for place, size in enumerate(sizes):
        if found and used + size <= room:
            found[-1] = Span(found[-1].first, place)
            used += size
        else:
            found.append(Span(place, place))
            used = size
    return found


def _stretched(widths: Sequence[int], room: int, usual: float) -> list[int]:
    """Right up to the edge of the page, unless the columns would be much wider than in other bands."""
    stretch = room / sum(widths)
    if stretch > usual * ODDER:
        return [int(width * usual) for width in widths]
    found = [int(width * stretch) for width in widths]
    return [*found[:-1], found[-1] + room - sum(found)]


def _width_of(square: Square, breadth: float) -> int:
    """A figure and a short word in one line; a long text in lines that make a block, not a ribbon."""
    style = style_of(square)
    natural = style.width(square.text)
    if square.figure:
        return natural
    block = min(max(5, ceil(sqrt(breadth * len(square.text)))), WIDEST_TEXT)
    return min(natural, block * style.size)


def _for_heading(title: str, lines: int) -> int:
    """Room for a heading in a few lines, but for two characters at least."""
    longest = max(HEADING.width(line) for line in title.split("\n"))
    share = ceil(longest / lines / HEADING.size) * HEADING.size
    return max(share, 2 * HEADING.size) + 2 * PAD + 4


def _height(style: Style, text: str, width: int) -> int:
    return style.height(len(style.wrap(text, width - 2 * PAD))) + 2 * LEAD


def _heighten(heights: list[int], first: int, last: int, needed: int) -> None:
    """Share out what is lacking, so that lines of one heading stay alike."""
    lacking = needed - sum(heights[first : last + 1])
    if lacking > 0:
        share = ceil(lacking / (last - first + 1))
        heights[first : last + 1] = [height + share for height in heights[first : last + 1]]


def _tall(band: Band, rows: Span) -> int:
    return sum(band.heights[rows.first : rows.last + 1])


def _rows(groups_of: Sequence[Span], part: Span) -> Span:
    return Span(groups_of[part.first].first, groups_of[part.last].last)


def _cut(band: Band, rows: Span) -> Band:
    heights = band.heights[rows.first : rows.last + 1]
    return Band(band.columns, rows, band.stub, band.widths, band.head, heights)


def _used(page: Sequence[Band]) -> int:
    return sum(band.height + GAP for band in page)


def over(band: Band, picture: Picture) -> list[Heading]:
    """Headings over the band's columns."""
    return list(headings(picture.columns[band.columns.first : band.columns.last + 1]))


def beside(band: Band, picture: Picture) -> list[Heading]:
    """Headings beside the band's rows."""
    return list(headings(picture.rows[band.rows.first : band.rows.last + 1]))
