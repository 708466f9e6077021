"""Buttons are checked as messages are, and more: what moves money is shown first, and done once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kit.host.channels import open_channel

if TYPE_CHECKING:
    from tests.channels.conftest import Said
    from tests.channels.telegram.conftest import Chat

    Make = Callable[..., Chat]

OWNER, OTHER, STRANGER = 11, 12, 66


@pytest.fixture
def talk(chat: Make) -> Chat:
    """A chat with one who may trade."""
    made = chat()
    made.pair(OWNER, "trade")
    return made


def refused(answer: dict[str, Any]) -> str:
    assert answer["alert"]
    said: str = answer["text"]
    return said


def test_a_trade_that_is_said_is_shown_and_asked_for(talk: Chat) -> None:
    shown = talk.ask(OWNER, "/sell 5")
    assert shown.text == "Would sell for 5."
    assert list(shown.buttons) == ["✅ Execute", "✖️ Cancel"]
    assert talk.read("sold") == ""
    talk.press(OWNER, shown, "✅ Execute")
    assert talk.read("sold") == "5\n"
    assert talk.api.said[-1].text == "Sold for 5."


def test_a_plan_brings_its_own_buttons(talk: Chat) -> None:
    shown = talk.ask(OWNER, "What should I sell?")
    assert list(shown.buttons) == ["✅ Execute", "View Only"]
    talk.press(OWNER, shown, "View Only")
    assert talk.api.said[-1].text == "Would sell for 7."
    assert talk.read("sold") == ""
    talk.press(OWNER, shown, "✅ Execute")
    assert talk.read("sold") == "7\n"


def test_a_trade_that_nobody_has_shown_yet_is_shown_by_its_button(talk: Chat) -> None:
    hint = talk.ask(OWNER, "/tip")
    talk.press(OWNER, hint, "Sell")
    shown = talk.api.said[-1]
    assert (shown.text, list(shown.buttons)) == ("Would sell for 8.", ["✅ Execute", "✖️ Cancel"])
    assert talk.read("sold") == ""


def test_a_trade_is_done_once_however_often_its_button_is_pressed(talk: Chat) -> None:
    shown = talk.ask(OWNER, "/sell 5")
    data = shown.buttons["✅ Execute"]
    for _ in range(5):
        talk.api.press(OWNER, data, shown)
    talk.until(lambda: len(talk.api.pressed) == 5)
    talk.settle()
    assert talk.read("sold") == "5\n"
    assert shown.keyboard == []
    assert [each["alert"] for each in talk.api.pressed.values()].count(True) == 4
    assert refused(list(talk.api.pressed.values())[-1]) == "This button has been pressed before."


def test_what_telegram_delivers_again_is_not_done_again(talk: Chat) -> None:
    """What a bot has heard and not acknowledged comes again when it listens anew."""
    shown = talk.ask(OWNER, "/sell 5")
    talk.press(OWNER, shown, "✅ Execute")
    talk.ask(OWNER, "/eat")
    talk.stop()
    talk.until(lambda: not talk.api.listeners)
    for update in [each["update_id"] for each in talk.api.updates]:
        talk.api.redeliver(update)
    count = len(talk.api.said)
    talk.start()
    assert talk.ask(OWNER, "/quote 1").text == "Would sell for 1."
    assert (talk.read("sold"), talk.read("eaten"), len(talk.api.said)) == ("5\n", "one\n", count + 1)


def test_two_hosts_that_hear_of_one_button_do_it_once(talk: Chat) -> None:
    """One leads and one took over a moment ago: both have looked before either has marked it."""
    from telegram import CallbackQuery

    shown = talk.ask(OWNER, "/sell 5")
    data = shown.buttons["✅ Execute"]
    talk.stop()
    talk.until(lambda: not talk.api.listeners)
    for _ in range(2):
        talk.api.press(OWNER, data, shown)
    presses = [each["callback_query"] for each in talk.api.updates[-2:]]

    async def both() -> None:
        channel: Any = open_channel(talk.host.services, "telegram")
        (member,) = await channel._guard.members()
        heard = [CallbackQuery.de_json(each, None) for each in presses]
        await asyncio.gather(*(channel._conversation.press(member, each) for each in heard))

    talk.host.services.network.run(both())
    assert talk.read("sold") == "5\n"
    assert len(talk.api.pressed) == 2


def test_what_was_cancelled_cannot_be_executed_any_more(talk: Chat) -> None:
    shown = talk.ask(OWNER, "/sell 5")
    execute = shown.buttons["✅ Execute"]
    talk.press(OWNER, shown, "✖️ Cancel")
    assert talk.api.said[-1].text == "Nothing was done."
    assert shown.keyboard == []
    press = talk.api.press(OWNER, execute, shown)
    talk.until(lambda: press in talk.api.pressed)
    assert refused(talk.api.pressed[press]) == "This button has been pressed before."
    assert talk.read("sold") == ""


def test_an_expired_button_does_nothing(talk: Chat) -> None:
    shown = talk.ask(OWNER, "/sell 5")
    talk.host.clock.advance(timedelta(minutes=16))
    assert refused(talk.press(OWNER, shown, "✅ Execute")) == "This button has expired. Ask again."
    assert talk.read("sold") == ""


@pytest.mark.parametrize("data", ["sell 5", "", "x" * 64, "../../etc", "' OR 1=1 --", "<b>", "\u202e"])
def test_forged_data_is_refused(talk: Chat, data: str) -> None:
    shown = talk.ask(OWNER, "/sell 5")
    press = talk.api.press(OWNER, data, shown)
    talk.until(lambda: press in talk.api.pressed)
    assert refused(talk.api.pressed[press]) == "I do not know this button. Ask again."
    assert talk.read("sold") == ""


def test_what_a_button_carries_says_nothing(talk: Chat) -> None:
    """No order can be read from it or put into it."""
    first, second = (talk.ask(OWNER, "/sell 5").buttons["✅ Execute"] for _ in range(2))
    assert first != second
    assert len(first) >= 20
    assert "sell" not in first


def test_somebody_elses_button_is_refused_even_to_one_who_may_trade(talk: Chat) -> None:
    talk.pair(OTHER, "trade")
    shown = talk.ask(OWNER, "/sell 5")
    for place in (OWNER, OTHER):
        talk.api.press(OTHER, shown.buttons["✅ Execute"], shown, chat=place)
    talk.until(lambda: len(talk.api.pressed) == 2)
    assert {refused(each) for each in talk.api.pressed.values()} == {"I do not know this button. Ask again."}
    assert talk.read("sold") == ""


def test_a_button_does_not_work_in_another_chat(chat: Make) -> None:
    talk = chat(groups=True)
    talk.pair(OWNER, "trade")
    shown = talk.ask(OWNER, "/sell 5")
    press = talk.api.press(OWNER, shown.buttons["✅ Execute"], shown, chat=-5)
    talk.until(lambda: press in talk.api.pressed)
    assert refused(talk.api.pressed[press]) == "I do not know this button. Ask again."


def test_a_stranger_who_presses_gets_no_answer_at_all(talk: Chat) -> None:
    shown = talk.ask(OWNER, "/sell 5")
    press = talk.api.press(STRANGER, shown.buttons["✅ Execute"], shown)
    talk.ask(OWNER, "/quote 1")
    assert press not in talk.api.pressed
    assert talk.read("sold") == ""


def test_one_who_may_only_look_gets_no_button_that_does_more(chat: Make) -> None:
    talk = chat()
    talk.pair(OWNER, "read")
    for text in ("/sell 5", "what should I sell", "/eat"):
        answer = talk.ask(OWNER, text)
        assert answer.text.startswith("❌ You may look")
        assert "kit telegram pair --role trade" in answer.text
        assert not answer.keyboard


def test_a_button_counts_for_the_role_one_has_when_pressing_it(talk: Chat) -> None:
    shown = talk.ask(OWNER, "/sell 5")
    talk.pair(OWNER, "read")
    assert refused(talk.press(OWNER, shown, "✅ Execute")).startswith("You may look, and “sell” changes something.")
    assert talk.read("sold") == ""


def test_a_press_that_telegram_delivers_too_late_does_nothing_and_says_so(talk: Chat) -> None:
    shown = talk.ask(OWNER, "/sell 5")
    talk.api.old_presses = True
    count = len(talk.api.said)
    talk.api.press(OWNER, shown.buttons["✅ Execute"], shown)
    talk.until(lambda: len(talk.api.said) > count)
    assert "Nothing was done: press it again." in talk.api.said[-1].text
    assert talk.read("sold") == ""
    talk.api.old_presses = False
    talk.press(OWNER, shown, "✅ Execute")
    assert talk.read("sold") == "5\n"


def test_what_was_written_while_nobody_listened_may_ask_and_change_nothing(talk: Chat) -> None:
    assert talk.ask(OWNER, "/quote 3", ago=3600).text == "Would sell for 3."
    for text in ("/eat", "/sell 5", "What should I sell?"):
        assert talk.ask(OWNER, text, ago=3600).text.startswith("❌ That was written a while ago")
    assert talk.read("eaten") == ""


def test_refreshing_changes_the_message_in_place(talk: Chat) -> None:
    said = talk.ask(OWNER, "/stock")
    (talk.host.home / "pile").write_text("9")
    assert talk.press(OWNER, said, "🔄 Refresh") == {"text": "", "alert": False}
    assert "9" in said.text
    assert "4" not in said.text
    assert said.edits == 1
    assert talk.press(OWNER, said, "🔄 Refresh") == {"text": "Nothing has changed.", "alert": False}
    assert said.edits == 1
    (talk.host.home / "pile").write_text("8")
    talk.press(OWNER, said, "🔄 Refresh")
    assert (said.edits, said.text.count("8"), len(talk.api.said)) == (2, 4, 2)


def test_a_message_so_old_that_telegram_does_not_show_it_can_be_refreshed(talk: Chat) -> None:
    said = talk.ask(OWNER, "/stock")
    (talk.host.home / "pile").write_text("9")
    press = talk.api.press(OWNER, said.buttons["🔄 Refresh"], said, old=True)
    talk.until(lambda: press in talk.api.pressed)
    assert "9" in said.text
    shown = talk.ask(OWNER, "/sell 5")
    press = talk.api.press(OWNER, shown.buttons["✅ Execute"], shown, old=True)
    talk.until(lambda: talk.read("sold") == "5\n")


def test_refreshing_what_fails_now_says_so_in_place(talk: Chat) -> None:
    said = talk.ask(OWNER, "/stock")
    (talk.host.home / "pile").write_text("many")
    talk.press(OWNER, said, "🔄 Refresh")
    assert said.text.startswith("❌ The command “stock” of the plugin stall failed")


def test_a_choice_between_meanings_is_a_button_each(talk: Chat) -> None:
    asked = talk.ask(OWNER, "my apples")
    count = len(talk.api.said)
    talk.press(OWNER, asked, "curve")
    assert len(talk.api.said) == count + 1


def test_a_button_whose_command_is_gone_says_so(talk: Chat) -> None:
    said: Said = talk.ask(OWNER, "/stock")
    answer = talk.host.cli("plugins disable stall")
    assert answer.code == 0
    talk.host.services.__dict__.pop("plugins", None)
    assert refused(talk.press(OWNER, said, "🔄 Refresh")) == "There is no command “stock”."
