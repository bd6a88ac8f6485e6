"""A page of a picture for leaders' phones, drawn with matplotlib: one unit is one pixel, counted from the top left.

Legible at 360 points of a phone's width, a third of the page's: no letter is smaller than ``SMALL``. Colours are those of
Okabe and Ito, which people with any kind of colour blindness tell apart; and no colour says anything that a sign or a
word does not say too. What the picture says stands in it as text as well, for those who cannot see it and for tests.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PIL import Image

from templates.picture_type import FONT, Style, drawable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 1080
MARGIN = 36
BIG, USUAL, SMALL = 46, 36, 32  # pixels
INK, FAINT, RULE, PAPER = "#1B2430", "#5F6B7A", "#B4BDC8", "#FFFFFF"
BLUE, ORANGE, RED, GREEN, GREY, YELLOW = "#0072B2", "#E69F00", "#D55E00", "#009E73", "#D7DCE2", "#F0E442"
TWIN = "Description"
DPI = 100
_POINTS = 72 / DPI


class Canvas:
    """Things are drawn one after another; ``png`` needs the height that they took."""

    def __init__(self, height: int) -> None:
        # Only what draws needs a second and 60 MB for this: the program that answers people does not.
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.font_manager import FontProperties

        self.height = height
        self.figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=PAPER)
        FigureCanvasAgg(self.figure)
        self.axes: Axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.axes.set_xlim(0, WIDTH)
        self.axes.set_ylim(height, 0)
        self.axes.axis("off")
        self._fonts: dict[int, Any] = {}
        self._font = FontProperties

    def text(
        self,
        left: float,
        middle: float,
        text: str,
        size: int = USUAL,
        *,
        colour: str = INK,
        across: str = "left",
        bold: bool = False,
    ) -> None:
        """One line; ``middle`` is the middle of its height."""
        from matplotlib.patheffects import withStroke

        font = self._fonts.setdefault(size, self._font(fname=str(FONT), size=size * _POINTS))
        effects = [withStroke(linewidth=0.8, foreground=colour)] if bold else None
        self.axes.text(
            left,
            middle,
            drawable(text).replace("$", r"\$"),
            fontproperties=font,
            color=colour,
            ha=across,
            va="center_baseline",
            path_effects=effects,
            parse_math=False,
        )

    def box(
        self, left: float, top: float, width: float, height: float, fill: str, *, hatch: str = ""
    ) -> None:
        from matplotlib.patches import Rectangle

        self.axes.add_patch(
            Rectangle(
                (left, top),
                width,
                height,
                facecolor=fill,
                edgecolor=PAPER if hatch else fill,
                linewidth=0,
                hatch=hatch or None,
            )
        )

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        colour: str = RULE,
        width: float = 2,
        *,
        dashed: bool = False,
    ) -> None:
        style = (0, (4, 3)) if dashed else "-"
        self.axes.plot(
            xs, ys, color=colour, linewidth=width * _POINTS, linestyle=style, solid_capstyle="butt"
        )

    def dot(self, x: float, y: float, colour: str, marker: str = "o", size: float = 14) -> None:
        self.axes.plot([x], [y], marker=marker, color=colour, markersize=size * _POINTS, linestyle="none")

    def png(self, twin: str) -> bytes:
        """The same drawing gives the same bytes; ``twin`` is what it says, in words."""
        saved = io.BytesIO()
        self.figure.savefig(saved, format="png", dpi=DPI, metadata={"Software": None, TWIN: twin})
        return saved.getvalue()


def twin_of(png: bytes) -> str:
    """What a picture says, in words; "" for one that is not ours."""
    with Image.open(io.BytesIO(png)) as image:
        image.load()
        return str(getattr(image, "text", {}).get(TWIN, ""))


def heading(canvas: Canvas, title: str, below: str) -> float:
    """Title and the line under it; gives back where the rest begins."""
    top = float(MARGIN)
    for text, style in ((title, Style(BIG)), (below, Style(SMALL))):
        for line in style.wrap(text, WIDTH - 2 * MARGIN):
            top += style.leading / 2
            canvas.text(
                MARGIN,
                top,
                line,
                style.size,
                bold=style.size == BIG,
                colour=INK if style.size == BIG else FAINT,
            )
            top += style.leading / 2
    return top + 14


def heading_height(title: str, below: str) -> int:
    styles = ((title, Style(BIG)), (below, Style(SMALL)))
    return (
        MARGIN + 14 + sum(style.height(len(style.wrap(text, WIDTH - 2 * MARGIN))) for text, style in styles)
    )
