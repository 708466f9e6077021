"""A Binance on this machine: the REST and WebSocket protocols, checked as strictly as there.

Spot, wallet, earn, margin and USDⓈ-M futures as far as an account's history and worth need them.
`limits` are the venue's numbers, and may be made smaller: page sizes and windows are then met sooner.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from . import binance_streams as streams
from .account import Account
from .binance_futures import ROUTES as FUTURES
from .binance_market import ROUTES as MARKET
from .binance_refusals import REFUSALS
from .binance_spot import ROUTES as SPOT
from .binance_wallet import ROUTES as WALLET
from .bookings import Fill, SimulatedOrder
from .server import SimulatedVenue
from .sockets import Talk
from .wire import Answer, Asked, Broken, json_bytes, milliseconds, moment

_ROUTES = {**MARKET, **SPOT, **WALLET, **FUTURES}
_SIGNATURE = re.compile(r"(^|&)signature=[^&]*")
_LONGEST_WINDOW = 60_000


@dataclass(slots=True)
class BinanceLimits:
    """How much one may ask for, and how often."""

    weight_a_minute: int = 6000
    orders_in_ten_seconds: int = 100
    trades_page: int = 1000
    transfers_page: int = 1000
    trades_window: timedelta = timedelta(hours=24)
    transfers_window: timedelta = timedelta(days=90)
    refusals_until_ban: int = 20


@dataclass(slots=True)
class _Meter:
    """What was used within the last minute, and how often somebody went on asking after that."""

    used: deque[tuple[datetime, int]] = field(default_factory=deque)
    refusals: int = 0

    def take(self, weight: int, now: datetime, limit: int) -> int:
        while self.used and self.used[0][0] <= now - timedelta(minutes=1):
            self.used.popleft()
        spent = sum(each for _, each in self.used) + weight
        if spent <= limit:
            self.used.append((now, weight))
            self.refusals = 0
        return spent


class BinanceServer(SimulatedVenue):
    """`with BinanceServer() as server:`; see the package for what tests do with it."""

    venue = "binance"
    refusals = REFUSALS
    malformed = Answer(json_bytes({"code": -1100, "msg": "Illegal characters found in a parameter."}), status=400)

    def __init__(self, prices: dict[str, Decimal] | None = None, *, latency: float = 0.0) -> None:
        super().__init__(prices, latency=latency)
        self.limits = BinanceLimits()
        self.order_times: deque[datetime] = deque()
        self.listing_cache: tuple[int, bytes] = (0, b"")
        self.listen_keys: dict[str, Account] = {}
        self._meter = _Meter()

    def answer(self, asked: Asked) -> Answer:
        route = _ROUTES.get(f"{asked.method} {asked.path}")
        if route is None:
            raise Broken({"code": -1000, "msg": f"No such path: {asked.method} {asked.path}"}, status=404)
        headers = {"x-mbx-used-weight-1m": str(self._weigh(route.weight))}
        account = self._account(asked, route.needs) if route.needs else self.account
        said = route.handler(self, account, asked.params)
        return Answer(said if isinstance(said, bytes) else json_bytes(said), headers=headers)

    def _weigh(self, weight: int) -> int:
        spent = self._meter.take(weight, self.now(), self.limits.weight_a_minute)
        if spent <= self.limits.weight_a_minute:
            return spent
        self._meter.refusals += 1
        if self._meter.refusals > self.limits.refusals_until_ban:
            until = milliseconds(self.now() + timedelta(minutes=2))
            text = f"Way too much request weight used; IP banned until {until}. Please use WebSocket Streams."
            raise Broken({"code": -1003, "msg": text}, status=418, headers={"Retry-After": "120"})
        text = (
            f"Too much request weight used; current limit is {self.limits.weight_a_minute} request weight per 1 MINUTE."
        )
        raise Broken({"code": -1003, "msg": text}, status=429, headers={"Retry-After": "60"})

    def _account(self, asked: Asked, needs: str) -> Account:
        account = self.key_account(asked.headers.get("X-MBX-APIKEY", ""))
        if needs == "key":
            return account
        self._check_time(asked.params)
        payload = _SIGNATURE.sub("", asked.query) + _SIGNATURE.sub("", asked.body)
        check_signature(account, payload, asked.params.get("signature", ""))
        if needs not in account.permissions:
            raise Broken({"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}, status=401)
        return account

    def key_account(self, key: str) -> Account:
        """The account of a key. Raises Broken."""
        if not re.fullmatch(r"[A-Za-z0-9]+", key):
            raise Broken({"code": -2014, "msg": "API-key format invalid."}, status=401)
        account = self.accounts.get(key)
        if account is None or account.revoked:
            raise Broken({"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}, status=401)
        return account

    def signed_account(self, params: dict[str, str]) -> Account:
        """The account of signed parameters of the WebSocket API. Raises Broken."""
        account = self.key_account(params.get("apiKey", ""))
        self._check_time(params)
        payload = "&".join(f"{name}={each}" for name, each in sorted(params.items()) if name != "signature")
        check_signature(account, payload, params.get("signature", ""))
        return account

    async def begun(self, talk: Talk) -> None:
        streams.begun(self, talk)

    async def heard(self, talk: Talk, message: Any) -> None:
        await streams.heard(self, talk, message)

    async def pulse(self, talk: Talk) -> None:
        await streams.pulse(self, talk)

    def sample(self, talk: Talk) -> str | None:
        message = streams.sample(self, talk)
        return None if message is None else json.dumps(message)

    def price_changed(self, symbol: str) -> None:
        async def tell() -> None:
            for talk in list(self.sockets.talks):
                await streams.tell_prices(self, talk, symbol)

        self.soon(tell)

    def balances_changed(self, account: Account, assets: tuple[str, ...]) -> None:
        self._tell_account(account, streams.balances(self, account, assets))

    def order_changed(self, account: Account, order: SimulatedOrder, fill: Fill | None) -> None:
        self._tell_account(account, streams.execution(self, order, fill))

    def _tell_account(self, account: Account, message: dict[str, Any]) -> None:
        async def tell() -> None:
            for talk in list(self.sockets.talks):
                if talk.account is account:
                    await streams.tell_account(talk, message)

        self.soon(tell)

    def _check_time(self, params: Mapping[str, str]) -> None:
        stamp = params.get("timestamp")
        if stamp is None or not stamp.isdigit():
            text = "Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed."
            raise Broken({"code": -1102, "msg": text}, status=400)
        window = int(params.get("recvWindow", "5000"))
        if window > _LONGEST_WINDOW:
            raise Broken({"code": -1131, "msg": "recvWindow must be less than 60000"}, status=400)
        ahead = moment(stamp) - self.now()
        if ahead >= timedelta(seconds=1):
            text = "Timestamp for this request was 1000ms ahead of the server's time."
            raise Broken({"code": -1021, "msg": text}, status=400)
        if -ahead > timedelta(milliseconds=window):
            raise Broken({"code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."}, status=400)


def check_signature(account: Account, payload: str, signature: str) -> None:
    """HMAC SHA256 of exactly what was sent. Raises Broken."""
    expected = hmac.new(account.secret.encode(), payload.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, signature):
        raise Broken({"code": -1022, "msg": "Signature for this request is not valid."}, status=400)
