"""Years of contact checks on the real services and databases, while everything goes wrong; then every outcome is proved.

``make simulate-contact``: 10,000 liaison-months, on SQLite and on PostgreSQL with the same seed. The program is killed,
Telegram is silent, the clock is moved, people are on leave, block the bot, answer in the last second or never. An oracle
that knows what really happened says which outcomes are true; the draws must be equal; both databases must hold the same.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.contact_machine import BEGINS, Machine
from benchmarks.contact_truth import Oracle
from benchmarks.torture import _server
from services.drawing import repeated
from storage import checks, misses
from storage.database import Database
from storage.migrate import upgrade

MONTHS = 25
# So many units of chi-square's spread above its mean are taken for chance.
SPREADS = 5


@dataclass
class Found:
    """What a run shows. ``false`` are misses that are not true, ``wrong`` all other outcomes that are not."""

    checks: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    disturbed: int = 0
    last_second: int = 0
    false: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unequal: list[str] = field(default_factory=list)
    digest: str = ""
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        return bool(self.checks) and not (self.false or self.wrong or self.unequal)

    def __str__(self) -> str:
        shown = ", ".join(f"{name} {count:,}" for name, count in sorted(self.outcomes.items()))
        return (
            f"{self.checks:,} checks: {shown}; {self.disturbed:,} disturbed, {self.last_second:,} answered in the"
            f" last second; false misses {len(self.false)}, wrong outcomes {len(self.wrong)},"
            f" unequal draws {len(self.unequal)}; digest {self.digest[:16]} ({self.seconds:.0f} s)"
        )


def simulate(url: str, liaisons: int, months: int, seed: int) -> Found:
    """One run on one database."""
    began = time.monotonic()
    upgrade(url)
    with Database(url) as database:
        machine = Machine(database, liaisons, months, seed)
        asyncio.run(machine.run())
        found = Found(checks=0)
        database.run_sync(lambda tx: _judge(tx, machine, found))
        found.seconds = time.monotonic() - began
        return found


def _judge(tx: Any, machine: Machine, found: Found) -> None:
    oracle = Oracle(machine.troubles, machine.away)
    rounds = checks.draws(tx)
    kept: list[Any] = []
    for one in rounds:
        if not repeated(one):
            found.unequal.append(f"the draw of {one.month} cannot be repeated from its record")
        every = checks.of_round(tx, one.id)
        kept.append([one.month, one.seed, one.drawn])
        kept += [[str(value) for value in _outcome(check)] for check in every]
        for check in every:
            if check.outcome is not None:
                _compare(oracle, machine, check, found)
    kept += [[str(m.at), m.unit, m.state, m.count, str(m.step)] for m in misses.since(tx, BEGINS)]
    found.digest = hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
    found.unequal += _unequal(tx, machine)


def _outcome(check: checks.Check) -> tuple[object, ...]:
    return (
        check.unit, check.due_at, check.asked_at, check.delivered_at, check.answered_at, check.outcome,
        check.cause, check.settled_at, check.deputy_asked_at, check.deputy_at, check.head_told_at,
    )  # fmt: skip


def _compare(oracle: Oracle, machine: Machine, check: checks.Check, found: Found) -> None:
    assert check.outcome is not None
    asked = machine.asked.get(check.id)
    true = oracle.may_be(asked)
    found.checks += 1
    found.outcomes[check.outcome] += 1
    found.disturbed += len(true) > 1
    if check.answered_at and check.ends:
        found.last_second += check.answered_at.replace(microsecond=0) == check.ends.replace(microsecond=0)
    heard = true.get(check.outcome)
    told = f"{check.unit} {check.due_at}: {check.outcome} ({check.cause}) heard {check.answered_at}, true: {true}"
    if check.outcome not in true:
        (found.false if check.outcome == "missed" else found.wrong).append(told)
    elif heard is not None and heard != check.answered_at:
        found.wrong.append(told)


def _unequal(tx: Any, machine: Machine) -> Iterator[str]:
    """Draws of everybody within one of each other's class; no hour preferred; nobody twice within the gap."""
    zone = machine.zone
    days: defaultdict[str, list[datetime]] = defaultdict(list)
    for one in checks.draws(tx):
        for key, at in one.drawn:
            days[key].append(datetime.fromisoformat(at).astimezone(zone))
    counts = [len(days[f"unit{number}:1"]) for number in range(machine.liaisons)]
    if max(counts) - min(counts) > 2:
        yield f"drawn between {min(counts)} and {max(counts)} times"
    hours = Counter(at.hour for mine in days.values() for at in mine)
    expected = sum(hours.values()) / 24
    chi = sum((hours[hour] - expected) ** 2 / expected for hour in range(24))
    if chi > 23 + SPREADS * (2 * 23) ** 0.5:
        yield f"hours of the day: chi-square {chi:.0f}"
    for key, mine in days.items():
        close = [one for one, other in pairwise(sorted(mine)) if (other.date() - one.date()).days < 4]
        if close:
            yield f"{key} twice within the gap from {close[0]}"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--liaison-months", type=int, default=10_000)
    parser.add_argument("--months", type=int, default=MONTHS, help="how many months that is of each liaison")
    parser.add_argument("--seed", type=int, default=None, help="printed; the same seed gives the same run")
    parser.add_argument("--only", choices=("sqlite", "postgresql"), help="one database instead of both")
    asked = parser.parse_args(words)
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(10**6)
    liaisons = max(asked.liaison_months // asked.months, 1)
    print(f"seed {seed}: {liaisons} liaisons, {asked.months} months", flush=True)
    found: dict[str, Found] = {}
    if asked.only != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            found["SQLite"] = simulate(f"sqlite:///{Path(folder) / 'years.db'}", liaisons, asked.months, seed)
            _show("SQLite", found["SQLite"])
    if asked.only != "sqlite":
        with _server(True) as server:
            assert server is not None
            found["PostgreSQL"] = simulate(server.url(server.create()), liaisons, asked.months, seed)
            _show("PostgreSQL", found["PostgreSQL"])
    same = len({one.digest for one in found.values()}) == 1
    print(f"the same on {' and '.join(found)}: {'yes' if same else 'NO'}")
    return 0 if same and all(one.clean for one in found.values()) else 1


def _show(name: str, found: Found) -> None:
    print(f"{name}: {found}", flush=True)
    for line in [*found.false, *found.wrong, *found.unequal][:10]:
        print(f"  {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
