"""The same files under a newer program: a form that it would write out otherwise is still the same form."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from reporting.programme import ProgrammeMistakes
from services.loading import load
from tests.days.county import County


def as_an_older_program_wrote_it(county: County, folder: Path) -> None:
    """It did not know what this one adds with a default."""
    with closing(sqlite3.connect(folder / "county.db")) as base, base:
        for key, definition in base.execute("SELECT id, definition FROM form").fetchall():
            raw = json.loads(definition)
            added = [(item, "under") for item in raw["grid"]["items"]]
            added += [(measure, "facets") for measure in raw["grid"]["measures"]]
            for part, name in added:
                if not part[name]:
                    del part[name]
            base.execute("UPDATE form SET definition = ? WHERE id = ?", (json.dumps(raw), key))


async def test_an_unchanged_form_loads_again_and_a_changed_one_is_refused(tmp_path: Path) -> None:
    county = County(tmp_path)
    as_an_older_program_wrote_it(county, tmp_path)
    files = dict(county.files)
    files["units.toml"] += "\n"
    county.runtime.work_now(load, files)
    files["forms/safety.toml"] = files["forms/safety.toml"].replace("factor = 10", "factor = 5")
    with pytest.raises(ProgrammeMistakes, match="changed since version 1"):
        county.runtime.work_now(load, files)
    county.database.close()
