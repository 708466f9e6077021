"""A MetaTrader 5 terminal in memory: the documented functions, over a netting account.

It does what the adapter has to cope with: None and `last_error()`, broker time, lots, a spread, commission,
margin. It knows no stops, no swap by itself, and pending orders are never reached.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .metatrader_rows import (
    AccountInfo,
    OrderCheckResult,
    OrderSendResult,
    Rates,
    SymbolInfo,
    TerminalInfo,
    Tick,
    TradeDeal,
    TradeOrder,
    TradePosition,
    lacking,
)

_CENT = Decimal("0.01")
_D = Decimal
_NOTHING = Decimal(0)
_A_LOT_OF_CURRENCY = Decimal(100_000)
_SEVEN = Decimal(7)
FUNCTIONS = (
    *("initialize", "shutdown", "last_error", "account_info", "terminal_info", "symbols_get", "symbol_info"),
    *("symbol_info_tick", "symbol_select", "copy_rates_range", "positions_get", "orders_get", "history_orders_get"),
    *("history_deals_get", "order_calc_margin", "order_check", "order_send"),
)


@dataclass
class Listed:
    """A symbol as the broker lists it."""

    name: str
    base: str
    quote: str
    bid: Decimal
    ask: Decimal
    lot: Decimal = _A_LOT_OF_CURRENCY
    visible: bool = True
    digits: int = 5


@dataclass
class _Position:
    ticket: int
    listed: Listed
    lots: Decimal  # below zero where it is short
    entry: Decimal
    opened: int
    swap: Decimal = _NOTHING

    @property
    def profit(self) -> Decimal:
        mark = self.listed.bid if self.lots > 0 else self.listed.ask
        return _cents((mark - self.entry) * self.lots * self.listed.lot)

    @property
    def margin(self) -> Decimal:
        return _cents(abs(self.lots) * self.listed.lot * self.entry / 100)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _listed() -> dict[str, Listed]:
    rows = [
        Listed("EURUSD", "EUR", "USD", _D("1.0851"), _D("1.0853")),
        Listed("GBPUSD.m", "GBP", "USD", _D("1.2701"), _D("1.2704"), visible=False),
        Listed("XAUUSD", "XAU", "USD", _D("2331.5"), _D("2331.9"), lot=_D(100), digits=2),
        Listed("US500", "USD", "USD", _D("5277.4"), _D("5277.9"), lot=_D(1), digits=1),
    ]
    return {row.name: row for row in rows}


@dataclass
class Terminal:
    """The account and what the terminal knows of it. Figures are exact inside, floats where the module speaks."""

    login: int = 5012345
    password: str = "master-Passw0rd"  # noqa: S105 - of an account that is nowhere
    investor_password: str = "investor-Passw0rd"  # noqa: S105
    server: str = "Simulated-Demo"
    currency: str = "USD"
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ahead: timedelta = timedelta(hours=3)
    """What the broker's clock is ahead of UTC."""
    commission: Decimal = _SEVEN
    """Of one lot, for each deal."""
    connected: bool = True
    market_is_open: bool = True
    credit: Decimal = _NOTHING
    symbols: dict[str, Listed] = field(default_factory=_listed)
    missing: set[str] = field(default_factory=set)
    """Functions that answer None; what `last_error()` says then is `error`."""
    error: tuple[int, str] = (1, "Success")
    hangs: dict[str, float] = field(default_factory=dict)
    """Function: so many seconds before it answers."""
    without: set[str] = field(default_factory=set)
    """Fields that `account_info` leaves out."""
    nonsense: float | None = None
    """What `account_info` says the equity is, where it is not what it is."""
    lost: Decimal = _NOTHING
    """What the balance is above the deals that the terminal knows."""
    logs_in_as: int = 0
    """The account that someone else's login always wins with."""
    asked: list[str] = field(default_factory=list)
    """The functions that were called, in order."""

    def __post_init__(self) -> None:
        self.deals: list[Any] = []
        self.logged_in = 0
        self._may_trade = False
        self._positions: dict[str, _Position] = {}
        self._active: dict[int, Any] = {}
        self._past: list[Any] = []
        self._ticket = 1000
        self._looks = 0
        self._last = (1, "Success")

    # What a test does to the account.

    def deposit(self, amount: str, comment: str = "Deposit") -> int:
        return self.operate(2, amount, comment)

    def withdraw(self, amount: str) -> int:
        return self.operate(2, f"-{amount}", "Withdrawal")

    def operate(self, kind: int, amount: str, comment: str = "", at: datetime | None = None) -> int:
        """A deal that is no trade; its ticket."""
        return self._deal(type=kind, profit=_D(amount), comment=comment, at=at)

    def trade(self, at: datetime | None = None, **figures: Any) -> int:
        """A deal of any kind, written as it is: `type=1, profit="5", swap="-0.2", symbol="EURUSD"`."""
        exact = ("profit", "swap", "commission", "fee", "volume", "price")
        return self._deal(at=at, **{name: _D(each) if name in exact else each for name, each in figures.items()})

    def set_price(self, name: str, bid: str, ask: str) -> None:
        self.symbols[name].bid, self.symbols[name].ask = _D(bid), _D(ask)

    def set_swap(self, name: str, amount: str) -> None:
        self._positions[name].swap = _D(amount)

    def fail(self, function: str, code: int = -1, words: str = "Terminal: Call failed") -> None:
        """From now on `function` answers None."""
        self.missing.add(function)
        self.error = (code, words)

    # The documented functions.

    def initialize(self, path: str | None = None, **given: Any) -> bool:
        login, password = given.get("login", self.login), given.get("password", self.investor_password)
        right = login == self.login and password in (self.password, self.investor_password)
        if not right or given.get("server", self.server) != self.server:
            self._last = (-6, "Terminal: Authorization failed")
            return False
        self.logged_in, self._may_trade = self.logs_in_as or login, password == self.password
        return True

    def shutdown(self) -> None:
        self.logged_in = 0

    def last_error(self) -> tuple[int, str]:
        return self._last

    def account_info(self) -> Any:
        balance, profit = self._balance(), sum((p.profit + p.swap for p in self._positions.values()), _D(0))
        equity = balance + self.credit + profit
        margin = sum((p.margin for p in self._positions.values()), _D(0))
        level = float(equity / margin * 100) if margin else 0.0
        figures = [balance, self.credit, profit, equity, margin, equity - margin]
        said = AccountInfo._make(
            [
                *(self.logged_in, 0, 100, 200, 0, self._may_trade, True, 0, 2, False),
                *map(float, figures),
                *(level, 50.0, 30.0, 0.0, 0.0, 0.0, 0.0, 0.0),
                *("Simulated", self.server, self.currency, "Simulated Broker"),
            ]
        )
        if self.nonsense is not None:
            said = said._replace(equity=self.nonsense)
        return lacking(said, self.without)

    def terminal_info(self) -> Any:
        return TerminalInfo(self.connected, True, False, 4150, 12_000, "Simulated Broker", "MetaTrader 5", "")

    def symbols_get(self, group: str = "") -> tuple[Any, ...]:
        return tuple(self._info(each) for each in self.symbols.values())

    def symbol_info(self, name: str) -> Any:
        return self._info(self.symbols[name]) if name in self.symbols else self._unknown()

    def symbol_info_tick(self, name: str) -> Any:
        if name not in self.symbols or not self.symbols[name].visible:
            return self._unknown()
        listed, moment = self.symbols[name], self._tick_time()
        return Tick(moment // 1000, float(listed.bid), float(listed.ask), 0.0, 0, moment, 6, 0.0)

    def symbol_select(self, name: str, enable: bool = True) -> bool:
        if name not in self.symbols:
            self._unknown()
            return False
        self.symbols[name].visible = enable
        return True

    def copy_rates_range(self, name: str, timeframe: int, since: int, until: int) -> Any:
        """Hours and days only: the price stands still, and the high is a point above it."""
        step = {16385: 3600, 16408: 86400}.get(timeframe)
        if name not in self.symbols or step is None:
            return self._unknown()
        price = float(self.symbols[name].bid)
        first = -(-since // step) * step
        return Rates([(t, price, price + 0.1, price, 0.1 + 0.2, 7, 2, 0) for t in range(first, until + 1, step)])

    def positions_get(self, symbol: str = "", ticket: int = 0) -> tuple[Any, ...]:
        return tuple(
            TradePosition(
                *(p.ticket, p.opened // 1000, p.opened, p.opened // 1000, p.opened, int(p.lots < 0), 0, p.ticket, 3),
                *(float(abs(p.lots)), float(p.entry), 0.0, 0.0),
                float(p.listed.bid if p.lots > 0 else p.listed.ask),
                *(float(p.swap), float(p.profit), p.listed.name, "", ""),
            )
            for p in self._positions.values()
        )

    def orders_get(self, symbol: str = "", ticket: int = 0) -> tuple[Any, ...]:
        return tuple(each for each in self._active.values() if ticket in (0, each.ticket))

    def history_orders_get(self, since: int = 0, until: int = 0, ticket: int = 0) -> tuple[Any, ...]:
        if ticket:
            return tuple(each for each in self._past if each.ticket == ticket)
        return tuple(each for each in self._past if since <= each.time_setup <= until)

    def history_deals_get(self, since: int = 0, until: int = 0, ticket: int = 0) -> tuple[Any, ...]:
        if ticket:
            return tuple(each for each in self.deals if each.order == ticket)
        return tuple(each for each in self.deals if since <= each.time <= until)

    def order_calc_margin(self, action: int, name: str, volume: float, price: float) -> float | None:
        if name not in self.symbols:
            self._unknown()
            return None
        return float(_cents(_D(str(volume)) * self.symbols[name].lot * _D(str(price)) / 100))

    def order_check(self, request: dict[str, Any]) -> Any:
        code = self._judged(request)
        words = "Done" if code == 0 else f"Refused with {code}"
        return OrderCheckResult(code, float(self._balance()), 0.0, 0.0, 0.0, 0.0, 0.0, words, None)

    def order_send(self, request: dict[str, Any]) -> Any:
        if request["action"] == 8:
            return self._removed(request["order"])
        code = self._judged(request)
        if code:
            return self._result(code, 0, 0, f"Refused with {code}")
        ticket, moment = self._next(), self._moment()
        at_market = request["action"] == 1
        listed = self.symbols[request["symbol"]]
        price = (listed.ask, listed.bid)[request["type"] % 2] if at_market else _D(str(request["price"]))
        order = TradeOrder(
            *(ticket, moment // 1000, moment, 0, 0, 0, request["type"], 0, request["type_filling"], 1),
            *(request["magic"], 0, 0, 3, request["volume"], request["volume"], float(price), 0.0, 0.0),
            *(float(price), 0.0, listed.name, request["comment"], ""),
        )
        if not at_market:
            self._active[ticket] = order
            return self._result(10009, 0, ticket, "Request executed")
        self._past.append(order._replace(state=4, volume_current=0.0, time_done=moment // 1000, time_done_msc=moment))
        lots = _D(str(request["volume"])) * (-1 if request["type"] % 2 else 1)
        deal = self._filled(ticket, listed, lots, price, request["magic"])
        return self._result(10009, deal, ticket, "Request executed")

    # How it works inside.

    def _filled(self, order: int, listed: Listed, lots: Decimal, price: Decimal, magic: int) -> int:
        """A netting account: one position a symbol, the opposite closes it first."""
        held = self._positions.pop(listed.name, None)
        profit, swap, entry, ticket = _D(0), _D(0), 0, held.ticket if held else order
        if held is None:
            self._positions[listed.name] = _Position(order, listed, lots, price, self._moment())
        elif held.lots * lots > 0:
            held.entry = (held.entry * held.lots + price * lots) / (held.lots + lots)
            held.lots += lots
            self._positions[listed.name] = held
        else:
            closed = max(held.lots, -lots) if held.lots < 0 else min(held.lots, -lots)
            profit, swap, entry = _cents((price - held.entry) * closed * listed.lot), held.swap, 1
            held.swap = _D(0)
            left = held.lots + lots
            if left:
                held.entry = held.entry if held.lots * left > 0 else price
                held.lots = left
                self._positions[listed.name] = held
        cost = _cents(-self.commission * abs(lots))
        figures: dict[str, Any] = {"volume": abs(lots), "price": price, "commission": cost, "swap": swap}
        return self._deal(
            order=order,
            type=int(lots < 0),
            entry=entry,
            magic=magic,
            position_id=ticket,
            symbol=listed.name,
            profit=profit,
            **figures,
        )

    def _judged(self, request: dict[str, Any]) -> int:
        """The return code of what would become of a request; 0 where nothing stands against it."""
        listed = self.symbols.get(request["symbol"])
        volume = _D(str(request["volume"]))
        if listed is None or not self._may_trade:
            return 10017 if listed else 10013
        if volume < _D("0.01") or volume > 100 or volume % _D("0.01"):
            return 10014
        price = _D(str(request["price"]))
        beyond = price < listed.ask if request["type"] == 2 else price > listed.bid
        if request["action"] == 5 and not beyond:
            return 10015
        info = self.account_info()
        return 10019 if float(volume * listed.lot * price / 100) > info.margin_free else 0

    def _removed(self, ticket: int) -> Any:
        order = self._active.pop(ticket, None)
        if order is None:
            return self._result(10035, 0, ticket, "Invalid order")
        moment = self._moment()
        self._past.append(order._replace(state=2, time_done=moment // 1000, time_done_msc=moment))
        return self._result(10009, 0, ticket, "Request executed")

    def _result(self, code: int, deal: int, order: int, words: str) -> Any:
        return OrderSendResult(code, deal, order, 0.0, 0.0, 0.0, 0.0, words, 1, 0, None)

    def _deal(self, at: datetime | None = None, **said: Any) -> int:
        moment = self._moment(at)
        ticket = self._next()
        plain = {"order": 0, "type": 0, "entry": 0, "magic": 0, "position_id": 0, "reason": 3}
        exact = {"volume": _D(0), "price": _D(0), "commission": _D(0), "swap": _D(0), "profit": _D(0), "fee": _D(0)}
        words = {"symbol": "", "comment": "", "external_id": ""}
        figures = plain | exact | words | said
        spoken = {name: float(each) if isinstance(each, Decimal) else each for name, each in figures.items()}
        self.deals.append(TradeDeal(ticket=ticket, time=moment // 1000, time_msc=moment, **spoken))
        return ticket

    def _balance(self) -> Decimal:
        parts = ("profit", "swap", "commission", "fee")
        counted = [deal for deal in self.deals if deal.type != 3]
        return sum((_D(str(getattr(deal, part))) for deal in counted for part in parts), self.lost)

    def _info(self, listed: Listed) -> Any:
        point = 10.0**-listed.digits
        return SymbolInfo(
            *(listed.visible, listed.visible, self._tick_time() // 1000 if listed.visible else 0, listed.digits),
            *(2, 0, 4, 3, 127, float(listed.bid), float(listed.ask), 0.0, point, point, float(listed.lot)),
            *(0.01, 100.0, 0.01, listed.base, listed.quote, listed.base, listed.name, listed.name, listed.name),
        )

    def _tick_time(self) -> int:
        """Ticks come faster than anyone can look while the market is open; then none for two days."""
        if self.market_is_open:
            self._looks += 1
            return self._moment() + self._looks
        return self._moment() - 2 * 86_400_000

    def _moment(self, at: datetime | None = None) -> int:
        wall = (at or self.now()) + self.ahead
        return round(wall.timestamp() * 1000)

    def _next(self) -> int:
        self._ticket += 1
        return self._ticket

    def _unknown(self) -> None:
        self._last = (-4, "Terminal: Not found")

    def called(self, function: str) -> Callable[..., Any]:
        """`function` as the module has it: with the faults that are set."""

        def call(*args: Any, **kwargs: Any) -> Any:
            self.asked.append(function)
            time.sleep(self.hangs.get(function, 0))
            if function in self.missing:
                self._last = self.error
                return None
            return getattr(self, function)(*args, **kwargs)

        return call if function != "last_error" else self.last_error
