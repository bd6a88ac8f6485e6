"""What the program is doing, for a status page: read-only, no names, no answers."""

from __future__ import annotations

from typing import Any

from services.cycle import calendar_of
from services.desk import Desk
from services.sheets import timeliness_of
from storage import digests, outbox, people, tasks


def overview(desk: Desk) -> dict[str, Any]:
    """JSON: the clock, the periods with their tasks, letters that wait."""
    if desk.shelf.programme is None:
        return {"now": desk.now.isoformat(), "programme": None, "periods": [], "waiting": 0}
    held, posts = people.count_held(desk.tx)
    drafts = digests.all_by_period(desk.tx)
    return {
        "now": desk.now.isoformat(),
        "zone": desk.programme.rules.zone,
        "programme": desk.programme.rules.title,
        "posts": {"held": held, "all": posts},
        "waiting": outbox.count_waiting(desk.tx, desk.now),
        "periods": [
            {
                "period": str(period),
                "opens": calendar_of(desk, period).opens.isoformat(),
                "digest": _digest_state(drafts.get(str(period))),
                "tasks": [
                    {
                        "form": task.form,
                        "unit": desk.called(task.unit),
                        "level": task.level,
                        "state": task.state,
                        "due": task.due_at.isoformat(),
                        "timeliness": str(timeliness_of(desk, task)),
                    }
                    for task in tasks.of_period(desk.tx, str(period))
                ],
            }
            for period in desk.programme.periods
        ],
    }


def _digest_state(draft: digests.Draft | None) -> str:
    if draft is None:
        return "none"
    return "published" if draft.published_at else "draft"
