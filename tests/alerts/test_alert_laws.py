"""Laws of the index: it crosses what a plain loop over all rules finds, whatever the values do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given, strategies as st
from kit_alerts.core.book import Book, Entry, Standing
from kit_alerts.core.levels import Levels, Threshold
from kit_alerts.core.rules import Condition, Operator, Rule, Watched
from kit_alerts.core.shares import Shares

from kit import Reading, Unit, exact_math

ABOVE, BELOW, AT = Operator.ABOVE, Operator.BELOW, Operator.AT
amounts = st.decimals(min_value=-50, max_value=50, places=1)
positive = st.decimals(min_value=1, max_value=50, places=1)
shares = st.decimals(min_value="0.05", max_value="0.95", places=2)
bands = st.sampled_from([Decimal(0), Decimal("0.1"), Decimal(3)])
measured = (
    st.none() | st.decimals(min_value=-7, max_value=7, places=0) | st.sampled_from([Decimal("4.5"), Decimal("-4.5")])
)
rules = st.lists(st.tuples(st.sampled_from([ABOVE, BELOW]), amounts, bands), max_size=12)


@dataclass
class Plain:
    """A rule as one would write it down without thinking of speed."""

    operator: Operator
    level: Decimal
    band: Decimal
    holds: bool | None = None

    def look(self, value: Decimal) -> bool:
        """Whether it flips; the first look never does."""
        above = self.operator is ABOVE
        beyond = value > self.level if above else value < self.level
        if self.holds is None:
            self.holds = beyond
            return False
        back = value <= self.level - self.band if above else value >= self.level + self.band
        flips = back if self.holds else beyond
        self.holds = self.holds is not flips
        return flips


@given(rules, st.lists(amounts, max_size=40))
@exact_math()
def test_the_index_flips_what_a_loop_over_all_rules_flips(
    given_rules: list[tuple[Operator, Decimal, Decimal]], values: list[Decimal]
) -> None:
    levels = Levels(Threshold((number, 0), *rule) for number, rule in enumerate(given_rules))
    plain = [Plain(*rule) for rule in given_rules]
    for value in values:
        expected = {(number, rule.holds) for number, rule in enumerate(plain) if rule.look(value)}
        expected = {(number, plain[number].holds) for number, _ in expected}
        flips = [flip for flip in levels.observe(value) if not flip.first]
        assert {(flip.threshold.place[0], flip.threshold.holds) for flip in flips} == expected
        assert len(flips) == len(expected)


@given(rules, st.lists(amounts, min_size=1, max_size=20))
@exact_math()
def test_begun_anew_from_what_holds_it_goes_on_as_if_nothing_had_happened(
    given_rules: list[tuple[Operator, Decimal, Decimal]], values: list[Decimal]
) -> None:
    kept = [Threshold((number, 0), *rule) for number, rule in enumerate(given_rules)]
    levels = Levels(kept)
    for value in values[:-1]:
        levels.observe(value)
    if len(values) > 1:
        again = Levels(Threshold(each.place, each.operator, each.level, each.band, each.holds) for each in kept)
        told = {(flip.threshold.place, flip.holds) for flip in again.observe(values[-1])}
        assert told == {(flip.threshold.place, flip.holds) for flip in levels.observe(values[-1])}


@given(st.decimals(min_value=10, max_value=20, places=1), st.lists(amounts, max_size=40))
@exact_math()
def test_at_fires_when_the_side_changes_beyond_its_band(level: Decimal, values: list[Decimal]) -> None:
    band = Decimal(1)
    levels = Levels([Threshold((1, 0), AT, level, band)])
    over: bool | None = None
    for value in values:
        flips = [flip for flip in levels.observe(value) if not flip.first]
        assert len(flips) <= 1
        if over is None:
            over = value > level
        elif flips:
            assert value <= level if over else value >= level
            over = not over


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from([ABOVE, BELOW]), shares, bands), max_size=12),
    st.lists(st.tuples(st.integers(0, 3), positive), max_size=40),
)
@exact_math()
def test_shares_flip_what_a_loop_over_all_of_them_flips(
    given_rules: list[tuple[int, Operator, Decimal, Decimal]], ticks: list[tuple[int, Decimal]]
) -> None:
    """Each tick moves one part, and with it every share."""
    parts = dict.fromkeys(range(4), Decimal(10))
    by_part: dict[int, list[Threshold]] = {name: [] for name in parts}
    plain = []
    for number, (name, operator, level, band) in enumerate(given_rules):
        by_part[name].append(Threshold((number, 0), operator, level, band / 100))
        plain.append((name, Plain(operator, level, band / 100)))
    indexed = Shares({name: Levels(each) for name, each in by_part.items()})
    for name in parts:
        indexed.observe({name: parts[name]}, sum(parts.values(), Decimal(0)))
    for name, rule in plain:
        rule.look(parts[name] / sum(parts.values()))
    for name, amount in ticks:
        parts[name] = amount
        whole = sum(parts.values(), Decimal(0))
        expected = {number for number, (own, rule) in enumerate(plain) if rule.look(parts[own] / whole)}
        flips = indexed.observe({name: amount}, whole)
        assert {flip.threshold.place[0] for flip in flips} == expected
        assert len(flips) == len(expected)


@exact_math()
def test_a_tick_between_the_nearest_thresholds_looks_at_none() -> None:
    levels = Levels(Threshold((number, 0), ABOVE, Decimal(number), Decimal("0.5")) for number in range(10_000))
    levels.observe(Decimal("5000.7"))
    assert (levels.low, levels.high) == (Decimal("4999.5"), Decimal(5001))
    assert list(levels.observe(Decimal("5000.2"))) == []


@given(st.lists(st.tuples(measured, measured), min_size=1, max_size=40), st.booleans())
def test_a_rule_of_two_conditions_fires_when_both_have_come_to_hold_and_are_so(
    values: list[tuple[Decimal | None, Decimal | None]], repeat: bool
) -> None:
    now = datetime(2024, 6, 1, tzinfo=UTC)
    one, two = Watched("basket", "one"), Watched("basket", "two")
    conditions = (
        Condition(one, ABOVE, Decimal(5), Unit.NUMBER),
        Condition(two, BELOW, Decimal(-5), Unit.NUMBER),
    )
    book = Book([Entry(1, Rule(conditions, repeat=repeat), Standing())], hysteresis=Decimal("0.2"))
    plain = [Plain(ABOVE, Decimal(5), Decimal(1)), Plain(BELOW, Decimal(-5), Decimal(1))]
    armed: bool | None = None
    fired = 0
    for pair in values:
        for condition, value in zip(plain, pair, strict=True):
            if value is not None:
                condition.look(value)
        with exact_math():
            book.measure({watched: Reading(value, now) for watched, value in zip((one, two), pair, strict=True)})
        first, second = pair
        is_so = first is not None and first > 5 and second is not None and second < -5
        holds = all(condition.holds for condition in plain)
        fires = bool(armed) and holds and is_so and (repeat or not fired)
        if None not in (plain[0].holds, plain[1].holds):
            armed = not holds or (bool(armed) and not fires)
        fired += fires
        assert bool(book.settle(now, now).fires) is fires
