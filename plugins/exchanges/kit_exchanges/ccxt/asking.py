"""Asking a venue: within its limits, patiently where that is harmless, and believing nothing odd."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from decimal import localcontext
from functools import partial
from typing import Any

from kit import ClockSkew, ExchangeError, Network, NetworkFailure, OddAnswer, RateLimited

from .client import Hearing, hearing, make_client
from .errors import NotOffered, NotThere, translated
from .markets import Markets
from .surroundings import Surroundings

_ATTEMPTS = 4
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 8.0
_PATIENCE = 2.0
"""How many time-outs of one answer a question may take in all."""
_READS = ("fetch_", "load_", "public_get_", "private_get_", "sapi_get_")


class Asker:
    """Asks one account's venue. `await asker("fetch_my_trades", "BTC/EUR", since=…)` is ccxt's answer.

    A question that reads is asked again where that may help, with pauses that grow and vary, or as long
    as the venue says. One that changes something is asked once. Every failure is an ExchangeError
    without a secret in it.
    """

    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings = surroundings
        self.venue = surroundings.venue
        self.label = surroundings.label
        self._client: Any = None

    @property
    def client(self) -> Any:
        """ccxt's client. It is made at the first question, because ccxt takes long to import."""
        if self._client is None:
            self._client = self._made(streaming=False)
        return self._client

    def streaming_client(self) -> Any:
        """A new client that streams, where ccxt has one for this venue; else one that only asks.

        One for each connection: what a client was doing when its sockets were lost it does not do again.
        """
        return self._made(streaming=True)

    def has(self, capability: str) -> bool:
        """Whether ccxt offers this ("fetchMyTrades") for the venue, by itself or out of other answers."""
        return bool(self.client.has.get(capability))

    async def markets(self) -> Any:
        """Every market of the venue by its symbol, of today."""
        await self("load_markets")
        return self.client.markets

    async def __call__(self, method: str, *args: Any, **kwargs: Any) -> Any:
        return await self.ask(method, *args, reading=method.startswith(_READS), **kwargs)

    async def ask(
        self, method: str, *args: Any, reading: bool = True, needs_markets: bool = True, **kwargs: Any
    ) -> Any:
        """The same, for a method whose name does not tell that it reads, or one that can do without markets."""
        client = self.client
        asked: Callable[..., Any] | None = getattr(client, method, None)
        if asked is None:
            raise NotOffered(f"{self.label} does not offer “{method}”.")
        patience = max(self.surroundings.timeout_seconds * _PATIENCE, 1.0)
        end = time.monotonic() + patience
        attempt = 1
        while True:
            heard = Hearing(reading=reading, needs_markets=needs_markets)
            token = hearing.set(heard)
            try:
                answer = await answered(partial(asked, *args, **kwargs), end, heard)
                if reading and answer == [] and heard.hollow:  # ccxt makes an empty list of anything
                    raise OddAnswer(f"{self.label} gave no list where one belongs.")
                return answer
            except Exception as error:  # noqa: BLE001 - whatever ccxt raises is translated here
                failure = self.told(error, heard)
            finally:
                hearing.reset(token)
                end += heard.waited
            pause = _pause(failure, attempt)
            if not reading or not _may_help(failure, attempt) or time.monotonic() + pause >= end:
                raise failure from None
            await asyncio.sleep(pause)
            attempt += 1

    def told(self, error: BaseException, heard: Hearing | None = None) -> ExchangeError:
        """`error` as K.I.T. tells it."""
        status = heard.status if heard is not None else 0
        failure = translated(error, venue=self.venue, label=self.label, scrub=self.surroundings.scrub, status=status)
        if isinstance(failure, RateLimited) and heard is not None and failure.retry_after is None:
            failure.retry_after = heard.retry_after
        return failure

    async def close(self) -> None:
        """Give back what the clients hold. Twice is harmless."""
        if self._client is not None:
            await self._client.close()
        await self.surroundings.close()

    def _made(self, *, streaming: bool) -> Any:
        client = make_client(self.surroundings, streaming=streaming)
        client.shared_markets = self.surroundings.shared(
            "markets", lambda: Markets(self.surroundings), _nothing, self.surroundings.listing
        )
        return client


async def answered(question: Callable[[], Awaitable[Any]], end: float, heard: Hearing) -> Any:
    """What the venue answers until `end`. Waiting for one's turn is not waiting for the venue: it comes on top.

    Raises TimeoutError.
    """

    async def it() -> Any:
        with localcontext():  # where ccxt rounds, it changes how everybody rounds
            return await question()

    return await Network.contained(it(), lambda: end + heard.waited - time.monotonic())


async def _nothing(_markets: Markets) -> None:
    """Markets need no closing."""


def _may_help(failure: ExchangeError, attempt: int) -> bool:
    """Whether asking the same again is worth it. What is odd twice stays odd; a number can come out of order once."""
    if isinstance(failure, OddAnswer | ClockSkew):
        return attempt == 1 and not isinstance(failure, NotThere)
    return attempt < _ATTEMPTS and failure.transient


def _pause(failure: ExchangeError, attempt: int) -> float:
    """Seconds to wait: what the venue says, else a random part of a span that doubles each time."""
    if isinstance(failure, RateLimited) and failure.retry_after is not None:
        return failure.retry_after
    span: float = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**attempt)
    if isinstance(failure, NetworkFailure) and attempt == 1:
        return random.uniform(0, _FIRST_PAUSE)  # noqa: S311 - spreads questions, guards nothing
    return random.uniform(0, span)  # noqa: S311
