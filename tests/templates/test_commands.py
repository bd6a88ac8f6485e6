"""Commands, however they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.text import fold
from templates.commands import command_in, commands

WORDS = [(word, command.name) for command in commands() for word in command.words]


@pytest.mark.parametrize(("word", "name"), WORDS)
def test_every_word_means_its_command_with_a_slash_and_alone(word: str, name: str) -> None:
    for text in (word, f"/{word}", f"／{word}", f" /{word} ", f"/{word}@YibaoBot", f"{word}。", f"“{word}”"):
        assert command_in(text) == (name, "")


def test_no_word_means_two_commands() -> None:
    folded = [fold(word) for word, _ in WORDS]
    assert len(folded) == len(set(folded))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/FILL", ("fill", "")),
        ("／ｆｉｌｌ", ("fill", "")),
        ("/fill@YibaoBot", ("fill", "")),
        ("/填报@YibaoBot 安全生产", ("fill", "安全生产")),
        ("/start AbC-12", ("start", "AbC-12")),
        ("/start@YibaoBot   AbC-12", ("start", "AbC-12")),
        ("/start\nAbC", ("start", "AbC")),
        ("\u200b/help", ("help", "")),
    ],
)
def test_a_slash_command_is_found_with_what_follows_it(text: str, found: tuple[str, str]) -> None:
    assert command_in(text) == found


@pytest.mark.parametrize(
    ("text", "opinion"),
    [
        ("退回 3 与交警通报不一致", "3 与交警通报不一致"),
        ("退回　3、5 与《A表》不一致。", "3、5 与《A表》不一致。"),
        ("/退回 3 与通报不一致", "3 与通报不一致"),
        ("／退回 3 ＧＤＰ口径不对", "3 ＧＤＰ口径不对"),
        ("退回", ""),
    ],
)
def test_an_opinion_behind_a_return_is_kept_as_typed(text: str, opinion: str) -> None:
    assert command_in(text) == ("return", opinion)


@pytest.mark.parametrize("text", ["/unknown", "/", "/fil", "/fill2", "/ fill", "／没有这个"])
def test_an_unknown_slash_word_is_given_back_under_its_own_name(text: str) -> None:
    found = command_in(text)
    assert found is not None
    assert found[0] not in {command.name for command in commands()}


@pytest.mark.parametrize(
    "text",
    [
        "3 1 2 15.6 0",
        "=",
        "无",
        "我要填报",
        "填报完了吗",
        "帮助群众解决问题",
        "进度正常",
        "退回耕地3亩",
        "",
        " ",
        "fill in",
    ],
)
def test_an_answer_is_no_command(text: str) -> None:
    assert command_in(text) is None


@given(st.text(max_size=60))
def test_any_text_is_a_command_or_none_and_never_fails(text: str) -> None:
    found = command_in(text)
    if found is not None:
        assert found[1] == found[1].strip()


def test_only_commands_that_are_explained_stand_in_the_menu() -> None:
    shown = [command.name for command in commands() if command.says]
    assert {"fill", "status", "help"} <= set(shown)
    assert not {"back", "submit", "sign", "publish"} & set(shown)  # they belong to a question, not to a menu
