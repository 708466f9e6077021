"""Which pairs of a venue price what an account holds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Mapping

from kit import Exchange, Pair, Quoting, Services

from .core.prices import CROSSES
from .core.symbols import asset_of

_LISTED_FOR_SECONDS = 3600.0


class HeldPairs:
    """The pairs of one account. What its venue lists is asked once an hour."""

    def __init__(
        self, services: Services, account: str, exchange: Exchange, *, currency: str, names: Mapping[str, str]
    ) -> None:
        self._services = services
        self._account = account
        self._exchange = exchange
        self._currency = currency
        self._names = names
        self._listed: frozenset[Pair] = frozenset()
        self._listed_until = 0.0

    async def now(self) -> frozenset[Pair]:
        """One pair for each asset that the store knows is held and the venue lists. Raises ExchangeError."""
        held = await asyncio.to_thread(self._held)
        if not held or not isinstance(self._exchange, Quoting):
            return frozenset()
        if time.monotonic() >= self._listed_until:
            self._listed = frozenset(ticker.pair for ticker in await self._exchange.tickers())
            self._listed_until = time.monotonic() + _LISTED_FOR_SECONDS
        return best_pairs(self._listed, held, self._currency, self._services.venue(self._account), self._names)

    def _held(self) -> frozenset[str]:
        from .store.live import held_assets

        with self._services.store.read() as connection:
            return held_assets(connection, self._account)


def best_pairs(
    listed: Collection[Pair], held: Collection[str], currency: str, venue: str, names: Mapping[str, str]
) -> frozenset[Pair]:
    """The pair of each held asset whose quote comes first: `currency`, then the usual crosses."""
    quotes = dict.fromkeys((currency, *CROSSES))
    ranks = {quote: rank for rank, quote in enumerate(quotes)}
    best: dict[str, tuple[int, str, Pair]] = {}
    for pair in listed:
        base, quote = (asset_of(name, venue, names=names) for name in (pair.base, pair.quote))
        if base in held and base != quote and quote in ranks:
            candidate = ranks[quote], str(pair), pair
            best[base] = min(best.get(base, candidate), candidate)
    return frozenset(pair for _, _, pair in best.values())
