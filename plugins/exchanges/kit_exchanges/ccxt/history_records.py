"""From ccxt's structures to records.

A trade's fee stands beside its legs, a withdrawal's network fee beside what was sent; what was deposited is what
was credited. Several fees, or a fee that a venue pays (a rebate), become records of their own. Entries that
moved nothing yield nothing; those that cannot be understood raise ValueError, so that only they are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from kit import Kind, OddAnswer, Quantity, Record, content_id, exact_math

from .figures import amount, instant
from .history_paging import Row, key_of

FIAT = frozenset(
    (
        *("USD", "EUR", "GBP", "CHF", "JPY", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "RON", "HUF"),
        *("TRY", "RUB", "BRL", "NGN", "UAH", "ZAR", "ARS", "MXN", "COP", "KZT", "INR", "SGD", "AED", "KRW", "HKD"),
    )
)
_SETTLED = frozenset({"ok", None})
_INCOME = (
    ("stak", Kind.STAKING),
    ("airdrop", Kind.AIRDROP),
    ("fork", Kind.FORK),
    ("interest", Kind.INTEREST),
    ("saving", Kind.INTEREST),
    ("flexible", Kind.INTEREST),
    ("locked", Kind.INTEREST),
    ("earn", Kind.INTEREST),
    ("lend", Kind.INTEREST),
    ("mining", Kind.MINING),
    ("dividend", Kind.REWARD),
    ("reward", Kind.REWARD),
    ("rebate", Kind.REWARD),
    ("cashback", Kind.REWARD),
    ("referral", Kind.REWARD),
    ("commission", Kind.REWARD),
    ("bonus", Kind.REWARD),
    ("distribution", Kind.REWARD),
)


def is_settled(row: Row) -> bool:
    """Whether a deposit or withdrawal has come to its good end."""
    return row.get("status") in _SETTLED


def is_pending(row: Row) -> bool:
    return row.get("status") == "pending"


def trade(account: str, row: Row) -> Iterator[Record]:
    """One execution of an order."""
    symbol, side = str(row.get("symbol") or ""), row.get("side")
    base, _, quote = symbol.partition("/")
    if ":" in quote:
        raise ValueError(f"{symbol} is a contract, whose result is part of the balance")
    if not base or not quote or side not in {"buy", "sell"}:
        raise ValueError(f"a trade of “{symbol}” without a side" if symbol else "a trade without a market")
    quantity, price = amount(row.get("amount")), amount(row.get("price"))
    cost = amount(row.get("cost"))
    if cost is None and quantity is not None and price is not None:
        cost = _product(quantity, price)
    if not quantity or cost is None:
        raise ValueError(f"a trade of {symbol} without a quantity or a price")
    own = key_of(row)
    coins = Quantity(abs(quantity), base)
    money = Quantity(abs(cost), quote) if cost else None
    received, sent = (coins, money) if side == "buy" else (money, coins)
    kind = trade_kind(sent, received)
    yield from _with_fees(Record(f"trade:{symbol}:{own}", _time(row), account, kind, received, sent), _fees(row))


def transfer(account: str, row: Row, kind: Kind) -> Iterator[Record]:
    """A settled deposit or withdrawal."""
    code, quantity = row.get("currency"), amount(row.get("amount"))
    if not code or quantity is None:
        raise ValueError("a transfer without an asset or an amount")
    if not quantity:
        return
    moved = Quantity(abs(quantity), str(code))
    note = f"tx {row['txid']}" if row.get("txid") else ""
    own = f"{kind.value}:{key_of(row)}"
    if kind is Kind.DEPOSIT:
        yield Record(own, _time(row), account, kind, received=moved, note=note)
    else:
        fees = [fee for fee in _fees(row) if fee.amount > 0]
        yield from _with_fees(Record(own, _time(row), account, kind, sent=moved, note=note), fees)


def conversion(account: str, row: Row) -> Iterator[Record]:
    """A conversion at the venue's own price."""
    given, got = amount(row.get("fromAmount")), amount(row.get("toAmount"))
    if not given or not got or not row.get("fromCurrency") or not row.get("toCurrency"):
        raise ValueError("a conversion without two sides")
    sent, received = Quantity(given, str(row["fromCurrency"])), Quantity(got, str(row["toCurrency"]))
    own = f"convert:{key_of(row)}"
    yield Record(own, _time(row), account, trade_kind(sent, received), received, sent, note="conversion")


