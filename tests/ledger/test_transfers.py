"""Which withdrawals and deposits are two ends of one transfer."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st
from kit_portfolio_tracker.core.events import RecordKey
from kit_portfolio_tracker.core.transfers import Decision, Matching, match_transfers

from kit import Kind, Quantity, Record

START = datetime(2024, 1, 1, tzinfo=UTC)


def out(name: str, account: str, minutes: int, quantity: str, *, asset: str = "BTC", note: str = "") -> Record:
    time = START + timedelta(minutes=minutes)
    return Record(name, time, account, Kind.WITHDRAWAL, sent=Quantity(Decimal(quantity), asset), note=note)


def into(name: str, account: str, minutes: int, quantity: str, *, asset: str = "BTC", note: str = "") -> Record:
    time = START + timedelta(minutes=minutes)
    return Record(name, time, account, Kind.DEPOSIT, received=Quantity(Decimal(quantity), asset), note=note)


def matched(*records: Record, decisions: tuple[Decision, ...] = ()) -> Matching:
    return match_transfers(records, decisions, is_money={"USD", "EUR"}.__contains__)


def pairs(found: Matching) -> list[tuple[str, str]]:
    return [(match.out.id, match.into.id) for match in found.matches]


def test_what_left_one_account_and_came_to_another_is_a_transfer_less_its_fee() -> None:
    found = matched(out("o", "A", 0, "1"), into("i", "B", 12, "0.9995"))
    [match] = found.matches
    assert (match.sent, match.received) == (Decimal(1), Decimal("0.9995"))
    assert match.reasons == ("0.0005 BTC less, a network fee", "came 12 min later")
    assert Decimal("0.8") < match.score < 1
    assert not found.unmatched


def test_more_than_what_left_never_matches() -> None:
    assert not matched(out("o", "A", 0, "1"), into("i", "B", 12, "1.0001")).matches


def test_a_tenth_lost_on_the_way_is_no_fee() -> None:
    assert not matched(out("o", "A", 0, "1"), into("i", "B", 12, "0.9")).matches


def test_another_asset_never_matches() -> None:
    assert not matched(out("o", "A", 0, "1"), into("i", "B", 12, "1", asset="ETH")).matches


def test_clocks_may_differ_by_a_quarter_of_an_hour_and_no_more() -> None:
    assert pairs(matched(out("o", "A", 0, "1"), into("i", "B", -15, "1"))) == [("o", "i")]
    assert not matched(out("o", "A", 0, "1"), into("i", "B", -16, "1")).matches


def test_a_week_is_the_longest_way() -> None:
    week = 7 * 24 * 60
    assert pairs(matched(out("o", "A", 0, "1"), into("i", "B", week, "1"))) == [("o", "i")]
    assert not matched(out("o", "A", 0, "1"), into("i", "B", week + 1, "1")).matches


def test_two_that_may_both_have_sent_it_are_left_to_people() -> None:
    found = matched(out("a", "A", 0, "1"), out("c", "C", 1, "1"), into("i", "B", 30, "1"))
    assert not found.matches
    assert {(each.out.id, each.into.id) for each in found.candidates} == {("a", "i"), ("c", "i")}
    assert len(found.unmatched) == 3


@pytest.mark.parametrize("minutes", [10, 60, 6 * 60, 24 * 60, 3 * 24 * 60])
def test_a_minute_more_makes_nobodys_choice(minutes: int) -> None:
    found = matched(out("o", "A", 0, "1"), into("b", "B", minutes, "1"), into("c", "C", minutes + 1, "1"))
    assert not found.matches
    assert len(found.candidates) == 2


def test_equal_ones_of_one_account_go_in_order_of_time() -> None:
    found = matched(out("o1", "A", 0, "1"), out("o2", "A", 1, "1"), into("i1", "B", 30, "1"), into("i2", "B", 31, "1"))
    assert pairs(found) == [("o1", "i1"), ("o2", "i2")]


def test_a_transaction_decides() -> None:
    found = matched(
        out("a", "A", 0, "1", note="tx 0xAB"), out("c", "C", 1, "1"), into("i", "B", 30, "0.99", note="tx ab")
    )
    assert pairs(found) == [("a", "i")]
    assert found.matches[0].reasons[0] == "the same transaction"


@pytest.mark.parametrize(("minutes", "quantity"), [(30, "0.925"), (9 * 24 * 60, "1"), (-60, "1")])
def test_a_transaction_decides_whatever_it_cost_and_took(minutes: int, quantity: str) -> None:
    records = out("o", "A", 0, "1", note="tx ab"), into("i", "B", minutes, quantity, note="tx ab")
    assert pairs(matched(*records)) == [("o", "i")]
    apart = (Decision(RecordKey("A", "o"), RecordKey("B", "i"), matched=False),)
    assert not matched(*records, decisions=apart).matches


def test_the_right_one_is_found_among_many_like_it() -> None:
    later = [into(f"x{n}", "B", 60 + n, "1") for n in range(60)]
    found = matched(out("o", "A", 0, "1", note="tx ab"), *later, into("i", "B", 30, "1", note="tx ab"))
    assert pairs(found) == [("o", "i")]


def test_many_equal_ones_go_in_order_of_time() -> None:
    left = [out(f"o{n:03}", "A", n, "1") for n in range(300)]
    came = [into(f"i{n:03}", "B", n + 5, "1") for n in range(300)]
    assert pairs(matched(*left, *came)) == [(f"o{n:03}", f"i{n:03}") for n in range(300)]


@pytest.mark.parametrize("accounts", [50, 3])
def test_many_accounts_at_one_instant_end_soon(accounts: int) -> None:
    """Nothing can be told apart here; looking at every pair of pairs would take minutes."""
    left = [out(f"o{n}", f"A{n % accounts}", 0, "1") for n in range(1500)]
    came = [into(f"i{n}", f"B{n % accounts}", 0, "1") for n in range(1500)]
    assert not matched(*left, *came).matches


def test_other_transactions_never_match() -> None:
    assert not matched(out("a", "A", 0, "1", note="tx ab"), into("i", "B", 5, "1", note="tx cd")).matches


def test_what_comes_back_to_where_it_left_was_a_failed_withdrawal() -> None:
    [match] = matched(out("o", "A", 0, "1"), into("i", "A", 30, "1")).matches
    assert match.returned
    assert not matched(out("o", "A", 0, "1"), into("i", "A", 30, "0.9995")).matches


def test_money_matches_only_to_the_cent() -> None:
    assert pairs(matched(out("o", "A", 0, "100", asset="EUR"), into("i", "B", 5, "100", asset="EUR"))) == [("o", "i")]
    assert not matched(out("o", "A", 0, "100", asset="EUR"), into("i", "B", 5, "99", asset="EUR")).matches


def test_a_transfer_that_names_its_other_end_needs_none() -> None:
    named = Record("o", START, "A", Kind.TRANSFER, sent=Quantity(Decimal(1), "BTC"), to_account="B")
    found = matched(named, into("i", "B", 5, "1"))
    assert not found.matches
    assert list(found.unmatched) == [RecordKey("B", "i")]


def test_people_have_the_last_word() -> None:
    records = (out("o", "A", 0, "1"), into("i", "B", 5, "1"), into("late", "B", 30 * 24 * 60, "0.5"))
    o, i, late = RecordKey("A", "o"), RecordKey("B", "i"), RecordKey("B", "late")
    assert pairs(matched(*records, decisions=(Decision(o, i, matched=False),))) == []
    forced = matched(*records, decisions=(Decision(o, late, matched=True),))
    assert pairs(forced) == [("o", "late")]
    assert forced.matches[0].by_user
    assert list(forced.unmatched) == [i]


_sides = st.tuples(
    st.booleans(), st.sampled_from("ABC"), st.integers(0, 3000), st.sampled_from(["1", "0.999", "2", "1.95"])
)


@settings(max_examples=150)
@given(st.lists(_sides, max_size=14), st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter_and_none_is_used_twice(
    sides: list[tuple[bool, str, int, str]], rng: random.Random
) -> None:
    records = [
        (out if leaves else into)(f"{number}", account, minutes, quantity)
        for number, (leaves, account, minutes, quantity) in enumerate(sides)
    ]
    found = matched(*records)
    shuffled = list(records)
    rng.shuffle(shuffled)
    assert matched(*shuffled).matches == found.matches
    used = [key for match in found.matches for key in (match.out, match.into)]
    assert len(used) == len(set(used))
    assert set(used).isdisjoint(found.unmatched)
    assert len(used) + len(found.unmatched) == len(records)
