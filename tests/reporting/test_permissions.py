"""Who may do what, where: every action, every role, every place."""

from __future__ import annotations

from itertools import product

import pytest

from reporting.permissions import Action, Place, allowed
from reporting.programme import Role

# Action: who may do it in private (n nobody's post, l liaison, s signatory, a admin), and who in a group.
TABLE = {
    Action.JOIN: ("nlsa", ""),
    Action.HELP: ("nlsa", ""),
    Action.STATUS: ("lsa", ""),
    Action.ANSWER: ("lsa", ""),
    Action.FILL: ("l", ""),
    Action.REVIEW: ("s", ""),
    Action.BOARD: ("lsa", ""),
    Action.PUBLISH: ("a", ""),
    Action.SEND_FILE: ("la", ""),
    Action.HISTORY: ("a", ""),
    Action.REGISTER_GROUP: ("a", "a"),
    Action.AUDIT: ("a", ""),
    Action.SETTINGS: ("a", ""),
    Action.OVERSEE: ("lsa", ""),
}
LETTERS: dict[str, frozenset[Role]] = {
    "n": frozenset(),
    "l": frozenset({Role.LIAISON}),
    "s": frozenset({Role.SIGNATORY}),
    "a": frozenset({Role.ADMIN}),
}


def test_the_table_names_every_action_and_role() -> None:
    assert set(TABLE) == set(Action)
    assert frozenset().union(*LETTERS.values()) == set(Role)


@pytest.mark.parametrize(("action", "who"), list(product(Action, LETTERS)), ids=str)
def test_in_private_an_action_is_allowed_to_whom_the_table_says(action: Action, who: str) -> None:
    assert allowed(action, LETTERS[who], Place.PRIVATE) == (who in TABLE[action][0])


@pytest.mark.parametrize(("action", "who"), list(product(Action, LETTERS)), ids=str)
def test_in_a_group_an_action_is_allowed_to_whom_the_table_says(action: Action, who: str) -> None:
    assert allowed(action, LETTERS[who], Place.GROUP) == (who in TABLE[action][1])


@pytest.mark.parametrize(("action", "who"), list(product(Action, LETTERS)), ids=str)
def test_in_a_channel_nothing_is_allowed_to_anybody(action: Action, who: str) -> None:
    assert not allowed(action, LETTERS[who], Place.CHANNEL)


@pytest.mark.parametrize(("action", "place"), list(product(Action, Place)), ids=str)
def test_two_posts_allow_what_either_allows(action: Action, place: Place) -> None:
    for one, other in product(Role, Role):
        each = [allowed(action, frozenset({role}), place) for role in (one, other)]
        assert allowed(action, frozenset({one, other}), place) == any(each)
