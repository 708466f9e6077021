"""Daily values, flows, returns and the parts of a difference beside a second reading of FORMULAS, in plain loops.

Nothing here is taken from the skill but its commands: days are walked one by one in decimals, prices are looked up by
going back day after day, and which transfers are one is known because they were made as one. Of real exports the skill
says which are one; all else is computed here, from its records and from the price files themselves.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from kit_portfolio_tracker.history import EVERYTHING, Part, portfolio_days
from kit_portfolio_tracker.store.lot_rows import records_since
from kit_portfolio_tracker.store.price_rows import keep_prices
from kit_portfolio_tracker.store.records import RecordWriter
from kit_portfolio_tracker.transfer_matching import matching

from kit import FixedClock, Kind, PricePoint, Quantity, Record, exact_math

D = Decimal
NOTHING = D(0)
A_DAY = timedelta(days=1)
FIRST, TODAY = date(2023, 9, 20), date(2024, 1, 16)  # two changes of the clock, four ends of a month
NOW = datetime(2024, 1, 16, 8, tzinfo=UTC)  # the 16th in every zone below
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Beirut", "Asia/Kathmandu", "Pacific/Kiritimati")
MONEY = frozenset({"USD", "EUR"})
COINS = ("BTC", "ETH", "NEW", "LEND", "AAVE")
RENAMED = {  # a hundred LEND became one AAVE in October 2020
    "LEND": ("AAVE", D("0.01")),
    "MATIC": ("POL", D(1)),
    "EOS": ("A", D(1)),
    "XRB": ("XNO", D(1)),
    "NANO": ("XNO", D(1)),
    "VEN": ("VET", D(100)),
    "FTM": ("S", D(1)),
}
INCOME = {Kind.STAKING, Kind.INTEREST, Kind.MINING, Kind.AIRDROP, Kind.FORK, Kind.REWARD}
GIVEN = {Kind.GIFT_RECEIVED, Kind.GIFT_SENT, Kind.DONATION, Kind.SPEND}
MOVES = {Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.TRANSFER}


@dataclass
class Prices:
    """Closes of each asset in one currency, and what follows from them in `base`."""

    base: str
    closes: dict[str, tuple[str, dict[date, Decimal]]] = field(repr=False)

    def of(self, asset: str, day: date) -> Decimal | None:
        """The last close up to that day; of the older name until there is one of the newer."""
        if asset == self.base:
            return D(1)
        if asset == "USD":  # the euro is quoted in dollars
            euro = self._last("EUR", day)
            return None if euro is None else 1 / euro[1]
        close = self._last(asset, day)
        rate = None if close is None else self.of(close[0], day)
        return None if close is None or rate is None else close[1] * rate

    def _last(self, asset: str, day: date) -> tuple[str, Decimal] | None:
        currency, known = self.closes.get(asset, ("USD", {}))
        olds = [
            (*self.closes[old], factor) for old, (new, factor) in RENAMED.items() if new == asset and old in self.closes
        ]
        begins = min(known, default=date.max)
        for back in range((day - self.begin).days + 1):
            told = day - timedelta(days=back)
            if told in known:
                return currency, known[told]
            for older, closes, factor in olds:
                if told in closes and told < begins:
                    return older, closes[told] / factor
        return None

    @cached_property
    def begin(self) -> date:
        """The day of the first close of all."""
        return min((min(known) for _, known in self.closes.values() if known), default=date.max)


@dataclass
class Effect:
    """What one record does to one asset on a day. `what` is flow, trade, income, fee or result."""

    day: date
    asset: str
    change: Decimal
    what: str
    worth: Decimal | None
    other: str | None = None


@dataclass
class Book:
    """A ledger and its prices; `pairs` are withdrawals, by key, with the deposits they arrived as."""

    records: Sequence[Record]
    pairs: dict[tuple[str, str], Record]
    prices: Prices
    zone: ZoneInfo
    account: str | None = None
    asset: str | None = None
    effects: list[Effect] = field(default_factory=list)

    def __post_init__(self) -> None:
        arrivals = {(each.account, each.id) for each in self.pairs.values()}
        for record in sorted(self.records, key=lambda each: each.time):
            day = record.time.astimezone(self.zone).date()
            key = record.account, record.id
            if record.kind in MOVES:
                self._move(record, day, self.pairs.get(key), arrived=key in arrivals)
            elif self._mine(record.account):
                self._happening(record, day)
            if record.fee and self._mine(record.account):
                self._fee(record, record.fee, day)

    def _mine(self, account: str | None) -> bool:
        return self.account is None or self.account == account

    def _move(self, record: Record, day: date, arrival: Record | None, *, arrived: bool) -> None:
        sent, received, mine = record.sent, record.received, self._mine(record.account)
        if record.to_account:
            assert sent
            if mine and not self._mine(record.to_account):
                self._take(day, sent, -1, "flow")
            elif self._mine(record.to_account) and not mine:
                self._take(day, sent, 1, "flow")
        elif arrival is not None and mine and self._mine(arrival.account):
            assert sent
            assert arrival.received
            lost = Quantity(sent.amount - arrival.received.amount, sent.asset)
            self._take(day, lost, -1, "fee")
        elif mine and not (arrived and self.account is None):
            source = next((each for each in self.records if self._is_source(each, record)), None)
            if arrived and source is not None and self._mine(source.account):
                return
            if received:
                self._take(day, received, 1, "flow")
            if sent:
                self._take(day, sent, -1, "flow")

    def _is_source(self, each: Record, arrival: Record) -> bool:
        found = self.pairs.get((each.account, each.id))
        return found is not None and (found.account, found.id) == (arrival.account, arrival.id)

    def _happening(self, record: Record, day: date) -> None:
        sent, received = record.sent, record.received
        if sent and received:
            value = self._trade_value(record, record.time.date())  # as lots have it: at the close of the UTC day
            for leg, sign, other in ((received, 1, sent), (sent, -1, received)):
                self._take(day, leg, sign, "trade", value=value, other=other.asset)
            return
        what = "income" if record.kind in INCOME else "result"
        if record.kind in GIVEN | {Kind.BUY, Kind.SELL}:
            what = "flow"
        if received:
            self._take(day, received, 1, what)
        if sent:
            self._take(day, sent, -1, what)

    def _fee(self, record: Record, fee: Quantity, day: date) -> None:
        """Of a trade at the trade's own price, in a third coin at the close of the UTC day; else at that of the day."""
        sent, received, told = record.sent, record.received, record.time.date()
        if not sent or not received:
            self._take(day, fee, -1, "fee")
            return
        value, price = self._trade_value(record, told), self._price(fee.asset, told)
        leg = next((leg for leg in (sent, received) if leg.asset == fee.asset != self.prices.base), None)
        if leg is not None and value is not None:
            self._take(day, fee, -1, "trade fee", value=value * fee.amount / leg.amount)
        else:
            self._take(day, fee, -1, "trade fee", value=None if price is None else fee.amount * price)

    def _trade_value(self, record: Record, day: date) -> Decimal | None:
        """One value for both: what the base currency says, other money, what was given, what was received."""
        assert record.sent
        assert record.received
        legs = [record.sent, record.received]
        legs.sort(key=lambda leg: (leg.asset != self.prices.base, leg.asset not in MONEY))
        for leg in legs:
            price = self._price(leg.asset, day)
            if price is not None:
                return leg.amount * price
        return None

    def _price(self, asset: str, day: date) -> Decimal | None:
        return self.prices.of(asset, day)

    def _take(
        self, day: date, leg: Quantity, sign: int, what: str, *, value: Decimal | None = None, other: str | None = None
    ) -> None:
        name, change = now_called(leg.asset), leg.amount * sign * RENAMED.get(leg.asset, ("", D(1)))[1]
        other = now_called(other) if other else None
        if self.asset in {None, name} and change:
            price = self.prices.of(name, day)
            worth = None if price is None else change * price
            if what.startswith("trade"):
                worth = None if value is None else value * sign
            self.effects.append(Effect(day, name, change, what.removeprefix("trade "), worth, other))

    def units(self, day: date) -> dict[str, Decimal]:
        held: dict[str, Decimal] = defaultdict(Decimal)
        for effect in self.effects:
            if effect.day <= day:
                held[effect.asset] += effect.change
        return {asset: quantity for asset, quantity in held.items() if quantity}

    def value(self, day: date) -> Decimal:
        worths = ((quantity, self.prices.of(asset, day)) for asset, quantity in self.units(day).items())
        return sum((quantity * price for quantity, price in worths if price is not None), NOTHING)

    def crossings(self, day: date) -> list[Decimal]:
        """What came (above zero) and went: flows, what found or lost its price, what was paid for the unpriced."""
        found = []
        for effect in (each for each in self.effects if each.day == day):
            price = self.prices.of(effect.asset, day)
            crosses = effect.what == "flow" or (self.asset is not None and effect.what == "trade")
            unknown = effect.other is not None and self.prices.of(effect.other, day) is None
            if price is not None and (crosses or unknown):
                found.append(effect.change * price)
        for asset, quantity in self.units(day - A_DAY).items():
            before, after = self.prices.of(asset, day - A_DAY), self.prices.of(asset, day)
            if before is None and after is not None:
                found.append(quantity * after)
            if before is not None and after is None:
                found.append(-quantity * before)
        return found


