"""What is printed around a circular, as a snapshot freezes it. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from reporting.programme import Programme
from reporting.rules import Printed


def printed_by(programme: Programme) -> Printed:
    """The programme's own texts; where it gives none, the office's name stands for them."""
    office = programme.units[programme.rules.office].name
    given = programme.rules.circular
    return given or Printed(
        heading=f"{office}督查通报"[-60:], prefix="督查通报", recipients="有关领导", issuer=office
    )


def frozen_imprint(programme: Programme, serial: int = 0, day: date | None = None) -> dict[str, Any]:
    """``snapshot["imprint"]``: with number and date once it is published, without them for a draft."""
    texts = printed_by(programme)
    return {
        "heading": texts.heading,
        "number": document_number(texts.prefix, day.year, serial) if serial and day else "",
        "recipients": texts.recipients,
        "issuer": texts.issuer,
        "issued_on": day.isoformat() if day else None,
        "copies": texts.copies,
        "subject": texts.subject,
        "numerals": texts.numerals,
    }


def document_number(prefix: str, year: int, serial: int) -> str:
    """永政督〔2008〕1号: the year in hexagonal brackets, no 第, no leading zero (GB/T 9704-2012)."""
    return f"{prefix}〔{year}〕{serial}号"
