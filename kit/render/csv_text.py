"""Reply → CSV: the table of the answer, with every digit, for machines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from ..csv_lines import csv_line
from ..errors import UsageError
from ..money import Money, Quantity, Ratio, plain
from ..replies import Reply, Table, Value
from .figures import unnamed
from .safe import paragraph
from .tabular import tabular

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def render_csv(reply: Reply) -> str:
    """The reply's first table under its columns' keys; where it has none, its matrix or the points of its chart.

    A column that holds money is followed by one with its currency, one with quantities of assets that
    nothing else in the row names by one with these. Text that a spreadsheet would run as a formula is
    defused with a leading apostrophe. Raises UsageError where there is no table.
    """
    table = tabular(reply)
    if table is None:
        raise UsageError("This answer has no table.", next_step="Use --json for its data.")
    units = [_unit(table, at) for at in range(len(table.columns))]
    header: list[str] = []
    for column, unit in zip(table.columns, units, strict=True):
        key = _defused(column.key)
        header += [key, f"{key}_{unit}"] if unit else [key]
    lines = [csv_line(header)]
    for row in table.rows:
        cells: list[str] = []
        for value, unit in zip(row, units, strict=True):
            cells.append(machine_cell(value))
            if unit:
                cells.append(machine_cell(_unit_of(value)))
        lines.append(csv_line(cells))
    return "".join(lines)


def _unit(table: Table, at: int) -> str:
    """What the column of units behind a column is called; "" where it needs none."""
    if any(isinstance(row[at], Money) for row in table.rows):
        return "currency"
    return "asset" if any(unnamed(row[at], row) for row in table.rows) else ""


def _unit_of(value: Value) -> str:
    if isinstance(value, Money):
        return value.currency
    return value.asset if isinstance(value, Quantity) else ""


def machine_cell(value: Value) -> str:
    """One value as a machine reads it: no separators, no symbol, no rounding; empty where missing."""
    match value:
        case None:
            return ""
        case Money() | Quantity():
            return plain(value.amount)
        case Ratio():
            return plain(value.value)
        case Decimal():
            return plain(value)
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case timedelta():
            return plain(Decimal(value.days * 86400 + value.seconds) + Decimal(value.microseconds).scaleb(-6))
    return _defused(value)


def _defused(text: str) -> str:
    runs = text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)
    return f"'{paragraph(text)}" if runs else paragraph(text)
