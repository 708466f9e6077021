"""The figures of the portfolio page: what went in, what came out, what is left, what it gained. FORMULAS §2."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from kit import Money, Ratio, exact_math

from .asset_ledger import Totals
from .basis import Basis, return_on
from .disposals import Category
from .events import Figure
from .valuation import Valuation

_NONE = Decimal(0)
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class AssetGain:
    """A held asset and its unrealized gain."""

    asset: str
    unrealized: Money
    roi: Ratio | None


@dataclass(frozen=True, slots=True)
class Apart:
    """What `came` in and `went` out beside trading, ever, and the `gain` without either. FORMULAS §3.

    Deposits and withdrawals above all, which total return counts as gained and as lost. `repriced` says that coins
    had a price on some days only: what they were worth when they got or lost it came or went as well.
    """

    came: Money
    went: Money
    gain: Money
    repriced: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """Money is in the base currency.

    `cost_base` and `unrealized` are of the `based` assets, those of which some units have a price and a known cost;
    None without any. What happened, and never with a price, is None. `realized` is the gain of trading;
    `realized_by` has gifts, donations, losses and coins that paid for margin apart, `margin` is the profit and loss
    of margin itself, `income` what was earned. `excluded` counts disposals without a price, `uncounted` fees and
    income without one; `unbased` are assets of which some units have no known cost. `apart` is what came and went
    beside trading, None where no history tells.
    """

    balance: Money | None
    total_return: Money | None
    cost_base: Money | None
    unrealized: Money | None
    unrealized_roi: Ratio | None
    realized: Money | None
    realized_by: Mapping[str, Money | None]
    income: Mapping[str, Money | None]
    fiat_invested: Money | None
    fiat_proceeds: Money | None
    fees_paid: Money | None
    margin: Money | None
    winners: tuple[AssetGain, ...]
    losers: tuple[AssetGain, ...]
    excluded: int
    uncounted: int
    based: tuple[str, ...]
    unbased: tuple[str, ...]
    short: Mapping[str, Decimal]
    apart: Apart | None


@exact_math()
def summarize(
    valuation: Valuation,
    bases: Mapping[str, Basis],
    totals: Mapping[str, Totals],
    *,
    include_fees: bool,
    gas: bool,
    apart: Apart | None = None,
) -> Summary:
    """The page of `valuation`; `bases` and `totals` are the ledger's, by asset.

    Fees count where `include_fees`, network fees among them where `gas`.
    """
    currency = valuation.currency

    def money(amounts: Iterable[Decimal]) -> Money:
        return Money(sum(amounts, _NONE), currency)

    def known_of(amounts: Iterable[Decimal | None]) -> Money | None:
        found = list(amounts)
        known = [amount for amount in found if amount is not None]
        return money(known) if known or not found else None

    def figure(*which: Figure) -> Money | None:
        return known_of(amount for each in totals.values() for name, amount in each.figures.items() if name in which)

    invested, proceeds = figure(Figure.FIAT_INVESTED), figure(Figure.FIAT_PROCEEDS)
    fees = (Figure.FEES, Figure.NETWORK_FEES) if gas else (Figure.FEES,)
    held = {each.asset for each in valuation.assets}
    known = {asset: basis for asset, basis in bases.items() if asset in held and basis.unrealized is not None}
    cost = money(basis.cost.amount for basis in known.values() if basis.cost) if known else None
    unrealized = money(basis.unrealized.amount for basis in known.values() if basis.unrealized) if known else None
    gains = sorted(_gains(known), key=lambda each: (-each.unrealized.amount, each.asset))
    gained = {
        category: known_of(each.gains[category] for each in totals.values() if category in each.gains)
        for category in Category
    }
    kinds = sorted({kind for each in totals.values() for kind in each.income})
    balance = valuation.total
    return Summary(
        balance=balance,
        total_return=balance + proceeds - invested if balance and proceeds and invested else None,
        cost_base=cost,
        unrealized=unrealized,
        unrealized_roi=return_on(unrealized.amount, cost.amount) if unrealized and cost else None,
        realized=gained.pop(Category.TRADING),
        realized_by={category.value: gain for category, gain in gained.items() if gain is None or gain.amount},
        income={
            kind.value: known_of(each.income[kind] for each in totals.values() if kind in each.income) for kind in kinds
        },
        fiat_invested=invested,
        fiat_proceeds=proceeds,
        fees_paid=figure(*fees) if include_fees else money(()),
        margin=figure(Figure.MARGIN),
        winners=tuple(each for each in gains if each.unrealized.amount > 0)[:_SHOWN],
        losers=tuple(each for each in reversed(gains) if each.unrealized.amount < 0)[:_SHOWN],
        excluded=sum(each.excluded for each in totals.values()),
        uncounted=sum(each.uncounted for each in totals.values()),
        based=tuple(sorted(known)),
        unbased=tuple(sorted(asset for asset, basis in bases.items() if basis.without and asset in held)),
        short={asset: each.short for asset, each in sorted(totals.items()) if each.short},
        apart=apart,
    )


def _gains(bases: Mapping[str, Basis]) -> Iterable[AssetGain]:
    """Zero-cost assets gained nothing that could be compared, and are left out."""
    for asset, basis in bases.items():
        if basis.unrealized is not None and basis.cost is not None and basis.cost.amount > 0:
            yield AssetGain(asset, basis.unrealized, basis.roi)
