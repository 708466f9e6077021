"""Binance's futures, as far as an account's equity and positions need them: USDⓈ-M, and an empty COIN-M."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .account import Account
from .binance_route import Params, Route
from .bookings import FuturesPosition
from .wire import milliseconds, plain

if TYPE_CHECKING:
    from .binance import BinanceServer

_SETTLED_IN = "USDT"


def _exchange_info(server: BinanceServer, account: Account, params: Params) -> Any:
    return {
        "timezone": "UTC",
        "serverTime": milliseconds(server.now()),
        "rateLimits": [],
        "exchangeFilters": [],
        "symbols": [
            {
                "symbol": each.base + each.quote,
                "pair": each.base + each.quote,
                "contractType": "PERPETUAL",
                "deliveryDate": 4133404800000,
                "onboardDate": 1569398400000,
                "status": "TRADING",
                "maintMarginPercent": "2.5000",
                "requiredMarginPercent": "5.0000",
                "baseAsset": each.base,
                "quoteAsset": each.quote,
                "marginAsset": each.quote,
                "pricePrecision": 2,
                "quantityPrecision": 3,
                "baseAssetPrecision": 8,
                "quotePrecision": 8,
                "filters": [
                    {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
                    {"filterType": "LOT_SIZE", "minQty": "0.001", "maxQty": "1000", "stepSize": "0.001"},
                ],
                "orderTypes": ["LIMIT", "MARKET"],
                "timeInForce": ["GTC", "IOC"],
            }
            for each in server.market.listings.values()
            if each.quote == _SETTLED_IN
        ],
    }


def _profit(account: Account) -> Decimal:
    return sum((each.profit for each in account.positions), Decimal(0))


def _account(server: BinanceServer, account: Account, params: Params) -> Any:
    """`totalMarginBalance` is the equity: the wallet and the profit that is not realised."""
    wallet = account.wallets.get("futures", {})
    held = sum((each.free + each.locked for each in wallet.values()), Decimal(0))
    margin = sum((each.margin for each in account.positions), Decimal(0))
    profit = _profit(account)
    return {
        "feeTier": 0,
        "canTrade": "trade" in account.permissions,
        "canDeposit": True,
        "canWithdraw": "withdraw" in account.permissions,
        "updateTime": 0,
        "totalInitialMargin": plain(margin),
        "totalMaintMargin": plain(margin / 2),
        "totalWalletBalance": plain(held),
        "totalUnrealizedProfit": plain(profit),
        "totalMarginBalance": plain(held + profit),
        "totalPositionInitialMargin": plain(margin),
        "totalOpenOrderInitialMargin": "0.00000000",
        "totalCrossWalletBalance": plain(held),
        "totalCrossUnPnl": plain(profit),
        "availableBalance": plain(held + profit - margin),
        "maxWithdrawAmount": plain(held - margin),
        "assets": [
            _asset(server, account, asset, each.free + each.locked, margin) for asset, each in list(wallet.items())
        ],
        "positions": [_position(server, each) for each in account.positions],
    }


def _asset(server: BinanceServer, account: Account, asset: str, held: Decimal, margin: Decimal) -> dict[str, Any]:
    profit = _profit(account) if asset == _SETTLED_IN else Decimal(0)
    used = margin if asset == _SETTLED_IN else Decimal(0)
    return {
        "asset": asset,
        "walletBalance": plain(held),
        "unrealizedProfit": plain(profit),
        "marginBalance": plain(held + profit),
        "maintMargin": plain(used / 2),
        "initialMargin": plain(used),
        "positionInitialMargin": plain(used),
        "openOrderInitialMargin": "0.00000000",
        "crossWalletBalance": plain(held),
        "crossUnPnl": plain(profit),
        "availableBalance": plain(held + profit - used),
        "maxWithdrawAmount": plain(held - used),
        "marginAvailable": True,
        "updateTime": milliseconds(server.now()),
    }


def _balance(server: BinanceServer, account: Account, params: Params) -> Any:
    return [
        {
            "accountAlias": "SgsR",
            "asset": asset,
            "balance": plain(each.free + each.locked),
            "crossWalletBalance": plain(each.free + each.locked),
            "crossUnPnl": plain(_profit(account) if asset == _SETTLED_IN else Decimal(0)),
            "availableBalance": plain(each.free),
            "maxWithdrawAmount": plain(each.free),
            "marginAvailable": True,
            "updateTime": milliseconds(server.now()),
        }
        for asset, each in list(account.wallets.get("futures", {}).items())
    ]


def _position(server: BinanceServer, each: FuturesPosition) -> dict[str, Any]:
    notional = each.quantity * each.mark
    return {
        "symbol": each.symbol.replace("/", ""),
        "positionSide": "BOTH",
        "positionAmt": plain(each.quantity, 3),
        "entryPrice": plain(each.entry, 2),
        "breakEvenPrice": plain(each.entry, 2),
        "markPrice": plain(each.mark, 2),
        "unRealizedProfit": plain(each.profit),
        "unrealizedProfit": plain(each.profit),
        "liquidationPrice": "0",
        "isolatedMargin": "0",
        "notional": plain(notional),
        "marginAsset": _SETTLED_IN,
        "isolatedWallet": "0",
        "initialMargin": plain(each.margin),
        "maintMargin": plain(each.margin / 2),
        "positionInitialMargin": plain(each.margin),
        "openOrderInitialMargin": "0",
        "adl": 2,
        "bidNotional": "0",
        "askNotional": "0",
        "marginType": "cross",
        "leverage": "10",
        "isolated": False,
        "updateTime": milliseconds(server.now()),
    }


def _positions(server: BinanceServer, account: Account, params: Params) -> Any:
    return [_position(server, each) for each in account.positions]


def _brackets(server: BinanceServer, account: Account, params: Params) -> Any:
    bracket = {
        "bracket": 1,
        "initialLeverage": 125,
        "notionalCap": 50000,
        "notionalFloor": 0,
        "maintMarginRatio": 0.004,
        "cum": 0,
    }
    return [
        {"symbol": each.base + each.quote, "notionalCoef": 1, "brackets": [bracket]}
        for each in server.market.listings.values()
        if each.quote == _SETTLED_IN
    ]


def _time(server: BinanceServer, account: Account, params: Params) -> Any:
    return {"serverTime": milliseconds(server.now())}


def _no_contracts(server: BinanceServer, account: Account, params: Params) -> Any:
    return {"timezone": "UTC", "serverTime": milliseconds(server.now()), "rateLimits": [], "symbols": []}


def _coin_account(server: BinanceServer, account: Account, params: Params) -> Any:
    return {"assets": [], "positions": [], "canTrade": False, "canDeposit": True, "canWithdraw": False, "updateTime": 0}


def _nothing(server: BinanceServer, account: Account, params: Params) -> Any:
    return []


ROUTES = {
    "GET /fapi/v1/time": Route(_time),
    "GET /fapi/v1/exchangeInfo": Route(_exchange_info),
    "GET /fapi/v1/leverageBracket": Route(_brackets, 1, "read"),
    "GET /fapi/v2/account": Route(_account, 5, "read"),
    "GET /fapi/v3/account": Route(_account, 5, "read"),
    "GET /fapi/v2/balance": Route(_balance, 5, "read"),
    "GET /fapi/v3/balance": Route(_balance, 5, "read"),
    "GET /fapi/v2/positionRisk": Route(_positions, 5, "read"),
    "GET /fapi/v3/positionRisk": Route(_positions, 5, "read"),
    "GET /dapi/v1/exchangeInfo": Route(_no_contracts),
    "GET /dapi/v1/account": Route(_coin_account, 5, "read"),
    "GET /dapi/v1/balance": Route(_nothing, 1, "read"),
    "GET /dapi/v1/positionRisk": Route(_nothing, 1, "read"),
}
