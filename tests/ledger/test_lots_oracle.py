"""Every lot method against a second reading of FORMULAS §6, in exact fractions, that shares nothing with the first.

The oracle below knows doings, pools as plain lists that are sorted at every disposal, and nothing of the program.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

Compute = Callable[..., Any]

START = datetime(2023, 1, 1, tzinfo=UTC)
RATES = {"BTC": "100", "ETH": "10", "BNB": "3"}
COINS = (*RATES, "ZZZ")
"""Of ZZZ nobody knows a price."""
CLOSE = Fraction(1, 10**15)
"""Costs are floored in steps of 1E-18, some of them several times."""


class Doing(NamedTuple):
    """A line of the ledger. Amounts are (quantity, asset)."""

    hour: int
    account: str
    kind: str
    got: tuple[str, str] | None = None
    gave: tuple[str, str] | None = None
    fee: tuple[str, str] | None = None
    to: str = ""
    arrives: bool = False
    """Whether the next line is its other end."""

    def line(self) -> str:
        time = START + timedelta(hours=self.hour)
        parts = [f"{time:%Y-%m-%dT%H:%M}", self.account, self.kind]
        for word, leg in (("got", self.got), ("gave", self.gave), ("fee", self.fee)):
            parts += [word, *leg] if leg else []
        return " ".join([*parts, *(["to", self.to] if self.to else [])])


# The oracle


@dataclass
class In:
    number: int
    account: str
    asset: str
    quantity: Fraction
    cost: Fraction
    flaw: str = ""


@dataclass
class Out:
    number: int
    account: str
    asset: str
    quantity: Fraction
    proceeds: Fraction | None
    fee: Fraction = Fraction(0)
    nowhere: bool = False


@dataclass
class Moved:
    number: int
    account: str
    asset: str
    quantity: Fraction
    to: str
    arrives: int


def worth(leg: tuple[str, str]) -> Fraction | None:
    amount, asset = leg
    if asset == "USD":
        return Fraction(amount)
    return Fraction(amount) * Fraction(RATES[asset]) if asset in RATES else None


def acquired(number: int, doing: Doing, quantity: Fraction, cost: Fraction | None, flaw: str = "") -> In:
    assert doing.got is not None
    unpriced = cost is None
    return In(number, doing.account, doing.got[1], quantity, cost or Fraction(0), "price" if unpriced else flaw)


def fee_of(doing: Doing) -> Fraction | None:
    """What the fee of a trade was worth: at the trade's own price, where it was paid in one of its coins."""
    if doing.fee is None:
        return Fraction(0)
    units, asset = doing.fee
    legs = [leg for leg in (doing.gave, doing.got) if leg]
    value = value_of(legs)
    own = next((leg for leg in legs if leg[1] == asset and asset != "USD"), None)
    return value * Fraction(units) / Fraction(own[0]) if own and value is not None else worth(doing.fee)


def value_of(legs: list[tuple[str, str]]) -> Fraction | None:
    """The one value of both legs: the money, else the price of what was given, else that of what was received."""
    value = next((Fraction(leg[0]) for leg in legs if leg[1] == "USD"), None)
    for leg in legs:
        value = worth(leg) if value is None else value
    return value


def traded(number: int, doing: Doing) -> Iterator[In | Out]:
    """One value for both legs; the fee by the coin in which it was paid."""
    assert doing.got is not None
    assert doing.gave is not None
    value, fee_value = value_of([doing.gave, doing.got]), fee_of(doing)
    fee_asset, fee_units = (doing.fee[1], Fraction(doing.fee[0])) if doing.fee else ("", Fraction(0))
    extra = fee_value if fee_asset not in {doing.got[1], doing.gave[1]} or fee_asset == "USD" else Fraction(0)
    if doing.got[1] != "USD":
        net = Fraction(doing.got[0]) - (fee_units if fee_asset == doing.got[1] else 0)
        cost = None if value is None or extra is None else value + extra
        yield acquired(number, doing, net, cost)
    if doing.gave[1] != "USD":
        gone = Fraction(doing.gave[0]) + (fee_units if fee_asset == doing.gave[1] else 0)
        off = extra if doing.got[1] == "USD" else Fraction(0)
        assert off is not None
        yield Out(number, doing.account, doing.gave[1], gone, value, off)
    if doing.fee and fee_asset not in {"USD", doing.got[1], doing.gave[1]}:
        yield Out(number, doing.account, fee_asset, fee_units, fee_value)


