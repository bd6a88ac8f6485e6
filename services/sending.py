"""Who is sent what of a digest, whose group is whose, and whether a second person releases: by command."""

from __future__ import annotations

from forms.problems import Refused
from forms.text import clean
from reporting.lines import BACK
from reporting.recipients import Audience, Part, audience_of, parts_for
from reporting.settings import Key, Scope
from services.desk import Turn
from services.orders import propose_one
from services.planning import plan_of
from storage import people
from templates.change_words import AUDIENCES, PARTS
from templates.message import Message, Reply
from templates.words import say

_AUDIENCES = {word: key for key, word in AUDIENCES.items()} | {"领导群": "leaders", "四套班子": "teams"}
_PARTS = {word: key for key, word in PARTS.items()} | {"通报": "circular", "汇总表": "workbook"}
GROUPS = frozenset({"领导群", "县领导群", "四套班子", "四套班子群"})
NOTHING = "不发"
RELEASE = {"须签发": True, "不须签发": None}


def recipients(turn: Turn, text: str = "") -> Reply:
    """/recipients 四套班子 文字 Word; 牵头单位 不发; 领导群 恢复; 须签发."""
    words = clean(text).split()
    if not words:
        return _shown(turn)
    if len(words) == 1 and words[0] in RELEASE:
        return propose_one(turn, "recipients", Key.RELEASE, Scope(), RELEASE[words[0]])
    audience, rest = _AUDIENCES.get(words[0]), words[1:]
    if audience is None or not rest:
        raise Refused("order.recipients")
    scope = Scope(audience=audience)
    if rest == [NOTHING]:
        return propose_one(turn, "recipients", Key.RECEIVES, scope, [])
    if len(rest) == 1 and rest[0] in BACK:
        return propose_one(turn, "recipients", Key.RECEIVES, scope, None)
    if any(word not in _PARTS for word in rest):
        raise Refused("order.recipients")
    named = {_PARTS[word] for word in rest}
    value = [str(part) for part in Part if part in named]
    return propose_one(turn, "recipients", Key.RECEIVES, scope, value)


def _shown(turn: Turn) -> Reply:
    settings = plan_of(turn).settings
    lines = [(AUDIENCES[one], [PARTS[part] for part in parts_for(settings, one)]) for one in Audience]
    groups = [
        (number, group.title, AUDIENCES[audience_of(settings, group.id)])
        for number, group in enumerate(people.registered_groups(turn.tx), 1)
    ]
    release = bool(settings.get(Key.RELEASE))
    return Reply((Message(say("receiving.all", lines=lines, groups=groups, release=release)),))


def belongs(turn: Turn, group_id: int, word: str) -> Reply:
    """/groups 2 四套班子: whose group it is."""
    audience = _AUDIENCES[word]
    value = None if audience == Audience.LEADERS else audience
    return propose_one(turn, "groups", Key.AUDIENCE, Scope(group=str(group_id)), value)
