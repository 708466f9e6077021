"""`kit portfolio sectors`: how the portfolio is spread over sectors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kit import Bar, Bars, Block, Column, Heading, Problem, Reply, Services, Severity, Table, Text

from ..core.sectors import UNCLASSIFIED, Sector, SectorDistribution, distribute
from ..core.wording import listed
from ..plugin import SECTION
from ..portfolio import load_portfolio
from ..refreshing import refresh
from ..sector_map import sector_map
from .findings import exit_code, findings
from .overview import nothing_held

NO_SHARES = "together they are worth nothing or less, so there are no shares"


def show(services: Services, *, exchange: str | None, offline: bool) -> Reply:
    """The command."""
    refresh(services, offline=offline)
    portfolio = load_portfolio(services, exchange=exchange)
    distribution = distribute(portfolio.valuation, sector_map(services.settings(SECTION)))
    if not portfolio.valuation.holdings:
        return replace(nothing_held(portfolio), data=distribution)
    problems = (*findings(portfolio), *_unclassified(distribution))
    return Reply(
        data=distribution,
        blocks=tuple(_blocks(distribution)),
        problems=problems,
        exit_code=exit_code(problems),
    )


def _blocks(distribution: SectorDistribution) -> Iterator[Block]:
    yield Heading("Sector Distribution", "📊")
    if not distribution.sectors:
        yield Text("No asset has a price, so no share can be said.")
        return
    yield Bars(tuple(Bar(each.name, each.share, each.share, note=_names(each)) for each in distribution.sectors))
    yield Table(
        columns=(
            Column("Sector", "sector"),
            Column("Asset", "asset"),
            Column("Weight", "weight", "right"),
            Column("Value", "value", "right"),
            Column("Share", "share", "right"),
        ),
        rows=tuple(
            (sector.name, part.asset, part.weight, part.value, part.share)
            for sector in distribution.sectors
            for part in sector.assets
        ),
        title="Assets by Sector",
        emoji="🗂️",
    )
    coverage = distribution.coverage
    shares = "shares are of these" if distribution.sectors[0].share else NO_SHARES
    yield Text(f"{coverage.priced} of {coverage.held} assets priced; {shares}.")


def _names(sector: Sector) -> str:
    return listed(part.asset for part in sector.assets)


def _unclassified(distribution: SectorDistribution) -> Iterator[Problem]:
    for sector in distribution.sectors:
        if sector.name == UNCLASSIFIED:
            yield Problem(
                "portfolio.unclassified",
                Severity.INFO,
                f"The sector of {_names(sector)} is not known.",
                "",
                f'Say it in config.json: "sectors": {{"{sector.assets[0].asset}": "DeFi"}} of skills.portfolio-tracker',
            )
