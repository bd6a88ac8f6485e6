"""Whatever a person may type is read as exactly that number or refused, never as another number."""

import time
from contextlib import suppress
from decimal import Decimal, localcontext

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from forms.numbers import Number, NumberRefused, format_number, read_number, split_row

DIGITS = "零一二三四五六七八九"
FULL = str.maketrans("0123456789.-+,%", "０１２３４５６７８９．－＋，％")
NUMERALS = st.integers(0, 10**12)
AMOUNTS = st.decimals(-(10**12), 10**12, places=3)
ALPHABET = "0123456789０１２.．,，+-−－ \u3000\n\t零〇一二两三九十百千万亿点廿負负起人个元吨千克%％/~约多e年月日下降增长百分之个半\u200b\u202e²½"


def value(text: str, unit: str | None = "起", decimals: int = 6, *, change: bool = False) -> Decimal:
    number = read_number(text, unit=unit, decimals=decimals, signed_words=change)
    assert number.kind == "value"
    assert number.value is not None
    return number.value


def refusal(text: str, unit: str | None = "起", decimals: int = 2, *, change: bool = False) -> NumberRefused:
    with pytest.raises(NumberRefused) as caught:
        read_number(text, unit=unit, decimals=decimals, signed_words=change)
    return caught.value


def to_chinese(n: int) -> str:
    """The standard numeral; written apart from the reader, from the highest place down."""
    if n >= 10**8:
        return to_chinese(n // 10**8) + "亿" + _tail(n % 10**8, 10**7)
    if n >= 10**4:
        return to_chinese(n // 10**4) + "万" + _tail(n % 10**4, 10**3)
    for unit, name in ((1000, "千"), (100, "百"), (10, "十")):
        if n >= unit:
            return DIGITS[n // unit] + name + _tail(n % unit, unit // 10)
    return DIGITS[n]


def _tail(rest: int, full: int) -> str:
    if not rest:
        return ""
    return ("" if rest >= full else "零") + to_chinese(rest)


def figures_in(text: str) -> str:
    """The digits other than zero, in order, in whatever way they were typed."""
    everyday = text.replace("廿", "二").replace("卅", "三").replace("两", "二")
    everyday = "".join(
        "一十" if m == "十" and everyday[i - 1 : i] not in tuple(DIGITS[1:]) else m
        for i, m in enumerate(everyday)
    )
    found = (
        str(DIGITS.index(m)) if m in DIGITS else m
        for m in everyday.translate(
            {ord(f): ord(p) for p, f in zip("0123456789", "０１２３４５６７８９", strict=True)}
        )
    )
    return "".join(m for m in found if m in "123456789")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("12", "12"), ("１２", "12"), (" 12 ", "12"), ("\u300012\u200b", "12"), ("12。", "12"), ("007", "7"),
        ("+5", "5"), ("−3", "-3"), ("－3", "-3"), ("-3", "-3"), ("负三", "-3"), ("-0", "0"), ("0.0", "0"),
        ("1,200", "1200"), ("12,345,678.9", "12345678.9"), ("1，200", "1200"), ("15.6", "15.6"), ("15．6", "15.6"),
        ("15.60", "15.6"), ("十", "10"), ("十二", "12"), ("二十", "20"), ("廿五", "25"), ("卅", "30"), ("一百零五", "105"),
        ("一百一十五", "115"), ("一百十五", "115"), ("两千", "2000"), ("一千二百", "1200"), ("一千零五十", "1050"),
        ("二十万五千", "205000"), ("一万零十二", "10012"), ("三百二十万", "3200000"), ("一万二千亿", "1200000000000"),
        ("贰拾叁", "23"), ("三点五", "3.5"), ("零点零五", "0.05"), ("三点五万", "35000"), ("〇", "0"),
        ("1.2万", "12000"), ("3亿", "300000000"), ("1.2千", "1200"), ("3百", "300"), ("1.5千万", "15000000"),
        ("12起", "12"), ("12 件", "12"), ("12个", "12"), ("1.2万起", "12000"), ("十二起", "12"), ("零起", "0"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_written(typed: str, expected: str) -> None:
    assert value(typed) == Decimal(expected)


@pytest.mark.parametrize(
    ("typed", "unit", "expected"),
    [
        ("15.6万元", "万元", "15.6"), ("156000元", "万元", "15.6"), ("1.2亿元", "万元", "12000"), ("3千元", "万元", "0.3"),
        ("三百二十万元", "万元", "320"), ("一亿二千万元", "万元", "12000"), ("一千二百", "万元", "1200"), ("15.6 万 元", "万元", "15.6"),
        ("30公斤", "吨", "0.03"), ("30千克", "吨", "0.03"), ("三千克", "公斤", "3"), ("2吨", "kg", "2000"), ("5KG", "公斤", "5"),
        ("三万千瓦时", "万千瓦时", "3"), ("1.2万", "千瓦时", "12000"), ("1.2万", "吨", "12000"), ("3.5百分点", "个百分点", "3.5"),
        ("12％", "%", "12"), ("百分之三点五", "%", "3.5"), ("百分之百", "%", "100"), ("12m3", "m3", "12"), ("5元/吨", "元/吨", "5"),
        ("12人", "人", "12"), ("12名", "人", "12"), ("3个人", "人", "3"), ("1.2万人", "人", "12000"), ("12000人", "万人", "1.2"),
        ("12人", None, "12"), ("1.2万", None, "12000"), ("12宗", "起", "12"), ("三千头", "千头", "3"),
    ],
)  # fmt: skip
def test_a_unit_is_the_measures_own_or_scaled_exactly(typed: str, unit: str | None, expected: str) -> None:
    assert value(typed, unit) == Decimal(expected)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "blank"), ("\u3000\u200b", "blank"), ("\x00", "blank"), ("1" * 65, "too_long"), ("1" * 31, "too_large"),
        ("9" * 30 + "万", "too_large"), ("约12", "approximate"), ("十几", "approximate"), ("12多", "approximate"),
        ("大概", "approximate"), ("12左右", "approximate"), ("三五", "approximate"), ("10余起", "approximate"),
        ("3-5", "range"), ("3至5起", "range"), ("3～5", "range"), ("1/2", "fraction"), ("½", "fraction"), ("三分之一", "fraction"),
        ("一半", "fraction"), ("三成", "fraction"), ("1e309", "scientific"), ("1.2e3", "scientific"), ("NaN", "not_a_number"),
        ("inf", "not_a_number"), ("-", "not_a_number"), ("+", "not_a_number"), ("--3", "not_a_number"), ("- 3", "not_a_number"),
        ("12..5", "not_a_number"), ("5.", "not_a_number"), (".5", "not_a_number"), ("①", "not_a_number"), ("百万", "not_a_number"),
        ("二〇〇八", "not_a_number"), ("两十", "not_a_number"), ("一万零二千", "not_a_number"), ("一亿亿", "not_a_number"),
        ("<b>", "not_a_number"), ("{{7*7}}", "several_numbers"), ("=HYPERLINK(", "not_a_number"), ("机密", "not_a_number"),
        ("\u202e21", "not_a_number"), ("1\x002", "several_numbers"), ("\ud800", "blank"), ("3/", "not_a_number"),
        ("26.8.1", "date_like"), ("2月30日", "date_like"), ("昨天", "date_like"), ("2026-08-01", "date_like"), ("12:30", "date_like"),
        ("3 5", "several_numbers"), ("1万2千", "several_numbers"), ("3万5", "several_numbers"), ("15。6", "several_numbers"),
        ("1,20", "bad_grouping"), ("1,2000", "bad_grouping"), ("0,123", "bad_grouping"), ("12,", "bad_grouping"),
        ("1,200，300", "bad_grouping"), ("12%", "wrong_unit"), ("12人", "wrong_unit"), ("百分之十二", "wrong_unit"),
        ("12万元", "wrong_unit"), ("5²", "not_a_number"), ("下降12", "direction_word"), ("持平", "direction_word"), ("1.234", "too_many_decimals"),
        ("一百五", "ambiguous"), ("一万二", "ambiguous"), ("三亿二千", "ambiguous"),
    ],
)  # fmt: skip
def test_what_is_not_certainly_one_number_is_refused_with_its_reason(typed: str, reason: str) -> None:
    assert refusal(typed).reason == reason


@pytest.mark.parametrize(
    ("typed", "unit", "readings"),
    [
        ("1.2万", "万元", ("1.2", "12000")),
        ("三百二十万", "万元", ("320", "3200000")),
        ("3亿", "万元", ("30000", "300000000")),
        ("三千", "千元", ("3", "3000")),
        ("12千", "千克", ("12", "12000")),
        ("-1.2万", "万元", ("-1.2", "-12000")),
        ("一百五", "起", ("150", "105")),
        ("1.2万", "万", ("1.2", "12000")),
    ],
)
def test_both_readings_are_offered(typed: str, unit: str, readings: tuple[str, ...]) -> None:
    refused = refusal(typed, unit)
    assert (refused.reason, refused.readings) == ("ambiguous", tuple(map(Decimal, readings)))


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("12公斤", "起"),
        ("12吨", "万元"),
        ("12户", "人"),
        ("12元", None),
        ("12%", None),
        ("12mW", "MW"),
        ("3%", "个百分点"),
        ("12人次", "人"),
    ],
)
def test_another_unit_is_named(typed: str, unit: str | None) -> None:
    refused = refusal(typed, unit)
    assert (refused.reason, refused.found, refused.unit) == ("wrong_unit", typed.lstrip("123"), unit)


