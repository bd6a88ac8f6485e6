"""The units people type behind a figure, and which of them are one another's multiples."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from forms.numerals import MULTIPLIERS
from forms.text import plain_widths


@dataclass(frozen=True, slots=True)
class Unit:
    """万元 is 10000 of the base 元 with the lead 万; `is_word` where the lead is part of a word (千克)."""

    base: str
    scale: Decimal = Decimal(1)
    lead: str = ""
    is_word: bool = False

    @property
    def scale_of_lead(self) -> Decimal:
        return MULTIPLIERS.get(self.lead, Decimal(1))


_THOUSAND = Decimal(1000)
_NAMED = {
    "克": Unit("克"),
    "g": Unit("克"),
    "千克": Unit("克", _THOUSAND, "千", is_word=True),
    "公斤": Unit("克", _THOUSAND),
    "kg": Unit("克", _THOUSAND),
    "吨": Unit("克", _THOUSAND**2),
    "t": Unit("克", _THOUSAND**2),
    "千米": Unit("米", _THOUSAND, "千", is_word=True),
    "公里": Unit("米", _THOUSAND),
    "km": Unit("米", _THOUSAND),
    "千瓦": Unit("瓦", _THOUSAND, "千", is_word=True),
    "千瓦时": Unit("瓦时", _THOUSAND, "千", is_word=True),
    "百分点": Unit("百分点"),
}
_LEADS = sorted(MULTIPLIERS, key=len, reverse=True)

# Within one class the words count the same things; 个 counts the things of every class.
_CLASSES = tuple(
    frozenset(words.split())
    for words in ("人 名 位", "起 件 次 宗 例 场", "件 项 条 份 处", "户 家", "台 套 部 辆", "所 座 栋 幢 间")
)
_COUNTED = frozenset().union(*_CLASSES) | {"个"}


@lru_cache(256)
def parse_unit(name: str) -> Unit:
    """The unit a text names; whatever is unknown is its own base, equal only to itself (MW is not mW)."""
    word = plain_widths("".join(name.split()))
    word = word.removeprefix("个") or word
    if word.casefold() in _NAMED:
        return _NAMED[word.casefold()]
    lead = next((lead for lead in _LEADS if word.startswith(lead)), "")
    if not lead:
        return Unit(word)
    rest = word.removeprefix(lead)
    rest = rest.removeprefix("个") or rest
    base = _NAMED.get(rest.casefold(), Unit(rest))
    return Unit(base.base, MULTIPLIERS[lead] * base.scale, lead)


def same_kind(typed: str, measure: str) -> bool:
    """True when a figure with one word may stand for a figure with the other; no unit takes any counter."""
    if typed == measure:
        return True
    if typed not in _COUNTED or (measure and measure not in _COUNTED):
        return False
    return not measure or "个" in (typed, measure) or any({typed, measure} <= words for words in _CLASSES)
