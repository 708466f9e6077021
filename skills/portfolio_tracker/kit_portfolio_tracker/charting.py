"""What candles of any pair tell, for those who ask again and again: alert rules.

They come from a connected account whose venue knows the pair. Whole candles do not change, so they are asked for once,
and kept as long as the host lives; the one that is not over yet is asked for again after a while.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from kit import (
    Candle,
    Charting,
    ExchangeError,
    KitError,
    Pair,
    Params,
    Reading,
    Services,
    UsageError,
    parse_duration,
)

from .pair_prices import pair_of

_SPANS = ("1m", "5m", "15m", "30m", "1h", "4h", "1d")
_LENGTHS = {each: parse_duration(each) for each in _SPANS}
_LEAST_PATIENCE = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST = 120
_PLACES = 12
Measure = Callable[[Services, Sequence[Params]], list[Reading]]


@dataclass(frozen=True, slots=True)
class _Seen:
    """All candles, the one that is not over yet included, and those that are whole at `now`."""

    candles: Sequence[Candle]
    whole: Sequence[Candle]
    now: datetime


def changes(services: Services, asked: Sequence[Params]) -> list[Reading]:
    """How much each price has moved over its period."""

    def measured(seen: _Seen, params: Params) -> Decimal | None:
        then = seen.now - parse_duration(params["period"])
        at_that_time = [each for each in seen.candles if each.time <= then]
        if not at_that_time or not at_that_time[-1].open:
            return None
        return round(seen.candles[-1].close / at_that_time[-1].open - 1, _PLACES)

    return _of_candles(services, asked, measured, lambda params: _fitting(parse_duration(params["period"])))


def figures(of: Callable[[Sequence[Candle]], Decimal | None]) -> Measure:
    """Readings of a figure that whole candles tell."""
    return lambda services, asked: _of_candles(services, asked, lambda seen, _: of(seen.whole), _of_span)


def events(of: Callable[[Sequence[Candle], str], bool | None]) -> Measure:
    """Readings of something that whole candles show: 1 while they do."""

    def measured(seen: _Seen, params: Params) -> Decimal | None:
        found = of(seen.whole, params["event"])
        return None if found is None else Decimal(found)

    return lambda services, asked: _of_candles(services, asked, measured, _of_span)


def touches(services: Services, asked: Sequence[Params]) -> list[Reading]:
    """Whether each price is at a Bollinger band of the whole candles right now."""
    from .indicators import touches_band

    def measured(seen: _Seen, params: Params) -> Decimal | None:
        found = touches_band(seen.whole, params["event"], seen.candles[-1].close)
        return None if found is None else Decimal(found)

    return _of_candles(services, asked, measured, _of_span)


def known_span(_services: Services, params: Params) -> None:
    """Indicators are computed on candles of the spans that venues have. Raises UsageError."""
    if params["period"] not in _SPANS:
        raise UsageError(f"There are no candles of {params['period']}.", next_step=f"Write {', '.join(_SPANS)}.")


@dataclass
class _Charts:
    """The candles of this host's life, by pair and span; on the network's loop."""

    services: Services
    kept: dict[tuple[Pair, str], list[Candle]] = field(default_factory=dict)
    asked: dict[tuple[Pair, str], datetime] = field(default_factory=dict)
    homes: dict[Pair, str] = field(default_factory=dict)
    asking: defaultdict[tuple[Pair, str], asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    @classmethod
    def of(cls, services: Services) -> _Charts:
        return services.network.kept("portfolio:charts", lambda: cls(services), lambda opened: opened.close())

    async def close(self) -> None:
        self.kept.clear()

    async def candles(self, pair: Pair, interval: str, count: int) -> list[Candle]:
        """The last candles, the one that is not over yet included; asked for by one at a time. Raises ExchangeError."""
        async with self.asking[pair, interval]:
            return await self._candles(pair, interval, count)

    async def _candles(self, pair: Pair, interval: str, count: int) -> list[Candle]:
        key, now, length = (pair, interval), self.services.clock.now(), _LENGTHS[interval]
        known = self.kept.get(key, [])
        since = _EPOCH + ((now - _EPOCH) // length - count) * length
        if len(known) >= count and now - self.asked[key] < min(length / 10, timedelta(minutes=1)):
            return known
        begin = known[-1].time if known and known[0].time <= since + length else since
        fresh = await self._asked(pair, interval, begin, now)
        merged = {each.time: each for each in (*known, *fresh) if each.time >= since}
        self.kept[key] = [merged[time] for time in sorted(merged)]
        self.asked[key] = now
        return self.kept[key]

    async def _asked(self, pair: Pair, interval: str, since: datetime, until: datetime) -> list[Candle]:
        """From the account that had them before, else from whichever has them."""
        faults: list[ExchangeError] = []
        names = list(self.services.exchanges())
        names.sort(key=lambda name: name != self.homes.get(pair))
        for name in names:
            venue = self.services.exchange(name)
            if not isinstance(venue, Charting):
                continue
            try:
                found = await venue.candles(pair, interval, since, until)
            except ExchangeError as fault:
                faults.append(fault)
                continue
            if found:
                self.homes[pair] = name
                return found
        if faults:
            raise faults[0]
        raise ExchangeError(
            f"No connected account has candles of {pair}.",
            next_step="Connect one that trades it: kit exchanges add NAME",
        )


def _of_candles(
    services: Services,
    asked: Sequence[Params],
    measured: Callable[[_Seen, Params], Decimal | None],
    wanted: Callable[[Params], tuple[str, int]],
) -> list[Reading]:
    async def one(charts: _Charts, params: Params) -> Reading:
        now, pair = services.clock.now(), pair_of(params)
        interval, count = wanted(params)
        try:
            candles = await charts.candles(pair, interval, count)
            if not candles or now - candles[-1].time > 2 * _LENGTHS[interval] + _LEAST_PATIENCE:
                return Reading(None, now, f"The newest candle of {pair} is too old.")
            whole = [each for each in candles if each.time + _LENGTHS[interval] <= now]
            value = await asyncio.to_thread(measured, _Seen(candles, whole, now), params)
        except KitError as fault:
            return Reading(None, now, str(fault))
        return Reading(value, now, "" if value is not None else f"The candles of {pair} do not tell it.")

    async def all_of_them() -> list[Reading]:
        charts = _Charts.of(services)
        return list(await asyncio.gather(*(one(charts, params) for params in asked)))

    return services.network.run(all_of_them())


def _of_span(params: Params) -> tuple[str, int]:
    from .indicators import CANDLES

    return params["period"], CANDLES


def _fitting(period: timedelta) -> tuple[str, int]:
    """The shortest candles of which not too many make up the period, and how many it takes."""
    interval = next((each for each in _SPANS if period <= _MOST * _LENGTHS[each]), _SPANS[-1])
    return interval, -(-period // _LENGTHS[interval]) + 1
