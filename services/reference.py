"""Reference numbers for things that went wrong."""

from __future__ import annotations

import hashlib


def reference(*parts: object) -> str:
    """A short number that a person can read out on the telephone; the same parts give the same number."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()
    return f"E{int(digest[:8], 16) % 1_000_000:06d}"
