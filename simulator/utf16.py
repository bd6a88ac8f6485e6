"""Telegram counts text in UTF-16 code units: an emoji outside the basic plane is two."""


def utf16_len(text: str) -> int:
    """Length in UTF-16 code units; a lone surrogate counts one."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
