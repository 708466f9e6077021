"""Since when a balance that is reported differs from what records sum to, from snapshots. FORMULAS §1, discrepancy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal

from kit import Services, exact_math

from .asset_renames import names_of
from .core.renamed import older_names, renamed_positions
from .plugin import SECTION

_Place = tuple[str, str]


@exact_math()
def first_apart(services: Services, places: Collection[_Place]) -> dict[_Place, date]:
    """The local day of the first snapshot since which each (account, asset) differs; none where snapshots do not tell.

    What agreed in between parted anew. A place that agrees at the last snapshot has no day.
    """
    from .store.lot_rows import records_since
    from .store.reading import read_positions
    from .store.snapshot_rows import read_snapshots

    names = names_of(services.settings(SECTION))
    said: defaultdict[_Place, list[tuple[datetime, Decimal]]] = defaultdict(list)
    with services.store.read() as connection:
        for row in read_snapshots(connection):
            place = row.account, names.latest(row.asset)
            if place in places:
                said[place].append((row.time, names.scaled(row.asset, row.quantity)))
        if not said:
            return {}
        held = renamed_positions(read_positions(connection), names)
        calculated = {(each.account, each.asset): each.calculated or Decimal(0) for each in held}
        moved: defaultdict[_Place, list[tuple[datetime, Decimal]]] = defaultdict(list)
        begin = min(told[0][0] for told in said.values())
        assets = {asset for _, asset in said}
        for record in records_since(connection, begin, assets | older_names(assets, names)):
            for account, asset, quantity in record.legs():
                moved[account, names.latest(asset)].append((record.time, names.scaled(asset, quantity)))
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
