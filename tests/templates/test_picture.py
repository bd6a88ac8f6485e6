"""Pictures of tables: letters that a phone shows large enough, nothing cut off, nothing missing, never an error."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from forms.cells import NOT_APPLICABLE, NOT_MEASURED, UNANSWERED, ZERO, Cell, figure
from forms.definition import Form
from forms.table import Bases, compute
from templates.headings import Line, headings
from templates.picture import LEGEND, pages_of
from templates.picture_form import Seen, picture_of
from templates.picture_layout import (
    HEADING,
    LEAD,
    MARGIN,
    PAD,
    SMALLEST,
    TALLEST,
    TOTAL_STUB,
    WIDTH,
    Band,
    Layout,
    balanced,
    beside,
    laid_out,
    over,
    style_of,
)
from templates.picture_model import Mark, Picture, Square, from_json, packed, unpacked
from templates.picture_type import Style, drawable
from templates.report import Label
from tests.templates.test_workbook import BEFORE, LAST_YEAR, june, safety, spread

LONG_UNIT = "永嘉县人民政府瓯北镇三江商务区开发建设管理委员会办公室（示例）"
NAMES = (
    "41省道永嘉段改建工程",
    "瓯北镇三江商务区基础设施及安置房配套工程（一期）",
    "楠溪江供水工程",
    "县体育中心",
)
FIELDS = (
    "建设规模及主要内容",
    "建设年限",
    "总投资（万元）",
    "年度计划投资（万元）",
    "本月完成投资（万元）",
    "本年累计完成投资（万元）",
    "占年度计划%",
    "序时进度%",
    "偏差（百分点）",
    "开工至今累计（万元）",
    "占总投资%",
    "是否达序时",
    "形象进度",
    "责任单位",
)


def number(text: str) -> Square:
    return Square(text, figure=True)


def seen(**what: Any) -> Seen:
    return Seen(Label("安全生产", "2008-06"), LONG_UNIT, "张示例", **what)


def county() -> Picture:
    """附件3 with 15 columns, one row of it missing, one the reader's own with a corrected figure."""
    cells = {at: cell for at, cell in june().items() if not at.startswith("water.")}
    table = compute(safety(), cells, Bases(spread(BEFORE), spread(LAST_YEAR)))
    own = [at for at in cells if at.startswith("road.")]
    return picture_of(
        safety(),
        table,
        seen(own=own, changed=["road.loss"], returned=["road.deaths"], notes=("合计不含未报的水上交通。",)),
    )


def projects(count: int = 30) -> Picture:
    """A list of records: a project a row, long names and long texts among figures."""
    rows = [
        (
            Square("新建道路12.4公里，双向四车道，含隧道2座、大桥3座"),
            Square("2006-2009"),
            number("128000"),
            number("24000"),
            Square("1850.5", figure=True, mark=Mark.CHANGED if place % 7 == 0 else Mark.NONE),
            number("11240.5"),
            number("46.8"),
            number("50.0"),
            number("−3.2"),
            number("78210.5"),
            number("61.1"),
            Square("否"),
            Square(
                "路基工程完成92%，隧道左洞贯通，右洞掘进1240米；K12+300桥梁桩基全部完成，正在进行承台施工。"
            ),
            Square("县交通局"),
        )
        for place in range(count)
    ]
    return Picture(
        "6月份重点工程建设进展情况报告表",
        "【重点工程】6月份报告表",
        (f"填报单位：{LONG_UNIT}", "审核人：张示例（未签字）"),
        ("项目名称",),
        tuple(Line(f"c{place}", (title,)) for place, title in enumerate(FIELDS)),
        (
            *(Line(f"p{place}", (f"{place + 1}. {NAMES[place % 4]}",)) for place in range(count)),
            Line("total", ("合计",)),
        ),
        (*rows, tuple(number("1234567.8") if one.figure else Square("—") for one in rows[0])),
        frozenset({count}),
        ("注：示例数据。",),
    )


