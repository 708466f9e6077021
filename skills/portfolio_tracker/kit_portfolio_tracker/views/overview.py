"""`kit portfolio`: the consolidated overview."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import (
    Bar,
    Bars,
    Block,
    Column,
    Heading,
    Metric,
    Metrics,
    Money,
    Problem,
    Quantity,
    Reply,
    Services,
    Table,
    Text,
    Value,
    exact_math,
    plain,
)

from ..core.prices import Price
from ..core.valuation import Valuation
from ..core.wording import percent
from ..plugin import SECTION
from ..portfolio import Portfolio, load_portfolio
from ..refreshing import refresh
from .findings import exit_code, findings, priced, up_to_date
from .history_findings import left_out_of_returns

if TYPE_CHECKING:
    from ..core.basis import Basis
    from ..core.headline import Headline
    from ..settings import PortfolioSettings
    from .details import Details


@dataclass(frozen=True, slots=True)
class Overview(Valuation):
    """The valuation; how the portfolio did, where there is a history of all of it; and, detailed, each asset's gain."""

    over_time: Headline | None
    bases: Mapping[str, Basis] | None

    @classmethod
    def of(cls, valuation: Valuation, over_time: Headline | None, bases: Mapping[str, Basis] | None) -> Overview:
        known = {each.name: getattr(valuation, each.name) for each in fields(valuation)}
        return cls(**known, over_time=over_time, bases=bases)


def show(services: Services, *, detailed: bool, exchange: str | None, suspected: bool, offline: bool) -> Reply:
    """The command."""
    refresh(services, offline=offline)
    portfolio = load_portfolio(services, exchange=exchange, suspected=suspected)
    valuation = portfolio.valuation
    if not valuation.holdings:
        return nothing_held(portfolio)
    details = _details(services, portfolio) if detailed else None
    over_time = headline_of(services) if exchange is None and not suspected else None
    problems = (*findings(portfolio), *_left_out(over_time, valuation))
    return Reply(
        data=Overview.of(valuation, over_time, details.bases if details else None),
        blocks=(*_blocks(portfolio, details, exchange, over_time), *((_suspected(portfolio),) if suspected else ())),
        problems=problems,
        exit_code=exit_code(problems),
    )


def _left_out(over_time: Headline | None, valuation: Valuation) -> tuple[Problem, ...]:
    if over_time is None:
        return ()
    return left_out_of_returns((over_time.month_to_date, over_time.thirty_days), valuation.coverage.unpriced)


@exact_math()
def headline_of(services: Services) -> Headline | None:
    """How the whole portfolio did; None where no history is kept, or no record is there."""
    from ..performing import days_of, keeps_history

    if not keeps_history(services):
        return None
    series = days_of(services)
    if not len(series):
        return None
    from ..core.headline import headline

    settings: PortfolioSettings = services.settings(SECTION)
    return headline(series, series.last, settings.base_currency)


def nothing_held(portfolio: Portfolio) -> Reply:
    """What to do where there is nothing to show yet."""
    problems = findings(portfolio)
    if problems:
        text = "Nothing is known of what you hold."
        head = Heading("Portfolio Overview", "💰", rule=True)
        return Reply(portfolio.valuation, (head, Text(text)), problems=problems, exit_code=exit_code(problems))
    if portfolio.positions:
        text = "Nothing is held any more: every balance is zero."
        return Reply(portfolio.valuation, (Heading("Portfolio Overview", "💰", rule=True), Text(text)))
    return Reply(
        portfolio.valuation,
        (
            Heading("Portfolio Overview", "💰", rule=True),
            Text("Nothing is imported yet. Look at a portfolio of sample data, or bring your own:"),
            Text("kit demo", code=True),
            Text("kit exchanges add binance", code=True),
            Text("kit import FILE…", code=True),
            Text("kit prices import FILE…", code=True),
        ),
    )


def _details(services: Services, portfolio: Portfolio) -> Details:
    from .details import read_details

    return read_details(services, portfolio)


