"""Width and height of a picture from its header; nothing is decoded."""

import struct

from simulator.refusals import bad_request

MAX_PHOTO = 10 * 1024 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"
_OTHERS = (b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")


def picture_size(content: bytes) -> tuple[int, int]:
    """Real for PNG, a usual 1280×720 for the rest; what is no picture is refused as Telegram does."""
    if len(content) > MAX_PHOTO:
        raise bad_request(
            f"file of size {len(content)} bytes is too big for a photo; the maximum size is {MAX_PHOTO} bytes"
        )
    if content.startswith(_PNG) and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        if not width or not height or width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return width, height
    if content.startswith(_OTHERS):
        return 1280, 720
    raise bad_request("IMAGE_PROCESS_FAILED")
