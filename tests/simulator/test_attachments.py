"""Files both ways, albums, and everything people send that is not text."""

import struct
from typing import Any

import pytest
from telegram import Bot, InputMediaDocument, InputMediaPhoto
from telegram.error import BadRequest

from simulator import media
from simulator.world import Person, World

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 800, 400) + b"\x08\x02\x00\x00\x00"


async def test_a_document_arrives_whole_and_can_be_fetched_again(bot: Bot, world: World, lin: Person) -> None:
    content = bytes(range(256)) * 100
    sent = await bot.send_document(
        lin.id, content, filename="七月通报.xlsx", caption="<b>通报</b>", parse_mode="HTML"
    )
    seen = world.last(lin).document
    assert seen is not None
    assert (seen.name, seen.content, seen.size) == ("七月通报.xlsx", content, 25600)
    assert world.last(lin).caption == "通报"
    assert sent.document is not None
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == content
    again = await bot.send_document(lin.id, sent.document.file_id)
    assert again.document == sent.document


async def test_a_photo_has_sizes_from_its_own_header(bot: Bot, lin: Person) -> None:
    sent = await bot.send_photo(lin.id, PNG)
    assert [(size.width, size.height) for size in sent.photo] == [(90, 45), (800, 400)]
    with pytest.raises(BadRequest, match=r"(?i)photo_invalid_dimensions"):
        await bot.send_photo(lin.id, PNG[:16] + struct.pack(">II", 9000, 100))
    with pytest.raises(BadRequest, match="too big for a photo"):
        await bot.send_photo(lin.id, PNG + bytes(10 * 1024 * 1024))


async def test_an_album_shares_one_group_id(bot: Bot, world: World, lin: Person) -> None:
    album = [
        InputMediaDocument(name.encode(), filename=name, caption=name) for name in ("甲.xlsx", "乙.docx")
    ]
    sent = await bot.send_media_group(lin.id, album)
    assert len({message.media_group_id for message in sent}) == 1
    assert [m.document.name for m in world.messages(lin)[-2:] if m.document] == ["甲.xlsx", "乙.docx"]
    assert [message.caption for message in sent] == ["甲.xlsx", "乙.docx"]
    photos = await bot.send_media_group(lin.id, [InputMediaPhoto(PNG), InputMediaPhoto(PNG)])
    assert photos[0].photo
    assert photos[0].media_group_id != sent[0].media_group_id


async def test_albums_are_neither_mixed_nor_endless(api: Any, lin: Person) -> None:
    mixed = [{"type": "document", "media": "x"}, {"type": "photo", "media": "y"}]
    answer = await api("sendMediaGroup", chat_id=lin.id, media=mixed)
    assert answer["description"] == "Bad Request: document can't be mixed with other media types"
    answer = await api("sendMediaGroup", chat_id=lin.id, media=mixed[:1] * 11)
    assert answer["description"] == "Bad Request: too many messages to send as an album"


async def test_people_send_files_and_the_bot_fetches_them(bot: Bot, world: World, lin: Person) -> None:
    world.send_document(lin, "../../七月.xlsx", b"PK\x03\x04", caption="/submit 七月", mime="application/zip")
    (update,) = await bot.get_updates()
    message = update.message
    assert message is not None
    assert message.document is not None
    assert (message.document.file_name, message.document.mime_type) == ("../../七月.xlsx", "application/zip")
    assert [entity.type for entity in message.caption_entities] == ["bot_command"]
    file = await bot.get_file(message.document.file_id)
    assert file.file_path is not None
    assert ".." not in file.file_path
    assert bytes(await file.download_as_bytearray()) == b"PK\x03\x04"


async def test_files_over_twenty_megabytes_cannot_be_fetched(bot: Bot, world: World, lin: Person) -> None:
    world.send_document(lin, "大.bin", bytes(20 * 1024 * 1024 + 1))
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.document is not None
    with pytest.raises(BadRequest, match=r"[Ff]ile is too big"):
        await bot.get_file(update.message.document.file_id)


async def test_everything_else_people_send_is_understood(bot: Bot, world: World, lin: Person) -> None:
    things = [
        media.sticker("🎉"),
        media.voice(seconds=7),
        media.photo(PNG, 800, 400),
        media.contact("+8613800000000", "王建国", 42),
        media.location(28.15, 120.69),
        media.dice(4),
        media.poll("几点开会", ["九点", "十点"]),
    ]
    for thing in things:
        world.send(lin, thing)
    messages = [update.message for update in await bot.get_updates()]
    sticker, voice, photo, contact, location, dice, poll = (m for m in messages if m is not None)
    assert sticker.sticker is not None
    assert sticker.sticker.emoji == "🎉"
    assert voice.voice is not None
    assert voice.voice.file_size == len(world.messages(lin)[2].document.content)  # type: ignore[union-attr]
    assert photo.photo[-1].width == 800
    assert contact.contact is not None
    assert contact.contact.user_id == 42
    assert location.location is not None
    assert location.location.latitude == 28.15
    assert dice.dice is not None
    assert dice.dice.value == 4
    assert poll.poll is not None
    assert [option.text for option in poll.poll.options] == ["九点", "十点"]


async def test_forwards_albums_replies_edits_and_deletions_by_people(
    bot: Bot, world: World, lin: Person
) -> None:
    asked = await bot.send_message(lin.id, "第 3 题")
    world.say(lin, "转来的", forward=True)
    answer = world.say(lin, "12", reply_to=asked.message_id)
    world.send(lin, media.photo(PNG), media_group_id="77")
    world.send(lin, media.photo(PNG), media_group_id="77", caption="两张")
    assert answer.message_id is not None
    world.edit(lin, answer.message_id, "13")
    world.delete(lin, answer.message_id)
    forwarded, replied, first, second, edited = await bot.get_updates()
    assert forwarded.message is not None
    assert forwarded.message.forward_origin is not None
    assert replied.message is not None
    assert replied.message.reply_to_message is not None
    assert replied.message.reply_to_message.text == "第 3 题"
    assert first.message is not None
    assert second.message is not None
    assert first.message.media_group_id == second.message.media_group_id == "77"
    assert edited.edited_message is not None
    assert edited.edited_message.text == "13"
    assert edited.edited_message.edit_date is not None
    assert answer.message_id not in [m.message_id for m in world.messages(lin)]