def test_decimals_are_counted_after_scaling_and_the_allowed_number_is_named() -> None:
    assert value("156000元", "万元", 1) == Decimal("15.6")
    refused = refusal("156001元", "万元", 2)
    assert (refused.reason, refused.decimals) == ("too_many_decimals", 2)


@pytest.mark.parametrize(
    "typed", ["无", "没有", "零", "〇", "0", "暂无", "未发生", "没发生", "无。", "-0", "0起"]
)
def test_nothing_is_reported_as_zero(typed: str) -> None:
    assert read_number(typed, unit="起", decimals=0) == Number("value", Decimal(0), nil=True)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("不适用", "not_applicable"), ("不涉及", "not_applicable"), ("—", "not_applicable"), ("——", "not_applicable"),
        ("Ｎ／Ａ", "not_applicable"), ("未统计", "not_measured"), ("未测", "not_measured"), ("暂未统计", "not_measured"),
        ("=", "same"), ("＝", "same"), ("同上", "same"), ("不变", "same"),
    ],
)  # fmt: skip
def test_an_answer_without_a_number_keeps_its_kind(typed: str, kind: str) -> None:
    assert read_number(typed, unit="起", decimals=0) == Number(kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("下降12%", -12),
        ("下降了 12%", -12),
        ("减少百分之十二", -12),
        ("增长12", 12),
        ("上升+12%", 12),
        ("-12%", -12),
        ("12%", 12),
        ("持平", 0),
    ],
)
def test_a_change_may_be_typed_in_words(typed: str, expected: int) -> None:
    assert value(typed, "%", change=True) == expected