def now_called(asset: str) -> str:
    return RENAMED[asset][0] if asset in RENAMED else asset


@dataclass
class Walk:
    """Every day of a book: values, flows, returns (None where there is none), the index."""

    days: list[date] = field(default_factory=list)
    value: list[Decimal] = field(default_factory=list)
    came: list[Decimal] = field(default_factory=list)
    went: list[Decimal] = field(default_factory=list)
    returns: list[Decimal | None] = field(default_factory=list)
    index: list[Decimal] = field(default_factory=lambda: [D(1)])


@exact_math()
def walk(book: Book, *, until: date = TODAY) -> Walk:
    found, before = Walk(), NOTHING
    day = min(each.time.astimezone(book.zone).date() for each in book.records)
    while day <= until:
        crossings = book.crossings(day)
        came = sum((each for each in crossings if each > 0), NOTHING)
        went = -sum((each for each in crossings if each < 0), NOTHING)
        value = book.value(day)
        there = before + came > D("1e-9")  # in the sums of a program in floats that is nothing
        found.days.append(day)
        found.value.append(value)
        found.came.append(came)
        found.went.append(went)
        found.returns.append((value + went) / (before + came) - 1 if there else None)
        last = found.index[-1]
        found.index.append(last * (1 + (found.returns[-1] or 0)) if last > 0 else last)
        before, day = value, day + A_DAY
    return found


