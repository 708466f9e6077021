"""Open positions of a derivatives account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from kit import OddAnswer, OpenPosition, Side, exact_math

from .asking import Asker
from .figures import amount, instant

_SIDES = {"long": Side.BUY, "short": Side.SELL}


async def positions(asker: Asker, account: str, now: datetime) -> list[OpenPosition]:
    """What is open, by symbol. A venue without positions has none."""
    if not asker.has("fetchPositions"):
        return []
    answers = await asker("fetch_positions")
    markets = await asker.markets()
    found = [position for answer in answers for position in _position(answer, account, markets, now, asker.label)]
    return sorted(found, key=lambda position: (position.symbol, position.id))


@exact_math()
def _position(answer: Any, account: str, markets: Any, now: datetime, label: str) -> Iterator[OpenPosition]:
    symbol, contracts = str(answer.get("symbol") or ""), amount(answer.get("contracts"))
    if contracts == 0:
        return
    side, entry = _SIDES.get(str(answer.get("side"))), amount(answer.get("entryPrice"))
    if contracts is None or side is None or entry is None or not symbol:
        raise OddAnswer(f"{label} described a position incompletely.")
    market = markets.get(symbol) or {}
    size = amount(answer.get("contractSize")) or amount(market.get("contractSize")) or Decimal(1)
    time = answer.get("timestamp")
    yield OpenPosition(
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
