"""Computed lots, kept in the store, so that only what is new is computed.

States of each asset's ledger are kept as of the start of every year, some days before the last record (a transfer may
yet find its other end), and after it. `changes` says since when an asset is to be computed anew; it goes on from the
newest state before that. A method that looks ahead starts from the beginning.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kit import Services, StoreError

from .core.asset_ledger import AssetLedger
from .core.events import Event
from .core.ledger import Ledger
from .core.plan import Plan
from .ledger import Work
from .rates import ensure_history
from .saving import can_go_on, load, save
from .tax_settings import lot_methods

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from .store.lot_rows import SavedLots

_MOMENT = timedelta(microseconds=1)
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Course:
    """Where a computation sets out: `since` when each asset changed, the state each goes on from.

    `known` says before which instant each asset is computed. An asset without `since` has not changed; one that is
    `new` had no events before it did.
    """

    changes: dict[str, datetime]
    known: dict[str, datetime]
    since: dict[str, datetime] = field(default_factory=dict)
    saved: dict[str, SavedLots] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)

    @property
    def whole(self) -> bool:
        """There are no states yet: all of it is computed."""
        return not self.known

    def start(self, asset: str) -> datetime:
        """From where on the asset's events are needed."""
        if asset in self.saved:
            return self.saved[asset].before
        return self.since[asset] if asset in self.new else _BEGINNING


def up_to_date(services: Services, plan: Plan, assets: Collection[str] | None = None) -> dict[str, AssetLedger]:
    """The ledgers of `assets`, or of all, with every record taken in. The caller is in exact_math."""
    from .store.changes import what_changed
    from .store.lot_rows import ledger_extent, saved_lots

    with services.store.read() as connection:
        changed = bool(what_changed(connection))
    if changed:
        ensure_history(services, plan.currency)
    with services.store.read() as connection:
        extent = ledger_extent(connection)
        if extent is None:
            return {}
        course = _course(connection, plan, services)
        ledgers: dict[str, AssetLedger] = {}
        states: list[tuple[str, SavedLots]] = []
        if course.whole or course.since:
            with services.progress.task("Computing lots"):
                ledgers, states = _compute(services, connection, plan, course, extent)
        unchanged = {asset for asset in course.known if assets is None or asset in assets} - ledgers.keys()
        for asset, saved in saved_lots(connection, plan.fingerprint, unchanged - course.since.keys()).items():
            ledgers[asset] = _loaded(services, connection, plan, asset, saved)
    if course.whole or course.changes:
        with suppress(StoreError):  # whoever may not write computes again the next time
            _keep(services, plan, course, states)
    return {asset: ledgers[asset] for asset in sorted(ledgers) if assets is None or asset in assets}


def _course(connection: Connection, plan: Plan, services: Services) -> _Course:
    from .store.changes import EVERY_ASSET, what_changed
    from .store.lot_rows import computed_until, saved_lots

    changes = what_changed(connection)
    known = computed_until(connection, plan.fingerprint)
    course = _Course(changes, known)
    if course.whole:
        return course
    every = changes.get(EVERY_ASSET)
    for asset in {*known, *changes} - {EVERY_ASSET}:
        found = [instant for instant in (every, changes.get(asset)) if instant is not None]
        if not found or (asset in known and known[asset] <= min(found) and asset not in changes):
            continue
        course.since[asset] = min(found)
        if asset not in known:
            course.new.add(asset)
    ahead = any(lot_methods(services)[rules.method].looks_ahead for _, rules in plan.spans)
    for asset, instant in course.since.items():
        if not ahead:
            course.saved |= saved_lots(connection, plan.fingerprint, {asset}, until=instant)
    return course


def _compute(
    services: Services, connection: Connection, plan: Plan, course: _Course, extent: tuple[datetime, datetime]
) -> tuple[dict[str, AssetLedger], list[tuple[str, SavedLots]]]:
    """The ledgers that changed, and their states worth keeping."""
    from .store.lot_rows import SavedLots

    only = None if course.whole else frozenset(course.since).__contains__
    work = Work(services, connection, plan)
    ledger = Ledger(plan, methods=work.methods, only=only, allotted=work.allotted)
    for asset, saved in course.saved.items():
        ledger.assets[asset] = load(saved.state, ledger.begin(asset), work.methods, saved.before)
    states: list[tuple[str, SavedLots]] = []

    def keep(before: datetime) -> None:
        for asset, each in ledger.assets.items():
            if course.start(asset) < before and can_go_on(each):
                each.advance(before - _MOMENT)
                states.append((asset, SavedLots(before, save(each))))

    first = min((course.start(asset) for asset in course.since), default=_BEGINNING)
    since = None if course.whole or first == _BEGINNING else first
    events = _Events(work.events(since, None if course.whole else course.since))
    for before in _stops(*extent):
        ledger.take(each for each in events.until(before) if each.time >= course.start(each.asset))
        keep(before)
    ledger.finish()
    end = extent[1] + _MOMENT
    states += [(asset, SavedLots(end, save(each))) for asset, each in ledger.assets.items() if not can_go_on(each)]
    return ledger.assets, states


class _Events:
    """Events that are taken up to one instant after another."""

    def __init__(self, events: Iterator[Event]) -> None:
        self._events = events
        self._next = next(events, None)

    def until(self, before: datetime) -> Iterator[Event]:
        while self._next is not None and self._next.time < before:
            yield self._next
            self._next = next(self._events, None)


def _stops(first: datetime, last: datetime) -> list[datetime]:
    """As of when states are kept: every year's start, some days before the last record, just after it."""
    from .store.changes import MATCHING_WINDOW

    years = [datetime(year, 1, 1, tzinfo=UTC) for year in range(first.year + 1, last.year + 1)]
    return sorted({*years, max(last - MATCHING_WINDOW, first), last + _MOMENT})


def _loaded(services: Services, connection: Connection, plan: Plan, asset: str, saved: SavedLots) -> AssetLedger:
    from .store.allotment_rows import read_allotments

    methods = lot_methods(services)
    ledger = Ledger(plan, methods=methods, allotted=read_allotments(connection))
    return load(saved.state, ledger.begin(asset), methods, saved.before)


def _keep(services: Services, plan: Plan, course: _Course, states: list[tuple[str, SavedLots]]) -> None:
    """Keep the states, unless something changed while they were computed."""
    from .store.changes import forget_changes, what_changed
    from .store.lot_rows import forget_lots, keep_lots, thin_out

    with services.store.write() as connection:
        if what_changed(connection) != course.changes:
            return
        forget_lots(connection, plan.fingerprint, course.since)
        keep_lots(connection, plan.fingerprint, states)
        thin_out(connection, course.since)
        forget_changes(connection)
