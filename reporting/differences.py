"""What a correction changes: every figure whose month or 累计 is another than was published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forms.cells import Cell
from forms.definition import Form, Item, Measure
from forms.table import Series
from reporting.digest import SheetDigest


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure before and after; None where the table did not have it."""

    form: Form
    item: Item
    measure: Measure
    before: Series | None
    after: Series | None

    @property
    def months(self) -> tuple[Cell | None, Cell | None] | None:
        """The month's figure before and after; None where it stayed."""
        found = (self.before.month if self.before else None, self.after.month if self.after else None)
        return found if found[0] != found[1] else None


def differences(before: Sequence[SheetDigest], after: Sequence[SheetDigest]) -> list[Difference]:
    """In the order of the forms; computed rows come after the rows that they are computed from."""
    known = {sheet.form.key: sheet for sheet in before}
    found: list[Difference] = []
    for sheet in after:
        old = known.get(sheet.form.key)
        for item in sheet.form.grid.items:
            for measure in sheet.form.grid.measures:
                was = old.table.series.get((item.key, measure.key)) if old else None
                now = sheet.table.series.get((item.key, measure.key))
                if _shown(was) != _shown(now):
                    found.append(Difference(sheet.form, item, measure, was, now))
    return found


def _shown(series: Series | None) -> tuple[object, ...]:
    return (series.month, series.cumulative) if series else ()
