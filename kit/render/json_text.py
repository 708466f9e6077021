"""Reply → JSON: exact, and the same shape every time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any

from ..errors import KitError
from ..money import Money, Quantity, Ratio
from ..replies import Reply, Verbatim


def render_json(reply: Reply) -> str:
    """`{"data": …, "problems": […]}`. Figures are strings, digit for digit; instants are UTC with a Z."""
    document: dict[str, Any] = {"data": to_data(reply.data), "problems": to_data(reply.problems)}
    if reply.meta.get("sample"):
        document["sample_data"] = True
    return _dumps(document)


def error_json(error: KitError) -> str:
    """`{"error": {"kind", "message", "next_step", "exit_code"}}`."""
    return _dumps(
        {
            "error": {
                "kind": type(error).__name__,
                "message": error.message,
                "next_step": error.next_step,
                "exit_code": error.exit_code,
            }
        }
    )


def _dumps(document: Any) -> str:
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    return text if text.isprintable() else text.encode("utf-8", "backslashreplace").decode("utf-8").translate(_ESCAPED)


# JSON escapes C0 itself; C1 and bidirectional controls would still act on a terminal.
_ESCAPED = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A))}


def to_data(value: Any) -> Any:
    """`value` as what JSON can hold. Raises TypeError for what has no exact form, a float included."""
    match value:
        case None | bool() | int() if not isinstance(value, Enum):
            return value
        case Money():
            return {"amount": _exact(value.amount), "currency": value.currency}
        case Quantity():
            return {"amount": _exact(value.amount), "asset": value.asset}
        case Ratio():
            return _exact(value.value)
        case Decimal():
            return _exact(value)
        case Enum():
            return to_data(value.value)
        case str():
            return value
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case PurePath():
            return str(value)
        case Verbatim():
            return value.json
        case Mapping():
            return {_key(key): to_data(item) for key, item in value.items()}
        case list() | tuple():
            return [to_data(item) for item in value]
        case set() | frozenset():
            return [to_data(item) for item in sorted(value, key=str)]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_data(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"a reply cannot carry a {type(value).__name__}")


def _exact(value: Decimal) -> str:
    return format(value, "f")


def _key(key: Any) -> str:
    return key if isinstance(key, str) else str(to_data(key))