amounts = st.sampled_from([D("0.125"), D("1"), D("2.5"), D("40"), D("1000")])
assets = st.sampled_from(["USD", "EUR", *COINS])
quantities = st.builds(Quantity, amounts, assets)
accounts = st.sampled_from("ab")


@st.composite
def instants(draw: st.DrawFn, zone: ZoneInfo, *, last: date = TODAY + timedelta(days=10)) -> datetime:
    """Often where days begin, end, or have an hour twice."""
    day = FIRST + timedelta(days=draw(st.integers(0, (last - FIRST).days)))
    day = draw(st.sampled_from([day, day, date(2023, 10, 29), date(2023, 11, 5), date(2023, 10, 31), TODAY]))
    at = draw(st.sampled_from([time(0), time(0, 30), time(1, 30), time(12), time(23, 30), time(23, 59, 59)]))
    local = datetime.combine(day, at, zone).replace(fold=draw(st.integers(0, 1)))
    return local.astimezone(UTC)


@st.composite
def ledgers(draw: st.DrawFn, zone: ZoneInfo) -> tuple[list[Record], dict[tuple[str, str], Record]]:
    """Records, and which deposit a withdrawal arrived as."""
    records, pairs = [], {}
    for number in range(draw(st.integers(1, 14))):
        at, account = draw(instants(zone)), draw(accounts)
        fee = draw(st.one_of(st.none(), st.none(), quantities))
        kind = draw(st.sampled_from(["trade", "trade", "move", "back", *Kind]))
        if kind == "trade":
            got, gave = draw(quantities), draw(quantities)
            if got.asset == gave.asset:
                continue
            both = {got.asset, gave.asset}
            trade = Kind.TRADE if not both & MONEY else Kind.SELL if got.asset in MONEY else Kind.BUY
            records.append(Record(f"{number}", at, account, trade, got, gave, fee))
        elif kind in {"move", "back"}:
            leg = draw(quantities)
            note = f"tx 0x{number}"
            there = account if kind == "back" else "b" if account == "a" else "a"
            less = D(1) if kind == "back" or leg.asset in MONEY else draw(st.sampled_from([D(1), D("0.96")]))
            took = draw(st.sampled_from([timedelta(minutes=1), timedelta(hours=14), timedelta(days=6)]))
            arrived = Quantity(leg.amount * less, leg.asset)
            out = Record(f"{number}", at, account, Kind.WITHDRAWAL, None, leg, fee, note=note)
            records += [out, Record(f"{number}in", at + took, there, Kind.DEPOSIT, arrived, note=note)]
            pairs[account, out.id] = records[-1]
        else:
            records.append(alone(number, at, account, Kind(kind), draw(quantities), fee))
    return records, pairs