@pytest.mark.parametrize("typed", ["下降-12%", "增长-12%", "下降+12%", "减少负十二", "不变"])
def test_a_word_and_a_sign_that_disagree_are_ambiguous(typed: str) -> None:
    assert refusal(typed, "%", change=True).reason == "ambiguous"


def test_a_fall_to_a_number_is_not_a_fall_by_it() -> None:
    assert refusal("下降到12%", "%", change=True).reason == "not_a_number"


def test_reading_does_not_depend_on_the_callers_decimal_context() -> None:
    with localcontext(prec=3):
        assert (
            value("-123456789012345678元", "万元", 4).as_tuple() == Decimal("-12345678901234.5678").as_tuple()
        )


@given(NUMERALS)
@example(10**12)
@example(100_100_010)
def test_every_numeral_reads_back(n: int) -> None:
    assert value(to_chinese(n)) == n
    assert (
        value(to_chinese(n).replace("一十", "十", 1) if to_chinese(n).startswith("一十") else to_chinese(n))
        == n
    )


@given(AMOUNTS, st.booleans(), st.booleans(), st.sampled_from(["", "起", " 件"]))
def test_every_decimal_reads_back_in_every_style(
    amount: Decimal, grouped: bool, full: bool, unit: str
) -> None:
    typed = f"{amount:,f}" if grouped else f"{amount:f}"
    assert value((typed.translate(FULL) if full else typed) + unit) == amount


