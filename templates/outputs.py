"""Everything that leaders receive of one edition, made from it alone: the same edition gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from reporting.edition import Edition
from templates.board_picture import board_picture
from templates.circular_word import circular_word
from templates.message import Attachment
from templates.progress_picture import has_progress, progress_picture
from templates.summary_workbook import summary_workbook
from templates.trend_picture import has_trend, trend_picture


class Output(StrEnum):
    """What an edition can be made into, besides the message: people look before they read."""

    PROGRESS = "progress"  # 进度与时序进度, picture
    BOARD = "board"  # 单位与报表, picture
    TREND = "trend"  # 十二个月走势, picture
    CIRCULAR = "circular"  # 督查通报, Word
    WORKBOOK = "workbook"  # 汇总表, Excel


MAKERS: dict[Output, Callable[[Edition], Attachment | None]] = {
    Output.CIRCULAR: circular_word,
    Output.WORKBOOK: summary_workbook,
    Output.PROGRESS: progress_picture,
    Output.BOARD: board_picture,
    Output.TREND: trend_picture,
}
"""None where an edition has nothing to show, such as a trend in the first month."""

SHOWS: dict[Output, Callable[[Edition], bool]] = {
    Output.PROGRESS: has_progress,
    Output.TREND: has_trend,
}
"""Whether an edition has anything for it; every other output has always."""


def shown(output: Output, edition: Edition) -> bool:
    return output in MAKERS and (output not in SHOWS or SHOWS[output](edition))


def make(output: Output, edition: Edition) -> Attachment | None:
    return MAKERS[output](edition)
