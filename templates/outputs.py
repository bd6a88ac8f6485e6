"""Everything that leaders receive of one edition, made from it alone: the same edition gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from reporting.edition import Edition
from templates.circular_word import circular_word
from templates.message import Attachment


class Output(StrEnum):
    """What an edition can be made into, besides the message."""

    CIRCULAR = "circular"  # 督查通报, Word
    WORKBOOK = "workbook"  # 汇总表, Excel
    PROGRESS = "progress"  # 进度与时序进度, picture
    BOARD = "board"  # 单位与报表, picture
    TREND = "trend"  # 十二个月走势, picture


MAKERS: dict[Output, Callable[[Edition], Attachment | None]] = {Output.CIRCULAR: circular_word}
"""None where an edition has nothing to show, such as a trend in the first month."""


def make(output: Output, edition: Edition) -> Attachment | None:
    return MAKERS[output](edition)
