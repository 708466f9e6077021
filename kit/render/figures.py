"""How a figure reads: the text of each kind of value, rounded half to even, never to a false zero.

A headline shows money to the cent; a cell of a table drops the cents from 1,000 on. What rounds to
nothing but is not nothing says so ("<$0.01"). `precise` shows every digit.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal

from ..money import EXACT, Money, Quantity, Ratio
from ..replies import Value

MISSING = "N/A"
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪", "UAH": "₴", "VND": "₫"}
_WHOLE_UNITS = frozenset({"JPY", "KRW", "VND"})
_COINS = frozenset({"BTC", "XBT", "ETH"})


def figure(value: Value, *, cell: bool = False, signed: bool = False, precise: bool = False, zone: tzinfo = UTC) -> str:
    """The text of any value. In a `cell` a quantity stands without its asset."""
    match value:
        case None:
            return MISSING
        case Money():
            return money(value, cell=cell, signed=signed, precise=precise)
        case Quantity():
            text = quantity(value.amount, signed=signed, precise=precise)
            return text if cell else f"{text} {value.asset}"
        case Ratio():
            return ratio(value.value, signed=signed, precise=precise)
        case Decimal():
            return number(value, signed=signed, precise=precise)
        case bool():
            return "yes" if value else "no"
        case int():
            return format(value, "+,d" if signed and value else ",d")
        case datetime() if value.tzinfo is not None:
            return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S" if precise else "%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case timedelta():
            return span(value)
    return value


def unnamed(value: Value, row: tuple[Value, ...]) -> bool:
    """Whether this is a quantity whose asset no other cell of the row names."""
    return isinstance(value, Quantity) and value.asset not in row


def money(value: Money, *, cell: bool = False, signed: bool = False, precise: bool = False) -> str:
    """“$15,432.50”, “-$450.00”, “1,234.50 CHF”."""
    amount = value.amount
    if value.currency in _COINS:
        return f"{quantity(amount, signed=signed, precise=precise)} {value.currency}"
    places = 0 if value.currency in _WHOLE_UNITS else 2
    if precise:
        digits = _grouped(amount.copy_abs(), at_least=places)
    else:
        rounded = _round(amount.copy_abs(), places)
        if amount and not rounded:
            return _beneath(amount, with_unit(_grouped(_unit(places)), value.currency))
        digits = _grouped(_round(amount.copy_abs(), 0)) if cell and rounded >= 1000 else _grouped(rounded)
    return _sign(amount, signed) + with_unit(digits, value.currency)


def quantity(amount: Decimal, *, signed: bool = False, precise: bool = False) -> str:
    """“0.1500”, “1,902.50”, “0.00000123”."""
    size = amount.copy_abs()
    if precise:
        digits = _grouped(_stripped(size))
    elif _round(size, 2) >= 1000:
        digits = _grouped(_round(size, 2))
    elif size and size < Decimal("0.001"):
        digits = _significant(size)
    else:
        digits = _grouped(_round(size, 4))
    return _sign(amount, signed) + digits


def ratio(value: Decimal, *, signed: bool = False, precise: bool = False) -> str:
    """“65.1%”, “+5.2%”."""
    percent = EXACT.multiply(value, Decimal(100))
    if precise:
        return _sign(value, signed) + _grouped(_stripped(percent.copy_abs())) + "%"
    rounded = _round(percent.copy_abs(), 1)
    if value and not rounded:
        return _beneath(value, "0.1%")
    return _sign(value, signed) + _grouped(rounded) + "%"


def number(value: Decimal, *, signed: bool = False, precise: bool = False) -> str:
    """A bare figure: at most four decimals, without trailing zeros."""
    size = value.copy_abs()
    if precise:
        digits = _grouped(size)
    elif size and size < Decimal("0.001"):
        digits = _significant(size)
    else:
        digits = _grouped(_stripped(_round(size, 4)))
    return _sign(value, signed) + digits


def span(value: timedelta) -> str:
    """How long, in the largest unit that says enough: “40 s”, “14 min”, “5 h”, “3 days”."""
    if value < timedelta(0):
        return f"-{span(-value)}"
    seconds = int(value.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 48 * 3600:
        return f"{seconds // 3600} h"
    return f"{seconds // 86400:,} days"


def _sign(amount: Decimal, signed: bool) -> str:
    if amount < 0:
        return "-"
    return "+" if signed and amount > 0 else ""


def _beneath(amount: Decimal, least: str) -> str:
    return f"<{least}" if amount > 0 else f">-{least}"


def with_unit(digits: str, currency: str) -> str:
    """“$15”, “15 CHF”."""
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{digits}" if symbol else f"{digits} {currency}"


def _unit(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


def _round(size: Decimal, places: int) -> Decimal:
    exponent = size.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= 0 and size.adjusted() > 80:
        return size
    return size.quantize(_unit(places), rounding=ROUND_HALF_EVEN, context=EXACT)


def _significant(size: Decimal) -> str:
    places = 3 - size.adjusted()
    return format(_stripped(size.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN, context=EXACT)), "f")


def _stripped(size: Decimal) -> Decimal:
    """Without trailing zeros after the point."""
    if size == size.to_integral_value():
        return size.quantize(Decimal(1), context=EXACT) if size.adjusted() < 90 else size
    return size.normalize(EXACT)


def _grouped(size: Decimal, *, at_least: int = 0) -> str:
    text = format(size, ",f")
    if at_least:
        whole, _, decimals = text.partition(".")
        text = f"{whole}.{decimals.ljust(at_least, '0')}"
    return text
