"""People and groups: who exists, who is a member, who has blocked the bot."""

from simulator.model import Act, Chat, Group, GroupType, Person, User
from simulator.refusals import WorldError
from simulator.shapes import chat_json, member_json, user_json
from simulator.state import ChatRef, PersonRef, State

FIRST_PERSON = 710_000_000
FIRST_GROUP = -4_100_000_000
FIRST_SUPERGROUP = -1_002_000_000_000
IN_CHAT = frozenset({"creator", "administrator", "member"})


class People(State):
    """The part of the world that decides who may speak where."""

    def add_person(
        self,
        first_name: str,
        *,
        id: int | None = None,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = "zh-hans",
        about: str = "",
    ) -> Person:
        """A new person, who has not yet opened the chat with the bot."""
        number = FIRST_PERSON + next(self._numbers) if id is None else id
        if number <= 0 or number == self.bot.id or number in self.chats:
            raise WorldError("this id is taken or is not a person's")
        person = Person(number, first_name, last_name, username, language_code, about=about)
        self.people[number] = person
        self.chats[number] = Chat(number, "private", person=person)
        return person

    def add_group(
        self,
        title: str,
        type: GroupType = "group",
        *,
        id: int | None = None,
        creator: PersonRef | None = None,
    ) -> Group:
        """A new group without the bot; the creator, when given, is its first member."""
        first = FIRST_GROUP if type == "group" else FIRST_SUPERGROUP
        number = first - next(self._numbers) if id is None else id
        if number >= 0 or number in self.chats:
            raise WorldError("this id is taken or is not a group's")
        group = Group(number, type, title)
        if creator is not None:
            group.members[self.person(creator).id] = "creator"
        self.chats[number] = group
        return group

    def join(
        self, group: ChatRef, person: PersonRef, by: PersonRef | None = None, status: str = "member"
    ) -> Act:
        """A person enters a group by themselves or is added; everyone sees the service message."""
        where, who = self.group(group), self.person(person)
        adder = who if by is None else self.person(by)
        before = where.members.get(who.id, "left")
        where.members[who.id] = status
        if before in IN_CHAT:
            return Act(where.id, update_id=self._member_changed(where, adder, who, before, status))
        message = self.post(where, adder, extra={"new_chat_members": [user_json(who)]})
        update_id = self.tell("message", message)
        self._member_changed(where, adder, who, before, status)
        return self.note(adder, "join", Act(where.id, message.message_id, update_id), who=who.id)

    def leave(self, group: ChatRef, person: PersonRef, by: PersonRef | None = None) -> Act:
        """A person leaves, or is removed by someone."""
        where, who = self.group(group), self.person(person)
        before = where.members.get(who.id, "left")
        if before not in IN_CHAT:
            raise WorldError("not a member of the group")
        actor = who if by is None else self.person(by)
        after = "left" if actor is who else "kicked"
        where.members[who.id] = after
        message = self.post(where, actor, extra={"left_chat_member": user_json(who)})
        update_id = self.tell("message", message)
        self._member_changed(where, actor, who, before, after)
        return self.note(actor, "leave", Act(where.id, message.message_id, update_id), who=who.id)

    def add_bot(self, group: ChatRef, by: PersonRef, *, administrator: bool = False) -> Act:
        """A member adds the bot (or changes its rights); `update_id` is the my_chat_member update's."""
        where, adder = self.group(group), self.member(group, by)
        after = "administrator" if administrator else "member"
        before, where.bot_status = where.bot_status, after
        update_id = self._bot_changed(where, adder, before, after)
        if before in IN_CHAT:
            return self.note(adder, "promote_bot", Act(where.id, update_id=update_id), status=after)
        message = self.post(where, adder, extra={"new_chat_members": [user_json(self.bot)]})
        self.tell("message", message)
        return self.note(adder, "add_bot", Act(where.id, message.message_id, update_id), status=after)

    def remove_bot(self, group: ChatRef, by: PersonRef) -> Act:
        """A member removes the bot; from now on its calls there are refused with 403."""
        where, actor = self.group(group), self.member(group, by)
        if where.bot_status not in IN_CHAT:
            raise WorldError("the bot is not in the group")
        message = self.post(where, actor, extra={"left_chat_member": user_json(self.bot)})
        before, where.bot_status = where.bot_status, "kicked"
        update_id = self._bot_changed(where, actor, before, "kicked")
        return self.note(actor, "remove_bot", Act(where.id, message.message_id, update_id))

    def bot_leaves(self, group: Chat) -> None:
        """The bot's own leaveChat."""
        before, group.bot_status = group.bot_status, "left"
        self.post(group, self.bot, extra={"left_chat_member": user_json(self.bot)})
        self._bot_changed(group, self.bot, before, "left")

    def block(self, person: PersonRef) -> Act:
        """The person blocks the bot; it is told by my_chat_member."""
        return self._set_blocked(person, True)

    def unblock(self, person: PersonRef) -> Act:
        """The person lets the bot write again."""
        return self._set_blocked(person, False)

    def deactivate(self, person: PersonRef) -> Act:
        """The account is gone; the bot learns of it only by a 403."""
        who = self.person(person)
        who.deactivated = True
        return self.note(who, "deactivate", Act(who.id))

    def member(self, group: ChatRef, person: PersonRef) -> Person:
        """The person, if they are in the group."""
        who = self.person(person)
        if self.group(group).members.get(who.id) not in IN_CHAT:
            raise WorldError("not a member of the group")
        return who

    def _set_blocked(self, person: PersonRef, blocked: bool) -> Act:
        who = self.person(person)
        chat, name = self.chats[who.id], "block" if blocked else "unblock"
        if who.blocked == blocked:
            return Act(who.id)
        who.blocked = blocked
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        return self.note(who, name, Act(who.id, update_id=self._bot_changed(chat, who, before, after)))

    def _bot_changed(self, chat: Chat, actor: User, before: str, after: str) -> int | None:
        return self._changed("my_chat_member", chat, actor, self.bot, (before, after))

    def _member_changed(self, chat: Chat, actor: User, who: User, before: str, after: str) -> int | None:
        if chat.bot_status != "administrator":
            return None
        return self._changed("chat_member", chat, actor, who, (before, after))

    def _changed(self, kind: str, chat: Chat, actor: User, who: User, status: tuple[str, str]) -> int | None:
        before, after = ("left" if each == "none" else each for each in status)
        payload = {
            "chat": chat_json(chat),
            "from": user_json(actor),
            "date": int(self.clock.now().timestamp()),
            "old_chat_member": member_json(who, before),
            "new_chat_member": member_json(who, after),
        }
        return self.updates.push(kind, payload, ("chat", chat.id))
