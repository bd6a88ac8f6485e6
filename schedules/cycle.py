"""The bell of the reporting round. It only rings: what is due is computed from rows and the clock."""

from __future__ import annotations

from reporting.contact import jump
from services.auditing import seal
from services.cycle import tick
from services.drawing import Seed, fresh_seed
from services.runtime import Runtime


async def ring(runtime: Runtime, seed: Seed = fresh_seed) -> int:
    """Do what is due now, in one transaction; returns how many things were done."""
    beat = runtime.clock.beat()
    moved = jump(runtime.beat, beat) if runtime.beat else None
    done = await runtime.lead(tick, moved, seed)
    runtime.beat = beat
    await runtime.lead(seal)
    return done
