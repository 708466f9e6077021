"""`kit portfolio correlation`: which assets move together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kit import Block, Heading, Matrix, Notice, Ratio, Reply, Services, Severity, Text, UsageError

from ..core.correlation import POINTS, Correlation, alike
from ..core.performance import ratio
from ..core.periods import Period
from ..core.stablecoins import is_stablecoin
from ..core.symbol_names import SPELLINGS
from ..core.wording import listed
from ..correlating import correlated
from ..performing import NoHistory, asked_period, days_of, keeps_history
from ..portfolio import load_portfolio
from ..refreshing import refresh
from .overview import nothing_held

_USUAL = "90d"
_LARGEST = 12
_NAMED = 4
"""So many pairs have a warning of their own, the others share one."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two assets: Pearson's correlation of their daily log returns, None with too few `days` in common."""

    first: str
    second: str
    value: Ratio | None
    days: int


@dataclass(frozen=True, slots=True)
class CorrelationAnswer:
    """Every pair of the assets; `high` are those that move together and are not both stablecoins."""

    period: Period
    assets: tuple[str, ...]
    pairs: tuple[Pair, ...]
    high: tuple[Pair, ...]
    needed: int


def show(
    services: Services,
    *,
    period: str | None,
    from_: date | None,
    to: date | None,
    assets: str | None,
    offline: bool,
) -> Reply:
    """The command."""
    if not keeps_history(services):
        raise NoHistory
    refresh(services, offline=offline)
    if assets is not None:
        said = [name for each in assets.split(",") if (name := each.strip().upper())]
        names = list(dict.fromkeys(SPELLINGS.get(name, name) for name in said))
    else:
        portfolio = load_portfolio(services)
        if not portfolio.valuation.holdings:
            return replace(nothing_held(portfolio), data=None)
        base = portfolio.valuation.currency
        names = [each.asset for each in portfolio.valuation.assets if each.value is not None and each.asset != base]
        names = names[:_LARGEST]
    if len(names) < 2:
        raise UsageError("One asset has nothing to be compared with.", next_step="Name some: --assets BTC,ETH,SOL")
    asked = asked_period(services, days_of(services), period, from_, to, usual=_USUAL)
    found = correlated(services, names, asked)
    answer = CorrelationAnswer(
        period=asked,
        assets=tuple(names),
        pairs=tuple(map(_pair, found)),
        high=tuple(map(_pair, alike(found, {name for name in names if is_stablecoin(name)}))),
        needed=POINTS,
    )
    return Reply(answer, tuple(_blocks(answer, found)))


def _pair(each: Correlation) -> Pair:
    return Pair(each.first, each.second, ratio(each.value), each.days)


def _blocks(answer: CorrelationAnswer, found: Sequence[Correlation]) -> Iterator[Block]:
    yield Heading("Asset Correlation", "📊")
    known = {frozenset((each.first, each.second)): each.value for each in found}
    yield Matrix(
        answer.assets,
        tuple(
            tuple(1.0 if one == other else known[frozenset((one, other))] for other in answer.assets)
            for one in answer.assets
        ),
    )
    yield Text(f"Daily log returns, {answer.period.first} to {answer.period.last}; at least {POINTS} days in common.")
    few = [
        f"{each.first} and {each.second} ({each.days} of {POINTS} days)" for each in answer.pairs if each.days < POINTS
    ]
    if few:
        short = answer.period.days < POINTS
        next_step = "Ask for a longer time: --period 90d" if short else "Get more prices: kit prices fetch"
        yield Notice(f"Too few days: {listed(few)}", next_step=next_step)
    pairs = [f"{each.first} and {each.second}" for each in answer.high]
    for pair in pairs[:_NAMED]:
        yield Notice(f"High correlation between {pair}", Severity.WARNING, next_step="Diversification limited")
    if others := listed(pairs[_NAMED:], most=_LARGEST):
        yield Notice(f"High correlation also between {others}", Severity.WARNING, next_step="Diversification limited")
