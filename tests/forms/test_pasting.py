"""A pasted block is read as exactly the cells that its titles name, or refused; an ordinary answer is never one."""

from __future__ import annotations

import time
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import assume
from hypothesis import given as over
from hypothesis import strategies as st

from forms.blocks import is_figure
from forms.cells import ZERO, figure
from forms.definition import Form
from forms.importing import propose
from forms.listing import Entry, with_records
from forms.pasting import Pasted, recognise, wrong_totals
from forms.problems import Refused
from forms.questions import SUMMARY, Part, Question, parse_question, part_of, sequence
from tests.forms.examples import pollution, raw_safety, row, safety

FORM = safety()
ROAD = part_of(FORM, "traffic_police")
ASKED = parse_question("row:road")
TOLD = parse_question("narrative.schedule".join(["narrative:", ""]))
EVERY = [parse_question(f"reason:{item}") for item in FORM.items] + [SUMMARY]


def read(text: str, part: Part = ROAD, asked: Question = ASKED) -> dict[str, str] | None:
    found = recognise(part, asked, text)
    return None if found is None else dict(found.given.cells)


def why(text: str, part: Part = ROAD, asked: Question = ASKED) -> str:
    with pytest.raises(Refused) as refused:
        recognise(part, asked, text)
    return refused.value.key


def whole(form: Form) -> Part:
    """Everything that is typed in a form, as if it were one unit's."""
    rows: dict[str, list[str]] = {}
    for item, measure in form.typed_cells:
        rows.setdefault(item, []).append(f"{item}.{measure}")
    return Part(form, {item: tuple(row) for item, row in rows.items()}, part_of(form, form.lead).narratives)


WHOLE = whole(FORM)
TYPED_ITEMS = ["industry", "road", "water", "fire"]


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[str], dict[str, str]]:
    """Rows and columns in any order, some of them missing, with a figure in each cell."""
    items = draw(st.permutations(TYPED_ITEMS))[: draw(st.integers(1, 4))]
    measures = draw(st.permutations(list(FORM.measures)))[: draw(st.integers(1, 5))]
    figures = {f"{item}.{measure}": str(draw(st.integers(0, 9999))) for item in items for measure in measures}
    return items, measures, figures


def rendered(
    items: list[str],
    measures: list[str],
    cells: dict[str, str],
    *,
    sep: str,
    heads: bool,
    titles: bool,
    short: bool,
) -> str:
    called = [FORM.measures[m].short if short else FORM.measures[m].title for m in measures]
    lines = [sep.join([*(["统计类别"] if titles else []), *called])] if heads else []
    for item in items:
        lines.append(
            sep.join(
                [*([FORM.items[item].title] if titles else []), *(cells[f"{item}.{m}"] for m in measures)]
            )
        )
    return "\r\n".join(lines)


SEPARATORS = st.sampled_from(["\t", "  ", " ", "\u3000"])


@over(tables(), SEPARATORS, st.booleans())
def test_a_table_with_titles_and_headings_is_read_in_any_order(table, sep: str, short: bool) -> None:
    items, measures, cells = table
    text = rendered(items, measures, cells, sep=sep, heads=True, titles=True, short=short)
    assert read(text, WHOLE, SUMMARY) == cells


@over(tables(), SEPARATORS, st.booleans(), st.booleans(), st.booleans())
def test_without_some_of_them_it_is_the_same_cells_or_none(
    table, sep: str, heads: bool, titles: bool, short: bool
) -> None:
    """Rows and columns that are told by their number alone stand in printed order, or the text says nothing."""
    items, measures, cells = table
    items = items if titles else [key for key in FORM.items if key in items]
    measures = measures if heads else [key for key in FORM.measures if key in measures]
    text = rendered(items, measures, cells, sep=sep, heads=heads, titles=titles, short=short)
    try:
        found = read(text, WHOLE, SUMMARY)
    except Refused:
        return
    assert found in (None, cells)


