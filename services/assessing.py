"""考核台账: 表扬, 批评 and 扣分 are proposed with a reason, by rule or by the office; a person confirms each."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from forms.problems import Refused
from forms.text import clean
from reporting.circular import Circular
from reporting.judging import Colour
from reporting.states import Timeliness
from services.auditing import audit
from services.desk import Desk, Turn
from services.editions import edition_of
from services.naming import unit_named
from storage import editions as store
from storage import ledger, people
from storage.editions import Sealed
from storage.ledger import Entry
from templates.assessment_workbook import Filed, Line, assessment_workbook
from templates.circular_words import verdict_name
from templates.message import Attachment, Message, Reply
from templates.words import covered, date_of, say

KINDS = {"表扬": "praise", "批评": "criticism", "扣分": "deduction"}
CONFIRM, REJECT = "确认", "不采纳"
MOST = 20
REASON = 200
MOST_POINTS = Decimal(100)
_YEAR = re.compile(r"^(\d{4})年?$")


def propose_from(turn: Turn, sealed: Sealed) -> int:
    """What a digest gives reason to criticise, once for each; returns how much. Corrections propose nothing anew.

    Units that had not filed, and what the thresholds call red: where none are set, only the former.
    """
    edition, found = edition_of(turn, sealed), 0
    for sheet in edition.sheets:
        for unit in sheet.units:
            if unit.timeliness is Timeliness.MISSING:
                reason = say("assessing.missing", period=sealed.period, work=sheet.form.short)
                found += _by_rule(
                    turn, sealed, unit.unit, f"{sheet.form.key}.{unit.unit}.missing", reason.unescape()
                )
    for one in Circular(edition).verdicts:
        if one.colour is Colour.RED:
            reason = say("assessing.red", period=sealed.period, work=one.form.short, name=verdict_name(one))
            found += _by_rule(turn, sealed, one.item.owner or one.form.lead, one.key, reason.unescape())
    return found


def _by_rule(turn: Turn, sealed: Sealed, unit: str, source: str, reason: str) -> int:
    number = ledger.propose(
        turn.tx,
        turn.now,
        year=int(sealed.period[:4]),
        unit=unit,
        kind="criticism",
        reason=reason,
        source=f"{sealed.period}.{source}",
        edition_id=sealed.id,
    )
    return int(number is not None)


def book(turn: Turn, text: str = "") -> Reply:
    """台账; 台账 表扬 县港航管理处 理由; 台账 扣分 县消防大队 0.5 理由; 台账 确认 3; 台账 不采纳 3 理由."""
    words = clean(text).split()
    if not words:
        return Reply((_list(turn),))
    verb, rest = words[0], words[1:]
    if verb in KINDS:
        return _put_down(turn, KINDS[verb], rest)
    if verb in (CONFIRM, REJECT) and rest and rest[0].isdecimal() and len(rest[0]) <= 9:
        return _decide(turn, int(rest[0]), verb, " ".join(rest[1:]))
    raise Refused("ledger.line")


def _put_down(turn: Turn, kind: str, rest: list[str]) -> Reply:
    unit, rest = unit_named(turn, rest[0]) if rest else None, rest[1:]
    points = _points(rest.pop(0)) if kind == "deduction" and rest else None
    reason = " ".join(rest)
    if unit is None or not reason or (kind == "deduction" and points is None):
        raise Refused("ledger.line")
    if len(reason) > REASON:
        raise Refused("ledger.long", limit=REASON)

    number = ledger.propose(
        turn.tx,
        turn.now,
        year=turn.now.astimezone(turn.programme.zone).year,
        unit=unit.key,
        kind=kind,
        points=points,
        reason=reason,
        source=f"update.{turn.origin.update_id}",
        person=turn.person,
    )
    assert number is not None
    audit(turn, "propose_credit", about=f"ledger:{number}", after=kind)
    entry = ledger.by_id(turn.tx, number)
    assert entry is not None
    return Reply((Message(say("assessing.proposed", line=_line(turn, entry))),))


def _points(text: str) -> Decimal | None:
    try:
        found = Decimal(text.removesuffix("分"))
    except InvalidOperation:
        return None
    exponent = found.as_tuple().exponent
    fits = found.is_finite() and 0 < found <= MOST_POINTS and isinstance(exponent, int) and exponent >= -2
    return found if fits else None


def _decide(turn: Turn, number: int, verb: str, reason: str) -> Reply:
    """By somebody else than who proposed it; a rule's proposal by anybody of the office."""
    entry = ledger.by_id(turn.tx, number)
    if entry is None or entry.state != "proposed":
        raise Refused("ledger.decided")
    if entry.proposed_by == turn.person:
        raise Refused("own_request")
    if verb == REJECT and not reason:
        raise Refused("ledger.why")
    if len(reason) > REASON:
        raise Refused("ledger.long", limit=REASON)

    state = "confirmed" if verb == CONFIRM else "rejected"
    if not ledger.decide(turn.tx, number, state, turn.person, turn.now, reason):
        raise Refused("ledger.decided")
    audit(turn, "decide_credit", about=f"ledger:{number}", before="proposed", after=state)
    return Reply((Message(say("assessing.decided", line=_line(turn, entry), confirmed=verb == CONFIRM)),))


