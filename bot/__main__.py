"""``python -m bot`` is ``yibao``."""

from bot.cli import app

app()
