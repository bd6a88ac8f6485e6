"""From what a person typed to cells: read exactly, or refused with the key of a sentence."""

from __future__ import annotations

from decimal import Decimal

import pytest

from forms.cells import NOT_APPLICABLE, NOT_MEASURED, ZERO, Cell, figure, narrative
from forms.definition import Form
from forms.problems import Refused
from forms.questions import Part, parse_question
from forms.reading import REASON_LENGTH, read_answer
from tests.forms.examples import part, raw_safety, row, rows, safety, shop

SAFETY = safety()
ROAD = part("traffic_police")
MAY = row(SAFETY, "road", "4 1 3 12.4 0")
STORY = "narrative:narrative.progress"


def read(question: str, text: str, shown: dict[str, Cell] | None = None, of: Part = ROAD) -> dict[str, Cell]:
    return read_answer(of, parse_question(question), text, shown or {})


def refused(question: str, text: str, shown: dict[str, Cell] | None = None, of: Part = ROAD) -> Refused:
    with pytest.raises(Refused) as caught:
        read(question, text, shown, of)
    return caught.value


def without_losses() -> Part:
    """The road row when another unit owns its losses: four figures are asked."""
    raw = raw_safety()
    raw["grid"]["owners"] = [{"item": "road", "measure": "loss", "owner": "economy"}]
    return part("traffic_police", Form.model_validate(raw))


@pytest.mark.parametrize(
    "text",
    [
        "3 1 2 15.6 0",
        "３　１　２　１５．６　０",
        "3、1、2、15.6、0",
        "3,1,2,15.6,0",
        "3，1，2，15.6，0",
        "3\n1\n2\n15.6\n0",
        "三 一 二 15.6 无",
        "3起 1人 2人 15.6万元 0起",
        "3 1 2 156000元 0",
        "  3\t1  2 15.60 00 ",
    ],
)
def test_a_row_is_read_however_it_is_spaced_and_spelt(text: str) -> None:
    assert read("row:road", text) == row(SAFETY, "road", "3 1 2 15.6 0")


def test_a_row_may_hold_words_for_what_does_not_apply_and_what_nobody_measured() -> None:
    assert read("row:road", "3 1 不适用 未统计 0") == {
        "road.accidents": figure(Decimal(3)),
        "road.deaths": figure(Decimal(1)),
        "road.injured": NOT_APPLICABLE,
        "road.loss": NOT_MEASURED,
        "road.severe": ZERO,
    }


@pytest.mark.parametrize("text", ["无", "没有", "暂无", "零报告", "未发生", "没发生", " 无。", "“零报告”"])
def test_nothing_is_an_explicit_zero_in_every_cell_of_the_row(text: str) -> None:
    assert read("row:road", text) == row(SAFETY, "road", "0 0 0 0 0")


def test_an_equals_sign_stands_for_the_figures_shown() -> None:
    assert read("row:road", "=", MAY) == MAY
    assert read("row:road", "＝", MAY) == MAY
    assert read("row:road", "同上", MAY) == MAY
    assert read("row:road", "5 = = 1.5 =", MAY) == row(SAFETY, "road", "5 1 3 1.5 0")
    assert read("cell:road.loss", "=", MAY) == {"road.loss": MAY["road.loss"]}


def test_an_equals_sign_without_a_figure_shown_is_refused() -> None:
    assert refused("row:road", "=").key == "nothing_shown"
    problem = refused("row:road", "= = = = =", row(SAFETY, "road", "4 1 未填 0 0"))
    assert (problem.key, problem.fields) == ("nothing_shown", {"measure": "受伤"})
    assert refused("cell:road.loss", "=", {}).key == "nothing_shown"
    assert refused(STORY, "=").key == "nothing_shown"