def alone(number: int, at: datetime, account: str, kind: Kind, leg: Quantity, fee: Quantity | None) -> Record:
    """An event of one leg; each names a transaction of its own, so that none is taken for another's end."""
    note, own = f"tx 0xalone{number}", f"{number}"
    if kind is Kind.FEE:
        return Record(own, at, account, kind, fee=leg)
    if kind is Kind.TRANSFER:
        return Record(own, at, account, kind, None, leg, fee, to_account="b" if account == "a" else "a")
    out = kind in {Kind.SELL, Kind.WITHDRAWAL, Kind.LOST, Kind.MARGIN_LOSS, *GIVEN - {Kind.GIFT_RECEIVED}}
    if kind is Kind.TRADE:
        kind = Kind.BUY
    return Record(own, at, account, kind, None if out else leg, leg if out else None, fee, note=note)


@st.composite
def closes(draw: st.DrawFn, base: str) -> Prices:
    """Each coin quoted in one currency, with gaps of a day and of months, some never; the euro on every day."""
    start = FIRST - timedelta(days=40)
    known: dict[str, tuple[str, dict[date, Decimal]]] = {}
    days = [start + timedelta(days=place) for place in range((TODAY - start).days + 1)]
    euro = draw(st.lists(st.sampled_from([D("1.1"), D("1.25"), D("1.05")]), min_size=3, max_size=3))
    known["EUR"] = "USD", {day: euro[place % 3] for place, day in enumerate(days)}
    for coin in COINS:
        currency = draw(st.sampled_from(["USD", "EUR", "BTC"] if coin != "BTC" else ["USD", "EUR"]))
        if coin == "AAVE":
            currency = known["LEND"][0]
        levels = draw(st.lists(st.sampled_from([D("0.5"), D(2), D(30), D("410.25")]), min_size=2, max_size=5))
        spans = draw(st.lists(st.tuples(st.integers(0, len(days)), st.integers(1, 90)), min_size=1, max_size=3))
        known[coin] = (
            currency,
            {
                days[place]: levels[place % len(levels)]
                for first, length in spans
                for place in range(first, min(first + length, len(days)))
            },
        )
    return Prices(base, known)


