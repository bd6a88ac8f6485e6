"""HTML parse mode and UTF-16 offsets, against Telegram's own parser."""

import pytest

from simulator.entities import find_entities, read_text
from simulator.html_mode import parse_html
from simulator.refusals import RefusalError
from simulator.utf16 import utf16_len


def parsed(html: str) -> tuple[str, list[tuple[str, int, int]]]:
    rich = read_text(html, "HTML", None, limit=4096, too_long="message is too long")
    return rich.text, [(e["type"], e["offset"], e["length"]) for e in rich.entities]


def test_an_emoji_counts_two_units_before_an_entity() -> None:
    assert parsed("😀<b>安全</b>") == ("😀安全", [("bold", 2, 2)])


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"),
        ("strong", "bold"),
        ("i", "italic"),
        ("em", "italic"),
        ("u", "underline"),
        ("ins", "underline"),
        ("s", "strikethrough"),
        ("strike", "strikethrough"),
        ("del", "strikethrough"),
        ("code", "code"),
        ("pre", "pre"),
        ("blockquote", "blockquote"),
        ("tg-spoiler", "spoiler"),
    ],
)
def test_each_tag_becomes_its_entity(tag: str, kind: str) -> None:
    assert parsed(f"<{tag}>报</{tag}>") == ("报", [(kind, 0, 1)])


def test_attributes_choose_among_entities() -> None:
    assert parsed('<span class="tg-spoiler">密</span>')[1] == [("spoiler", 0, 1)]
    assert parsed("<blockquote expandable>长</blockquote>")[1] == [("expandable_blockquote", 0, 1)]
    assert parse_html('<a href="https://a.cn/?x=1&amp;y=2">看</a>')[1][0]["url"] == "https://a.cn/?x=1&y=2"
    assert parse_html("<a href='tg://user?id=5'>他</a>")[1][0]["type"] == "text_link"
    assert parse_html('<pre><code class="language-sql">x</code></pre>')[1] == [
        {"type": "pre", "offset": 0, "length": 1, "language": "sql"}
    ]
    assert parse_html('<code class="language-sql">x</code>')[1] == [
        {"type": "code", "offset": 0, "length": 1}
    ]
    assert parse_html('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>')[1][0]["length"] == 2


def test_characters_are_decoded_and_unknown_names_stay() -> None:
    assert parsed("&lt;b&gt; &amp; &quot;x&quot; &#65;&#x4e2d;&nbsp;&") == ('<b> & "x" A中&nbsp;&', [])


def test_nested_entities_come_outermost_first() -> None:
    assert parsed("<b>总<i>计</i></b>")[1] == [("bold", 0, 2), ("italic", 1, 1)]


def test_space_is_trimmed_and_entities_move_with_the_text() -> None:
    assert parsed(" \n 甲<b>乙 </b>\n ") == ("甲乙", [("bold", 1, 1)])
    assert parsed("甲<b> </b>") == ("甲", [])


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("报<x>", 'Unsupported start tag "x" at byte offset 3'),
        ("<路径>", 'Unsupported start tag "路径" at byte offset 0'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b>a", "Can't find end tag corresponding to start tag b"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        (
            "<a href>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ("<a =1>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ("<a href=x$y>z</a>", "Unexpected end of name token at byte offset 8"),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(html: str, reason: str) -> None:
    with pytest.raises(RefusalError) as refused:
        parse_html(html)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_commands_mentions_and_links_are_found_in_utf16() -> None:
    found = find_entities("😀 /start@yibao_bot 请看 https://a.cn/x，@lin_xiaoyan")
    assert [(e["type"], e["offset"], e["length"]) for e in found] == [
        ("bot_command", 3, 16),
        ("url", 23, 14),
        ("mention", 38, 12),
    ]


def test_a_slash_inside_a_word_or_a_full_width_one_is_no_command() -> None:
    assert find_entities("3/4 和/或 ／start") == []


def test_nothing_is_found_inside_code() -> None:
    assert parsed("<code>/start</code> /help")[1] == [("code", 0, 6), ("bot_command", 7, 5)]


def test_a_lone_surrogate_counts_one() -> None:
    assert utf16_len("\ud83d报") == 2
