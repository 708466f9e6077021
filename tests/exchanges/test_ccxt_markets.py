"""The markets of a venue: asked once a day, kept on disk, shared by its accounts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kit import FixedClock, Pair

if TYPE_CHECKING:
    from kit_exchanges.simulated.binance import BinanceServer

    from tests.exchanges.conftest import OpenVenue

LISTING = "/api/v3/exchangeInfo"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _price(open_venue: OpenVenue, server: BinanceServer, clock: FixedClock | None = None) -> None:
    account = open_venue(server.settings, clock=clock or FixedClock(NOON))

    async def ask() -> None:
        assert [each.pair for each in await account.tickers([Pair("BTC", "USDT")])] == [Pair("BTC", "USDT")]
        await account.close()

    open_venue.network.run(ask())


def _asked(server: BinanceServer) -> int:
    return sum(request.path == LISTING for request in server.requests)


def _file(open_venue: OpenVenue) -> Path:
    (found,) = (open_venue.cache / "markets").iterdir()
    return found


def test_accounts_of_one_venue_ask_for_them_once(binance_server: BinanceServer, open_venue: OpenVenue) -> None:
    for _ in range(3):
        _price(open_venue, binance_server)
    assert _asked(binance_server) == 1


def test_only_the_public_list_of_spot_markets_is_asked_for(
    binance_server: BinanceServer, open_venue: OpenVenue
) -> None:
    _price(open_venue, binance_server)
    assert [request.path for request in binance_server.requests] == [LISTING, "/api/v3/ticker/24hr"]


def test_they_are_asked_for_again_after_a_day(binance_server: BinanceServer, open_venue: OpenVenue) -> None:
    clock = FixedClock(NOON)
    _price(open_venue, binance_server, clock)
    clock.advance(timedelta(hours=23))
    _price(open_venue, binance_server, clock)
    assert _asked(binance_server) == 1
    clock.advance(timedelta(hours=2))
    _price(open_venue, binance_server, clock)
    assert _asked(binance_server) == 2


def test_nobody_else_can_read_the_file(binance_server: BinanceServer, open_venue: OpenVenue) -> None:
    _price(open_venue, binance_server)
    assert _file(open_venue).stat().st_mode & 0o077 == 0
    assert binance_server.key not in _file(open_venue).read_text()


HEAD = '{"format":1,"asked":"2026-03-01T12:00:00+00:00","currencies":1,"markets":1,"helpers":{}}'


@pytest.mark.parametrize(
    "spoilt", ["", "{}", "[1]", '{"format":1}\nx', "\x00", f"{HEAD}\nBTC\tBTC\t{{}}", HEAD + "\nx\ny}"]
)
def test_a_spoilt_file_is_made_anew(spoilt: str, binance_server: BinanceServer, open_venue: OpenVenue) -> None:
    file = open_venue(binance_server.settings, clock=FixedClock(NOON)).asker.client.shared_markets.file
    file.parent.mkdir(parents=True)
    file.write_text(spoilt)
    _price(open_venue, binance_server)
    assert _asked(binance_server) == 1
    assert '"symbol":"BTC/USDT"' in file.read_text()


def test_what_balances_are_called_needs_no_markets(binance_server: BinanceServer, open_venue: OpenVenue) -> None:
    open_venue.network.run(open_venue(binance_server.settings).balances())
    assert _asked(binance_server) == 0
