"""What alert rules can compare of the portfolio. One reading of the store serves all that is asked at once.

Nothing is said of doubtful data: an account that failed or was not asked lately, an asset without a price, a price that
is too old. Then the reading has a doubt, and rules wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import Params, Reading, Services, Signal, Suggestion, Unit, UsageError, exact_math, parse_duration, plain, span

from .core.prices import MANUAL
from .plugin import SECTION

if TYPE_CHECKING:
    from .core.daily import DailySeries
    from .portfolio import Portfolio
    from .settings import PortfolioSettings

_SUBJECT = "portfolio"
_DAY = timedelta(days=1)
_LEAST_PATIENCE = timedelta(minutes=15)
# A central bank's rate before a long weekend is this old at its end.
_DAILY_PRICE = timedelta(days=5)
_ROUND_SHARE = Decimal("0.05")
_ONE = Decimal(1)


def signals(_services: Services) -> list[Signal]:
    """Those of the portfolio, of its risk, then those of markets."""
    from .market_signals import market_signals
    from .risk_signals import risk_signals

    return [
        Signal(
            _SUBJECT, "total", "What all of it is worth", Unit.MONEY, _totals, least=Decimal(0), suggest=_suggest_total
        ),
        Signal(
            _SUBJECT,
            "share",
            "An asset's part of the total",
            Unit.RATIO,
            _shares,
            params=("asset",),
            least=Decimal(0),
            most=_ONE,
            check=_known_asset,
            suggest=_suggest_shares,
        ),
        Signal(_SUBJECT, "unrealized", "What would be gained by selling all of it now", Unit.MONEY, _unrealized),
        Signal(
            _SUBJECT,
            "change",
            "The return of so many days up to now, whatever was paid in or taken out",
            Unit.RATIO,
            _changes,
            defaults={"period": "24h"},
            least=-_ONE,
            check=_whole_days,
        ),
        Signal(
            _SUBJECT,
            "drawdown",
            "How far it has fallen from its highest of so many days, whatever was paid in or taken out",
            Unit.RATIO,
            _drawdowns,
            defaults={"period": "365d"},
            least=Decimal(0),
            most=_ONE,
            check=_whole_days,
            suggest=_suggest_drawdown,
        ),
        *risk_signals(doubt),
        *market_signals(),
    ]


def _totals(services: Services, asked: Sequence[Params]) -> list[Reading]:
    from .portfolio import load_portfolio

    portfolio = load_portfolio(services)
    total = portfolio.valuation.total
    value = None if total is None else total.amount
    reading = Reading(value, portfolio.now, doubt(services, portfolio), portfolio.valuation.currency)
    return [reading for _ in asked]


@exact_math()
def _shares(services: Services, asked: Sequence[Params]) -> list[Reading]:
    from .portfolio import load_portfolio

    portfolio = load_portfolio(services)
    valuation = portfolio.valuation
    why = doubt(services, portfolio)
    total = None if valuation.total is None else valuation.total.amount
    values = {each.asset: each.value for each in valuation.assets}
    readings = []
    for params in asked:
        held = values.get(params["asset"])
        part = held.amount if held is not None else Decimal(0)
        if total is None or total <= 0:
            readings.append(Reading(None, portfolio.now, why or "The portfolio is worth nothing."))
        else:
            readings.append(Reading(part / total, portfolio.now, why, part=part, whole=total))
    return readings


def _unrealized(services: Services, asked: Sequence[Params]) -> list[Reading]:
    from .bases import bases_of
    from .ledger import ledger_states
    from .portfolio import load_portfolio

    portfolio = load_portfolio(services)
    bases = bases_of(portfolio, ledger_states(services)).values()
    gains = [each.unrealized.amount for each in bases if each.unrealized is not None]
    why = doubt(services, portfolio) or ("" if gains else "No cost is known: import the records of what was bought.")
    with exact_math():
        value = sum(gains, Decimal(0)) if gains else None
    reading = Reading(value, portfolio.now, why, portfolio.valuation.currency)
    return [reading for _ in asked]


def _changes(services: Services, asked: Sequence[Params]) -> list[Reading]:
    from .core.performance import performance
    from .core.periods import parse_period

    def measured(series: DailySeries, days: int, now: datetime) -> Reading:
        today = now.astimezone(services.timezone).date()
        with exact_math():
            found = performance(series, parse_period(f"{days}d", today=today), "", money=False)
        if found is None or found.twr is None:
            return Reading(None, now, "There is no value of the time before.")
        return Reading(found.twr.value, now, _missing(found.unpriced))

    return _by_days(services, asked, measured)


def _drawdowns(services: Services, asked: Sequence[Params]) -> list[Reading]:
    from .core.performance import ratio, returns_of
    from .core.risk import drawdowns

    def measured(series: DailySeries, days: int, now: datetime) -> Reading:
        lately = series.since(series.last - _DAY * (days - 1))
        fallen = ratio(drawdowns(returns_of(series)[-len(lately) :])[-1])
        return Reading(None if fallen is None else fallen.value, now)

    return _by_days(services, asked, measured)


def _by_days(
    services: Services, asked: Sequence[Params], measured: Callable[[DailySeries, int, datetime], Reading]
) -> list[Reading]:
    """Readings of the daily series. What is doubtful now is doubtful at the end of the series."""
    from .performing import days_of
    from .portfolio import load_portfolio

    series = days_of(services)
    portfolio = load_portfolio(services)
    why = doubt(services, portfolio)
    if why or not len(series):
        return [Reading(None, portfolio.now, why or "Nothing is held.") for _ in asked]
    return [measured(series, _days(params), portfolio.now) for params in asked]


def doubt(services: Services, portfolio: Portfolio) -> str:
    """Why nothing is to be concluded from the portfolio as it is now; "" where it is whole and fresh."""
    return next(_doubts(services, portfolio), "")


def _doubts(services: Services, portfolio: Portfolio) -> Iterator[str]:
    settings: PortfolioSettings = services.settings(SECTION)
    patience = max(_LEAST_PATIENCE, 3 * timedelta(seconds=settings.update_interval))
    if not portfolio.positions:
        yield "Nothing is held."
    for name, state in portfolio.connected.items():
        label = portfolio.label(name)
        if state is None or state.answered is None:
            yield f"{label} was never reached; ask it: kit sync"
        elif portfolio.now - state.answered > patience:
            yield f"{label} last answered {span(portfolio.now - state.answered)} ago; ask it: kit sync"
    if unpriced := portfolio.valuation.coverage.unpriced:
        yield _missing(unpriced)
    for each in portfolio.valuation.assets:
        price = each.price
        if price is None or price.day is None or MANUAL in price.source:
            continue  # what a person said holds until they say otherwise
        if price.time is not None and portfolio.now - price.time > patience:
            yield f"The price of {each.asset} is {span(portfolio.now - price.time)} old."
        elif portfolio.today - price.day > _DAILY_PRICE:
            yield f"The price of {each.asset} is of {price.day}."


def _missing(assets: Sequence[str]) -> str:
    if not assets:
        return ""
    more = " and others" if len(assets) > 3 else ""
    return f"There is no price of {', '.join(assets[:3])}{more}; say one: kit prices set {assets[0]} DAY PRICE"


def _days(params: Params) -> int:
    return -(-parse_duration(params["period"]) // _DAY)


def _whole_days(_services: Services, params: Params) -> None:
    period = parse_duration(params["period"])
    if period < _DAY or period % _DAY:
        raise UsageError(
            f"The portfolio is measured by days, and {params['period']} is none.", next_step="Write 24h, 7d or 30d."
        )


def _known_asset(services: Services, params: Params) -> None:
    """An asset that is held, has a price or is on the map of sectors; any, as long as nothing is held. UsageError."""
    from .portfolio import load_portfolio
    from .sector_map import shipped_sectors
    from .store.price_rows import latest_prices

    asset = params["asset"]
    portfolio = load_portfolio(services)
    if not portfolio.positions or any(each.asset == asset for each in portfolio.positions):
        return
    if asset in shipped_sectors():
        return
    with services.store.read() as connection:
        if any(point.asset == asset for point in latest_prices(connection, {asset}, until=portfolio.today)):
            return
    held = ", ".join(each.asset for each in portfolio.valuation.assets[:5])
    raise UsageError(f"Nobody here knows the asset “{asset}”.", next_step=f"You hold {held}." if held else None)


def _suggest_total(services: Services) -> list[Suggestion]:
    from .portfolio import load_portfolio

    total = load_portfolio(services).valuation.total
    if total is None or total.amount <= 0:
        return []
    least, most = _rounded(total.amount * Decimal("0.9")), _rounded(total.amount * Decimal("1.1"))
    return [
        Suggestion(f"total below {plain(least)}", "about a tenth less than now"),
        Suggestion(f"total above {plain(most)}", "about a tenth more than now"),
    ]


def _suggest_shares(services: Services) -> list[Suggestion]:
    """For what is most of the portfolio: should it become more still."""
    from .portfolio import load_portfolio

    largest = [each for each in load_portfolio(services).valuation.assets if each.share is not None][:1]
    found = []
    for each in largest:
        share = each.share.value if each.share is not None else _ONE
        level = (share // _ROUND_SHARE + 2) * _ROUND_SHARE
        if level < _ONE:
            reason = f"your largest asset, {plain(round(share * 100, 1))}% now"
            found.append(Suggestion(f"share of {each.asset} above {plain(level * 100)}%", reason))
    return found


def _suggest_drawdown(_services: Services) -> list[Suggestion]:
    return [Suggestion("drawdown above 10%", "a tenth lost since the highest of a year")]


def _rounded(amount: Decimal) -> Decimal:
    """To two significant digits."""
    return round(amount, 1 - amount.adjusted()) if amount else amount
