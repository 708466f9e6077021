"""What all simulated venues share: a real HTTP and WebSocket server in a thread, its faults and its log.

    with BinanceServer() as server:
        server.set_balance("BTC", free=Decimal("1.5"))
        settings = server.settings                 # to be written as exchanges.<name>

A venue is a subclass: it says how a question is answered (`answer`) and how a socket is talked to
(`converse`). Questions are answered one at a time; what a test does to an account is never seen half done.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl
from weakref import WeakSet

from aiohttp import web

from .account import Account
from .bookings import Conversion, Entry, Fill, Permission, Transfer
from .failing import FOR_PEOPLE, Faults, Pages, failed
from .faults import Fault
from .market import Market
from .sockets import Sockets, Talk
from .wire import Answer, Asked, Broken, json_bytes

_READ_ONLY: frozenset[Permission] = frozenset({"read"})
_STARTING_SECONDS = 20.0
_PATIENCE = 0.01  # zero would mean for ever
_HIDDEN = frozenset({"signature", "listenkey", "apikey", "nonce", "timestamp", "recvwindow", "otp"})


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, for a test to look at: never a key, a signature or a token."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)


class SimulatedVenue:
    """A venue on 127.0.0.1; started by `with`. `latency` is waited before every answer, in seconds."""

    venue: ClassVar[str]
    fee_in_quote: ClassVar[bool] = False
    fee_rate: ClassVar[Decimal] = Decimal("0.001")
    refusals: ClassVar[Mapping[Fault, Answer]] = {}
    malformed: ClassVar[Answer] = Answer(b"", status=400)

    def __init__(self, prices: dict[str, Decimal] | None = None, *, latency: float = 0.0) -> None:
        self.market = Market(prices)
        self.latency = latency
        self.skew = timedelta(0)
        self.requests: list[Request] = []
        self.accounts: dict[str, Account] = {}
        self.port = 0
        self._faults = Faults()
        self._pages = Pages()
        self.sockets = Sockets()
        self.pulse_seconds = 1.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._runner: web.ServerRunner | None = None
        self._transports: WeakSet[asyncio.Transport] = WeakSet()
        self.account = self.add_account()

    # What an account is opened with

    @property
    def url(self) -> str:
        """To be written as `baseUrl`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def key(self) -> str:
        return self.account.key

    @property
    def secret(self) -> str:
        return self.account.secret

    @property
    def settings(self) -> dict[str, Any]:
        """An `exchanges.<name>` section for the first account."""
        return {"type": self.venue, "apiKey": self.key, "secret": self.secret, "baseUrl": self.url}

    def add_account(self, *, permissions: frozenset[Permission] = _READ_ONLY) -> Account:
        """One more key with an account of its own."""
        account = Account(
            self.market,
            key=secrets.token_hex(16),
            secret=self.new_secret(),
            now=self.now,
            permissions=permissions,
            fee_rate=self.fee_rate,
            fee_in_quote=self.fee_in_quote,
        )
        account.changed, account.executed = self.balances_changed, self.order_changed
        self.accounts[account.key] = account
        return account

    def new_secret(self) -> str:
        return secrets.token_hex(32)

    # What a test does to the venue and to the first account

    def now(self) -> datetime:
        """The venue's clock, in whole milliseconds: this machine's, off by `skew`."""
        now = datetime.now(UTC) + self.skew
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def set_price(self, symbol: str, price: Decimal, *, time: datetime | None = None) -> None:
        """From now (or `time`) on it costs that; resting orders it reaches are filled."""
        with self.market.lock:
            if symbol not in self.market.listings:
                self.market.list(symbol, price)
            self.market.move(symbol, price, time=time or self.now())
            for account in self.accounts.values():
                account.match(symbol)
        self.price_changed(symbol)

    def set_closes(self, symbol: str, closes: Mapping[date, Decimal]) -> None:
        """What it cost on past days: each from that day's beginning (UTC) to the next one that is set."""
        for day, price in sorted(closes.items()):
            self.market.move(symbol, price, time=datetime(day.year, day.month, day.day, tzinfo=UTC))

    def set_balance(self, asset: str, *, free: Decimal, locked: Decimal = Decimal(0), wallet: str = "spot") -> None:
        self.account.set_balance(asset, free=free, locked=locked, wallet=wallet)

    def deposit(self, asset: str, amount: Decimal, *, time: datetime | None = None, channel: str = "chain") -> Transfer:
        return self.account.deposit(asset, amount, time=time, channel=channel)

    def withdraw(
        self, asset: str, amount: Decimal, *, fee: Decimal = Decimal(0), time: datetime | None = None
    ) -> Transfer:
        return self.account.withdraw(asset, amount, fee=fee, time=time)

    def trade(self, symbol: str, side: str, quantity: Decimal, price: Decimal, *, time: datetime | None = None) -> Fill:
        return self.account.trade(symbol, side, quantity, price, time=time)

    def reward(self, asset: str, amount: Decimal, *, time: datetime | None = None) -> Entry:
        return self.account.reward(asset, amount, time=time)

    def convert(
        self, sold: tuple[str, Decimal], bought: tuple[str, Decimal], *, time: datetime | None = None
    ) -> Conversion:
        return self.account.convert(sold, bought, time=time)

    def fail(self, path_part: str, fault: Fault, times: int | None = 1, *, after: int = 0) -> None:
        """The next `times` questions (None: all) whose path has that part fail so, `after` so many. See `recover`."""
        if fault is Fault.CONNECTION_REFUSED:
            self.stop()
        else:
            self._faults.add(path_part, fault, times, after)

    def disturb(self, fault: Fault) -> None:
        """Have that happen to every open socket now; `fail("", fault)` is for those that come."""

        async def suffering() -> None:
            for talk in list(self.sockets.talks):
                await talk.suffer(fault, self.sample)

        self.soon(suffering)

    def recover(self) -> None:
        """All faults are over."""
        self._faults.clear()
        self.skew = timedelta(0)
        if self._loop is None:
            self.start()

    # What a venue says itself

    def answer(self, asked: Asked) -> Answer:
        """The venue's answer. Raises Broken where it refuses."""
        raise NotImplementedError

    async def begun(self, talk: Talk) -> None:
        """A socket has connected."""

    async def heard(self, talk: Talk, message: Any) -> None:
        """A socket said that (None: it was not JSON)."""
        raise NotImplementedError

    async def pulse(self, talk: Talk) -> None:
        """What a socket is told every `pulse_seconds`."""

    def sample(self, talk: Talk) -> str | None:
        """A message of what that socket watches."""
        return None

    def price_changed(self, symbol: str) -> None:
        """Tell the sockets that watch it."""

    def balances_changed(self, account: Account, assets: tuple[str, ...]) -> None:
        """Tell the sockets that watch this account."""

    def order_changed(self, account: Account, order: Any, fill: Fill | None) -> None:
        """Tell the sockets that watch this account."""

    # Starting and stopping

    def start(self) -> Self:
        started = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(started,), name=f"kit-{self.venue}-server", daemon=True)
        self._thread.start()
        if not started.wait(_STARTING_SECONDS) or not self.port:
            raise RuntimeError("the simulated venue did not start")
        return self

    def stop(self) -> None:
        """Close the port and every connection; starting again takes the same port."""
        loop, self._loop = self._loop, None
        if loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._close(), loop).result(_STARTING_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join(_STARTING_SECONDS)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def soon(self, what: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Have it done on the server's loop; nothing where it does not run."""
        loop = self._loop
        if loop is not None:
            asyncio.run_coroutine_threadsafe(what(), loop)

    def _run(self, started: threading.Event) -> None:
        loop = self._loop
        assert loop is not None  # noqa: S101
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(self._open())
            started.set()
            loop.run_forever()
        finally:
            started.set()
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    async def _open(self) -> None:
        server = web.Server(self._serve, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=_PATIENCE)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        for transport in self._transports:
            transport.abort()  # a connection nobody reads from does not close by itself
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.transport is not None:
            self._transports.add(request.transport)
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._converse(request)
        body = await request.text()
        query = request.rel_url.raw_query_string
        params = dict(parse_qsl(query, keep_blank_values=True)) | dict(parse_qsl(body, keep_blank_values=True))
        asked = Asked(request.method, request.path, query, body, params, request.headers)
        visible = {name: text for name, text in params.items() if name.lower() not in _HIDDEN}
        self.requests.append(Request(request.method, request.path, visible))
        if self.latency:
            await asyncio.sleep(self.latency)
        if request.path == "/for-people":
            return FOR_PEOPLE.response()
        fault = self._faults.take(request.path, of_socket=False)
        if fault is not None:
            return await failed(fault, request, self._pages, said=lambda: self._said(asked), refusals=self.refusals)
        answer = self._said(asked)
        self._pages.seen(request.path, answer)
        return answer.response()

    async def _converse(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(Request("WS", request.path))
        fault = self._faults.take(request.path, of_socket=False)
        if fault is not None:
            return await failed(fault, request, self._pages, said=lambda: Answer(b"{}"), refusals=self.refusals)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        talk = Talk(socket, request, fault=self._faults.take(request.path, of_socket=True))
        await self.begun(talk)
        return await self.sockets.converse(talk, self.heard, self.pulse, every=self.pulse_seconds, sample=self.sample)

    def _said(self, asked: Asked) -> Answer:
        """`answer`, a refusal as the venue words it included."""
        try:
            with self.market.lock:
                return self.answer(asked)
        except Broken as broken:
            return Answer(json_bytes(broken.body), status=broken.status, headers=broken.headers)
        except ValueError:
            return self.malformed
