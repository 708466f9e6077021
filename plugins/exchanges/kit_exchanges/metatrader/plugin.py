"""What this plugin brings: exchange types."""

from __future__ import annotations

from kit import ExchangeType, hookimpl


@hookimpl
def kit_exchanges() -> list[ExchangeType]:
    return []
