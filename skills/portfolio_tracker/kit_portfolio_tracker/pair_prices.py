"""What any pair costs now, for those who ask again and again: alert rules.

A price that the store has from lately is taken from there; the others are asked for together, like those of
holdings, but none more often than `updateInterval`, whether anybody knows it or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kit import Pair, Params, PricePoint, Reading, Services, span

from .plugin import SECTION

if TYPE_CHECKING:
    from .core.prices import Price
    from .settings import PortfolioSettings

_LEAST_PATIENCE = timedelta(minutes=15)
_ASK_SECONDS = 8.0


def prices(services: Services, asked: Sequence[Params]) -> list[Reading]:
    """What one unit of each pair's base costs in its quote: of the market itself, else crossed."""
    from .core.prices import PriceBook
    from .quotes import fetch_quotes
    from .store.price_rows import keep_prices

    settings: PortfolioSettings = services.settings(SECTION)
    lately = timedelta(seconds=settings.update_interval)
    now = services.clock.now()
    pairs = [pair_of(params) for params in asked]
    points = _stored(services, pairs)
    quoted = {Pair(each.asset, each.currency) for each in points if each.time and now - each.time <= lately}
    old = services.network.run(_due(services, set(pairs) - quoted, now, lately))
    for quote in sorted({each.quote for each in old}):
        bases = frozenset(each.base for each in old if each.quote == quote)
        work = fetch_quotes(services, bases, quote, preferred=settings.price_source, tickers={}, patience=_ASK_SECONDS)
        keep_prices(services.store, services.network.run(work).points)
    book = PriceBook(_stored(services, pairs) if old else points, preferred=services.venue(settings.price_source))
    patience = max(_LEAST_PATIENCE, 3 * lately)
    return [_reading(book.price(each.base, each.quote), each, now, patience) for each in pairs]


def pair_of(params: Params) -> Pair:
    """The pair that a rule is about."""
    base, _, quote = params["pair"].partition("/")
    return Pair(base, quote)


class _Asked(dict[Pair, datetime]):
    """When each pair was last asked for; as long as the host lives, on the network's loop."""

    async def close(self) -> None:
        self.clear()


async def _due(services: Services, pairs: set[Pair], now: datetime, lately: timedelta) -> set[Pair]:
    """Those that were not asked for lately."""
    asked = services.network.kept("portfolio:pairs", _Asked, lambda kept: kept.close())
    due = {each for each in pairs if each not in asked or now - asked[each] >= lately}
    asked.update(dict.fromkeys(due, now))
    return due


def _stored(services: Services, pairs: Sequence[Pair]) -> list[PricePoint]:
    """The newest prices that the store has of what these pairs are made of."""
    from .core.prices import CROSSES
    from .store.price_rows import latest_prices

    wanted = {*(each.base for each in pairs), *(each.quote for each in pairs), *CROSSES}
    with services.store.read() as connection:
        return latest_prices(connection, wanted, until=services.clock.now().date())


def _reading(price: Price | None, pair: Pair, now: datetime, patience: timedelta) -> Reading:
    if price is None:
        return Reading(None, now, f"No source has a price of {pair.base} in {pair.quote}.", pair.quote)
    if price.time is None:
        why = f"No source has a price of {pair} of now; the newest is the close of {price.day}."
        return Reading(price.amount, now, why, pair.quote)
    if now - price.time > patience:
        return Reading(price.amount, now, f"The price of {pair} is {span(now - price.time)} old.", pair.quote)
    return Reading(price.amount, price.time, "", pair.quote)
