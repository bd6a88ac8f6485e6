"""Words and code held against each other: no refusal, button or command without both."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Collection
from functools import cache
from typing import get_args

import pytest
from jinja2 import meta

from forms.numbers import Reason
from forms.screening import Secret
from handlers import compiling, contact, exceptions, filling, history, overseeing, people, reviewing, settings
from handlers.routes import _KINDS, _PRESS, COMMANDS
from reporting.permissions import Action
from reporting.roster import Kind
from reporting.states import TaskState
from templates import audit_words
from templates.commands import commands
from templates.read_workbook import Problem
from templates.words import button, environment, kind_word, refusal_keys
from tests.templates.source import ROOT, Call, calls, literals, modules, refusal_texts, texts_of

MESSAGES = ROOT / "templates" / "messages"
ROUTES = "handlers/routes.py"
# A refusal that was decided elsewhere and is only passed on.
PASSED_ON = {
    ("handlers/edge.py", "key"),
    ("handlers/edge.py", "Refused(key, **fields)"),
    ("services/runtime.py", "refused"),
    ("services/effects.py", "refused.key"),
}


def function(file: str, name: str) -> ast.AST:
    return next(
        node for node in ast.walk(modules()[file]) if isinstance(node, ast.FunctionDef) and node.name == name
    )


@cache
def families() -> dict[str, set[str]]:
    """Keys that are put together while running, by the expression that does it."""
    returned = [
        node.value for node in ast.walk(function(ROUTES, "_not_an_answer")) if isinstance(node, ast.Return)
    ]
    pairs = [value for value in returned if isinstance(value, ast.Tuple)]
    return {
        "f'task.{state}'": {f"task.{state}" for state in TaskState},
        "f'number.{refusal.reason}'": {f"number.{reason}" for reason in get_args(Reason)},
        "f'import.{problem}'": {f"import.{problem}" for problem in get_args(Problem)},
        "secret": set(get_args(Secret)),
        "why[0]": {key for pair in pairs for key in literals(pair.elts[0])},
    }


def refusals() -> list[tuple[Call, ast.expr]]:
    """Every place that refuses, and the expression of its key."""
    made = [(call, call.node.args[0]) for call in calls("Refused")]
    made += [(call, call.node.args[1]) for call in calls("refuse") if len(call.node.args) > 1]
    return [(call, key) for call, key in made if (call.file, ast.unparse(key)) not in PASSED_ON]


def keys_of(call: Call, key: ast.expr) -> set[str]:
    return families().get(ast.unparse(key)) or texts_of(key, call.around)


def test_every_refusal_can_be_read_from_the_source() -> None:
    unknown = [str(call) for call, key in refusals() if not keys_of(call, key)]
    assert unknown == [], "teach tests/templates/test_sentences.py these families of refusals"


def test_every_refusal_has_a_sentence_and_every_sentence_is_used() -> None:
    raised = set().union(*(keys_of(call, key) for call, key in refusals()))
    assert raised - refusal_keys() == set(), "refused without a sentence"
    assert refusal_keys() - raised == set(), "sentences that nothing says"


def test_every_refusal_is_told_all_that_its_sentence_mentions() -> None:
    sentences = refusal_texts()
    mentions = {
        key: meta.find_undeclared_variables(environment().parse(text)) for key, text in sentences.items()
    }
    short = [
        f"{call}: {key} needs {sorted(missing)}"
        for call, expression in refusals()
        for key in keys_of(call, expression)
        if (missing := mentions[key] - {keyword.arg for keyword in call.node.keywords})
    ]
    assert short == []


def test_every_refusal_is_one_short_line_that_ends_as_a_sentence() -> None:
    sentences = refusal_texts()
    assert [key for key, text in sentences.items() if "\n" in text or not text.endswith("。")] == []


def said() -> list[tuple[Call, str]]:
    return [(call, name) for call in calls("say") for name in texts_of(call.node.args[0], call.around)]


def test_every_sentence_that_is_said_exists_and_is_told_exactly_what_it_asks_for() -> None:
    wrong = []
    for call, name in said():
        file, _, macro = name.partition(".")
        module = environment().get_template(f"{file}.j2").module
        told = {keyword.arg for keyword in call.node.keywords}
        if not hasattr(module, macro):
            wrong.append(f"{call}: there is no {name}")
        elif None not in told and told != set(getattr(module, macro).arguments):
            wrong.append(f"{call}: {name} asks for {getattr(module, macro).arguments}")
    assert wrong == []


def verbs() -> set[str]:
    """Every verb that a button is made with."""
    found = {verb for call in calls("button") for verb in texts_of(call.node.args[0], call.around)}
    unread = [str(call) for call in calls("button") if not texts_of(call.node.args[0], call.around)]
    assert unread == []
    return found


def handled() -> set[str]:
    """Every verb that a press is looked up by, or compared with, in the routes."""
    compared = [node for node in ast.walk(modules()[ROUTES]) if isinstance(node, ast.Compare)]
    by_name = {
        text
        for node in compared
        if ast.unparse(node.left) == "verb" and isinstance(node.ops[0], ast.Eq)
        for text in literals(node)
    }
    tables: list[Collection[str]] = [filling.ON_TASK, filling.ON_QUESTION]
    tables += [reviewing.ON_TASK, reviewing.ON_QUESTION, history.ON_QUESTION]
    tables += [exceptions.ON_TASK, exceptions.ON_QUESTION, exceptions.DECISIONS]
    tables += [settings.PRESSED, overseeing.PRESSED, people.ON_NUMBER, people.ON_UNIT, contact.ON_NUMBER]
    tables += [compiling.ON_DRAFT, compiling.ON_EDITION]
    tables += [contact.ON_SPAN]
    return by_name.union(*tables)


def test_every_button_has_a_label() -> None:
    labels = tomllib.loads((MESSAGES / "buttons.toml").read_text(encoding="utf-8"))
    assert verbs() - set(labels) == set()


def test_every_button_that_is_shown_does_something_when_pressed() -> None:
    assert verbs() - handled() == set()


def test_every_verb_fits_what_is_read_back_from_a_press() -> None:
    for verb in verbs():
        data = button(verb, "2008-06", 999_999_999, label="字").data
        match = _PRESS.match(data)
        assert match is not None
        assert match.groups() == (verb, "2008-06", "999999999")
        assert len(data.encode()) <= 64


def test_every_command_is_routed() -> None:
    routed = {*COMMANDS, *filling.TYPED, *filling.ON_QUESTION, *settings.TYPED, *exceptions.TYPED}
    routed |= {*people.ALONE, *people.WITH_REST, *contact.WITH_REST, *compiling.WITH_REST}
    named = {command.name for command in commands()}
    assert named - routed == set(), "commands that nothing answers"
    assert routed - named == set(), "routes that nobody can call"


def test_the_messengers_menu_takes_every_command_that_stands_in_it() -> None:
    shown = [command for command in commands() if command.says]
    assert shown
    for command in shown:
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,31}", command.name)
        assert len(command.says) <= 256


@pytest.mark.parametrize("kind", [*_KINDS, "other"])
def test_everything_that_is_not_text_has_a_name(kind: str) -> None:
    assert kind_word(kind)


def test_everything_that_is_put_on_record_has_a_word() -> None:
    put = {
        verb
        for call in calls("audit")
        for verb in texts_of(call.node.args[1], call.around)
        if call.node.args[1:]
    }
    put |= {f"roster_{kind}" for kind in Kind}
    assert put - audit_words.verbs() == set()
    assert {str(action) for action in Action} - audit_words.actions() == set()
