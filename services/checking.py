"""/check: somebody of the office has people checked now; shown first, begun with a press."""

from __future__ import annotations

from collections.abc import Sequence

from forms.problems import Refused
from forms.text import clean, fold
from reporting.checking import rules_of
from reporting.cycle import quiet_at
from reporting.lines import Names
from reporting.programme import Role
from services.auditing import audit
from services.desk import Turn
from services.joining import post_name
from services.naming import names_of
from services.planning import class_of, plan_of
from services.sheets import holder_of
from storage import checks, people
from storage.checks import Round
from storage.people import Post
from templates.message import Message, Reply
from templates.words import button, say

EVERYBODY = frozenset({"全体", "全部", "所有"})
MOST_NAMES = 8
WORDS_LENGTH = 60


def check(turn: Turn, text: str = "") -> Reply:
    """/check 全体 | 乡镇 | 县交警大队 | 孙示例: who would be asked, and how."""
    words = clean(text)[:WORDS_LENGTH]
    if not words:
        raise Refused("checking.how")
    posts = _meant(turn, words)
    if not posts:
        raise Refused("checking.nobody", name=words[:20])
    free = [post for post in posts if post.id not in checks.waiting(turn.tx)]
    if not free:
        raise Refused("checking.running")
    number = checks.add_hand(turn.tx, words, [post.id for post in free], turn.person, turn.now)
    plan, rules = plan_of(turn), rules_of(plan_of(turn).settings)
    text_ = say(
        "contact.preview",
        count=len(free),
        names=[post_name(turn, post) for post in free[:MOST_NAMES]],
        vacant=sum(post.person_id is None for post in free),
        minutes=int(rules.window.total_seconds()) // 60,
        second=int(rules.second.total_seconds()) // 60,
        quiet=quiet_at(plan, turn.programme.rules.quiet.as_set, turn.now, turn.programme.zone),
    )
    return Reply((Message(text_, ((button("checkgo", number), button("checkdrop", number)),)),))


def _meant(turn: Turn, words: str) -> list[Post]:
    """Liaisons' posts of everybody, of a class, of a unit, or of whoever is called so; each person once."""
    names, word = names_of(turn, plan_of(turn)), fold(words)
    posts = [post for post in people.posts(turn.tx, Role.LIAISON) if post.unit in turn.programme.units]
    found = [post for post in posts if word in EVERYBODY or _is_of(turn, post, word, names)]
    return _once(turn, found or [post for post in posts if _is_called(turn, post, words)])


def _is_of(turn: Turn, post: Post, word: str, names: Names) -> bool:
    if names.units.get(word) == post.unit:
        return True
    return word in names.classes and fold(class_of(turn, plan_of(turn).settings, post.unit)) == word


def _is_called(turn: Turn, post: Post, name: str) -> bool:
    person = holder_of(turn, post)
    return person is not None and people.person_name(turn.tx, person) == name


def _once(turn: Turn, posts: Sequence[Post]) -> list[Post]:
    found: dict[object, Post] = {}
    for post in posts:
        found.setdefault(holder_of(turn, post) or f"post {post.id}", post)
    return list(found.values())


def _moved(turn: Turn, number: int, state: str) -> Round:
    """The round that was shown, once: Refused when it was begun or dropped before."""
    one = checks.round_by_id(turn.tx, number)
    if one is None or one.kind != "hand" or not checks.move_round(turn.tx, number, "proposed", state):
        raise Refused("stale")
    return one


def begin(turn: Turn, number: int) -> Reply:
    """〔确认检查〕: everybody is asked with the next ring of the bell."""
    one = _moved(turn, number, "running")
    for post in one.people:
        checks.add(turn.tx, number, post, turn.now)
    audit(turn, "check", about=f"round:{number}", after={"words": one.words}, rows=len(one.people))
    return Reply((Message(say("contact.begun", count=len(one.people))),), settled=True)


def drop(turn: Turn, number: int) -> Reply:
    """〔放弃〕."""
    _moved(turn, number, "dropped")
    return Reply((Message(say("contact.dropped")),), settled=True)
