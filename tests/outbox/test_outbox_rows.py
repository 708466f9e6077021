"""The outbox in both kinds of database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kit import FixedClock, Heading, Priority, Reply, Store
from kit.outbox import State, written
from kit.storage import Outbox

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CONTENT = written(Reply({}, (Heading("\u202e🦄 <b>"),)), {})


@pytest.fixture(params=["sqlite", "postgresql"])
def outbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Outbox]:
    url = tmp_path / "kit.db" if request.param == "sqlite" else request.getfixturevalue("postgres_database")
    store = Store.open(url, [], clock=FixedClock(NOW))
    yield Outbox(store)
    store.close()


def test_a_key_is_kept_once(outbox: Outbox) -> None:
    assert outbox.put("a", CONTENT, Priority.HIGH, ["log", "post"], NOW)
    assert not outbox.put("a", CONTENT, Priority.NORMAL, ["log"], NOW)
    assert [(each.channel, each.priority, each.state) for each in outbox.of("a")] == [
        ("log", Priority.HIGH, State.WAITING),
        ("post", Priority.HIGH, State.WAITING),
    ]
    assert outbox.of("a")[0].reply.blocks == (Heading("\u202e🦄 <b>"),)


def test_what_is_due_is_told_apart_from_what_rests(outbox: Outbox) -> None:
    outbox.put("a", CONTENT, Priority.NORMAL, ["log", "post"], NOW)
    outbox.put("b", CONTENT, Priority.NORMAL, ["post"], NOW)
    assert [(each.key, each.channel) for each in outbox.due(NOW, but=["post"])] == [("a", "log")]
    outbox.failed(outbox.of("b"), "No.", NOW + MINUTE)
    outbox.delivered(outbox.of("a")[:1], "yes", NOW)
    assert [(each.key, each.channel) for each in outbox.due(NOW)] == [("a", "post")]
    assert [(each.key, each.attempts) for each in outbox.due(NOW + MINUTE)] == [("a", 0), ("b", 1)]
    outbox.hasten(NOW)
    assert len(outbox.due(NOW)) == 2


def test_what_was_given_up_waits_no_more(outbox: Outbox) -> None:
    outbox.put("a", CONTENT, Priority.NORMAL, ["post"], NOW)
    outbox.give_up(outbox.of("a"), "Gone.")
    assert outbox.waiting() == []
    assert [(each.state, each.fault) for each in outbox.newest(5)] == [(State.GIVEN_UP, "Gone.")]
