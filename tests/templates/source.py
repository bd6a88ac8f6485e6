"""Reads our own source, so that words and code can be held against each other."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "handlers", "schedules", "services", "storage", "templates", "reporting", "forms")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def refusal_texts() -> dict[str, str]:
    """Every refusal's sentence as it stands in the file, by its key."""
    path = ROOT / "templates" / "messages" / "refusals.toml"
    return _flat(tomllib.loads(path.read_text(encoding="utf-8")))


def _flat(read: dict[str, object], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in read.items():
        found |= _flat(value, f"{before}{key}.") if isinstance(value, dict) else {before + key: str(value)}
    return found


@dataclass(frozen=True)
class Call:
    """A call as written: where it stands, and the function around it."""

    file: str
    node: ast.Call
    around: ast.AST

    def __str__(self) -> str:
        return f"{self.file}:{self.node.lineno} {ast.unparse(self.node)[:80]}"


@cache
def modules() -> dict[str, ast.Module]:
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def calls(name: str) -> Iterator[Call]:
    """Every ``name(…)`` and ``something.name(…)`` of the program."""
    for file, module in modules().items():
        for node, around in _inside(module, module):
            if isinstance(node, ast.Call) and _called(node) == name:
                yield Call(file, node, around)


def _inside(node: ast.AST, around: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        yield child, around
        yield from _inside(child, child if isinstance(child, Function) else around)


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def texts_of(expression: ast.expr, around: ast.AST) -> set[str]:
    """Every text that an expression may be, where it is written out or assigned in the same function."""
    if isinstance(expression, ast.Constant):
        return {expression.value} if isinstance(expression.value, str) else set()
    if isinstance(expression, ast.IfExp):
        return texts_of(expression.body, around) | texts_of(expression.orelse, around)
    if isinstance(expression, ast.Name):
        assigned = [
            node.value
            for node in ast.walk(around)
            if isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == expression.id for target in node.targets)
        ]
        return set().union(*(texts_of(value, around) for value in assigned))
    if isinstance(expression, ast.Call):  # such as {state: "fix"}.get(now, "fill")
        return {one for one in literals(expression) if one.isidentifier()}
    return set()


def literals(node: ast.AST) -> set[str]:
    """Every text written out below a node."""
    return {
        one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


def written(*, outside: str = "") -> set[str]:
    """Every text written out in the program, not counting files of one folder."""
    return set().union(
        *(
            literals(module)
            for file, module in modules().items()
            if not outside or not file.startswith(outside)
        )
    )
