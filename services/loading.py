"""Loading a programme into the database. Used by the command line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from forms.definition import Facet, Form
from reporting.programme import Mistake, Programme, ProgrammeMistakes, read_programme
from services.desk import Desk
from storage import people, programmes
from storage.programmes import HistoryRow


def load(desk: Desk, files: Mapping[str, str]) -> Programme:
    """Put a programme into force; raises ProgrammeMistakes with every mistake. Loading it again is harmless."""
    programme = read_programme(files)
    _refuse_changed_forms(desk, programme)
    checksum = hashlib.sha256(json.dumps(dict(files), sort_keys=True).encode()).hexdigest()
    known = programmes.newest(desk.tx)
    if known is not None and known[2] == checksum:
        return programme
    for unit in programme.units.values():
        people.add_unit(desk.tx, unit.key, unit.name, unit.called)
        for role in unit.posts:
            people.add_post(desk.tx, unit.key, role)
    for form in programme.forms.values():
        if programmes.form_version(desk.tx, form.key, form.version) is None:
            programmes.add_form(desk.tx, form.key, form.version, form.model_dump_json())
    rows = [HistoryRow(f.form, f.period, f.kind, f.address, f.number) for f in programme.history]
    programmes.replace_history(desk.tx, rows, programme.history_mark)
    programmes.add(desk.tx, programme.key, files, checksum, desk.now)
    return programme


def _refuse_changed_forms(desk: Desk, programme: Programme) -> None:
    """Sheets were opened with the old text: a changed form needs a higher version."""
    changed = [
        Mistake(f"forms/{form.key}", "version", f"changed since version {form.version} was loaded: raise it")
        for form in programme.forms.values()
        if (stored := programmes.form_version(desk.tx, form.key, form.version)) is not None
        and Form.model_validate_json(stored.definition) != form  # a newer program may write it out otherwise
    ]
    if changed:
        raise ProgrammeMistakes(changed)


def entered_history(desk: Desk) -> int:
    """How many earlier figures an admin has entered: loading a programme leaves them as they are."""
    return programmes.kept_history(desk.tx)


def openings_missing(programme: Programme) -> list[Form]:
    """Forms whose 累计 would begin with the programme's first period, because no figures were loaded for before."""
    first = programme.periods[0]
    if first.month == 1:
        return []
    loaded = {figure.form for figure in programme.history if figure.period == str(first.previous)}
    adds_up = [form for form in programme.forms.values() if form.shows(Facet.CUMULATIVE) or form.grid.records]
    return [form for form in adds_up if form.key not in loaded]
