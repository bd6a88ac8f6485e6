"""The self-check's bell."""

from __future__ import annotations

from services.runtime import Runtime
from services.selfcheck import selfcheck


async def look(runtime: Runtime) -> dict[str, int]:
    """What is wrong, by kind; empty when all is well."""
    return await runtime.lead(selfcheck)