@given(
    AMOUNTS,
    st.sampled_from([("元", 0), ("千元", 3), ("万元", 4), ("亿元", 8)]),
    st.sampled_from([("元", 0), ("万元", 4), ("亿元", 8)]),
)
def test_scaling_between_units_of_money_is_exact(
    amount: Decimal, typed: tuple[str, int], measure: tuple[str, int]
) -> None:
    expected = amount.scaleb(typed[1] - measure[1])
    assert value(f"{amount:f}{typed[0]}", measure[0], 20) == expected


@given(
    st.text(st.characters(exclude_categories=())),
    st.sampled_from([None, "起", "万元", "%", "吨", ""]),
    st.booleans(),
)
def test_any_text_is_read_or_refused(text: str, unit: str | None, change: bool) -> None:
    with suppress(NumberRefused):
        assert isinstance(read_number(text, unit=unit, decimals=2, signed_words=change), Number)


@given(
    st.text(ALPHABET, min_size=1, max_size=8),
    st.sampled_from([None, "起", "万元", "%", "吨", "千克"]),
    st.booleans(),
)
@example("廿二", None, False)
@example("百分之百", "%", False)
def test_a_number_has_the_digits_that_were_typed(text: str, unit: str | None, change: bool) -> None:
    try:
        number = read_number(text, unit=unit, decimals=12, signed_words=change)
    except NumberRefused:
        return
    assume(number.value is not None and "百分之百" not in text)
    assert number.value is not None
    assert figures_in(f"{number.value:f}") == figures_in(text)
    assert "²" not in text
    assert "\u202e" not in text


@given(st.text("零一二三十百千万亿两", min_size=1, max_size=9))
def test_a_numeral_is_read_only_when_its_number_could_be_written_so(text: str) -> None:
    try:
        read = int(value(text, None))
    except NumberRefused:
        return
    bare = to_chinese(read).replace("零", "").replace("一十", "十")
    assert text.replace("零", "").replace("两", "二").replace("一十", "十") == bare


@pytest.mark.parametrize("unit", ["1", "1,", "零", "十", "3-", "\u3000", "\u200b", "1 ", "=", "1，2 "])
def test_very_long_texts_are_refused_at_once(unit: str) -> None:
    began = time.process_time()
    assert refusal(unit * 100_000).reason in ("too_long", "blank")
    with pytest.raises(NumberRefused):
        read_number("".join(split_row(unit * 50_000)), unit=None, decimals=0)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("typed", "tokens"),
    [
        ("3 1 2 15.6 0", "3|1|2|15.6|0"), ("3，1，2，15.6，0", "3|1|2|15.6|0"), ("3、1、2、15.6、0", "3|1|2|15.6|0"),
        ("3,1,2,15.6,0", "3|1|2|15.6|0"), ("3\t1\n2\u300015.6\r\n0", "3|1|2|15.6|0"), ("3, 1, 2", "3|1|2"), ("3；1；2；", "3|1|2"),
        ("3起 1人 2人 15.6万元 0起", "3起|1人|2人|15.6万元|0起"), ("3起，1人，15.6万元", "3起|1人|15.6万元"), ("３，１", "３|１"),
        ("3 1,200 5", "3|1,200|5"), ("3, 1,200, 5", "3|1,200|5"), ("3、1,200.5万元、5", "3|1,200.5万元|5"), ("3，120，5", "3|120|5"),
        ("3，1，2 15.6 0", "3|1|2|15.6|0"), ("15.6,120", "15.6|120"), ("无 — = 3", "无|—|=|3"), ("1,20", "1|20"), ("12", "12"),
        ("十二，三点五", "十二|三点五"), ("3\u200b 1", "3|1"),
    ],
)  # fmt: skip
def test_a_row_is_split_into_what_was_typed(typed: str, tokens: str) -> None:
    assert split_row(typed) == tuple(tokens.split("|"))


