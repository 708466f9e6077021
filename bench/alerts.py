"""Alert rules and a stream of ticks: what a tick costs, and that it crosses what plain loops find.

The rules are on the prices of a hundred assets, thresholds spread over what a price may be; prices walk at random.
Plain loops look at every rule, or at every rule of the asset that ticked; both keep the same state as ours, so that the
crossings can be compared one by one. A second stream moves the parts of a portfolio, whose shares all change with each.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kit_alerts.core.levels import Flip, Levels, Threshold
from kit_alerts.core.rules import Operator
from kit_alerts.core.shares import Shares

from kit import exact_math

from .data import Bench
from .measure import Row

_ASSETS = 100
_BAND = Decimal("0.01")
_ENOUGH_SECONDS = 0.4
_RUNS = 3
Tick = tuple[int, Decimal]
Found = list[tuple[int, int, bool]]
Look = Callable[[Tick], Iterable[tuple[int, bool]]]


@dataclass(slots=True)
class Plain:
    """A rule as a plain loop keeps it: the level that it waits for, and whether by rising."""

    number: int
    above: bool
    level: Decimal
    back: Decimal
    holds: bool
    waits_for: Decimal = Decimal(0)
    rises: bool = False

    def __post_init__(self) -> None:
        self.waits_for = self.back if self.holds else self.level
        self.rises = self.above is not self.holds

    def flips(self, value: Decimal) -> bool:
        """Whether it does, now that the value is at its level or beyond: back is reached, the level passed."""
        if value == self.waits_for and not self.holds:
            return False
        self.holds = not self.holds
        self.__post_init__()
        return True


def alerts(bench: Bench) -> Iterator[Row]:
    sizes = (1_000, 10_000) if bench.quick else (10_000, 100_000, 1_000_000)
    with exact_math():
        for size in sizes:
            ticks = _walk(200_000 if size < 1_000_000 else 50_000)
            yield from _beside(size, ticks)
        first, second = sizes[:2]
        quiet = _nothing_crossed(sizes[:2])
        yield Row(
            f"a tick that crosses nothing, {second:,} rules",
            f"with {first:,} rules",
            quiet[second] * 1e9,
            quiet[first] * 1e9,
            "ns",
            1.3,
        )
        yield from _shares(sizes[1])


def _walk(count: int) -> list[Tick]:
    """Prices of a hundred assets around 1000, each step a few hundredths of a percent."""
    chance = random.Random(7)  # noqa: S311 - a stream for a benchmark, the same every time
    prices = [Decimal(1000)] * _ASSETS
    ticks = []
    for _ in range(count):
        asset = chance.randrange(_ASSETS)
        prices[asset] = round(prices[asset] * Decimal(1 + chance.gauss(0, 0.0002)), 4)
        ticks.append((asset, prices[asset]))
    return ticks


def _rules(size: int) -> list[tuple[int, int, bool, Decimal]]:
    """(number, asset, above, level): half above, half below, from a tenth of the price to ten times it."""
    chance = random.Random(11)  # noqa: S311 - as above
    return [
        (number, number % _ASSETS, bool(number & 1), round(Decimal(1000 * 10 ** chance.uniform(-1, 1)), 4))
        for number in range(size)
    ]


def _prices(size: int, ticks: Sequence[Tick]) -> tuple[float, Found]:
    """(seconds a tick, what was crossed)."""
    observe = [each.observe for each in _levels(size)]
    found: Found = []
    began = time.process_time()
    for at, (asset, price) in enumerate(ticks):
        for flip in observe[asset](price):
            found.append((at, flip.threshold.place[0], flip.holds))
    return (time.process_time() - began) / len(ticks), found


def _levels(size: int) -> list[Levels]:
    start = Decimal(1000)
    by_asset: defaultdict[int, list[Threshold]] = defaultdict(list)
    for number, asset, above, level in _rules(size):
        operator = Operator.ABOVE if above else Operator.BELOW
        holds = start > level if above else start < level
        by_asset[asset].append(Threshold((number, 0), operator, level, level * _BAND, holds))
    return [Levels(by_asset[asset]) for asset in range(_ASSETS)]


def _plain(size: int) -> list[list[Plain]]:
    start = Decimal(1000)
    by_asset: list[list[Plain]] = [[] for _ in range(_ASSETS)]
    for number, asset, above, level in _rules(size):
        back = level - level * _BAND if above else level + level * _BAND
        by_asset[asset].append(Plain(number, above, level, back, start > level if above else start < level))
    return by_asset


def _beside(size: int, ticks: Sequence[Tick]) -> Iterator[Row]:
    """Ours beside both loops, the best of runs in turn; a loop that is slow is stopped, and compared so far."""
    mine: list[float] = []
    of_asset: list[float] = []
    of_all: list[float] = []
    for _ in range(_RUNS):
        seconds, found = _prices(size, ticks)
        mine.append(seconds)
        for times, look in ((of_asset, _loop_over_asset(size)), (of_all, _loop_over_all(size))):
            seconds, crossed, seen = _timed(ticks, look)
            times.append(seconds)
            _agree(found, crossed, seen)
    aims = (100.0, 10_000.0) if size == 100_000 else (None, None)
    yield _row(size, "a loop over the asset's rules", min(mine), min(of_asset), aims[0])
    yield _row(size, "a loop over all rules", min(mine), min(of_all), aims[1])


def _loop_over_asset(size: int) -> Look:
    by_asset = _plain(size)
    return lambda tick: _looked(by_asset[tick[0]], tick[1])


def _loop_over_all(size: int) -> Look:
    everything = [(asset, rule) for asset, rules in enumerate(_plain(size)) for rule in rules]

    def look(tick: Tick) -> list[tuple[int, bool]]:
        wanted, price = tick
        near = [
            rule
            for asset, rule in everything
            if asset == wanted and (price >= rule.waits_for if rule.rises else price <= rule.waits_for)
        ]
        return [(rule.number, rule.holds) for rule in near if rule.flips(price)]

    return look


def _looked(rules: Sequence[Plain], price: Decimal) -> list[tuple[int, bool]]:
    near = [rule for rule in rules if (price >= rule.waits_for if rule.rises else price <= rule.waits_for)]
    return [(rule.number, rule.holds) for rule in near if rule.flips(price)]


def _timed(ticks: Sequence[Tick], look: Look) -> tuple[float, Found, int]:
    """(seconds a tick, what was crossed, ticks seen)."""
    found: Found = []
    began = time.process_time()
    for at, tick in enumerate(ticks):
        found += [(at, number, holds) for number, holds in look(tick)]
        if at % 16 == 15 and time.process_time() - began > _ENOUGH_SECONDS:
            break
    return (time.process_time() - began) / (at + 1), found, at + 1


def _agree(mine: Found, theirs: Found, seen: int) -> None:
    if sorted(each for each in mine if each[0] < seen) != sorted(theirs):
        raise SystemExit("the crossings differ from those of the plain loop")


def _row(size: int, peer: str, mine: float, theirs: float, aim: float | None) -> Row:
    return Row(f"a tick, {size:,} alert rules", peer, mine * 1e9, theirs * 1e9, "ns", aim, times_quicker=True)


def _nothing_crossed(sizes: Sequence[int]) -> dict[int, float]:
    """Seconds a tick whose price lies between the two nearest thresholds; the best of many, measured in turn."""
    asked = {size: _levels(size)[0] for size in sizes}
    best = dict.fromkeys(sizes, float("inf"))
    for _ in range(25):
        for size, levels in asked.items():
            inside = round((levels.low + levels.high) / 2, 4)
            began = time.process_time()
            for _ in range(20_000):
                levels.observe(inside)
            best[size] = min(best[size], (time.process_time() - began) / 20_000)
    return best


def _shares(size: int) -> Iterator[Row]:
    """Each tick moves one part of a hundred, and with it every share."""
    chance = random.Random(13)  # noqa: S311 - as above
    levels = [round(Decimal(10 ** chance.uniform(-4, -0.05)), 6) for _ in range(size)]
    ticks = [(asset, price * 10) for asset, price in _walk(20_000)]
    start = Decimal(10_000)
    by_asset: defaultdict[int, list[Threshold]] = defaultdict(list)
    plain: list[tuple[int, Plain]] = []
    for number, level in enumerate(levels):
        asset, above = number % _ASSETS, bool(number & 1)
        holds = start > level * start * _ASSETS if above else start < level * start * _ASSETS
        operator = Operator.ABOVE if above else Operator.BELOW
        by_asset[asset].append(Threshold((number, 0), operator, level, level * _BAND, holds))
        back = level - level * _BAND if above else level + level * _BAND
        plain.append((asset, Plain(number, above, level, back, holds)))
    shares = Shares({asset: Levels(thresholds) for asset, thresholds in by_asset.items()})
    for asset in range(_ASSETS):
        shares.observe({asset: start}, start * _ASSETS)
    parts, whole = [start] * _ASSETS, start * _ASSETS
    moved = []
    for asset, amount in ticks:
        whole += amount - parts[asset]
        parts[asset] = amount
        moved.append((asset, amount, whole))
    found: Found = []
    began = time.process_time()
    for at, (asset, amount, total) in enumerate(moved):
        flips: Sequence[Flip] = shares.observe({asset: amount}, total)
        found += [(at, flip.threshold.place[0], flip.holds) for flip in flips]
    mine = (time.process_time() - began) / len(moved)
    now = [start] * _ASSETS

    def all_rules(at: Tick) -> Iterable[tuple[int, bool]]:
        asset, amount, total = moved[at[0]]
        now[asset] = amount
        share = [part / total for part in now]
        near = [
            (share[own], rule)
            for own, rule in plain
            if (share[own] >= rule.waits_for if rule.rises else share[own] <= rule.waits_for)
        ]
        return [(rule.number, rule.holds) for value, rule in near if rule.flips(value)]

    theirs, crossed, seen = _timed([(at, total) for at, (_, _, total) in enumerate(moved)], all_rules)
    _agree(found, crossed, seen)
    yield _row(size, "shares of a portfolio: a loop over all rules", mine, theirs, None)
