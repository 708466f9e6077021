"""`kit portfolio risk`: how much hangs on one asset, account, venue, sector or issuer, and the limits to that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import Block, Column, Heading, Metric, Metrics, Reply, Services, Table, Text

from ..core.concentration import Concentration, Exposure, Kind
from ..limits import called, concentration_of, exceeded
from ..plugin import SECTION
from ..portfolio import load_portfolio
from ..refreshing import refresh
from .findings import exit_code, findings
from .overview import nothing_held
from .sectors import NO_SHARES

if TYPE_CHECKING:
    from ..settings import PortfolioSettings

_NAMES = (Column("By", "kind"), Column("Name", "name"))
_TENTH = Decimal("0.1")


def show(services: Services, *, offline: bool) -> Reply:
    """The command."""
    refresh(services, offline=offline)
    portfolio = load_portfolio(services)
    settings: PortfolioSettings = services.settings(SECTION)
    found = concentration_of(services, portfolio)
    if not portfolio.valuation.holdings:
        return replace(nothing_held(portfolio), data=found)
    problems = (*exceeded(found, settings.account_labels), *findings(portfolio))
    return Reply(
        data=found,
        blocks=tuple(_blocks(found, settings.account_labels)),
        problems=problems,
        exit_code=exit_code(problems),
    )


def _blocks(found: Concentration, labels: Mapping[str, str]) -> Iterator[Block]:
    coverage = found.coverage
    effective = found.effective_assets
    largest = found.largest
    spread = "none where something is below zero" if largest and effective is None else f"of {coverage.priced}"
    yield Heading("Portfolio Risk", "⚖️", rule=True)
    yield Metrics(
        (
            Metric("Total", found.total, note=f"{coverage.priced} of {coverage.held} assets priced"),
            Metric("Largest Position", largest.share if largest else None, note=largest.name if largest else ""),
            Metric("Effective Assets", effective and effective.quantize(_TENTH), note=spread),
            Metric("Herfindahl Index", found.herfindahl),
            Metric("Stablecoins", found.stablecoins),
        )
    )
    yield Table(
        columns=(*_NAMES, Column("Value", "value", "right"), Column("Share", "share", "right")),
        rows=tuple((each.kind.value, called(each, labels), each.value, each.share) for each in _telling(found)),
        title="Concentration",
        emoji="📊",
        empty="No asset has a price, so no share can be said.",
    )
    limited = _near_limits(found)
    if limited:
        yield Table(
            columns=(
                *_NAMES,
                Column("Share", "share", "right"),
                Column("Limit", "limit", "right"),
                Column("Room", "room", "right", signed=True),
            ),
            rows=tuple((each.kind.value, called(each, labels), each.share, each.limit, each.room) for each in limited),
            title="Limits",
            emoji="🚧",
        )
    if largest and largest.share is None:
        yield Text(f"{coverage.priced} of {coverage.held} assets priced; {NO_SHARES}.")
    if not found.limits:
        yield Text('No limits are set. Set some in config.json: "riskLimits": {"asset": 0.4, "venue": 0.5}')


def _telling(found: Concentration) -> tuple[Exposure, ...]:
    """Every exposure, but for accounts where each is all there is at its venue."""
    count = Counter(each.kind for each in found.exposures)
    alike = count[Kind.ACCOUNT] == count[Kind.VENUE]
    return tuple(each for each in found.exposures if not (alike and each.kind is Kind.ACCOUNT))


def _near_limits(found: Concentration) -> list[Exposure]:
    """What exceeds its limit, and of each other kind that has one what comes nearest to it; the worst first."""
    near: dict[Kind, Exposure] = {}
    for each in found.exposures:
        if each.room is not None:
            near.setdefault(each.kind, each)
    shown = {*near.values(), *found.exceeded()}
    return sorted(shown, key=lambda each: (each.room.value if each.room else Decimal(0), each.kind, each.name))
