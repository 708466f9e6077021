"""Syncs through the real `kit` command line and the real ccxt, with a Binance and a Kraken on this machine."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from kit_exchanges.simulated import BinanceServer, Fault, KrakenServer
from kit_portfolio_tracker.plugin import kit_migrations
from kit_portfolio_tracker.store.account_rows import account_states
from kit_portfolio_tracker.store.records import all_records, kept_positions, summed_positions
from sqlalchemy import inspect

from kit import FixedClock, Migrations, Store
from kit.testing import HostFactory, HostUnderTest

D = Decimal


@pytest.fixture
def host(kit_host: HostFactory, binance_server: BinanceServer, kraken_server: KrakenServer) -> HostUnderTest:
    """A home with an account at each, and a history there."""
    now = datetime.now(UTC).replace(microsecond=0)
    kraken_server.limits.calls = None
    binance_server.deposit("USDT", D("10000"), time=now - timedelta(days=50))
    binance_server.trade("BTC/USDT", "buy", D("0.1"), D("50000"), time=now - timedelta(days=40))
    binance_server.reward("ETH", D("0.5"), time=now - timedelta(days=3))
    binance_server.withdraw("USDT", D("100"), fee=D("1"), time=now - timedelta(days=2))
    kraken_server.deposit("USD", D("5000"), time=now - timedelta(days=50))
    kraken_server.trade("ETH/USD", "buy", D("1"), D("2500"), time=now - timedelta(days=40))
    kraken_server.withdraw("ETH", D("0.25"), fee=D("0.001"), time=now - timedelta(days=20))
    config = {
        "exchanges": {"binance": binance_server.settings, "kraken": kraken_server.settings},
        "network": {"timeoutSeconds": 5},
    }
    return kit_host("kit_portfolio_tracker.plugin", config=config, now=now, beside=("ccxt",))


def held(host: HostUnderTest) -> dict[tuple[str, str], tuple[Decimal | None, Decimal]]:
    """(reported, calculated) of everything, without asking anybody."""
    found: list[dict[str, Any]] = host.cli("portfolio --offline --json").json["data"]["holdings"]
    return {
        (each["account"], each["asset"]): (
            None if each["reported"] is None else D(each["reported"]),
            D(each["calculated"]),
        )
        for each in found
    }


def by_the_books(**servers: BinanceServer | KrakenServer) -> dict[tuple[str, str], Decimal]:
    """What the venues' own books say."""
    return {
        (name, asset): each.free + each.locked
        for name, server in servers.items()
        for asset, each in server.account.balances.items()
        if each.free + each.locked
    }


@pytest.mark.slow
def test_reported_equals_calculated_equals_the_books(
    host: HostUnderTest, binance_server: BinanceServer, kraken_server: KrakenServer
) -> None:
    for _ in range(2):
        answer = host.cli("sync")
        assert answer.code == 0, answer
        books = by_the_books(binance=binance_server, kraken=kraken_server)
        assert held(host) == {key: (quantity, quantity) for key, quantity in books.items()}
        host.clock.advance(timedelta(minutes=5))
        now = host.clock.now()
        binance_server.trade("BTC/USDT", "sell", D("0.03"), D("60000"), time=now)
        kraken_server.deposit("USD", D("11"), time=now)
    assert host.cli("portfolio").code == 0, "a question walks where balances have changed"
    books = by_the_books(binance=binance_server, kraken=kraken_server)
    assert held(host) == {key: (quantity, quantity) for key, quantity in books.items()}


@pytest.mark.slow
def test_a_revoked_key_makes_an_account_old_and_a_new_one_makes_it_well(
    host: HostUnderTest, binance_server: BinanceServer
) -> None:
    assert host.cli("sync").code == 0
    before = held(host)
    host.clock.advance(timedelta(minutes=14))
    binance_server.fail("", Fault.KEY_REVOKED, times=None)
    answer = host.cli("sync")
    assert answer.code == 3
    shown = " ".join(host.cli("portfolio --offline").out.split())
    assert "Binance is 14 min old:" in shown
    assert "kit exchanges add binance --replace" in shown
    assert held(host) == before
    assert "account:binance" in {each.key for each in host.problems()}
    binance_server.recover()
    assert host.cli("sync").code == 0
    assert "14 min old" not in host.cli("portfolio --offline").out
    assert "account:binance" not in {each.key for each in host.problems()}


def test_a_store_of_the_first_version_gets_what_syncing_needs_and_keeps_its_records(
    tmp_path: Path, store_url: str
) -> None:
    (now,) = kit_migrations()
    old = tmp_path / "first"
    old.mkdir()
    shutil.copy(now.directory / "portfolio_0001.py", old)
    clock = FixedClock(datetime(2026, 3, 1, tzinfo=UTC))
    first = [Migrations(now.branch, old, head="portfolio_0001")]
    with Store.open(store_url, first, clock=clock) as store, store.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO portfolio_positions (account, asset, quantity) VALUES ('kraken', 'BTC', '1.50')"
        )
        assert "portfolio_cursors" not in inspect(connection).get_table_names()
    with Store.open(store_url, [now], clock=clock) as store, store.read() as connection:
        assert kept_positions(connection) == {("kraken", "BTC"): D("1.5")}
        assert account_states(connection) == {}
        assert summed_positions(connection) == {}
        assert list(all_records(connection)) == []
        names = set(inspect(connection).get_table_names())
        assert {f"portfolio_{name}" for name in ("staged", "cursors", "accounts", "quotes", "open_positions")} <= names