def emissions() -> Picture:
    """Twelve columns under two headings, eight rows with three facets each."""
    columns = [
        Line(
            f"m{place}", (("化学需氧量（吨）", "二氧化硫（吨）")[place // 6], f"{NAMES[place % 4][:6]}减排量")
        )
        for place in range(12)
    ]
    facets = ("本月", "累计", "同比±%")
    rows = [
        Line(f"i{item}", (f"第{item + 1}类污染源", facet), facet) for item in range(8) for facet in facets
    ]
    squares = tuple(tuple(number(f"{3 * r + c}.25") for c in range(12)) for r in range(len(rows)))
    return Picture(
        "6月份减排", "减排", ("填报单位：县环保局",), ("类别",), tuple(columns), tuple(rows), squares
    )


def energy() -> Picture:
    """Two rows and 22 columns, each under the name of a town or an enterprise."""
    columns = [
        Line(f"m{place}", (f"{LONG_UNIT[:14]}{place // 2}", ("能耗", "电耗")[place % 2]))
        for place in range(22)
    ]
    rows = [Line(name, (title,)) for name, title in (("now", "第二季度"), ("target", "年度目标"))]
    squares = tuple(tuple(number("0.235") for _ in columns) for _ in rows)
    return Picture(
        "第二季度节能降耗", "节能", ("填报单位：县经贸局",), ("指标",), tuple(columns), tuple(rows), squares
    )


PICTURES = {
    "county": county(),
    "projects": projects(),
    "five projects": projects(5),
    "emissions": emissions(),
    "energy": energy(),
}
EACH = pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES.keys())


def bands(layout: Layout) -> Iterator[Band]:
    for page in layout.pages:
        yield from page


def texts(layout: Layout, band: Band) -> Iterator[tuple[Style, str, int, int]]:
    """(style, text, width, height) of every box of a band."""
    picture = layout.picture
    for one in over(band, picture):
        width = sum(band.widths[one.first : one.last + 1])
        yield HEADING, one.title, width, sum(band.head[one.top : one.bottom + 1])
    for one in beside(band, picture):
        height = sum(band.heights[one.first : one.last + 1])
        yield TOTAL_STUB, one.title, sum(band.stub[one.top : one.bottom + 1]), height
    yield HEADING, "\n".join(picture.corner), sum(band.stub), sum(band.head)
    for row, height in zip(band.rows.places, band.heights, strict=True):
        for column, width in zip(band.columns.places, band.widths, strict=True):
            square = picture.squares[row][column]
            yield style_of(square), square.text, width, height


def without_spaces(text: str) -> str:
    return "".join(drawable(text).split())


@EACH
def test_every_text_stands_whole_inside_its_box(picture: Picture) -> None:
    layout = laid_out(picture)
    for band in bands(layout):
        assert band.width <= WIDTH - 2 * MARGIN
        for style, text, width, height in texts(layout, band):
            lines = style.wrap(text, width - 2 * PAD)
            assert without_spaces("".join(lines)) == without_spaces(text)
            assert max(map(style.width, lines)) <= width - 2 * PAD + 2
            assert style.height(len(lines)) <= height - LEAD


@EACH
def test_every_square_is_drawn_once(picture: Picture) -> None:
    drawn = [
        (row, column)
        for band in bands(laid_out(picture))
        for row in band.rows.places
        for column in band.columns.places
    ]
    assert len(drawn) == len(set(drawn)) == len(picture.rows) * len(picture.columns)


@EACH
def test_every_band_says_whose_rows_and_columns_these_are(picture: Picture) -> None:
    layout = laid_out(picture)
    for band in bands(layout):
        assert {one.first for one in over(band, picture) if one.bottom == len(band.head) - 1} == set(
            range(len(band.widths))
        )
        named = {place for one in beside(band, picture) for place in range(one.first, one.last + 1)}
        assert named == set(range(len(band.heights)))


@EACH
def test_a_figure_is_in_one_line(picture: Picture) -> None:
    layout = laid_out(picture)
    for band in bands(layout):
        for row in band.rows.places:
            for column, width in zip(band.columns.places, band.widths, strict=True):
                if (square := picture.squares[row][column]).figure:
                    assert len(style_of(square).wrap(square.text, width - 2 * PAD)) == 1


@EACH
def test_a_page_is_a_picture_that_telegram_takes_and_a_phone_shows_whole(picture: Picture) -> None:
    for page in pages_of(picture):
        width, height = Image.open(io.BytesIO(page)).size
        assert width == WIDTH
        assert height <= TALLEST
        assert width + height <= 10_000
        assert height <= 20 * width
        assert len(page) < 1_000_000


def test_letters_are_large_enough_on_a_phone() -> None:
    assert SMALLEST * 390 / WIDTH >= 12  # points on a usual phone
    assert SMALLEST * 360 / WIDTH >= 11  # and on a narrow one
    assert SMALLEST * min(1, 1280 / TALLEST) >= 22  # pixels, after Telegram has made it smaller


def test_the_same_table_gives_the_same_bytes_in_another_process() -> None:
    picture = county()
    run = [sys.executable, "-I", "-m", "templates.picture"]
    there = subprocess.run(run, input=json.dumps(picture.as_json()).encode(), capture_output=True, check=True)
    assert unpacked(there.stdout) == pages_of(picture)


def test_the_process_that_draws_needs_only_pillow() -> None:
    """It starts in a tenth of a second because it imports neither pydantic nor openpyxl."""
    code = "import sys, templates.picture; print({'pydantic', 'openpyxl', 'jinja2', 'telegram'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=True, text=True)
    assert said.stdout.strip() == "set()"


def test_the_whole_safety_table_is_one_page() -> None:
    assert len(pages_of(county())) == 1


def test_numbers_stand_to_the_right_and_words_in_the_middle() -> None:
    picture = Picture(
        "表", "", (), ("类",), (Line("a", ("当月",)),), (Line("r", ("甲",)), Line("s", ("乙",))),
        ((number("7"),), (Square("持平"),)),
    )  # fmt: skip
    (band,) = next(iter(laid_out(picture).pages))
    image = Image.open(io.BytesIO(pages_of(picture)[0])).convert("L")
    left = MARGIN + sum(band.stub)
    top = laid_out(picture).top + sum(band.head)
    for place, height in enumerate(band.heights):
        box = (left + 4, top + 4, left + band.widths[0] - 4, top + height - 4)
        ink = image.crop(box).point(lambda shade: 255 if shade < 128 else 0).getbbox()
        assert ink is not None
        spare_left, spare_right = ink[0], box[2] - box[0] - ink[2]
        if place == 0:
            assert spare_right <= PAD + 2
            assert spare_left > 10 * spare_right
        else:
            assert abs(spare_left - spare_right) <= 4
        top += height


def test_a_changed_figure_has_a_sign_that_is_seen_without_colours() -> None:
    def shade(mark: Mark) -> list[int]:
        picture = Picture(
            "表",
            "",
            (),
            ("类",),
            (Line("a", ("当月",)),),
            (Line("r", ("甲",)),),
            ((Square("7", True, mark=mark),),),
        )
        layout = laid_out(picture)
        band = layout.pages[0][0]
        left, top = MARGIN + sum(band.stub), layout.top + sum(band.head)
        image = Image.open(io.BytesIO(pages_of(picture)[0])).convert("L")
        return list(image.crop((left + 6, top + 6, left + 14, top + 14)).tobytes())

    plain, changed, returned = (sum(shade(mark)) / 64 for mark in (Mark.NONE, Mark.CHANGED, Mark.RETURNED))
    assert plain - changed > 100
    assert plain - returned > 100
    assert set(LEGEND) == set(Mark) - {Mark.NONE}


def test_the_units_of_figures_are_named() -> None:
    titles = {title for line in county().columns for title in line.titles}
    assert "其中一次死亡3人以上事故（起）" in titles
    assert "直接经济损失(万元)" in titles  # says it already
    assert "事故起数" in titles


def test_notes_take_a_page_of_their_own_only_where_no_other_has_room() -> None:
    five = projects(5)
    few, many = (replace(five, notes=("注：示例数据。",) * count) for count in (3, 200))
    assert all(laid_out(few).pages)
    assert laid_out(few).pages[laid_out(few).noted]
    assert laid_out(many).pages[-1] == ()
    assert laid_out(many).noted == len(laid_out(many).pages) - 1


def test_rows_of_one_item_are_not_torn_apart() -> None:
    picture = emissions()
    for band in bands(laid_out(picture)):
        keys = [picture.rows[place].key for place in band.rows.places]
        assert all(keys.count(key) == 3 for key in keys)


def test_parts_are_as_few_as_fit_and_about_equal() -> None:
    assert [len(part.places) for part in balanced([10] * 9, 40)] == [3, 3, 3]
    assert [len(part.places) for part in balanced([10, 90, 10], 40)] == [1, 1, 1]


def test_a_text_is_broken_between_words_and_never_before_a_closing_mark() -> None:
    style = Style(34)
    assert style.wrap("累计比去年同期±%", 34 * 5) == ["累计比去年", "同期±%"]
    assert style.wrap("完成，继续", 34 * 2 + 4) == ["完", "成，", "继续"]
    assert style.wrap("12345.67", 40) == list("1234567")[:0] + style.wrap("12345.67", 40)
    assert "".join(style.wrap("12345.67", 40)) == "12345.67"


def test_a_letter_that_the_font_lacks_is_drawn_plain() -> None:
    assert drawable("SO₂减排量（km²）") == "SO2减排量（km²）"
    assert Style(34).wrap("SO₂", 200) == ["SO2"]
    assert drawable("龘") == "龘"


CELLS = st.one_of(
    st.sampled_from([UNANSWERED, ZERO, NOT_APPLICABLE, NOT_MEASURED]),
    st.decimals(min_value=Decimal("-1e15"), max_value=Decimal("1e15"), places=4).map(figure),
)


def form_of(facets_on: str) -> Form:
    return safety(facets_on=facets_on)


@st.composite
def filled(draw: st.DrawFn) -> tuple[Form, dict[str, Cell], Bases, Seen]:
    form = form_of(draw(st.sampled_from(["measures", "items"])))
    addresses = [f"{item}.{measure}" for item, measure in form.typed_cells]
    cells = draw(st.dictionaries(st.sampled_from(addresses), CELLS))
    some = st.lists(st.sampled_from(addresses), max_size=4)
    amounts = st.dictionaries(st.sampled_from(addresses), st.decimals(0, 10**12, places=2))
    bases = Bases(draw(amounts), draw(amounts), gaps=frozenset(draw(some)))
    note = draw(st.text(max_size=40))
    return form, cells, bases, seen(own=draw(some), changed=draw(some), returned=draw(some), notes=(note,))


@given(filled())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_state_of_any_cell_can_be_drawn(sheet: tuple[Form, dict[str, Cell], Bases, Seen]) -> None:
    form, cells, bases, shown = sheet
    picture = picture_of(form, compute(form, cells, bases), shown)
    assert from_json(json.loads(json.dumps(picture.as_json()))) == picture
    layout = laid_out(picture)
    for band in bands(layout):
        for style, text, width, _ in texts(layout, band):
            assert without_spaces("".join(style.wrap(text, width - 2 * PAD))) == without_spaces(text)
    assert pages_of(picture)


@given(st.text(max_size=300), st.text(max_size=60), st.booleans())
@settings(max_examples=30, deadline=None)
def test_any_text_can_be_drawn(long: str, title: str, figured: bool) -> None:
    picture = Picture(
        title,
        "",
        (long,),
        (title,),
        (Line("a", (title,)),),
        (Line("r", (long,)),),
        ((Square(long, figured),),),
    )
    assert pages_of(picture)


def test_pages_are_told_apart_again() -> None:
    assert unpacked(packed([b"one", b"", b"three"])) == [b"one", b"", b"three"]


def test_headings_of_a_column_are_found_again_in_each_band() -> None:
    assert len(list(headings(emissions().columns))) == 14