@pytest.mark.parametrize(
    ("text", "got"), [("3", 1), ("3 1 2 15.6", 4), ("3 1 2 15.6 0 0", 6), ("<b>", 1), ("没有 数字", 2)]
)
def test_a_row_of_another_length_is_refused_with_both_counts(text: str, got: int) -> None:
    problem = refused("row:road", text)
    assert (problem.key, problem.fields) == ("count", {"expected": 5, "got": got})


def test_five_figures_where_four_are_asked_are_refused() -> None:
    four = without_losses()
    assert four.of_item("road") == ("road.accidents", "road.deaths", "road.injured", "road.severe")
    assert refused("row:road", "3 1 2 15.6 0", of=four).fields == {"expected": 4, "got": 5}
    assert read("row:road", "3 1 2 0", of=four) == rows_of(four, "3 1 2 0")


def rows_of(of: Part, line: str) -> dict[str, Cell]:
    words = line.split()
    return {at: figure(Decimal(word)) for at, word in zip(of.of_item("road"), words, strict=True)}


def test_what_another_unit_had_last_month_does_not_contradict_this_months_row() -> None:
    raw = raw_safety()
    raw["grid"]["owners"] = [{"item": "road", "measure": "severe", "owner": "police"}]
    mine = part("traffic_police", Form.model_validate(raw))
    shown = row(SAFETY, "road", "9 9 0 0 2")  # May's; the police had 2 severe accidents then
    assert read("row:road", "1 0 0 0", shown, mine)["road.accidents"] == figure(Decimal(1))


@pytest.mark.parametrize("text", ["-1", "−1", "－１", "负1", "负一"])
def test_a_negative_count_is_refused_by_name(text: str) -> None:
    assert refused("cell:road.deaths", text).fields["measure"] == "死亡"
    assert refused("row:road", f"3 {text} 2 15.6 0").key == "negative"


def test_a_figure_beyond_its_measures_maximum_is_refused() -> None:
    assert read("cell:road.deaths", "100000") == {"road.deaths": figure(Decimal(100000))}
    problem = refused("cell:road.deaths", "100001")
    assert (problem.key, problem.fields["unit"]) == ("above", "人")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("0 1 0 0 0", "有死亡人数时，事故起数不能为0"),
        ("0 0 1 0 0", "有受伤人数时，事故起数不能为0"),
        ("1 3 0 0 2", "一次死亡3人以上事故不能多于事故起数"),
        ("2 5 0 0 2", "死亡人数不能少于一次死亡3人以上事故起数的3倍"),  # 5 < 3 × 2
    ],
)
def test_figures_that_contradict_each_other_are_refused_in_the_forms_own_words(line: str, says: str) -> None:
    problem = refused("row:road", line)
    assert (problem.key, problem.fields) == ("check", {"says": says})


def test_one_figure_is_checked_against_the_rest_of_its_row() -> None:
    answered = row(SAFETY, "road", "0 0 0 0 0")
    assert refused("cell:road.deaths", "1", answered).key == "check"
    assert read("cell:road.deaths", "1", {}) == {"road.deaths": figure(Decimal(1))}
    assert read("cell:road.deaths", "1", answered | {"road.accidents": NOT_MEASURED})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1e309", "scientific"),
        ("1E5", "scientific"),
        ("9" * 31, "too_large"),
        ("1" * 65, "too_long"),
        ("nan", "not_a_number"),
        ("inf", "not_a_number"),
        ("0x10", "several_numbers"),
        ("<b>", "not_a_number"),
        ("{{7*7}}", "several_numbers"),
        ('=HYPERLINK("http://x","y")', "not_a_number"),
        ("'; DROP TABLE answer", "not_a_number"),
        ("约3", "approximate"),
        ("3-5", "range"),
        ("1/2", "fraction"),
        ("26.8.1", "date_like"),
        ("1,20", "bad_grouping"),
        ("1.5", "too_many_decimals"),
        ("3万元", "wrong_unit"),
        ("下降3", "direction_word"),
        ("\u202e21", "not_a_number"),
    ],
)
def test_what_is_not_certainly_one_number_is_refused_with_its_reason(text: str, reason: str) -> None:
    problem = refused("cell:road.accidents", text)
    assert problem.key == f"number.{reason}"
    assert problem.fields["measure"] == "事故起数"
    assert len(str(problem.fields["typed"])) <= 40


