"""Why what an account reports is not what its records sum to: the likeliest cause, and what to do. FORMULAS §1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kit import exact_math, plain

from .events import RecordKey
from .transfer_pairs import End
from .valuation import Holding

_CLOSE = Decimal("0.001")
_FEE = Decimal("0.01")
_EARNED = Decimal("0.25")
_SMALLEST_PERCENT = Decimal("0.01")
_NOTHING = Decimal(0)


class Cause(StrEnum):
    """What may be behind a difference."""

    TRANSFER = "a transfer is recorded at one end only"
    PURCHASE = "a purchase is missing"
    FEE = "a fee that no record tells"
    INCOME = "staking or interest that no record tells"
    BY_HAND = "records were changed by hand"
    UNKNOWN = "records are missing"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an asset besides its balances.

    `ends` are transfers of it without another end; `short` is how much more of it was sold than acquired, `earns`
    whether any of it was ever income, `by_hand` the records of this account that people added, edited or removed.
    """

    ends: Sequence[End] = ()
    short: Decimal = _NOTHING
    earns: bool = False
    by_hand: Sequence[RecordKey] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """An asset of an account, reported and calculated, and why they may differ. `evidence` are records behind it."""

    account: str
    asset: str
    reported: Decimal
    calculated: Decimal
    difference: Decimal
    cause: Cause
    why: str
    evidence: tuple[RecordKey, ...]
    next_step: str


@exact_math()
def explain_difference(holding: Holding, facts: Facts) -> Difference:
    """The first cause that fits, the surest first. `holding` is one whose reported and calculated differ."""
    difference = holding.discrepancy or _NOTHING
    cause, why, evidence, next_step = _cause(holding, difference, facts)
    return Difference(
        account=holding.account,
        asset=holding.asset,
        reported=holding.reported or _NOTHING,
        calculated=holding.calculated,
        difference=difference,
        cause=cause,
        why=why,
        evidence=evidence,
        next_step=next_step,
    )


def _cause(holding: Holding, difference: Decimal, facts: Facts) -> tuple[Cause, str, tuple[RecordKey, ...], str]:
    asset, account = holding.asset, holding.account
    if end := _missing_end(account, difference, facts.ends):
        came = end.direction == "out"
        moved = f"{plain(end.quantity)} {asset} {'left' if came else 'came to'} {end.key.account} on {end.time.date()}"
        why = f"{moved}, and no record here says that it {'came' if came else 'left'}"
        how = f"deposit --received {_word(f'{plain(abs(difference))} {asset}')}"
        if not came:
            how = f"withdrawal --sent {_word(f'{plain(abs(difference))} {asset}')}"
        step = f"kit ledger add {how} --account {_word(account)} --time {end.time:%Y-%m-%dT%H:%M:%SZ}"
        return Cause.TRANSFER, why, (end.key,), step
    if difference > 0 and (holding.calculated < 0 or facts.short):
        why = f"more {asset} was sold or sent than the records say was ever acquired"
        return Cause.PURCHASE, why, (), "Import what came before: kit import FILE"
    if facts.by_hand:
        count = len(facts.by_hand)
        why = f"{count:,} {'record' if count == 1 else 'records'} of this account were added, edited or removed by hand"
        return Cause.BY_HAND, why, tuple(facts.by_hand), f"kit ledger list --marked --account {_word(account)}"
    size = abs(holding.calculated)
    look = f"kit ledger list --account {_word(account)} --asset {_word(asset)}"
    if difference < 0 and abs(difference) <= size * _FEE:
        why = f"{_percent(difference, size)} of the balance is missing"
        return Cause.FEE, why, (), look
    if facts.earns and 0 < difference <= size * _EARNED:
        why = f"{asset} earns elsewhere in your ledger, and there is {_percent(difference, size)} more than recorded"
        return Cause.INCOME, why, (), look
    why = "nothing in the records explains it" if size else "there are no records of it at all"
    return Cause.UNKNOWN, why, (), look


def _missing_end(account: str, difference: Decimal, ends: Iterable[End]) -> End | None:
    """A transfer with one end elsewhere whose amount is what is too much or too little here."""
    wanted = "out" if difference > 0 else "in"
    size = abs(difference)
    fitting = [
        end
        for end in ends
        if end.key.account != account
        and end.direction == wanted
        and abs(end.quantity - size) <= end.quantity * (_CLOSE if wanted == "in" else _FEE)
    ]
    return min(fitting, key=lambda end: (abs(end.quantity - size), end.time, end.key), default=None)


def _percent(difference: Decimal, size: Decimal) -> str:
    part = abs(difference) / size * 100
    return f"{part:.2f} %" if part >= _SMALLEST_PERCENT else f"less than {_SMALLEST_PERCENT} %"


def _word(text: str) -> str:
    """As one word of a command line."""
    return text if text.isascii() and text.replace("-", "").replace("_", "").isalnum() else f'"{text}"'
