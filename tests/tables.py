"""A programme of which only some tables are asked, so that a test tells of one thing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from reporting.programme import read_programme
from reporting.records import every_record

_FORMS = re.compile(r"^forms = \[(.*)\]\n", re.MULTILINE)


def only(files: Mapping[str, str], tables: Collection[str]) -> dict[str, str]:
    """The files with every other table taken out of its work: it is then checked, but never asked."""

    def keep(found: re.Match[str]) -> str:
        kept = [key for key in re.findall(r"\w+", found[1]) if key in tables]
        return f"forms = {kept}\n".replace("'", '"') if kept else ""

    return {**files, "programme.toml": _FORMS.sub(keep, files["programme.toml"])}


def units_in(files: Mapping[str, str]) -> set[str]:
    """The keys of the units that fill something of what is asked, and of the office."""
    programme = read_programme(files)
    asked = {key for work in programme.rules.works for key in work.forms}
    forms = [every_record(programme.forms[key], programme.records) for key in asked]
    return {programme.rules.office, *(unit for form in forms for unit in form.units)}