@over(tables(), st.booleans(), st.randoms())
def test_what_is_not_own_computed_or_loaded_is_left_out(table, official: bool, random) -> None:
    """The official layout: three facets under each heading, totals, other units' rows."""
    items, measures, cells = table
    assume("road" in items)
    facets = ["当月", "累计", "累计比去年同期±%"]
    if not official:
        random.shuffle(facets)
    top = "\t".join(["统计类别", *(f"{FORM.measures[m].title}\t\t" for m in measures)])
    under = "\t".join(["", *("\t".join(facets) for _ in measures)])

    def line(item: str, figures: dict[str, str]) -> str:
        texts = [
            figures.get(f"{item}.{m}", "7") if facet == "当月" else "8888"
            for m in measures
            for facet in facets
        ]
        return "\t".join([FORM.items[item].title, *texts])

    text = "\n".join([top, under, *(line(item, cells) for item in items), line("total", {})])
    assert read(text) == {at: figures for at, figures in cells.items() if at.startswith("road.")}


ANSWERS = st.one_of(
    st.text(max_size=200),
    st.lists(st.integers(0, 99).map(str), min_size=1, max_size=6).map(" ".join),
    st.lists(
        st.sampled_from(
            ["道路交通", "整治", "3处", "事故起数", "下降", "，", " ", "\n", "5", "本月工作进展", "："]
        )
    ).map("".join),
)


@over(ANSWERS)
def test_what_is_said_in_one_line_without_a_title_before_it_is_no_block(text: str) -> None:
    line = text.replace("\t", " ").replace("\r", " ").replace("\n", " ").strip()
    titles = [*(i.title for i in FORM.items.values()), *(n.title for n in FORM.narratives.values())]
    assume(not any(title in line for title in titles))
    for asked in (*sequence(ROAD, by_cell=False), *sequence(ROAD, by_cell=True), SUMMARY):
        assert recognise(ROAD, asked, line) is None


@over(
    st.lists(st.sampled_from(["3", "1", "2.5", "无", "不适用", "１２"]), min_size=5, max_size=5),
    st.sampled_from(" \t\n"),
)
def test_the_row_that_is_asked_is_never_a_block(tokens: list[str], sep: str) -> None:
    assert recognise(ROAD, ASKED, sep.join(tokens)) is None


@over(ANSWERS, ANSWERS)
def test_prose_of_two_lines_is_no_block_while_a_text_is_asked(one: str, other: str) -> None:
    text = f"{one}\n{other}".replace("\t", " ")
    assume(not any(item.title in text for item in (*FORM.items.values(), *FORM.narratives.values())))
    assume(sum(map(is_figure, text.split())) * 2 <= len(text.split()))
    assert recognise(ROAD, TOLD, text) is None


@over(st.text(st.sampled_from(list('\t\n 1道路交通：合计"(（,，、。3无—本月工作进展')), max_size=300))
def test_anything_is_read_refused_or_left_alone(text: str) -> None:
    for asked in (ASKED, TOLD, SUMMARY, parse_question("reason:road")):
        with suppress(Refused):
            found = recognise(ROAD, asked, text)
            assert found is None or set(found.given.cells) <= set(ROAD.addresses)


@pytest.mark.parametrize(
    "text",
    [
        "1" * 4096,
        "\t" * 4096,
        "1\t" * 2048,
        "1\n" * 2048,
        "道路交通\t" * 800,
        "合计：" * 1365,
        '"' * 4096,
        '"\t\n' * 1365,
        "1," * 2048,
        "本月工作进展：\n" * 500,
        ("事故起数\t" * 500 + "\n") + "1\t" * 500,
    ],
)
def test_a_hostile_text_takes_no_time(text: str) -> None:
    began = time.process_time()
    for asked in (ASKED, TOLD, SUMMARY):
        try:
            recognise(ROAD, asked, text)
        except Refused:
            continue
    assert time.process_time() - began < 1