def events_of(number: int, doings: list[Doing]) -> Iterator[In | Out | Moved]:
    doing = doings[number - 1]
    account = doing.account
    if doing.kind in {"buy", "sell", "trade"}:
        yield from traded(number, doing)
        return
    if doing.kind == "withdrawal":
        assert doing.gave is not None
        amount, asset = doing.gave
        if doing.arrives:
            end = doings[number]
            assert end.got is not None
            yield Moved(number, account, asset, Fraction(end.got[0]), end.account, end.hour)
            if lost := Fraction(amount) - Fraction(end.got[0]):
                yield Out(number, account, asset, lost, lost * Fraction(RATES[asset]))
        else:
            yield Out(number, account, asset, Fraction(amount), None, nowhere=True)
    elif doing.kind == "deposit":
        assert doing.got is not None
        if number == 1 or not doings[number - 2].arrives:
            yield acquired(number, doing, Fraction(doing.got[0]), Fraction(0), "history")
    elif doing.kind == "transfer":
        assert doing.gave is not None
        yield Moved(number, account, doing.gave[1], Fraction(doing.gave[0]), doing.to, doing.hour)
    elif doing.got:
        yield acquired(number, doing, Fraction(doing.got[0]), worth(doing.got))
    elif doing.gave:
        proceeds = Fraction(0) if doing.kind == "lost" else worth(doing.gave)
        yield Out(number, account, doing.gave[1], Fraction(doing.gave[0]), proceeds)
    if doing.fee:
        yield Out(number, account, doing.fee[1], Fraction(doing.fee[0]), worth(doing.fee))


@dataclass
class Lot:
    number: int
    hour: int
    whole: Fraction
    price: Fraction
    left: Fraction
    came: int
    flaw: str


@dataclass
class Part:
    lot: int | None
    quantity: Fraction
    cost: Fraction
    flaw: str = ""
    rule: str = ""


@dataclass
class Told:
    """What came of it: of each disposal its parts and its gain, of each asset what is left and what that cost."""

    disposals: dict[tuple[int, str, Fraction], tuple[list[Part], Fraction | None]] = field(default_factory=dict)
    held: dict[str, tuple[Fraction, Fraction]] = field(default_factory=dict)

    def close(self, out: Out, parts: list[Part]) -> None:
        missing = out.quantity - sum(part.quantity for part in parts)
        if missing:
            parts = [*parts, Part(None, missing, Fraction(0), "history")]
        gain: Fraction | None = None
        for part in parts:
            if out.proceeds is not None and part.flaw != "price":
                share = part.quantity / out.quantity
                gain = (gain or Fraction(0)) + (out.proceeds - out.fee) * share - part.cost
        self.disposals[out.number, out.asset, out.quantity] = parts, gain


