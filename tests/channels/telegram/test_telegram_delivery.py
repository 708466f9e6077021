"""What the bot tells without having been asked: to each member, once, with buttons that first show what they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kit import Action, Actions, Heading, Invocation, Notification, Priority, Reply
from kit.host.couriers import Couriers
from kit.outbox import State
from kit.storage import Outbox

if TYPE_CHECKING:
    from kit.outbox import Delivery
    from tests.channels.telegram.conftest import Chat

    Make = Callable[..., Chat]

OWNER, OTHER = 11, 12
SELL = Actions(
    (Action("Sell now", Invocation("sell", {"price": 9})), Action("Look", Invocation("quote", {"price": 9})))
)


def tell(talk: Chat, key: str = "a", *, priority: Priority = Priority.NORMAL) -> Delivery:
    """What became of a notification, once it was tried."""
    reply = Reply({}, (Heading("Apples <b>fell</b>", "🔔"), SELL))
    talk.host.services.notify(Notification(key, reply, priority, "telegram"))
    Couriers(talk.host.services, lambda _: None).once()
    (delivery,) = Outbox(talk.host.services.store).of(key)
    return delivery


def test_everybody_is_told_and_the_receipt_says_whom(chat: Make) -> None:
    talk = chat()
    talk.pair(OWNER)
    talk.pair(OTHER)
    delivery = tell(talk)
    assert (delivery.state, delivery.receipt) == (State.DELIVERED, "told Person 11 <i>, Person 12 <i>")
    assert [each.chat for each in talk.api.said[2:]] == [OWNER, OTHER]
    assert talk.api.said[-1].text == "🔔 Apples <b>fell</b>"


@pytest.mark.parametrize(("priority", "silent"), [(Priority.NORMAL, True), (Priority.HIGH, False)])
def test_only_what_matters_rings(chat: Make, priority: Priority, silent: bool) -> None:
    talk = chat()
    talk.pair()
    tell(talk, priority=priority)
    assert talk.api.said[-1].silent is silent


def test_the_buttons_are_those_that_each_may_press(chat: Make) -> None:
    talk = chat()
    talk.pair(OWNER, "trade")
    talk.pair(OTHER, "read")
    tell(talk)
    assert [list(each.buttons) for each in talk.api.said[2:]] == [["Sell now", "Look"], ["Look"]]


def test_a_trade_that_a_notification_offers_is_shown_before_it_is_asked_for(chat: Make) -> None:
    talk = chat()
    talk.pair(OWNER, "trade")
    tell(talk)
    talk.press(OWNER, talk.api.said[-1], "Sell now")
    shown = talk.api.said[-1]
    assert (shown.text, talk.read("sold")) == ("Would sell for 9.", "")
    talk.press(OWNER, shown, "✅ Execute")
    assert talk.read("sold") == "9\n"


def test_a_button_that_was_pressed_goes_and_the_others_stay(chat: Make) -> None:
    talk = chat()
    talk.pair(OWNER, "trade")
    tell(talk)
    told = talk.api.said[-1]
    talk.press(OWNER, told, "Sell now")
    assert list(told.buttons) == ["Look"]
    talk.press(OWNER, told, "Look")
    assert list(told.buttons) == ["Look"]


def test_with_nobody_to_tell_it_waits_and_says_what_to_do(chat: Make) -> None:
    talk = chat()
    delivery = tell(talk)
    assert delivery.state is State.WAITING
    assert delivery.fault == "Nobody may use the bot yet. Pair yourself: kit telegram pair"


def test_one_who_has_blocked_the_bot_keeps_it_from_nobody(chat: Make) -> None:
    talk = chat()
    talk.pair(OWNER)
    talk.pair(OTHER)
    talk.api.blocked = {OWNER}
    assert tell(talk, "a").receipt == "told Person 12 <i>"
    talk.api.blocked = {OWNER, OTHER}
    delivery = tell(talk, "b")
    assert delivery.state is State.WAITING
    assert delivery.fault.startswith("Telegram refuses: Forbidden: bot was blocked by the user.")


def test_nobody_is_told_twice_because_another_could_not_be(chat: Make, refusal: type) -> None:
    talk = chat()
    talk.pair(OWNER)
    talk.pair(OTHER)
    talk.api.faults["sendMessage"] = ["", refusal(429, "Too Many Requests: retry after 90", retry_after=90)]
    first = tell(talk)
    assert first.state is State.WAITING
    assert first.fault.startswith("Telegram wants fewer messages.")
    assert (first.due - talk.host.clock.now()).total_seconds() == 90
    talk.host.clock.advance(first.due - talk.host.clock.now())
    Couriers(talk.host.services, lambda _: None).once()
    assert sorted(each.chat for each in talk.api.said[2:]) == [OWNER, OTHER]


def test_a_test_notification_arrives(chat: Make) -> None:
    talk = chat()
    talk.pair()
    answer = talk.host.cli("notifications test --channel telegram")
    assert answer.code == 0, answer.err
    assert talk.api.said[-1].chat == OWNER
