"""A tax year computed from the store: what reports are made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import Kind, Record, Services, exact_math

from .core.day_rates import DayRates
from .core.disposals import Disposal, Income, OpenLot
from .core.events import Count, Flag, RecordKey
from .core.fiat import FIAT
from .core.ledger import Ledger
from .core.plan import Plan
from .core.tax.year import Amount, TaxYear, YearEnd
from .labels import distinct_labels
from .ledger import Work
from .plugin import SECTION
from .rates import ensure_history

if TYPE_CHECKING:
    from .settings import PortfolioSettings

_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)
"""Before the midnight that ends a year: at midnight itself the rules of the next may begin."""


@exact_math()
def tax_year(services: Services, *, year: int, first: date, last: date, plan: Plan) -> TaxYear:
    """Everything from `first` to `last`, both included, days beginning in the plan's zone, lots by its rules."""
    from .store.lot_rows import records_until

    start, end = _midnight(first, plan), _midnight(last + _DAY, plan)
    heard = _Heard(start, end)
    ensure_history(services, plan.currency)
    with services.store.read() as connection:
        work = Work(services, connection, plan)
        ledger = Ledger(plan, methods=work.methods, listener=heard, allotted=work.allotted)
        # A method that looks ahead matches what is sold with what is bought up to 30 days later.
        ahead = any(work.methods[rules.method].looks_ahead for _, rules in plan.spans)
        until = end + timedelta(days=31) if ahead else end
        if ahead:
            held = Ledger(plan, methods=work.methods, allotted=work.allotted)
            held.take(event for event in work.events(None) if event.time < end)
            held.finish(end - _MOMENT)
        ledger.take(event for event in work.events(None) if event.time < until)
        ledger.finish(until - _MOMENT)
        held_on = min(last, services.clock.now().astimezone(plan.zone).date())
        money = _money_held(records_until(connection, end))
        holdings = _holdings(held if ahead else ledger, money, work.rates, held_on)
    _keep_allotments(services, ledger)
    settings: PortfolioSettings = services.settings(SECTION)
    accounts = {each.key.account for each in heard.disposals}
    accounts |= {each.key.account for each in (*heard.income, *heard.gifts)}
    accounts |= {part.origin.account for each in heard.disposals for part in each.parts if part.origin}
    accounts |= {lot.account for each in holdings for lot in each.lots}
    return TaxYear(
        year=year,
        first=first,
        last=last,
        held_on=held_on,
        plan=plan,
        disposals=tuple(sorted(heard.disposals, key=lambda each: (each.time, each.key))),
        income=tuple(heard.income),
        gifts_received=tuple(heard.gifts),
        amounts=tuple(heard.amounts),
        holdings=holdings,
        unmatched=tuple(each.key for each in heard.disposals if Flag.UNMATCHED in each.flags),
        labels=distinct_labels(sorted(accounts), settings.account_labels),
    )


def _keep_allotments(services: Services, ledger: Ledger) -> None:
    """A report that rests on lots given to accounts fixes which: records that change later do not undo it."""
    from .store.allotment_rows import keep_allotments

    found = {asset: each.allotted for asset, each in ledger.assets.items() if each.allotted}
    if found:
        with services.store.write() as connection:
            keep_allotments(connection, found)


@dataclass(slots=True)
class _Heard:
    """Listens, and keeps what falls between two instants."""

    start: datetime
    end: datetime
    disposals: list[Disposal] = field(default_factory=list)
    income: list[Income] = field(default_factory=list)
    gifts: list[Income] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)

    def disposed(self, disposal: Disposal) -> None:
        if self.start <= disposal.time < self.end:
            self.disposals.append(disposal)

    def earned(self, income: Income) -> None:
        if self.start <= income.time < self.end:
            (self.gifts if income.kind is Kind.GIFT_RECEIVED else self.income).append(income)

    def counted(self, count: Count) -> None:
        if self.start <= count.time < self.end:
            self.amounts.append(Amount(count.time, count.asset, count.key, count.figure.value, count.amount))


def _money_held(records: Iterable[Record]) -> dict[str, Decimal]:
    """State money has no lots, so the ledger does not follow it: what the records sum to."""
    found: dict[str, Decimal] = {}
    for record in records:
        for _, asset, quantity in record.legs():
            if asset in FIAT:
                found[asset] = found.get(asset, Decimal(0)) + quantity
    return found


def _holdings(ledger: Ledger, money: Mapping[str, Decimal], rates: DayRates, day: date) -> tuple[YearEnd, ...]:
    found = []
    for asset in sorted({*ledger.assets, *money}):
        each = ledger.assets.get(asset)
        quantity = money.get(asset, Decimal(0))
        lots: tuple[OpenLot, ...] = ()
        if each is not None and asset not in FIAT:
            moving = sum((move.quantity for move, _ in each.coming()), Decimal(0))
            quantity = sum(each.units.values(), Decimal(0)) + moving
            lots = tuple(sorted(each.open_lots(), key=_by_age))
        if not quantity and not lots:
            continue
        price = Decimal(1) if asset == ledger.plan.currency else rates(asset, day)
        value = None if price is None else quantity * price
        based = [lot.cost for lot in lots if lot.has_basis]
        cost = sum(based, Decimal(0)) if based else None
        unbased = sum((lot.quantity for lot in lots if not lot.has_basis), Decimal(0))
        found.append(YearEnd(asset, quantity, cost, unbased, price, value, lots))
    return tuple(found)


def _by_age(lot: OpenLot) -> tuple[datetime, RecordKey]:
    return lot.origin.time, lot.origin.key


def _midnight(day: date, plan: Plan) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=plan.zone).astimezone(UTC)
