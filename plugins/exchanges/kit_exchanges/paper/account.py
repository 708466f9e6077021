"""A simulated account, held in the store.

A market order is filled whole, at once, at the current price. A limit order that the market has
reached is filled like a market order; any other rests, with what it needs locked, and is filled at its
limit when a later look at the account finds the market there or beyond. Nothing happens between two
looks: a limit that was touched and left again in between is not filled.

Each change is one transaction of the store; prices are looked up before it begins, so that no
network holds the writer's lock.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import (
    Balance,
    ExchangeError,
    Kind,
    Order,
    OrderRequest,
    OrderStatus,
    Pair,
    Quantity,
    Record,
    Services,
    Ticker,
    TradingTerms,
    exact_math,
)

from . import store
from .matching import STEP, Fill, Terms, check_request, crosses, execute, needed
from .prices import Market
from .settings import PaperSettings

if TYPE_CHECKING:
    from sqlalchemy import Connection


class PaperAccount:
    """One paper account. Several processes may use it: the store orders their changes."""

    def __init__(self, name: str, settings: PaperSettings, services: Services) -> None:
        self._name = name
        self._settings = settings
        self._terms = Terms(settings.fee, settings.fee_asset)
        self._services = services
        self._market = Market(services, timedelta(days=settings.max_price_age_days))

    def balances(self) -> list[Balance]:
        self._look()
        now = self._services.clock.now()
        with self._services.store.read() as connection, exact_math():
            return [
                Balance(self._name, asset, total=free + locked, time=now, locked=locked)
                for asset, free, locked in store.read_balances(connection, self._name)
                if free or locked
            ]

    def records(self, since: datetime | None) -> list[Record]:
        self._look()
        with self._services.store.read() as connection:
            return list(store.read_records(connection, self._name, since))

    def ticker(self, pair: Pair) -> Ticker:
        return self._market.ticker(pair)

    def funds(self) -> dict[str, Decimal]:
        self._look()
        with self._services.store.read() as connection:
            return {asset: free for asset, free, _ in store.read_balances(connection, self._name) if free}

    def terms(self, pairs: Collection[Pair]) -> list[TradingTerms]:
        """Every pair whose assets have a price, at the configured fee."""
        rate = self._settings.fee
        return [
            TradingTerms(pair, taker=rate, maker=rate, own_fees=True, quantity_step=STEP, price_step=STEP)
            for pair in pairs
            if pair.base != pair.quote and self._is_priced(pair)
        ]

    def placed(self, pair: Pair, client_id: str) -> Order | None:
        self._look()
        with self._services.store.read() as connection:
            found = store.find_order(connection, self._name, client_id=client_id)
        return found if found is not None and found.pair == pair else None

    def place_order(self, request: OrderRequest) -> Order:
        check_request(request)
        self._look()
        with self._services.store.read() as connection:
            known = self._placed_before(connection, request)
        if known:
            return known
        price = self._market.ticker(request.pair).last
        with self._services.store.write() as connection:
            # Asked again: another process may have placed it since.
            return self._placed_before(connection, request) or self._take(connection, request, price)

    def fetch_order(self, order_id: str) -> Order:
        self._look()
        with self._services.store.read() as connection:
            return self._known(connection, order_id)

    def open_orders(self) -> list[Order]:
        self._look()
        with self._services.store.read() as connection:
            return [resting.order for resting in store.resting_orders(connection, self._name)]

    @exact_math()
    def cancel_order(self, order_id: str) -> Order:
        self._look()
        with self._services.store.write() as connection:
            order = self._known(connection, order_id)
            if order.status is OrderStatus.CANCELLED:
                return order
            resting = {entry.order.id: entry for entry in store.resting_orders(connection, self._name)}
            if order.id not in resting:
                raise ExchangeError(f"Order {order_id} on {self._name} is {order.status} and cannot be cancelled.")
            held = resting[order.id].held
            self._move(connection, held.asset, free=held.amount, locked=-held.amount)
            cancelled = replace(order, status=OrderStatus.CANCELLED)
            store.update_order(connection, self._name, cancelled)
            return cancelled

    def _is_priced(self, pair: Pair) -> bool:
        try:
            self._market.ticker(pair)
        except ExchangeError:
            return False
        return True

    @exact_math()
    def _take(self, connection: Connection, request: OrderRequest, price: Decimal) -> Order:
        """Fill a new order, or let it rest."""
        order = self._new_order(connection, request)
        if request.limit is None or crosses(request.side, request.limit, price):
            fill = execute(request.pair, request.side, request.quantity, price, self._terms)
            spent = needed(request, price, self._terms)
            self._move(connection, spent.asset, free=-spent.amount)
            order = _filled(order, fill)
            store.add_order(connection, self._name, order, self._terms)
            self._settle(connection, order, fill, spent)
            return order
        held = needed(request, request.limit, self._terms)
        self._move(connection, held.asset, free=-held.amount, locked=held.amount)
        store.add_order(connection, self._name, order, self._terms)
        return order

    @exact_math()
    def _look(self) -> None:
        """Open the account where it is new, and fill resting orders that the market has reached."""
        with self._services.store.read() as connection:
            opened = store.is_opened(connection, self._name)
            resting = store.resting_orders(connection, self._name)
        if not opened:
            self._open()
        reached = self._reached(resting)
        if not reached:
            return
        with self._services.store.write() as connection:
            for entry in store.resting_orders(connection, self._name):
                if entry.order.id not in reached:
                    continue
                fill = execute(entry.order.pair, entry.order.side, entry.order.quantity, entry.limit, entry.terms)
                held = entry.held
                self._move(connection, held.asset, locked=-held.amount)
                filled = _filled(entry.order, fill)
                store.update_order(connection, self._name, filled)
                self._settle(connection, filled, fill, held)

    def _reached(self, resting: Iterable[store.Resting]) -> set[str]:
        """The ids of those the market has reached; one whose price is not known now goes on resting."""
        waiting = list(resting)
        last: dict[Pair, Decimal] = {}
        for pair in {entry.order.pair for entry in waiting}:
            try:
                last[pair] = self._market.ticker(pair).last
            except ExchangeError:
                continue
        return {
            entry.order.id
            for entry in waiting
            if entry.order.pair in last and crosses(entry.order.side, entry.limit, last[entry.order.pair])
        }

    def _open(self) -> None:
        with self._services.store.write() as connection:
            if store.is_opened(connection, self._name):
                return
            now = self._services.clock.now()
            for asset, amount in sorted(self._settings.starting_balances.items()):
                self._move(connection, asset, free=amount)
                granted = Record(
                    id=f"start:{asset}",
                    time=now,
                    account=self._name,
                    kind=Kind.DEPOSIT,
                    received=Quantity(amount, asset),
                    note="starting balance",
                    source=store.SOURCE,
                )
                store.add_record(connection, granted)

    @exact_math()
    def _settle(self, connection: Connection, order: Order, fill: Fill, spent: Quantity) -> None:
        """Pay out what was received, less a fee that `spent` does not hold already, and keep the record."""
        fee_to_come = Decimal(0) if fill.fee.asset == spent.asset else fill.fee.amount
        self._move(connection, fill.received.asset, free=fill.received.amount - fee_to_come)
        happened = Record(
            id=f"order:{order.id}",
            time=self._services.clock.now(),
            account=self._name,
            kind=fill.kind,
            received=fill.received,
            sent=fill.sent,
            fee=fill.fee if fill.fee.amount else None,
            source=store.SOURCE,
        )
        store.add_record(connection, happened)

    def _move(
        self, connection: Connection, asset: str, *, free: Decimal = Decimal(0), locked: Decimal = Decimal(0)
    ) -> None:
        store.move(connection, self._name, asset, free=free, locked=locked)

    def _new_order(self, connection: Connection, request: OrderRequest) -> Order:
        fee_asset = execute(request.pair, request.side, request.quantity, Decimal(1), self._terms).fee.asset
        return Order(
            id=str(store.next_order_id(connection, self._name)),
            client_id=request.client_id if request.client_id is not None else uuid.uuid4().hex,
            pair=request.pair,
            side=request.side,
            quantity=request.quantity,
            limit=request.limit,
            status=OrderStatus.OPEN,
            filled=Decimal(0),
            average=None,
            fee=Decimal(0),
            fee_asset=fee_asset,
            time=self._services.clock.now(),
        )

    def _known(self, connection: Connection, order_id: str) -> Order:
        order = store.find_order(connection, self._name, order_id=order_id)
        if order is None:
            raise ExchangeError(f"There is no order “{order_id}” on {self._name}.")
        return order

    def _placed_before(self, connection: Connection, request: OrderRequest) -> Order | None:
        """The order of this client id, provided that it is the same order."""
        if request.client_id is None:
            return None
        known = store.find_order(connection, self._name, client_id=request.client_id)
        if known is None:
            return None
        asked = (request.pair, request.side, request.quantity, request.limit)
        if (known.pair, known.side, known.quantity, known.limit) != asked:
            raise ExchangeError(
                f"The client id “{known.client_id}” belongs to another order already (order {known.id}).",
                next_step="Use a new client id for a new order.",
            )
        return known


def _filled(order: Order, fill: Fill) -> Order:
    return replace(
        order,
        status=OrderStatus.FILLED,
        filled=order.quantity,
        average=fill.price,
        fee=fill.fee.amount,
        fee_asset=fill.fee.asset,
    )
