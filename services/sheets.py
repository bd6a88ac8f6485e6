"""A sheet as a whole: who has filed, what the assembled table says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from forms.cells import Cell
from forms.checks import TOLD
from forms.definition import Form
from forms.progress import standings
from forms.questions import narrative_address, reason_address
from forms.table import Table, address, compute
from reporting.programme import OF_OFFICE, Level, Role
from reporting.states import TaskState, Timeliness, timeliness
from services.desk import Desk
from services.listing import borrowed
from services.planning import is_exempt, locks, plan_of
from storage import leaves, outbox, people, tasks
from storage.outbox import Recipient
from storage.tasks import Task
from templates.message import Message
from templates.remarks import Filed, remarks
from templates.report import Label
from templates.standing import footing_lines, standing_lines
from templates.words import say, when


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form for one period as it stands. ``figures`` are signed units' cells by address.

    ``narratives`` and ``reasons`` (why something unusual is right) are by unit and address.
    """

    form: Form
    period: str
    tasks: tuple[Task, ...]
    figures: dict[str, Cell]
    narratives: dict[str, dict[str, Cell]]
    reasons: dict[str, dict[str, Cell]]
    table: Table

    @property
    def lead(self) -> Task:
        return next(task for task in self.tasks if task.level == Level.LEAD)

    @property
    def units(self) -> list[str]:
        """Whose answers count, in the order of the form."""
        return [task.unit for task in self.tasks if task.unit in self.narratives]

    @property
    def missing(self) -> tuple[Task, ...]:
        """Tasks without a signature, the lead unit's own included."""
        return tuple(task for task in self.tasks if task.state != TaskState.SIGNED)


def signed_sheet(desk: Desk, sheet_tasks: Iterable[Task], *, trust: int | None = None) -> Sheet:
    """Assemble a sheet from what is signed; ``trust`` is a task whose unsigned answers count too.

    There is no second copy of a number: the sheet is its units' cells.
    """
    all_tasks = tuple(sheet_tasks)
    first = all_tasks[0]
    form = desk.form(first.form_id)
    counted = {task.id: task.unit for task in all_tasks if task.state == TaskState.SIGNED or task.id == trust}
    figures: dict[str, Cell] = {}
    narratives: dict[str, dict[str, Cell]] = {unit: {} for unit in counted.values()}
    reasons: dict[str, dict[str, Cell]] = {unit: {} for unit in counted.values()}
    told = {narrative_address(key): narratives for key in form.narratives}
    told |= {reason_address(item): reasons for item in (*form.items, TOLD)}
    for answered in tasks.answers_of_sheet(desk.tx, first.sheet_id):
        unit = counted.get(answered.task_id)
        if unit is None:
            continue
        target = told[answered.address][unit] if answered.address in told else figures
        target[answered.address] = answered.cell
    figures |= borrowed(desk, form, first.period)
    table = compute(form, figures, desk.bases(first))
    return Sheet(form, first.period, all_tasks, figures, narratives, reasons, table)


def elsewhere(desk: Desk, task: Task) -> dict[str, Cell] | None:
    """What the sheet's other units have signed, where the lead unit's part is held against it."""
    form = desk.form(task.form_id)
    if task.level != Level.LEAD or not any(check.scope == "sheet" for check in form.checks):
        return None
    signed = {one.id for one in tasks.of_sheet(desk.tx, task.sheet_id) if one.state == TaskState.SIGNED}
    signed.discard(task.id)
    found = tasks.answers_of_sheet(desk.tx, task.sheet_id)
    return {one.address: one.cell for one in found if one.task_id in signed}


@dataclass(frozen=True, slots=True)
class Count:
    """How far filing units are: ``count`` expected, ``filed`` signed, ``missing`` by name."""

    count: int
    filed: int
    missing: tuple[str, ...]


def count_filed(desk: Desk, sheet_id: int) -> Count:
    plan = plan_of(desk)
    filing = [
        task
        for task in tasks.of_sheet(desk.tx, sheet_id)
        if task.level == Level.FILING and (task.state == TaskState.SIGNED or not is_exempt(desk, plan, task))
    ]
    missing = tuple(desk.called(task.unit) for task in filing if task.state != TaskState.SIGNED)
    return Count(len(filing), len(filing) - len(missing), missing)


def whole_so_far(desk: Desk, task: Task, label: Label) -> Markup:
    """One line for the lead unit: how many of the filing units have filed."""
    done = count_filed(desk, task.sheet_id)
    return say("filling.whole_so_far", task=label, count=done.count, filed=done.filed, missing=done.missing)


def whole_sheet(desk: Desk, lead: Task) -> Sheet:
    """The assembled sheet with the lead unit's own part counted in: what its signatory signs."""
    return signed_sheet(desk, tasks.of_sheet(desk.tx, lead.sheet_id), trust=lead.id)


