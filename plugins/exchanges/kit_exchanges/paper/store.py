"""The tables of paper accounts, and what is read from and written to them.

Everything here works on the connection of a transaction that its caller holds: one change of an
account is one transaction, and the store has one writer at a time, so nothing here can interleave.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, Row, Table, Text, func, select

from kit import (
    ExactDecimal,
    ExchangeError,
    Kind,
    Order,
    OrderRequest,
    OrderStatus,
    Pair,
    Quantity,
    Record,
    Side,
    UTCDateTime,
    exact_math,
    plain,
)

from .matching import Terms, needed

SOURCE = "paper"
_metadata = MetaData()
_balances = Table(
    "paper_balances",
    _metadata,
    Column("account", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("free", ExactDecimal, nullable=False),
    Column("locked", ExactDecimal, nullable=False),
)
_orders = Table(
    "paper_orders",
    _metadata,
    Column("account", Text, primary_key=True),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("client_id", Text, nullable=False),
    Column("base", Text, nullable=False),
    Column("quote", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("quantity", ExactDecimal, nullable=False),
    Column("limit_price", ExactDecimal),
    Column("status", Text, nullable=False),
    Column("filled", ExactDecimal, nullable=False),
    Column("average", ExactDecimal),
    Column("fee", ExactDecimal, nullable=False),
    Column("fee_asset", Text, nullable=False),
    Column("fee_rate", ExactDecimal, nullable=False),
    Column("fee_in", Text, nullable=False),
    Column("time", UTCDateTime, nullable=False),
)
_records = Table(
    "paper_records",
    _metadata,
    Column("account", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False),
    Column("time", UTCDateTime, nullable=False),
    Column("kind", Text, nullable=False),
    Column("received_asset", Text),
    Column("received", ExactDecimal),
    Column("sent_asset", Text),
    Column("sent", ExactDecimal),
    Column("fee_asset", Text),
    Column("fee", ExactDecimal),
    Column("note", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Resting:
    """An open limit order, with the terms it was given under."""

    order: Order
    limit: Decimal
    terms: Terms

    @property
    def held(self) -> Quantity:
        """What it has locked."""
        order = self.order
        return needed(OrderRequest(order.pair, order.side, order.quantity, self.limit), self.limit, self.terms)


def is_opened(connection: Connection, account: str) -> bool:
    """Whether the account has been granted its starting balances."""
    asked = select(_balances.c.asset).where(_balances.c.account == account).limit(1)
    return connection.scalar(asked) is not None


def rename(connection: Connection, old: str, new: str) -> None:
    """Everything of an account under another name; what an earlier account of that name left is gone."""
    for table in (_balances, _orders, _records):
        connection.execute(table.delete().where(table.c.account == new))
        connection.execute(table.update().where(table.c.account == old).values(account=new))


def read_balances(connection: Connection, account: str) -> list[tuple[str, Decimal, Decimal]]:
    """(asset, free, locked) of everything the account holds, by asset."""
    asked = select(_balances.c.asset, _balances.c.free, _balances.c.locked).where(_balances.c.account == account)
    return [(row.asset, row.free, row.locked) for row in connection.execute(asked.order_by(_balances.c.asset))]


@exact_math()
def move(
    connection: Connection, account: str, asset: str, *, free: Decimal = Decimal(0), locked: Decimal = Decimal(0)
) -> None:
    """Change what is free and what is locked. Raises ExchangeError where either would fall below zero."""
    here = (_balances.c.account == account) & (_balances.c.asset == asset)
    row = connection.execute(select(_balances.c.free, _balances.c.locked).where(here)).one_or_none()
    had_free, had_locked = (row.free, row.locked) if row else (Decimal(0), Decimal(0))
    now_free, now_locked = had_free + free, had_locked + locked
    if now_free < 0 or now_locked < 0:
        raise ExchangeError(
            f"Insufficient funds on {account}: {plain(free.copy_abs())} {asset} needed, {plain(had_free)} free.",
            next_step="Trade less, or cancel an order that locks some.",
        )
    values = {"free": now_free, "locked": now_locked}
    if row:
        connection.execute(_balances.update().where(here).values(values))
    else:
        connection.execute(_balances.insert().values(account=account, asset=asset, **values))


def next_order_id(connection: Connection, account: str) -> int:
    return _next(connection, _orders.c.id, _orders.c.account == account)


def add_order(connection: Connection, account: str, order: Order, terms: Terms) -> None:
    """Keep a new order, with the terms it was given under."""
    connection.execute(
        _orders.insert().values(
            account=account,
            id=int(order.id),
            client_id=order.client_id,
            base=order.pair.base,
            quote=order.pair.quote,
            side=order.side.value,
            quantity=order.quantity,
            limit_price=order.limit,
            time=order.time,
            fee_rate=terms.rate,
            fee_in=terms.fee_asset,
            **_progress(order),
        )
    )


def update_order(connection: Connection, account: str, order: Order) -> None:
    """Keep how far a known order has come."""
    here = (_orders.c.account == account) & (_orders.c.id == int(order.id))
    connection.execute(_orders.update().where(here).values(_progress(order)))


def find_order(
    connection: Connection, account: str, *, order_id: str | None = None, client_id: str | None = None
) -> Order | None:
    """The order of that id, or of that client's id."""
    asked = select(_orders).where(_orders.c.account == account)
    if order_id is not None:
        if not (order_id.isascii() and order_id.isdigit() and len(order_id) <= 9):
            return None
        asked = asked.where(_orders.c.id == int(order_id))
    else:
        asked = asked.where(_orders.c.client_id == client_id)
    row = connection.execute(asked).one_or_none()
    return _order(row) if row else None


