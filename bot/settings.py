"""Settings from the environment, prefix YIBAO_."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.robots import Robot

_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")


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
    status_host: str = Field(default="127.0.0.1", description="address of the status port")
    webhook_url: str = Field(default="", description="where Telegram reaches this program, for run --webhook")
    webhook_secret: SecretStr = Field(default=SecretStr(""), description="made from the token when empty")
    webhook_host: str = Field(default="127.0.0.1", description="address on which updates are taken")
    webhook_port: int = Field(default=8443, ge=1, le=65535)
    heartbeat_url: str = Field(default="", description="asked for every minute while all is well")
    messages_per_second: int = Field(default=30, ge=1, le=10_000, description="Telegram's limit for this bot")
    most_a_minute: int = Field(default=60, ge=0, description="messages a person may write; 0 is no limit")
    robots: list[Robot] = Field(
        default=[], description="robots of other messengers that read digests, as JSON"
    )
    log_format: Literal["text", "json"] = "text"

    @field_validator("clock_start")
    @classmethod
    def _aware(cls, moment: datetime | None) -> datetime | None:
        if moment is not None and moment.tzinfo is None:
            raise ValueError("needs a zone, e.g. 2008-07-01T08:00:00+08:00")
        return moment

    @field_validator("webhook_url", "heartbeat_url")
    @classmethod
    def _safe(cls, url: str) -> str:
        parts = urlsplit(url)
        loopback = parts.hostname in {"127.0.0.1", "localhost", "::1"}
        if url and not (
            parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and loopback))
        ):
            raise ValueError("needs https://…")
        return url

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, secret: SecretStr) -> SecretStr:
        if secret.get_secret_value() and not _SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("16 to 256 letters, digits, _ and -")
        return secret