ROW = "道路交通\t3\t1\t2\t15.6\t0"


def test_a_single_row_is_known_by_its_title() -> None:
    wanted = dict(zip(ROAD.figures, ("3", "1", "2", "15.6", "0"), strict=True))
    for text in (
        ROW,
        ROW.replace("\t", "  "),
        ROW.replace("\t", "：", 1).replace("\t", " "),
        f"1.{ROW}",
        f'"道路交通\n"{ROW[4:]}',
    ):
        assert read(text) == wanted


def test_a_heading_may_carry_its_own_unit_and_no_other() -> None:
    heads = "类别\t事故起数(起)\t死亡（人）\t受伤\t直接经济损失\t一次死亡3人以上事故"
    assert read(f"{heads}\n{ROW}") == read(ROW)
    assert why(f"{heads.replace('损失', '损失（元）')}\n{ROW}") == "paste.column"
    assert why(f"{heads.replace('(起)', '(件)')}\n{ROW}") == "paste.column"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("道路交通\t3\t1\t2\t15.6", "paste.columns"),
        ("道路交通\t3\t1\t\t2\t15.6\t0", "paste.columns"),
        ("道路交通\t3\t\t\t1\t\t\t2\t\t\t\t60\t\t0", "paste.columns"),
        ("事故起数 死亡 受伤\n道路交通 3 1", "paste.ragged"),
        ("事故起数\t死亡\t受伤\n道路交通\t3\t1", "paste.ragged"),
        (f"{ROW}\n{ROW}", "paste.twice"),
        (f"{ROW}\n公路\t3\t1\t2\t15.6\t0", "paste.row"),
        ("火灾\t3\t1\t2\t15.6\t0", "paste.not_yours"),
        ("合计\t3\t1\t2\t15.6\t0", "paste.nothing"),
        ("\t事故起数\t死亡\n道路交通\t3\t1\t9", "paste.unheaded"),
        ("事故起数 死亡\n道路交通 3 1\n火灾 3", "paste.ragged"),
        ("类别 事故起数 死亡 受伤\n道路交通 3 1", "paste.ragged"),
        ("事故起数 死亡\n当月 当月\n道路交通 3 1", "paste.merged"),
        ("\t事故起数\t死亡\n\t3\t1\n\t3\t1", "paste.rows"),
        ("类别\t起数\t死\t伤\t损失\t重大\n" + ROW, "paste.heading"),
        ("类别\t事故起数\n公路\t3", "paste.row"),
        ("3 1 2 15.6 0\n3 1 2 15.6 0", "paste.shape"),
        ("您好\n本月工作进展：a\n下月工作计划：b", "paste.line"),
    ],
)
def test_an_unclear_block_is_refused_and_named(text: str, key: str) -> None:
    assert why(text) == key


def test_the_official_row_without_headings_fits_one_reading() -> None:
    """Fifteen figures of the one row that the unit has: each third is 当月. A blank one says nothing."""
    blanks = "道路交通\t3\t\t\t1\t\t\t2\t\t\t\t60\t\t0\t\t"
    assert read(blanks) == {at: text for at, text in (read(ROW) or {}).items() if at != "road.loss"}
    text = "3\t21\t−12.5%\t1\t6\t持平\t2\t23\t−17.9%\t15.6\t74\t-2.6\t0\t0\t持平"
    assert read(text) == read(ROW)


def test_four_rows_without_titles_are_the_four_that_are_typed() -> None:
    lines = ["1 0 0 1 0", "2 0 0 2 0", "3 0 0 3 0", "4 0 0 4 0"]
    found = read("\n".join(lines), WHOLE)
    assert found is not None
    assert [found[f"{item}.loss"] for item in TYPED_ITEMS] == ["1", "2", "3", "4"]
    five = read("\n".join([*lines, "10 0 0 10 0"]), WHOLE)
    assert five == found
    assert why("\n".join(lines[:3]), WHOLE) == "paste.shape"
    assert (
        why(
            "\n".join(
                [
                    "1\t0\t0\t1\t0",
                    "\t\t\t\t",
                    "3\t0\t0\t3\t0",
                    "4\t0\t0\t4\t0",
                    "5\t0\t0\t5\t0",
                    "6\t0\t0\t6\t0",
                ]
            ),
            WHOLE,
        )
        == "paste.shape"
    )


