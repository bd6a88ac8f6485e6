"""The private letter to every unit after a digest: written by the clock, a few units at each ring."""

from __future__ import annotations

from datetime import timedelta

from reporting.own import own_of
from reporting.programme import Role
from services.desk import Desk
from services.editions import edition_of
from services.sheets import to_post
from storage import editions as store
from storage import outbox, people, tasks
from storage.sources import returns_of
from templates.message import Message
from templates.own_letter import Return, own_letter
from templates.seal_words import title_of
from templates.words import day_of

AT_ONCE = 40  # units at one ring of the bell: nobody's answer waits for the rest
LASTING = timedelta(days=3)  # what was published longer ago is no news
READERS = (Role.LIAISON, Role.SIGNATORY)


def write_some(desk: Desk) -> int:
    """Letters about the newest digest to units that have none yet; returns how many units were written to."""
    latest = store.newest_first(desk.tx)
    if latest is None or desk.now - latest.sealed_at > LASTING:
        return 0
    told = {key.split(":")[2] for key in outbox.keys_like(desk.tx, f"own:{latest.period}:")}
    able = {post.unit for post in people.posts(desk.tx) if post.role in READERS} - told
    units = dict.fromkeys(task.unit for task in tasks.of_period(desk.tx, latest.period))
    waiting = [unit for unit in units if unit in able][:AT_ONCE]
    if not waiting:
        return 0
    edition = edition_of(desk, store.by_id(desk.tx, latest.id))
    for unit in waiting:
        own = own_of(edition, unit)
        returned = _returns(desk, latest.period, unit)
        text = own_letter(own, edition.imprint.number, returned) if own else None
        for role in READERS:
            to = to_post(desk, unit, role)
            key = f"own:{latest.period}:{unit}:{role}"
            if to is not None and text is not None:
                outbox.put(desk.tx, key, "own", to, Message(text).as_json(), desk.now)
    return len(waiting)


def _returns(desk: Desk, period: str, unit: str) -> list[Return]:
    zone = desk.programme.zone
    found = []
    for one in returns_of(desk.tx, period, unit):
        form = desk.form(one.form_id)
        titles = tuple(title_of(form, at) for at in one.detail.get("was", {}))
        day = day_of(one.at.astimezone(zone).date())
        found.append(Return(form.short, day, titles, str(one.detail.get("opinion", ""))))
    return found
