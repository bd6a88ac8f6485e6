"""Files that are zips: the same content gives the same bytes, with no time of day in it."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)


def undated(name: str) -> ZipInfo:
    entry = ZipInfo(name, _EPOCH)
    entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 0, 0
    return entry


def repacked(made: bytes) -> bytes:
    """A finished file, packed again without the moments at which its parts were packed."""
    found = io.BytesIO()
    with ZipFile(io.BytesIO(made)) as source, ZipFile(found, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(undated(name), source.read(name))
    return found.getvalue()
