"""A file that a person sends."""

from __future__ import annotations

from telegram import Update

from handlers.edge import Door
from reporting.permissions import Action
from services import uploading
from templates.read_workbook import MOST_BYTES


async def document(door: Door, update: Update) -> None:
    """Keep where the file is; it is fetched and read beside the conversations. Its name and caption mean nothing."""
    message = update.effective_message
    assert message is not None
    assert message.document is not None
    if (message.document.file_size or 0) > MOST_BYTES:
        await door.refuse(update, "import.too_big")
        return
    await door.let(update, Action.SEND_FILE, uploading.receive, message.document.file_id, message.date)
    door.file_came()
