"""Every Monday the office is told who could not be reached if it had to be: the gaps, not the people who failed."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta

from markupsafe import Markup

from reporting.checking import ContactRules
from reporting.contact import Outcome
from reporting.programme import Role
from services.desk import Desk
from services.joining import post_name
from services.sheets import holder_of, to_office
from storage import checks, outages, outbox, people
from storage.people import Post
from templates.message import Message
from templates.words import date_of, say

AT = time(9)
WEEK = timedelta(days=7)
# Whoever was down on Monday tells it on Tuesday; later it would be old.
LATEST = timedelta(days=2)


def weekly(desk: Desk, rules: ContactRules) -> bool:
    """Once a week, from Monday nine o'clock on, where people are checked at all."""
    local = desk.now.astimezone(desk.programme.zone)
    monday = datetime.combine(local.date() - timedelta(days=local.weekday()), AT, desk.programme.zone)
    key = f"contact_week:{monday.date()}"
    if not monday <= local < monday + LATEST or outbox.is_written(desk.tx, f"{key}:0"):
        return False
    if not rules.often and not checks.between(desk.tx, monday - WEEK, monday):
        return False
    message = Message(gaps(desk)).as_json()
    for place, to in enumerate(to_office(desk)):
        outbox.put(desk.tx, f"{key}:{place}", "notice", to, message, desk.now)
    return True


def gaps(desk: Desk) -> Markup:
    """Posts without anybody, people who cannot be written to, units without cover; what was not delivered, and why."""
    posts = [post for post in people.posts(desk.tx) if post.unit in desk.programme.units]
    liaisons = [post for post in posts if post.role == Role.LIAISON]
    lost = people.unreachable_people(desk.tx)
    deputies = [post for post in posts if post.role == Role.DEPUTY and post.person_id is not None]
    covered = {post.unit for post in deputies}
    since = desk.now - WEEK
    week = [one for one in checks.between(desk.tx, since, desk.now) if one.outcome is not None]
    causes = Counter(one.cause for one in week if one.outcome in (Outcome.NOT_DELIVERED, Outcome.VOID))
    return say(
        "contact.gaps",
        since=date_of(since, desk.programme.zone),
        whole=len(week),
        vacant=[post_name(desk, post) for post in liaisons if post.person_id is None],
        lost=[
            (post_name(desk, post), people.person_name(desk.tx, post.person_id), lost[post.person_id])
            for post in posts
            if post.person_id in lost and post.person_id is not None
        ],
        alone=[desk.called(unit) for unit in _once(liaisons) if unit not in covered],
        dark=_dark(desk, posts, lost),
        causes=sorted(causes.items()),
        minutes=_down(desk, since),
    )


def _once(posts: list[Post]) -> list[str]:
    return list(dict.fromkeys(post.unit for post in posts))


def _dark(desk: Desk, posts: list[Post], lost: dict[int, str]) -> list[str]:
    """Units in which tonight neither the liaison, nor who stands in, nor the deputy could be written to."""
    doing = [post for post in posts if post.role in (Role.LIAISON, Role.DEPUTY)]
    lit = {
        post.unit for post in doing if (person := holder_of(desk, post)) is not None and person not in lost
    }
    return [desk.called(unit) for unit in _once(doing) if unit not in lit]


def _down(desk: Desk, since: datetime) -> int:
    """Minutes of the week in which nobody could have been heard; times that overlap count once."""
    found, until = timedelta(), since
    for began, ended in outages.since(desk.tx, since):
        found += max(min(ended, desk.now) - max(began, until), timedelta())
        until = max(until, ended)
    return int(found / timedelta(minutes=1))
