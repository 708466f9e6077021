"""A Kraken on this machine: the REST and WebSocket (v2) protocols, checked as strictly as there.

`status` is the venue's: online, maintenance, cancel_only or post_only. `limits` are its numbers. The
counter of calls is the one of an intermediate account: 20, decaying by one in two seconds; `limits.calls`
None counts nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from . import kraken_streams as streams
from .account import Account
from .bookings import Fill, SimulatedOrder
from .kraken_orders import ROUTES as ORDERS
from .kraken_private import ROUTES as PRIVATE
from .kraken_public import ROUTES as PUBLIC
from .kraken_refusals import REFUSALS
from .kraken_route import Route, refused
from .server import SimulatedVenue
from .sockets import Talk
from .wire import Answer, Asked, Broken, json_bytes

_PRIVATE = {**PRIVATE, **ORDERS}


@dataclass(slots=True)
class KrakenLimits:
    """How much one may ask for, and how often."""

    page: int = 50
    transfers_page: int = 500
    calls: int | None = 20
    decay_per_second: float = 0.5


@dataclass(slots=True)
class _Counter:
    """How many calls a key has on it, and its last nonce."""

    calls: float = 0.0
    at: datetime | None = None
    nonce: int = 0


class KrakenServer(SimulatedVenue):
    """`with KrakenServer() as server:`; see the package for what tests do with it."""

    venue = "kraken"
    refusals = REFUSALS
    malformed = Answer(json_bytes({"error": ["EGeneral:Invalid arguments"]}))
    fee_in_quote = True
    fee_rate = Decimal("0.0026")

    def __init__(self, prices: dict[str, Decimal] | None = None, *, latency: float = 0.0) -> None:
        super().__init__(prices, latency=latency)
        self.limits = KrakenLimits()
        self.status = "online"
        self.tokens: dict[str, tuple[Account, datetime]] = {}
        self._counters: dict[str, _Counter] = {}

    def new_secret(self) -> str:
        return base64.b64encode(secrets.token_bytes(64)).decode()

    def answer(self, asked: Asked) -> Answer:
        scope, _, name = asked.path.removeprefix("/0/").partition("/")
        route = {"public": PUBLIC, "private": _PRIVATE}.get(scope, {}).get(name)
        if route is None:
            raise refused("EGeneral:Unknown method")
        if self.status == "maintenance" and name not in ("Time", "SystemStatus"):
            raise refused("EService:Unavailable")
        account = self._account(asked, route) if scope == "private" else self.account
        params = _params(asked)
        return Answer(json_bytes({"error": [], "result": route.handler(self, account, params)}))

    async def begun(self, talk: Talk) -> None:
        await streams.begun(self, talk)

    async def heard(self, talk: Talk, message: Any) -> None:
        await streams.heard(self, talk, message)

    async def pulse(self, talk: Talk) -> None:
        await streams.pulse(self, talk)

    def sample(self, talk: Talk) -> str | None:
        message = streams.sample(self, talk)
        return None if message is None else streams.written(message)

    def price_changed(self, symbol: str) -> None:
        self._tell(f"ticker:{symbol}", None, streams.ticker(self, self.market.listings[symbol]))

    def balances_changed(self, account: Account, assets: tuple[str, ...]) -> None:
        self._tell("balances", account, streams.balances(account, assets))

    def order_changed(self, account: Account, order: SimulatedOrder, fill: Fill | None) -> None:
        row = streams.order_row(order, fill)
        self._tell("executions", account, {"channel": "executions", "type": "update", "data": [row], "sequence": 2})

    def _tell(self, topic: str, account: Account | None, message: dict[str, Any]) -> None:
        text = streams.written(message)

        async def tell() -> None:
            for talk in list(self.sockets.talks):
                if topic in talk.topics and account in (None, talk.account):
                    await talk.send_text(text)

        self.soon(tell)

    def _account(self, asked: Asked, route: Route) -> Account:
        account = self.accounts.get(asked.headers.get("API-Key", ""))
        if account is None or account.revoked or asked.method != "POST":
            raise refused("EAPI:Invalid key")
        nonce = _params(asked).get("nonce", "")
        if not nonce.isdigit():
            raise refused("EAPI:Invalid nonce")
        if not hmac.compare_digest(_signature(account, asked, nonce), asked.headers.get("API-Sign", "")):
            raise refused("EAPI:Invalid signature")
        counter = self._counters.setdefault(account.key, _Counter())
        if int(nonce) <= counter.nonce:
            raise refused("EAPI:Invalid nonce")
        counter.nonce = int(nonce)
        self._count(counter, route.calls)
        if route.needs and route.needs not in account.permissions:
            raise refused("EGeneral:Permission denied")
        return account

    def _count(self, counter: _Counter, calls: int) -> None:
        if self.limits.calls is None:
            return
        now = self.now()
        passed = (now - counter.at).total_seconds() if counter.at else 0.0
        left = max(0.0, counter.calls - passed * self.limits.decay_per_second)
        counter.at, counter.calls = now, left
        if left + calls > self.limits.calls:
            raise refused("EAPI:Rate limit exceeded")
        counter.calls = left + calls


def _params(asked: Asked) -> dict[str, Any]:
    if asked.body.startswith("{"):
        try:
            said = json.loads(asked.body)
        except ValueError:
            raise refused("EGeneral:Invalid arguments") from None
        return {name: str(value) for name, value in said.items()}
    return dict(asked.params)


def _signature(account: Account, asked: Asked, nonce: str) -> str:
    """HMAC SHA512 of path and SHA256(nonce + body), with the decoded secret."""
    try:
        secret = base64.b64decode(account.secret)
    except binascii.Error:
        raise Broken({"error": ["EAPI:Invalid key"]}) from None
    digest = hashlib.sha256((nonce + asked.body).encode()).digest()
    return base64.b64encode(hmac.new(secret, asked.path.encode() + digest, hashlib.sha512).digest()).decode()
