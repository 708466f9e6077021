"""Asking a source over the network: within its quota, patiently, with every failure translated.

    401 → BadKey     403, 402 → MissingPermission     429, 418 → RateLimited     other 4xx → Refused
    5xx → Maintenance     no connection, name, certificate or time → NetworkFailure     anything odd → OddAnswer

What may help is asked again with growing pauses, as long as the caller's patience lasts. Keys travel
in headers only, are not sent on to another host, and are cut out of whatever is repeated to the user.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kit import (
    BadKey,
    ConfigError,
    ExchangeError,
    Maintenance,
    MissingPermission,
    NetworkFailure,
    OddAnswer,
    RateLimited,
    Refused,
    Services,
)

if TYPE_CHECKING:
    from aiohttp import ClientResponse

    from .quota import Quota

_LARGEST_BYTES = 32 * 1024 * 1024
_FIRST_PAUSE = 0.3
_USUAL_REST = 60.0
_ATTEMPTS = 3
_SHOWN = 160
_WORDS = {
    "ClientConnectorDNSError": "its name is not known here",
    "ClientConnectorCertificateError": "its certificate is not trusted",
    "ClientSSLError": "its encryption does not fit",
    "ClientProxyConnectionError": "the proxy does not answer",
    "ClientConnectorError": "nobody answers at its address",
    "ClientPayloadError": "its answer broke off",
    "ServerDisconnectedError": "it hung up",
    "ClientResponseError": "what answers speaks no HTTP",
}
_BY_STATUS: dict[int, type[ExchangeError]] = {
    401: BadKey,
    402: MissingPermission,
    403: MissingPermission,
    408: NetworkFailure,
    418: RateLimited,
    429: RateLimited,
}


@dataclass(frozen=True, slots=True)
class _Answer:
    """`body` is None where it is larger than any that is right."""

    status: int
    body: bytes | None
    retry_after: float | None


@dataclass(frozen=True, slots=True)
class Web:
    """One source on the network. `name` is its section's (“prices.NAME”), `label` what people call it."""

    services: Services
    name: str
    label: str
    quota: Quota
    key_header: str = ""
    key: str = ""

    async def json(self, url: str, params: Mapping[str, str] | None = None, *, patience: float, cost: int = 1) -> Any:
        """What the source answers, numbers exact. Raises ExchangeError."""
        text = await self.text(url, params, patience=patience, cost=cost)
        try:
            return json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise self._odd(text) from None

    async def text(self, url: str, params: Mapping[str, str] | None = None, *, patience: float, cost: int = 1) -> str:
        """The text of the answer. `patience` is how long may be waited for a turn and other attempts, in seconds."""
        pause, clock = _FIRST_PAUSE, asyncio.get_running_loop()
        for attempt in range(1, _ATTEMPTS + 1):
            patience = await self.quota.admit(cost=cost, patience=patience)
            begun = clock.time()
            try:
                return await self._once(url, params or {})
            except ExchangeError as fault:
                patience -= clock.time() - begun
                wait = pause * random.uniform(0.75, 1.25)  # noqa: S311 - jitter, not a secret
                if isinstance(fault, RateLimited):
                    wait = fault.retry_after or _USUAL_REST
                    await self.quota.rest(wait)
                if not fault.transient or attempt == _ATTEMPTS or wait > patience:
                    raise
                await asyncio.sleep(wait)
                patience, pause = patience - wait, pause * 2
        raise AssertionError("the last attempt answers or raises")

    async def _once(self, url: str, params: Mapping[str, str]) -> str:
        from aiohttp import ClientError, InvalidURL

        try:
            answer = await self.services.network.contained(self._asked(url, params))
        except InvalidURL:
            raise ConfigError(
                f"prices.{self.name}.baseUrl is no address.", next_step="Write it like https://prices.example.org"
            ) from None
        except TimeoutError:
            raise NetworkFailure(f"{self.label} did not answer in time.") from None
        except (ClientError, OSError) as error:
            raise NetworkFailure(f"{self.label} cannot be reached: {_why(error)}.") from None
        if answer.body is None:
            raise OddAnswer(f"{self.label} answered more than can be read.")
        text = answer.body.decode("utf-8", errors="replace")
        if answer.status == 200:
            return text
        raise self._refusal(answer.status, text, answer.retry_after)

    async def _asked(self, url: str, params: Mapping[str, str]) -> _Answer:
        headers = {"Accept": "application/json, text/csv, text/xml;q=0.9"}
        if self.key:
            headers[self.key_header] = self.key
        session = self.services.network.session()
        # A redirect would take the key to another host.
        async with session.get(url, params=params, headers=headers, allow_redirects=not self.key) as answer:
            return _Answer(answer.status, await _body(answer), _seconds(answer.headers.get("Retry-After")))

    def _refusal(self, status: int, text: str, retry_after: float | None) -> ExchangeError:
        said = self._said(text)
        sentence = f"{self.label} answered {status}{f': {said}' if said else ''}."
        kind = _BY_STATUS.get(status)
        if kind is RateLimited:
            return RateLimited(sentence, retry_after=retry_after)
        if kind is BadKey:
            return BadKey(sentence, next_step=f"Check prices.{self.name}.apiKey in config.json.")
        if kind is MissingPermission:
            return MissingPermission(sentence, next_step="The key's plan does not include this; see the source's site.")
        if kind is None:
            kind = Maintenance if status >= 500 else Refused if status >= 400 else OddAnswer
        return kind(sentence)

    def _odd(self, text: str) -> OddAnswer:
        page = " (a web page)" if text.lstrip()[:1] == "<" else ""
        return OddAnswer(
            f"{self.label} answered something that is no answer{page}.",
            next_step="Nothing to do: the last good prices stay, and it is asked again later.",
        )

    def _said(self, text: str) -> str:
        """The source's own words about its refusal, the key cut out, on one line."""
        try:
            found = _message(json.loads(text))
        except (ValueError, RecursionError):
            return ""
        if self.key:
            found = found.replace(self.key, "***")
        return re.sub(r"[\s\x00-\x1f\x7f]+", " ", found).strip(" .")[:_SHOWN]


def _why(error: Exception) -> str:
    """What went wrong on the way, in plain words; the client's own name for it where there are none."""
    kind = next((each for each in type(error).__mro__ if each.__name__ in _WORDS), None)
    return _WORDS[kind.__name__] if kind else type(error).__name__


async def _body(answer: ClientResponse) -> bytes | None:
    """The whole body, None where it is larger than any that is right."""
    body = bytearray()
    async for chunk in answer.content.iter_chunked(65536):
        body += chunk
        if len(body) > _LARGEST_BYTES:
            return None
    return bytes(body)


def _message(answer: object) -> str:
    """Where sources put their words: {"status": {"error_message": …}} or {"error": …}."""
    if isinstance(answer, dict):
        for name in ("error_message", "error", "message", "status"):
            if isinstance(answer.get(name), str):
                return str(answer[name])
            if found := _message(answer.get(name)):
                return found
    return ""


def _seconds(text: str | None) -> float | None:
    """The Retry-After header where it counts seconds."""
    try:
        return min(max(float(text or ""), 0.0), 86400.0) or None
    except ValueError:
        return None


def _no_number(word: str) -> Decimal:
    raise ValueError(f"{word} is no number")