class Case:
    """A ledger, and what is asked of it."""

    def __init__(self, book: Book, records: list[Record]) -> None:
        self.book = book
        self.records = records

    def __repr__(self) -> str:
        """What happened, and the days on which each close was another than the day before."""
        book = self.book
        lines = [f"{book.zone.key} {book.prices.base} account {book.account} asset {book.asset}"]
        for each in sorted(self.records, key=lambda record: record.time):
            legs = " ".join(f"{quantity:+f} {asset}@{account}" for account, asset, quantity in each.legs())
            lines.append(f"{each.time:%F %T} {each.kind} {legs}")
        for asset, (currency, known) in book.prices.closes.items():
            if asset != "EUR":
                days = [day for day in known if known.get(day - A_DAY) != known[day] or day + A_DAY not in known]
                lines.append(f"{asset} in {currency}: " + " ".join(f"{day:%m-%d} {known[day]}" for day in days[:20]))
        return "\n".join(lines)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    records, pairs = draw(ledgers(zone))
    if not records:
        records = [Record("1", NOW, "a", Kind.DEPOSIT, Quantity(D(1), "USD"))]
    prices = draw(closes(draw(st.sampled_from(["USD", "EUR"]))))
    legs = [leg for each in records for leg in each.legs()]
    account, asset = draw(
        st.sampled_from([(None, None), (None, None), (legs[0][0], None), (None, now_called(legs[0][1]))])
    )
    return Case(Book(records, pairs, prices, zone, account, asset), records)


def bench_of(benches: Callable[[], Any], case: Case) -> Any:
    """A fresh skill with the case in its store. Half of it comes after the days were asked for once."""
    bench, prices = benches(), case.book.prices
    bench.clock, bench.timezone = FixedClock(NOW), case.book.zone
    bench.configured = {"baseCurrency": prices.base}
    half = len(case.records) // 2
    for part in (case.records[:half], case.records[half:]):
        with bench.store.write() as connection:
            writer = RecordWriter(bench.store, connection)
            writer.add({(each.account, each.id): each for each in part})
            writer.finish()
        for number, (asset, (currency, known)) in enumerate(prices.closes.items()):
            if asset == "EUR" or number % 2 == (part is case.records):
                keep_prices(
                    bench.store, [PricePoint(day, asset, close, currency, "file") for day, close in known.items()]
                )
        portfolio_days(bench)
    for asset, (currency, known) in prices.closes.items():
        keep_prices(bench.store, [PricePoint(day, asset, close, currency, "file") for day, close in known.items()])
    return bench


def part_of(book: Book) -> Part:
    if book.account is None and book.asset is None:
        return EVERYTHING
    return Part(frozenset({book.account}) if book.account else None, book.asset)


def near(number: Decimal) -> Any:
    return pytest.approx(float(number), rel=1e-8, abs=1e-5)


law = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink one takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.slow
@given(cases())
@law
def test_values_and_flows_of_every_day_are_those_of_the_plain_loops(benches: Callable[[], Any], case: Case) -> None:
    bench, expected = bench_of(benches, case), walk(case.book)
    found = portfolio_days(bench, part_of(case.book))
    days = dict(zip(expected.days, zip(expected.value, expected.came, expected.went, strict=True), strict=True))
    for place in range(len(found)):
        day = found.first + timedelta(days=place)
        value, came, went = days.get(day, (NOTHING, NOTHING, NOTHING))
        told = found.value[place], found.inflow[place], found.outflow[place]
        assert (day, *told) == (day, near(value), near(came), near(went))
    assert found.last == TODAY or not len(found)


