"""The portfolio's days: kept in the store as far as they are over, the present one computed each time.

Without kept days, or many behind them, all are computed at once in float64; a few more exactly, day by day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from kit import Record, Services, StoreError, exact_math

from .asset_renames import names_of
from .core.daily import DailySeries, is_flow, next_day
from .core.day_rates import DayRates, Series
from .core.fiat import FIAT
from .core.prices import CROSSES, Price, PriceBook
from .core.renamed import closes_under_older_names, older_names, renamed_prices
from .core.steps import Step, Steps, legs_of
from .plugin import SECTION
from .rates import ensure_history
from .transfer_matching import matching

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from .core.closes import Closes
    from .core.events import RecordKey
    from .core.price_grid import PriceGrid
    from .core.transfer_pairs import Match
    from .settings import PortfolioSettings

_DAY = timedelta(days=1)
_MANY = timedelta(days=60)
_SHOWN_AT_ONCE = 10_000
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Part:
    """What is looked at: some accounts, one asset, or (None) all of them."""

    accounts: frozenset[str] | None = None
    asset: str | None = None

    @property
    def whole(self) -> bool:
        return self.accounts is None and self.asset is None


EVERYTHING = Part()


@exact_math()
def portfolio_days(services: Services, part: Part = EVERYTHING) -> DailySeries:
    """Every day from the first record's to today, in the user's zone and the base currency; today at today's prices."""
    from .store.day_rows import read_days

    for rates_are_there in (False, True):
        with services.store.read() as connection:
            history = History(services, connection, part)
            kept = read_days(connection, history.fingerprint) if part.whole else None
            known = history.over(kept.series) if kept is not None else None
            if rates_are_there or not history.behind(known):
                new = history.until_today(known)
                break
        ensure_history(services, history.currency)
    if kept is not None and len(new) > 1:
        _keep(services, history.fingerprint, new.until(new.last - _DAY), kept.revision)
    return new if known is None or new.first <= known.last else known.then(new)


def _keep(services: Services, fingerprint: str, days: DailySeries, revision: int) -> None:
    """Keep them for the next time. Where that cannot be (a full disk), the answer is right all the same."""
    from .store.day_rows import keep_days

    with suppress(StoreError), services.store.write() as connection:
        keep_days(services.store, connection, fingerprint, days, revision)


