"""Units, posts, people, where they can be reached, and the invites that bring them in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update

from reporting.programme import SERVES, Role
from storage.database import Tx
from storage.leaves import in_force
from storage.tables import contact, group, group_code, invite, leave, person, post, unit
from storage.types import UtcDateTime


@dataclass(frozen=True, slots=True)
class Post:
    """A post in a unit; ``person_id`` is None while nobody holds it."""

    id: int
    unit: str
    role: str
    person_id: int | None
    seat: int = 1
    planned_name: str = ""
    planned_phone: str = ""
    # Who is away, in the posts of a person who stands in for them.
    behalf: int | None = None

    @property
    def serves(self) -> str:
        """The role whose work it does: a deputy liaison does a liaison's."""
        return SERVES.get(Role(self.role), self.role)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting: a person and the posts held at this moment, own ones before those of people who are away."""

    person_id: int
    name: str
    posts: tuple[Post, ...]

    def holds(self, role: str, unit: str | None = None) -> Post | None:
        """The post that does this role's work (in this unit), if held."""
        return next((p for p in self.posts if p.serves == role and unit in (None, p.unit)), None)


@dataclass(frozen=True, slots=True)
class Group:
    id: int
    address: str
    title: str
    state: str


_POST = (
    post.c.id,
    post.c.unit,
    post.c.role,
    post.c.person_id,
    post.c.seat,
    post.c.planned_name,
    post.c.planned_phone,
)

_ACTOR = (
    select(person.c.id, person.c.name, post.c.id, post.c.unit, post.c.role)
    .select_from(contact.join(person).outerjoin(post, post.c.person_id == person.c.id))
    .where(contact.c.address == bindparam("address"))
    .order_by(post.c.id)
)


_STOOD_IN_FOR = (
    select(post.c.id, post.c.unit, post.c.role, post.c.person_id)
    .join(leave, leave.c.person_id == post.c.person_id)
    .where(leave.c.stand_in == bindparam("person"), in_force(bindparam("now", type_=UtcDateTime)))
    .order_by(post.c.id)
)


def actor(tx: Tx, address: str, now: datetime) -> Actor | None:
    """Who writes from this address, with the posts held and stood in for; None for a stranger."""
    rows = tx.execute(_ACTOR, {"address": address}).all()
    if not rows:
        return None
    person_id, name = rows[0][0], rows[0][1]
    own = [Post(r[2], r[3], r[4], person_id) for r in rows if r[2] is not None]
    away = tx.execute(_STOOD_IN_FOR, {"person": person_id, "now": now})
    return Actor(person_id, name, (*own, *(Post(*r, behalf=r[3]) for r in away)))


def add_person(tx: Tx, address: str, name: str, now: datetime) -> int:
    """Remember a person and their address; returns the person's id."""
    person_id: int = tx.execute(
        insert(person).values(name=name, joined_at=now).returning(person.c.id)
    ).scalar_one()
    tx.execute(insert(contact).values(person_id=person_id, address=address, state="active"))
    return person_id


def reached(tx: Tx, person_id: int) -> None:
    """They wrote to us, so they can be written to again."""
    tx.execute(
        update(contact)
        .where(contact.c.person_id == person_id, contact.c.state != "active")
        .values(state="active", reason="")
    )


def unreachable(tx: Tx, address: str, reason: str) -> int | None:
    """Mark an address as unreachable; the person's id when it was reachable until now, else None."""
    return tx.execute(
        update(contact)
        .where(contact.c.address == address, contact.c.state == "active")
        .values(state="unreachable", reason=reason)
        .returning(contact.c.person_id)
    ).scalar()


def unreachable_people(tx: Tx) -> dict[int, str]:
    """Whoever cannot be written to, and why: blocked, deactivated, gone."""
    query = select(contact.c.person_id, contact.c.reason).where(contact.c.state != "active")
    return {row[0]: row[1] for row in tx.execute(query)}


def move_address(tx: Tx, old: str, new: str) -> None:
    """A group became a supergroup: its address changed."""
    tx.execute(update(group).where(group.c.address == old).values(address=new))


def set_phone(tx: Tx, person_id: int, phone: str) -> None:
    tx.execute(update(person).where(person.c.id == person_id).values(phone=phone))


def posts(tx: Tx, role: str | None = None, unit_key: str | None = None) -> list[Post]:
    """Posts, optionally of one role and one unit."""
    query = select(*_POST).order_by(post.c.id)
    if role is not None:
        query = query.where(post.c.role == role)
    if unit_key is not None:
        query = query.where(post.c.unit == unit_key)
    return [Post(*row) for row in tx.execute(query)]


def find_post(tx: Tx, post_id: int) -> Post | None:
    row = tx.execute(select(*_POST).where(post.c.id == post_id)).one_or_none()
    return Post(*row) if row else None


def post_by_id(tx: Tx, post_id: int) -> Post:
    return Post(*tx.execute(select(*_POST).where(post.c.id == post_id)).one())


def add_unit(tx: Tx, key: str, name: str, called: str) -> None:
    """Add a unit, or bring its names up to date."""
    changed = tx.execute(update(unit).where(unit.c.key == key).values(name=name, called=called)).rowcount
    if not changed:
        tx.execute(insert(unit).values(key=key, name=name, called=called))