class Pool:
    """A list, sorted whenever something goes; with `average`, what goes costs its share of everything."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.lots: list[Lot] = []
        self.cost = Fraction(0)
        self.flaw = ""
        self.came = 0

    def add(self, number: int, hour: int, quantity: Fraction, cost: Fraction, flaw: str) -> None:
        self.came += 1
        self.lots.append(Lot(number, hour, quantity, cost / quantity, quantity, self.came, flaw))
        self.cost += cost
        self.flaw = "price" if "price" in {flaw, self.flaw} else self.flaw or flaw

    def key(self, lot: Lot) -> Any:
        first: dict[str, Fraction | int] = {"lifo": -lot.hour, "hifo": -lot.price, "lofo": lot.price}
        return first.get(self.method, lot.hour), lot.hour, lot.came

    def take(self, quantity: Fraction) -> list[tuple[Lot, Part]]:
        found = []
        units = sum((lot.left for lot in self.lots), Fraction(0))
        average, flaw = (self.cost / units if units else Fraction(0)), self.flaw
        for lot in sorted(self.lots, key=self.key):
            part = min(lot.left, quantity)
            if part:
                lot.left -= part
                quantity -= part
                price, wrong = (average, flaw) if self.method == "acb" else (lot.price, lot.flaw)
                found.append((lot, Part(lot.number, part, price * part, wrong)))
                self.cost -= price * part
        self.lots = [lot for lot in self.lots if lot.left]
        if not self.lots:
            self.flaw = ""
        return found


def in_order(doings: list[Doing]) -> list[tuple[int, In | Out | Moved]]:
    turns = {In: 0, Moved: 1, Out: 2}
    found = [
        (doing.hour, turns[type(event)], doing.account, number, place, event)
        for number, doing in enumerate(doings, 1)
        for place, event in enumerate(events_of(number, doings))
    ]
    return [(each[0], each[-1]) for each in sorted(found, key=lambda each: each[:5])]


def by_lots(doings: list[Doing], method: str, *, apart: bool) -> Told:
    told = Told()
    pools: dict[tuple[str, str], Pool] = defaultdict(lambda: Pool(method))
    under_way: list[tuple[int, str, str, list[tuple[Lot, Part]]]] = []

    def arrive(hour: int) -> None:
        for entry in [each for each in under_way if each[0] <= hour]:
            _, asset, to, parts = entry
            under_way.remove(entry)
            for lot, part in parts:
                pools[asset, to].add(lot.number, lot.hour, part.quantity, part.cost, part.flaw)

    for hour, event in in_order(doings):
        arrive(hour)
        pool = pools[event.asset, event.account if apart else ""]
        if isinstance(event, In):
            pool.add(event.number, hour, event.quantity, event.cost, event.flaw)
        elif isinstance(event, Out):
            told.close(event, [part for _, part in pool.take(event.quantity)])
        elif apart:
            parts = pool.take(event.quantity)
            missing = event.quantity - sum(part.quantity for _, part in parts)
            if missing:
                short = Lot(event.number, hour, missing, Fraction(0), missing, 0, "history")
                parts.append((short, Part(event.number, missing, Fraction(0), "history")))
            under_way.append((event.arrives, event.asset, event.to, parts))
            arrive(hour)
    arrive(10**9)
    for (asset, _), pool in pools.items():
        units, cost = told.held.get(asset, (Fraction(0), Fraction(0)))
        told.held[asset] = units + sum((lot.left for lot in pool.lots), Fraction(0)), cost + pool.cost
    return told


def by_section_104(doings: list[Doing]) -> Told:
    told = Told()
    everything = in_order(doings)
    for asset in {event.asset for _, event in everything}:
        bought: dict[int, list[Any]] = {}
        found: dict[int, list[Any]] = {}  # what came from nowhere was bought on no day
        sold: list[tuple[int, Out, list[Part]]] = []
        for hour, event in everything:
            if event.asset == asset and isinstance(event, In):
                days = found if event.flaw == "history" else bought
                of_day = days.setdefault(hour // 24, [Fraction(0), Fraction(0), set(), Fraction(0)])
                of_day[0] += event.quantity
                of_day[1] += event.cost
                of_day[2].add(event.flaw)
            elif event.asset == asset and isinstance(event, Out):
                sold.append((hour // 24, event, []))
        for of_day in [*bought.values(), *found.values()]:
            of_day[3] = of_day[0]

        def match(day: int, out: Out, parts: list[Part], rule: str, bought: dict[int, list[Any]] = bought) -> None:
            if day in bought:
                units, cost, flaws, left = bought[day]
                taken = min(left, out.quantity - sum(part.quantity for part in parts))
                if taken:
                    bought[day][3] -= taken
                    parts.append(Part(0, taken, cost * taken / units, "price" if "price" in flaws else "", rule))

        for day, out, parts in sold:
            if not out.nowhere:
                match(day, out, parts, "same day")
        for day, out, parts in sold:
            for ahead in range(1, 31):
                if not out.nowhere:
                    match(day + ahead, out, parts, "30 days")
        pool_units = pool_cost = Fraction(0)
        flaw, waiting = "", sorted([*bought.items(), *found.items()], key=lambda each: each[0])
        end: list[tuple[int, Out | None, list[Part]]] = [(10**9, None, [])]
        for last, going, parts in [*sold, *end]:
            while waiting and waiting[0][0] <= last:
                units, cost, flaws, left = waiting.pop(0)[1]
                if left:
                    pool_units, pool_cost = pool_units + left, pool_cost + cost * left / units
                    flaw = "price" if "price" in flaws else flaw
            if going is None:
                continue
            taken = min(pool_units, going.quantity - sum(part.quantity for part in parts))
            if taken:
                cost = pool_cost * taken / pool_units
                parts.append(Part(0, taken, cost, flaw, "section 104 pool"))
                pool_units, pool_cost = pool_units - taken, pool_cost - cost
                flaw = flaw if pool_units else ""
            told.close(going, parts)
        told.held[asset] = pool_units, pool_cost
    return told


# Ledgers

DAYS = st.sampled_from((0, 1, 29, 30, 31, 45, 60, 61, 75))
"""Some are 29, 30 and 31 days apart."""
TRADES = ["buy", "buy", "buy", "sell", "sell", "trade"]
KINDS = [*TRADES, "staking", "gift_received", "gift_sent", "lost", "spend", "in", "out"]


def quantity(draw: st.DrawFn, most: int = 64) -> str:
    return str(Decimal(draw(st.integers(2, most))) / 8)


@st.composite
def doing(draw: st.DrawFn) -> Doing:
    day, hour = draw(DAYS), draw(st.sampled_from((0, 9, 9, 23)))
    account, coin = draw(st.sampled_from("ab")), draw(st.sampled_from(COINS))
    other = draw(st.sampled_from([each for each in COINS if each != coin]))
    amount, money = quantity(draw), str(draw(st.integers(1, 3000)))
    kind = draw(st.sampled_from(KINDS))
    base = Doing(24 * day + hour, account, kind)
    fees = [None, ("0.5", "USD"), ("0.125", "BNB"), ("0.0625", coin)]
    if kind == "buy":
        return base._replace(got=(amount, coin), gave=(money, "USD"), fee=draw(st.sampled_from(fees)))
    if kind == "sell":
        return base._replace(gave=(amount, coin), got=(money, "USD"), fee=draw(st.sampled_from(fees)))
    if kind == "trade":
        fees.append(("0.03125", other))
        return base._replace(gave=(amount, coin), got=(quantity(draw), other), fee=draw(st.sampled_from(fees)))
    if kind in {"staking", "gift_received"}:
        return base._replace(got=(amount, coin))
    if kind == "in":
        return base._replace(kind="deposit", got=(str(10_000 + day), coin))  # more than ever left: no transfer
    if kind == "out":
        return base._replace(kind="withdrawal", gave=(amount, coin))
    return base._replace(gave=(amount, coin))


@st.composite
def ledgers(draw: st.DrawFn) -> list[Doing]:
    """Doings in any order, and transfers: told by one record, or by two that are found to be one."""
    found = draw(st.lists(doing(), min_size=1, max_size=14))
    for power in range(draw(st.integers(0, 3))):
        hour, source = 24 * draw(DAYS) + draw(st.sampled_from((0, 9, 23))), draw(st.sampled_from("ab"))
        target, coin = "b" if source == "a" else "a", draw(st.sampled_from(tuple(RATES)))
        if draw(st.booleans()):
            fee = draw(st.sampled_from((None, ("0.0625", coin), ("0.125", "BNB"))))
            found.append(Doing(hour, source, "transfer", gave=(quantity(draw), coin), fee=fee, to=target))
            continue
        amount = 16 * 2**power  # none is like another
        came = amount - draw(st.sampled_from((Decimal(0), Decimal("0.25"))))
        took = draw(st.sampled_from((0, 1, 30)))
        found.append(Doing(hour, source, "withdrawal", gave=(str(amount), coin), arrives=True))
        found.append(Doing(hour + took, target, "deposit", got=(str(came), coin)))
    return found


def summed(parts: list[Part]) -> list[Part]:
    """By rule: which units of a pool are the oldest is nothing that a pool knows."""
    found: dict[str, Part] = {}
    for part in parts:
        before = found.get(part.rule, Part(0, Fraction(0), Fraction(0)))
        found[part.rule] = Part(0, before.quantity + part.quantity, before.cost + part.cost, rule=part.rule)
    return list(found.values())


def compare(told: Told, found: Any, *, with_lots: bool) -> None:
    disposals = {(int(each.key.id), each.asset, Fraction(each.quantity)): each for each in found.disposals}
    assert disposals.keys() == told.disposals.keys()
    for key, (parts, gain) in told.disposals.items():
        each = disposals[key]
        ours = parts if with_lots else summed(parts)
        theirs = [
            Part(int(p.origin.key.id) if p.origin else None, Fraction(p.quantity), Fraction(p.cost), rule=p.rule)
            for p in each.parts
        ]
        theirs = theirs if with_lots else summed(theirs)
        assert [(p.lot, p.quantity, p.rule) for p in theirs] == [(p.lot, p.quantity, p.rule) for p in ours], key
        assert all(abs(one.cost - other.cost) < CLOSE for one, other in zip(ours, theirs, strict=True)), key
        assert (each.gain is None) == (gain is None), key
        if gain is not None:
            assert abs(Fraction(each.gain) - gain) < CLOSE, key
    for asset, (units, cost) in told.held.items():
        assert sum(Fraction(lot.quantity) for lot in found.lots(asset)) == units, asset
        assert abs(sum(Fraction(lot.cost) for lot in found.lots(asset)) - cost) < CLOSE, asset


check = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("scope", ["universal", "per-account"])
@pytest.mark.parametrize("method", ["fifo", "lifo", "hifo", "lofo", "acb"])
@check
@given(doings=ledgers())
def test_lots_are_what_a_second_reading_says(compute: Compute, method: str, scope: str, doings: list[Doing]) -> None:
    found = compute("\n".join(each.line() for each in doings), method=method, scope=scope, rates=RATES)
    compare(by_lots(doings, method, apart=scope == "per-account"), found, with_lots=True)
    fees = [fee_of(each) for each in doings if each.kind in {"buy", "sell", "trade"}]
    paid = [each.amount for each in found.counts if each.figure.value == "fees paid" and each.amount is not None]
    owed = sum((fee for fee in fees if fee is not None), Fraction(0))
    assert abs(sum(map(Fraction, paid), Fraction(0)) - owed) < CLOSE


@check
@given(doings=ledgers())
def test_section_104_is_what_a_second_reading_says(compute: Compute, doings: list[Doing]) -> None:
    found = compute("\n".join(each.line() for each in doings), method="s104", rates=RATES)
    compare(by_section_104(doings), found, with_lots=False)