class History:
    """A computation of days from what the store holds."""

    def __init__(self, services: Services, connection: Connection, part: Part = EVERYTHING) -> None:
        from .store.lot_rows import series_of

        settings: PortfolioSettings = services.settings(SECTION)
        self._connection = connection
        self._names = names_of(settings)
        self.currency = settings.base_currency
        self._part = part
        self.zone = services.timezone
        now = services.clock.now()
        self.today = now.astimezone(self.zone).date()
        self._newest = now.astimezone(UTC).date()  # closes are of UTC days: west of London, in the evening, of tomorrow
        self._preferred = services.venue(settings.price_source)
        self._progress = services.progress

        def load(asset: str) -> Iterable[Series]:
            found = closes_under_older_names(asset, partial(series_of, connection), self._names, Decimal)
            return [replace(series, asset=asset) for series in found]

        self._rates = DayRates(self.currency, load, preferred=self._preferred, carried=None)

    @property
    def fingerprint(self) -> str:
        """Equal where equal records and prices make equal days."""
        return f"4|{self.currency}|{self.zone.key}|{self._preferred}|{self._names.fingerprint}"

    def over(self, kept: DailySeries | None) -> DailySeries | None:
        """Of the days that are kept those that are over; None without any. A clock set back makes others of them."""
        known = kept.until(self.today - _DAY) if kept is not None else None
        return known if known is not None and len(known) else None

    def behind(self, known: DailySeries | None) -> bool:
        """Whether days that are over are to be computed."""
        return known is None or known.last < self.today - _DAY

    def until_today(self, known: DailySeries | None) -> DailySeries:
        """The days after those that are known."""
        from .store.lot_rows import ledger_extent

        extent = ledger_extent(self._connection)
        if extent is None:
            return DailySeries.empty(self.today)
        if known is None or self.today - known.last > _MANY:
            first = extent[0].astimezone(self.zone).date()
            known = self.at_once(min(first, self.today), self.today - _DAY)
            return known.then(self.day_by_day(known.last, known.unpriced))
        return self.day_by_day(known.last, known.unpriced)

    def day_by_day(self, last: date, unpriced: Sequence[str] = ()) -> DailySeries:
        """The days after `last`, exact. `unpriced` are the days before, of each what was held without a price."""
        units = self.units_now()
        by_day: defaultdict[date, list[Step[Decimal]]] = defaultdict(list)
        for record, step in self.steps_after(last):
            units[step.asset] -= step.change
            by_day[record.time.astimezone(self.zone).date()].append(step)
        price = self.prices({*units})
        one_asset = self._part.asset is not None
        series = DailySeries.empty(last + _DAY)
        without = unpriced[-1].split() if unpriced else []
        for day in (last + _DAY * days for days in range(1, (self.today - last).days + 1)):
            new = next_day(day, units, by_day[day], price(day), without=without, one_asset=one_asset)
            series, without = series.then(new), new.unpriced[0].split()
        return series

    def units_now(self) -> dict[str, Decimal]:
        """What all records together make of each asset."""
        from .store.step_rows import quantities_now

        units: defaultdict[str, Decimal] = defaultdict(Decimal)
        for asset, quantity in quantities_now(self._connection, self._part.accounts).items():
            if self._part.asset in {None, self._names.latest(asset)}:
                units[self._names.latest(asset)] += self._names.scaled(asset, quantity)
        return units

    def steps_after(self, last: date) -> Iterator[tuple[Record, Step[Decimal]]]:
        """Every step after that day, with its record, by time."""
        from .store.lot_rows import records_since

        since = datetime.combine(last + _DAY, time.min, self.zone).astimezone(UTC)
        steps = Steps(self._matches(since), Decimal, accounts=self._part.accounts)
        for record in records_since(self._connection, since, None):
            for step in map(self._renamed, steps.of(legs_of(record))):
                if self._part.asset in {None, step.asset}:
                    yield record, step

    def prices(self, assets: Collection[str]) -> Callable[[date], Callable[[str], Decimal | None]]:
        """What a unit was worth at the end of a day; today, what it is worth now. Of today, only of these assets."""
        return amounts(self.dated_prices(assets))

    def dated_prices(self, assets: Collection[str]) -> Callable[[date], Callable[[str], Price | None]]:
        """The same, with the day that each price is of."""
        from .store.price_rows import latest_prices

        wanted = {*assets, self.currency, *CROSSES}
        wanted |= older_names(wanted, self._names)
        points = renamed_prices(latest_prices(self._connection, wanted, until=self._newest), self._names)
        book = PriceBook(points, preferred=self._preferred)

        def now(asset: str) -> Price | None:
            return book.price(asset, self.currency)

        return lambda day: now if day >= self.today else lambda asset: self._rates.price(asset, day)

    def _matches(self, since: datetime | None) -> Mapping[RecordKey, Match]:
        found = matching(self._connection, since)
        return found.by_record if found is not None else {}

    def _renamed(self, step: Step[Decimal]) -> Step[Decimal]:
        if not self._names.changed.keys() & {step.asset, step.partner}:
            return step
        return step._replace(
            asset=self._names.latest(step.asset),
            change=self._names.scaled(step.asset, step.change),
            partner=self._names.latest(step.partner) if step.partner else None,
        )

    def at_once(self, first: date, last: date) -> DailySeries:
        """Those days from nothing, in float64."""
        import numpy as np

        from .core.history import ChangesByDay, sum_up
        from .store.step_rows import all_legs

        steps = Steps(self._matches(None), float, accounts=self._part.accounts)
        renamed = {old: (name, float(factor)) for old, (name, factor) in self._names.changed.items()}
        number: dict[str, int] = {}
        rows = []
        start, end = first.toordinal(), last.toordinal()
        for ordinal, legs in self._shown(all_legs(self._connection, self.zone)):
            if not start <= ordinal <= end:
                continue
            for asset, change, part, unmatched, partner, invested in steps.of(legs):
                name, factor = renamed.get(asset, (asset, 1.0))
                if self._part.asset not in {None, name}:
                    continue
                other = -1
                if partner is not None:
                    other = number.setdefault(renamed.get(partner, (partner,))[0], len(number))
                crosses = is_flow(part, one_asset=self._part.asset is not None)
                unknown = unmatched and name not in FIAT
                own = number.setdefault(name, len(number))
                rows.append((own, ordinal - start, change * factor, crosses, unknown, other, invested))
        if not rows:
            return DailySeries.empty(last + _DAY)
        changes = ChangesByDay(*(np.array(column) for column in zip(*rows, strict=True)))
        grid = self.grid(first, last)
        return sum_up(first, list(number), changes, np.array([grid.row(asset) for asset in number]))

    def _shown(self, found: Iterator[_T]) -> Iterator[_T]:
        """The same, with a bar for whoever waits."""
        from .store.step_rows import count_records

        with self._progress.task("Computing the history", count_records(self._connection)) as task:
            for block in iter(lambda: list(islice(found, _SHOWN_AT_ONCE)), []):
                yield from block
                task.advance(len(block))

    def grid(self, first: date, last: date, *, carried: timedelta | None = None) -> PriceGrid:
        """The prices of those days, from stored closes that are carried on for so long, or (None) without end."""
        from .core.price_grid import PriceGrid
        from .store.step_rows import closes_of

        def load(asset: str) -> list[Closes]:
            # When a name began to have closes shows only in all of them.
            since = date.min if older_names([asset], self._names) else first
            return closes_under_older_names(
                asset, lambda name: closes_of(self._connection, name, since), self._names, float
            )

        return PriceGrid(self.currency, first, last, load, preferred=self._preferred, carried=carried)


def amounts(
    dated: Callable[[date], Callable[[str], Price | None]],
) -> Callable[[date], Callable[[str], Decimal | None]]:
    """The prices without the days that they are of."""

    def on(day: date) -> Callable[[str], Decimal | None]:
        price = dated(day)
        return lambda asset: None if (found := price(asset)) is None else found.amount

    return on
