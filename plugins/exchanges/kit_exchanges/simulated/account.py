"""The simulated account: balances, orders, fills, transfers and the ledger, in exact decimals.

What a test does to it (`deposit`, `trade`, `reward`…) changes the balances as it would at a venue, so
that history and balances agree; `set_balance` alone writes a balance without history.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import wraps
from itertools import count
from typing import Concatenate, Literal, ParamSpec, TypeVar

from .bookings import (
    ZERO,
    Amounts,
    Conversion,
    Entry,
    Fill,
    FuturesPosition,
    NotEnough,
    Permission,
    SimulatedOrder,
    Transfer,
)
from .market import Market

EVERYTHING: frozenset[Permission] = frozenset({"read", "trade", "withdraw"})
_P = ParamSpec("_P")
_Result = TypeVar("_Result")


def _undisturbed(
    method: Callable[Concatenate[Account, _P], _Result],
) -> Callable[Concatenate[Account, _P], _Result]:
    """What is done to an account is done whole before the venue answers anything."""

    @wraps(method)
    def locked(account: Account, /, *args: _P.args, **kwargs: _P.kwargs) -> _Result:
        with account.market.lock:
            return method(account, *args, **kwargs)

    return locked


class Account:
    """One key's account. `fee_rate` is taken in what a trade brings, or in the quote where the venue does so.

    `depth`, where it is set, is how much of an order the market takes at once: of a market order the rest is
    cancelled, of a limit order it rests.
    """

    def __init__(
        self,
        market: Market,
        *,
        key: str,
        secret: str,
        now: Callable[[], datetime],
        permissions: frozenset[Permission] = frozenset({"read"}),
        fee_rate: Decimal = Decimal("0.001"),
        fee_in_quote: bool = False,
    ) -> None:
        self.market, self.key, self.secret, self.permissions = market, key, secret, permissions
        self.fee_rate, self.fee_in_quote = fee_rate, fee_in_quote
        self.revoked = False
        self.depth: Decimal | None = None
        self.balances: dict[str, Amounts] = {}
        self.wallets: dict[str, dict[str, Amounts]] = defaultdict(dict)
        self.positions: list[FuturesPosition] = []
        self.orders: dict[int, SimulatedOrder] = {}
        self.fills: list[Fill] = []
        self.transfers: list[Transfer] = []
        self.ledger: list[Entry] = []
        self.conversions: list[Conversion] = []
        self.changed: Callable[[Account, tuple[str, ...]], None] = lambda account, assets: None
        self.executed: Callable[[Account, SimulatedOrder, Fill | None], None] = lambda account, order, fill: None
        self._now = now
        self._numbers = count(1001)

    @_undisturbed
    def set_balance(self, asset: str, *, free: Decimal, locked: Decimal = ZERO, wallet: str = "spot") -> None:
        """Write a balance, history or not. Wallets besides spot: funding, flexible, locked, margin, futures."""
        amounts = Amounts(free, locked)
        if wallet == "spot":
            self.balances[asset] = amounts
            self.changed(self, (asset,))
        else:
            self.wallets[wallet][asset] = amounts

    @_undisturbed
    def deposit(self, asset: str, amount: Decimal, *, time: datetime | None = None, channel: str = "chain") -> Transfer:
        """It came in, from a chain or (`channel="fiat"`) from a bank."""
        transfer = Transfer(next(self._numbers), "deposit", asset, amount, ZERO, time or self._now(), channel)
        self.transfers.append(transfer)
        self._book(f"D{transfer.id}", "deposit", asset, amount, time=transfer.time)
        self.changed(self, (asset,))
        return transfer

    @_undisturbed
    def withdraw(
        self,
        asset: str,
        amount: Decimal,
        *,
        fee: Decimal = ZERO,
        time: datetime | None = None,
        channel: str = "chain",
        done: bool = True,
    ) -> Transfer:
        """`amount` went out and `fee` with it. Raises NotEnough."""
        self._require(asset, amount + fee)
        moment = time or self._now()
        transfer = Transfer(next(self._numbers), "withdrawal", asset, amount, fee, moment, channel, done)
        self.transfers.append(transfer)
        self._book(f"W{transfer.id}", "withdrawal", asset, -amount, fee=fee, time=moment)
        self.changed(self, (asset,))
        return transfer

    @_undisturbed
    def reward(self, asset: str, amount: Decimal, *, time: datetime | None = None, kind: str = "staking") -> Entry:
        """Staking, interest or an airdrop, paid in."""
        entry = self._book(f"R{next(self._numbers)}", kind, asset, amount, time=time or self._now())
        self.changed(self, (asset,))
        return entry

    @_undisturbed
    def convert(
        self,
        sold: tuple[str, Decimal],
        bought: tuple[str, Decimal],
        *,
        kind: Literal["convert", "dust"] = "convert",
        fee: Decimal = ZERO,
        time: datetime | None = None,
    ) -> Conversion:
        """One asset into another; a fee is in what is bought. Raises NotEnough."""
        self._require(*sold)
        done = Conversion(next(self._numbers), kind, *sold, *bought, fee, time or self._now())
        self.conversions.append(done)
        self._book(f"C{done.id}", "conversion", sold[0], -sold[1], time=done.time)
        self._book(f"C{done.id}", "conversion", bought[0], bought[1], fee=fee, time=done.time)
        self.changed(self, (sold[0], bought[0]))
        return done

    @_undisturbed
    def trade(
        self,
        symbol: str,
        side: str,
        quantity: Decimal,
        price: Decimal,
        *,
        fee: Decimal | None = None,
        fee_asset: str | None = None,
        time: datetime | None = None,
    ) -> Fill:
        """A trade that happened, as a filled order of its own. Raises NotEnough."""
        moment = time or self._now()
        base, quote = symbol.split("/")
        self._require(*((quote, quantity * price) if side == "buy" else (base, quantity)))
        order = self._order(symbol, side, quantity, price, time=moment)
        return self._execute(order, quantity, price, moment, maker=False, fee=fee, fee_asset=fee_asset)

    @_undisturbed
    def place(
        self, symbol: str, side: str, quantity: Decimal, limit: Decimal | None, *, client_id: str = "", userref: int = 0
    ) -> SimulatedOrder:
        """A new order, filled at once where the market's price allows, else resting. Raises NotEnough."""
        price, moment = self.market.price(symbol), self._now()
        asset, amount = self._pledge(symbol, side, quantity, price if limit is None else limit)
        self._require(asset, amount)
        order = self._order(symbol, side, quantity, limit, client_id=client_id, time=moment)
        order.userref = userref
        if limit is None or _crosses(side, limit, price):
            taken = quantity if self.depth is None else min(quantity, self.depth)
            self._execute(order, taken, price, moment, maker=False)
            if order.rest and limit is None:
                order.status = "cancelled"
            elif order.rest:
                self._rest(order)
        else:
            self._rest(order)
        return order

    @_undisturbed
    def cancel(self, order: SimulatedOrder) -> None:
        """Take the rest of an open order back."""
        asset, amount = self._pledge(order.symbol, order.side, order.rest, order.limit or ZERO)
        self._hold(asset, -amount)
        order.status, order.updated = "cancelled", self._now()
        self.executed(self, order, None)
        self.changed(self, (asset,))

    @_undisturbed
    def match(self, symbol: str) -> None:
        """Fill what the market's price has reached, each at its own limit."""
        price = self.market.price(symbol)
        for order in [each for each in self.orders.values() if each.status == "open" and each.symbol == symbol]:
            if order.limit is not None and _crosses(order.side, order.limit, price):
                self.fill(order, order.rest)

    @_undisturbed
    def fill(self, order: SimulatedOrder, quantity: Decimal) -> Fill:
        """Fill so much of a resting order, at its limit."""
        if order.limit is None or order.status != "open" or quantity > order.rest:
            raise ValueError(f"order {order.id} cannot be filled by {quantity}")
        asset, amount = self._pledge(order.symbol, order.side, quantity, order.limit)
        self._hold(asset, -amount)
        return self._execute(order, quantity, order.limit, self._now(), maker=True)

    def _order(
        self, symbol: str, side: str, quantity: Decimal, limit: Decimal | None, *, client_id: str = "", time: datetime
    ) -> SimulatedOrder:
        order = SimulatedOrder(next(self._numbers), client_id, symbol, side, quantity, limit, time, time)
        self.orders[order.id] = order
        return order

    def _execute(
        self,
        order: SimulatedOrder,
        quantity: Decimal,
        price: Decimal,
        time: datetime,
        *,
        maker: bool,
        fee: Decimal | None = None,
        fee_asset: str | None = None,
    ) -> Fill:
        base, quote = order.symbol.split("/")
        cost = quantity * price
        gets = base if order.side == "buy" else quote
        if fee is None:
            fee_asset = quote if self.fee_in_quote else gets
            fee = (cost if fee_asset == quote else quantity) * self.fee_rate
        fill = Fill(
            next(self._numbers),
            order.id,
            order.symbol,
            order.side,
            quantity,
            price,
            fee,
            fee_asset or gets,
            maker,
            time,
        )
        sign = 1 if order.side == "buy" else -1
        ref = f"T{fill.id}"
        for asset, amount in ((base, sign * quantity), (quote, -sign * cost)):
            self._book(ref, "trade", asset, amount, fee=fee if asset == fill.fee_asset else ZERO, time=time)
        if fill.fee_asset not in (base, quote) and fee:
            self._book(ref, "trade", fill.fee_asset, ZERO, fee=fee, time=time)
        self.fills.append(fill)
        order.fills.append(fill.id)
        order.filled, order.cost, order.fee, order.updated = (
            order.filled + quantity,
            order.cost + cost,
            order.fee + fee,
            time,
        )
        order.status = "filled" if order.filled == order.quantity else "open"
        self.executed(self, order, fill)
        self.changed(self, tuple(dict.fromkeys((base, quote, fill.fee_asset))))
        return fill

    def _book(self, ref: str, kind: str, asset: str, amount: Decimal, *, fee: Decimal = ZERO, time: datetime) -> Entry:
        amounts = self.balances.setdefault(asset, Amounts())
        amounts.free += amount - fee
        entry = Entry(next(self._numbers), ref, kind, asset, amount, fee, amounts.free + amounts.locked, time)
        self.ledger.append(entry)
        return entry

    def _rest(self, order: SimulatedOrder) -> None:
        asset, amount = self._pledge(order.symbol, order.side, order.rest, order.limit or ZERO)
        self._hold(asset, amount)
        self.executed(self, order, None)
        self.changed(self, (asset,))

    def _pledge(self, symbol: str, side: str, quantity: Decimal, price: Decimal) -> tuple[str, Decimal]:
        base, quote = symbol.split("/")
        return (quote, quantity * price) if side == "buy" else (base, quantity)

    def _hold(self, asset: str, amount: Decimal) -> None:
        amounts = self.balances.setdefault(asset, Amounts())
        amounts.free, amounts.locked = amounts.free - amount, amounts.locked + amount

    def _require(self, asset: str, amount: Decimal) -> None:
        free = self.balances.get(asset, Amounts()).free
        if free < amount:
            raise NotEnough(f"the account has {free} {asset}, not {amount}")


def _crosses(side: str, limit: Decimal, price: Decimal) -> bool:
    return limit >= price if side == "buy" else limit <= price
