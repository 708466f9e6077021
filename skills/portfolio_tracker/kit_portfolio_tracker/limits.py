"""How concentrated the portfolio is beside its limits: for the command, and for what watches it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import Problem, Services, Severity

from .core.concentration import Concentration, Exposure, Kind, concentrate
from .core.sectors import distribute
from .labels import account_label
from .plugin import SECTION
from .portfolio import Portfolio
from .sector_map import sector_map

if TYPE_CHECKING:
    from .settings import PortfolioSettings

LIMIT_PROBLEMS = "portfolio.limit:"
_NO_LIMIT = Decimal(1)
_HUNDRED = Decimal(100)
_SPOKEN = {
    Kind.ASSET: "{} is",
    Kind.ACCOUNT: "The account {} holds",
    Kind.VENUE: "All accounts at {} hold",
    Kind.SECTOR: "The sector {} is",
    Kind.ISSUER: "Stablecoins of {} are",
}


def concentration_of(services: Services, portfolio: Portfolio) -> Concentration:
    """The exposures of `portfolio`, with the limits of `riskLimits`."""
    settings: PortfolioSettings = services.settings(SECTION)
    distribution = distribute(portfolio.valuation, sector_map(settings))
    return concentrate(portfolio.valuation, distribution, portfolio.venues, limits_of(services))


def limit_findings(services: Services, portfolio: Portfolio) -> tuple[Problem, ...]:
    """A problem for each limit that is exceeded; nothing is computed where there are no limits."""
    settings: PortfolioSettings = services.settings(SECTION)
    if not limits_of(services):
        return ()
    return tuple(exceeded(concentration_of(services, portfolio), settings.account_labels))


def exceeded(found: Concentration, labels: Mapping[str, str]) -> Iterator[Problem]:
    """A problem for each exposure above its limit."""
    for each in found.exceeded():
        share, limit = each.share, each.limit
        if share is not None and limit is not None:
            part = (
                f"{share.value * _HUNDRED:,.1f}% of the portfolio, above your limit of {limit.value * _HUNDRED:,.1f}%"
            )
            yield Problem(
                f"{LIMIT_PROBLEMS}{each.kind}:{each.name}",
                Severity.WARNING,
                f"{_SPOKEN[each.kind].format(called(each, labels))} {part}.",
                "",
                f"Spread it, or raise riskLimits.{each.kind} in config.json. See: kit portfolio risk",
            )


def called(exposure: Exposure, labels: Mapping[str, str]) -> str:
    """The exposure's name as people know it."""
    known = exposure.kind in {Kind.ACCOUNT, Kind.VENUE}
    return account_label(exposure.name, labels) if known else exposure.name


def limits_of(services: Services) -> dict[Kind, Decimal]:
    """The limits of `riskLimits`, by kind; a kind without one is left out."""
    settings: PortfolioSettings = services.settings(SECTION)
    said = settings.risk_limits
    limits = {
        Kind.ASSET: said.asset,
        Kind.ACCOUNT: said.account,
        Kind.VENUE: said.venue,
        Kind.SECTOR: said.sector,
        Kind.ISSUER: said.issuer,
    }
    return {kind: limit for kind, limit in limits.items() if limit < _NO_LIMIT}
