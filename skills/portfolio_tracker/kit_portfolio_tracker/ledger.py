"""The portfolio's ledger: lots computed from the store's records, and replays of it for whoever wants to listen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from kit import Services, exact_math

from .core.asset_ledger import AssetLedger, Listener, Totals
from .core.day_rates import DayRates
from .core.disposals import OpenLot
from .core.entries import Entries
from .core.events import Event
from .core.ledger import Ledger
from .core.lots import Held
from .core.ordering import in_order
from .core.plan import Plan
from .core.transfers import Matching
from .plugin import SECTION
from .tax_settings import lot_methods, portfolio_plan
from .transfer_matching import matching

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from .settings import PortfolioSettings


@dataclass(frozen=True)
class AssetState:
    """What the ledger says of an asset: its calculated units by account, what it and its open lots add up to."""

    asset: str
    units: Mapping[str, Decimal]
    totals: Totals
    held: Held
    _ledger: AssetLedger = field(repr=False, compare=False)

    @cached_property
    @exact_math()
    def lots(self) -> tuple[OpenLot, ...]:
        """The open lots: where there are many, more work than all the rest."""
        return tuple(self._ledger.open_lots())


@exact_math()
def ledger_states(services: Services, assets: Collection[str] | None = None) -> dict[str, AssetState]:
    """What the ledger says now of `assets`, or of every asset, computed as far as it has not been yet."""
    from .lot_keeping import up_to_date

    now = services.clock.now()
    states = {}
    for asset, ledger in up_to_date(services, portfolio_plan(services), assets).items():
        ledger.advance(now)
        states[asset] = AssetState(asset, ledger.units, ledger.totals, ledger.held(), ledger)
    return states


@exact_math()
def replay(
    services: Services,
    listener: Listener,
    *,
    plan: Plan | None = None,
    assets: Collection[str] | None = None,
    until: datetime | None = None,
) -> Ledger:
    """The whole ledger once more, from the first record, everything told to `listener`; before `until` only."""
    plan = plan or portfolio_plan(services)
    with services.store.read() as connection:
        work = Work(services, connection, plan)
        ledger = Ledger(plan, methods=work.methods, listener=listener, only=work.only(assets), allotted=work.allotted)
        ledger.take(each for each in work.events(None, assets) if until is None or each.time < until)
        ledger.finish(until or services.clock.now())
    return ledger


class Work:
    """What a computation needs of the store: events in order, at the rates of their days."""

    def __init__(self, services: Services, connection: Connection, plan: Plan) -> None:
        from .store.allotment_rows import read_allotments
        from .store.lot_rows import series_of

        settings: PortfolioSettings = services.settings(SECTION)
        self.methods = lot_methods(services)
        self.allotted = read_allotments(connection)
        self.rates = DayRates(
            plan.currency,
            lambda asset: series_of(connection, asset),
            preferred=services.venue(settings.price_source),
        )
        self._connection = connection
        self._plan = plan

    def events(self, since: datetime | None, assets: Collection[str] | None = None) -> Iterator[Event]:
        """Those of the records from that instant on; of some assets only, where they are few."""
        from .store.lot_rows import records_since

        return in_order(records_since(self._connection, since, assets), self.entries(since).of)

    def entries(self, since: datetime | None) -> Entries:
        """What makes events of records from that instant on."""
        return Entries(self._plan, self.rates, self.matching(since).by_record)

    def matching(self, since: datetime | None) -> Matching:
        """Which transfers belong together, of those that may matter from that instant on."""
        return matching(self._connection, since) or Matching()

    @staticmethod
    def only(assets: Collection[str] | None) -> Callable[[str], bool] | None:
        return None if assets is None else frozenset(assets).__contains__
