"""`kit ledger add`, `edit`, `remove`: what people write counts at once, exactly, and can be taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from kit_portfolio_tracker.core.events import RecordKey
from kit_portfolio_tracker.core.transfers import Decision
from kit_portfolio_tracker.store.changes import forget_changes, what_changed
from kit_portfolio_tracker.store.landing import files_end, newest_fetched
from kit_portfolio_tracker.store.marks import marked_record
from kit_portfolio_tracker.store.match_rows import keep_decision, read_decisions
from kit_portfolio_tracker.store.reading import extent, importers_of
from kit_portfolio_tracker.store.records import RecordWriter, all_records, kept_positions, summed_positions
from kit_portfolio_tracker.store.renaming import rename_account

from kit import Kind, Money, Notice, Quantity, Record, Reply, Text, UsageError

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)
BUY = "2024-01-02,kraken,buy,BTC,0.5,USD,20000,USD,10,,,,kraken-1,first"
MOVE = "2024-01-03,kraken,transfer,,,BTC,0.2,BTC,0.0001,,,cold,kraken-2,"
DROP = "2024-01-04,kraken,airdrop,UNI,400,,,,,,,,kraken-3,"


def _notices(reply: Reply) -> str:
    return " ".join(f"{block.text} {block.next_step}" for block in reply.blocks if isinstance(block, Notice))


def _add(bench: Any, kind: str, time: str = "2024-01-05", **said: str) -> Any:
    return bench.run("ledger add", kind=kind, time=time, **said)


def _positions(bench: Any) -> dict[tuple[str, str], Decimal]:
    """The kept balances, which are what the records sum to; no zeros."""
    with bench.store.read() as connection:
        kept = {place: quantity for place, quantity in kept_positions(connection).items() if quantity}
        assert kept == {place: quantity for place, quantity in summed_positions(connection).items() if quantity}
    return kept


def _changes(bench: Any) -> dict[str, datetime]:
    with bench.store.write() as connection:
        found = what_changed(connection)
        forget_changes(connection)
    return found


def _ids(bench: Any, **said: Any) -> list[str]:
    return [row.record.id for row in bench.run("ledger list", **said).data.records]


@pytest.fixture
def held(both: Any) -> Any:
    """Three records of a file, in both kinds of database."""
    both.run("import", files=[both.ledger("a.csv", BUY, MOVE, DROP)])
    _changes(both)
    return both


def test_what_is_added_counts_at_once_and_is_marked(both: Any) -> None:
    reply = _add(both, "buy", account="savings", received="0.5 BTC", sent="20,000 USD", fee="10 USD", note="by hand")
    record = reply.data.record
    assert (record.time, record.kind, record.source) == (datetime(2024, 1, 5, tzinfo=UTC), Kind.BUY, "manual")
    assert reply.data.mark == "manual"
    assert _positions(both) == {("savings", "BTC"): Decimal("0.5"), ("savings", "USD"): Decimal(-20010)}
    assert _changes(both) == dict.fromkeys(["BTC", "USD"], record.time)
    assert "savings is a new account" in _notices(reply)


def test_an_entry_without_an_account_is_on_one_of_its_own(bench: Any) -> None:
    assert _add(bench, "deposit", received="1 BTC").data.record.account == "manual"


def test_an_account_is_called_as_it_is_on_screen_or_in_the_store(held: Any) -> None:
    held.configured = {"accountLabels": {"cold": "Paper Wallet"}}
    move = _add(held, "transfer", account="Kraken", sent="0.1 BTC", to_account="paper wallet").data.record
    assert (move.account, move.to_account) == ("kraken", "cold")
    assert held.run("ledger edit", id=move.id, to_account="COLD", note="x").data.record.to_account == "cold"
    with pytest.raises(UsageError, match="cannot send to itself"):
        _add(held, "transfer", account="kraken", sent="0.1 BTC", to_account="KRAKEN")
    assert _add(held, "deposit", account="Moon", received="1 BTC").data.record.account == "Moon"
    _add(held, "deposit", account="moon", received="2 BTC")
    assert {account for account, _ in _positions(held)} == {"kraken", "cold", "Moon"}
    assert "If you meant kraken" in _notices(_add(held, "deposit", account="krakn", received="1 BTC"))


def test_the_same_entry_twice_is_noticed(bench: Any) -> None:
    first = _add(bench, "deposit", received="1 BTC").data.record
    with pytest.raises(UsageError, match=f"there already: {first.id}"):
        _add(bench, "deposit", received="1.00 btc")
    assert _add(bench, "deposit", received="1 BTC", note="the second").data.record.id != first.id
    bench.run("ledger remove", id=first.id)
    with pytest.raises(UsageError, match=r"was removed.*--undo"):
        _add(bench, "deposit", received="1 BTC")


def test_every_digit_of_what_is_written_is_kept(both: Any) -> None:
    exact = "123456789012345678.123456789012345678901234567890"
    own = _add(both, "deposit", received=f"{exact} ETH", value="0.000000000000000001 USD").data.record.id
    with both.store.read() as connection:
        kept = marked_record(connection, RecordKey("manual", own)).record
    assert kept.received == Quantity(Decimal(exact), "ETH")
    assert kept.value == Money(Decimal("1e-18"), "USD")


@pytest.mark.parametrize(
    ("text", "amount"), [("30k USDT", 30_000), ("1.5m USDT", 1_500_000), ("$30,000 USDT", 30_000), ("3E4 USDT", 30_000)]
)
def test_quantities_are_written_as_people_write_them(bench: Any, text: str, amount: int) -> None:
    assert _add(bench, "deposit", received=text).data.record.received == Quantity(Decimal(amount), "USDT")


@pytest.mark.parametrize(
    ("kind", "said", "sentence"),
    [
        ("buy", {}, "A buy needs something received"),
        ("buy", {"sent": "1 USD"}, "A buy needs something received"),
        ("airdrop", {}, "An airdrop needs something received"),
        ("deposit", {"received": "1 BTC", "sent": "1 ETH"}, "A deposit has nothing sent"),
        ("deposit", {"received": "-1 BTC"}, "not above zero: -1 BTC"),
        ("deposit", {"received": "0 BTC"}, "not above zero: 0 BTC"),
        ("deposit", {"received": "1 BTC", "value": "-1 USD"}, "value is below zero"),
        ("fee", {}, "A fee needs its quantity"),
        ("transfer", {"sent": "1 BTC"}, "needs the account it goes to.*--to-account"),
        ("transfer", {"sent": "1 BTC", "account": "a", "to_account": "a"}, "cannot send to itself"),
        ("deposit", {"received": "1 BTC", "to_account": "b"}, "goes to no other account"),
        ("fee", {"sent": "1 BTC", "fee": "1 BTC"}, "A fee has nothing sent.*Leave --sent away"),
        ("deposit", {"received": "BTC"}, "--received: “BTC” is not a quantity"),
        ("deposit", {"received": "1"}, "is not a quantity"),
        ("deposit", {"received": "1 2"}, "is not a quantity"),
        ("deposit", {"received": "nan BTC"}, "is not an amount"),
        ("deposit", {"received": "1,00 BTC"}, "ambiguous"),
        ("deposit", {"received": "1 BTC", "account": "a\nb"}, "cannot name an account"),
        ("deposit", {"received": f"0.{'1' * 90} BTC"}, "more than 80 digits"),
        ("gift_sent", {"received": "1 BTC"}, "A gift sent needs something sent"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(bench: Any, kind: str, said: dict[str, str], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        _add(bench, kind, **said)
    assert _positions(bench) == {}


@pytest.mark.parametrize("text", ["yesterday", "31.01.2024", "2024-13-01", "2024-02-30", "", "0001-01-01T00:00+14:00"])
def test_a_time_that_is_none_is_refused(bench: Any, text: str) -> None:
    with pytest.raises(UsageError, match="--time: “"):
        _add(bench, "deposit", text, received="1 BTC")


def test_a_time_is_one_of_the_users_zone_unless_it_says_otherwise(bench: Any) -> None:
    bench.timezone = ZoneInfo("Europe/Berlin")
    for text, instant in {
        "2024-01-05 14:30": datetime(2024, 1, 5, 13, 30, tzinfo=UTC),
        "2024-07-05": datetime(2024, 7, 4, 22, tzinfo=UTC),
        "2024-01-05T14:30:00.123456Z": datetime(2024, 1, 5, 14, 30, 0, 123456, tzinfo=UTC),
        "2024-01-05 14:30 UTC": datetime(2024, 1, 5, 14, 30, tzinfo=UTC),
        "2024-01-05T14:30+05:30": datetime(2024, 1, 5, 9, tzinfo=UTC),
    }.items():
        assert _add(bench, "deposit", text, received="1 BTC", note=text).data.record.time == instant


@pytest.mark.parametrize("text", ["2023-10-29 02:30", "2024-03-31 02:30"])
def test_an_hour_that_was_there_twice_or_never_is_asked_back(bench: Any, text: str) -> None:
    bench.timezone = ZoneInfo("Europe/Berlin")
    with pytest.raises(UsageError, match="twice, or never"):
        _add(bench, "deposit", text, received="1 BTC")


def test_what_is_hardly_meant_is_taken_and_said(bench: Any) -> None:
    late = _add(bench, "deposit", "2033-01-01", received="1 BTC")
    assert "has yet to come" in _notices(late)
    huge = _add(bench, "deposit", received="1e30 BTC")
    assert "huge quantity" in _notices(huge)
    assert (late.exit_code, huge.exit_code) == (3, 3)


def test_an_edit_counts_and_keeps_the_first_original(held: Any) -> None:
    held.run("ledger edit", id="kraken-1", received="0.6 BTC", time="2024-01-01T12:00:00Z")
    found = held.run("ledger edit", id="kraken-1", fee="", sent="20,000 EUR", note="“=1+1”\n").data
    assert found.mark == "edited"
    assert found.original.received == Quantity(Decimal("0.5"), "BTC")
    assert found.original.time == datetime(2024, 1, 2, tzinfo=UTC)
    assert (found.record.fee, found.record.note) == (None, "“=1+1”\n")
    assert _positions(held) == {
        ("kraken", "BTC"): Decimal("0.3999"),
        ("kraken", "EUR"): Decimal(-20000),
        ("kraken", "UNI"): Decimal(400),
        ("cold", "BTC"): Decimal("0.2"),
    }
    changed = {asset: since for asset, since in _changes(held).items() if asset}
    assert changed == dict.fromkeys(["BTC", "USD", "EUR"], datetime(2024, 1, 1, 12, tzinfo=UTC))


def test_an_edit_undone_is_as_if_it_had_never_been(held: Any) -> None:
    with held.store.read() as connection:
        before = _records(connection)
    positions = _positions(held)
    held.run("ledger edit", id="kraken-1", received="0.6 BTC", kind="trade")
    held.run("ledger edit", id="kraken-1", sent="30000 USD", note="")
    undone = held.run("ledger edit", id="kraken-1", undo=True).data
    assert (undone.mark, undone.original) == (None, None)
    with held.store.read() as connection:
        assert _records(connection) == before
    assert _positions(held) == positions
    with pytest.raises(UsageError, match="never edited"):
        held.run("ledger edit", id="kraken-1", undo=True)


def test_an_edit_back_to_the_original_is_none(held: Any) -> None:
    held.run("ledger edit", id="kraken-1", fee="12 USD")
    found = held.run("ledger edit", id="kraken-1", fee="10 USD").data
    assert (found.mark, found.original) == (None, None)


def test_an_edited_entry_of_ones_own_becomes_manual_again(bench: Any) -> None:
    own = _add(bench, "deposit", received="1 BTC").data.record.id
    assert bench.run("ledger edit", id=own, received="2 BTC").data.mark == "edited"
    assert bench.run("ledger edit", id=own, undo=True).data.mark == "manual"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Nothing would change"),
        ({"received": "0.50 btc"}, "Nothing would change"),
        ({"received": ""}, "A buy needs something received"),
        ({"kind": "withdrawal"}, 'A withdrawal has nothing received.*say --received ""'),
        ({"to_account": "cold"}, "A buy goes to no other account.*--kind transfer --to-account NAME"),
        ({"undo": True, "note": "x"}, "--undo brings the original back"),
        ({"undo": True}, "never edited"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(held: Any, said: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        held.run("ledger edit", id="kraken-1", **said)
    assert held.run("ledger show", id="kraken-1").data.mark is None


def test_where_a_withdrawal_went_is_said_as_the_list_of_transfers_tells(bench: Any) -> None:
    _add(bench, "withdrawal", account="kraken", sent="1 BTC")
    [own] = _ids(bench)
    told = " ".join(block.text for block in bench.run("ledger match").blocks if isinstance(block, Text))
    assert "kit ledger edit ID --kind transfer --to-account NAME" in told
    bench.run("ledger edit", id=own, kind="transfer", to_account="cold")
    assert _positions(bench) == {("kraken", "BTC"): -1, ("cold", "BTC"): 1}


def test_what_two_ends_hardly_have_in_common_is_said(bench: Any) -> None:
    _add(bench, "deposit", "2024-01-05", account="cold", received="1.5 BTC")
    _add(bench, "withdrawal", "2024-02-04", account="kraken", sent="1 BTC")
    out, into = _ids(bench)
    reply = bench.run("ledger match", out=out, into=into)
    assert reply.exit_code == 3
    assert "0.5 BTC more came than left" in _notices(reply)
    assert "It came 30 days before it left" in _notices(reply)


def test_what_a_venue_told_oddly_can_be_corrected_step_by_step(bench: Any) -> None:
    odd = Record("odd-one", NOON, "kraken", Kind.AIRDROP, Quantity(Decimal(1), "BTC"), _one())
    with bench.store.write() as connection:
        writer = RecordWriter(bench.store, connection)
        writer.add({("kraken", "odd-one"): odd})
        writer.finish()
    assert bench.run("ledger edit", id="odd-one", note="still odd").data.record.note == "still odd"
    with pytest.raises(UsageError, match="An airdrop needs something received"):
        bench.run("ledger edit", id="odd-one", received="")
    assert bench.run("ledger edit", id="odd-one", sent="").data.record.sent is None


def test_the_way_back_names_the_record_alone(held: Any) -> None:
    held.run("import", files=[held.ledger("b.csv", BUY.replace("kraken,", "moon,", 1))])
    assert "kit ledger edit moon/kraken-1 --undo" in _notices(held.run("ledger edit", id="moon/kraken-1", note="x"))
    assert "kit ledger remove kraken-3 --undo" in _notices(held.run("ledger remove", id="kraken-3"))


def test_a_removed_record_counts_nowhere(held: Any) -> None:
    reply = held.run("ledger remove", id="kraken-3")
    assert reply.data.mark == "removed"
    assert ("kraken", "UNI") not in _positions(held)
    assert _ids(held) == ["kraken-2", "kraken-1"]
    assert _ids(held, marked=True) == ["kraken-3"]
    assert set(_changes(held)) == {"UNI"}
    with held.store.read() as connection:
        found = extent(connection)
        assert [record.id for record in _records(connection)] == ["kraken-1", "kraken-2"]
    assert (found.records, found.latest) == (2, datetime(2024, 1, 3, tzinfo=UTC))
    assert "kraken-3" not in held.run("ledger export").data.text


def test_no_import_and_no_sync_brings_a_removed_record_back(held: Any) -> None:
    held.run("ledger remove", id="kraken-3")
    positions = _positions(held)
    assert held.run("import", files=[held.ledger("again.csv", BUY, MOVE, DROP)]).data.files[0].added == 0
    with held.store.write() as connection:
        writer = RecordWriter(held.store, connection)
        told = Record(
            "kraken-3", datetime(2024, 1, 4, tzinfo=UTC), "kraken", Kind.AIRDROP, Quantity(Decimal(400), "UNI")
        )
        assert writer.add({("kraken", "kraken-3"): told}) == 0
        writer.finish()
    assert _positions(held) == positions
    assert _ids(held) == ["kraken-2", "kraken-1"]


def test_a_removal_undone_is_as_if_it_had_never_been(held: Any) -> None:
    positions = _positions(held)
    held.run("ledger edit", id="kraken-1", note="edited before")
    held.run("ledger remove", id="kraken-1")
    with pytest.raises(UsageError, match=r"is removed.*--undo"):
        held.run("ledger remove", id="kraken-1")
    with pytest.raises(UsageError, match=r"is removed.*--undo"):
        held.run("ledger edit", id="kraken-1", note="x")
    back = held.run("ledger remove", id="kraken-1", undo=True).data
    assert (back.mark, back.record.note) == ("edited", "edited before")
    assert _positions(held) == positions
    with pytest.raises(UsageError, match="is not removed"):
        held.run("ledger remove", id="kraken-1", undo=True)


def test_an_import_does_not_undo_an_edit(held: Any) -> None:
    held.run("ledger edit", id="kraken-1", received="0.6 BTC")
    held.run("import", files=[held.ledger("again.csv", BUY, MOVE, DROP)])
    found = held.run("ledger show", id="kraken-1").data
    assert (found.mark, found.record.received.amount) == ("edited", Decimal("0.6"))


def test_a_sync_goes_on_where_the_venue_ended_whatever_was_written_by_hand(both: Any) -> None:
    def told(number: int) -> Record:
        return Record(f"v{number}", datetime(2024, 1, number, tzinfo=UTC), "kraken", Kind.DEPOSIT, _one())

    with both.store.write() as connection:
        writer = RecordWriter(both.store, connection)
        writer.add({("kraken", f"v{number}"): told(number) for number in (1, 2, 3)})
        writer.finish()
    _add(both, "deposit", "2024-01-09", account="kraken", received="1 BTC")
    both.run("ledger edit", id="kraken/v3", time="2024-01-12")
    with both.store.read() as connection:
        assert newest_fetched(connection, "kraken") == datetime(2024, 1, 2, tzinfo=UTC)
        assert files_end(connection, "kraken") is None


def test_records_of_a_file_that_are_all_removed_overlap_with_nothing(both: Any) -> None:
    both.run("import", files=[both.file("k.csv", KRAKEN)])
    (own,) = _ids(both)
    with both.store.read() as connection:
        assert importers_of(connection, "kraken") == {"kraken-ledgers"}
        assert files_end(connection, "kraken") is not None
    both.run("ledger remove", id=own)
    with both.store.read() as connection:
        assert importers_of(connection, "kraken") == set()
        assert files_end(connection, "kraken") is None


def test_a_renamed_account_takes_originals_and_removals_along(held: Any) -> None:
    held.run("ledger edit", id="kraken-1", received="0.6 BTC")
    held.run("ledger remove", id="kraken-3")
    positions = _positions(held)
    _changes(held)
    with held.store.write() as connection:
        rename_account(connection, "kraken", "moon")
    assert _changes(held) == {"": datetime.min.replace(tzinfo=UTC)}
    assert _positions(held) == {(_renamed(place), asset): total for (place, asset), total in positions.items()}
    assert held.run("ledger show", id="moon/kraken-1").data.original.account == "moon"
    assert held.run("ledger edit", id="kraken-1", undo=True).data.record.received.amount == Decimal("0.5")
    assert _ids(held, marked=True) == ["kraken-3"]


def test_decisions_on_transfers_follow_a_renamed_account(held: Any) -> None:
    here, there, cold = RecordKey("kraken", "out"), RecordKey("moon", "out"), RecordKey("cold", "in")
    with held.store.write() as connection:
        keep_decision(connection, Decision(here, cold, matched=False), NOON)
        keep_decision(connection, Decision(there, cold, matched=False), NOON)
        keep_decision(connection, Decision(cold, RecordKey("kraken", "y"), matched=True), NOON)
        rename_account(connection, "kraken", "moon")
        kept = read_decisions(connection)
    assert sorted(kept, key=lambda each: each.out) == [
        Decision(cold, RecordKey("moon", "y"), matched=True),
        Decision(there, cold, matched=False),
    ]


def test_two_accounts_that_become_one_keep_the_originals_of_the_one_that_stays(held: Any) -> None:
    held.run("import", files=[held.ledger("b.csv", BUY.replace("kraken,", "moon,", 1))])
    held.run("ledger edit", id="kraken/kraken-1", received="0.6 BTC")
    with held.store.write() as connection:
        rename_account(connection, "kraken", "moon")
    found = held.run("ledger show", id="kraken-1").data
    assert (found.record.received.amount, found.mark, found.original) == (Decimal("0.5"), None, None)
    assert _positions(held)["moon", "BTC"] == Decimal("0.2999")


def test_the_doctor_finds_nothing_after_all_of_this(held: Any) -> None:
    from kit_portfolio_tracker.health import checks

    held.run("ledger remove", id="kraken-3")
    own = _add(held, "deposit", received="1 DOGE", account="kraken").data.record.id
    held.run("ledger remove", id=own)
    compare = next(check for check in checks() if check.name == "portfolio-positions")
    assert compare.run(held).ok


def _records(connection: Any) -> list[Record]:
    return sorted(all_records(connection), key=lambda record: record.id)


def _one() -> Quantity:
    return Quantity(Decimal(1), "BTC")


def _renamed(account: str) -> str:
    return "moon" if account == "kraken" else account


KRAKEN = (
    '"txid","refid","time","type","subtype","aclass","asset","amount","fee","balance"\n'
    '"L1","R1","2024-01-06 10:00:00","deposit","","currency","XETH","1.5000000000","0","1.5000000000"\n'
)


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2200-01-01T00:00:00Z"])
def test_a_time_like_no_other_is_refused(bench: Any, time: str) -> None:
    with pytest.raises(UsageError, match="Nothing was recorded on"):
        _add(bench, "deposit", time=time, received="1 BTC")