@pytest.mark.parametrize(
    "typed",
    [
        "1,200",
        "1，200",
        "12,345,678.9",
        "3,1,200",
        "3 1，200",
        "3,1 2",
        "3 1,20",
        "3,,2",
        "3、、2",
        "，3",
        "1\u200b,200",
        "１，２００",
        "-1,200元",
    ],
)
def test_a_row_that_can_be_split_in_two_ways_is_refused(typed: str) -> None:
    with pytest.raises(NumberRefused) as caught:
        split_row(typed)
    assert caught.value.reason == "ambiguous"


def test_an_empty_row_is_blank() -> None:
    with pytest.raises(NumberRefused) as caught:
        split_row(" \u200b\n")
    assert caught.value.reason == "blank"


TOKENS = st.lists(AMOUNTS.map(lambda amount: f"{amount.normalize():f}"), min_size=1, max_size=12)


@given(TOKENS, st.sampled_from([" ", "  ", "\t", "\n", "\u3000", "、", "；", ", ", "， ", " ,"]))
def test_a_row_with_one_kind_of_separator_gives_its_figures_back(tokens: list[str], separator: str) -> None:
    assert split_row(separator.join(tokens)) == tuple(tokens)


@given(st.lists(st.integers(0, 9999).map(str), min_size=1, max_size=6), st.sampled_from([",", "，"]))
def test_a_row_with_commas_gives_its_figures_back_or_is_ambiguous(tokens: list[str], comma: str) -> None:
    if not any(len(token) == 3 for token in tokens[1:]):
        assert split_row(comma.join(tokens)) == tuple(tokens)
    with suppress(NumberRefused):
        assert split_row(comma.join(tokens)) == tuple(tokens)


@given(
    st.lists(st.integers(0, 10**9).map(lambda n: f"{n:,}"), min_size=2, max_size=6),
    st.sampled_from([" ", "、", ", ", "\n"]),
)
def test_thousands_survive_between_other_separators(tokens: list[str], separator: str) -> None:
    assert split_row(separator.join(tokens)) == tuple(tokens)


@given(st.text(st.characters(exclude_categories=())) | st.text(ALPHABET + "、；;"))
def test_any_row_is_split_or_refused_and_loses_nothing(text: str) -> None:
    try:
        tokens = split_row(text)
    except NumberRefused:
        return
    assert all(tokens)
    assert figures_in(" ".join(tokens)) == figures_in(text)


@pytest.mark.parametrize(
    ("number", "decimals", "shown"),
    [
        ("15.6", None, "15.6"), ("15.60", None, "15.60"), ("1.2E+4", None, "12000"), ("1E-7", None, "0.0000001"), ("-0", None, "0"),
        ("-0.00", None, "0.00"), ("15.6", 2, "15.60"), ("2.345", 2, "2.35"), ("-0.04", 1, "0.0"), ("-0.05", 1, "-0.1"), ("1200", 0, "1200"),
    ],
)  # fmt: skip
def test_a_number_is_shown_plainly(number: str, decimals: int | None, shown: str) -> None:
    assert format_number(Decimal(number), decimals) == shown


@given(AMOUNTS)
def test_what_is_shown_reads_back(amount: Decimal) -> None:
    assert value(format_number(amount)) == amount


def test_what_is_no_number_is_not_shown() -> None:
    with pytest.raises(ValueError, match="finite"):
        format_number(Decimal("NaN"))
