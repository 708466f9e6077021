"""Waiting for an answer of ccxt: so long and no longer, and nothing of its time-outs reaches who waits."""

from __future__ import annotations

import asyncio
import time

import pytest
from kit_exchanges.ccxt.asking import answered
from kit_exchanges.ccxt.client import Hearing


def test_a_time_out_that_comes_with_the_answer_is_one_of_the_question() -> None:
    async def late() -> None:
        raise asyncio.CancelledError  # as aiohttp's timer does, while the answer is on its way

    with pytest.raises(TimeoutError):
        asyncio.run(answered(late, time.monotonic() + 60, Hearing(reading=True)))


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


def test_waiting_for_ones_turn_is_not_waiting_for_the_venue() -> None:
    heard = Hearing(reading=True)

    async def queues() -> str:
        heard.waited += 60
        await asyncio.sleep(0.05)
        return "answer"

    async def asks() -> object:
        return await answered(queues, time.monotonic() + 0.01, heard)

    assert asyncio.run(asks()) == "answer"
