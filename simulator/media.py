"""Things people send that are not text."""

from dataclasses import dataclass, field

from simulator.model import FileStore, Json, StoredFile
from simulator.shapes import document_json, file_json, photo_json


@dataclass(frozen=True)
class Attachment:
    """Something to send: its kind (the Bot API's field), fixed fields, and perhaps a file."""

    kind: str
    fields: Json = field(default_factory=dict)
    name: str = ""
    mime: str = ""
    content: bytes | None = None

    def store(self, files: FileStore) -> StoredFile | None:
        """Keep the file, when there is one."""
        if self.content is None:
            return None
        return files.add(f"{self.kind}s", self.name, self.mime, self.content)

    def shape(self, stored: StoredFile | None) -> Json:
        """The message's media field in the Bot API's shape."""
        if stored is None:
            return {self.kind: self.fields}
        if self.kind == "photo":
            return {"photo": photo_json(stored, **self.fields)}
        if self.kind == "document":
            return {"document": document_json(stored)}
        return {self.kind: {**file_json(stored), **self.fields}}


def document(name: str, content: bytes, mime: str = "application/octet-stream") -> Attachment:
    """A file, of any content: nothing is opened or checked, as in Telegram."""
    return Attachment("document", {}, name, mime, content)


def photo(content: bytes, width: int = 1280, height: int = 720) -> Attachment:
    """A compressed picture."""
    return Attachment("photo", {"width": width, "height": height}, "photo.jpg", "image/jpeg", content)


def voice(content: bytes = b"OggS-simulated", seconds: int = 3) -> Attachment:
    """A voice message."""
    fields = {"duration": seconds, "mime_type": "audio/ogg"}
    return Attachment("voice", fields, "voice.oga", "audio/ogg", content)


def sticker(emoji: str = "👍") -> Attachment:
    """A static sticker."""
    fields = {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": emoji,
        "set_name": "simulated",
    }
    return Attachment("sticker", fields, "sticker.webp", "image/webp", b"RIFF-simulated-WEBP")


def contact(phone_number: str, first_name: str, user_id: int | None = None) -> Attachment:
    """A contact card; `user_id` is whatever the sender's client claims."""
    fields: Json = {"phone_number": phone_number, "first_name": first_name}
    return Attachment("contact", fields if user_id is None else {**fields, "user_id": user_id})


def location(latitude: float, longitude: float) -> Attachment:
    """A point on the map."""
    return Attachment("location", {"latitude": latitude, "longitude": longitude})


def dice(value: int = 6, emoji: str = "🎲") -> Attachment:
    """A thrown die."""
    return Attachment("dice", {"emoji": emoji, "value": value})


def poll(question: str, options: list[str], poll_id: str = "5000000000000000001") -> Attachment:
    """A regular anonymous poll."""
    fields = {
        "id": poll_id,
        "question": question,
        "options": [
            {"text": text, "voter_count": 0, "persistent_id": str(n)} for n, text in enumerate(options)
        ],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    }
    return Attachment("poll", fields)
