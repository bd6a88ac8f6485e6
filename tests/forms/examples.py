"""Forms that the tests of the form engine share: the county's safety table and two small invented ones."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

from forms.cells import NOT_APPLICABLE, NOT_MEASURED, UNANSWERED, ZERO, Cell, figure
from forms.definition import Form
from forms.questions import Part, part_of
from forms.table import Bases

YONGJIA = Path(__file__).parents[2] / "programmes" / "yongjia"
WORDS = {"不适用": NOT_APPLICABLE, "未统计": NOT_MEASURED, "未填": UNANSWERED, "0": ZERO}

# Two chimneys with an owner each, two pollutants, totals of both axes; the facets stand under the rows.
POLLUTION: dict[str, Any] = {
    "key": "pollution",
    "version": 1,
    "title": "主要污染物减排情况报告表",
    "short": "减排",
    "lead": "environment",
    "header_unit": "县环保局",
    "grid": {
        "corner": ["单位"],
        "facets_on": "items",
        "facets": [
            {"kind": "month", "title": "当月"},
            {"kind": "cumulative", "title": "累计"},
            {"kind": "year_on_year", "title": "同比±%"},
        ],
        "items": [
            {"key": "plant", "title": "电厂", "owner": "plant_unit"},
            {"key": "mill", "title": "纸厂", "owner": "mill_unit"},
            {"key": "both", "title": "合计", "total_of": ["plant", "mill"]},
        ],
        "measures": [
            {"key": "cod", "title": "COD", "short": "COD", "unit": "吨", "decimals": 2, "direction": "lower"},
            {"key": "so2", "title": "SO2", "short": "SO2", "unit": "吨", "decimals": 2, "direction": "lower"},
            {"key": "all", "title": "合计", "short": "合计", "unit": "吨", "total_of": ["cod", "so2"]},
        ],
    },
}

# One row of two figures, a soft rule, one narrative: the smallest form that can ask for a reason.
SHOP: dict[str, Any] = {
    "key": "shop",
    "version": 1,
    "title": "商店情况表",
    "short": "商店",
    "lead": "trade",
    "header_unit": "县经贸局",
    "grid": {
        "facets_on": "measures",
        "facets": [{"kind": "month", "title": "当月"}],
        "items": [{"key": "town", "title": "县城"}],
        "measures": [
            {"key": "opened", "title": "开业", "short": "开业", "unit": "家"},
            {"key": "closed", "title": "歇业", "short": "歇业", "unit": "家"},
        ],
    },
    "narrative": [{"key": "plan", "title": "计划", "question": "计划如何？", "max_length": 20}],
    "checks": [{"level": "soft", "rule": "closed <= opened", "says": "歇业多于开业"}],
}


def raw_county_form(name: str) -> dict[str, Any]:
    """One of the county's form files as read, to be spoilt by a test."""
    text = (YONGJIA / "forms" / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def county_form(name: str) -> Form:
    return Form.model_validate(raw_county_form(name))


def raw_safety() -> dict[str, Any]:
    return raw_county_form("safety")


def safety() -> Form:
    return county_form("safety")


def pollution() -> Form:
    return Form.model_validate(deepcopy(POLLUTION))


def shop(**changes: Any) -> Form:
    return Form.model_validate(deepcopy(SHOP) | changes)


def cell(word: str) -> Cell:
    """``不适用``, ``未统计``, ``未填``, or a figure."""
    return WORDS.get(word) or figure(Decimal(word))


def row(form: Form, item: str, line: str) -> dict[str, Cell]:
    """``road``, ``3 1 2 15.6 0`` → the row's typed cells by address."""
    keys = [measure for one, measure in form.typed_cells if one == item]
    return {f"{item}.{key}": cell(word) for key, word in zip(keys, line.split(), strict=True)}


def rows(form: Form, **lines: str) -> dict[str, Cell]:
    return {at: one for item, line in lines.items() for at, one in row(form, item, line).items()}


def amounts(form: Form, **lines: str) -> dict[str, Decimal]:
    return {at: one.amount for at, one in rows(form, **lines).items() if one.amount is not None}


def part(unit: str, form: Form | None = None, only: frozenset[str] | None = None) -> Part:
    return part_of(form or safety(), unit, only)


def loaded(form: Form, file: str = "history.toml") -> Bases:
    """June 2008 as the sample history has it: 累计 of May 2008, and the sum of January to June 2007."""
    read = tomllib.loads((YONGJIA / file).read_text(encoding="utf-8"), parse_float=Decimal)
    last_year: dict[str, Decimal] = {}
    for entry in read["months"]:
        if entry["form"] == form.key and "2007-01" <= entry["period"] <= "2007-06":
            for at, number in _figures(form, entry).items():
                last_year[at] = last_year.get(at, Decimal(0)) + number
    opening = next(entry for entry in read["cumulative"] if entry["form"] == form.key)
    return Bases(_figures(form, opening), last_year)


def _figures(form: Form, entry: dict[str, Any]) -> dict[str, Decimal]:
    return {f"{item}.{measure}": Decimal(entry[item][measure]) for item, measure in form.typed_cells}
