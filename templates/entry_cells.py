"""What each square of the workbook that a unit fills in holds, and what may be typed in it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from openpyxl.cell.cell import Cell as Square
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from forms.cells import Cell, State
from forms.definition import Facet, Measure
from forms.numbers import format_number
from forms.table import Series
from templates import workbook_styles as styles
from templates.words import STATE_WORDS, change, quantity, say
from templates.workbook_styles import Content, Look, words

CHOICES = (STATE_WORDS[State.NOT_APPLICABLE], STATE_WORDS[State.NOT_MEASURED])
NOTHING = "无"
NO_FIGURE = "—"
WRONG = "FFFFC7CE"
SHORT_TEXT = 12
LONG = replace(styles.STORY, down="center")
FORMATS = {"text": "@", "choice": "@", "date": "yyyy-mm-dd"}
LONGEST_LIST = 250  # a spreadsheet keeps a list of choices in 255 characters


def typed(cell: Cell, measure: Measure, blank: str) -> Content:
    if measure.kind == "number" and cell.amount is not None:
        return amount_of(cell.amount, measure)
    return words(quantity(cell, measure) if cell.answered else blank)


def look_of(content: Content) -> Look:
    if not isinstance(content.value, str):
        return styles.FIGURE
    return LONG if styles.width_of(content.shown) > SHORT_TEXT else styles.WORD


def computed(kind: str, series: Series, measure: Measure) -> Content:
    """What yibao fills in by itself, as far as it is known now."""
    if kind == Facet.TARGET:
        return amount_of(series.target, measure)
    if not series.month.answered:
        return words("")
    if kind == Facet.CUMULATIVE:
        return amount_of(series.cumulative, measure)
    return words(NO_FIGURE if series.month.state is State.NOT_APPLICABLE else change(series.change))


def amount_of(amount: Decimal | None, measure: Measure) -> Content:
    return words(NO_FIGURE) if amount is None else styles.figure(amount, measure.decimals)


def unfit(at: str, measure: Measure) -> str:
    """True for what the bot would refuse: neither blank, nor one of the words, nor a number within its bounds."""
    tests = [f"ISNUMBER({at})", f"ROUND({at},{measure.decimals})={at}"]
    if measure.minimum is not None:
        tests.append(f"{at}>={format_number(measure.minimum)}")
    if measure.maximum is not None:
        tests.append(f"{at}<={format_number(measure.maximum)}")
    said = ",".join(f'{at}="{word}"' for word in (*CHOICES, NOTHING))
    return f"NOT(OR(ISBLANK({at}),{said},IF(ISNUMBER({at}),AND({','.join(tests)}),FALSE)))"


def _fits_no_choice(at: str, words_: tuple[str, ...]) -> str:
    said = ",".join(f'{at}="{word}"' for word in words_)
    return f"NOT(OR(ISBLANK({at}),{said}))"


def guard(sheet: Worksheet, square: Square, measure: Measure) -> None:
    """A drop-down for what may be chosen, a hint, and red as soon as it holds what the bot would refuse.

    Words and dates only have the hint: a spreadsheet cannot tell a date from a text that reads as one.
    """
    offered = (*measure.choices, *CHOICES)
    listed = measure.kind in ("number", "choice") and len(",".join(offered)) <= LONGEST_LIST
    choice = DataValidation("list" if listed else None, allow_blank=True)
    if listed:
        choice.formula1 = f'"{",".join(offered)}"'
    choice.showErrorMessage, choice.showInputMessage = False, True
    choice.promptTitle = styles.inert(measure.called)[:32]
    choice.prompt = say("importing.hint", measure=measure, choices=CHOICES).unescape()[:255]
    choice.add(square)
    sheet.add_data_validation(choice)
    if measure.kind not in ("number", "choice"):
        return
    at = square.coordinate
    found = [unfit(at, measure) if measure.kind == "number" else _fits_no_choice(at, offered)]
    rule = FormulaRule(found, fill=PatternFill(bgColor=WRONG))  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(square.coordinate, rule)
