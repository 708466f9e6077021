"""What is held and priced under the names that assets have now: MATIC as POL, a hundred LEND as one AAVE."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from kit import PricePoint, exact_math

from .asset_changes import AssetNames
from .closes import Closes
from .day_rates import Series

if TYPE_CHECKING:
    from .valuation import Position

_NONE = Decimal(0)
S = TypeVar("S", Series, Closes)


@exact_math()
def renamed_positions(positions: Iterable[Position], names: AssetNames) -> list[Position]:
    """The positions; what an account has of an asset under several names is one."""
    found: dict[tuple[str, str], Position] = {}
    for each in positions:
        now = _renamed(each, names)
        key = now.account, now.asset
        found[key] = _together(found[key], now) if key in found else now
    return list(found.values())


@exact_math()
def renamed_prices(points: Iterable[PricePoint], names: AssetNames) -> list[PricePoint]:
    """The prices, and of what has none under its name of now, those of the older ones."""
    known = list(points)
    priced = {point.asset for point in known}
    return [
        *known,
        *(
            replace(point, asset=new, close=point.close / factor)
            for point in known
            if (change := names.changed.get(point.asset)) and (new := change[0]) not in priced and (factor := change[1])
        ),
    ]


def older_names(assets: Iterable[str], names: AssetNames) -> set[str]:
    """What any of `assets` was called before."""
    wanted = set(assets)
    return {old for old, (new, _) in names.changed.items() if new in wanted}


def closes_under_older_names(
    asset: str, load: Callable[[str], Iterable[S]], names: AssetNames, number: Callable[[Decimal], Any]
) -> list[S]:
    """Every series of the asset, and what its older names closed at until it had a close under its own.

    `load` gives the series of a name, `number` makes of a factor what closes can be divided by. Called in exact_math.
    """
    found = list(load(asset))
    begins = min((series.days[0] for series in found if series.days), default=None)
    for old in sorted(older_names([asset], names)):
        factor = number(names.changed[old][1])
        for series in load(old):
            end = len(series.days) if begins is None else bisect_left(series.days, begins)
            if end:
                closes = [close / factor for close in series.closes[:end]]
                found.append(replace(series, days=series.days[:end], closes=closes))
    return found


def _renamed(position: Position, names: AssetNames) -> Position:
    asset = position.asset
    if asset not in names.changed:
        return position
    reported, calculated = (
        None if quantity is None else names.scaled(asset, quantity)
        for quantity in (position.reported, position.calculated)
    )
    return replace(position, asset=names.latest(asset), reported=reported, calculated=calculated)


def _together(one: Position, other: Position) -> Position:
    said = [each for each in (one, other) if each.reported is not None]
    summed = [each.calculated for each in (one, other) if each.calculated is not None]
    return replace(
        one,
        reported=sum((each.reported or _NONE for each in said), _NONE) if said else None,
        reported_at=min((each.reported_at for each in said if each.reported_at), default=None),
        calculated=sum(summed, _NONE) if summed else None,
    )
