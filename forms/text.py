"""What a person typed, made safe to store (`clean`) or easy to compare (`fold`)."""

import unicodedata

_BLANK_LINES_KEPT = 2
_LINE_ENDS = {ord(mark): "\n" for mark in "\r\v\f\x85\u2028\u2029"}
# Letters and symbols that draw nothing: a message of these is as empty as one of spaces.
_INVISIBLE_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
_UNIFIED = str.maketrans(
    dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("“”„«»「」『』〝〞", '"')
    | dict.fromkeys("‘’‚`´", "'")
    | {
        "。": ".",
        "｡": ".",
        "、": ",",
        "【": "[",
        "】": "]",
        "〔": "[",
        "〕": "]",
        "《": "<",
        "》": ">",
        "〜": "~",
    }
)
# Marks that draw nothing, some of them pasted around figures by other programs.
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u200e\u202a\u202c\u202d\u2066\u2068\u2069"))
# Marks that can show 21 where 12 is stored.
_REORDERING = frozenset("\u200f\u061c\u202b\u202e\u2067")
_WIDTHS = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F) if full != ord("，")}
_WIDTHS |= {ord("−"): ord("-"), ord("\u3000"): ord(" "), ord("\xa0"): ord(" ")}
_ENDINGS = ".,!?;:~ "
_QUOTES = "\"'"


def clean(text: str) -> str:
    """Safe to store as narrative; every visible character stays as typed, full-width ones too.

    No normal form is applied: NFC replaces some Han characters of personal names by others.
    """
    if text.isprintable():  # one line with nothing hidden in it: what is nearly always typed
        return text.strip()
    unified = text.replace("\r\n", "\n").translate(_LINE_ENDS).replace("\t", " ")
    kept = "".join(mark for mark in unified if mark == "\n" or not _is_hidden(mark))
    return _without_blank_runs(kept).strip()


def fold(text: str) -> str:
    """One spelling for comparing commands and words; lower case, so not for codes that tell cases apart."""
    folded = text
    for _ in range(2):  # case folding can undo a normal form: the second pass settles it
        folded = unicodedata.normalize("NFKC", clean(folded)).casefold()
    folded = _without_variants(clean(unicodedata.normalize("NFKC", folded)).translate(_UNIFIED))
    return _bare(" ".join(folded.split()))


def is_blank(text: str) -> bool:
    """True when nothing would be seen on a screen."""
    return all(mark.isspace() or mark in _INVISIBLE_LETTERS or _is_variant(mark) for mark in clean(text))


def utf16_length(text: str) -> int:
    """Telegram's unit of length for texts and entities."""
    return len(text) + sum(mark > "\uffff" for mark in text)


def as_seen(text: str) -> str:
    """Without the marks that draw nothing; for figures, where `clean` would remove what `reorders` must see."""
    return text.translate(_UNSEEN)


def reorders(text: str) -> bool:
    """True when figures may be shown in another order than they are stored."""
    return not _REORDERING.isdisjoint(text)


def plain_widths(text: str) -> str:
    """Full-width marks, but not the comma, as ASCII, one for one; unlike NFKC it never makes 52 of 5²."""
    return text.translate(_WIDTHS)


def _is_hidden(mark: str) -> bool:
    """Control and format characters (zero-width, bidi, tags), lone surrogates, and code points XML forbids."""
    return unicodedata.category(mark) in ("Cc", "Cf", "Cs") or _is_noncharacter(ord(mark))


def _is_noncharacter(point: int) -> bool:
    return point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF


def _is_variant(mark: str) -> bool:
    return "\ufe00" <= mark <= "\ufe0f" or "\U000e0100" <= mark <= "\U000e01ef"


def _without_variants(text: str) -> str:
    return "".join(mark for mark in text if not _is_variant(mark))


def _without_blank_runs(text: str) -> str:
    lines: list[str] = []
    blank = 0
    for line in (raw.rstrip() for raw in text.split("\n")):
        blank = 0 if line else blank + 1
        if blank <= _BLANK_LINES_KEPT:
            lines.append(line)
    return "\n".join(lines)


def _bare(text: str) -> str:
    """Without the full stop, the tilde or the pair of quotes that people put around a command."""
    bare = text.rstrip(_ENDINGS).lstrip(" ")
    while len(bare) > 1 and bare[0] == bare[-1] and bare[0] in _QUOTES:
        bare = bare[1:-1].rstrip(_ENDINGS).lstrip(" ")
    return bare
