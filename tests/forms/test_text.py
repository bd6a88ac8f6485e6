"""Text is stored as it was seen and compared by what it means."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.text import clean, fold, is_blank, utf16_length

ANY_TEXT = st.text(st.characters(exclude_categories=()))
NOTHING_VISIBLE = [
    "",
    " ",
    "\u3000",
    "\u200b",
    "\n\t ",
    "\u202e\u202c",
    "\x00",
    "\ud800",
    "\ufe0f",
    "\u3164",
    "\u2800",
]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  正在整改。\u3000", "正在整改。"),
        ("全角１２，保持（不变）", "全角１２，保持（不变）"),
        ("零\u200b宽\ufeff字符", "零宽字符"),
        ("倒\u202e序", "倒序"),
        ("空\x00字\x07符", "空字符"),
        ("半个\ud83d表情", "半个表情"),
        ("制\t表", "制 表"),
        ("一\r\n二\r三\u2028四", "一\n二\n三\n四"),
        ("一\n\n\n\n\n二", "一\n\n\n二"),
        ("一\n \n\u3000\n\t\n\n二", "一\n\n\n二"),
        ("一\n\n二", "一\n\n二"),
        ("豈（部首补充）\uf900", "豈（部首补充）\uf900"),
        ("<b>&{{7*7}}' OR 1=1--", "<b>&{{7*7}}' OR 1=1--"),
        ("末\ufffe尾\uffff", "末尾"),
    ],
)
def test_narrative_keeps_what_is_seen_and_loses_what_is_not(typed: str, stored: str) -> None:
    assert clean(typed) == stored


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT)
def test_cleaned_text_can_be_stored_anywhere(text: str) -> None:
    stored = clean(text)
    assert json.loads(json.dumps(stored)).encode("utf-8").decode() == stored
    assert all(unicodedata.category(mark) not in ("Cc", "Cf", "Cs") for mark in stored.replace("\n", ""))


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_visible_characters_are_never_changed(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("／start", "/start"),
        ("/START", "/start"),
        ("提交。", "提交"),
        ("提交！！", "提交"),
        (" 提交～ ", "提交"),
        ("“提交”", "提交"),
        ("「同意签字」。", "同意签字"),
        ("提\u200b交", "提交"),
        ("＝", "="),
        ("Ｎ／Ａ", "n/a"),
        ("改，第３行", "改,第3行"),
        ("改　 第3行", "改 第3行"),
        ("—", "-"),
        ("。", ""),
    ],
)
def test_commands_are_compared_by_one_spelling(typed: str, compared: str) -> None:
    assert fold(typed) == compared


@given(ANY_TEXT)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("text", NOTHING_VISIBLE)
def test_what_shows_nothing_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["0", "。", "无", "👨‍👩‍👧", "—"])
def test_what_shows_something_is_not_blank(text: str) -> None:
    assert not is_blank(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_length_is_counted_as_telegram_counts(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2