@pytest.mark.slow
@given(cases(), st.integers(0, 100), st.integers(1, 100))
@law
def test_returns_profits_and_falls_of_a_period_are_those_of_the_plain_loops(
    benches: Callable[[], Any], case: Case, back: int, length: int
) -> None:
    bench, every = bench_of(benches, case), walk(case.book)
    first = TODAY - timedelta(days=back)
    last = min(first + timedelta(days=length), TODAY)
    asked = {"from_": first, "to": last, "exchange": case.book.account, "asset": case.book.asset}
    reply = bench.run("performance", **asked)
    places = [place for place, day in enumerate(every.days) if first <= day <= last]
    if not places or all(each.day > last for each in case.book.effects):
        return
    start, end = places[0], places[-1]
    found = reply.data.performance
    came, went = sum(every.came[start : end + 1], NOTHING), sum(every.went[start : end + 1], NOTHING)
    before = every.value[start - 1] if start else NOTHING
    assert float(found.gain.amount) == near(every.value[end] - before - came + went)
    brought = [each.gain for each in reply.data.contributions]
    if case.book.asset is None and None not in brought and not found.unpriced:
        assert float(sum(each.amount for each in brought)) == near(found.gain.amount)
    returns = [(each, every.days[place]) for place in places if (each := every.returns[place]) is not None]
    if not returns:
        assert found.twr is found.best is found.worst is None
        return
    index = index_of([every.returns[place] for place in places])
    assert float(found.twr.value) == near_ratio(index[-1] - 1)
    assert float(found.best.value.value) == near_ratio(max(each for each, _ in returns))
    assert float(found.worst.value.value) == near_ratio(min(each for each, _ in returns))
    high = bench.run("portfolio history", **asked).data.high
    if high is not None:
        assert float(high.value.amount) == near(max(every.value[place] for place in places))
        assert float(high.gain.value) == near_ratio(max(index) - 1)
    if case.book.asset is None:
        fall = bench.run(
            "portfolio analytics", from_=first, to=last, exchange=case.book.account, benchmark="BTC"
        ).data.fall
        depth = max(1 - level / max(index[: place + 1]) for place, level in enumerate(index))
        assert (0 if fall is None else float(fall.depth.value)) == near_ratio(-depth)
        if fall is not None and min(index) > 0:
            days = [every.days[start] - A_DAY, *(every.days[place] for place in places)]
            peak, trough = index[days.index(fall.peak)], index[days.index(fall.trough)]
            assert 1 - trough / peak == pytest.approx(depth, abs=D("1e-9"))
            assert float(fall.money.amount) == near(profit(every, fall.peak, fall.trough))


def index_of(returns: Sequence[Decimal | None]) -> list[Decimal]:
    index = [D(1)]
    for each in returns:
        index.append(index[-1] * (1 + (each or 0)) if index[-1] > 0 else index[-1])
    return index


def profit(every: Walk, base: date, last: date) -> Decimal:
    """What was won after `base`, up to `last`."""
    total = NOTHING
    for place, day in enumerate(every.days):
        if base < day <= last:
            before = every.value[place - 1] if place else NOTHING
            total += every.value[place] - before - every.came[place] + every.went[place]
    return total


def near_ratio(number: Decimal) -> Any:
    return pytest.approx(float(number), rel=1e-6, abs=1e-8)


@pytest.mark.slow
@given(cases(), st.integers(1, 100), st.integers(1, 100))
@law
def test_the_parts_of_a_difference_are_those_of_the_plain_loops(
    benches: Callable[[], Any], case: Case, back: int, length: int
) -> None:
    """The price part is summed day by day here, and is what is left there."""
    bench, book = bench_of(benches, case), case.book
    first = TODAY - timedelta(days=back)
    last = min(first + timedelta(days=length), TODAY)
    answer = bench.run("portfolio compare", date=first, to=last, exchange=book.account, asset=book.asset).data
    earlier, later = book.units(first), book.units(last)
    told = {each.asset: each for each in answer.comparison.assets}
    assert set(earlier) | set(later) <= set(told)
    with exact_math():
        for name, each in told.items():
            assert each.quantity_before == earlier.get(name, NOTHING)
            assert each.quantity_after == later.get(name, NOTHING)
            expected = parts_of(book, name, first, last)
            assert (each.parts is None) == (expected is None)
            if expected is None:
                continue
            own = {part: getattr(each.parts, part).amount for part in expected}
            assert sum(own.values()) == each.difference.amount
            assert {part: float(amount) for part, amount in own.items()} == {
                part: near(amount) for part, amount in expected.items()
            }
        priced = [each for each in told.values() if each.parts is not None]
        assert answer.comparison.difference.amount == sum((each.difference.amount for each in priced), NOTHING)


