"""What people send is read exactly or refused by its reason, in a process that cannot hurt us."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from bot.uploads import read_apart
from templates import read_workbook
from templates.read_workbook import NotRead, Read, read, understood
from tests.templates import hostile
from tests.templates.hostile import HOSTILE, changed, good, key_at, with_formula, write

ROAD = {
    "road.accidents": "3",
    "road.deaths": "1",
    "road.injured": "2",
    "road.loss": "15.6",
    "road.severe": "0",
}


async def test_a_filled_workbook_says_where_it_belongs_and_what_it_holds() -> None:
    found = await read_apart(good())
    assert found.head == {
        "form": "safety",
        "version": "1",
        "period": "2008-06",
        "unit": "traffic_police",
        "task": "7",
    }
    assert found.cells == ROAD
    assert found.problem is None


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_hostile_file_is_refused_by_its_reason_in_two_seconds(kind: str) -> None:
    make, problem = HOSTILE[kind]
    content = make()
    assert len(content) < 5 << 20
    since = time.perf_counter()
    assert (await read_apart(content)).problem == problem
    assert time.perf_counter() - since < 3  # 2 on a machine that does nothing else


def test_the_process_that_reads_cannot_take_200_megabytes() -> None:
    script = f"import runpy; runpy.run_path({read_workbook.__file__!r})['_limit'](); bytes(200 << 20)"
    died = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True)
    assert b"MemoryError" in died.stderr


@pytest.mark.parametrize(
    ("value", "read_as"), [(b"4", "4"), (b"0.1", "0.1"), (None, None), (b"#DIV/0!", None)]
)
async def test_a_formula_is_its_last_value_and_without_one_it_is_told(
    value: bytes | None, read_as: str | None
) -> None:
    kind = b' t="e"' if value and value.startswith(b"#") else b""
    found = await read_apart(with_formula("1/0", value, kind))
    assert found.cells.get("road.accidents") == read_as
    assert found.without_value == (() if read_as else ("road.accidents",))
    assert found.cells["road.loss"] == "15.6"


async def test_a_link_to_another_workbook_is_only_its_last_value() -> None:
    assert (await read_apart(hostile.outside_link())).cells["road.accidents"] == "4"


async def test_text_that_looks_like_a_formula_is_text() -> None:
    def type_it(sheet: Worksheet) -> None:
        cell = sheet.cell(key_at(sheet, "narrative.progress"), 3)
        cell.value = '=HYPERLINK("http://x","点")'
        cell.data_type = "s"

    found = await read_apart(changed(good(), type_it))
    assert found.cells["narrative.progress"] == '=HYPERLINK("http://x","点")'


def refused(content: bytes) -> str:
    with pytest.raises(NotRead) as problem:
        read(content)
    return str(problem.value)


def swap(one: str, other: str) -> Callable[[Worksheet], None]:
    """Two whole columns change places, as with cut and insert."""

    def work(sheet: Worksheet) -> None:
        sheet.unmerge_cells("B2:V2")
        first, second = key_at(sheet, one), key_at(sheet, other)
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        for at in range(1, sheet.max_row + 1):
            a, b = sheet.cell(at, first), sheet.cell(at, second)
            a.value, b.value = b.value, a.value

    return work


def test_columns_may_change_places() -> None:
    assert read(changed(good(), swap("accidents", "loss")))["cells"] == ROAD


def test_rows_and_columns_may_be_put_in_and_rows_may_be_missing() -> None:
    def work(sheet: Worksheet) -> None:
        sheet.insert_rows(1)
        sheet.insert_cols(1)
        at = next(r for r in range(1, 40) if sheet.cell(r, 2).value == "narrative.progress")
        sheet.delete_rows(at)

    assert read(changed(good(), work))["cells"] == ROAD


def test_headings_that_were_moved_without_their_columns_are_refused() -> None:
    def work(sheet: Worksheet) -> None:
        first, second = key_at(sheet, "accidents"), key_at(sheet, "deaths")
        sheet.cell(4, first).value, sheet.cell(4, second).value = "死亡人数", "事故起数"

    assert refused(changed(good(), work)) == "headings"


def test_a_column_that_is_there_twice_is_refused() -> None:
    assert refused(changed(good(), lambda sheet: sheet.cell(1, 40, "deaths"))) == "headings"


def test_a_workbook_without_its_hidden_sheet_or_its_keys_is_not_ours() -> None:
    assert refused(changed(good(), lambda sheet: sheet.parent.remove(sheet.parent["meta"]))) == "not_ours"  # type: ignore[union-attr]
    assert refused(changed(good(), lambda sheet: sheet.delete_rows(1))) == "not_ours"


def test_a_hidden_sheet_before_ours_is_not_looked_at() -> None:
    def work(sheet: Worksheet) -> None:
        other = sheet.parent.create_sheet("另一张", 0)  # type: ignore[union-attr]
        other["A1"], other.sheet_state = "3", "hidden"

    assert read(changed(good(), work))["cells"] == ROAD


def test_two_texts_in_one_narrative_are_told() -> None:
    def work(sheet: Worksheet) -> None:
        at = key_at(sheet, "narrative.progress")
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        sheet.cell(at, 3).value, sheet.cell(at, 5).value = "一", "二"

    found = read(changed(good(), work))
    assert found["several"] == ["narrative.progress"]
    assert "narrative.progress" not in found["cells"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (15.600000000000001, "15.6"),
        (0.1 + 0.2, "0.3"),
        (1e21, "1000000000000000000000"),
        (1e-7, "0.0000001"),
        (123456789012345, "123456789012345"),
        (True, "TRUE"),
        (" 3 ", "3"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_a_number_is_what_a_spreadsheet_shows_of_it(value: object, text: str) -> None:
    content = changed(good(), lambda sheet: write(sheet, "road", loss=value))
    assert read(content)["cells"]["road.loss"] == text


@pytest.mark.parametrize("output", [b"", b'{"problem": "nonsense"}'])
def test_a_process_that_died_or_said_nonsense_is_a_refusal(output: bytes) -> None:
    assert understood(output) in (Read(problem="too_heavy"), Read(problem="broken"))
