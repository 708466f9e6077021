"""Binance's /api/v3, the public part: the clock, the listings, prices and candles."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .account import Account
from .binance_route import Params, Route, listing, page_size, refused, required
from .market import BEGINNING, Listing
from .wire import json_bytes, milliseconds, moment, plain

if TYPE_CHECKING:
    from .binance import BinanceServer

_INTERVALS = {
    "1m": timedelta(minutes=1),
    "5m": timedelta(minutes=5),
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "4h": timedelta(hours=4),
    "1d": timedelta(days=1),
    "1w": timedelta(weeks=1),
}
_CANDLES = 1000


def _time(server: BinanceServer, account: Account, params: Params) -> Any:
    return {"serverTime": milliseconds(server.now())}


def _ping(server: BinanceServer, account: Account, params: Params) -> Any:
    return {}


def _exchange_info(server: BinanceServer, account: Account, params: Params) -> Any:
    listings = server.market.listings
    if "symbol" in params:
        return {
            "timezone": "UTC",
            "serverTime": milliseconds(server.now()),
            "symbols": [_symbol(listing(server, params))],
        }
    count, body = server.listing_cache
    if count != len(listings):
        body = json_bytes(
            {
                "timezone": "UTC",
                "serverTime": milliseconds(server.now()),
                "rateLimits": [
                    {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000},
                    {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 100},
                ],
                "exchangeFilters": [],
                "symbols": [_symbol(each) for each in listings.values()],
            }
        )
        server.listing_cache = (len(listings), body)
    return body


def _symbol(each: Listing) -> dict[str, Any]:
    step, least = plain(each.quantity_step), plain(each.least_quantity)
    price = plain(each.price_step)
    return {
        "symbol": each.base + each.quote,
        "status": "TRADING",
        "baseAsset": each.base,
        "baseAssetPrecision": 8,
        "quoteAsset": each.quote,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 8,
        "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"],
        "icebergAllowed": True,
        "ocoAllowed": True,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": True,
        "cancelReplaceAllowed": True,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": price, "maxPrice": "1000000.00000000", "tickSize": price},
            {"filterType": "LOT_SIZE", "minQty": least, "maxQty": "900000.00000000", "stepSize": step},
            {
                "filterType": "NOTIONAL",
                "minNotional": plain(each.least_cost),
                "applyMinToMarket": True,
                "maxNotional": "9000000.00000000",
                "applyMaxToMarket": False,
                "avgPriceMins": 5,
            },
        ],
        "permissions": [],
        "permissionSets": [["SPOT"]],
        "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
    }


def day_row(server: BinanceServer, each: Listing) -> dict[str, Any]:
    now = server.now()
    price = server.market.price(each.symbol)
    before = server.market.price_at(each.symbol, now - timedelta(days=1)) or price
    return {
        "symbol": each.base + each.quote,
        "priceChange": plain(price - before),
        "priceChangePercent": f"{(price - before) / before * 100:.3f}",
        "weightedAvgPrice": plain(price),
        "prevClosePrice": plain(before),
        "lastPrice": plain(price),
        "lastQty": "0.00100000",
        "bidPrice": plain(price),
        "bidQty": "1.00000000",
        "askPrice": plain(price),
        "askQty": "1.00000000",
        "openPrice": plain(before),
        "highPrice": plain(max(price, before)),
        "lowPrice": plain(min(price, before)),
        "volume": "1000.00000000",
        "quoteVolume": plain(price * 1000),
        "openTime": milliseconds(now - timedelta(days=1)),
        "closeTime": milliseconds(now),
        "firstId": 1,
        "lastId": 1000,
        "count": 1000,
    }


def _price(server: BinanceServer, each: Listing) -> dict[str, Any]:
    return {"symbol": each.base + each.quote, "price": plain(server.market.price(each.symbol))}


def _book(server: BinanceServer, each: Listing) -> dict[str, Any]:
    price = plain(server.market.price(each.symbol))
    return {
        "symbol": each.base + each.quote,
        "bidPrice": price,
        "bidQty": "1.00000000",
        "askPrice": price,
        "askQty": "1.00000000",
    }


def _tickers(one: Any) -> Any:
    def answer(server: BinanceServer, account: Account, params: Params) -> Any:
        if "symbol" in params:
            return one(server, listing(server, params))
        if "symbols" in params:
            names = params["symbols"].strip("[]").replace('"', "").split(",")
            return [one(server, listing(server, {"symbol": name})) for name in names]
        return [one(server, each) for each in list(server.market.listings.values())]

    return answer


def _klines(server: BinanceServer, account: Account, params: Params) -> Any:
    each = listing(server, params)
    interval = _INTERVALS.get(required(params, "interval"))
    if interval is None:
        raise refused(-1120, "Invalid interval.")
    size, now = page_size(params, usual=500, most=_CANDLES), server.now()
    until = min(moment(params["endTime"]) + timedelta(milliseconds=1), now) if "endTime" in params else now
    since = moment(params["startTime"]) if "startTime" in params else max(BEGINNING, until - size * interval)
    until = min(until, max(since, BEGINNING) + (size + 1) * interval)
    return [
        [
            milliseconds(bar.time),
            plain(bar.open),
            plain(bar.high),
            plain(bar.low),
            plain(bar.close),
            "10.00000000",
            milliseconds(bar.time + interval) - 1,
            plain(bar.close * 10),
            100,
            "5.00000000",
            plain(bar.close * 5),
            "0",
        ]
        for bar in server.market.bars(each.symbol, interval, since, until)
    ][:size]


ROUTES = {
    "GET /api/v3/ping": Route(_ping),
    "GET /api/v3/time": Route(_time),
    "GET /api/v3/exchangeInfo": Route(_exchange_info, 20),
    "GET /api/v3/ticker/24hr": Route(_tickers(day_row), 80),
    "GET /api/v3/ticker/price": Route(_tickers(_price), 4),
    "GET /api/v3/ticker/bookTicker": Route(_tickers(_book), 4),
    "GET /api/v3/klines": Route(_klines, 2),
}
