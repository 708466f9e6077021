"""What streams tell the store: an account's balances as they are now, and prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, select

from kit import Balance, PricePoint, Store

from .price_rows import keep_prices
from .records import report_balances
from .tables import reported


def held_assets(connection: Connection, account: str) -> frozenset[str]:
    """What the venue last said that the account holds."""
    said = connection.execute(select(reported.c.asset, reported.c.total).where(reported.c.account == account))
    return frozenset(row.asset for row in said if row.total)


def keep_live(store: Store, balances: Sequence[Balance], points: Sequence[PricePoint]) -> None:
    """Keep what came. `balances` are all that an account holds, or none: what it held before is zero then."""
    if balances:
        report_balances(store, [*balances, *_gone(store, balances)])
    if points:
        keep_prices(store, points)


def _gone(store: Store, balances: Sequence[Balance]) -> list[Balance]:
    """The account's assets that are no longer among its balances, as zero."""
    first = balances[0]
    with store.read() as connection:
        held = held_assets(connection, first.account)
    return [_none_of(first, asset, first.time) for asset in sorted(held - {each.asset for each in balances})]


def _none_of(like: Balance, asset: str, time: datetime) -> Balance:
    nothing = Decimal(0)
    return replace(like, asset=asset, total=nothing, locked=nothing, staked=nothing, time=time)
