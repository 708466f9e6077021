"""Streams on the loop: started anew, never two of one at once, nothing left behind."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kit import KitError, Services, Stream
from kit.host.health import stream_health
from kit.host.streaming import Streams
from kit.host.telling import Happening
from kit.storage import StreamStates
from kit.testing import HostFactory, HostUnderTest

Beat = Callable[[], None]


@pytest.fixture
def host(kit_host: HostFactory, ticker: Path) -> HostUnderTest:
    return kit_host(ticker, beside=(), config={"timezone": "UTC"})


@pytest.fixture
def kept(host: HostUnderTest) -> Iterator[Callable[..., list[Happening]]]:
    """Keeps these streams running; what was said."""
    running: list[Streams] = []

    def keep(*streams: Stream) -> list[Happening]:
        said: list[Happening] = []
        running.append(Streams(host.services, streams, said.append))
        running[-1].start()
        return said

    yield keep
    for each in running:
        each.stop()


def until(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 15
    while not what():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.02)


def test_each_way_to_end_is_told_and_followed_by_another_beginning(kept: Callable[..., list[Happening]]) -> None:
    begun: dict[str, int] = {"fails": 0, "refused": 0, "ends": 0, "gives up": 0}

    def ending(name: str, error: BaseException | None) -> Stream:
        async def run(services: Services, beat: Beat) -> None:
            begun[name] += 1
            if error is not None:
                raise error

        return Stream(name, "…", run)

    said = kept(
        ending("fails", RuntimeError("boom")),
        ending("refused", KitError("The venue says no.", next_step="Ask it why.")),
        ending("ends", None),
        ending("gives up", asyncio.CancelledError()),
    )
    until(lambda: min(begun.values()) >= 2)
    first = {each.name: each.sentence.partition(" Again in")[0] for each in reversed(said)}
    assert first == {
        "fails": "RuntimeError: boom.",
        "refused": "The venue says no. Ask it why.",
        "ends": "It ended by itself.",
        "gives up": "It was cancelled.",
    }


def test_restarts_leave_no_task_behind(host: HostUnderTest, kept: Callable[..., list[Happening]]) -> None:
    async def silent(services: Services, beat: Beat) -> None:
        await asyncio.sleep(60)

    async def tasks() -> int:
        return len(asyncio.all_tasks()) - 1

    said = kept(Stream("silent", "…", silent, silence=timedelta(milliseconds=50)))
    until(lambda: len(said) >= 3)
    assert host.services.network.run(tasks()) <= 2


def test_a_stream_that_clings_to_its_life_is_not_doubled(kept: Callable[..., list[Happening]]) -> None:
    alive, most = 0, 0

    async def stubborn(services: Services, beat: Beat) -> None:
        nonlocal alive, most
        alive += 1
        most = max(most, alive)
        ends = time.monotonic() + 1
        while time.monotonic() < ends:
            try:
                await asyncio.sleep(0.1)
            except asyncio.CancelledError:
                continue
        alive -= 1

    said = kept(Stream("stubborn", "…", stubborn, silence=timedelta(milliseconds=50)))
    until(lambda: len(said) >= 2)
    assert most == 1


def test_one_stream_does_not_disturb_another(kept: Callable[..., list[Happening]]) -> None:
    beats = 0

    async def good(services: Services, beat: Beat) -> None:
        nonlocal beats
        while True:
            beat()
            beats += 1
            await asyncio.sleep(0.01)

    async def bad(services: Services, beat: Beat) -> None:
        raise SystemExit(3)

    said = kept(Stream("good", "…", good), Stream("bad", "…", bad))
    until(lambda: len(said) >= 2)
    seen = beats
    until(lambda: beats > seen + 10)
    assert {each.name for each in said} == {"bad"}


@pytest.mark.parametrize(("seconds", "silent"), [(1, False), (6, False), (8, True)])
def test_a_beat_that_may_not_be_written_down_yet_is_no_silence(host: HostUnderTest, seconds: int, silent: bool) -> None:
    """The ticker's stream is silent after 2 s; what is written down of it may be 5 s old."""
    host.home.joinpath("streams").write_text("yes", encoding="utf-8")
    beat = host.clock.now()
    StreamStates(host.services.store).put([("lively", beat, beat, 0, "")])
    host.clock.advance(timedelta(seconds=seconds))
    assert [each.silent for each in stream_health(host.services)] == [silent]
