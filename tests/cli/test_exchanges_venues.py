"""`kit exchanges …` at venues that speak the real protocols on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from kit_exchanges.simulated.account import EVERYTHING
from kit_exchanges.simulated.binance import BinanceServer
from kit_exchanges.simulated.faults import Fault
from kit_exchanges.simulated.kraken import KrakenServer

from kit.testing import Answer, HostFactory, HostUnderTest

Venue = BinanceServer | KrakenServer


@pytest.fixture(params=[BinanceServer, KrakenServer], ids=lambda kind: str(kind.venue))
def venue(request: pytest.FixtureRequest) -> Iterator[Venue]:
    with request.param() as server:
        server.set_balance("BTC", free=Decimal("0.5"))
        yield server


@pytest.fixture
def host(kit_host: HostFactory, venue: Venue) -> HostUnderTest:
    config = {
        "exchanges": {"mine": {"type": venue.venue, "baseUrl": venue.url}},
        "network": {"timeoutSeconds": 2},
    }
    return kit_host("kit_exchanges.ccxt.plugin", config=config, beside=())


def add(host: HostUnderTest, key: Any, *words: str, **more: str) -> Answer:
    from dataclasses import replace

    env = {**host.env, "KIT_ADD_API_KEY": key.key, "KIT_ADD_SECRET": key.secret, **more}
    return replace(host, env=env).cli("exchanges", "add", "mine", *words)


def account(home: Path) -> Mapping[str, Any]:
    written: dict[str, Any] = json.loads((home / "config.json").read_text(encoding="utf-8"))
    return dict(written["exchanges"]["mine"])


def test_a_key_that_may_read_is_accepted(host: HostUnderTest, venue: Venue) -> None:
    answer = add(host, venue, "--json")
    assert answer.code == 0, answer.err
    assert answer.json["data"]["permissions"]["withdraw"] is False
    assert set(account(host.home)) == {"type", "baseUrl", "apiKey", "secret"}
    tested = host.cli("exchanges test --json")
    assert tested.code == 0, tested.out
    assert {row["check"] for row in tested.json["data"]} >= {"open", "balances", "permissions", "prices"}


def test_a_key_that_can_withdraw_is_refused(host: HostUnderTest, venue: Venue) -> None:
    dangerous = venue.add_account(permissions=EVERYTHING)
    dangerous.set_balance("BTC", free=Decimal("0.5"))
    answer = add(host, dangerous)
    assert answer.code == 1
    assert "This key can withdraw" in answer.err
    assert "apiKey" not in account(host.home)
    assert not (host.home / "secrets").exists()
    assert add(host, dangerous, "--allow-withdraw-key").code == 0


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.BAD_KEY, "Check the key"),
        (Fault.MAINTENANCE, "--no-probe"),
        (Fault.CONNECTION_REFUSED, "--no-probe"),
        (Fault.HTML_200, "--no-probe"),
    ],
)
def test_a_key_that_cannot_be_tried_is_not_kept(fault: Fault, said: str, host: HostUnderTest, venue: Venue) -> None:
    venue.fail("", fault, times=None)
    answer = add(host, venue, KIT_DEBUG="1")
    assert answer.code == 1
    assert said in " ".join(answer.err.split())
    assert "Nothing was kept." in answer.err
    assert "apiKey" not in account(host.home)


def test_a_wrong_clock_is_said_to_be_one(host: HostUnderTest, venue: Venue) -> None:
    venue.fail("", Fault.CLOCK_SKEW, times=None)
    answer = add(host, venue)
    assert answer.code == 1
    assert "clock" in answer.err


def test_a_key_that_the_venue_does_not_know_is_refused(host: HostUnderTest, venue: Venue) -> None:
    stranger = venue.add_account()
    venue.accounts.pop(stranger.key)
    answer = add(host, stranger)
    assert answer.code == 1
    assert "does not accept the key" in answer.err