def parts_of(book: Book, asset: str, first: date, last: date) -> dict[str, Decimal] | None:
    """None where an end, or what something was worth, has no price."""
    named = {"flow": "flows", "trade": "trades", "income": "income", "fee": "fees", "result": "other"}
    parts = dict.fromkeys(["price", *named.values()], NOTHING)
    if any(asset in book.units(end) and book.prices.of(asset, end) is None for end in (first, last)):
        return None
    worth_before = book.units(first).get(asset, NOTHING) * (book.prices.of(asset, first) or 0)
    day = first + A_DAY
    while day <= last:
        for effect in (each for each in book.effects if each.day == day and each.asset == asset):
            if effect.worth is None:
                return None
            parts[named[effect.what]] += effect.worth
            worth_before += effect.worth
        day += A_DAY
    parts["price"] = book.units(last).get(asset, NOTHING) * (book.prices.of(asset, last) or 0) - worth_before
    return parts


DATA = Path(__file__).parents[3] / "shared" / "data"
EXPORTS = (
    "agpl3_rotki/binance_history.csv",
    "agpl3_perfi/kraken_ledgers.csv",
    "apache2_export-to-ghostfolio/coinbase-export.csv",
    "agpl3_perfi/coinbasepro_fills.csv",
    "agpl3_bittytax/example.csv",
    "apache2_export-to-ghostfolio/cryptocom-export.csv",
)


def real_prices() -> Prices:
    """Coins in dollars, other money through the euro."""
    closes: dict[str, tuple[str, dict[date, Decimal]]] = {"EUR": ("USD", {})}
    with (DATA / "prices/open/daily_close_usd.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            closes.setdefault(row["asset"], ("USD", {}))[1][date.fromisoformat(row["date"])] = D(row["close"])
    with (DATA / "fx/ecb_reference_rates.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            day = date.fromisoformat(row["date"])
            closes["EUR"][1][day] = D(row["EURUSD"])
            for money in ("GBP", "CHF", "JPY", "CAD", "AUD"):
                closes.setdefault(money, ("EUR", {}))[1][day] = 1 / D(row[f"EUR{money}"])
    return Prices("USD", closes)


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the real exports (../shared/data) are not on this machine")
@pytest.mark.parametrize("account", [None, "binance", "kraken"])
def test_the_days_of_real_exports_are_those_of_the_plain_loops(bench: Any, account: str | None) -> None:
    until = date(2024, 12, 31)
    bench.clock, bench.timezone = FixedClock(datetime(2024, 12, 31, 12, tzinfo=UTC)), ZoneInfo("Europe/Berlin")
    assert bench.run("import", files=[DATA / "exports" / name for name in EXPORTS]).data.failed == []
    assert bench.run("prices import", files=[DATA / "prices/open/daily_close_usd.csv"]).exit_code == 0
    found = portfolio_days(bench, Part(frozenset({account})) if account else EVERYTHING)
    with bench.store.read() as connection:
        records = list(records_since(connection, None, None))
        matched = matching(connection, None)
    assert matched is not None
    by_key = {(each.account, each.id): each for each in records}
    pairs = {(each.out.account, each.out.id): by_key[each.into.account, each.into.id] for each in matched.matches}
    book = Book(records, pairs, real_prices(), bench.timezone, account)
    expected = walk(book, until=until)
    days = dict(zip(expected.days, zip(expected.value, expected.came, expected.went, strict=True), strict=True))
    assert max(expected.value) > 100
    assert len(found) > 1000
    for place in range(len(found)):
        day = found.first + timedelta(days=place)
        value, came, went = days.get(day, (NOTHING, NOTHING, NOTHING))
        told = found.value[place], found.inflow[place], found.outflow[place]
        assert (day, *told) == (day, near(value), near(came), near(went))