def _blocks(
    portfolio: Portfolio, details: Details | None, exchange: str | None, over_time: Headline | None
) -> Iterator[Block]:
    valuation = portfolio.valuation
    month = percent(over_time.month_to_date.twr) if over_time and over_time.month_to_date else ""
    notes = [note for note in (f"{month} MTD" if month else "", _part(valuation)) if note]
    yield Heading("Portfolio Overview", "💰", rule=True)
    yield Metrics((Metric("Total", valuation.total, note="; ".join(notes)),))
    if details:
        yield details.holdings(portfolio)
        yield details.assets(portfolio)
    yield _allocation(valuation)
    if details:
        yield prices_table(portfolio)
        yield from details.more(portfolio)
    if over_time is not None:
        yield Metrics(tuple(_over_time(over_time)))
    if len(valuation.accounts) > 1 or exchange is None:
        yield _distribution(portfolio)
    yield Text(_coverage(portfolio))


def _over_time(found: Headline) -> Iterator[Metric]:
    month, fall = found.thirty_days, found.fall
    if month is not None:
        yield Metric("Performance (30d)", month.gain, percent(month.twr), signed=True, emoji="📈")
        nothing_fell = Money(Decimal(0), month.gain.currency) if month.twr is not None else None
        money, depth = (fall.money, fall.depth) if fall else (nothing_fell, None)
        yield Metric("Max Drawdown", money, percent(depth), signed=True, emoji="📉")


def _suspected(portfolio: Portfolio) -> Table:
    """Accounts that were never imported. They are in the total above, and in no report."""
    return Table(
        columns=(
            Column("Account", "account"),
            Column("Holds", "holds"),
            Column("Transfers", "transfers", "right"),
            Column("First seen", "first"),
            Column("Last seen", "last"),
        ),
        rows=tuple(
            (
                each.name,
                ", ".join(f"{plain(quantity)} {asset}" for asset, quantity in each.held.items()) or "nothing",
                each.transfers,
                each.first.date(),
                each.last.date(),
            )
            for each in portfolio.suspected
        ),
        title="Suspected Accounts",
        emoji="🕵️",
        empty="Every transfer has its other end in an account of yours.",
    )


def _part(valuation: Valuation) -> str:
    coverage = valuation.coverage
    return f"{coverage.priced} of {coverage.held} assets" if coverage.unpriced else ""


def _allocation(valuation: Valuation) -> Table:
    return Table(
        columns=(
            Column("Asset", "asset"),
            Column("Balance", "balance"),
            Column("Value", "value"),
            Column("Share", "share"),
        ),
        rows=tuple(
            (each.asset, Quantity(each.quantity, each.asset), each.value, each.share) for each in valuation.assets
        ),
        title="Asset Allocation",
        emoji="📊",
    )


def _distribution(portfolio: Portfolio) -> Bars:
    accounts = portfolio.valuation.accounts
    return Bars(
        tuple(Bar(portfolio.label(each.account), each.value, each.share) for each in accounts),
        title="Distribution by Exchange",
        emoji="📊",
    )


def prices_table(portfolio: Portfolio) -> Table:
    """What each asset was valued at, whose price that is and how old."""
    return Table(
        columns=(
            Column("Asset", "asset"),
            Column("Price", "price", "right", precise=True),
            Column("Source", "source"),
            Column("Day", "day"),
            Column("Age", "age", "right"),
        ),
        rows=tuple((each.asset, *_price_cells(each.price, portfolio)) for each in portfolio.valuation.assets),
        title="Prices",
        emoji="🏷️",
    )


def _price_cells(price: Price | None, portfolio: Portfolio) -> tuple[Value, ...]:
    if price is None:
        return None, None, None, None
    age: timedelta | None = None
    if price.time is not None:
        age = max(portfolio.now - price.time, timedelta(0))
    elif price.day is not None:
        age = portfolio.today - price.day
    return Money(price.amount, price.currency), price.source, price.day, age


def _coverage(portfolio: Portfolio) -> str:
    valuation = portfolio.valuation
    words = priced(portfolio)
    if behind := up_to_date(portfolio):
        words.append(behind)
    calculated = {each.account for each in valuation.holdings if each.basis == "calculated"}
    if len(calculated) == len({each.account for each in valuation.holdings}):
        words.append("balances calculated from records")
    elif calculated:
        words.append(f"balances calculated from records: {', '.join(sorted(map(portfolio.label, calculated)))}")
    return "; ".join(words) + "."
