"""What every definition in a programme's files is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Title = Annotated[str, Field(min_length=1, max_length=60)]


class Definition(BaseModel):
    """Frozen and closed: a misspelt key in a file is a mistake, not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")
