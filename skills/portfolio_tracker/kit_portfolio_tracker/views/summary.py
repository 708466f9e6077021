"""`kit portfolio summary`: what was invested, what it brought, what it is worth."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import (
    Bar,
    Bars,
    Block,
    Heading,
    Metric,
    Metrics,
    Notice,
    Problem,
    Ratio,
    Reply,
    Services,
    Severity,
    Text,
    exact_math,
    figure,
    plain,
)

from ..bases import bases_of
from ..core.fiat import FIAT
from ..core.periods import parse_period
from ..core.summary import Apart, AssetGain, Summary, summarize
from ..core.valuation import Valuation
from ..core.wording import listed, percent
from ..ledger import ledger_states
from ..plugin import SECTION
from ..portfolio import Portfolio, load_portfolio
from ..refreshing import refresh
from .findings import exit_code, findings
from .overview import nothing_held

if TYPE_CHECKING:
    from ..settings import PortfolioSettings

_CALLED = {"margin": "coins that paid for margin"}


def show(services: Services, *, offline: bool) -> Reply:
    """The command."""
    refresh(services, offline=offline)
    portfolio = load_portfolio(services)
    if not portfolio.positions:
        return nothing_held(portfolio)
    states = ledger_states(services)
    settings: PortfolioSettings = services.settings(SECTION)
    summary = summarize(
        portfolio.valuation,
        bases_of(portfolio, states),
        {asset: state.totals for asset, state in states.items()},
        include_fees=settings.include_fees,
        gas=settings.track_gas,
        apart=_apart(services),
    )
    problems = (*findings(portfolio), *ledger_findings(summary))
    return Reply(
        data=summary,
        blocks=tuple(_blocks(portfolio, summary)),
        problems=problems,
        exit_code=exit_code(problems),
    )


def _apart(services: Services) -> Apart | None:
    """What came and went beside trading, since the first record."""
    from ..performing import days_of, keeps_history, over

    series = days_of(services) if keeps_history(services) else None
    if not series:
        return None
    today = services.clock.now().astimezone(services.timezone).date()
    found = over(services, series, parse_period("all", today=today, beginning=series.first))
    if found is None or not (found.came.amount or found.went.amount):
        return None
    return Apart(found.came, found.went, found.gain, repriced=bool(found.unpriced))


def ledger_findings(summary: Summary) -> Iterator[Problem]:
    """What the figures of the ledger leave out, or assume."""
    if summary.short:
        short = listed(f"{plain(units)} {asset}" for asset, units in summary.short.items())
        yield Problem(
            "portfolio.history_missing",
            Severity.WARNING,
            f"More was sold or sent than was ever acquired: {short}. What is missing counts with a cost of zero.",
            "",
            "Import the earlier records, or add the purchase: kit ledger add buy …",
        )
    if summary.unbased:
        yield Problem(
            "portfolio.unbased",
            Severity.WARNING,
            f"Some units of {listed(summary.unbased)} have no known cost, and no part in the unrealized gains.",
            "",
            "See which: kit ledger list --flagged",
        )
    if summary.excluded or summary.uncounted:
        count = summary.excluded + summary.uncounted
        yield Problem(
            "portfolio.unvalued",
            Severity.WARNING,
            f"{count:,} {'entry of the ledger has' if count == 1 else 'entries of the ledger have'} no price on "
            f"{'its day' if count == 1 else 'their days'}, and no part in these figures.",
            "",
            "Get prices: kit prices fetch; or import a file: kit prices import FILE",
        )


def _blocks(portfolio: Portfolio, summary: Summary) -> Iterator[Block]:
    valuation, margin = portfolio.valuation, summary.margin
    yield Heading("Portfolio Summary", "💼", rule=True)
    coverage = valuation.coverage
    part = f"{coverage.priced} of {coverage.held} assets" if coverage.unpriced else ""
    yield Metrics(
        (
            Metric("Balance", summary.balance, note=part),
            Metric("Total Return", summary.total_return, signed=True),
            Metric("Unrealized Gains", summary.unrealized, signed=True, note=percent(summary.unrealized_roi)),
            Metric("Realized", summary.realized, signed=True),
            *(
                Metric(f"Realized ({_CALLED.get(name, name)})", gain, signed=True)
                for name, gain in summary.realized_by.items()
            ),
            *(Metric(f"Income ({name})", value) for name, value in summary.income.items()),
            *((Metric("Margin Profit and Loss", margin, signed=True),) if margin is None or margin.amount else ()),
            Metric("Cost Base", summary.cost_base, note=_based(summary, valuation)),
            Metric("Fiat Invested", summary.fiat_invested),
            Metric("Fiat Proceeds", summary.fiat_proceeds),
            Metric("Fees Paid", summary.fees_paid),
        )
    )
    if summary.apart is not None:
        yield Notice(
            _what_distorts(summary.apart), next_step="See the return without them: kit performance --period all"
        )
    yield Bars(
        tuple(Bar(each.asset, each.value, each.share) for each in valuation.assets if each.value is not None),
        title="Token Allocation",
        emoji="📊",
    )
    largest = max((abs(each.unrealized.amount) for each in (*summary.winners, *summary.losers)), default=Decimal(0))
    for gains, title, emoji, nothing in (
        (summary.winners, "Winners", "📈", "no asset is worth more than it cost"),
        (summary.losers, "Losers", "📉", "no asset is worth less than it cost"),
    ):
        bars = tuple(_bar(each, largest) for each in gains)
        yield Bars(bars, title=title, emoji=emoji) if bars else Text(f"{title}: {_no_gains(summary) or nothing}.")


def _no_gains(summary: Summary) -> str:
    """Why no gain is known at all; nothing where some is."""
    if summary.based:
        return ""
    return "no asset that you hold has both a price and a known cost"


def _based(summary: Summary, valuation: Valuation) -> str:
    coins = [each.asset for each in valuation.assets if each.asset not in FIAT]
    return f"{len(summary.based)} of {len(coins)} coins" if len(summary.based) < len(coins) else ""


def _what_distorts(apart: Apart) -> str:
    """That deposits and withdrawals are in the total return, and what was gained without them."""
    among = ", coins among it that got or lost their price" if apart.repriced else ""
    return (
        "Total Return counts deposits of cash and coins as gained, and withdrawals as lost. Leaving out what came in "
        f"({figure(apart.came)}) and went out ({figure(apart.went)}){among}, it is {figure(apart.gain, signed=True)}."
    )


@exact_math()
def _bar(gain: AssetGain, largest: Decimal) -> Bar:
    """As long as its gain is beside the largest."""
    amount = gain.unrealized.amount
    length = Ratio((abs(amount) / largest).quantize(Decimal("0.0001")))
    note = percent(gain.roi) or "ROI N/A"
    return Bar(gain.asset, gain.unrealized, length, tone="good" if amount > 0 else "bad", signed=True, note=note)
