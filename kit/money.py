"""Amounts, quantities and ratios, exact, and how people write them.

`Decimal` everywhere: a float is refused. Arithmetic that must not round runs under `exact_math`,
whose 100 digits hold any sum or product of real balances.
"""

from __future__ import annotations

import re
from contextlib import ContextDecorator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Context, Decimal, InvalidOperation, getcontext, setcontext
from types import TracebackType
from typing import Self

from .errors import UsageError
from .frozen import frozen

EXACT = Context(prec=100)
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_SCALES = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_PEOPLES_NUMBER = re.compile(
    rf"([+-]?)\s*[$€£¥]?\s*(\d[\d,_' ]*(?:\.\d+)?|\.\d+)\s*({'|'.join(_SCALES)})", re.IGNORECASE | re.ASCII
)
_POINTED_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d\d0")
_MINUS_SIGNS = str.maketrans("−–", "--")
_GROUPED = re.compile(r"\d{1,3}([,_' ])\d{3}(?:\1\d{3})*(?:\.\d+)?")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d|w)", re.IGNORECASE | re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LONGEST_SECONDS = 36500 * 86400  # from any day of ours it leads to a day that the calendar has


class exact_math(ContextDecorator):  # noqa: N801 - used like a keyword: `with exact_math():`
    """Run decimal arithmetic with 100 digits; as a `with` block or a decorator."""

    def _recreate_cm(self) -> Self:
        return type(self)()  # a decorated function may call itself, or run in several threads

    def __enter__(self) -> None:
        self._outer = getcontext()
        setcontext(EXACT.copy())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        setcontext(self._outer)


@frozen
class Money:
    """An amount of one currency. Adding two currencies is an error, not a guess."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not Decimal or not self.amount.is_finite():
            _require_decimal(self.amount)

    @exact_math()
    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.amount + other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(self.amount.copy_negate(), self.currency)

    def __sub__(self, other: Money) -> Money:
        return self + (-other)


@frozen
class Quantity:
    """So many units of an asset."""

    amount: Decimal
    asset: str

    def __post_init__(self) -> None:
        if type(self.amount) is not Decimal or not self.amount.is_finite():
            _require_decimal(self.amount)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share or a return; 0.05 is 5 %."""

    value: Decimal

    def __post_init__(self) -> None:
        _require_decimal(self.value)


def _require_decimal(value: object) -> None:
    if not isinstance(value, Decimal):
        raise TypeError(f"an exact figure is a Decimal, not {type(value).__name__}")
    if not value.is_finite():
        raise ValueError(f"an exact figure is finite, not {value}")


def exact(text: str) -> Decimal:
    """The decimal that `text` writes, digit for digit, as machines write it ("-1.50", "3E-8").

    Raises ValueError for anything else, NaN, infinities, separators and blank text included.
    """
    cleaned = text.strip()
    if not _PLAIN_NUMBER.fullmatch(cleaned):
        raise ValueError(f"“{text}” is not a number")
    try:
        return EXACT.create_decimal(cleaned)
    except InvalidOperation:  # pragma: no cover - the pattern admits nothing that Decimal refuses
        raise ValueError(f"“{text}” is not a number") from None


def plain(value: Decimal) -> str:
    """`value` without exponent and without trailing zeros: the canonical text of a quantity."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def parse_amount(text: str) -> Decimal:
    """The number a person means by “70k”, “70,000”, “1.5m”, “$20000”. Raises UsageError.

    “70.000” is seventy thousand to some and seventy to others, so it is refused; “1.234” is not: there is no other
    way to write it.
    """
    match = _PEOPLES_NUMBER.fullmatch(text.strip().translate(_MINUS_SIGNS))
    if not match:
        raise UsageError(f"“{text}” is not an amount.", next_step="Write it like 20000, 20,000 or 20k.")
    sign, digits, scale = match.groups()
    digits = digits.strip()
    if re.search(r"[,_' ]", digits) and not _GROUPED.fullmatch(digits):
        raise UsageError(f"“{text}” is ambiguous.", next_step="Group digits in threes and use a point: 20,000.50.")
    if not scale and _POINTED_THOUSANDS.fullmatch(digits):
        step = f"Write {digits.replace('.', ',')} or {digits.rstrip('0').rstrip('.')}."
        raise UsageError(f"“{text}” may be two numbers.", next_step=step)
    with exact_math():
        return Decimal(sign + re.sub(r"[,_' ]", "", digits)) * _SCALES[scale.lower()]


def parse_ratio(text: str) -> Decimal:
    """The ratio a person means by “5%” (0.05), “-5 %” or “0.05”. Raises UsageError.

    A bare number beyond ±1 is refused, because “5” may mean 5 % or 500 %.
    """
    cleaned = text.strip().translate(_MINUS_SIGNS)
    try:
        if cleaned.endswith("%"):
            return exact(cleaned[:-1]) / 100
        value = exact(cleaned)
    except ValueError:
        raise UsageError(f"“{text}” is not a percentage.", next_step="Write it like 5% or 0.05.") from None
    if abs(value) > 1:
        raise UsageError(f"“{text}” is ambiguous.", next_step=f"Write {cleaned}% for {cleaned} percent.")
    return value


def parse_duration(text: str) -> timedelta:
    """The span a person means by “30s”, “10m”, “1h”, “7d”, “2w”, a hundred years at most. Raises UsageError."""
    match = _DURATION.fullmatch(text.strip())
    if not match:
        raise UsageError(f"“{text}” is not a duration.", next_step="Write it like 30s, 10m, 1h, 7d or 2w.")
    seconds = float(match[1]) * _SECONDS[match[2].lower()]
    if seconds > _LONGEST_SECONDS:
        raise UsageError(f"“{text}” is too long a duration.", next_step="A hundred years are 36500d.")
    return timedelta(seconds=seconds)
