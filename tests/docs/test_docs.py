"""Documents are held to the code: what is set, run, imported or written in a programme is described, and nothing else."""

from __future__ import annotations

import inspect
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
import typer
from pydantic import BaseModel

import forms.definition
import forms.records
import reporting.programme
import reporting.records
import reporting.rules
from bot.cli import app
from bot.settings import Settings
from forms.records import RecordFacts
from templates.commands import commands as commands_of_the_bot

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")
LOCKS = frozenset({"requirements.lock", "requirements-dev.lock"})
HEADINGS = ["Context", "Decision", "Consequences"]

# The brackets keep this file from naming what no file may name.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home|Users)/")
REGISTRY = re.compile(
    r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|proxy[.]golang|index[.]crates"
    r"|https?://[^\s\"']+/[s]imple\b|index[-]url[ =]+http"
)


@cache
def committed() -> list[str]:
    """Files that are tracked, or would be with the next commit."""
    words = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return sorted(name for name in set(listed.split("\0")) if (ROOT / name).is_file())


@cache
def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def documents() -> list[str]:
    return [name for name in committed() if name.endswith(".md")]


def decisions() -> list[str]:
    return [name for name in documents() if name.startswith("docs/decisions/")]


def settings() -> list[str]:
    return [f"YIBAO_{name.upper()}" for name in Settings.model_fields]


def commands() -> list[str]:
    root = typer.main.get_command(app)
    names: dict[str, object] = getattr(root, "commands", {})
    return sorted(names)


def keys() -> list[str]:
    """Every key that a programme's files may hold."""
    models = {
        model
        for module in (
            forms.definition,
            forms.records,
            reporting.programme,
            reporting.records,
            reporting.rules,
        )
        for _, model in inspect.getmembers(module, inspect.isclass)
        if issubclass(model, BaseModel) and model.__module__ == module.__name__ and model is not RecordFacts
    }
    return sorted({field.alias or key for model in models for key, field in model.model_fields.items()})


def anchors(name: str) -> set[str]:
    """The anchors that a heading gets on the usual forges: lower case, no punctuation, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", _without_code(read(name)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _without_code(text: str) -> str:
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)


def mapped_folders(readme: str) -> set[str]:
    """The first column of the README's map of the house."""
    return set(re.findall(r"^\| `([a-z]+)/` \|", read(readme), re.MULTILINE))


@pytest.mark.parametrize("name", [".env.example", *READMES])
def test_every_setting_is_described(name: str) -> None:
    assert [one for one in settings() if not re.search(rf"\b{one}\b", read(name))] == []


@pytest.mark.parametrize("name", [*documents(), ".env.example"])
def test_no_setting_is_described_that_does_not_exist(name: str) -> None:
    named = set(re.findall(r"\bYIBAO_[A-Z]+(?:_[A-Z]+)*\b", read(name)))
    assert named <= set(settings())


@pytest.mark.parametrize("name", READMES)
def test_every_command_is_described_and_no_other(name: str) -> None:
    assert set(re.findall(r"^\| `yibao ([a-z-]+)", read(name), re.MULTILINE)) == set(commands())


@pytest.mark.parametrize("name", documents())
def test_commands_that_are_named_exist(name: str) -> None:
    named = set(re.findall(r"(?:`|/bin/)yibao ([a-z-]+)", read(name)))
    assert named <= set(commands())


@pytest.mark.parametrize("name", documents())
def test_targets_that_are_named_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", read(name), re.MULTILINE)) <= targets


@pytest.mark.parametrize("name", READMES)
def test_the_map_shows_every_folder_and_no_other(name: str) -> None:
    there = {file.split("/")[0] for file in committed() if "/" in file and not file.startswith(".")}
    assert mapped_folders(name) == there


def test_every_command_of_the_menu_has_its_page_and_no_other() -> None:
    """A heading names the command; commands that only answer a question are described with filling in."""
    headings = re.findall(r"^### (.+)$", read("docs/commands.md"), re.MULTILINE)
    named = {name for heading in headings for name in re.findall(r"/([a-z]+)", heading)}
    assert {command.name for command in commands_of_the_bot() if command.says} - named == set()
    assert named - {command.name for command in commands_of_the_bot()} == set()


def test_every_command_of_the_page_shows_what_the_bot_answers() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    sections = re.split(r"^### ", page, flags=re.MULTILINE)[1:]
    assert [one.splitlines()[0] for one in sections if "```text\n" not in one] == []


def test_both_readmes_have_the_same_sections() -> None:
    first, second = (len(re.findall(r"^## ", read(name), re.MULTILINE)) for name in READMES)
    assert first == second


def test_both_readmes_quote_the_same_conversation() -> None:
    """The gloss differs, what was said does not."""

    def said(name: str) -> list[str]:
        block = re.findall(r"^```text\n(.*?)^```", read(name), re.MULTILINE | re.DOTALL)[0]
        return [line for line in block.splitlines() if not line.startswith("#")]

    assert said(READMES[0]) == said(READMES[1])


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(Path(name).name[:4]) for name in decisions()]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("name", decisions())
def test_a_decision_has_its_number_and_three_headings(name: str) -> None:
    text = read(name)
    assert text.startswith(f"# {int(Path(name).name[:4])}. ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert len(text.splitlines()) <= 60, "one page at most"


def test_every_decision_is_listed() -> None:
    assert [name for name in decisions() if name.removeprefix("docs/") not in read("docs/README.md")] == []


@pytest.mark.parametrize("key", keys())
def test_every_key_of_a_programme_is_explained(key: str) -> None:
    assert f"`{key}`" in read("docs/programmes.md")


@pytest.mark.parametrize("name", documents())
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", _without_code(read(name))):
        if target.startswith(("https://", "http://")):
            continue
        path, _, anchor = target.partition("#")
        found = (ROOT / name).parent / path if path else ROOT / name
        assert found.exists(), target
        if anchor:
            assert anchor in anchors(found.resolve().relative_to(ROOT).as_posix()), target


def test_no_file_names_a_path_of_a_machine_or_a_package_registry() -> None:
    """Lock files hold versions and hashes; an address in one would bind everybody to it."""
    found: list[str] = []
    for name in committed():
        content = (ROOT / name).read_bytes()
        if b"\0" in content:
            continue
        text = content.decode(errors="replace")
        patterns = [REGISTRY] if name in LOCKS else [REGISTRY, MACHINE_PATH]
        found += [f"{name}: {match[0]}" for one in patterns for match in one.finditer(text)]
    assert found == []
