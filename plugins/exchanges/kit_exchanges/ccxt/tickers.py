"""What a venue's markets cost now, and cost before."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from kit import Candle, OddAnswer, Pair, Refused, Ticker

from .asking import Asker
from .errors import NotOffered
from .figures import amount, instant, milliseconds

_NONE = Decimal(0)
_MOST_CANDLES = 1000
_MOST_PAGES = 400
_SPANS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


async def ticker(asker: Asker, pair: Pair, now: datetime) -> Ticker:
    """The last price of a pair. Raises Refused where the venue does not list it."""
    symbol = await listed(asker, pair)
    found = _ticker(await asker("fetch_ticker", symbol), pair, now)
    if found is None:
        raise OddAnswer(f"{asker.label} names no price of {pair}.")
    return found


async def listed(asker: Asker, pair: Pair) -> str:
    """ccxt's symbol of a pair. Raises Refused where the venue does not list it."""
    symbol = str(pair)
    if symbol not in await asker.markets():
        raise Refused(f"{asker.label} has no market {pair}.", next_step="Name a market that it lists, like BTC/USDT.")
    return symbol


async def tickers(asker: Asker, pairs: Collection[Pair] | None, now: datetime) -> list[Ticker]:
    """The last prices of `pairs`, in one question where the venue can; those it does not list are left out."""
    markets = await asker.markets()
    wanted = None if pairs is None else [symbol for symbol in dict.fromkeys(map(str, pairs)) if symbol in markets]
    if wanted == []:
        return []
    if asker.has("fetchTickers"):
        answer = await asker("fetch_tickers", wanted)
        answers = list(answer.values()) if isinstance(answer, Mapping) else []
    elif wanted is not None:
        answers = list(await asyncio.gather(*(asker("fetch_ticker", symbol) for symbol in wanted)))
    else:
        raise NotOffered(f"{asker.label} does not give all its prices at once.", next_step="Ask it for pairs.")
    found = list(_tickers(answers, now))
    if not found and wanted is None:
        raise OddAnswer(f"{asker.label} gave no price at all.")
    return found


async def candles(asker: Asker, pair: Pair, interval: str, since: datetime, until: datetime) -> list[Candle]:
    """The candles that begin in [since, until), oldest first: page after page until there are no more."""
    symbol = await listed(asker, pair)
    found: dict[datetime, Candle] = {}
    following, step = since, _span(interval)
    for _ in range(_MOST_PAGES):
        if following >= until:
            break
        rows = await asker("fetch_ohlcv", symbol, interval, milliseconds(following), _MOST_CANDLES)
        page = [candle for row in rows or () if (candle := _candle(row)) and candle.time >= following]
        if not page:
            break
        found.update({candle.time: candle for candle in page})
        following = max(candle.time for candle in page) + step
    return [found[time] for time in sorted(found) if since <= time < until]


def pair_of(symbol: str) -> Pair | None:
    """The pair of a spot market; None for contracts (“BTC/USDT:USDT”)."""
    base, slash, quote = symbol.partition("/")
    return Pair(base, quote) if slash and base and quote and ":" not in quote else None


def _tickers(answers: Collection[Any], now: datetime) -> Iterator[Ticker]:
    for answer in answers:
        pair = pair_of(str(answer.get("symbol") or "")) if isinstance(answer, Mapping) else None
        found = _ticker(answer, pair, now) if pair else None
        if found is not None:
            yield found


def _ticker(answer: Any, pair: Pair, now: datetime) -> Ticker | None:
    last = amount(answer.get("last"))
    if last is None or last <= 0:
        return None
    said = answer.get("timestamp")
    return Ticker(pair, last, min(instant(said), now) if said else now)


def _candle(row: Any) -> Candle | None:
    if not isinstance(row, list | tuple) or len(row) < 5:
        raise OddAnswer("The venue gave a candle that is none.")
    figures = [amount(each) for each in row[1:5]]
    if any(figure is None for figure in figures):
        return None
    open_, high, low, close = (figure or _NONE for figure in figures)
    return Candle(instant(row[0]), open_, high, low, close, (amount(row[5]) if len(row) > 5 else None) or _NONE)


def _span(interval: str) -> timedelta:
    """How long “15m”, “1h”, “1d” are. Raises Refused."""
    count, unit = interval[:-1], interval[-1:]
    if not (count.isascii() and count.isdecimal() and int(count) and unit in _SPANS):
        raise Refused(f"“{interval}” is not an interval of candles.", next_step="Write 1m, 15m, 1h, 1d or 1w.")
    return int(count) * _SPANS[unit]
