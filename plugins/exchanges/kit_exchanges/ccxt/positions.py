"""Open positions of a derivatives account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Context, Decimal
from typing import Any

from kit import OddAnswer, OpenPosition, Side, exact_math

from .asking import Asker
from .figures import amount, instant

_PRICE = Context(prec=28)
_SIDES = {"long": Side.BUY, "short": Side.SELL}


async def positions(asker: Asker, account: str, now: datetime) -> list[OpenPosition]:
    """What is open, by symbol. A venue without positions has none."""
    if asker.venue == "kraken":
        return await _of_kraken(asker, account)
    if not asker.has("fetchPositions"):
        return []
    answers = await asker("fetch_positions")
    markets = await asker.markets()
    found = [_position(answer, account, markets, now, asker.label) for answer in answers]
    return sorted(filter(None, found), key=lambda position: (position.symbol, position.id))


@exact_math()
def _position(answer: Any, account: str, markets: Any, now: datetime, label: str) -> OpenPosition | None:
    symbol, contracts = str(answer.get("symbol") or ""), amount(answer.get("contracts"))
    if contracts == 0:
        return None
    side, entry = _SIDES.get(str(answer.get("side"))), amount(answer.get("entryPrice"))
    if contracts is None or side is None or entry is None or not symbol:
        raise OddAnswer(f"{label} described a position incompletely.")
    market = markets.get(symbol) or {}
    size = amount(answer.get("contractSize")) or amount(market.get("contractSize")) or Decimal(1)
    time = answer.get("timestamp")
    return OpenPosition(
        account=account,
        id=str(answer.get("id") or f"{symbol} {side.value}"),
        symbol=symbol,
        side=side,
        quantity=abs(contracts) * size,
        entry=entry,
        mark=amount(answer.get("markPrice")),
        profit=amount(answer.get("unrealizedPnl")),
        margin=amount(answer.get("initialMargin")) or amount(answer.get("collateral")),
        swap=None,
        currency=str(market.get("settle") or symbol.rpartition(":")[2].partition("-")[0]),
        time=instant(time) if time else now,
    )


@exact_math()
def _kraken_position(own_id: str, row: Mapping[str, Any], symbol: str, account: str) -> OpenPosition:
    """What is not closed yet of a trade on margin, at the price it was made at."""
    volume, closed, cost = (amount(row.get(name)) for name in ("vol", "vol_closed", "cost"))
    if not volume or cost is None:
        raise OddAnswer("Kraken described a position incompletely.")
    return OpenPosition(
        account=account,
        id=own_id,
        symbol=symbol,
        side=Side(row["type"]),
        quantity=volume - (closed or 0),
        entry=_PRICE.divide(cost, volume),
        mark=None,
        profit=amount(row.get("net")),
        margin=amount(row.get("margin")),
        swap=None,
        currency=symbol.partition("/")[2],
        time=instant(Decimal(str(row["time"])) * 1000),
    )


async def _of_kraken(asker: Asker, account: str) -> list[OpenPosition]:
    """Trades on margin. ccxt reads them only joined by market, without what they were opened at."""
    answer = await asker.ask("private_post_openpositions", {"docalcs": "true"})
    rows = answer.get("result")
    if rows == []:
        return []
    if not isinstance(rows, Mapping):
        raise OddAnswer("Kraken answered about positions in a form it does not use.")
    if not rows:
        return []
    await asker.markets()
    found = [
        _kraken_position(own_id, row, str(asker.client.safe_symbol(row.get("pair"))), account)
        for own_id, row in rows.items()
    ]
    return sorted(found, key=lambda position: (position.symbol, position.id))
