"""A token that is taken back, and a change that changes nothing: faults 26 and 27."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from bot.delivery import TokenRefused
from bot.mouth import edit
from simulator.faults import Fault
from templates.message import Message
from tests.days.county import County, Resident


async def test_a_message_that_is_already_so_counts_as_changed(liaison: Resident) -> None:
    county = liaison.county
    shown = county.world.last(liaison.person)
    for _ in range(2):
        await edit(
            county.program.application.bot,
            str(liaison.person.id),
            shown.message_id,
            Message(Markup("已更新")),
        )
    assert county.world.last(liaison.person).text == "已更新"


async def test_a_token_that_is_taken_back_ends_the_program_and_loses_no_letter(opened: County) -> None:
    opened.world.add_fault(Fault("401", times=0))
    with pytest.raises(TokenRefused):
        await opened.program.intake.run()
    with pytest.raises(TokenRefused):
        await opened.at("2008-07-02 09:00")
    opened.world.faults.clear()
    await opened.restart()
    await opened.at("2008-07-02 09:01")
    assert opened["port", "liaison"].news().count("17:30") == 1
