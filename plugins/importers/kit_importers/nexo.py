"""Nexo's transactions, the columns of all years:

    Transaction,Type,Currency,Amount,[USD Equivalent,]Details,Outstanding Loan,Date / Time
    Transaction,Type,Input Currency,Input Amount,Output Currency,Output Amount,USD Equivalent,[Fee,Fee Currency,]
    Details,[Outstanding Loan,]Date / Time[ (UTC)]

Where the column does not say UTC, times are those of Zürich. Nexo's own money (EURX) is money, its coins by network are
the coins. Of loans no account is kept: neither what was lent nor its interest is read, but what was sold to repay is. A
card payment is told as the withdrawal that it is also told as.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from kit import ImportedRow, Importer, ImportSource, Kind, Money, Quantity, SkippedRow

from .events import Event, Meanings, leg, record_rows
from .fields import money_number, number
from .moments import moment
from .tables import Layout, TableRow, one_of
from .zones import IN_UTC, WallClock, wall_clock

_NAME = "nexo"
_LAYOUT = Layout(
    (
        ("transaction", "type", "input currency", "input amount", "output currency", "output amount", "details"),
        ("transaction", "type", "currency", "amount", "details"),
    ),
    one_of("usd equivalent", "outstanding loan", "fee", "fee currency", r"date / time(?: \(utc\))?"),
)
_TYPES: Meanings = {
    "deposit": (Kind.DEPOSIT, ""),
    "exchangedepositedon": (Kind.DEPOSIT, ""),
    "topupcrypto": (Kind.DEPOSIT, ""),
    "withdrawal": (Kind.WITHDRAWAL, ""),
    "withdrawexchanged": (Kind.WITHDRAWAL, ""),
    "withdrawalfee": (Kind.FEE, "withdrawal"),
    "interest": (Kind.INTEREST, ""),
    "interestadditional": (Kind.INTEREST, "additional"),
    "fixedterminterest": (Kind.INTEREST, "fixed term"),
    "dividend": (Kind.REWARD, "dividend"),
    "referralbonus": (Kind.REWARD, "referral"),
    "cashback": (Kind.REWARD, "cashback"),
    "exchangecashback": (Kind.REWARD, "cashback"),
    "bonus": (Kind.REWARD, "bonus"),
    "exchange": (Kind.TRADE, ""),
    "exchangecollateral": (Kind.TRADE, "collateral"),
    "manualsellorder": (Kind.SELL, "to repay a loan"),
    "liquidation": (Kind.SELL, "liquidation"),
}
_INTERNAL = {
    **dict.fromkeys(
        (
            *("administrator", "deposittoexchange", "exchangetowithdraw", "lockingtermdeposit", "unlockingtermdeposit"),
            *("transferin", "transferout", "transferfromprowallet", "transfertoprowallet"),
            "creditcardfiatxexchangetowithdraw",
        ),
        "it stays with Nexo",
    ),
    **dict.fromkeys(("creditcardstatus", "nexocardpurchase"), "a card payment, which is also told as a withdrawal"),
    **dict.fromkeys(
        ("withdrawalcredit", "loanwithdrawal", "repayment", "manualrepayment"), "a loan, of which no account is kept"
    ),
}
_NAMES = {
    "EURX": "EUR",
    "GBPX": "GBP",
    "USDX": "USD",
    **dict.fromkeys(("NEXONEXO", "NEXOBNB", "NEXOBEP2"), "NEXO"),
    "BNBN": "BNB",
    "USDTERC": "USDT",
}
_BOTH = re.compile(r"-([\d.,]+) / \+([\d.,]+)")
_ZURICH = WallClock("Europe/Zurich", ZoneInfo("Europe/Zurich"), named=False)


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row."""
    clock, account = wall_clock(source.timezone, _ZURICH), source.account or _NAME
    return record_rows(_LAYOUT.rows(source.path), _NAME, lambda row: _event(row, account, clock), "transaction")


def _event(row: TableRow, account: str, clock: WallClock) -> Event | SkippedRow:
    details = row.get("details")
    if details and not details.casefold().startswith("approved"):
        return row.skipped(f"it did not go through: {details.partition(' / ')[0]}")
    word = re.sub(r"[\s_]", "", row.get("type")).casefold()
    if word in _INTERNAL:
        return row.skipped(_INTERNAL[word])
    if word not in _TYPES:
        raise ValueError(f"the type “{row.get('type')}” is not known" if word else "the type is missing")
    kind, said = _TYPES[word]
    utc = row.get("date / time (utc)")
    time = moment(utc, IN_UTC) if utc else moment(row.get("date / time"), clock)
    value, fee = _value(row), _leg(row.get("fee"), row.get("fee currency"))
    if kind is Kind.TRADE:
        sent, received = _both(row)
        return Event(time, account, kind, received, sent, fee, value, note=said)
    amount = row.get("output amount", "amount")
    if not row.get("output currency", "currency") or not number(amount, "amount"):
        amount = row.get("input amount", "amount")
    if kind is Kind.INTEREST and amount.startswith("-"):
        return row.skipped("interest on a loan, of which no account is kept")
    moved = _leg(amount, row.get("output currency", "currency") or row.get("input currency"))
    if kind is Kind.DEPOSIT and "airdrop" in details.casefold():
        kind = Kind.AIRDROP
    goes = kind in {Kind.WITHDRAWAL, Kind.FEE, Kind.SELL}
    if kind is Kind.SELL:
        moved = _leg(row.get("input amount", "amount"), row.get("input currency", "currency"))
        if value is None:
            raise ValueError("what was sold to repay a loan has no value")
    return Event(time, account, kind, None if goes else moved, moved if goes else None, fee, value, note=said)


def _both(row: TableRow) -> tuple[Quantity | None, Quantity | None]:
    """What was given and what came, in the older layout in one cell each: “BTC/EUR”, “-0.1 / +2000”."""
    if "input amount" in row.cells:
        return (
            _leg(row.get("input amount"), row.get("input currency")),
            _leg(row.get("output amount"), row.get("output currency")),
        )
    found = _BOTH.fullmatch(row.get("amount"))
    given, _, got = row.get("currency").partition("/")
    if not found or not got:
        raise ValueError(f"“{row.get('amount')}” of {row.get('currency')} does not tell both sides")
    return _leg(found[1], given), _leg(found[2], got)


def _leg(amount: str, asset: str) -> Quantity | None:
    return leg(amount.lstrip("-"), _NAMES.get(asset.upper(), asset), "amount")


def _value(row: TableRow) -> Money | None:
    text = row.get("usd equivalent")
    value = money_number(text, "value") if text else None
    return Money(abs(value), "USD") if value else None


NEXO = Importer(_NAME, "Nexo transactions", _LAYOUT.match, read, venue=_NAME)
