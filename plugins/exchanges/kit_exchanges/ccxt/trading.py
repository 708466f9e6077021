"""How an account trades: its fees, and the steps and least amounts of markets."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from kit import ExchangeError, Pair, TradingTerms

from .asking import Asker
from .figures import amount

_DECIMAL_PLACES, _TICK_SIZE = 2, 4
_Fees = Mapping[str, Any]


async def terms(asker: Asker, pairs: Collection[Pair]) -> list[TradingTerms]:
    """The terms of those of `pairs` that the venue lists and trades now."""
    markets = await asker.markets()
    listed = {str(pair): pair for pair in pairs if str(pair) in markets}
    traded = {symbol: pair for symbol, pair in listed.items() if markets[symbol].get("active") is not False}
    fees = await _own_fees(asker, traded) if traded else {}
    return [_terms(pair, markets[symbol], fees.get(symbol), asker) for symbol, pair in traded.items()]


async def _own_fees(asker: Asker, symbols: Collection[str]) -> Mapping[str, _Fees]:
    """The account's own fees by symbol, as far as the venue tells them to this key."""
    try:
        if asker.client.has.get("fetchTradingFees") is True:
            told = await asker("fetch_trading_fees")
            return told if isinstance(told, Mapping) else {}
        if asker.client.has.get("fetchTradingFee") is True:
            answers = await asyncio.gather(*(asker("fetch_trading_fee", symbol) for symbol in symbols))
            return dict(zip(symbols, answers, strict=True))
    except ExchangeError:
        return {}
    return {}


def _terms(pair: Pair, market: Mapping[str, Any], own: _Fees | None, asker: Asker) -> TradingTerms:
    limits, precision = market.get("limits") or {}, market.get("precision") or {}
    quantities = limits.get("amount") or {}
    taker, maker = (amount((own or {}).get(name)) for name in ("taker", "maker"))
    return TradingTerms(
        pair=pair,
        taker=_published(market, "taker") if taker is None else taker,
        maker=_published(market, "maker") if maker is None else maker,
        own_fees=taker is not None,
        quantity_step=_step(precision.get("amount"), asker),
        least_quantity=amount(quantities.get("min")),
        most_quantity=amount(quantities.get("max")) or None,
        price_step=_step(precision.get("price"), asker),
        least_value=amount((limits.get("cost") or {}).get("min")),
    )


def _published(market: Mapping[str, Any], name: str) -> Decimal | None:
    """What ccxt knows of the venue's usual fees, which it may keep as a float."""
    said = market.get(name)
    return None if said is None else amount(str(said))


def _step(precision: Any, asker: Asker) -> Decimal | None:
    """Venues tell a step, or a number of decimals; of significant digits nothing follows for a quantity yet unknown."""
    mode = asker.client.precisionMode
    found = amount(precision)
    if found is None or mode not in {_DECIMAL_PLACES, _TICK_SIZE}:
        return None
    return found if mode == _TICK_SIZE else Decimal(1).scaleb(-int(found))
