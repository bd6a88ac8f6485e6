"""What a digest says, frozen: every sheet's signed figures, what stands around them, who has filed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from forms.cells import UNANSWERED, State
from forms.questions import narrative_address
from reporting.differences import differences
from reporting.digest import Source, UnitReport, snapshot_sheet
from reporting.settings import Key, Scope
from reporting.states import FILED, TaskState
from services.desk import Desk
from services.editions import frame, read
from services.sheets import Sheet, remarks_on, signatory_name, signed_sheet, timeliness_of
from storage import editions as store
from storage import misses, tasks
from storage.digests import Draft
from storage.settings import in_force
from storage.sources import typed_in
from storage.tasks import Task
from templates.correction_words import difference_line
from templates.words import date_of, moment, say
from templates.words import told as shown_words


def snapshot(desk: Desk, period: str, known: Draft | None = None) -> dict[str, Any]:
    """Everything that the digest of a period says, frozen as JSON; ``known`` holds what the office wrote into it."""
    by_sheet: dict[int, list[Task]] = {}
    for task in tasks.of_period(desk.tx, period):
        by_sheet.setdefault(task.sheet_id, []).append(task)
    said = snapshot_of(desk, period, [signed_sheet(desk, found) for found in by_sheet.values()])
    said["notes"] = [*said["notes"], *_stands_on(desk, period)]
    said["thresholds"] = _thresholds(desk)
    if criticism := [one.text for one in misses.paragraphs(desk.tx, period)]:
        said["criticism"] = criticism
    said |= {
        "paragraphs": dict(known.paragraphs) if known else {},
        "dropped": known.dropped if known else [],
        "first": known.first if known else [],
    }
    if known is not None and known.number:
        published = store.of_period(desk.tx, period)[-1].snapshot
        _keep_times(said, published)
        said["differs"] = _differs(desk, published, said)
    return said


def _keep_times(said: Mapping[str, Any], published: Mapping[str, Any]) -> None:
    """Whoever was on time stays on time: a figure that is put right is no late report."""
    known = {
        (sheet["form_id"], unit["unit"]): unit["timeliness"]
        for sheet in published["sheets"]
        for unit in sheet["units"]
    }
    for sheet in said["sheets"]:
        for unit in sheet["units"]:
            before = known.get((sheet["form_id"], unit["unit"]), "")
            if before in FILED and unit["timeliness"] in FILED:
                unit["timeliness"] = before


def _stands_on(desk: Desk, period: str) -> list[str]:
    """Corrections of earlier months of the year that no digest has stood on yet."""
    sealed = [one for one in store.chain(desk.tx) if one.period < period and one.period[:4] == period[:4]]
    first = max((one.id for one in sealed if not one.number), default=0)
    found = {one.period: one.number for one in sealed if one.number and one.id > first}
    return [
        say("correcting.stands_on", period=key, number=number).unescape()
        for key, number in sorted(found.items())
    ]


def _thresholds(desk: Desk) -> dict[str, dict[str, str]]:
    """By form; a form that is not here is judged by nobody."""
    settings = in_force(desk.tx)
    found = {
        key: settings.get(Key.THRESHOLD, Scope(work=work.key, form=key))
        for work in desk.programme.rules.works
        for key in work.forms
    }
    return {key: value for key, value in found.items() if value}


def _differs(desk: Desk, published: Mapping[str, Any], said: Mapping[str, Any]) -> list[str]:
    """What a correction changes of what was published last, in words."""
    before = read(desk, published).sheets
    return [difference_line(one) for one in differences(before, read(desk, said).sheets)]


def snapshot_of(desk: Desk, period: str, sheets: list[Sheet]) -> dict[str, Any]:
    return {"period": period, "sheets": [_freeze(desk, sheet) for sheet in sheets]} | frame(desk)


def _freeze(desk: Desk, sheet: Sheet) -> dict[str, Any]:
    lead = sheet.lead
    return snapshot_sheet(
        lead.form_id,
        sheet.figures,
        desk.bases(lead),
        [_unit_report(desk, sheet, task) for task in sheet.tasks],
        signatory=signatory_name(desk, lead.id, lead.signed_by),
        signed_on=date_of(lead.signed_at, desk.programme.zone) if lead.signed_at else "",
        lead_signed=lead.state == TaskState.SIGNED,
        remarks=[remark.unescape() for remark in remarks_on(desk, sheet)],
        sources=_sources(desk, lead.sheet_id, sheet.figures),
    )


def _sources(desk: Desk, sheet_id: int, figures: Collection[str]) -> dict[str, Source]:
    """Of each figure that was typed in this sheet; a borrowed one has its source in the sheet that asked it."""
    zone = desk.programme.zone
    return {
        typed.address: Source(
            say("joining.typed_by", held=typed.role or "").unescape(), moment(typed.at, zone)
        )
        for typed in typed_in(desk.tx, sheet_id)
        if typed.address in figures
    }


def _unit_report(desk: Desk, sheet: Sheet, task: Task) -> UnitReport:
    cells = sheet.narratives.get(task.unit, {})
    told = [(item, cells.get(narrative_address(item.key), UNANSWERED)) for item in sheet.form.narrative]
    asked = [cell.text for item, cell in told if item.asks_help and cell.state is State.VALUE and cell.text]
    return UnitReport(
        task.unit,
        desk.called(task.unit),
        timeliness_of(desk, task),
        "\n".join(asked),
        tuple((item.title, shown_words(cell)) for item, cell in told if cell.answered),
        signatory_name(desk, task.id, task.signed_by),
        moment(task.signed_at, desk.programme.zone) if task.signed_at else "",
    )