def resting_orders(connection: Connection, account: str) -> list[Resting]:
    """Orders still open, oldest first."""
    asked = select(_orders).where(_orders.c.account == account, _orders.c.status == OrderStatus.OPEN.value)
    rows = connection.execute(asked.order_by(_orders.c.id))
    return [Resting(_order(row), row.limit_price, Terms(row.fee_rate, row.fee_in)) for row in rows]


def add_record(connection: Connection, record: Record) -> None:
    """Keep what happened, behind everything that happened before."""
    connection.execute(
        _records.insert().values(
            account=record.account,
            number=_next(connection, _records.c.number, _records.c.account == record.account),
            id=record.id,
            time=record.time,
            kind=record.kind.value,
            **_leg("received", record.received),
            **_leg("sent", record.sent),
            **_leg("fee", record.fee),
            note=record.note,
        )
    )


def read_records(connection: Connection, account: str, since: datetime | None) -> Iterator[Record]:
    """What happened at or after `since`, oldest first."""
    asked = select(_records).where(_records.c.account == account)
    if since is not None:
        asked = asked.where(_records.c.time >= since)
    for row in connection.execute(asked.order_by(_records.c.time, _records.c.number)):
        yield Record(
            id=row.id,
            time=row.time,
            account=account,
            kind=Kind(row.kind),
            received=Quantity(row.received, row.received_asset) if row.received is not None else None,
            sent=Quantity(row.sent, row.sent_asset) if row.sent is not None else None,
            fee=Quantity(row.fee, row.fee_asset) if row.fee is not None else None,
            note=row.note,
            source=SOURCE,
        )


def _next(connection: Connection, column: Column[int], where: Any) -> int:
    return (connection.scalar(select(func.max(column)).where(where)) or 0) + 1


def _progress(order: Order) -> dict[str, Any]:
    return {
        "status": order.status.value,
        "filled": order.filled,
        "average": order.average,
        "fee": order.fee,
        "fee_asset": order.fee_asset,
    }


def _leg(name: str, quantity: Quantity | None) -> dict[str, Any]:
    if quantity is None:
        return {name: None, f"{name}_asset": None}
    return {name: quantity.amount, f"{name}_asset": quantity.asset}


def _order(row: Row[Any]) -> Order:
    return Order(
        id=str(row.id),
        client_id=row.client_id,
        pair=Pair(row.base, row.quote),
        side=Side(row.side),
        quantity=row.quantity,
        limit=row.limit_price,
        status=OrderStatus(row.status),
        filled=row.filled,
        average=row.average,
        fee=row.fee,
        fee_asset=row.fee_asset,
        time=row.time,
    )
