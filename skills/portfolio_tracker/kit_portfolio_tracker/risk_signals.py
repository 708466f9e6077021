"""What alert rules can compare of how concentrated the portfolio is: the largest share of each kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from kit import Params, Ratio, Reading, Services, Signal, Suggestion, Unit, plain

from .core.concentration import Concentration, Kind, is_cash

if TYPE_CHECKING:
    from .portfolio import Portfolio

Doubt = Callable[[Services, "Portfolio"], str]
_MEASURES = {
    Kind.ASSET: ("concentration", "The largest part that one asset is, state money left out"),
    Kind.ACCOUNT: ("account", "The largest part that one account holds"),
    Kind.VENUE: ("venue", "The largest part that all accounts at one venue hold"),
    Kind.SECTOR: ("sector", "The largest part that one sector is, cash left out"),
    Kind.ISSUER: ("issuer", "The largest part that the stablecoins of one issuer are"),
}
_NOTHING, _ALL = Decimal(0), Decimal(1)


def risk_signals(doubt: Doubt) -> list[Signal]:
    """`doubt` says why nothing is to be concluded from a portfolio; "" where something is."""
    largest = [
        Signal(
            "portfolio",
            measure,
            summary,
            Unit.RATIO,
            _reader(partial(largest_share, kind=kind), doubt),
            least=_NOTHING,
            most=_ALL,
            suggest=_suggestion(kind, measure),
        )
        for kind, (measure, summary) in _MEASURES.items()
    ]
    stable = _reader(lambda found: found.stablecoins, doubt)
    return [
        *largest,
        Signal(
            "portfolio", "stablecoins", "The part that stablecoins are", Unit.RATIO, stable, least=_NOTHING, most=_ALL
        ),
    ]


def largest_share(found: Concentration, kind: Kind) -> Ratio | None:
    """The largest share of the kind, of what a limit can be about; 0 where there is none, None without shares."""
    if found.total is None or found.total.amount <= 0:
        return None
    shares = (each.share for each in found.exposures if each.kind is kind and not is_cash(kind, each.name))
    return next((share for share in shares if share is not None), Ratio(_NOTHING))


def _reader(
    figure: Callable[[Concentration], Ratio | None], doubt: Doubt
) -> Callable[[Services, Sequence[Params]], list[Reading]]:
    def read(services: Services, asked: Sequence[Params]) -> list[Reading]:
        from .limits import concentration_of
        from .portfolio import load_portfolio

        portfolio = load_portfolio(services)
        share = figure(concentration_of(services, portfolio))
        why = doubt(services, portfolio) or ("" if share else "The portfolio is worth nothing.")
        return [Reading(share.value if share else None, portfolio.now, why) for _ in asked]

    return read


def _suggestion(kind: Kind, measure: str) -> Callable[[Services], list[Suggestion]]:
    """The limit of `riskLimits`, where there is one."""

    def suggest(services: Services) -> list[Suggestion]:
        from .limits import limits_of

        limit = limits_of(services).get(kind)
        if not limit:
            return []
        return [Suggestion(f"{measure} above {plain(limit * 100)}%", "your limit of riskLimits")]

    return suggest
