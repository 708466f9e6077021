"""Plans and the journal of their orders. Their states change in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, Row, Table, Text, insert, select, update

from kit import ExactDecimal, Pair, Side, UTCDateTime, exact_math

from ..rebalance_plans import Entry, OrderState, Plan, PlanState, estimated_fees
from .plan_text import body_of, body_text, wish_of, wish_text
from .tables import metadata

plans = Table(
    "portfolio_plans",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("created", UTCDateTime, nullable=False),
    Column("expires", UTCDateTime, nullable=False),
    Column("shown", UTCDateTime),
    Column("begun", UTCDateTime),
    Column("ended", UTCDateTime),
    Column("wish", Text, nullable=False),
    Column("body", Text, nullable=False),
)

plan_orders = Table(
    "portfolio_plan_orders",
    metadata,
    Column("plan", Text, ForeignKey("portfolio_plans.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("account", Text, nullable=False),
    Column("base", Text, nullable=False),
    Column("quote", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("quantity", ExactDecimal, nullable=False),
    Column("price", ExactDecimal, nullable=False),
    Column("rate", ExactDecimal, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("sent", UTCDateTime),
    Column("sent_quantity", ExactDecimal),
    Column("limit_price", ExactDecimal),
    Column("order_id", Text),
    Column("filled", ExactDecimal, nullable=False),
    Column("average", ExactDecimal),
    Column("fee", ExactDecimal, nullable=False),
    Column("fee_asset", Text),
    Column("reason", Text, nullable=False),
    Index("portfolio_plan_orders_sent", "sent"),
)


def add_plan(connection: Connection, plan: Plan) -> None:
    """Keep a new plan. It takes the place of those that are still open: only the newest can be executed."""
    open_ones = plans.c.state == PlanState.OPEN
    connection.execute(update(plans).where(open_ones).values(state=PlanState.REPLACED.value))
    connection.execute(
        insert(plans).values(
            id=plan.id,
            state=plan.state.value,
            origin=plan.origin,
            created=plan.created,
            expires=plan.expires,
            shown=plan.shown,
            wish=wish_text(plan.wish),
            body=body_text(plan),
        )
    )
    if plan.orders:
        connection.execute(insert(plan_orders), [_order_values(plan.id, each) for each in plan.orders])


def read_plan(connection: Connection, plan: str) -> Plan | None:
    """The plan of that id."""
    row = connection.execute(select(plans).where(plans.c.id == plan)).one_or_none()
    return None if row is None else _plan(connection, row)


def newest_plans(
    connection: Connection, *, states: Collection[PlanState] = tuple(PlanState), limit: int = 20
) -> list[Plan]:
    """The newest first."""
    wanted = select(plans).where(plans.c.state.in_([each.value for each in states]))
    return [_plan(connection, row) for row in connection.execute(wanted.order_by(plans.c.created.desc()).limit(limit))]


def move_plan(connection: Connection, plan: str, was: PlanState, now: PlanState, **times: datetime) -> bool:
    """Whether the plan was in the state `was`; then it is in `now`."""
    here = (plans.c.id == plan) & (plans.c.state == was.value)
    return connection.execute(update(plans).where(here).values(state=now.value, **times)).rowcount == 1


def mark_shown(connection: Connection, plan: str, at: datetime) -> None:
    """Keep when the plan was first seen by a person."""
    connection.execute(update(plans).where((plans.c.id == plan) & plans.c.shown.is_(None)).values(shown=at))


def note_order(connection: Connection, plan: str, entry: Entry) -> None:
    """Keep how far the order has come."""
    here = (plan_orders.c.plan == plan) & (plan_orders.c.number == entry.number)
    connection.execute(update(plan_orders).where(here).values(_progress(entry)))


@exact_math()
def turnover_since(connection: Connection, since: datetime) -> Decimal:
    """What all orders given since then came to, in the base currency; one that nobody knows of yet counts whole."""
    wanted = select(plan_orders).where(plan_orders.c.sent >= since)
    total = Decimal(0)
    for row in connection.execute(wanted):
        undecided = row.state in {OrderState.SENDING, OrderState.UNKNOWN}
        quantity = row.sent_quantity if undecided else row.filled
        total += quantity * (row.average or row.limit_price or row.price) * row.rate
    return total


@exact_math()
def _plan(connection: Connection, row: Row[Any]) -> Plan:
    body = body_of(row.body)
    fee_rates, assets = body.pop("fee_rates"), body.pop("assets")
    wanted = select(plan_orders).where(plan_orders.c.plan == row.id).order_by(plan_orders.c.number)
    found = connection.execute(wanted).all()
    orders = tuple(_entry(*each) for each in zip(found, assets, fee_rates, strict=True))
    return Plan(
        id=row.id,
        state=PlanState(row.state),
        created=row.created,
        expires=row.expires,
        wish=wish_of(row.wish),
        shown=row.shown,
        begun=row.begun,
        ended=row.ended,
        origin=row.origin,
        orders=orders,
        fees=estimated_fees(orders, body["rows"], body["currency"]),
        **body,
    )


def _entry(row: Row[Any], asset: str, fee_rate: Decimal | None) -> Entry:
    return Entry(
        number=row.number,
        account=row.account,
        asset=asset,
        pair=Pair(row.base, row.quote),
        side=Side(row.side),
        quantity=row.quantity,
        price=row.price,
        rate=row.rate,
        fee_rate=fee_rate,
        client_id=row.client_id,
        state=OrderState(row.state),
        sent=row.sent,
        sent_quantity=row.sent_quantity,
        limit=row.limit_price,
        order_id=row.order_id,
        filled=row.filled,
        average=row.average,
        fee=row.fee,
        fee_asset=row.fee_asset,
        reason=row.reason,
    )


def _order_values(plan: str, entry: Entry) -> dict[str, Any]:
    return {
        "plan": plan,
        "number": entry.number,
        "account": entry.account,
        "base": entry.pair.base,
        "quote": entry.pair.quote,
        "side": entry.side.value,
        "quantity": entry.quantity,
        "price": entry.price,
        "rate": entry.rate,
        "client_id": entry.client_id,
        **_progress(entry),
    }


def _progress(entry: Entry) -> dict[str, Any]:
    return {
        "state": entry.state.value,
        "sent": entry.sent,
        "sent_quantity": entry.sent_quantity,
        "limit_price": entry.limit,
        "order_id": entry.order_id,
        "filled": entry.filled,
        "average": entry.average,
        "fee": entry.fee,
        "fee_asset": entry.fee_asset,
        "reason": entry.reason,
    }