def test_facets_under_the_rows_are_known_too() -> None:
    part = part_of(pollution(), "plant_unit")
    text = "单位\t\tCOD\tSO2\t合计\n电厂\t当月\t1.5\t2\t3.5\n\t累计\t9\t9\t9\n\t同比±%\t9\t9\t9\n纸厂\t当月\t7\t7\t14"
    found = recognise(part, SUMMARY, text)
    assert found is not None
    assert found.given.cells == {"plant.cod": "1.5", "plant.so2": "2"}
    assert found.others == ("纸厂",)


def told(text: str, asked: Question = ASKED) -> Pasted:
    found = recognise(ROAD, asked, text)
    assert found is not None
    return found


def test_texts_are_known_by_their_titles_and_go_on_over_lines() -> None:
    found = told("一、本月工作进展：整治10处\n第二行\n\n第三行\n下月工作计划\n继续", TOLD)
    assert found.given.cells == {
        "narrative.progress": "整治10处\n第二行\n\n第三行",
        "narrative.next_plan": "继续",
    }


def test_a_text_told_twice_in_other_words_is_a_bad_cell() -> None:
    found = told("本月工作进展：甲\n下月工作计划：乙\n本月工作进展：丙")
    assert [one.refused.key for one in propose(ROAD, found.given, {}, ()).bad] == ["import.several"]


def test_the_text_that_is_asked_and_prose_with_titles_in_it_are_ordinary_answers() -> None:
    for text in (
        "本月计划时序进度：按计划",
        "按计划\n下月工作计划：继续",
        "道路交通 加强 巡逻",
        "死亡 受伤\n均比上月下降",
    ):
        assert recognise(ROAD, TOLD, text) is None


def test_totals_are_compared_where_all_their_parts_are_known() -> None:
    heads = "类别\t事故起数\t死亡"
    other = "工矿企业\t1\t0\n水上交通\t0\t0\n火灾\t1\t0"
    found = told(f"{heads}\n道路交通\t3\t1\n{other}\n合计\t6\t1")
    (wrong,) = wrong_totals(ROAD, found, {})
    assert (wrong.address, wrong.pasted, wrong.computed) == (
        "total.accidents",
        figure(Decimal(6)),
        figure(Decimal(5)),
    )
    alone = told(f"{heads}\n道路交通\t3\t1\n合计\t6\t1")
    assert wrong_totals(ROAD, alone, {}) == []
    zero = told(f"{heads}\n道路交通\t0\t0\n{other.replace('1', '0')}\n合计\t0\t1")
    assert [one.computed for one in wrong_totals(ROAD, zero, row(FORM, "fire", "0 0 0 0 0"))] == [ZERO]


def test_a_caption_of_another_period_is_refused() -> None:
    for caption in ("5月份安全生产情况", "2008年5月份", "五\n５月份", "第二季度"):
        with pytest.raises(Refused, match=r"paste\.period"):
            recognise(ROAD, ASKED, f"{caption}\n{ROW}", "6月份")
    assert recognise(ROAD, ASKED, f"6月份安全生产情况\n{ROW}", "6月份") is not None


