"""What goes wrong on purpose: a refusal carries the key of its sentence, never the sentence itself."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - it is an answer to the person, not a programming error
    """Something a person asked for that cannot be done; nothing stored has changed.

    ``key`` names the sentence in ``templates/refusals.toml``; ``fields`` are what it mentions.
    """

    def __init__(self, key: str, **fields: object) -> None:
        super().__init__(key)
        self.key = key
        self.fields = fields
