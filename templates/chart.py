"""Drawing a chart as a PNG page for a phone, with matplotlib. The same input gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import MaxNLocator

from templates.chart_model import Chart, Stack
from templates.picture_type import FONT

INK, FAINT, RULE = "#1B2430", "#6B7683", "#D5DCE4"
# Told apart by pattern as well as by colour, in print and by those who see no colours.
COLOURS, HATCHES = ("#3E7CB1", "#D9534F", "#B4BDC8"), ("", "//", "..")
WIDTH, DOTS = 7.2, 150
CLASS_HEIGHT, HOURS_HEIGHT, REST = 0.62, 2.6, 1.7


def _font(size: float) -> FontProperties:
    return FontProperties(fname=str(FONT), size=size)


def chart_page(chart: Chart) -> bytes:
    """One PNG."""
    classes = CLASS_HEIGHT * len(chart.across) + 0.4
    figure = Figure(figsize=(WIDTH, classes + HOURS_HEIGHT + REST), dpi=DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(chart.title, fontproperties=_font(15), color=INK)
    upper, lower = figure.subplots(2, 1, height_ratios=[classes, HOURS_HEIGHT])
    _across(upper, chart)
    _along(lower, chart)
    handles, _ = lower.get_legend_handles_labels()
    figure.legend(
        handles,
        chart.parts,
        prop=_font(10),
        loc="outside lower center",
        ncols=len(chart.parts),
        frameon=False,
    )
    saved = io.BytesIO()
    figure.savefig(saved, format="png", metadata={"Software": None})
    return saved.getvalue()


def _across(axes: Axes, chart: Chart) -> None:
    """A line for each class, the words above its bar; the first on top."""
    places = list(range(len(chart.across)))
    _title(axes, chart.across_title)
    for part, left in _parts(chart.across, len(chart.parts)):
        widths = [one.heights[part] for one in chart.across]
        axes.barh(places, widths, left=left, height=0.42, **_dress(part))
    for place, one in zip(places, chart.across, strict=True):
        axes.text(
            0, place - 0.27, f"{one.name}  {one.says}", fontproperties=_font(9.5), color=INK, va="bottom"
        )
    axes.set_ylim(len(places) - 0.6, -0.75)
    axes.set_yticks([])
    _scale(axes, across=True)


def _along(axes: Axes, chart: Chart) -> None:
    places = list(range(len(chart.along)))
    _title(axes, chart.along_title)
    for part, bottom in _parts(chart.along, len(chart.parts)):
        heights = [one.heights[part] for one in chart.along]
        axes.bar(places, heights, bottom=bottom, width=0.76, label=chart.parts[part], **_dress(part))
    axes.set_xticks(places, [one.name.lstrip("0") or "0" for one in chart.along])
    _scale(axes, across=False)


def _parts(stacks: Sequence[Stack], parts: int) -> list[tuple[int, list[int]]]:
    """Each part, and where it begins in every stack."""
    return [(part, [sum(one.heights[:part]) for one in stacks]) for part in range(parts)]


def _dress(part: int) -> dict[str, Any]:
    return {"color": COLOURS[part], "hatch": HATCHES[part], "edgecolor": "white"}


def _title(axes: Axes, text: str) -> None:
    axes.set_title(text, fontproperties=_font(11), color=INK, loc="left")


def _scale(axes: Axes, *, across: bool) -> None:
    counted = axes.xaxis if across else axes.yaxis
    counted.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.grid(axis="x" if across else "y", color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    for label in [*axes.get_xticklabels(), *axes.get_yticklabels()]:
        label.set_fontproperties(_font(9))
    axes.tick_params(colors=FAINT, length=0)
    for side in axes.spines.values():
        side.set_visible(False)
