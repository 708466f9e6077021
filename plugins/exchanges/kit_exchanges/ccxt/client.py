"""The ccxt client of one account, set into K.I.T.'s surroundings.

Numbers come as the text the venue wrote. The HTTP session, the TLS context, the markets and the limits
are shared; ccxt's own log, which would hold signed URLs and headers, is silent.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from kit import ConfigError, OddAnswer

from .surroundings import Surroundings
from .venues import CONTRACT_OPTIONS, IN_ORDER, OPTIONS

if TYPE_CHECKING:
    from .markets import Markets

_silent = logging.Logger("kit.ccxt", level=logging.CRITICAL + 1)
_NOTHING = {"", "null", "{}"}
_NOT_FOUND = 404


@dataclass(slots=True)
class Hearing:
    """What was heard on the way of one question: what ccxt does not hand on."""

    reading: bool
    needs_markets: bool = True
    status: int = 0
    retry_after: float | None = None
    waited: float = 0.0
    """Seconds that it waited for its turn."""
    hollow: bool = False
    """Whether the last answer held no list and no object besides its errors: nothing that entries could stand in."""

    @property
    def went_well(self) -> bool:
        return 200 <= self.status < 300


# Three thousand prices are two megabytes. Lists of markets may be larger; they are asked for without a hearing.
_MOST_CHARACTERS = 8 << 20
hearing: ContextVar[Hearing | None] = ContextVar("hearing", default=None)


class Adapted:
    """What is different from a client of ccxt's; stands before its class."""

    id: str
    markets: Any
    options: dict[str, Any]
    surroundings: Surroundings
    shared_markets: Markets | None = None

    def open(self, lazy: bool = False) -> None:
        """Called before every question: stand on the running loop and the shared session."""
        self.asyncio_loop = asyncio.get_running_loop()
        self.ssl_context = self.surroundings.tls
        self.session = self.surroundings.session()

    async def close(self) -> None:
        await super().close()  # type: ignore[misc]
        await self.surroundings.close()

    async def load_markets(self, reload: bool = False, params: Any = None) -> Any:
        heard = hearing.get()
        if (
            self.markets is None
            and self.shared_markets is not None
            and (heard is None or heard.needs_markets or self.shared_markets.at_hand())
        ):
            await self.shared_markets.put_into(self)
        return self.markets

    async def throttle(self, cost: float | None = None) -> None:
        rate_limit: float = getattr(self, "rateLimit", 0) or 1
        limit, units = self.surroundings.limit(1000 / rate_limit), 1.0 if cost is None else float(cost)
        seconds = limit.take(units)
        if seconds:
            heard = hearing.get()
            if heard is not None:
                heard.waited += seconds
            try:
                await asyncio.sleep(seconds)
            except asyncio.CancelledError:
                limit.give_back(units)
                raise

    async def fetch2(self, path: str, api: Any = "public", *args: Any, **kwargs: Any) -> Any:
        async with self._turn(api):
            return await super().fetch2(path, api, *args, **kwargs)  # type: ignore[misc]

    async def fetch(self, url: str, *args: Any, **kwargs: Any) -> Any:
        return await super().fetch(self.surroundings.elsewhere.url(url), *args, **kwargs)  # type: ignore[misc]

    def nonce(self) -> Any:
        wanted = super().nonce()  # type: ignore[misc]
        return self.surroundings.key.number(wanted) if isinstance(wanted, int) else wanted

    def safe_ticker(self, ticker: dict[str, Any], market: Any = None) -> dict[str, Any]:
        """Without changes, averages and percentages, which take most of the time of reading 3,000 tickers."""
        last = ticker.get("last") or ticker.get("close")
        return {**ticker, "last": last, "close": last}

    def on_rest_response(self, code: int, *heard_with_it: Any) -> Any:
        """A question that only reads gets JSON with something in it, or nothing of the answer is believed."""
        text: str = super().on_rest_response(code, *heard_with_it)  # type: ignore[misc]
        heard = hearing.get()
        if heard is not None:
            heard.status = code
            if code in {418, 429, 503}:
                headers = heard_with_it[3]
                heard.retry_after = _seconds(
                    next((headers[name] for name in headers if name.lower() == "retry-after"), None)
                )
            if len(text) > _MOST_CHARACTERS:
                raise OddAnswer(f"{self.surroundings.label} gave {len(text) >> 20} MB where a page belongs.")
            if heard.reading and heard.went_well and (text in _NOTHING or text[0] not in "{["):
                raise OddAnswer(f"{self.surroundings.label} gave {_sight(text)} where data belong.")
        return text

    def on_json_response(self, body: str) -> Any:
        """Fractions stay the text they were written as; what begins like JSON and is none is not believed."""
        heard = hearing.get()
        try:
            said = json.loads(body, parse_float=str)
        except ValueError:
            if heard is not None and heard.reading and heard.went_well:
                raise OddAnswer(f"{self.surroundings.label} broke off in the middle of its answer.") from None
            raise
        if heard is not None:
            heard.hollow = _is_hollow(said)
        return said

    def _turn(self, api: Any) -> AbstractAsyncContextManager[None]:
        signed = "private" in str(api).lower()
        return self.surroundings.key.turn() if signed and self.id in IN_ORDER else nullcontext()


