"""Splitting one message into the tokens of a row, without ever taking a separator for a part of a number.

Always separators: spaces of every width, tabs, line ends, 、 ; ； and a comma that does not stand between two digits.
A comma between two digits is decided by what else the message holds:

* full-width ，: a separator; refused as ambiguous when the whole message is one well-formed figure (1，200),
  or when other separators are present and it could mark thousands (3 1，200);
* ASCII , with other separators present: part of the number, which must then be well-formed (3 1,200 5);
* ASCII , as the only separator: a separator; refused as ambiguous when it could mark thousands (1,200 or 3,1,200).

Two separating marks with nothing between them, or one at the start, leave a place empty: refused as ambiguous.
"""

import re

from forms.numerals import NumberRefused
from forms.text import as_seen, is_blank, plain_widths, reorders

_MARKS = "、;,，"
_THOUSANDS = re.compile(r"(?<![0-9.])[1-9][0-9]{0,2},[0-9]{3}(?![0-9])")
_ONE_FIGURE = re.compile(r"[^0-9,]*[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?(?:[^0-9,.][^0-9,]*)?")


def split_row(text: str) -> tuple[str, ...]:
    """The tokens as typed; give the text as it came. The caller checks their count."""
    if is_blank(text):
        raise NumberRefused("blank", text)
    if reorders(text):
        raise NumberRefused("not_a_number", text)
    seen = as_seen(text).strip()
    pieces = _pieces(seen)
    tokens = _by_full_comma(pieces, text)
    if any("," in token for token in tokens):
        tokens = _by_ascii_comma(tokens, text)
    return tuple(tokens)


def _pieces(seen: str) -> list[str]:
    """Split where no doubt is possible; empty places are refused."""
    plain = plain_widths(seen)
    pieces: list[str] = []
    start, marks = 0, 1
    for at, mark in enumerate(plain):
        if not _is_separator(plain, at):
            continue
        if start < at:
            pieces.append(seen[start:at])
            marks = 0
        start = at + 1
        marks += mark in _MARKS
        if marks > 1:
            raise NumberRefused("ambiguous", seen)
    return pieces + ([seen[start:]] if start < len(seen) else [])


def _is_separator(plain: str, at: int) -> bool:
    mark = plain[at]
    if mark not in ",，":
        return mark.isspace() or mark in _MARKS
    return not (_is_digit(plain[at - 1 : at]) and _is_digit(plain[at + 1 : at + 2]))


def _is_digit(mark: str) -> bool:
    return "0" <= mark <= "9"


def _by_full_comma(pieces: list[str], text: str) -> list[str]:
    alone = len(pieces) == 1 and "," not in pieces[0]
    doubtful = _ONE_FIGURE.fullmatch if alone else _THOUSANDS.search
    if any("，" in piece and doubtful(plain_widths(piece).replace("，", ",")) for piece in pieces):
        raise NumberRefused("ambiguous", text)
    return [token for piece in pieces for token in piece.split("，")]


def _by_ascii_comma(tokens: list[str], text: str) -> list[str]:
    alone = len(tokens) == 1
    if alone and not _THOUSANDS.search(plain_widths(tokens[0])):
        return tokens[0].split(",")
    if alone or not all(_ONE_FIGURE.fullmatch(plain_widths(token)) for token in tokens if "," in token):
        raise NumberRefused("ambiguous", text)
    return tokens