def add_post(tx: Tx, unit_key: str, role: str, seat: int = 1) -> None:
    """Create a post unless it is there."""
    if all(one.seat != seat for one in posts(tx, role, unit_key)):
        tx.execute(insert(post).values(unit=unit_key, role=role, seat=seat))


def called(tx: Tx, name: str) -> list[int]:
    """People of this name who have not been erased."""
    query = select(person.c.id).where(person.c.name == name, person.c.erased_at.is_(None))
    return list(tx.execute(query).scalars())


def find_name(tx: Tx, person_id: int) -> str | None:
    return tx.execute(select(person.c.name).where(person.c.id == person_id)).scalar()


def person_name(tx: Tx, person_id: int) -> str:
    return str(tx.execute(select(person.c.name).where(person.c.id == person_id)).scalar_one())


def hash_code(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def add_invite(
    tx: Tx, code: str, post_id: int, expires_at: datetime, now: datetime, *, replaces: bool = False
) -> None:
    """A fresh code for a post; earlier unused codes of that post stop working."""
    end_invites(tx, post_id, now)
    tx.execute(
        insert(invite).values(
            code_hash=hash_code(code), post_id=post_id, expires_at=expires_at, replaces=replaces
        )
    )


def end_invites(tx: Tx, post_id: int, now: datetime) -> None:
    """Codes of this post that nobody used stop working."""
    tx.execute(
        update(invite)
        .where(invite.c.post_id == post_id, invite.c.used_at.is_(None), invite.c.expires_at > now)
        .values(expires_at=now)
    )


@dataclass(frozen=True, slots=True)
class Invite:
    code_hash: str
    post_id: int
    expires_at: datetime
    used_at: datetime | None
    replaces: bool


def find_invite(tx: Tx, code: str) -> Invite | None:
    columns = (invite.c.code_hash, invite.c.post_id, invite.c.expires_at, invite.c.used_at, invite.c.replaces)
    query = select(*columns)
    row = tx.execute(query.where(invite.c.code_hash == hash_code(code))).one_or_none()
    return Invite(*row[:4], replaces=bool(row[4])) if row else None


def use_invite(tx: Tx, code_hash: str, person_id: int, now: datetime) -> bool:
    """Spend a code; False when somebody was faster."""
    spent = tx.execute(
        update(invite)
        .where(invite.c.code_hash == code_hash, invite.c.used_at.is_(None))
        .values(used_at=now, used_by=person_id)
    )
    return spent.rowcount == 1


_GROUP = (group.c.id, group.c.address, group.c.title, group.c.state)


def group_by_address(tx: Tx, address: str) -> Group | None:
    row = tx.execute(select(*_GROUP).where(group.c.address == address)).one_or_none()
    return Group(*row) if row else None


def group_by_id(tx: Tx, group_id: int) -> Group | None:
    row = tx.execute(select(*_GROUP).where(group.c.id == group_id)).one_or_none()
    return Group(*row) if row else None


def registered_groups(tx: Tx) -> list[Group]:
    query = select(*_GROUP).where(group.c.state == "registered").order_by(group.c.id)
    return [Group(*row) for row in tx.execute(query)]


def groups_at(tx: Tx, start: str) -> list[Group]:
    """Groups whose address begins so, registered or not."""
    return [Group(*row) for row in tx.execute(select(*_GROUP).where(group.c.address.startswith(start)))]


def put_group(tx: Tx, address: str, title: str, present: bool) -> None:
    """The bot was put into a group or taken out; leaving ends a registration."""
    known = group_by_address(tx, address)
    state = "present" if present else "left"
    if known is None:
        tx.execute(insert(group).values(address=address, title=title, state=state))
    elif not (present and known.state == "registered"):
        tx.execute(
            update(group).where(group.c.id == known.id).values(title=title, state=state, registered_by=None)
        )


def put_group_code(tx: Tx, code: str, group_id: int, expires_at: datetime) -> None:
    """A fresh code for a group; an earlier one stops working."""
    tx.execute(delete(group_code).where(group_code.c.group_id == group_id))
    tx.execute(insert(group_code).values(code_hash=hash_code(code), group_id=group_id, expires_at=expires_at))


def take_group_code(tx: Tx, code: str, now: datetime) -> int | None:
    """The group that the code was shown in; it works once."""
    spent = delete(group_code).where(group_code.c.code_hash == hash_code(code), group_code.c.expires_at > now)
    return tx.execute(spent.returning(group_code.c.group_id)).scalar()


def register_group(tx: Tx, group_id: int, post_id: int) -> bool:
    """Make a group a leaders' group; False when it already is one or the bot is gone."""
    done = tx.execute(
        update(group)
        .where(group.c.id == group_id, group.c.state == "present")
        .values(state="registered", registered_by=post_id)
    )
    return done.rowcount == 1


def count_held(tx: Tx) -> tuple[int, int]:
    """(posts held, posts)."""
    row = tx.execute(select(func.count(post.c.person_id), func.count(post.c.id))).one()
    return row[0], row[1]