class WithModes(Adapted):
    """Of a venue whose accounts are of an old or a new kind, which it is asked first."""

    async def is_uta_enabled(self, *given: Any) -> Any:
        """Where the venue knows nothing of the new kind, it is the old one."""
        try:
            return await super().is_uta_enabled(*given)  # type: ignore[misc]
        except Exception:
            heard = hearing.get()
            if heard is None or heard.status != _NOT_FOUND:
                raise
            self.options["uta"] = False
            return False


def make_client(surroundings: Surroundings, *, streaming: bool = False, anonymous: bool = False) -> Any:
    """A client of the account's venue. Raises ConfigError where ccxt has no such venue."""
    kind = _adapted(surroundings.venue, streaming)
    given = {} if anonymous else surroundings.credentials
    client = kind(
        {
            **{name: value for name, value in given.items() if name != "token"},
            **({"token": given["token"]} if "token" in given else {}),
            "number": str,
            "timeout": int(surroundings.timeout_seconds * 1000),
            "session": None,
            "timeout_on_exit": 0,
            "enableLastHttpResponse": False,
            "enableLastJsonResponse": False,
            "enableLastResponseHeaders": False,
            "logger": _silent,
            "surroundings": surroundings,
            "options": _options(surroundings),
        }
    )
    client.has["fetchCurrencies"] = False
    if surroundings.elsewhere:
        client.urls["api"] = surroundings.elsewhere.moved(client.urls["api"])
    return client


@asynccontextmanager
async def anonymous_client(surroundings: Surroundings) -> AsyncIterator[Any]:
    """A client that knows no key, so that public questions stay public."""
    client = make_client(surroundings, anonymous=True)
    try:
        yield client
    finally:
        client.session = None


@cache
def _adapted(venue: str, streaming: bool) -> Any:
    import ccxt.async_support

    module: Any = ccxt.async_support
    if streaming:
        import ccxt.pro

        module = ccxt.pro if venue in ccxt.pro.exchanges else module
    if venue not in ccxt.async_support.exchanges:
        raise ConfigError(f"ccxt has no exchange “{venue}”.", next_step="Correct `type` of the account.")
    base = getattr(module, venue)
    adapted = WithModes if hasattr(base, "is_uta_enabled") else Adapted
    return type(f"Adapted{venue.capitalize()}", (adapted, base), {})


def _options(surroundings: Surroundings) -> dict[str, Any]:
    """ccxt's options: as few markets as will do, no look at the venue's clock."""
    options = (CONTRACT_OPTIONS if surroundings.contracts else OPTIONS).get(surroundings.venue, {})
    return {"warnOnFetchOpenOrdersWithoutSymbol": False, "adjustForTimeDifference": False, **options}


def _is_hollow(said: Any) -> bool:
    """An object without a list, an object or a null, which several venues write for an empty list."""
    return isinstance(said, dict) and not any(
        each is None or isinstance(each, dict | list) for name, each in said.items() if "err" not in name.casefold()
    )


def _seconds(retry_after: str | None) -> float | None:
    try:
        return max(0.0, float(retry_after)) if retry_after is not None else None
    except ValueError:
        return None


def _sight(text: str) -> str:
    if not text:
        return "nothing"
    if text[0] == "<":
        return "a web page"
    return f"“{text}”" if text in _NOTHING else "text"
