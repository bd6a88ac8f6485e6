"""The broom: forget what is no longer needed."""

from __future__ import annotations

from services.letters import housekeeping
from services.runtime import Runtime


async def sweep(runtime: Runtime) -> None:
    """Runs a few times a day; missing one is harmless."""
    await runtime.lead(housekeeping)
