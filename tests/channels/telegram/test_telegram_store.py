"""Members, codes and buttons in both kinds of database: what is done once is done once among all processes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from kit_channels.telegram.plugin import kit_migrations
from kit_channels.telegram.store.members import Members
from kit_channels.telegram.store.shown import Button, Buttons, Kind

from kit import FixedClock, Store

_Answer = TypeVar("_Answer")
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
NEWEST = 2**52  # as large as Telegram says an id may become


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store.open(store_url, kit_migrations(), clock=FixedClock(NOW))
    yield opened
    opened.close()


def at_once(times: int, work: Callable[[], _Answer]) -> list[_Answer]:
    """What `work` answers when so many threads do it at one moment."""
    answers: list[_Answer] = []
    barrier = threading.Barrier(times)

    def run() -> None:
        barrier.wait()
        answers.append(work())

    threads = [threading.Thread(target=run) for _ in range(times)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return answers


def paired(store: Store, user: int = NEWEST, role: str = "read") -> Members:
    members = Members(store)
    members.add_code("CODE", role, LATER, NOW)
    assert members.pair("CODE", user=user, chat=user, name="A 🚀 <b>", now=NOW) == role
    return members


def button(kind: Kind = Kind.CONFIRM, *, id: str = "b", params: str = "{}") -> Button:  # noqa: A002
    return Button(id, NEWEST, NEWEST, kind, "sell", params, LATER)


def test_a_member_is_kept_as_it_is(store: Store) -> None:
    (member,) = paired(store, role="trade").all()
    assert (member.user, member.chat, member.name, member.role, member.paired) == (
        NEWEST,
        NEWEST,
        "A 🚀 <b>",
        "trade",
        NOW,
    )
    assert member.handled is None


def test_looking_at_members_makes_no_database(tmp_path: Path) -> None:
    file = tmp_path / "kit.db"
    with Store.open(file, kit_migrations(), clock=FixedClock(NOW)) as store:
        assert Members(store).all() == []
    assert not file.exists()


def test_one_of_many_gets_in_by_one_code(store: Store) -> None:
    members = Members(store)
    members.add_code("CODE", "read", LATER, NOW)
    users = iter(range(1, 9))
    roles = at_once(8, lambda: members.pair("CODE", user=next(users), chat=1, name="x", now=NOW))
    assert sorted(roles, key=str) == [None] * 7 + ["read"]
    assert len(members.all()) == 1


def test_a_code_is_good_until_it_expires(store: Store) -> None:
    members = Members(store)
    members.add_code("CODE", "read", LATER, NOW)
    assert members.open_codes(LATER) == frozenset()
    assert members.pair("CODE", user=1, chat=1, name="x", now=LATER) is None
    assert members.pair("OTHER", user=1, chat=1, name="x", now=NOW) is None
    assert members.all() == []
    assert members.pair("CODE", user=1, chat=1, name="x", now=NOW) == "read"


def test_an_update_is_claimed_once(store: Store) -> None:
    members = paired(store)
    claims = at_once(6, lambda: members.claim(NEWEST, 7, NOW))
    assert sum(each is not None for each in claims) == 1
    assert members.claim(NEWEST, 6, NOW) is None
    assert members.claim(NEWEST, 8, NOW) is not None
    assert members.claim(5, 9, NOW) is None


def test_numbers_that_begin_anew_after_a_week_of_silence_are_heard(store: Store) -> None:
    members = paired(store)
    assert members.claim(NEWEST, 900, NOW) is not None
    assert members.claim(NEWEST, 3, NOW + timedelta(days=1)) is None
    assert members.claim(NEWEST, 3, NOW + timedelta(days=7)) is not None


def test_a_button_is_used_once(store: Store) -> None:
    buttons = Buttons(store)
    buttons.put([button()], NOW)
    assert sorted(at_once(6, lambda: buttons.use(button(), NOW))) == [False] * 5 + [True]
    found = buttons.find("b")
    assert found is not None
    assert found.used == NOW


def test_a_no_uses_up_every_yes_to_the_same_and_no_other(store: Store) -> None:
    buttons = Buttons(store)
    same, other = button(id="1"), button(id="2", params='{"price": ["7"]}')
    no = button(Kind.DROP, id="3")
    buttons.put([same, other, no], NOW)
    assert buttons.use(no, NOW)
    assert not buttons.use(same, NOW)
    assert buttons.use(other, NOW)


def test_buttons_long_expired_are_forgotten(store: Store) -> None:
    buttons = Buttons(store)
    buttons.put([button()], NOW)
    buttons.put([button(id="new")], LATER + timedelta(days=8))
    assert buttons.find("b") is None
    assert buttons.find("new") is not None


def test_who_was_told_what_is_known_for_a_while(store: Store) -> None:
    members = paired(store)
    members.note_told("a", NEWEST, NOW, forget_after=timedelta(days=1))
    assert members.has_told("a", NEWEST)
    assert not members.has_told("a", 5)
    members.note_told("b", NEWEST, NOW + timedelta(days=2), forget_after=timedelta(days=1))
    assert not members.has_told("a", NEWEST)


def test_whoever_is_taken_off_leaves_nothing(store: Store) -> None:
    members = paired(store)
    members.note_told("a", NEWEST, NOW, forget_after=timedelta(days=1))
    Buttons(store).put([button()], NOW)
    assert members.remove(NEWEST)
    assert Buttons(store).find("b") is None
    assert not members.remove(NEWEST)
    assert members.all() == []
    assert not members.has_told("a", NEWEST)