def test_headings_beside_rows_and_columns_with_fewer_facets_are_known() -> None:
    raw = raw_safety()
    raw["grid"]["items"][0]["under"] = ["其中"]
    raw["grid"]["measures"][4]["facets"] = ["month"]
    form = Form.model_validate(raw)
    part = part_of(form, "anjian")
    wanted = {"industry.accidents": "3", "industry.deaths": "1"}
    assert read("类别\t\t事故起数\t死亡\n其中\t工矿企业\t3\t1\n火灾\t\t4\t0", part) == wanted
    assert read("类别\t事故起数\t死亡\n其中工矿企业\t3\t1", part) == wanted
    row = "工矿企业\t" + "\t".join(["3\t9\t-", "1\t9\t-", "2\t9\t-", "4\t9\t-", "0"])
    assert read(row, part) == {
        f"industry.{key}": text for key, text in zip(form.measures, "31240", strict=True)
    }


PROJECTS = Form.model_validate(
    {
        "key": "projects",
        "version": 1,
        "title": "示例项目表",
        "short": "示例项目",
        "lead": "reform",
        "header_unit": "县发展和改革局",
        "grid": {
            "facets_on": "measures",
            "facets": [{"kind": "month", "title": "本月"}],
            "measures": [
                {"key": "total", "title": "总投资", "short": "总投资", "unit": "万元", "once": "ever"},
                {"key": "before", "title": "至上年底", "short": "至上年底", "unit": "万元", "once": "ever"},
                {"key": "plan", "title": "年度计划", "short": "年度计划", "unit": "万元", "once": "year"},
                {"key": "done", "title": "本月完成投资", "short": "本月完成投资", "unit": "万元"},
                {"key": "begun", "title": "开工情况", "short": "开工", "unit": "", "kind": "choice", "choices": ["未开工", "已开工"]},
                {"key": "image", "title": "形象进度", "short": "形象进度", "unit": "", "kind": "text"},
            ],
            "records": {
                "done": "done", "plan": "plan", "before": "before", "total": "total",
                "begun": "begun", "begun_words": ["已开工"],
                "columns": [
                    {"shown": "number", "title": "序号"},
                    {"shown": "title", "title": "项目名称"},
                    {"shown": "unit", "title": "责任单位"},
                    {"field": "plan", "title": "年度计划", "under": ["投资（万元）"]},
                    {"field": "done", "title": "本月完成", "under": ["投资（万元）"]},
                    {"shown": "cumulative", "of": ["done"], "title": "本年累计", "under": ["投资（万元）"]},
                    {"field": "image", "title": "形象进度"},
                    {"field": "begun", "title": "开工情况"},
                ],
            },
        },
    }
)  # fmt: skip
KNOWN = {"total": "900", "before": "0", "plan": "300"}
LIST = with_records(
    PROJECTS,
    [
        Entry(key, title, "reform", "县发改局", values=KNOWN)
        for key, title in (("a", "示例大桥"), ("b", "示例水库"))
    ],
)


def test_a_list_of_records_is_known_by_the_headings_that_it_prints() -> None:
    """What the record brings, and what is computed, is not taken; texts and choices are."""
    part = part_of(LIST, "reform")
    top = "序号\t项目名称\t责任单位\t投资（万元）\t\t\t形象进度\t开工情况"
    under = "\t\t\t年度计划\t本月完成\t本年累计\t\t"
    lines = "1\t示例大桥\t县发改局\t300\t20\t80\t桥墩 完成一半\t已开工\n2\t示例水库\t县发改局\t300\t0\t0\t\t未开工"
    assert read(f"{top}\n{under}\n{lines}", part, SUMMARY) == {
        "a.done": "20",
        "a.begun": "已开工",
        "a.image": "桥墩 完成一半",
        "b.done": "0",
        "b.begun": "未开工",
    }
    assert why("示例大桥\t20\t已开工\t桥墩", part, SUMMARY) == "paste.columns"


def test_a_records_lines_are_an_ordinary_answer() -> None:
    part = part_of(LIST, "reform")
    for text in ("20\n已开工\n示例大桥 桥墩完成", "20 \n= \n=", "20\n1\n示例水库 3 4", "形象进度 正常\n20"):
        assert recognise(part, parse_question("row:a"), text) is None
