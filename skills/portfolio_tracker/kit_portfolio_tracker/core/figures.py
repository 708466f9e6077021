"""The figures of FORMULAS §4, each with the sample it rests on, so that `N/A (12 of 30 days)` can be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from . import risk
from .returns import known

_AT_PEAK = 1e-12  # what comes back to the very price it fell from is, multiplied, a last digit off


@dataclass(frozen=True, slots=True)
class Statistic:
    """A figure, or None: too few points, or, with enough of them, no answer by its formula (nothing ever fell…).

    `value` has twelve digits after the point: a float is no figure of a reply.
    """

    value: Decimal | None
    count: int
    needed: int

    @property
    def too_few(self) -> bool:
        return self.count < self.needed


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The deepest fall of the TWR index. `depth` is a ratio of the peak; `recovery` is None while it lasts.

    `peak` may be the day before the first return, the starting point. `days` from the peak to the recovery, or so far.
    """

    depth: float
    peak: date
    trough: date
    recovery: date | None
    days: int


@dataclass(frozen=True, slots=True)
class RiskFigures:
    """Each figure of §4 over one sample. `volatility` is over its last 30 days."""

    volatility: Statistic
    sharpe: Statistic
    sortino: Statistic
    max_drawdown: Statistic
    calmar: Statistic
    value_at_risk: Statistic
    expected_shortfall: Statistic


def risk_figures(returns: list[float], *, risk_free: float = 0.0, per_year: int = 365) -> RiskFigures:
    """`risk_free` is an annual rate; a day below it counts as a loss for Sortino."""
    rate = risk.rate_per_period(risk_free, per_year=per_year)
    count, recent = len(known(returns)), returns[-30:]
    sharpe = risk.sharpe(returns, risk_free=rate, per_year=per_year)
    sortino = risk.sortino(returns, target=rate, per_year=per_year)
    volatility = risk.volatility(recent, per_year=per_year)
    return RiskFigures(
        volatility=Statistic(told(volatility), len(known(recent)), risk.VOLATILITY_POINTS),
        sharpe=Statistic(told(sharpe), count, risk.POINTS),
        sortino=Statistic(told(sortino), count, risk.POINTS),
        max_drawdown=Statistic(told(risk.max_drawdown(returns)), count, 1),
        calmar=Statistic(told(risk.calmar(returns, per_year=per_year)), count, per_year),
        value_at_risk=Statistic(told(risk.value_at_risk(returns)), count, risk.POINTS),
        expected_shortfall=Statistic(told(risk.expected_shortfall(returns)), count, risk.POINTS),
    )


def told(value: float | None) -> Decimal | None:
    """A statistic as a reply carries it, to twelve digits after the point. Zero has no sign."""
    return None if value is None else Decimal(repr(round(value, 12) + 0.0))


def deepest_drawdown(days: Sequence[date], returns: list[float]) -> Drawdown | None:
    """The deepest fall with its days, the first of equal ones. None where nothing ever fell. FORMULAS §4."""
    falls = risk.drawdowns(returns)
    if not (depth := max(falls)) or not days:
        return None
    points = [days[0] - timedelta(days=1), *days]
    trough = falls.index(depth)
    peak = max(place for place in range(trough) if falls[place] <= _AT_PEAK)
    recovery = next((place for place in range(trough, len(falls)) if falls[place] <= _AT_PEAK), None)
    end = points[-1 if recovery is None else recovery]
    return Drawdown(depth, points[peak], points[trough], None if recovery is None else end, (end - points[peak]).days)
