"""How much of a portfolio hangs on one asset, account, venue, sector or issuer of stablecoins.

Every figure is a share of the priced total. The Herfindahl index is the sum of the squared shares of the assets: 1 is
all in one, and its inverse is the number of equal assets that would be spread as much (the effective number). Both are
N/A where something is owed, for a share above 1 makes them meaningless. Herfindahl 1950; Hirschman 1964.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kit import Money, Ratio, exact_math

from .fiat import FIAT
from .sectors import CASH, SectorDistribution
from .stablecoins import issuer_of
from .valuation import Coverage, Valuation, share_of

_PLACES = Decimal("1E-12")


class Kind(StrEnum):
    """By what a portfolio is looked at."""

    ASSET = "asset"
    ACCOUNT = "account"
    VENUE = "venue"
    SECTOR = "sector"
    ISSUER = "issuer"


@dataclass(frozen=True, slots=True)
class Exposure:
    """What hangs on one of a kind. `limit` is the share it should not exceed, `room` what is left up to it."""

    kind: Kind
    name: str
    value: Money
    share: Ratio | None
    limit: Ratio | None
    room: Ratio | None

    @property
    def exceeds(self) -> bool:
        return self.room is not None and self.room.value < 0


@dataclass(frozen=True, slots=True)
class Concentration:
    """Every exposure, kind after kind, the largest first. `largest` is the largest position in one asset.

    `stablecoins` is the share of all stablecoins together, `limits` are the largest allowed shares by kind.
    """

    currency: str
    total: Money | None
    largest: Exposure | None
    herfindahl: Decimal | None
    effective_assets: Decimal | None
    stablecoins: Ratio | None
    exposures: tuple[Exposure, ...]
    limits: Mapping[str, Ratio]
    coverage: Coverage

    def exceeded(self) -> tuple[Exposure, ...]:
        """The exposures above their limits."""
        return tuple(each for each in self.exposures if each.exceeds)


@exact_math()
def concentrate(
    valuation: Valuation,
    distribution: SectorDistribution,
    venues: Mapping[str, str],
    limits: Mapping[Kind, Decimal],
) -> Concentration:
    """The exposures of `valuation`. An account that `venues` does not name is a venue of its own.

    A kind without an entry in `limits` has no limit, and state money has none as an asset or a sector.
    """
    assets = {each.asset: each.value for each in valuation.assets if each.value is not None}
    accounts = {each.account: each.value for each in valuation.accounts if each.value is not None}
    issued = {asset: value for asset, value in assets.items() if issuer_of(asset)}
    whole = {
        Kind.ASSET: assets,
        Kind.ACCOUNT: accounts,
        Kind.VENUE: _at_venues(accounts, venues),
        Kind.SECTOR: {each.name: each.value for each in distribution.sectors},
        Kind.ISSUER: _summed((issuer_of(asset) or asset, value) for asset, value in issued.items()),
    }
    exposures = tuple(
        each for kind, values in whole.items() for each in _exposures(kind, values, valuation.total, limits.get(kind))
    )
    herfindahl = _herfindahl(assets.values(), valuation.total)
    return Concentration(
        currency=valuation.currency,
        total=valuation.total,
        largest=next((each for each in exposures if each.kind is Kind.ASSET), None),
        herfindahl=None if herfindahl is None else herfindahl.quantize(_PLACES),
        effective_assets=None if herfindahl is None else (1 / herfindahl).quantize(_PLACES),
        stablecoins=share_of(sum(issued.values(), Money(Decimal(0), valuation.currency)), valuation.total),
        exposures=exposures,
        limits={kind.value: Ratio(limit) for kind, limit in limits.items()},
        coverage=valuation.coverage,
    )


def _exposures(
    kind: Kind, values: Mapping[str, Money], total: Money | None, limit: Decimal | None
) -> Iterator[Exposure]:
    for name, value in sorted(values.items(), key=lambda each: (-each[1].amount, each[0])):
        share = share_of(value, total)
        allowed = None if limit is None or is_cash(kind, name) else Ratio(limit)
        room = None if share is None or allowed is None else Ratio(allowed.value - share.value)
        yield Exposure(kind, name, value, share, allowed, room)


def is_cash(kind: Kind, name: str) -> bool:
    """Whether it is state money as an asset or a sector, which no limit is about."""
    return (kind is Kind.ASSET and name in FIAT) or (kind is Kind.SECTOR and name == CASH)


def _herfindahl(values: Iterable[Money], total: Money | None) -> Decimal | None:
    amounts = [value.amount for value in values]
    if total is None or total.amount <= 0 or min(amounts) < 0:
        return None
    return sum(((amount / total.amount) ** 2 for amount in amounts), Decimal(0))


def _at_venues(accounts: Mapping[str, Money], venues: Mapping[str, str]) -> dict[str, Money]:
    """By venue. Coinbase and coinbase are one, spelt as the account with the most has it."""
    spelling: dict[str, str] = {}
    for account in sorted(accounts, key=lambda each: (-accounts[each].amount, each)):
        venue = venues.get(account, account)
        spelling.setdefault(venue.casefold(), venue)
    return _summed((spelling[venues.get(name, name).casefold()], value) for name, value in accounts.items())


def _summed(values: Iterable[tuple[str, Money]]) -> dict[str, Money]:
    sums: dict[str, Money] = {}
    for name, value in values:
        sums[name] = sums[name] + value if name in sums else value
    return sums
