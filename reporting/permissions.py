"""Who may do what, where. One table; ``services.runtime`` asks it on every action, from the database."""

from __future__ import annotations

from enum import StrEnum

from reporting.programme import Role


class Place(StrEnum):
    """Where an action was asked for."""

    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


class Action(StrEnum):
    JOIN = "join"
    ANSWER = "answer"
    FILL = "fill"
    REVIEW = "review"
    STATUS = "status"
    HELP = "help"
    BOARD = "board"
    PUBLISH = "publish"
    REGISTER_GROUP = "register_group"
    SEND_FILE = "send_file"
    HISTORY = "history"
    AUDIT = "audit"
    SETTINGS = "settings"
    OVERSEE = "oversee"


# None stands for a person without any post.
ALLOWED: dict[Action, tuple[frozenset[Role | None], frozenset[Place]]] = {
    Action.JOIN: (frozenset({None, *Role}), frozenset({Place.PRIVATE})),
    Action.HELP: (frozenset({None, *Role}), frozenset({Place.PRIVATE})),
    Action.STATUS: (frozenset(Role), frozenset({Place.PRIVATE})),
    Action.FILL: (frozenset({Role.LIAISON}), frozenset({Place.PRIVATE})),
    Action.ANSWER: (frozenset(Role), frozenset({Place.PRIVATE})),
    Action.REVIEW: (frozenset({Role.SIGNATORY}), frozenset({Place.PRIVATE})),
    Action.BOARD: (frozenset(Role), frozenset({Place.PRIVATE})),
    Action.PUBLISH: (frozenset({Role.ADMIN}), frozenset({Place.PRIVATE})),
    # What a file may change is asked for again when it is read: FILL or HISTORY.
    Action.SEND_FILE: (frozenset({Role.LIAISON, Role.ADMIN}), frozenset({Place.PRIVATE})),
    Action.HISTORY: (frozenset({Role.ADMIN}), frozenset({Place.PRIVATE})),
    Action.REGISTER_GROUP: (frozenset({Role.ADMIN}), frozenset({Place.PRIVATE, Place.GROUP})),
    Action.SETTINGS: (frozenset({Role.ADMIN}), frozenset({Place.PRIVATE})),
    Action.OVERSEE: (frozenset({Role.LIAISON, Role.SIGNATORY, Role.ADMIN}), frozenset({Place.PRIVATE})),
    Action.AUDIT: (frozenset({Role.ADMIN}), frozenset({Place.PRIVATE})),
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
        "stale",
        "locked",
        "identity_number",
        "classification",
    }
)


def is_audited(refusal: str) -> bool:
    """True for a refusal that an auditor wants to see; of codes every one."""
    return refusal in AUDITED or refusal.startswith("code.")
