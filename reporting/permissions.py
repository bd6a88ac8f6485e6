"""Who may do what, where. One table; ``services.runtime`` asks it on every action, from the database."""

from __future__ import annotations

from enum import StrEnum

from reporting.programme import OF_OFFICE, OF_UNITS, Role


class Place(StrEnum):
    """Where an action was asked for."""

    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


class Action(StrEnum):
    JOIN = "join"
    HELP = "help"
    STATUS = "status"
    ANSWER = "answer"
    FILL = "fill"
    REVIEW = "review"
    BOARD = "board"
    DIGEST = "digest"
    DRAFT = "draft"
    PUBLISH = "publish"
    RELEASE = "release"
    OUTPUT = "output"
    REGISTER_GROUP = "register_group"
    SEND_FILE = "send_file"
    HISTORY = "history"
    GROUP_CODE = "group_code"
    ROSTER = "roster"
    PEOPLE = "people"
    REPLACE = "replace"
    DECIDE = "decide"
    LEAVE = "leave"
    OWN_DATA = "own_data"
    ERASE = "erase"
    AUDIT = "audit"
    SETTINGS = "settings"
    OVERSEE = "oversee"
    CHASE = "chase"
    CHECK = "check"
    ACK = "ack"
    APPEAL = "appeal"
    STRIKE = "strike"
    CONTACT = "contact"


_EVERYBODY: frozenset[Role | None] = frozenset({None, *Role})
_POSTS: frozenset[Role | None] = frozenset(Role)
_FILLERS: frozenset[Role | None] = frozenset({Role.LIAISON, Role.DEPUTY})
_UNIT: frozenset[Role | None] = frozenset(OF_UNITS)
_OFFICE: frozenset[Role | None] = frozenset({Role.OFFICE, Role.ADMIN})
_ADMIN: frozenset[Role | None] = frozenset({Role.ADMIN})
_PRIVATE = frozenset({Place.PRIVATE})

# None stands for a person without any post. A stand-in has the posts of whoever is away.
ALLOWED: dict[Action, tuple[frozenset[Role | None], frozenset[Place]]] = {
    Action.JOIN: (_EVERYBODY, _PRIVATE),
    Action.HELP: (_EVERYBODY, _PRIVATE),
    Action.STATUS: (_POSTS, _PRIVATE),
    Action.ANSWER: (_POSTS, _PRIVATE),
    Action.FILL: (_FILLERS, _PRIVATE),
    Action.REVIEW: (frozenset({Role.SIGNATORY}), _PRIVATE),
    Action.BOARD: (_POSTS, _PRIVATE),
    Action.DIGEST: (frozenset(OF_OFFICE), _PRIVATE),
    Action.DRAFT: (_OFFICE, _PRIVATE),
    Action.PUBLISH: (_ADMIN, _PRIVATE),
    Action.RELEASE: (frozenset({Role.ADMIN, Role.LEADER}), _PRIVATE),
    # Whoever reads a published digest may have what it offers there; the service asks who is sent what.
    Action.OUTPUT: (_EVERYBODY, frozenset({Place.PRIVATE, Place.GROUP})),
    Action.REGISTER_GROUP: (_ADMIN, frozenset({Place.PRIVATE, Place.GROUP})),
    Action.GROUP_CODE: (frozenset({None}), frozenset({Place.GROUP})),
    # What a file may change is asked for again when it is read: FILL, HISTORY or ROSTER.
    Action.SEND_FILE: (_FILLERS | _ADMIN, _PRIVATE),
    Action.HISTORY: (_ADMIN, _PRIVATE),
    Action.ROSTER: (_ADMIN, _PRIVATE),
    Action.PEOPLE: (_OFFICE, _PRIVATE),
    Action.REPLACE: (_UNIT, _PRIVATE),
    Action.DECIDE: (_OFFICE, _PRIVATE),
    Action.LEAVE: (_POSTS, _PRIVATE),
    Action.OWN_DATA: (_POSTS, _PRIVATE),
    Action.ERASE: (_ADMIN, _PRIVATE),
    Action.SETTINGS: (_ADMIN, _PRIVATE),
    Action.OVERSEE: (_POSTS, _PRIVATE),
    Action.CHASE: (_OFFICE, _PRIVATE),
    Action.AUDIT: (_ADMIN, _PRIVATE),
    Action.CHECK: (_OFFICE, _PRIVATE),
    Action.ACK: (_POSTS, _PRIVATE),
    # Whoever lost every post may still say why a miss should not count.
    Action.APPEAL: (_UNIT | {None}, _PRIVATE),
    Action.STRIKE: (_OFFICE, _PRIVATE),
    Action.CONTACT: (_POSTS, _PRIVATE),
}


def allowed(action: Action, roles: frozenset[Role], place: Place) -> bool:
    """True when one of the roles may do this here. Whether the object is theirs is the service's to check."""
    who, where = ALLOWED[action]
    return place in where and bool(who & (roles or {None}))


# What may not be done, as against what was mistyped: these refusals are on record.
AUDITED = frozenset(
    {
        "stranger",
        "not_allowed",
        "private_only",
        "group_only",
        "anonymous",
        "not_yours",
        "own_submission",
        "own_request",
        "own_release",
        "last_admin",
        "stale",
        "locked",
        "identity_number",
        "classification",
    }
)


def is_audited(refusal: str) -> bool:
    """True for a refusal that an auditor wants to see; of codes every one."""
    return refusal in AUDITED or refusal.startswith("code.")
