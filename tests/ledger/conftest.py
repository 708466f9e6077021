"""Ledgers as people write them down, and what came of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from kit_portfolio_tracker.core.disposals import Disposal, Income, OpenLot
from kit_portfolio_tracker.core.entries import Entries
from kit_portfolio_tracker.core.events import Count, Figure
from kit_portfolio_tracker.core.ledger import Ledger
from kit_portfolio_tracker.core.ordering import in_order
from kit_portfolio_tracker.core.plan import BEGINNING, Plan, Rules, Scope, simple_plan
from kit_portfolio_tracker.core.transfers import match_transfers

from kit import Kind, Money, Quantity, Record, exact_math

_LINE = re.compile(
    r"(?P<time>\S+) (?P<account>\w+) (?P<kind>\w+)"
    r"(?: got (?P<got>\S+ \w+))?(?: gave (?P<gave>\S+ \w+))?(?: fee (?P<fee>\S+ \w+))?"
    r"(?: worth (?P<worth>\S+ \w+))?(?: to (?P<to>\w+))?"
)


@dataclass
class Outcome:
    """Everything that came of a ledger."""

    ledger: Ledger
    disposals: list[Disposal] = field(default_factory=list)
    income: list[Income] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)

    def disposed(self, disposal: Disposal) -> None:
        self.disposals.append(disposal)

    def earned(self, income: Income) -> None:
        self.income.append(income)

    def counted(self, count: Count) -> None:
        self.counts.append(count)

    def of(self, number: int) -> list[Disposal]:
        """What the record on line `number` (from 1) disposed of."""
        return [each for each in self.disposals if each.key.id == str(number)]

    def lots(self, asset: str) -> list[OpenLot]:
        """The oldest first."""
        found = self.ledger.assets.get(asset)
        return sorted(found.open_lots(), key=lambda lot: lot.origin.time) if found else []

    def figure(self, which: Figure) -> Decimal | None:
        amounts = [each.amount for each in self.counts if each.figure is which]
        return None if None in amounts else sum((each for each in amounts if each is not None), Decimal(0))


Compute = Callable[..., Outcome]


def record_of(number: int, line: str) -> Record:
    """`2024-01-31 a buy got 1 BTC gave 10000 USD fee 10 USD` as a record; its id is the line's number."""
    found = _LINE.fullmatch(" ".join(line.split()))
    assert found, line

    def leg(name: str) -> Quantity | None:
        if found is None or not found[name]:
            return None
        amount, asset = found[name].split()
        return Quantity(Decimal(amount), asset)

    time = datetime.fromisoformat(found["time"])
    worth = leg("worth")
    return Record(
        str(number),
        time.replace(tzinfo=UTC) if time.tzinfo is None else time,
        found["account"],
        Kind(found["kind"]),
        leg("got"),
        leg("gave"),
        leg("fee"),
        Money(worth.amount, worth.asset) if worth else None,
        found["to"],
    )


@pytest.fixture
def compute() -> Compute:
    """`compute(text, method="fifo", scope="universal", rates={"BNB": "300"})`: a line a record, in any order."""

    def computed(
        text: str,
        *,
        method: str = "fifo",
        scope: str = "universal",
        plan: Plan | None = None,
        rates: dict[str, str] | None = None,
    ) -> Outcome:
        plan = plan or simple_plan("USD", method, Scope(scope))
        lines = [line for line in text.strip().splitlines() if line.strip()]
        records = sorted((record_of(n, line) for n, line in enumerate(lines, 1)), key=lambda each: each.time)
        known = {asset: Decimal(rate) for asset, rate in (rates or {}).items()}

        def rate(asset: str, day: date) -> Decimal | None:
            return known.get(asset)

        with exact_math():
            matching = match_transfers(records, is_money={"USD", "EUR", "GBP"}.__contains__)
            ledger = Ledger(plan)
            found = Outcome(ledger)
            ledger = found.ledger = Ledger(plan, listener=found)
            ledger.take(in_order(records, Entries(plan, rate, matching.by_record).of))
            ledger.finish(records[-1].time + timedelta(days=60) if records else None)
        return found

    return computed


@pytest.fixture
def us_plan() -> Plan:
    """Universal pools until the end of 2024, per account from 2025 on."""
    switch = datetime(2025, 1, 1, tzinfo=UTC)
    return Plan("USD", ((BEGINNING, Rules("fifo", Scope.UNIVERSAL)), (switch, Rules("fifo", Scope.PER_ACCOUNT))))