def test_a_comma_that_may_mark_thousands_is_refused_with_both_readings_open() -> None:
    assert refused("row:road", "3,1,200,15,0").key == "number.ambiguous"
    problem = refused("cell:road.loss", "1.2万")
    assert problem.fields["readings"] == "1.2、12000"  # 1.2万元, or 12000 of the column's 万元


@pytest.mark.parametrize("text", ["", "  ", "\n\u3000\t", "\u200b\u2800"])
@pytest.mark.parametrize("question", ["row:road", "cell:road.loss", "reason:road", STORY])
def test_an_empty_message_answers_nothing(question: str, text: str) -> None:
    assert refused(question, text).key == "blank"


@pytest.mark.parametrize(
    "text", ["<b>&{{7*7}}", '=HYPERLINK("http://x")', "-1+2", "/etc/passwd", "第1行\n第2行", "𠮷家村 100%"]
)
def test_a_narrative_is_kept_as_typed_whatever_it_looks_like(text: str) -> None:
    assert read(STORY, text) == {"narrative.progress": narrative(text)}


@pytest.mark.parametrize("text", ["无", "没有", "暂无。", "零报告"])
def test_an_explicit_nothing_answers_a_narrative(text: str) -> None:
    assert read(STORY, text) == {"narrative.progress": ZERO}


def test_an_equals_sign_keeps_the_narrative_shown() -> None:
    shown = {"narrative.progress": narrative("正常推进")}
    assert read(STORY, "=", shown) == shown


def test_a_narrative_may_be_as_long_as_its_form_allows_and_no_longer() -> None:
    assert read(STORY, "进" * 500)
    problem = refused(STORY, "进" * 501)
    assert (problem.key, problem.fields) == ("too_long", {"limit": 500, "got": 501})
    assert refused("narrative:narrative.plan", "计" * 21, of=part("trade", shop())).fields["limit"] == 20


def test_a_reason_is_one_line_of_words() -> None:
    assert read("reason:road", " 山洪冲毁厂房 ") == {"reason.road": narrative("山洪冲毁厂房")}
    assert refused("reason:road", "ok").key == "reason"
    assert refused("reason:road", "3 1").key == "reason"
    long = refused("reason:road", "因" * (REASON_LENGTH + 1))
    assert (long.key, long.fields) == ("too_long", {"limit": 200, "got": 201})


def test_a_row_typed_again_where_a_reason_is_asked_corrects_the_row() -> None:
    assert read("reason:road", "3 1 2 15.6 0") == row(SAFETY, "road", "3 1 2 15.6 0")


@pytest.mark.parametrize("text", ["无", "没有", "无。", "暂无", "零报告", "=", "不变"])
@pytest.mark.parametrize("of", [ROAD, part("economy", shop())], ids=["five figures", "a form of two"])
def test_having_no_reason_never_becomes_a_row_of_zeros(text: str, of: Part) -> None:
    shown = rows(SAFETY, road="3 1 2 380 0") | rows(shop(), town="1 5")
    assert refused(f"reason:{of.form.grid.items[0].key}", text, shown, of).key == "reason"


def test_a_mistyped_correction_is_not_taken_for_a_reason() -> None:
    assert refused("reason:road", "3起 1人 2人 380万元 -1起").key == "negative"
    assert refused("reason:road", "0起 1人 0人 3万元 0起").key == "check"
    assert read("reason:road", "6月8日 山洪 冲毁 厂房 3间")["reason.road"].text


def test_a_row_of_another_unit_takes_nothing() -> None:
    assert refused("row:water", "0 0 0 0 0").key == "count"
