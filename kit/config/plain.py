"""Settings as JSON and back, without their models: what a kept look remembers of a section.

A decimal and a part of a section (a model within the model) are marked; a part comes back as a bare object with the
same attributes. What has no such form raises TypeError.
"""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

_DECIMAL = "$decimal"
_PART = "$part"


def encode(value: Any) -> Any:
    """The value for JSON. Raises TypeError."""
    if value is None or type(value) in (str, int, bool):
        return value
    if type(value) is Decimal:
        return {_DECIMAL: str(value)}
    if type(value) is list:
        return [encode(each) for each in value]
    if type(value) is dict:
        if any(type(key) is not str or key.startswith("$") for key in value):
            raise TypeError("only plain names are kept")
        return {key: encode(each) for key, each in value.items()}
    fields = getattr(type(value), "model_fields", None)
    if fields is None:
        raise TypeError(f"{type(value).__name__} is not kept")
    return {_PART: {name: encode(getattr(value, name)) for name in fields}}


def decode(kept: Any) -> Any:
    """What was encoded."""
    if isinstance(kept, list):
        return [decode(each) for each in kept]
    if not isinstance(kept, dict):
        return kept
    if _DECIMAL in kept:
        return Decimal(kept[_DECIMAL])
    if _PART in kept:
        return SimpleNamespace(**{name: decode(each) for name, each in kept[_PART].items()})
    return {key: decode(each) for key, each in kept.items()}
