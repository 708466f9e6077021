"""Column types that lose nothing: exact decimals and aware instants."""

from __future__ import annotations

import operator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Numeric, String
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator, TypeEngine

from ..money import plain

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MOST_DIGITS = 1000
_AS_A_WHOLE = {
    operator.eq,
    operator.ne,
    operators.is_,
    operators.is_not,
    operators.in_op,
    operators.not_in_op,
    operators.is_distinct_from,
    operators.is_not_distinct_from,
}


class ExactDecimal(TypeDecorator[Decimal]):
    """A finite decimal, digit for digit: NUMERIC in PostgreSQL, canonical text in SQLite.

    Equal numbers have equal texts (no exponent, no trailing zero, no negative zero). SQL may test
    them for equality only: SQLite would order them as words and add them up as floats, so
    comparing or adding in SQL raises TypeError. A float, NaN or an infinity is refused.
    """

    impl = String
    cache_ok = True

    class Comparator(TypeDecorator.Comparator[Decimal]):
        def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
            if op not in _AS_A_WHOLE:
                raise TypeError(f"SQL cannot use “{op.__name__}” on exact decimals; read them and do it in Python")
            return super().operate(op, *other, **kwargs)

    comparator_factory = Comparator

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Numeric(asdecimal=True))
        return dialect.type_descriptor(String())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError(f"an exact figure is a Decimal, not {type(value).__name__}")
        if not value.is_finite():
            raise ValueError(f"an exact figure is finite, not {value}")
        if abs(value.adjusted()) > _MOST_DIGITS:
            raise ValueError(f"{value} is beyond what can be kept (1E±{_MOST_DIGITS})")
        text = plain(value)
        return Decimal(text) if dialect.name == "postgresql" else text

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class UTCDateTime(TypeDecorator[datetime]):
    """An instant, aware, in UTC, to the microsecond: TIMESTAMPTZ in PostgreSQL, microseconds since 1970 in SQLite.

    Any zone is taken and turned into UTC; a naive datetime is refused with ValueError.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value.isoformat()}")
        return value.astimezone(UTC) if dialect.name == "postgresql" else microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return instant(value)


def microseconds(value: datetime) -> int:
    """How SQLite keeps an aware instant."""
    return (value - _EPOCH) // _MICROSECOND


def instant(kept: int) -> datetime:
    """The instant that SQLite kept as microseconds."""
    return _EPOCH + timedelta(microseconds=kept)
