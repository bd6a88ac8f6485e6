"""Bot API methods that change what was already sent."""

from datetime import timedelta

from simulator.bot_common import (
    Method,
    caption_text,
    count_send,
    message_text,
    open_chat,
    record,
)
from simulator.markup import read_markup
from simulator.model import CallbackAnswer, Chat, Json, Message
from simulator.refusals import bad_request
from simulator.requests import Call
from simulator.shapes import message_json
from simulator.updates import KEEP_PRESS
from simulator.utf16 import utf16_len
from simulator.world import World

KEEP_DELETABLE = timedelta(hours=48)
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def edit_message_text(world: World, call: Call) -> Json:
    """editMessageText; leaving out reply_markup takes the buttons away."""
    chat, message = _editable(world, call)
    rich = message_text(call)
    if message.media:
        raise bad_request("there is no text in the message to edit")
    buttons = read_markup(call).buttons
    if (rich.text, rich.entities, buttons) == (message.text, message.entities, message.buttons):
        raise bad_request(_SAME)
    count_send(world, None)
    message.text, message.entities, message.buttons = rich.text, rich.entities, buttons
    return _edited(world, call, chat, message)


def edit_message_caption(world: World, call: Call) -> Json:
    """editMessageCaption."""
    chat, message = _editable(world, call)
    rich = caption_text(call)
    if not message.media:
        raise bad_request("there is no caption in the message to edit")
    buttons = read_markup(call).buttons
    if (rich.text, rich.entities, buttons) == (message.caption, message.caption_entities, message.buttons):
        raise bad_request(_SAME)
    count_send(world, None)
    message.caption, message.caption_entities, message.buttons = rich.text, rich.entities, buttons
    return _edited(world, call, chat, message)


def edit_message_reply_markup(world: World, call: Call) -> Json:
    """editMessageReplyMarkup."""
    chat, message = _editable(world, call)
    buttons = read_markup(call).buttons
    if buttons == message.buttons:
        raise bad_request(_SAME)
    count_send(world, None)
    message.buttons = buttons
    record(world, call, chat, message)
    return message_json(message)


def delete_message(world: World, call: Call) -> bool:
    """deleteMessage: its own for 48 hours, others' in private chats or as administrator."""
    chat = open_chat(world, call)
    message = chat.live(call.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not message.from_bot and not chat.is_private and chat.bot_status != "administrator":
        raise bad_request("message can't be deleted")
    if world.clock.now() - message.date > KEEP_DELETABLE:
        raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    record(world, call, chat, message_id=message.message_id)
    return True


def answer_callback_query(world: World, call: Call) -> bool:
    """answerCallbackQuery: once for each press, within 150 seconds."""
    press = world.presses.get(call.text("callback_query_id"))
    if press is None or press.answered or world.clock.now() - press.at > KEEP_PRESS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = call.text("text")
    if utf16_len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    press.answered = True
    alert, url = call.flag("show_alert"), call.text("url") or None
    world.callback_answers.append(CallbackAnswer(press.id, press.person.id, text, alert, url))
    record(world, call, press.chat, text=text, alert=alert or None, callback_query_id=press.id)
    return True


def pin_chat_message(world: World, call: Call) -> bool:
    """pinChatMessage; the chat gets its service message, the bot no update of its own act."""
    chat = open_chat(world, call)
    message = chat.live(call.integer("message_id"))
    if message is None:
        raise bad_request("message to pin not found")
    if not message.pinned:
        message.pinned = True
        chat.pinned.append(message.message_id)
        world.post(chat, world.bot, extra={"pinned_message": message_json(message, with_reply=False)})
    record(world, call, chat, message_id=message.message_id)
    return True


def unpin_chat_message(world: World, call: Call) -> bool:
    """unpinChatMessage: the one named, or the latest pinned."""
    chat = open_chat(world, call)
    number = call.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(number)
    chat.messages[number].pinned = False
    record(world, call, chat, message_id=number)
    return True


def _editable(world: World, call: Call) -> tuple[Chat, Message]:
    if call.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = open_chat(world, call)
    if not call.integer("message_id"):
        raise bad_request("message identifier is not specified")
    message = chat.live(call.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot or message.extra.keys() & {"pinned_message", "left_chat_member"}:
        raise bad_request("message can't be edited")
    return chat, message


def _edited(world: World, call: Call, chat: Chat, message: Message) -> Json:
    message.edit_date = world.clock.now()
    record(world, call, chat, message)
    return message_json(message)


METHODS: dict[str, Method] = {
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "answercallbackquery": answer_callback_query,
    "pinchatmessage": pin_chat_message,
    "unpinchatmessage": unpin_chat_message,
}
