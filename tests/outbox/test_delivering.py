"""Deliveries: at least once, one receipt a channel, patience with what fails, quiet hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kit import Notification, Priority, Reply, UnknownName
from kit.outbox import State

if TYPE_CHECKING:
    from tests.outbox.conftest import Post

    Make = Callable[..., Post]

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def test_what_is_told_arrives_and_its_receipt_is_kept(post: Make) -> None:
    box = post()
    box.notify("a")
    box.couriers.once()
    (letter,) = box.letters()
    assert letter["text"] == "This is a\n"
    (delivery,) = box.of("a")
    assert (delivery.state, delivery.receipt) == (State.DELIVERED, "put into the box")
    assert delivery.delivered == box.host.clock.now()


def test_nothing_is_delivered_twice(post: Make) -> None:
    box = post()
    box.notify("a")
    box.couriers.once()
    box.couriers.once()
    assert len(box.letters()) == 1


def test_of_two_with_one_key_the_first_counts(post: Make) -> None:
    box = post()
    box.notify("a", text="The first")
    box.notify("a", text="The second")
    box.couriers.once()
    assert [letter["text"] for letter in box.letters()] == ["The first\n"]


def test_one_for_nobody_in_particular_goes_to_every_channel_that_is_on(post: Make) -> None:
    box = post()
    box.notify("a", channel=None)
    box.couriers.once()
    assert [(each.channel, each.receipt) for each in box.of("a")] == [
        ("log", "written to the log"),
        ("mailbox", "put into the box"),
    ]
    assert [(each.event, each.name, each.sentence) for each in box.said] == [("notification.told", "a", "This is a")]


def test_a_channel_that_is_not_on_is_refused_by_name(post: Make) -> None:
    box = post()
    assert box.host.services.channels() == ["log", "mailbox"]
    with pytest.raises(UnknownName, match="There is no channel that is on “other”"):
        box.notify("a", channel="other")


@pytest.mark.parametrize("key", ["", "  ", "two\nlines"])
def test_a_key_is_one_printable_line(key: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        Notification(key, Reply({}))


def test_what_cannot_be_reached_is_tried_again_with_growing_pauses(post: Make) -> None:
    box = post()
    box.goes("network")
    box.notify("a")
    pauses = []
    for _ in range(4):
        box.couriers.once()
        (delivery,) = box.of("a")
        pauses.append((delivery.due - box.host.clock.now()).total_seconds())
        box.couriers.once()  # too early: nothing is tried
        assert box.of("a") == [delivery]
        box.host.clock.advance(delivery.due - box.host.clock.now())
    assert pauses == [5, 10, 20, 40]
    box.goes("ok")
    box.couriers.once()
    assert [letter["key"] for letter in box.letters()] == ["a"]


def test_a_network_that_fails_holds_up_its_channel_only(post: Make) -> None:
    box = post()
    box.goes("network")
    box.notify("a", channel=None)
    box.notify("b", channel=None)
    box.couriers.once()
    assert [each.state for each in (*box.of("a"), *box.of("b"))] == [State.DELIVERED, State.WAITING] * 2
    assert [each.attempts for each in (*box.of("a"), *box.of("b"))] == [0, 1, 0, 0]


def test_it_is_a_problem_from_the_third_failure_on_and_none_any_more_when_it_works(post: Make) -> None:
    box = post()
    box.goes("network")
    box.notify("a")
    seen = []
    for _ in range(3):
        box.couriers.once()
        seen.append(len(box.problems()))
        box.host.clock.advance(HOUR)
    assert seen == [0, 0, 1]
    assert box.problems() == [
        "The channel mailbox delivers nothing: The mailbox cannot be reached. "
        "Check the connection, and “network” in config.json where a proxy or an own CA is needed."
    ]
    box.goes("ok")
    box.couriers.once()
    assert box.problems() == []


def test_a_channel_that_wants_a_pause_gets_it(post: Make) -> None:
    box = post()
    box.goes("slow down")
    box.notify("a")
    box.couriers.once()
    assert box.of("a")[0].due - box.host.clock.now() == timedelta(seconds=90)


@pytest.mark.parametrize(("mode", "words"), [("no such key", "does not know this key"), ("bug", "LookupError")])
def test_what_no_waiting_cures_is_a_problem_at_once_and_tried_every_hour(post: Make, mode: str, words: str) -> None:
    box = post()
    box.goes(mode)
    box.notify("a")
    box.couriers.once()
    assert words in box.problems()[0]
    assert box.of("a")[0].due - box.host.clock.now() == HOUR
    box.goes("ok")
    box.notify("b")
    box.couriers.once()
    assert [letter["key"] for letter in box.letters()] == ["b"]
    box.host.clock.advance(HOUR)
    box.couriers.once()
    assert [letter["key"] for letter in box.letters()] == ["b", "a"]


def test_what_is_sent_by_hand_waits_for_no_pause(post: Make) -> None:
    box = post()
    box.goes("no such key")
    box.notify("a")
    box.couriers.once()
    assert box.host.cli("notifications send").code == 3
    box.goes("ok")
    assert box.host.cli("notifications send").code == 0
    assert [letter["key"] for letter in box.letters()] == ["a"]


def test_after_a_week_it_is_given_up_and_said_so(post: Make) -> None:
    box = post()
    box.goes("network")
    box.notify("a")
    box.host.clock.advance(timedelta(days=7, hours=1))
    box.couriers.once()
    assert box.of("a")[0].state is State.GIVEN_UP
    assert "1 of its notifications are given up" in box.problems()[0]


def test_a_channel_that_was_switched_off_gives_no_receipt(post: Make) -> None:
    box = post()
    box.notify("a")
    (box.host.home / "config.json").write_text('{"channels": {"mailbox": {"enabled": false}}}', encoding="utf-8")
    assert box.host.cli("notifications send").code == 3
    assert box.of("a")[0].state is State.WAITING
    assert "There is no channel that is on “mailbox”" in box.of("a")[0].fault


def test_in_quiet_hours_only_what_is_critical_is_told(post: Make) -> None:
    box = post("11:00-13:30")
    box.notify("normal")
    box.notify("high", priority=Priority.HIGH)
    box.notify("critical", priority=Priority.CRITICAL)
    box.couriers.once()
    assert [(letter["key"], letter["silent"]) for letter in box.letters()] == [("critical", False)]
    box.host.clock.advance(80 * MINUTE)
    box.couriers.once()
    assert len(box.letters()) == 1


def test_what_waited_through_quiet_hours_comes_as_one_message(post: Make) -> None:
    box = post("11:00-13:30")
    for key in ("a", "b", "c"):
        box.notify(key)
    box.couriers.once()
    box.host.clock.advance(90 * MINUTE)
    box.notify("later")
    box.couriers.once()
    (digest,) = box.letters()
    assert digest["text"].splitlines()[0] == "4 notifications"
    assert [line for line in digest["text"].splitlines() if line.startswith("This")] == [
        "This is a",
        "This is b",
        "This is c",
        "This is later",
    ]
    assert [box.of(key)[0].state for key in ("a", "b", "c", "later")] == [State.DELIVERED] * 4


def test_one_that_waited_alone_comes_as_it_is(post: Make) -> None:
    box = post("11:00-13:30")
    box.notify("a")
    box.couriers.once()
    box.host.clock.advance(90 * MINUTE)
    box.couriers.once()
    assert [letter["text"] for letter in box.letters()] == ["This is a\n"]


def test_the_log_disturbs_nobody_and_has_no_quiet_hours(post: Make) -> None:
    box = post("11:00-13:30")
    box.notify("a", channel=None)
    box.couriers.once()
    assert [each.state for each in box.of("a")] == [State.DELIVERED, State.WAITING]


def test_a_storm_is_one_message(post: Make) -> None:
    box = post()
    for number in range(20):
        box.notify(f"n{number}")
    box.couriers.once()
    assert len(box.letters()) == 1
    assert box.letters()[0]["text"].count("This is n") == 20


def test_a_digest_with_something_else_in_it_has_another_key(post: Make) -> None:
    """Who takes what comes twice for one would else miss what came in between."""
    keys = set()
    for count in (6, 7):
        box = post()
        for number in range(count):
            box.notify(f"n{number}")
        box.couriers.once()
        keys.add(box.letters()[0]["key"])
    assert len(keys) == 2


def test_one_that_the_channel_does_not_like_keeps_none_of_a_digest_back(post: Make) -> None:
    box = post()
    for number in range(7):
        box.notify(f"n{number}", text="poison" if number == 3 else "")
    box.goes("dislikes poison")
    box.couriers.once()
    assert [letter["key"] for letter in box.letters()] == ["n0", "n1", "n2", "n4", "n5", "n6"]
    assert box.of("n3")[0].attempts == 1


def test_normal_ones_are_silent_and_high_ones_ring(post: Make) -> None:
    box = post()
    box.notify("a")
    box.notify("b", priority=Priority.HIGH)
    box.couriers.once()
    assert [(letter["priority"], letter["silent"]) for letter in box.letters()] == [("normal", True), ("high", False)]


def test_quiet_hours_that_are_none_are_refused_by_the_check(post: Make) -> None:
    box = post()
    (box.host.home / "config.json").write_text('{"notifications": {"quietHours": "late"}}', encoding="utf-8")
    assert box.host.cli("config check").code == 1


def test_old_ones_are_forgotten_and_those_that_wait_are_not(post: Make) -> None:
    box = post()
    box.notify("done")
    box.couriers.once()
    box.goes("network")
    box.notify("waits")
    box.host.clock.advance(timedelta(days=91))
    from kit.storage import Outbox

    Outbox(box.host.services.store).forget(box.host.clock.now())
    assert box.of("done") == []
    assert len(box.of("waits")) == 1


def test_the_command_shows_what_was_told_and_tries_a_channel(post: Make) -> None:
    box = post()
    assert "Nothing was told yet." in box.host.cli("notifications").out
    assert box.host.cli("notifications test --channel mailbox").code == 0
    assert box.letters()[0]["priority"] == "critical"
    box.goes("network")
    box.host.clock.advance(MINUTE)
    answer = box.host.cli("notifications test --channel mailbox")
    assert (answer.code, "cannot be reached" in answer.out) == (3, True)
    shown = box.host.cli("notifications --json").json["data"]
    assert [(each["state"], each["channel"]) for each in shown] == [("waiting", "mailbox"), ("delivered", "mailbox")]
    waiting = box.host.cli("notifications --waiting --json").json["data"]
    assert [each["state"] for each in waiting] == ["waiting"]
    assert box.host.cli("notifications --limit 0").code == 2
