"""reply_markup: what Telegram accepts as a keyboard and how it refuses the rest."""

from typing import Any, NamedTuple

from simulator.model import Button, Json, Keyboard
from simulator.refusals import RefusalError, bad_request
from simulator.requests import Call

MAX_DATA = 64
MAX_BUTTONS = 100


class Markup(NamedTuple):
    """Inline buttons, or another kind of markup as it was given."""

    buttons: Keyboard
    other: Json | None


def read_markup(call: Call) -> Markup:
    """The call's reply_markup, checked."""
    given = call.parsed("reply_markup", "reply keyboard markup")
    if given is None:
        return Markup([], None)
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in given:
        return Markup([], given)
    rows = given["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be an Array of Arrays')
    keyboard = [[_button(each) for each in row] for row in rows if row]
    if sum(map(len, keyboard)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return Markup(keyboard, None)


def _button(given: Any) -> Button:
    if not isinstance(given, dict):
        raise _broken("expected an Object")
    text = given.get("text")
    if not isinstance(text, str):
        raise _broken('Can\'t find field "text"')
    if not text.strip():
        raise _broken("Text is empty")
    if "url" in given:
        return _link(text, given["url"])
    data = given.get("callback_data")
    if data is None:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    if not isinstance(data, str) or not 1 <= len(data.encode("utf-8", "surrogatepass")) <= MAX_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    return Button(text, data)


def _link(text: str, url: Any) -> Button:
    if not isinstance(url, str) or " " in url or ("." not in url and not url.startswith("tg:")):
        raise bad_request("BUTTON_URL_INVALID")
    return Button(text, url=url)


def _broken(reason: str) -> RefusalError:
    return bad_request(f"can't parse inline keyboard button: {reason}")
