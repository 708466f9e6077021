"""The webhook: each notification is one POST of JSON, signed.

    X-Kit-Key        the notification's key: one that comes twice is one notification
    X-Kit-Timestamp  seconds since 1970, when it was sent
    X-Kit-Signature  sha256=HEX, the HMAC-SHA256 of “TIMESTAMP.BODY” with the secret

A receiver recomputes the signature over the bytes it got, compares in constant time, and refuses a timestamp that is
minutes away from its own clock: so nobody else can speak for K.I.T., and what was overheard cannot be sent again.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kit import (
    Actions,
    BadKey,
    ConfigError,
    ExchangeError,
    KitError,
    Maintenance,
    MissingPermission,
    NetworkFailure,
    RateLimited,
    Refused,
    Reply,
    Services,
    render_text,
    to_data,
)

if TYPE_CHECKING:
    from .settings import WebhookSettings

_STEP = "Check channels.webhook in config.json, and what answers there: kit notifications test --channel webhook"
_LONGEST_ANSWER = 200
_BY_STATUS: dict[int, type[ExchangeError]] = {
    401: BadKey,
    403: MissingPermission,
    408: NetworkFailure,
    425: NetworkFailure,
    429: RateLimited,
}


class Webhook:
    """Implements `kit.Channel`."""

    def __init__(self, settings: WebhookSettings, services: Services) -> None:
        self._url = settings.url
        self._secret = settings.secret
        self._services = services

    async def deliver(self, reply: Reply, *, silent: bool = False) -> str:
        secret = await asyncio.to_thread(lambda: self._secret.reveal().get_secret_value())
        timestamp = str(int(self._services.clock.now().timestamp()))
        body = json.dumps(self._content(reply, silent=silent), ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Kit-Key": str(reply.meta.get("key", "")).encode("ascii", "backslashreplace").decode(),
            "X-Kit-Timestamp": timestamp,
            "X-Kit-Signature": signature(secret, timestamp, body),
        }
        status, reason, wait = await self._posted(body, headers)
        if 200 <= status < 300:
            return f"HTTP {status}"
        raise _failure(status, reason, wait)

    async def close(self) -> None:
        return

    def _content(self, reply: Reply, *, silent: bool) -> dict[str, Any]:
        shown = replace(reply, blocks=tuple(each for each in reply.blocks if not isinstance(each, Actions)))
        return {
            "key": reply.meta.get("key", ""),
            "priority": reply.meta.get("priority", ""),
            "created": to_data(reply.meta.get("created")),
            "silent": silent,
            "text": render_text(shown, plain=True, zone=self._services.timezone).rstrip("\n"),
            "actions": [to_data(each) for block in reply.blocks if isinstance(block, Actions) for each in block.items],
            "data": to_data(reply.data),
            "problems": to_data(reply.problems),
        }

    async def _posted(self, body: bytes, headers: dict[str, str]) -> tuple[int, str, float | None]:
        """(status, what it said, the pause it wants). Raises KitError."""
        from aiohttp import ClientError, InvalidURL

        async def it() -> tuple[int, str, float | None]:
            session = self._services.network.session()
            # A redirect would take the notification to an address that nobody configured.
            async with session.post(self._url, data=body, headers=headers, allow_redirects=False) as answer:
                said = await answer.content.read(_LONGEST_ANSWER)
                wait = answer.headers.get("Retry-After", "")
                return answer.status, said.decode("utf-8", "replace"), float(wait) if wait.isdigit() else None

        try:
            return await self._services.network.contained(it())
        except InvalidURL:
            raise ConfigError("channels.webhook.url is no address.", next_step=_STEP) from None
        except TimeoutError:
            raise NetworkFailure("The webhook did not answer in time.") from None
        except (ClientError, OSError) as error:
            raise NetworkFailure(f"The webhook cannot be reached ({type(error).__name__}).") from None


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Kit-Signature."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"


def _failure(status: int, said: str, wait: float | None) -> KitError:
    words = " ".join(said.split())
    what = f"The webhook answered with {status}{f': {words}' if words else ''}."
    if status == 429:
        return RateLimited(what, retry_after=wait)
    if status >= 500:
        return Maintenance(what, next_step=_STEP)
    return _BY_STATUS.get(status, Refused)(what, next_step=_STEP)
