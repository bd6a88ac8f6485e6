"""Commands and the words that people type for them."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from forms.text import clean, fold


@dataclass(frozen=True, slots=True)
class Command:
    """``name`` is what the messenger's menu shows; ``words`` mean the same when typed.

    ``roles`` limits whose menu it stands in; none means everybody's. ``rest``: its word may be followed by more;
    ``line``: only by somebody who may, because others begin a sentence with such a word.
    """

    name: str
    words: tuple[str, ...]
    says: str
    roles: frozenset[str]
    rest: bool = False
    line: bool = False


@cache
def commands() -> tuple[Command, ...]:
    path = Path(__file__).parent / "messages" / "commands.toml"
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Command(
            name,
            tuple(entry["words"]),
            entry.get("says", ""),
            frozenset(entry.get("roles", ())),
            entry.get("rest", False),
            entry.get("line", False),
        )
        for name, entry in read.items()
    )


def menu(roles: Collection[str]) -> list[tuple[str, str]]:
    """(name, what it does) of the commands that people with these posts see."""
    return [
        (command.name, command.says)
        for command in commands()
        if command.says and (not command.roles or command.roles.intersection(roles))
    ]


@cache
def _by_word() -> Mapping[str, str]:
    return {fold(word): command.name for command in commands() for word in command.words}


def is_command(name: str) -> bool:
    """True for a command of ours; groups are full of other bots' commands."""
    return any(command.name == name for command in commands())


def command_in(text: str) -> tuple[str, str] | None:
    """(command, rest) when the text is a command: ``/fill``, ``／填报``, or one of its words alone.

    An unknown ``/word`` is returned under its own name, so that it can be refused by name.
    """
    folded = fold(text)
    if folded.startswith("/"):
        name = folded[1:].partition(" ")[0].partition("@")[0]
        return _by_word().get(name, name), _rest(text)
    found = _by_word().get(folded)
    if found is None and (followed := _by_word().get(folded.partition(" ")[0])) in _with_rest():
        assert followed is not None
        return followed, _rest(text)
    return (found, "") if found else None


def line_in(text: str) -> tuple[str, str] | None:
    """(command, rest) of 截止 填报 3日17:30, which is a command when it is typed by somebody who may give it."""
    name = _by_word().get(fold(text).partition(" ")[0])
    lines = {command.name for command in commands() if command.line}
    return (name, _rest(text)) if name in lines else None


@cache
def _with_rest() -> frozenset[str]:
    return frozenset(command.name for command in commands() if command.rest)


def _rest(text: str) -> str:
    """What follows the first word, as typed: it is an opinion or a code, and not ours to fold."""
    return "".join(clean(text).split(maxsplit=1)[1:])