def remarks_on(desk: Desk, sheet: Sheet) -> list[Markup]:
    """What was unusual in it, and the reasons given."""
    owner = sheet.form.owner_of
    own: dict[str, dict[str, Cell]] = {
        unit: {**sheet.narratives[unit], **sheet.reasons[unit]} for unit in sheet.units
    }
    for (item, measure), unit in owner.items():
        if unit in own and (cell := sheet.figures.get(at := address(item, measure))):
            own[unit][at] = cell
    filed = [Filed(unit, desk.called(unit), answers) for unit, answers in own.items()]
    return remarks(sheet.form, filed, sheet.figures, desk.bases(sheet.lead))


def sheet_text(desk: Desk, sheet: Sheet) -> Markup:
    """Who has filed, and each row's figures with 累计 and 同比."""
    form = sheet.form
    notes = remarks_on(desk, sheet)
    rows = [
        {
            "title": item.title,
            "total": bool(item.total_of),
            "figures": [
                (measure, sheet.table[item.key, measure.key])
                for measure in form.grid.measures
                if sheet.table[item.key, measure.key].month.answered
            ],
        }
        for item in form.grid.items
    ]
    units = [unit_line(desk, task) for task in sheet.tasks]
    if form.grid.records is not None:
        return _list_text(desk, sheet, units)
    return say(
        "compiling.sheet",
        form=form,
        task=Label(form.short, sheet.period, form.every),
        units=units,
        rows=rows,
        notes=notes,
    )


def _list_text(desk: Desk, sheet: Sheet, units: list[Markup]) -> Markup:
    """Who has filed, how every project stands, and the figures under the list."""
    form = sheet.form
    known = standings(form, sheet.figures, desk.bases(sheet.lead))
    return say(
        "compiling.projects_sheet",
        task=Label(form.short, sheet.period, form.every),
        units=units,
        rows=standing_lines(form, sheet.figures, known),
        projects=footing_lines(form, known, desk.programme.rules.county),
        notes=remarks_on(desk, sheet),
    )


def unit_line(desk: Desk, task: Task) -> Markup:
    return say(
        "compiling.unit_line",
        unit=desk.called(task.unit),
        state=task.state,
        at=when(task.signed_at, desk.programme.zone) if task.signed_at else "",
        timely=timely(desk, task),
    )


def timely(desk: Desk, task: Task) -> Markup:
    """按时, 迟报, 已过截止时间, or nothing yet."""
    return say("joining.timely", name=str(timeliness_of(desk, task)))


def timeliness_of(desk: Desk, task: Task, signed_at: datetime | None = None) -> Timeliness:
    """按时, 迟报, 补报, 免报, 未报; ``signed_at`` for a task that was signed after it was read."""
    signed = signed_at or task.signed_at
    exempt = signed is None and is_exempt(desk, plan_of(desk), task)
    locked = locks(desk).get(task.period) if signed else None
    return timeliness(signed, task.due_at, desk.now, locked_at=locked, exempt=exempt)


def post_of(desk: Desk, unit: str, role: Role) -> people.Post | None:
    """A unit's post with this role, held or not."""
    return next(iter(people.posts(desk.tx, role, unit)), None)


def to_post(desk: Desk, unit: str, role: Role) -> Recipient | None:
    """The unit's post as a recipient; None when the unit has no such post."""
    post = post_of(desk, unit, role)
    return Recipient(post_id=post.id) if post else None


def to_admins(desk: Desk) -> list[Recipient]:
    return [Recipient(post_id=post.id) for post in people.posts(desk.tx, Role.ADMIN)]


def to_office(desk: Desk) -> list[Recipient]:
    """Whoever decides about requests: the office's staff and the admins."""
    found = [*people.posts(desk.tx, Role.OFFICE), *people.posts(desk.tx, Role.ADMIN)]
    return [Recipient(post_id=post.id) for post in found]


def holder_of(desk: Desk, post: people.Post) -> int | None:
    """Who does this post's work now: its holder, or whoever stands in."""
    if post.person_id is None:
        return None
    return leaves.stand_in_of(desk.tx, post.person_id, desk.now) or post.person_id


def signatory_name(desk: Desk, task_id: int, signed_by: int | None) -> str:
    """Who signed; both names when somebody stood in: 李示例（代王示例）."""
    if signed_by is None:
        return ""
    name = people.person_name(desk.tx, signed_by)
    behalf = (tasks.last_detail(desk.tx, task_id, "sign") or {}).get("behalf")
    if not behalf:
        return name
    return str(say("reviewing.behalf", name=name, behalf=people.person_name(desk.tx, behalf["person"])))


def sees_all(actor: people.Actor) -> bool:
    """The office, the admins and the county's leaders see every unit's sheet."""
    return any(actor.holds(role) for role in OF_OFFICE)


def tell_admins(desk: Desk, key: str, text: Markup) -> None:
    """A notice to every admin, once for each key."""
    for number, admin in enumerate(to_admins(desk)):
        outbox.put(desk.tx, f"{key}:{number}", "notice", admin, Message(text).as_json(), desk.now)
