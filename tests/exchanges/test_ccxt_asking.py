"""Waiting for an answer of ccxt: so long and no longer, and nothing of its time-outs reaches who waits."""

from __future__ import annotations

import asyncio
import gc
import time

import pytest
from kit_exchanges.ccxt.asking import answered
from kit_exchanges.ccxt.client import Hearing


def test_a_time_out_that_comes_with_the_answer_cancels_nobody_else() -> None:
    async def late() -> str:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()  # as aiohttp's timer does, while the answer is on its way
        return "late"

    async def asks() -> str:
        with pytest.raises(TimeoutError):
            await answered(late, time.monotonic() + 60, Hearing(reading=True))
        await asyncio.sleep(0)
        return "goes on"

    assert asyncio.run(asks()) == "goes on"


def test_who_does_not_answer_is_not_waited_for() -> None:
    ended = []

    async def silent() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def asks() -> None:
        await answered(silent, time.monotonic() + 0.01, Hearing(reading=True))

    with pytest.raises(TimeoutError):
        asyncio.run(asks())
    assert ended == [True]


def test_who_is_cancelled_while_waiting_leaves_no_question_behind() -> None:
    ended = []

    async def silent() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def asks() -> None:
        waiting = asyncio.create_task(answered(silent, time.monotonic() + 60, Hearing(reading=True)))
        await asyncio.sleep(0.01)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert ended == [True]

    asyncio.run(asks())


def test_a_failure_that_nobody_waits_for_any_more_is_printed_nowhere() -> None:
    told: list[str] = []

    async def fails_as_it_ends() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise RuntimeError("GET /account?signature=abc")

    async def asks() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["message"]))
        waiting = asyncio.create_task(answered(fails_as_it_ends, time.monotonic() + 60, Hearing(reading=True)))
        await asyncio.sleep(0.01)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        gc.collect()

    asyncio.run(asks())
    gc.collect()
    assert told == []


def test_waiting_for_ones_turn_is_not_waiting_for_the_venue() -> None:
    heard = Hearing(reading=True)

    async def queues() -> str:
        heard.waited += 60
        await asyncio.sleep(0.05)
        return "answer"

    async def asks() -> object:
        return await answered(queues, time.monotonic() + 0.01, heard)

    assert asyncio.run(asks()) == "answer"
