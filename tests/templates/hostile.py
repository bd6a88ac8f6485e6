"""Files that nobody should send, made here, each small enough to be sent."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from forms.questions import part_of
from forms.table import Bases
from templates.entry_workbook import Entry, entry_workbook
from templates.report import Label
from tests.forms.examples import row, safety

SHEET = "xl/worksheets/sheet1.xml"
TYPES = "[Content_Types].xml"


def good(**answers: str) -> bytes:
    """The traffic police's workbook with their row filled in."""
    form = safety()
    label = Label(form.short, "2008-06")
    part = part_of(form, "traffic_police")
    cells = row(form, "road", answers.get("road", "3 1 2 15.6 0"))
    return entry_workbook(Entry(part, cells, Bases(), label, "traffic_police", "县交警大队", 7, "永嘉县"))


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(content: bytes, change: Callable[[Worksheet], object]) -> bytes:
    """What a person makes of a workbook in their spreadsheet program."""
    book = load_workbook(io.BytesIO(content))
    change(book.worksheets[0])
    return saved(book)


def key_at(sheet: Worksheet, key: str) -> int:
    """The column (or the row) that this hidden key stands in."""
    for at in range(2, 60):
        if sheet.cell(1, at).value == key or sheet.cell(at, 1).value == key:
            return at
    raise LookupError(key)


def write(sheet: Worksheet, item: str, **values: object) -> None:
    for measure, value in values.items():
        sheet.cell(key_at(sheet, item), key_at(sheet, measure)).value = value  # type: ignore[assignment]


def rewritten(content: bytes, **parts: Callable[[bytes], bytes]) -> bytes:
    """The same zip with the parts whose names end so changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            change = next((found for ending, found in parts.items() if name.endswith(f"{ending}.xml")), bytes)
            target.writestr(name, change(_as_utf8(source.read(name))))
    return out.getvalue()


def _as_utf8(part: bytes) -> bytes:
    """One spelling whichever library wrote the part: lxml writes Chinese as numbers, and ``<v></v>``."""
    spelt = re.sub(rb"&#([0-9]{3,7});", lambda match: chr(int(match[1])).encode(), part)
    return spelt.replace(b"<v></v>", b"<v/>")


@contextmanager
def added_to(content: bytes) -> Iterator[tuple[zipfile.ZipFile, io.BytesIO]]:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        yield archive, out


def zip_bomb(megabytes: int = 300) -> bytes:
    """300 KiB that become 300 MiB."""
    with added_to(good()) as (archive, out), archive.open("xl/media/bomb.bin", "w", force_zip64=True) as part:
        for _ in range(megabytes):
            part.write(bytes(1 << 20))
    return out.getvalue()


def lying_bomb(megabytes: int = 300) -> bytes:
    """A sheet of 300 MiB that the zip directory calls a small one."""
    out, content = io.BytesIO(), good()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name != SHEET:
                target.writestr(name, source.read(name))
        before, start, after = source.read(SHEET).partition(b"<sheetData>")
        with target.open(SHEET, "w") as part:
            part.write(before + start)
            for _ in range(megabytes):
                part.write(b"<row/>" * ((1 << 20) // 6))
            part.write(after)
        size = target.getinfo(SHEET).file_size
    return out.getvalue().replace(size.to_bytes(4, "little"), (5000).to_bytes(4, "little"))


def crowded(megabytes: int = 45) -> bytes:
    """As many cells as the directory lets through: 45 MiB of them, all well-formed."""
    line = (
        '<row r="{}">'
        + "".join(f'<c r="{at}{{0}}"><v>{{0}}{n}</v></c>' for n, at in enumerate(_letters(200)))
        + "</row>"
    )
    lines, size = [], 0
    while size < megabytes << 20:
        lines.append(line.replace("{0}", str(100 + len(lines))).replace("{}", str(100 + len(lines))).encode())
        size += len(lines[-1])
    return rewritten(
        good(), sheet1=lambda xml: xml.replace(b"</sheetData>", b"".join(lines) + b"</sheetData>")
    )


def _letters(count: int) -> list[str]:
    return [get_column_letter(at) for at in range(1, count + 1)]


def many_entries(count: int = 10_000) -> bytes:
    with added_to(good()) as (archive, out):
        for number in range(count):
            archive.writestr(f"xl/{number}", b"")
    return out.getvalue()


def far_cell() -> bytes:
    return changed(good(), lambda sheet: sheet.cell(1_048_576, 16_384, "x"))


def wide_cell() -> bytes:
    """Not so far that it is refused at once: 600 rows of 16,384 columns."""
    return changed(good(), lambda sheet: sheet.cell(600, 16_384, "x"))


def entity_bomb() -> bytes:
    """Ten levels of ten: a thousand million laughs."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    start = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "laugh">{levels}]>'.encode()
    return rewritten(
        good(),
        sheet1=lambda xml: start + re.sub(rb"^<\?xml.*?\?>", b"", xml).replace("统计指标".encode(), b"&l9;"),
        sharedStrings=lambda xml: (
            start + re.sub(rb"^<\?xml.*?\?>", b"", xml).replace("统计指标".encode(), b"&l9;")
        ),
    )


