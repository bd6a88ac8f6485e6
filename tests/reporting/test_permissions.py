"""Who may do what, where: every action, every role, every place."""

from __future__ import annotations

from itertools import product

import pytest

from reporting.permissions import Action, Place, allowed
from reporting.programme import Role

# Action: who may do it in private, and who in a group. n is nobody's post, l liaison, d deputy, s signatory,
# v 分管领导, o office staff, c county leader, a admin.
TABLE = {
    Action.JOIN: ("nldsvoca", ""),
    Action.HELP: ("nldsvoca", ""),
    Action.STATUS: ("ldsvoca", ""),
    Action.ANSWER: ("ldsvoca", ""),
    Action.FILL: ("ld", ""),
    Action.REVIEW: ("s", ""),
    Action.BOARD: ("ldsvoca", ""),
    Action.DIGEST: ("oca", ""),
    Action.DRAFT: ("oa", ""),
    Action.PUBLISH: ("a", ""),
    Action.RELEASE: ("ca", ""),
    Action.OUTPUT: ("nldsvoca", "nldsvoca"),
    Action.REGISTER_GROUP: ("a", "a"),
    Action.GROUP_CODE: ("", "n"),
    Action.SEND_FILE: ("lda", ""),
    Action.HISTORY: ("a", ""),
    Action.ROSTER: ("a", ""),
    Action.PEOPLE: ("oa", ""),
    Action.REPLACE: ("ldsv", ""),
    Action.DECIDE: ("oa", ""),
    Action.LEAVE: ("ldsvoca", ""),
    Action.OWN_DATA: ("ldsvoca", ""),
    Action.ERASE: ("a", ""),
    Action.AUDIT: ("a", ""),
    Action.SETTINGS: ("a", ""),
    Action.OVERSEE: ("ldsvoca", ""),
    Action.CHASE: ("oa", ""),
    Action.CHECK: ("oa", ""),
    Action.ACK: ("ldsvoca", ""),
    Action.APPEAL: ("nldsv", ""),
    Action.STRIKE: ("oa", ""),
    Action.CONTACT: ("ldsvoca", ""),
}
LETTERS: dict[str, frozenset[Role]] = {
    "n": frozenset(),
    "l": frozenset({Role.LIAISON}),
    "d": frozenset({Role.DEPUTY}),
    "s": frozenset({Role.SIGNATORY}),
    "v": frozenset({Role.VICE}),
    "o": frozenset({Role.OFFICE}),
    "c": frozenset({Role.LEADER}),
    "a": frozenset({Role.ADMIN}),
}


def test_the_table_names_every_action_and_role() -> None:
    assert set(TABLE) == set(Action)
    assert frozenset().union(*LETTERS.values()) == set(Role)


@pytest.mark.parametrize("who", LETTERS)
@pytest.mark.parametrize("action", Action)
def test_everywhere_an_action_is_allowed_to_whom_the_table_says_and_to_nobody_else(
    action: Action, who: str
) -> None:
    private, group = TABLE[action]
    assert allowed(action, LETTERS[who], Place.PRIVATE) == (who in private)
    assert allowed(action, LETTERS[who], Place.GROUP) == (who in group)
    assert not allowed(action, LETTERS[who], Place.CHANNEL)


@pytest.mark.parametrize(("action", "place"), list(product(Action, Place)), ids=str)
def test_two_posts_allow_what_either_allows(action: Action, place: Place) -> None:
    for one, other in product(Role, Role):
        each = [allowed(action, frozenset({role}), place) for role in (one, other)]
        assert allowed(action, frozenset({one, other}), place) == any(each)
