"""Settings from the environment, prefix YIBAO_."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a deployment may set. ``.env`` in the working folder is read too; the environment wins."""

    model_config = SettingsConfigDict(env_prefix="YIBAO_", env_file=".env", extra="ignore")

    token: SecretStr = Field(default=SecretStr(""), description="the bot's token")
    api_base_url: str = Field(default="", description="another Bot API server, e.g. http://127.0.0.1:8081")
    database_url: str = Field(default="sqlite:///var/yibao.db")
    programme: Path | None = Field(default=None, description="folder loaded at start")
    clock_start: datetime | None = Field(default=None, description="virtual time: where it starts, with zone")
    clock_rate: float = Field(default=1.0, ge=0, description="virtual seconds a real second; 0 stands still")
    status_port: int = Field(default=0, ge=0, le=65535, description="loopback port of /status.json; 0 is off")
    log_format: Literal["text", "json"] = "text"

    @field_validator("clock_start")
    @classmethod
    def _aware(cls, moment: datetime | None) -> datetime | None:
        if moment is not None and moment.tzinfo is None:
            raise ValueError("needs a zone, e.g. 2008-07-01T08:00:00+08:00")
        return moment