def outside_entity() -> bytes:
    """Asks for a file of the machine that reads it."""
    start = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'

    def change(xml: bytes) -> bytes:
        return start + re.sub(rb"^<\?xml.*?\?>", b"", xml).replace("统计指标".encode(), b"&e;")

    return rewritten(good(), sheet1=change, sharedStrings=change)


def outside_link() -> bytes:
    """A formula that points into another workbook, with the value that it had there."""
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    content = with_formula("[1]Sheet1!A1", b"4")
    with added_to(content) as (archive, out):
        archive.writestr("xl/externalLinks/externalLink1.xml", link)
    return out.getvalue()


def with_formula(formula: str, value: bytes | None, kind: bytes = b"") -> bytes:
    """The number of accidents as a formula; ``value`` is what was last calculated, None for never."""
    content = changed(good(), lambda sheet: write(sheet, "road", accidents=f"={formula}"))
    stored = b"<v>" + value + b"</v>" if value is not None else b""
    found = re.compile(rb'(<c r="[A-Z]+\d+"[^>]*)>(<f>[^<]*</f>)<v ?/>')
    return rewritten(content, sheet1=lambda xml: found.sub(rb"\1" + kind + rb">\2" + stored, xml))


def with_macros() -> bytes:
    def named(xml: bytes) -> bytes:
        return xml.replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        )

    with added_to(rewritten(good(), **{"[Content_Types]": named})) as (archive, out):
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    return out.getvalue()


def document() -> bytes:
    """A zip that is something else."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(TYPES, "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return out.getvalue()


def somebody_elses() -> bytes:
    book = Workbook()
    book.worksheets[0]["A1"] = "本单位自己的表"
    return saved(book)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip bomb": (zip_bomb, "too_heavy"),
    "zip bomb that lies about its size": (lying_bomb, "broken"),
    "45 MiB of cells": (crowded, "too_heavy"),
    "10,000 entries": (many_entries, "too_heavy"),
    "one cell at XFD1048576": (far_cell, "too_heavy"),
    "one cell at XFD600": (wide_cell, "too_heavy"),
    "entity bomb": (entity_bomb, "broken"),
    "entity from outside": (outside_entity, "broken"),
    "macros": (with_macros, "macros"),
    "csv renamed": (lambda: "事故起数,死亡\n3,1".encode("gbk"), "not_xlsx"),
    "old xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_excel"),
    "docx renamed": (document, "not_xlsx"),
    "zero bytes": (lambda: b"", "not_xlsx"),
    "truncated": (lambda: good()[:3000], "broken"),
    "cut at its end": (lambda: good()[:-40], "broken"),
    "another workbook": (somebody_elses, "not_ours"),
}
