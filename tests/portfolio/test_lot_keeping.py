"""Lots kept in the store are what computing them anew gives, however the records came and changed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from kit_portfolio_tracker.ledger import AssetState, ledger_states
from kit_portfolio_tracker.store.changes import what_changed
from kit_portfolio_tracker.store.records import RecordWriter
from kit_portfolio_tracker.store.tables import lots
from sqlalchemy import delete, func, select

from kit import Kind, Money, Quantity, Record, UsageError

START = datetime(2021, 12, 20, tzinfo=UTC)
D = Decimal


def keep(bench: Any, *found: Record) -> None:
    with bench.store.write() as connection:
        writer = RecordWriter(bench.store, connection)
        writer.add({(each.account, each.id): each for each in found})
        writer.finish()


def bought(own: str, day: int, quantity: str, dollars: str, *, account: str = "a", asset: str = "BTC") -> Record:
    time = START + timedelta(days=day)
    return Record(own, time, account, Kind.BUY, Quantity(D(quantity), asset), Quantity(D(dollars), "USD"))


def sold(own: str, day: int, quantity: str, dollars: str, *, account: str = "a", asset: str = "BTC") -> Record:
    time = START + timedelta(days=day)
    return Record(own, time, account, Kind.SELL, Quantity(D(dollars), "USD"), Quantity(D(quantity), asset))


def anew(bench: Any) -> dict[str, AssetState]:
    """Every state, computed from the first record."""
    with bench.store.write() as connection:
        connection.execute(delete(lots))
    return ledger_states(bench)


def comparable(states: dict[str, AssetState]) -> Any:
    return {
        asset: (state.units, state.totals, state.held, sorted(map(str, state.lots))) for asset, state in states.items()
    }


def count_states(bench: Any) -> int:
    with bench.store.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(lots)) or 0)


def test_what_was_computed_is_kept_and_nothing_is_left_to_do(both: Any) -> None:
    keep(both, bought("1", 0, "1", "10000"), sold("2", 40, "0.4", "6000"))
    [btc] = ledger_states(both).values()
    assert [(lot.quantity, lot.cost) for lot in btc.lots] == [(D("0.6"), D(6000))]
    assert list(btc.totals.gains.values()) == [D(2000)]
    with both.store.read() as connection:
        assert what_changed(connection) == {}
    assert count_states(both) > 1  # the start of 2022, some days before the last record, after it
    assert comparable(ledger_states(both)) == comparable(anew(both))


def test_an_older_record_changes_what_came_after_it(both: Any) -> None:
    keep(both, bought("1", 5, "1", "10000"), sold("2", 400, "1", "30000"))
    assert list(ledger_states(both)["BTC"].totals.gains.values()) == [D(20000)]
    keep(both, bought("0", 1, "1", "4000"))
    states = ledger_states(both)
    assert list(states["BTC"].totals.gains.values()) == [D(26000)]
    assert comparable(states) == comparable(anew(both))


def test_only_what_is_asked_for_is_given(both: Any) -> None:
    keep(both, bought("1", 0, "1", "10000"), bought("2", 0, "10", "20000", asset="ETH"))
    assert set(ledger_states(both, {"ETH", "SOL"})) == {"ETH"}
    assert set(ledger_states(both)) == {"BTC", "ETH"}


def test_a_new_price_of_a_past_day_counts(both: Any, tmp_path: Path) -> None:
    time = START + timedelta(days=3)
    keep(both, Record("1", time, "a", Kind.STAKING, Quantity(D(2), "DOT")), bought("2", 30, "1", "9"))
    assert ledger_states(both)["DOT"].totals.uncounted == 1
    file = tmp_path / "prices.csv"
    file.write_text(f"date,asset,close\n{time.date()},DOT,7\n", encoding="utf-8")
    both.run("prices import", files=[file])
    dot = ledger_states(both)["DOT"]
    assert dot.totals.income == {Kind.STAKING: D(14)}
    assert [lot.cost for lot in dot.lots] == [D(14)]


def test_a_deposit_that_comes_later_finds_the_withdrawal_it_belongs_to(both: Any) -> None:
    left = START + timedelta(days=50)
    keep(
        both,
        bought("1", 0, "1", "10000"),
        Record("out", left, "a", Kind.WITHDRAWAL, sent=Quantity(D(1), "BTC")),
        bought("later", 51, "1", "100", asset="ETH"),
    )
    assert not ledger_states(both)["BTC"].lots
    keep(both, Record("in", left + timedelta(hours=2), "b", Kind.DEPOSIT, Quantity(D("0.999"), "BTC")))
    states = ledger_states(both)
    assert [(lot.quantity, lot.cost) for lot in states["BTC"].lots] == [(D("0.999"), D(9990))]
    assert comparable(states) == comparable(anew(both))


def test_other_settings_compute_anew(both: Any) -> None:
    keep(both, bought("1", 0, "1", "10000"), bought("2", 1, "1", "20000"), sold("3", 40, "1", "30000"))
    assert list(ledger_states(both)["BTC"].totals.gains.values()) == [D(20000)]
    both.configured["tax"] = {"method": "hifo"}
    assert list(ledger_states(both)["BTC"].totals.gains.values()) == [D(10000)]
    both.configured["tax"] = {"form": "uk-cgt"}
    assert list(ledger_states(both)["BTC"].totals.gains.values()) == [D(15000)]
    keep(both, bought("4", 45, "1", "26000"))  # within 30 days of the sale: matched with it
    states = ledger_states(both)
    assert list(states["BTC"].totals.gains.values()) == [D(4000)]
    assert comparable(states) == comparable(anew(both))


_steps = st.lists(
    st.tuples(
        st.sampled_from(["buy", "sell", "out", "in", "stake", "edit", "look"]),
        st.integers(0, 420),
        st.sampled_from("ab"),
        st.sampled_from(["BTC", "ETH"]),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=14,
)


@pytest.mark.slow
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=_steps, method=st.sampled_from(["fifo", "hifo", "acb"]), scope=st.sampled_from(["universal", "per-account"])
)
def test_going_on_gives_what_beginning_anew_gives(
    benches: Callable[[], Any], steps: list[Any], method: str, scope: str
) -> None:
    bench = benches()
    bench.configured["tax"] = {"method": method, "scope": scope}
    for number, (what, day, account, asset, amount) in enumerate(steps):
        own, quantity = f"r{number}", str(D(amount) / 4)
        time = START + timedelta(days=day, minutes=number)
        if what == "buy":
            keep(bench, bought(own, day, quantity, str(amount * 100 + number), account=account, asset=asset))
        elif what == "sell":
            keep(bench, sold(own, day, quantity, str(amount * 90 + number), account=account, asset=asset))
        elif what == "out":
            keep(bench, Record(own, time, account, Kind.WITHDRAWAL, sent=Quantity(D(quantity), asset)))
        elif what == "in":
            keep(bench, Record(own, time, account, Kind.DEPOSIT, Quantity(D(quantity), asset)))
        elif what == "stake":
            value = Money(D(amount), "USD")
            keep(bench, Record(own, time, account, Kind.STAKING, Quantity(D(quantity), asset), value=value))
        elif what == "edit" and number:
            with suppress(UsageError):
                bench.run("ledger remove", id=f"r{number // 2}")
        else:
            ledger_states(bench)
    assert comparable(ledger_states(bench)) == comparable(anew(bench))