def _list(turn: Turn) -> Message:
    lines = [_line(turn, one) for one in ledger.waiting(turn.tx, MOST)]
    return Message(say("assessing.waiting", lines=lines, more=ledger.count_waiting(turn.tx) - len(lines)))


def _line(desk: Desk, one: Entry) -> str:
    by = people.person_name(desk.tx, one.proposed_by) if one.proposed_by else ""
    return say(
        "assessing.line",
        number=one.id,
        unit=desk.called(one.unit),
        kind=one.kind,
        points=one.points,
        reason=one.reason,
        by=by,
    ).unescape()


def assessment(turn: Turn, text: str = "") -> Reply:
    """/assessment 2008: what is on record of a year, unit by unit, each line with where it comes from."""
    match = _YEAR.match(clean(text))
    if match is None:
        raise Refused("ledger.year")
    year = int(match[1])
    filed, lines = _filed(turn, year), [_book_line(turn, one) for one in ledger.of_year(turn.tx, year)]
    if not filed and not lines:
        raise Refused("ledger.nothing", year=year)
    audit(turn, "assessment", about=f"year:{year}", rows=len(lines))
    name = say("assessing.book", year=year).unescape()
    title = f"{turn.programme.rules.title}{name.removesuffix('.xlsx')}"
    made = assessment_workbook(title, filed, lines)
    said = say("assessing.made", year=year, waiting=sum(one.state == "proposed" for one in lines))
    return Reply((Message(said),), attachments=(Attachment(name, made),))


def _filed(desk: Desk, year: int) -> list[Filed]:
    """How timely each unit was with each table, as the newest edition of each published period says."""
    newest = {one.period: one for one in store.chain(desk.tx) if one.period[:4] == str(year)}
    return [
        Filed(
            period=covered(desk.form(sheet["form_id"]).every, period),
            work=desk.form(sheet["form_id"]).short,
            unit=unit["called"],
            timeliness=Timeliness(unit["timeliness"]),
            document=_document(sealed),
        )
        for period, sealed in sorted(newest.items())
        for sheet in sealed.snapshot["sheets"]
        for unit in sheet["units"]
    ]


def _document(sealed: Sealed) -> str:
    """The number under which it was issued, and the beginning of its seal."""
    return f"{sealed.snapshot['imprint']['number']} {sealed.hash[:12]}".strip()


def _book_line(desk: Desk, one: Entry) -> Line:
    def who(person: int | None) -> str:
        return people.person_name(desk.tx, person) if person else ""

    zone = desk.programme.zone
    return Line(
        number=one.id,
        unit=desk.called(one.unit),
        kind=one.kind,
        points=one.points,
        reason=one.reason,
        document=_document(store.by_id(desk.tx, one.edition_id)) if one.edition_id else "",
        state=one.state,
        proposed=f"{who(one.proposed_by)} {date_of(one.proposed_at, zone)}".strip(),
        decided=f"{who(one.decided_by)} {date_of(one.decided_at, zone)}" if one.decided_at else "",
        note=one.note,
    )
