"""`kit prices set`: a price that a person says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import Column, Event, Money, PricePoint, Reply, Services, Table, Text, UsageError

from .core.prices import MANUAL
from .core.symbols import asset_of
from .plugin import SECTION
from .standing import refresh_problems

if TYPE_CHECKING:
    from .settings import PortfolioSettings


@dataclass(frozen=True, slots=True)
class SetPrice:
    """What was said. `changed` is whether it is anything new."""

    day: date
    asset: str
    close: Decimal
    currency: str
    source: str
    changed: bool


def set_price(services: Services, *, asset: str, day: date, price: Decimal, currency: str | None) -> Reply:
    """The command. The last word on a day counts. Raises UsageError."""
    from .store.closes import keep_closes

    settings: PortfolioSettings = services.settings(SECTION)
    name, quoted = asset_of(asset, names=settings.asset_names), currency or settings.base_currency
    if price <= 0:
        raise UsageError("A price is above zero.", next_step="What is worth nothing any more: sell it for nothing.")
    if day > services.clock.now().date():
        raise UsageError(f"{day} is not over yet.", next_step="Name a day of the past.")
    if name == quoted:
        raise UsageError(f"A {name} costs one {name}.", next_step="Name the currency: --currency EUR")
    changed = keep_closes(services.store, [PricePoint(day, name, price, quoted, MANUAL)])
    refresh_problems(services)
    services.announce(Event("prices.finished", {"assets": [name]}))
    said = SetPrice(day, name, price, quoted, MANUAL, bool(changed))
    table = Table(
        (
            Column("Day", "date"),
            Column("Asset", "asset"),
            Column("Price", "close", "right", precise=True),
            Column("Source", "source"),
        ),
        ((day, name, Money(price, quoted), MANUAL),),
        title="Price set" if changed else "",
        emoji="🏷️",
    )
    return Reply(said, (table,) if changed else (table, Text("It was set so already.")))
