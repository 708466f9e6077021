"""Since when a balance that is reported differs from what records sum to, from snapshots. FORMULAS §1, discrepancy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal

from kit import Services, exact_math

_Place = tuple[str, str]


@exact_math()
def first_apart(services: Services, places: Collection[_Place]) -> dict[_Place, date]:
    """The local day of the first snapshot since which each (account, asset) differs; none where snapshots do not tell.

    What agreed in between parted anew. A place that agrees at the last snapshot has no day.
    """
    from .store.lot_rows import records_since
    from .store.reading import read_positions
    from .store.snapshot_rows import read_snapshots

    said: defaultdict[_Place, list[tuple[datetime, Decimal]]] = defaultdict(list)
    with services.store.read() as connection:
        for row in read_snapshots(connection):
            if (row.account, row.asset) in places:
                said[row.account, row.asset].append((row.time, row.quantity))
        if not said:
            return {}
        calculated = {(each.account, each.asset): each.calculated or Decimal(0) for each in read_positions(connection)}
        moved: defaultdict[_Place, list[tuple[datetime, Decimal]]] = defaultdict(list)
        begin = min(told[0][0] for told in said.values())
        for record in records_since(connection, begin, {asset for _, asset in said}):
            for account, asset, quantity in record.legs():
                moved[account, asset].append((record.time, quantity))
    found: dict[_Place, date] = {}
    for place, told in said.items():
        later = sorted(moved[place])
        then = calculated.get(place, Decimal(0))
        for time, quantity in reversed(told):
            while later and later[-1][0] > time:
                then -= later.pop()[1]
            if quantity == then:
                break
            found[place] = time.astimezone(services.timezone).date()
    return found
