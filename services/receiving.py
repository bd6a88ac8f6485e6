"""Who is sent a published digest, by what was set: groups, lead units, everyone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reporting.programme import OF_UNITS, Role
from reporting.recipients import OF_GROUPS, Audience, Part, audience_of, parts_for, within_reach
from reporting.settings import Key, Scope, Settings
from services.desk import Desk
from storage import people
from storage.outbox import Recipient
from storage.settings import in_force
from templates.words import say


@dataclass(frozen=True, slots=True)
class Receiver:
    """``key`` tells receivers apart in the outbox; a group's is its number."""

    key: str
    to: Recipient
    parts: tuple[Part, ...]


def receivers_of(desk: Desk) -> list[Receiver]:
    """Everybody who is sent something, groups first; somebody in two audiences is sent what either is."""
    settings = in_force(desk.tx)
    found: dict[str, Receiver] = {}
    for one in (*_groups(desk, settings), *_posts(desk, settings)):
        known = found.get(one.key)
        parts = tuple(part for part in Part if part in one.parts or (known and part in known.parts))
        found[one.key] = Receiver(one.key, one.to, parts)
    return [one for one in found.values() if one.parts]


def _groups(desk: Desk, settings: Settings) -> Iterator[Receiver]:
    for group in receiving_groups(desk):
        parts = within_reach(group.address, parts_for(settings, audience_of(settings, group.id)))
        yield Receiver(str(group.id), Recipient(group_id=group.id), parts)


def _posts(desk: Desk, settings: Settings) -> Iterator[Receiver]:
    leads, everyone = parts_for(settings, Audience.LEADS), parts_for(settings, Audience.EVERYONE)
    if not leads and not everyone:
        return
    leading = {form.lead for form in desk.programme.forms.values()}
    for post in people.posts(desk.tx):
        if post.person_id is None or post.role not in OF_UNITS:
            continue
        if leads and post.unit in leading and post.role in (Role.LIAISON, Role.SIGNATORY):
            yield Receiver(f"p{post.person_id}", Recipient(person_id=post.person_id), leads)
        if everyone:
            yield Receiver(f"p{post.person_id}", Recipient(person_id=post.person_id), everyone)


def receiving_groups(desk: Desk) -> list[people.Group]:
    """Registered groups but for those that an order has taken off the list."""
    settings = in_force(desk.tx)
    return [
        group
        for group in people.registered_groups(desk.tx)
        if not settings.get(Key.GROUP_RESTS, Scope(group=str(group.id)))
        and parts_for(settings, audience_of(settings, group.id))
    ]


def receivers(desk: Desk) -> list[str]:
    """By name, for whoever publishes: groups by their titles, audiences of people by what they are called."""
    settings = in_force(desk.tx)
    groups = [group.title for group in receiving_groups(desk)]
    others = [one for one in Audience if one not in OF_GROUPS and parts_for(settings, one)]
    return groups + [say("receiving.audience", name=str(one)).unescape() for one in others]
