"""Plans in the store, over SQLite and over PostgreSQL: read back as they were, moved once, counted by the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from kit_portfolio_tracker.core.rebalancing import Row, Untraded
from kit_portfolio_tracker.plugin import kit_migrations
from kit_portfolio_tracker.rebalance_plans import (
    Entry,
    OrderState,
    Plan,
    PlanState,
    SaleTax,
    Wish,
    client_id,
    estimated_fees,
    new_id,
)
from kit_portfolio_tracker.store.plan_rows import (
    add_plan,
    mark_shown,
    move_plan,
    newest_plans,
    note_order,
    read_plan,
    turnover_since,
)
from kit_portfolio_tracker.store.renaming import rename_account

from kit import FixedClock, Money, Pair, Side, Store, exact_math

D = Decimal
NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url, kit_migrations(), clock=FixedClock(NOON)) as found:
        yield found


@exact_math()
def plan(name: str, **others: Any) -> Plan:
    sell = Entry(
        number=1,
        account="binance",
        asset="BTC",
        pair=Pair("XBT", "USDT"),
        side=Side.SELL,
        quantity=D("0.034832080000000001"),
        price=D("67000.10"),
        rate=D("0.9995"),
        fee_rate=D("0.001"),
        client_id=client_id(name, 1),
    )
    rows = (
        Row("BTC", D("10050"), D("0.651223068201"), D("0.5"), D("-2333.75"), True, D("0.5")),
        Row("NOBODY", None, None, D("0.5"), D(0), False, None),
    )
    found = Plan(
        id=name,
        state=PlanState.OPEN,
        created=NOON,
        expires=NOON + timedelta(minutes=15),
        wish=Wish({"BTC": D("0.5"), "NOBODY": D("0.5")}, D("0.05"), "binance", whole=True),
        currency="USD",
        total=D("15432.50"),
        quote="USDT",
        rows=rows,
        orders=(sell,),
        untraded=(Untraded("NOBODY", None, D("7716.25"), "no price is known for it"),),
        left_alone={"SOL": D("12.5"), "LUNA": None},
        sales=(SaleTax("BTC", D("0.03"), None, Money(D(0), "USD"), Money(D("-3.5"), "USD"), "fifo", D("0.01")),),
        fees=estimated_fees((sell,), rows, "USD"),
        own_fees=True,
        labels={"binance": "Binance"},
        notes=("A note.",),
    )
    return replace(found, **others)


def test_a_plan_is_read_back_digit_for_digit(store: Store) -> None:
    kept = plan(new_id())
    with store.write() as connection:
        add_plan(connection, kept)
    with store.read() as connection:
        assert read_plan(connection, kept.id) == kept
        assert read_plan(connection, "nosuchid") is None


def test_a_new_plan_takes_the_place_of_an_open_one_and_of_no_other(store: Store) -> None:
    with store.write() as connection:
        add_plan(connection, plan("executing"))
        assert move_plan(connection, "executing", PlanState.OPEN, PlanState.EXECUTING, begun=NOON)
        add_plan(connection, plan("first", created=NOON + timedelta(minutes=1)))
        add_plan(connection, plan("second", created=NOON + timedelta(minutes=2)))
    with store.read() as connection:
        states = {each.id: each.state for each in newest_plans(connection)}
        assert [each.id for each in newest_plans(connection, states=[PlanState.EXECUTING])] == ["executing"]
    assert states == {"second": PlanState.OPEN, "first": PlanState.REPLACED, "executing": PlanState.EXECUTING}


def test_a_plan_is_begun_once(store: Store) -> None:
    with store.write() as connection:
        add_plan(connection, plan("once"))
        mark_shown(connection, "once", NOON)
        mark_shown(connection, "once", NOON + timedelta(minutes=1))
        assert move_plan(connection, "once", PlanState.OPEN, PlanState.EXECUTING, begun=NOON)
        assert not move_plan(connection, "once", PlanState.OPEN, PlanState.EXECUTING, begun=NOON)
        found = read_plan(connection, "once")
    assert found is not None
    assert (found.state, found.shown, found.begun) == (PlanState.EXECUTING, NOON, NOON)


def test_a_days_turnover_is_what_was_filled_and_what_nobody_knows_of_yet(store: Store) -> None:
    with store.write() as connection:
        for name, state, filled in (
            ("aa", OrderState.FILLED, "0.5"),
            ("bb", OrderState.SENDING, "0"),
            ("cc", OrderState.REJECTED, "0"),
        ):
            made = plan(name)
            add_plan(connection, made)
            sent = replace(
                made.orders[0], state=state, sent=NOON, sent_quantity=D("0.5"), filled=D(filled), average=D(60000)
            )
            note_order(connection, name, sent)
        assert turnover_since(connection, NOON) == D(60000) * D("0.9995")
        assert turnover_since(connection, NOON + timedelta(seconds=1)) == 0


def test_a_renamed_account_takes_its_orders_along(store: Store) -> None:
    with store.write() as connection:
        add_plan(connection, plan("renamed"))
        rename_account(connection, "binance", "main")
        found = read_plan(connection, "renamed")
    assert found is not None
    assert [each.account for each in found.orders] == ["main"]


def test_an_orders_client_id_follows_from_plan_and_number_and_suits_every_venue() -> None:
    """Kraken takes 18 characters at most, OKX letters and digits only."""
    name = new_id()
    ids = {client_id(name, number) for number in range(1, 100)}
    assert len(ids) == 99
    assert all(each.isalnum() and each.isascii() and len(each) <= 18 for each in ids)
    assert client_id(name, 1) == client_id(name, 1)
