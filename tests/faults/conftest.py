"""The same county as in the days' tests."""

from tests.days.conftest import (
    _dump,
    _file_report,
    _fill,
    _posted,
    _rows,
    county,
    drafted,
    empty_county,
    empty_database,
    folder,
    liaison,
    opened,
    url,
    watch,
)

__all__ = [
    "_dump",
    "_file_report",
    "_fill",
    "_posted",
    "_rows",
    "county",
    "drafted",
    "empty_county",
    "empty_database",
    "folder",
    "liaison",
    "opened",
    "url",
    "watch",
]
