"""Who can be asked for past closes, and in which order for which asset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from kit import Charting, Pair, PricePoint, PriceSourceState, Refused, Services

from .core.fiat import MONEY
from .core.prices import ANY_SOURCE, CROSSES

if TYPE_CHECKING:
    from kit import PastCloses

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PastSource:
    """One that tells past closes. `first` is the oldest day that it tells, `needs` what it must be given for more."""

    name: str
    label: str
    ask: PastCloses
    is_venue: bool
    knows_money: bool
    first: date | None
    needs: str


@dataclass(frozen=True, slots=True)
class PastSources:
    """Those that are ready, in their order; `needs` is what others need.

    `holders` are the venues that held an asset, by the asset.
    """

    ready: tuple[PastSource, ...]
    needs: tuple[str, ...]
    preferred: str
    holders: dict[str, frozenset[str]]

    def chain(self, asset: str) -> Iterator[PastSource]:
        """Whom to ask for this asset: the configured one, the venues that held it, the others."""
        able = [source for source in self.ready if source.knows_money or asset not in MONEY]
        held = self.holders.get(asset, frozenset())
        ranks = {source.name: _rank(source, self.preferred, held) for source in able}
        yield from sorted(able, key=lambda source: ranks[source.name])


def past_sources(services: Services, preferred: str, holdings: Iterable[tuple[str, str]]) -> PastSources:
    """Every source that can be asked; of the venues `preferred`, and those of `holdings` (asset, account or venue)."""
    preferred = services.venue(preferred).casefold()
    holders: dict[str, set[str]] = defaultdict(set)
    for asset, holder in holdings:
        holders[asset].add(services.venue(holder).casefold())
    venues = {kind.name.casefold() for kind in services.exchange_types()}
    own = {services.venue(account).casefold() for account in services.exchanges()}.union(*holders.values())
    ready, needs = [], []
    for source in sorted(services.price_sources(), key=lambda each: not each.offline):
        name = source.name.casefold()
        if source.past is None or (name in venues and name not in {*own, preferred}):
            continue
        state = source.state() if source.state else PriceSourceState()
        if state.needs:
            needs.append(state.needs)
        else:
            ready.append(
                PastSource(
                    source.name,
                    source.label,
                    source.past,
                    is_venue=name in venues,
                    knows_money=source.fiat,
                    first=state.past_from,
                    needs=state.past_needs,
                )
            )
    ready += _charting(services, {source.name.casefold() for source in ready})
    held = {asset: frozenset(names) for asset, names in holders.items()}
    return PastSources(tuple(ready), tuple(needs), preferred, held)


def _rank(source: PastSource, preferred: str, held: Collection[str]) -> int:
    name = source.name.casefold()
    return 0 if name == preferred != ANY_SOURCE else 1 if name in held else 2


def _charting(services: Services, known: Collection[str]) -> Iterator[PastSource]:
    """The connected accounts whose venue is no price source, each venue once. Whether they chart is seen when asked."""
    networked = {kind.name.casefold(): kind.label for kind in services.exchange_types() if kind.networked}
    accounts = {services.venue(account).casefold(): account for account in services.exchanges()}
    for venue, account in accounts.items():
        if venue in networked and venue not in known:
            ask = _Chart(services, account, venue)
            yield PastSource(venue, networked[venue], ask, is_venue=True, knows_money=True, first=None, needs="")


@dataclass(frozen=True, slots=True)
class _Chart:
    """The daily candles of an account, as closes."""

    services: Services
    account: str
    venue: str

    async def __call__(self, asset: str, currency: str, since: date, until: date) -> list[PricePoint]:
        exchange = self.services.exchange(self.account)
        if not isinstance(exchange, Charting):
            return []
        now = self.services.clock.now()
        begin, end = (datetime.combine(day, time(), UTC) for day in (since - _DAY, until + _DAY))
        for quote in dict.fromkeys((currency, *CROSSES)):
            if quote == asset:
                continue
            try:
                candles = await exchange.candles(Pair(asset, quote), "1d", begin, end)
            except Refused:
                continue
            # A broker's day begins in the evening before: a close belongs to the day on which it was made.
            ends = [(candle.time + _DAY, candle.close) for candle in candles]
            points = [
                PricePoint((ended - timedelta.resolution).date(), asset, close, quote, self.venue)
                for ended, close in ends
                if ended <= now
            ]
            if points:
                return points
        return []
