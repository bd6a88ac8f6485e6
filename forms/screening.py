"""What must never be stored: identity numbers of persons, and marks of state secrets.

Both run in linear time and judge the text only; what to say and whom to tell is decided elsewhere.

An identity number is
* 18 characters (17 digits and a digit, X or ×) or 15 digits, unbroken, with a possible birth date inside;
  its checksum is not asked for: a mistyped one is still somebody's. The 15-digit form, easily met by chance, must
  also begin with the code of a province;
* the 18 characters in two to six groups, one to three spaces, hyphens or dots between them, only when
  - every break stands at a joint of the number (after 6, 10, 12, 14 or 17 characters) and it begins with the code of a
    province, or
  - it is cut into even groups (4-4-4-4-2, 3-3-3-3-3-3, 6-6-6) and the checksum holds as well;
* the 15 digits in groups 6-6-3 with hyphens.
Rows of figures have their breaks elsewhere; tabs, commas, slashes and line ends always separate figures.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Literal

Secret = Literal["identity_number", "classification"]

_JOINTS = frozenset({6, 10, 12, 14, 17})
_EVEN = ((4, 4, 4, 4, 2), (3,) * 6, (6, 6, 6))
_OLD_JOINTS = (6, 6, 3)
_MOST_GROUPS = 6
_LONGEST_GAP = 3
_GAP_MARKS = frozenset(" -‐‒–—―−.·•_")
_HYPHENS = frozenset("-‐‒–—―−")
_PROVINCES = frozenset(
    area + province
    for area, provinces in zip(
        "12345678", ("12345", "123", "1234567", "123456", "01234", "12345", "1", "123"), strict=True
    )
    for province in provinces
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_GROUP = re.compile(r"[0-9]+(?:[Xx×](?![A-Za-z0-9]))?|(?<![A-Za-z])[Xx×](?![A-Za-z0-9])")

_LEVEL = r"(?:绝_密|机_密|秘_密)"
_MARK = re.compile(
    "|".join(
        (
            _LEVEL + "_[★☆⭐✩✭🌟]",
            _LEVEL + r"_\*_(?:[0-9]|长_期)",  # a bare asterisk is also emphasis: 保守**秘密**
            r"(?<![\u4e00-\u9fff*])" + _LEVEL + r"_\*(?!\*)",
            "[★☆⭐✩✭🌟]_" + _LEVEL,
            r"(?<!商业)(?<!个人)(?<!技术)" + _LEVEL + "_(?:级|文_件)",
            r"[\[【〔]_" + _LEVEL + r"_[\]】〕]",
            r"密_级_:(?!_(?:公开|无|非密|非涉密|不涉密)(?![\u4e00-\u9fff]))",
        )
    ).replace("_", r"[^\S\n]*")
)


def find_secret(text: str) -> Secret | None:
    """The first kind of forbidden content in the text, identity numbers before classification marks."""
    plain = _plain(text)
    if _may_hold_identity_number(plain) and any(map(_is_identity_number, _candidates(plain))):
        return "identity_number"
    return "classification" if _MARK.search(plain) else None


def _plain(text: str) -> str:
    """One width for every mark, and nothing invisible in between."""
    if text.isascii() and text.isprintable():
        return text
    normal = unicodedata.normalize("NFKC", text)
    return "".join(mark for mark in normal if not _is_invisible(mark))


def _is_invisible(mark: str) -> bool:
    return unicodedata.category(mark) in ("Cf", "Cs", "Mn") or (
        unicodedata.category(mark) == "Cc" and mark not in "\t\n\r"
    )


def _may_hold_identity_number(text: str) -> bool:
    """The shortest has 15 digits: nearly all texts have fewer and need no closer look."""
    return sum(mark.isdecimal() for mark in text) >= 15


def _candidates(text: str) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Every group with those close before it, and whether only hyphens stand between them."""
    near: list[tuple[str, bool]] = []
    end = 0
    for match in _GROUP.finditer(text):
        gap = text[end : match.start()] if match.start() - end <= _LONGEST_GAP else "\n"
        if not _GAP_MARKS.issuperset(gap):
            near = []
        near = [*near, (match[0], _HYPHENS.issuperset(gap))][-_MOST_GROUPS:]
        end = match.end()
        for start in range(len(near)):
            yield tuple(group for group, _ in near[start:]), all(hyphens for _, hyphens in near[start + 1 :])


def _is_identity_number(candidate: tuple[tuple[str, ...], bool]) -> bool:
    groups, hyphens = candidate
    if sum(map(len, groups)) not in (15, 18):
        return False
    number = "".join(groups).upper().replace("×", "X")
    if len(number) == 15:
        return (len(groups) == 1 or (hyphens and _lengths(groups) == _OLD_JOINTS)) and _is_old(number)
    return _is_new(number) and (len(groups) == 1 or _is_grouped(groups, number))


def _is_new(number: str) -> bool:
    return number[:17].isdecimal() and 1900 <= int(number[6:10]) <= 2100 and _is_date(number[6:14])


def _is_old(number: str) -> bool:
    return number.isdecimal() and number[:2] in _PROVINCES and _is_date("19" + number[6:12])


def _is_grouped(groups: tuple[str, ...], number: str) -> bool:
    if number[:2] not in _PROVINCES:
        return False
    return _breaks(groups) <= _JOINTS or (_lengths(groups) in _EVEN and _checksum_holds(number))


def _lengths(groups: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(map(len, groups))


def _breaks(groups: tuple[str, ...]) -> set[int]:
    return {sum(map(len, groups[:count])) for count in range(1, len(groups))}


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _checksum_holds(number: str) -> bool:
    """GB 11643, ISO 7064 MOD 11-2."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return "10X98765432"[total % 11] == number[17]
