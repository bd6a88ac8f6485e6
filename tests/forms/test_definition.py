"""Form files: what they say, and that every mistake in one is refused."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from forms.definition import Form
from tests.forms.examples import POLLUTION, pollution, raw_safety, safety

Raw = dict[str, Any]


def put(where: str, what: object) -> Callable[[Raw], None]:
    """Write a value at a place such as ``grid.items.0.title``."""

    def spoil(raw: Raw) -> None:
        *way, last = [int(step) if step.isdecimal() else step for step in where.split(".")]
        place: Any = raw
        for step in way:
            place = place[step]
        place[last] = what

    return spoil


def drop(where: str, key: str) -> Callable[[Raw], None]:
    def spoil(raw: Raw) -> None:
        place: Any = raw
        for step in where.split(".") if where else ():
            place = place[int(step) if step.isdecimal() else step]
        del place[key]

    return spoil


def append(where: str, what: object) -> Callable[[Raw], None]:
    def spoil(raw: Raw) -> None:
        place: Any = raw
        for step in where.split("."):
            place = place.setdefault(step, [])
        place.append(what)

    return spoil


def owner(item: str, measure: str, unit: str = "port") -> Callable[[Raw], None]:
    return append("grid.owners", {"item": item, "measure": measure, "owner": unit})


def check(rule: str) -> Callable[[Raw], None]:
    return append("checks", {"level": "hard", "rule": rule, "says": "不符"})


MISTAKES: dict[str, tuple[Callable[[Raw], None], str]] = {
    "an unknown key of the form": (put("colour", "red"), "colour"),
    "an unknown key of the grid": (put("grid.colour", "red"), "grid.colour"),
    "an unknown key of a row": (put("grid.items.0.colour", "red"), "grid.items.0.colour"),
    "an unknown key of a column": (put("grid.measures.1.colour", "red"), "grid.measures.1.colour"),
    "an unknown key of a narrative": (put("narrative.0.colour", "red"), "narrative.0.colour"),
    "an unknown key of a check": (put("checks.0.colour", "red"), "checks.0.colour"),
    "an unknown key of a jump": (put("jumps.0.colour", "red"), "jumps.0.colour"),
    "a missing title": (drop("", "title"), "title"),
    "a missing lead unit": (drop("", "lead"), "lead"),
    "a missing unit of a column": (drop("grid.measures.0", "unit"), "unit: a figure counts"),
    "an empty title": (put("title", ""), "title"),
    "a key with a capital letter": (put("key", "Safety"), "key"),
    "a key with a point": (put("grid.items.0.key", "indus.try"), "grid.items.0.key"),
    "a key with a colon": (put("grid.items.0.key", "a:b"), "grid.items.0.key"),
    "a key with a line end": (put("grid.items.0.key", "industry\n"), "grid.items.0.key"),
    "a version zero": (put("version", 0), "version"),
    "no rows": (put("grid.items", []), "grid.items"),
    "no columns": (put("grid.measures", []), "grid.measures"),
    "no facets": (put("grid.facets", []), "grid.facets"),
    "an unknown facet": (put("grid.facets.0.kind", "week"), "grid.facets.0.kind"),
    "facets on neither axis": (put("grid.facets_on", "both"), "grid.facets_on"),
    "an unknown direction": (put("grid.measures.0.direction", "down"), "grid.measures.0.direction"),
    "negative decimals": (put("grid.measures.0.decimals", -1), "grid.measures.0.decimals"),
    "an unknown level of a check": (put("checks.0.level", "soft-ish"), "checks.0.level"),
    "a check that is not a rule": (put("checks.0.rule", "__import__('os')"), "checks.0.rule"),
    "a check that never ends": (put("checks.0.rule", "deaths >= 1" + "+1" * 100), "checks.0.rule"),
    "a jump of factor 1": (put("jumps.0.factor", 1), "jumps.0.factor"),
    "a ratio in a row of totals": (
        put("grid.measures.0.unit", "起/万人"),
        "do not add up to a total: accidents",
    ),
    "facets that are not printed": (
        put("grid.measures.0.facets", ["target"]),
        "not under the columns: accidents",
    ),
    "a facet used twice": (put("grid.facets.1.kind", "month"), "used twice: month"),
    "a row used twice": (put("grid.items.1.key", "industry"), "used twice: industry"),
    "a column used twice": (put("grid.measures.1.key", "accidents"), "used twice: accidents"),
    "a narrative used twice": (put("narrative.1.key", "schedule"), "used twice: schedule"),
    "a total of an unknown row": (put("grid.items.4.total_of", ["road", "rail"]), "unknown keys: rail"),
    "a total of an unknown column": (put("grid.measures.4.total_of", ["trees"]), "unknown keys: trees"),
    "a total that counts a row twice": (put("grid.items.4.total_of", ["road", "road"]), "used twice: road"),
    "a total of itself": (put("grid.items.4.total_of", ["total", "road"]), "computed keys: total"),
    "a total of a total": (put("grid.items.3.total_of", ["road"]), "computed keys: fire"),
    "an owner of an unknown row": (owner("rail", "deaths"), "unknown or computed cell: rail.deaths"),
    "an owner of an unknown column": (owner("road", "trees"), "unknown or computed cell: road.trees"),
    "an owner of a computed cell": (owner("total", "deaths"), "unknown or computed cell: total.deaths"),
    "a check of an unknown measure": (check("deaths >= trees"), "unknown or computed measures: trees"),
    "a condition on an unknown measure": (check("deaths >= 1 if trees > 0"), "measures: trees"),
    "a jump of an unknown measure": (put("jumps.0.measure", "trees"), "measures: trees"),
    "a row called reason": (put("grid.items", [{"key": "reason", "title": "原因"}]), "reserved"),
    "a row called narrative": (put("grid.items", [{"key": "narrative", "title": "文字"}]), "reserved"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_form_file_is_refused_by_its_name(mistake: str) -> None:
    spoil, named = MISTAKES[mistake]
    raw = raw_safety()
    spoil(raw)
    with pytest.raises(ValidationError) as caught:
        Form.model_validate(raw)
    found = [f"{'.'.join(map(str, error['loc']))} {error['msg']}" for error in caught.value.errors()]
    assert any(named in line for line in found), found


def test_two_owners_of_one_cell_are_refused() -> None:
    raw = raw_safety()
    owner("road", "deaths")(raw)
    owner("road", "deaths", "anjian")(raw)
    with pytest.raises(ValidationError, match=r"used twice: road\.deaths"):
        Form.model_validate(raw)


def test_a_check_of_a_computed_column_is_refused_because_it_could_never_speak() -> None:
    raw = deepcopy(POLLUTION) | {"checks": [{"level": "hard", "rule": "all >= cod", "says": "不符"}]}
    with pytest.raises(ValidationError, match="computed measures: all"):
        Form.model_validate(raw)


def test_a_definition_cannot_be_changed_after_reading() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        safety().title = "别的"  # type: ignore[misc]


def test_of_75_printed_cells_people_type_20() -> None:
    form = safety()
    # 5 rows × 5 columns × 3 facets are printed; 4 rows (合计 is computed) × 5 columns × 当月 alone are typed.
    assert len(form.grid.items) * len(form.grid.measures) * len(form.grid.facets) == 75
    assert len(form.typed_cells) == 20
    assert form.typed_cells[:2] == (("industry", "accidents"), ("industry", "deaths"))
    assert form.typed_cells[5] == ("road", "accidents")


def test_each_unit_of_the_safety_form_types_one_row_of_five() -> None:
    form = safety()
    assert form.units == ("traffic_police", "port", "fire_brigade", "anjian")
    owned = [sum(owner == unit for owner in form.owner_of.values()) for unit in form.units]
    assert owned == [5, 5, 5, 5]


def test_totals_of_either_axis_are_not_typed() -> None:
    assert pollution().typed_cells == (("plant", "cod"), ("plant", "so2"), ("mill", "cod"), ("mill", "so2"))


def test_a_cell_belongs_to_its_own_owner_else_the_rows_else_the_columns_else_the_lead() -> None:
    raw = raw_safety()
    raw["grid"]["measures"][3]["owner"] = "economy"
    del raw["grid"]["items"][3]["owner"]
    owner("road", "loss", "police")(raw)
    owned = Form.model_validate(raw).owner_of
    assert owned["road", "loss"] == "police"  # its own, before the row's traffic_police
    assert owned["water", "loss"] == "port"  # the row's, before the column's economy
    assert owned["fire", "loss"] == "economy"  # the column's: the row has none
    assert owned["fire", "deaths"] == "anjian"  # nobody's: the lead's


def test_the_lead_unit_is_named_even_when_it_types_nothing() -> None:
    assert pollution().units == ("plant_unit", "mill_unit", "environment")


def test_a_form_survives_being_stored_as_json() -> None:
    for form in (safety(), pollution()):
        assert Form.model_validate_json(form.model_dump_json()) == form
