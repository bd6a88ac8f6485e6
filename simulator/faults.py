"""What can go wrong between the bot and Telegram: a list of rules, consulted in one place."""

import itertools
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, get_args

from simulator.refusals import WorldError

FaultKind = Literal[
    "429",
    "5xx",
    "401",
    "outage",
    "slow",
    "malformed",
    "timeout_after_accept",
    "duplicate_updates",
    "update_id_restart",
]
# These strike getUpdates without being asked; the others only when the rule names a method.
_EVERYWHERE = frozenset({"outage", "401"})
MAX_LATENCY = 600
_NOT_CALLS = frozenset({"duplicate_updates", "update_id_restart"})
_SETTABLE: dict[str, tuple[type, ...]] = {
    "kind": (str,),
    "chat_id": (int,),
    "method": (str,),
    "times": (int,),
    "retry_after": (int,),
    "status": (int,),
    "latency": (int, float),
    "accept": (bool,),
    "next_update_id": (int,),
}


@dataclass
class Fault:
    """One rule; `times` 0 lasts until cleared, `method` "*" includes getUpdates, `status` 0 is the kind's own."""

    kind: FaultKind
    chat_id: int | None = None
    method: str | None = None
    times: int = 1
    retry_after: int = 5
    status: int = 0
    latency: float = 0.0
    accept: bool = False
    next_update_id: int = 1
    id: int = 0
    struck: int = 0

    def matches(self, method: str, chat_id: int | None) -> bool:
        """Whether this call is one the rule is about; `method` is in lower case."""
        if self.kind in _NOT_CALLS or (self.chat_id is not None and self.chat_id != chat_id):
            return False
        if self.method is None:
            return method != "getupdates" or self.kind in _EVERYWHERE
        return self.method == "*" or self.method.lower() == method


class FaultBoard:
    """The rules in force, oldest first; the first that matches a call strikes."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []
        self._ids = itertools.count(1)

    def add(self, fault: Fault) -> Fault:
        """Put a rule in force."""
        fault.id = next(self._ids)
        self.rules.append(fault)
        return fault

    def clear(self, fault_id: int | None = None) -> int:
        """Lift one rule, or all; returns how many were lifted."""
        before = len(self.rules)
        self.rules = [rule for rule in self.rules if fault_id is not None and rule.id != fault_id]
        return before - len(self.rules)

    def strike(self, method: str, chat_id: int | None) -> Fault | None:
        """The rule that spoils this call, counted as used; the one place calls are spoilt from."""
        rule = next((rule for rule in self.rules if rule.matches(method, chat_id)), None)
        return None if rule is None else self._use(rule)

    def doubles(self) -> bool:
        """Whether the next update must be delivered twice."""
        rule = next((rule for rule in self.rules if rule.kind == "duplicate_updates"), None)
        return rule is not None and self._use(rule) is not None

    def _use(self, rule: Fault) -> Fault:
        rule.struck += 1
        if rule.times and rule.struck >= rule.times:
            self.rules.remove(rule)
        return rule


def fault_from_json(body: dict[str, Any]) -> Fault:
    """A rule as the control API receives it; an unknown field or kind is refused by name."""
    unknown = sorted(set(body) - set(_SETTABLE))
    if unknown:
        raise WorldError(f"unknown fault field: {', '.join(unknown)}", 400)
    if body.get("kind") not in get_args(FaultKind):
        raise WorldError(f"kind must be one of {', '.join(get_args(FaultKind))}", 400)
    for name, kinds in _SETTABLE.items():
        value = body.get(name)
        if value is not None and (not isinstance(value, kinds) or (bool not in kinds and value is True)):
            raise WorldError(f"wrong type for fault field {name}", 400)
    if body.get("status") and body["status"] not in set(HTTPStatus):
        raise WorldError("status must be an HTTP status", 400)
    if not 0 <= body.get("latency", 0) <= MAX_LATENCY or body.get("times", 1) < 0:
        raise WorldError(f"latency is 0 to {MAX_LATENCY} seconds, times 0 or more", 400)
    return Fault(**{name: value for name, value in body.items() if value is not None})
