"""Message, workbook, tables, pictures and whatever else an edition is made into agree on every number, and with the hand."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

import pytest
from markupsafe import Markup

from templates import edition_outputs, outputs
from templates.message import Attachment
from templates.outputs import Output
from tests.editions import edition
from tests.templates.read_back import lines_of, numbers_in, rows_of

MESSAGE = edition_outputs.MESSAGE


@cache
def made() -> dict[str, Attachment | Markup]:
    """Everything that July's edition is made into, by name."""
    of = edition("2008-07", earlier=("2008-06",))
    found: dict[str, Attachment | Markup] = {MESSAGE: edition_outputs.message(of).text}
    for name in edition_outputs.names_of(of):
        one = edition_outputs.make(name, of)
        assert one is not None, name
        found[name] = one
    return found


@cache
def lines(name: str) -> list[str]:
    return lines_of(made()[name])


def one_line(name: str, *words: str) -> str:
    """The first line that has all these words."""
    return next(line for line in lines(name) if all(word in line for word in words))


# July typed: 工矿 1 0 1 12.5 0, 道路 5 1 4 18 0, 水上 0, 火灾 4 0 0 5.5 0; June's accidents were 2+3+0+4, and the sample
# history has 52 up to May and 82 for the seven months of the year before: 52 + 9 + 10 = 71, (71 - 82) : 82 = -13.4 %.
# 县城第二水厂: 120 up to May, 30 in June, 40 in July of 1,800: 10.6 %, of 58.3 % that seven months should have.
FACTS = [
    (Output.WORKBOOK, ("安全生产·合计事故起数",), ["10", "9", "71", "82", "13.4"]),
    (Output.WORKBOOK, ("安全生产·合计直接经济损失",), ["36", "402.1", "626.5"]),
    (Output.WORKBOOK, ("县城第二水厂", "序时进度（%）"), ["10.6", "58.3", "47.7"]),
    (Output.PROGRESS, ("县城第二水厂",), ["10.6", "58.3", "47.7"]),
    (Output.PROGRESS, ("石桅岩",), ["57.2", "58.3", "1.1"]),
    (Output.TREND, ("安全生产·合计事故起数",), ["9", "10"]),
    (Output.TREND, ("安全生产·合计直接经济损失",), ["402.1", "36"]),
    (Output.BOARD, ("应报",), ["26", "25", "24"]),
    ("sheet.safety", ("合计",), ["10", "71", "13.4", "1", "13", "18.8"]),
]


@pytest.mark.parametrize(("name", "words", "figures"), FACTS)
def test_each_output_says_what_was_calculated_by_hand(
    name: str, words: tuple[str, ...], figures: list[str]
) -> None:
    said = numbers_in(one_line(name, *words))
    wanted = [Decimal(figure).normalize() for figure in figures]
    assert [one for one in said if one in wanted][: len(wanted)] == wanted


def test_the_message_says_what_was_calculated_by_hand() -> None:
    text = " ".join(lines(MESSAGE))
    assert re.search(r"事故起数\s*10起", text)
    assert re.search(r"累计71", text)


@pytest.mark.parametrize("kind", [*Output])
def test_every_number_of_an_output_is_one_of_the_workbook(kind: Output) -> None:
    """The workbook has every figure with its source; nothing is said anywhere that cannot be followed to it."""
    if kind not in outputs.MAKERS:
        pytest.skip("not made yet")
    known = {number for line in lines(Output.WORKBOOK) for number in numbers_in(line)}
    missing = [(line, number) for line in lines(kind) for number in numbers_in(line) if number not in known]
    assert missing == []


def test_every_number_of_the_message_is_one_of_the_workbook() -> None:
    known = {number for line in lines(Output.WORKBOOK) for number in numbers_in(line)}
    missing = [
        (line, number) for line in lines(MESSAGE) for number in numbers_in(line) if number not in known
    ]
    assert missing == []


def test_the_tables_of_the_workbook_are_those_that_can_be_had_one_by_one() -> None:
    whole = lines(Output.WORKBOOK)
    for name in made():
        if name.startswith(edition_outputs.SHEET):
            one = made()[name]
            assert isinstance(one, Attachment)
            alone = [" ".join(row) for row in rows_of(one, sheets=1)]
            assert [line for line in alone if line not in whole] == [], name
