"""The head of every report: what was assumed, what is flagged, what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from kit import Kind, plain

from ..disposals import Category, Part
from ..events import Figure, Flag
from ..fiat import FIAT
from ..methods import METHODS
from ..plan import Scope
from ..wording import listed
from .report import NO_ADVICE, in_cents
from .year import TaxYear

_MEANING = {
    Flag.MISSING_HISTORY: "nothing says how they were acquired, so they count with a cost of zero",
    Flag.MISSING_PRICE: "no price is known of a day that matters, so they are left out of every total",
    Flag.MISSING_FEE: "no price is known of a fee, so they count without it",
    Flag.ZERO_COST: "they cost nothing",
}
_EVERY = frozenset(Category) - {Category.MOVED_OUT}
"""What left for no account of anybody's is no disposal of a report."""


def assumed(year: TaxYear, *more: str) -> tuple[str, ...]:
    """How the figures came about."""
    plan = year.plan
    fees = "Fees are part of costs and taken off proceeds." if plan.include_fees else "Fees count nowhere."
    return (
        NO_ADVICE,
        f"Days from {year.first} to {year.last}, both included, in the time zone {plan.zone_name}.",
        f"Lots: {'; '.join(_methods(year))}.",
        f"Amounts in {plan.currency}: of a trade its money leg, else the value its source tells, else the price of "
        "what was given, else of what was received, at the last close of up to 30 days before.",
        fees,
        *_allotted(year),
        *more,
    )


def _methods(year: TaxYear) -> Iterator[str]:
    """How lots were chosen, from the beginning to the end of the year."""
    for place, (start, rules) in enumerate(year.plan.spans):
        day = start.astimezone(year.plan.zone).date() if place else None
        if day is None or day <= year.last:
            label = METHODS[rules.method].label if rules.method in METHODS else rules.method
            yield f"{f'from {day} on ' if day else ''}{label}, pools {rules.scope.value}"


def _allotted(year: TaxYear) -> Iterator[str]:
    """That lots of all accounts were given to single ones by then."""
    for (_, before), (start, after) in pairwise(year.plan.spans):
        day = start.astimezone(year.plan.zone).date()
        if before.scope is Scope.UNIVERSAL and after.scope is Scope.PER_ACCOUNT and day <= year.last:
            yield (
                f"What was left of universal lots was given to accounts as of {day}, each lot to where it was acquired "
                "as far as that account held the units. The first report keeps this, whatever records change later."
            )


def flagged(year: TaxYear, *, told: Collection[Category] = _EVERY, as_givers: bool = False) -> tuple[str, ...]:
    """What is wrong with lots, counted, and with what is held.

    `told` are the kinds of disposals that the form has. `as_givers`: gifts are by law as the giver had them.
    """
    parts = [part for each in year.disposals if each.category in told for part in each.parts]
    forks = () if year.plan.forks_are_income else _forks(parts)
    return (*_flagged(parts), *_below(year), *(_gifts(parts) if as_givers else ()), *forks)


def _gifts(parts: Iterable[Part]) -> Iterator[str]:
    count = sum(part.origin is not None and part.origin.kind is Kind.GIFT_RECEIVED for part in parts)
    if count:
        yield (
            f"{_so_many(count)} of disposals came as gifts: they count as acquired when they came, for what they were "
            "worth. The law goes by the giver's day and cost."
        )


def _forks(parts: Iterable[Part]) -> Iterator[str]:
    count = sum(part.origin is not None and part.origin.kind is Kind.FORK for part in parts)
    if count:
        yield (
            f"{_so_many(count)} of disposals came of a fork: they count as acquired then, for nothing. The law goes by "
            "the day of the coins that forked, and moves a part of their cost."
        )


def _flagged(parts: Iterable[Part]) -> Iterator[str]:
    found = Counter(flag for part in parts for flag in part.flags)
    for flag in Flag:
        if found[flag]:
            yield f"{_so_many(found[flag])} of disposals: {flag.value} ({_MEANING[flag]})."


def _so_many(parts: int) -> str:
    return "1 part" if parts == 1 else f"{parts:,} parts"


def _below(year: TaxYear) -> Iterator[str]:
    below = [each.asset for each in year.holdings if each.quantity < 0 and each.asset not in FIAT]
    if below:
        yield f"More went out than ever came in, by the end of the year: {', '.join(below)}."


def _most(assets: Iterable[str]) -> str:
    """The names, those that come most often first."""
    return listed(name for name, _ in Counter(assets).most_common())


def left_out(year: TaxYear, *, told: Collection[Category] = _EVERY) -> tuple[str, ...]:
    """What no total contains. `told` as in `flagged`."""
    return (*_left_out(year, told), *_other_kinds(year, {*told, Category.MOVED_OUT}))


def _other_kinds(year: TaxYear, told: Collection[Category]) -> Iterator[str]:
    found = [each.category for each in year.disposals if each.category not in told]
    if found:
        names = ", ".join(sorted(set(found)))
        disposals = "1 disposal" if len(found) == 1 else f"{len(found):,} disposals"
        yield f"{disposals} of other kinds ({names}): see the generic report."
    margin = [each.amount for each in year.amounts if each.figure == Figure.MARGIN]
    if margin and Category.MARGIN not in told:
        known = in_cents(sum((amount for amount in margin if amount is not None), Decimal(0)), year.plan.currency)
        yield f"Margin profit and loss of {known:,} {year.plan.currency}: see the generic report."


def _left_out(year: TaxYear, told: Collection[Category]) -> Iterator[str]:
    unpriced = [each.asset for each in year.disposals if each.category in told and each.gain is None]
    if unpriced:
        disposals = "1 disposal" if len(unpriced) == 1 else f"{len(unpriced):,} disposals"
        yield f"{disposals} without a price: {_most(unpriced)}. See the days: kit prices missing"
    unvalued = sum(each.value is None for each in (*year.income, *year.gifts_received))
    if unvalued:
        yield f"{unvalued:,} {'receipt' if unvalued == 1 else 'receipts'} of income or gifts without a price."
    if year.unmatched:
        count = len(year.unmatched)
        yield (
            f"{count:,} {'withdrawal' if count == 1 else 'withdrawals'} that no account of yours received: not taken "
            "for sales. See them: kit ledger match"
        )
    unbased = [f"{plain(each.unbased)} {each.asset}" for each in year.holdings if each.unbased]
    if unbased:
        yield f"Held at the end of the year at a cost that is not known: {', '.join(unbased)}."
    unknown = [each for each in year.holdings if each.price is None and each.quantity]
    if unknown:
        yield f"No price at the end of the year: {', '.join(each.asset for each in unknown)}."
