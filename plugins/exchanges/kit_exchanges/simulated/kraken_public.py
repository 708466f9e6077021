"""Kraken's /0/public: the market, its prices, the venue's state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from .account import Account
from .kraken_names import alternate, asset_id, pair_id, pair_name
from .kraken_route import Params, Route, instant, listing, refused, required, seconds
from .market import BEGINNING, Listing
from .wire import plain

if TYPE_CHECKING:
    from .kraken import KrakenServer

_MINUTES = (1, 5, 15, 30, 60, 240, 1440, 10080, 21600)
_NEWEST_CANDLES = 720
_FIAT = {"AUD", "CAD", "EUR", "GBP", "JPY", "USD"}


def _time(server: KrakenServer, account: Account, params: Params) -> Any:
    now = server.now()
    return {"unixtime": int(now.timestamp()), "rfc1123": now.strftime("%a, %d %b %y %H:%M:%S +0000")}


def _status(server: KrakenServer, account: Account, params: Params) -> Any:
    return {"status": server.status, "timestamp": server.now().strftime("%Y-%m-%dT%H:%M:%SZ")}


def _assets(server: KrakenServer, account: Account, params: Params) -> Any:
    names = {name for each in server.market.listings.values() for name in (each.base, each.quote)}
    names |= {asset for each in server.accounts.values() for asset in each.balances}
    return {asset_id(name): _asset(name) for name in sorted(names)}


def _asset(name: str) -> dict[str, Any]:
    fiat = name in _FIAT
    return {
        "aclass": "currency",
        "altname": alternate(name),
        "decimals": 4 if fiat else 10,
        "display_decimals": 2 if fiat else 5,
        "status": "enabled",
    }


def _pairs(server: KrakenServer, account: Account, params: Params) -> Any:
    listings = list(server.market.listings.values())
    if "pair" in params:
        listings = [listing(server, name) for name in params["pair"].split(",")]
    return {pair_id(each): _pair(each) for each in listings}


def _pair(each: Listing) -> dict[str, Any]:
    return {
        "altname": pair_name(each),
        "wsname": f"{alternate(each.base)}/{alternate(each.quote)}",
        "aclass_base": "currency",
        "base": asset_id(each.base),
        "aclass_quote": "currency",
        "quote": asset_id(each.quote),
        "lot": "unit",
        "cost_decimals": 5,
        "pair_decimals": _places(each.price_step),
        "lot_decimals": _places(each.quantity_step),
        "lot_multiplier": 1,
        "leverage_buy": [],
        "leverage_sell": [],
        "fees": [[0, 0.26], [50000, 0.24]],
        "fees_maker": [[0, 0.16], [50000, 0.14]],
        "fee_volume_currency": "ZUSD",
        "margin_call": 80,
        "margin_stop": 40,
        "ordermin": plain(each.least_quantity, 0),
        "costmin": plain(each.least_cost, 0),
        "tick_size": plain(each.price_step, 0),
        "status": "online",
    }


def _places(step: Any) -> int:
    return max(0, -int(step.normalize().as_tuple().exponent))


def _ticker(server: KrakenServer, account: Account, params: Params) -> Any:
    listings = list(server.market.listings.values())
    if "pair" in params:
        listings = [listing(server, name) for name in params["pair"].split(",")]
    return {pair_id(each): _day(server, each) for each in listings}


def _day(server: KrakenServer, each: Listing) -> dict[str, Any]:
    price = server.market.price(each.symbol)
    before = server.market.price_at(each.symbol, server.now() - timedelta(days=1)) or price
    now, low, high = plain(price, 5), plain(min(price, before), 5), plain(max(price, before), 5)
    return {
        "a": [now, "1", "1.000"],
        "b": [now, "1", "1.000"],
        "c": [now, "0.00100000"],
        "v": ["100.00000000", "1000.00000000"],
        "p": [now, now],
        "t": [100, 1000],
        "l": [low, low],
        "h": [high, high],
        "o": plain(before, 5),
    }


def _candles(server: KrakenServer, account: Account, params: Params) -> Any:
    """However far back `since` is, the newest 720 are all there are."""
    each = listing(server, required(params, "pair"))
    minutes = int(params.get("interval", 1))
    if minutes not in _MINUTES:
        raise refused("EGeneral:Invalid arguments")
    interval, now = timedelta(minutes=minutes), server.now()
    since = max(BEGINNING, now - _NEWEST_CANDLES * interval)
    if "since" in params:
        since = max(since, instant(params["since"]) + timedelta(microseconds=1))
    rows: list[list[Any]] = [
        [
            int(seconds(bar.time)),
            plain(bar.open, 1),
            plain(bar.high, 1),
            plain(bar.low, 1),
            plain(bar.close, 1),
            plain(bar.close, 1),
            "10.00000000",
            100,
        ]
        for bar in server.market.bars(each.symbol, interval, since, now)
    ]
    newest = datetime.fromtimestamp(rows[-1][0], UTC) - interval if rows else now
    return {pair_id(each): rows, "last": int(seconds(newest))}


ROUTES = {
    "Time": Route(_time),
    "SystemStatus": Route(_status),
    "Assets": Route(_assets),
    "AssetPairs": Route(_pairs),
    "Ticker": Route(_ticker),
    "OHLC": Route(_candles),
}
