"""Crypto.com App: the crypto wallet's and the fiat wallet's transactions.

    Timestamp (UTC),Transaction Description,Currency,Amount,To Currency,To Amount,Native Currency,Native Amount,
    Native Amount (in USD),Transaction Kind[,Transaction Hash]

Some conversions are told in several rows of one instant, those that end in `_credited` and `_debited`: they become one
trade, or one for each coin that was given, with its share of what came, by value. What is locked, staked in the App or
put to Earn stays with Crypto.com. The native amount is what an event was worth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from itertools import groupby

from kit import ImportedRow, Importer, ImportSource, Kind, Money, Quantity, Record, RejectedRow, SkippedRow, exact_math

from .events import Event, Meanings, Records, leg, notes, worth
from .fields import asset_name, number
from .moments import moment
from .tables import Layout, TableRow, one_of
from .zones import WallClock, wall_clock

_NAME = "crypto-com-app"
_LAYOUT = Layout(
    (
        (
            *("timestamp (utc)", "transaction description", "currency", "amount", "to currency", "to amount"),
            *("native currency", "native amount", "transaction kind"),
        ),
    ),
    one_of(r"native amount \(in usd\)", "transaction hash"),
)
_KINDS: Meanings = {
    "crypto_purchase": (Kind.BUY, "by card"),
    "viban_purchase": (Kind.TRADE, ""),
    "recurring_buy_order": (Kind.TRADE, "recurring"),
    "crypto_viban_exchange": (Kind.TRADE, ""),
    "crypto_exchange": (Kind.TRADE, ""),
    "trading.limit_order.crypto_wallet.purchase_commit": (Kind.TRADE, "limit order"),
    "trading.limit_order.cash_account.purchase_commit": (Kind.TRADE, "limit order"),
    "card_top_up": (Kind.SELL, "to the card"),
    "crypto_to_van_sell_order": (Kind.SELL, ""),
    "crypto_deposit": (Kind.DEPOSIT, ""),
    "viban_deposit": (Kind.DEPOSIT, ""),
    "exchange_to_crypto_transfer": (Kind.DEPOSIT, "from the Exchange"),
    "crypto_withdrawal": (Kind.WITHDRAWAL, ""),
    "viban_withdrawal": (Kind.WITHDRAWAL, ""),
    "viban_card_top_up": (Kind.WITHDRAWAL, "to the card"),
    "crypto_to_exchange_transfer": (Kind.WITHDRAWAL, "to the Exchange"),
    "dynamic_coin_swap_bonus_exchange_deposit": (Kind.WITHDRAWAL, "to the Exchange"),
    "crypto_payment": (Kind.SPEND, ""),
    "crypto_payment_refund": (Kind.DEPOSIT, "refund"),
    "crypto_earn_interest_paid": (Kind.INTEREST, ""),
    "crypto_earn_extra_interest_paid": (Kind.INTEREST, ""),
    "mco_stake_reward": (Kind.STAKING, ""),
    "staking_reward": (Kind.STAKING, ""),
    "finance.lockup.dpos_compound_interest.crypto_wallet": (Kind.STAKING, ""),
    "finance.dpos.non_compound_interest.crypto_wallet": (Kind.STAKING, ""),
    "referral_bonus": (Kind.REWARD, "referral"),
    "referral_gift": (Kind.REWARD, "sign-up bonus"),
    "referral_card_cashback": (Kind.REWARD, "cashback"),
    "reimbursement": (Kind.REWARD, "rebate"),
    "lockup_swap_rebate": (Kind.REWARD, "rebate"),
    "pay_checkout_reward": (Kind.REWARD, "cashback"),
    "transfer_cashback": (Kind.REWARD, "cashback"),
    "supercharger_reward_to_app_credited": (Kind.REWARD, "supercharger"),
    "rewards_platform_deposit_credited": (Kind.REWARD, "mission"),
    "airdrop_locked": (Kind.AIRDROP, ""),
    "admin_wallet_credited": (Kind.REWARD, "adjustment"),
    "reimbursement_reverted": (Kind.FEE, "rebate taken back"),
    "card_cashback_reverted": (Kind.FEE, "cashback taken back"),
}
_INTERNAL = frozenset(
    (
        *("lockup_lock", "lockup_unlock", "lockup_upgrade", "crypto_earn_program_created"),
        *("crypto_earn_program_withdrawn", "supercharger_deposit", "supercharger_withdrawal"),
        *("finance.lockup.dpos_lock.crypto_wallet", "finance.lockup.dpos_unlock.crypto_wallet"),
        *("finance.dpos.staking.crypto_wallet", "finance.dpos.unstaking.crypto_wallet"),
        *("trading.limit_order.cash_account.purchase_lock", "trading.limit_order.cash_account.purchase_unlock"),
    )
)
_CREDITED, _DEBITED = "_credited", "_debited"
_STEP = Decimal("1E-18")


@dataclass(frozen=True, slots=True)
class _Half:
    """A row of a conversion: what came (`amount` above zero) or went."""

    row: TableRow
    amount: Decimal
    asset: str
    native: Decimal


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """Records, in the order of the file."""
    clock, account = wall_clock(source.timezone), source.account or _NAME
    records = Records(_NAME)
    for several, group in groupby(_LAYOUT.rows(source.path), key=_conversion):
        rows = list(group)
        if several and len(rows) > 1:
            yield from _converted([row for row in rows if isinstance(row, TableRow)], records, account, clock)
            continue
        for row in rows:
            yield _single(row, records, account, clock) if isinstance(row, TableRow) else row


def _conversion(row: TableRow | RejectedRow | SkippedRow) -> tuple[str, str] | int:
    """What the rows of one conversion share; something of its own for any other row."""
    if isinstance(row, TableRow):
        kind = row.get("transaction kind")
        for ending in (_CREDITED, _DEBITED):
            if kind.endswith(ending) and kind not in _KINDS:
                return row.get("timestamp (utc)"), kind.removesuffix(ending)
    return 0


def _single(row: TableRow, records: Records, account: str, clock: WallClock) -> ImportedRow:
    try:
        event = _event(row, account, clock)
        return event if isinstance(event, SkippedRow) else records.record(event, row.get("transaction description"))
    except ValueError as error:
        return row.rejected(error)


def _event(row: TableRow, account: str, clock: WallClock) -> Event | SkippedRow:
    word = row.get("transaction kind")
    if word in _INTERNAL:
        return row.skipped("it stays with Crypto.com")
    amount = number(row.get("amount"), "amount")
    if word == "crypto_transfer":
        kind, said = (Kind.DEPOSIT if amount > 0 else Kind.WITHDRAWAL), row.get("transaction description")
    elif word in _KINDS:
        kind, said = _KINDS[word]
    else:
        raise ValueError(f"the transaction kind “{word}” is not known" if word else "the transaction kind is missing")
    thing = leg(row.get("amount").lstrip("-"), row.get("currency"), "amount")
    other = leg(row.get("to amount").lstrip("-"), row.get("to currency"), "to amount")
    received, sent, fee = thing, None, None
    if kind is Kind.TRADE:
        received, sent = other, thing
    elif kind is Kind.FEE:
        received, fee = None, thing
    elif kind in {Kind.WITHDRAWAL, Kind.SPEND, Kind.SELL}:
        received, sent = None, thing
    hashed = row.get("transaction hash")
    return Event(
        moment(row.get("timestamp (utc)"), clock),
        account,
        kind,
        received,
        sent,
        fee,
        worth(row.get("native amount").lstrip("-"), row.get("native currency")),
        note=notes(said, f"tx {hashed}" if hashed else ""),
    )


def _converted(
    rows: Sequence[TableRow], records: Records, account: str, clock: WallClock
) -> Iterator[Record | RejectedRow]:
    """A trade for each coin that went, with its share of the one that came."""
    try:
        halves = [_half(row) for row in rows]
        came = [half for half in halves if half.amount > 0]
        went = [half for half in halves if half.amount < 0]
        if len(came) != 1 or not went:
            raise ValueError("a conversion without its other side")
        time = moment(rows[0].get("timestamp (utc)"), clock)
        said = rows[0].get("transaction description")
        made = [
            records.record(
                Event(time, account, Kind.TRADE, got, Quantity(-half.amount, half.asset), value=_value(half), note=said)
            )
            for half, got in zip(went, _shares(came[0], went), strict=True)
        ]
    except ValueError as error:
        yield from (row.rejected(error) for row in rows)
    else:
        yield from made


def _half(row: TableRow) -> _Half:
    native = number(row.get("native amount") or "0", "native amount")
    return _Half(row, number(row.get("amount"), "amount"), asset_name(row.get("currency")), abs(native))


def _value(half: _Half) -> Money | None:
    return worth(str(half.native), half.row.get("native currency"))


@exact_math()
def _shares(came: _Half, went: Iterable[_Half]) -> list[Quantity]:
    """What came, divided by what each was worth, equally where nobody knows; together it is all of it."""
    weights = [half.native for half in went]
    if not all(weights):
        weights = [Decimal(1)] * len(weights)
    whole, done, told = sum(weights, Decimal(0)), Decimal(0), Decimal(0)
    shares = []
    for weight in weights:
        done += weight
        upto = came.amount if done == whole else (came.amount * done / whole).quantize(_STEP, ROUND_FLOOR)
        shares.append(Quantity(upto - told, came.asset))
        told = upto
    return shares


CRYPTO_COM = Importer(_NAME, "Crypto.com App transactions", _LAYOUT.match, read, venue="crypto.com")
