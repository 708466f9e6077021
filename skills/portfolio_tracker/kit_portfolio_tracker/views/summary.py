"""`kit portfolio summary`: what was invested, what it brought, what it is worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import (
    Bar,
    Bars,
    Block,
    Heading,
    Metric,
    Metrics,
    Problem,
    Ratio,
    Reply,
    Services,
    Severity,
    Text,
    exact_math,
    plain,
)

from ..bases import bases_of
from ..core.summary import AssetGain, Summary, summarize
from ..ledger import ledger_states
from ..plugin import SECTION
from ..portfolio import Portfolio, load_portfolio
from ..refreshing import refresh
from .findings import exit_code, findings
from .overview import nothing_held

if TYPE_CHECKING:
    from ..settings import PortfolioSettings

_NAMED = 5


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
    )
    problems = (*findings(portfolio), *ledger_findings(summary))
    return Reply(
        data=summary,
        blocks=tuple(_blocks(portfolio, summary)),
        problems=problems,
        exit_code=exit_code(problems),
    )


def ledger_findings(summary: Summary) -> Iterator[Problem]:
    """What the figures of the ledger leave out, or assume."""
    if summary.short:
        listed = _listed(f"{plain(units)} {asset}" for asset, units in summary.short.items())
        yield Problem(
            "portfolio.history_missing",
            Severity.WARNING,
            f"More was sold or sent than was ever acquired: {listed}. What is missing counts with a cost of zero.",
            "",
            "Import the earlier records, or add the purchase: kit ledger add buy …",
        )
    if summary.unbased:
        yield Problem(
            "portfolio.unbased",
            Severity.WARNING,
            f"Some units of {_listed(summary.unbased)} have no known cost, and no part in the unrealized gains.",
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
            "Add prices: kit prices import FILE",
        )


def _blocks(portfolio: Portfolio, summary: Summary) -> Iterator[Block]:
    valuation = portfolio.valuation
    yield Heading("Portfolio Summary", "💼", rule=True)
    coverage = valuation.coverage
    part = f"{coverage.priced} of {coverage.held} assets" if coverage.unpriced else ""
    roi = summary.unrealized_roi
    yield Metrics(
        (
            Metric("Balance", summary.balance, note=part),
            Metric("Total Return", summary.total_return, signed=True),
            Metric("Unrealized Gains", summary.unrealized, signed=True, note=_percent(roi)),
            Metric("Realized", summary.realized, signed=True),
            *(Metric(f"Realized ({name})", gain, signed=True) for name, gain in summary.realized_by.items()),
            *(Metric(f"Income ({name})", value) for name, value in summary.income.items()),
            *((Metric("Margin", summary.margin, signed=True),) if summary.margin.amount else ()),
            Metric("Cost Base", summary.cost_base),
            Metric("Fiat Invested", summary.fiat_invested),
            Metric("Fiat Proceeds", summary.fiat_proceeds),
            Metric("Fees Paid", summary.fees_paid),
        )
    )
    yield Bars(
        tuple(Bar(each.asset, each.value, each.share) for each in valuation.assets if each.value is not None),
        title="Token Allocation",
        emoji="📊",
    )
    largest = max((abs(each.unrealized.amount) for each in (*summary.winners, *summary.losers)), default=Decimal(0))
    for gains, title, emoji, nothing in (
        (summary.winners, "Winners", "📈", "Winners: no asset is worth more than it cost."),
        (summary.losers, "Losers", "📉", "Losers: no asset is worth less than it cost."),
    ):
        bars = tuple(_bar(each, largest) for each in gains)
        yield Bars(bars, title=title, emoji=emoji) if bars else Text(nothing)


@exact_math()
def _bar(gain: AssetGain, largest: Decimal) -> Bar:
    """As long as its gain is beside the largest."""
    amount = gain.unrealized.amount
    length = Ratio((abs(amount) / largest).quantize(Decimal("0.0001")))
    note = _percent(gain.roi) or "ROI N/A"
    return Bar(gain.asset, gain.unrealized, length, tone="good" if amount > 0 else "bad", signed=True, note=note)


def _percent(roi: Ratio | None) -> str:
    return "" if roi is None else f"{roi.value * 100:+,.1f}%"


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more
