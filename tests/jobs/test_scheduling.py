"""The alarm clock: it wakes on time, for what is late too, and nobody waits for anybody."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from kit import Every
from kit.scheduling import Alarms

SECOND = timedelta(seconds=1)
LATER = timedelta(days=1)


def until(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not what():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.02)


def test_it_wakes_by_the_schedule_and_no_call_waits_for_another() -> None:
    calls: Counter[str] = Counter()
    let_go = threading.Event()

    def fire(name: str) -> None:
        calls[name] += 1
        if name == "hangs":
            let_go.wait(20)

    alarms = Alarms(fire)
    for name in ("hangs", "ticks"):
        alarms.add(name, Every(SECOND), datetime.now(UTC))
    alarms.start()
    try:
        until(lambda: calls["ticks"] >= 3)
        assert calls["hangs"] == 1
        let_go.set()
        until(lambda: calls["hangs"] >= 2)
    finally:
        let_go.set()
        alarms.stop()


def test_an_instant_that_is_long_gone_is_not_dropped_and_is_one_call() -> None:
    calls: list[str] = []
    alarms = Alarms(calls.append)
    alarms.add("late", Every(LATER), datetime.now(UTC) - 30 * LATER)
    alarms.start()
    try:
        until(lambda: calls)
        time.sleep(0.3)
        assert calls == ["late"]
    finally:
        alarms.stop()


def test_an_alarm_can_be_set_anew_also_from_within_its_call() -> None:
    calls: list[float] = []

    def fire(name: str) -> None:
        calls.append(time.monotonic())
        if len(calls) < 3:
            alarms.set(name, datetime.now(UTC) + timedelta(milliseconds=100))

    alarms = Alarms(fire)
    alarms.add("job", Every(LATER), datetime.now(UTC) + LATER)
    alarms.start()
    try:
        time.sleep(0.2)
        assert calls == []
        alarms.set("job", datetime.now(UTC))
        alarms.set("nobody", datetime.now(UTC))
        until(lambda: len(calls) == 3)
    finally:
        alarms.stop()


def test_nothing_is_called_after_the_end() -> None:
    calls: list[str] = []
    alarms = Alarms(calls.append)
    alarms.add("job", Every(SECOND), datetime.now(UTC) + SECOND / 2)
    alarms.start()
    alarms.stop()
    time.sleep(0.8)
    assert calls == []