def income(account: str, row: Row, *, words: str) -> Iterator[Record]:
    """Something received for nothing; `words` of the venue say what for."""
    code, quantity = row.get("currency"), amount(row.get("amount"))
    if not code or quantity is None:
        raise ValueError("an income without an asset or an amount")
    if quantity > 0:
        received = Quantity(quantity, str(code))
        yield Record(f"income:{key_of(row)}", _time(row), account, income_kind(words), received=received, note=words)


def ledger_income(account: str, row: Row) -> Iterator[Record]:
    """An entry of a ledger that is an income; the others are told by trades and transfers already."""
    words = str(row.get("type") or "")
    if row.get("direction") != "out" and row.get("status") in _SETTLED and _known_income(words):
        yield from income(account, row, words=words)


def income_kind(words: str) -> Kind:
    """The kind of an income by the venue's words for it; a reward where they say nothing known."""
    return _known_income(words) or Kind.REWARD


def _known_income(words: str) -> Kind | None:
    text = words.casefold()
    return next((kind for word, kind in _INCOME if word in text), None)


def _with_fees(record: Record, fees: list[Quantity]) -> Iterator[Record]:
    """The record with its first fee; further fees and rebates beside it."""
    paid = [fee for fee in fees if fee.amount > 0]
    yield replace(record, fee=paid[0] if paid else None)
    beside = replace(record, received=None, sent=None)
    for fee in paid[1:]:
        yield replace(beside, id=f"{record.id}:fee:{fee.asset}", kind=Kind.FEE, fee=fee, note="further fee")
    for fee in fees:
        if fee.amount < 0:
            back = Quantity(-fee.amount, fee.asset)
            own = f"{record.id}:rebate:{fee.asset}"
            yield replace(beside, id=own, kind=Kind.REWARD, received=back, note="maker rebate")


@exact_math()
def _fees(row: Row) -> list[Quantity]:
    """What was charged, by asset."""
    listed = row.get("fees") or [row.get("fee")]
    sums: dict[str, Decimal] = {}
    for fee in listed:
        cost = amount(fee.get("cost")) if isinstance(fee, Mapping) else None
        if cost and fee.get("currency"):
            sums[str(fee["currency"])] = sums.get(str(fee["currency"]), Decimal(0)) + cost
    return [Quantity(cost, asset) for asset, cost in sorted(sums.items()) if cost]


def trade_kind(sent: Quantity | None, received: Quantity | None) -> Kind:
    paid = sent is not None and sent.asset in FIAT
    got = received is not None and received.asset in FIAT
    if paid and not got:
        return Kind.BUY
    return Kind.SELL if got and not paid else Kind.TRADE


@exact_math()
def _product(quantity: Decimal, price: Decimal) -> Decimal:
    return quantity * price


def _time(row: Row) -> datetime:
    return instant(row.get("timestamp"))


def reason(error: Exception) -> str:
    return error.message if isinstance(error, OddAnswer) else str(error)


def raw_row(own: Any, milliseconds: Any, code: Any, quantity: Any) -> dict[str, Any]:
    """A row of ccxt's shape, from an answer that ccxt does not read."""
    at = int(str(milliseconds)) if str(milliseconds).isdigit() else None
    return {"id": str(own) if own is not None else content_id(at, code, quantity), "timestamp": at} | {
        "currency": code,
        "amount": quantity,
    }
