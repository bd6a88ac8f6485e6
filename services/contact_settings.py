"""检查设置: how often, when, how long, what follows; as change orders like every setting."""

from __future__ import annotations

from forms.problems import Refused
from reporting.checking import rules_of
from reporting.contact_lines import read_contact
from reporting.settings import EVERYWHERE, Key
from services.desk import Turn
from services.orders import propose_one
from services.planning import plan_of
from templates.change_words import contact_words
from templates.message import Message, Reply
from templates.words import say


def check_rules(turn: Turn, text: str = "") -> Reply:
    """/checkrules 每月 1次; 时段 8:00-22:00; 时限 30分钟; 再提醒 15分钟; 重计 每年; 申诉 3天; 处理 诫勉谈话."""
    if not text.strip():
        rules = rules_of(plan_of(turn).settings)
        return Reply((Message(say("contact.rules", lines=contact_words(rules))),))
    key, value = read_contact(text)
    if key in (Key.CONTACT_WINDOW, Key.CONTACT_SECOND):
        after = rules_of(plan_of(turn).settings.with_row(key, EVERYWHERE, value))
        if after.second >= after.window:
            raise Refused("order.contact_second")
    return propose_one(turn, "checkrules", key, EVERYWHERE, value)
