"""Identity numbers and classification marks are noticed; a row of figures is not."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.screening import find_secret

AREAS = st.sampled_from(["330324", "110101", "440305", "650102"])
BIRTHDAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31)).map(lambda day: day.strftime("%Y%m%d"))
FIGURE = st.one_of(
    st.integers(0, 99999).map(str),
    st.decimals(0, 9999, places=1, allow_nan=False).map(str),
)


@pytest.mark.parametrize(
    "text",
    [
        "330324198001011234",
        "33032419800101123X",
        "联系人王某，身份证33032419800101123x，已告知",
        "33032419800101123×",
        "ID330324198001011234。",
        "３３０３２４１９８００１０１１２３４",
        "330324 19800101 1234",
        "330324-19800101-123X",
        "330324.19800101.1234",
        "330324 1980 01 01 1234",
        "330324 198001011234",
        "33032419800101 1234",
        "33032419800101123 X",
        "330324 - 19800101 - 1234",
        "3303\u200b2419800\u200b1011234",
        "330324\u300019800101\u30001234",
        "1 2 330324 19800101 1234 5",
        "1101 0519 4912 3100 2X",
        "110 105 194 912 310 02X",
        "330324800101123",
        "330324-800101-123",
        "999999198001011234",
    ],
)
def test_an_identity_number_is_found_however_it_is_written(text: str) -> None:
    assert find_secret(text) == "identity_number"


@pytest.mark.parametrize(
    "text",
    [
        "3 1 2 15.6 0",
        "1200 350 20080702 15.6 0",
        "1200 3520 0807 0215 61",
        "330324 20080702 15.6 0",
        "330324 800101 123",
        "330324\t19800101\t1234",
        "330324,19800101,1234",
        "330324\n19800101\n1234",
        "3 3 0 3 2 4 1 9 8 0 0 1 0 1 1 2 3 4",
        "13812345678",
        "138 1234 5678，0577-67222222",
        "13812345678 13987654321",
        "永政发〔2026〕12号",
        "2108-330324-04-01-123456",
        "330324198013011234",
        "330324188001011234",
        "330324198002301234",
        "6222021234567890123",
        "2026080112304512345678",
        "330324********1234",
        "2026-08-01 12:30:45",
        "999999800101123",
        "截至2026年7月31日完成投资15.6亿元，同比增长3.5%",
    ],
)
def test_figures_telephones_and_document_numbers_pass(text: str) -> None:
    assert find_secret(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "机密★1年",
        "绝密★",
        "秘密☆长期",
        "秘密⭐️3年",
        "机密*",
        "机密＊1年",
        "本件机密*1年",
        "机 密 ★ 1年",
        "机\u200b密★",
        "秘　密　★",
        "★绝密",
        "标题\n绝密级",
        "此件为秘密级",
        "转发机密文件一份",
        "绝密文件",
        "秘密文件",
        "密级：机密",
        "密 级: ",
        "【机密】关于某事",
    ],
)
def test_a_classification_mark_is_found(text: str) -> None:
    assert find_secret(text) == "classification"


@pytest.mark.parametrize(
    "text",
    [
        "保守秘密",
        "涉及商业秘密，不予公开",
        "严守机密",
        "开展保密教育，签订保守国家秘密承诺书",
        "要求**保守秘密**",
        "商业秘密文件管理",
        "机密\n★ 第一项工作",
        "加密级别提升",
        "密级：无",
        "密级：公开",
        "★ 重点工作",
    ],
)
def test_everyday_words_about_secrets_pass(text: str) -> None:
    assert find_secret(text) is None


@given(
    AREAS,
    BIRTHDAYS,
    st.integers(0, 999),
    st.sampled_from("0123456789Xx"),
    st.sampled_from(["", " ", "-", ".", "\u200b"]),
)
def test_every_plausible_number_is_found(area: str, day: str, order: int, check: str, gap: str) -> None:
    assert find_secret(f"王某 {area}{gap}{day}{gap}{order:03}{check}，男") == "identity_number"


@given(st.lists(FIGURE, max_size=20), st.sampled_from([" ", "，", "、", "\n", "\t", "\u3000"]))
def test_no_row_of_short_figures_is_taken_for_a_person(figures: list[str], separator: str) -> None:
    assert find_secret(separator.join(figures)) is None


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_is_judged(text: str) -> None:
    assert find_secret(text) in (None, "identity_number", "classification")


@pytest.mark.parametrize("unit", ["1", "1 ", "1-", "机 ", "机", "★", "x", "330324 ", "密 级 ", "\u200b", " "])
def test_long_texts_are_judged_in_linear_time(unit: str) -> None:
    began = time.process_time()
    find_secret(unit * 50_000)
    assert time.process_time() - began < 3
