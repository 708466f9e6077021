"""`kit ledger list` and `kit ledger show`: the newest first, found by what people type."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st
from kit_portfolio_tracker.core.events import RecordKey
from kit_portfolio_tracker.store.finding import find_record
from kit_portfolio_tracker.store.listing import short_names
from kit_portfolio_tracker.store.records import RecordWriter

from kit import Heading, Kind, Quantity, Record, Reply, Table, Text, UnknownName, UsageError, render_csv
from kit.render import render_text

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)


def _keep(bench: Any, *found: Record) -> None:
    with bench.store.write() as connection:
        writer = RecordWriter(bench.store, connection)
        writer.add({(each.account, each.id): each for each in found})
        writer.finish()


def _deposit(own: str, *, day: int = 0, account: str = "kraken", amount: str = "1", asset: str = "BTC") -> Record:
    time = NOON + timedelta(days=day)
    return Record(own, time, account, Kind.DEPOSIT, Quantity(Decimal(amount), asset), source="test")


def _ids(bench: Any, **said: Any) -> list[str]:
    return [row.record.id for row in bench.run("ledger list", **said).data.records]


def _table(reply: Reply) -> Table:
    return next(block for block in reply.blocks if isinstance(block, Table))


def _find(bench: Any, text: str) -> RecordKey:
    with bench.store.read() as connection:
        return find_record(connection, text)


ROWS = (
    "2024-01-02T09:00:00Z,kraken,buy,BTC,0.5,USD,20000,USD,10,20000,USD,,kraken-1,first",
    "2024-01-03T09:00:00Z,kraken,transfer,,,BTC,0.2,BTC,0.0001,,,cold,kraken-2,",
    "2024-01-03T23:30:00Z,binance,sell,USDT,100,ETH,0.05,BNB,0.001,,,,binance-1,",
    "2024-01-04T09:00:00Z,kraken,airdrop,UNI,400,,,,,,,,kraken-3,",
)


@pytest.fixture
def held(both: Any) -> Any:
    both.run("import", files=[both.ledger("a.csv", *ROWS)])
    return both


def test_the_newest_record_comes_first(held: Any) -> None:
    assert _ids(held) == ["kraken-3", "binance-1", "kraken-2", "kraken-1"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"asset": "BTC"}, ["kraken-2", "kraken-1"]),
        ({"asset": "BNB"}, ["binance-1"]),
        ({"account": "Binance"}, ["binance-1"]),
        ({"account": "cold"}, ["kraken-2"]),
        ({"kind": "airdrop"}, ["kraken-3"]),
        ({"from_": date(2024, 1, 3)}, ["kraken-3", "binance-1", "kraken-2"]),
        ({"to": date(2024, 1, 3)}, ["binance-1", "kraken-2", "kraken-1"]),
        ({"from_": date(2024, 1, 3), "to": date(2024, 1, 3), "asset": "BTC"}, ["kraken-2"]),
        ({"from_": date.min, "to": date.max}, ["kraken-3", "binance-1", "kraken-2", "kraken-1"]),
        ({"marked": True}, []),
        ({"asset": "BTC", "kind": "sell"}, []),
    ],
)
def test_a_list_is_narrowed(held: Any, said: dict[str, Any], found: list[str]) -> None:
    assert _ids(held, **said) == found


def test_a_day_is_one_of_the_users_zone(held: Any) -> None:
    held.timezone = ZoneInfo("Europe/Berlin")
    assert _ids(held, to=date(2024, 1, 3)) == ["kraken-2", "kraken-1"]
    assert "binance-1" in _ids(held, from_=date(2024, 1, 4))


def test_it_says_how_many_more_there_are(held: Any) -> None:
    reply = held.run("ledger list", limit=1)
    assert (len(reply.data.records), reply.data.more) == (1, 3)
    assert any("3 more of 4" in block.text for block in reply.blocks if isinstance(block, Text))
    held.run("ledger remove", id="kraken-1")
    assert held.run("ledger list", limit=1).data.more == 2
    assert held.run("ledger list", limit=1, asset="BTC").data.more == 0


@pytest.mark.parametrize("limit", [0, -3])
def test_a_list_of_nothing_is_refused(bench: Any, limit: int) -> None:
    with pytest.raises(UsageError, match="shows nothing"):
        bench.run("ledger list", limit=limit)


def test_a_list_of_everything_is_an_export(bench: Any) -> None:
    with pytest.raises(UsageError, match="kit ledger export"):
        bench.run("ledger list", limit=10_001)


def test_days_in_the_wrong_order_are_refused(bench: Any) -> None:
    with pytest.raises(UsageError, match="Exchange --from and --to"):
        bench.run("ledger list", from_=date(2024, 1, 2), to=date(2024, 1, 1))


def test_an_unknown_account_or_asset_is_met_with_the_nearest(held: Any) -> None:
    with pytest.raises(UnknownName, match="kraken"):
        held.run("ledger list", account="krakn")
    with pytest.raises(UnknownName, match="USDT"):
        held.run("ledger list", asset="USDTT")


def test_an_empty_ledger_is_no_fault(bench: Any) -> None:
    reply = bench.run("ledger list")
    assert (reply.exit_code, reply.data.records, reply.data.more) == (0, (), 0)
    assert "No record fits." in render_text(reply)


def test_a_row_reads_like_a_sentence(held: Any) -> None:
    held.run("ledger edit", id="kraken-1", note="")
    text = render_text(held.run("ledger list"), width=140)
    sale = next(line for line in text.splitlines() if "binance-1" in line)
    move = next(line for line in text.splitlines() if "kraken-2" in line)
    assert [part.strip() for part in sale.strip("│").split("│")][:6] == [
        "2024-01-03 23:30", "Binance", "sell", "100.0000 USDT", "0.0500 ETH", "0.0010 BNB",
    ]  # fmt: skip
    assert "Kraken → Cold" in move
    assert "N/A" not in text
    assert "edited" in next(line for line in text.splitlines() if "kraken-1" in line)


def test_columns_with_nothing_in_them_are_left_out(bench: Any) -> None:
    _keep(bench, _deposit("only-one"))
    text = render_text(bench.run("ledger list"))
    assert "Received" in text
    assert not {"Sent", "Fee", "Mark", "Value"} & set(text.replace("│", " ").split())


def test_the_table_of_the_list_names_every_asset(held: Any) -> None:
    header, newest, sale, *_ = render_csv(held.run("ledger list")).splitlines()
    assert header == (
        "time,account,kind,received,received_asset,sent,sent_asset,fee,fee_asset,value,value_currency,id,mark"
    )
    assert newest == "2024-01-04T09:00:00Z,Kraken,airdrop,400,UNI,,,,,,,kraken-3,"
    assert sale == "2024-01-03T23:30:00Z,Binance,sell,100,USDT,0.05,ETH,0.001,BNB,,,binance-1,"


def test_a_record_is_shown_whole_with_the_file_that_brought_it(held: Any) -> None:
    reply = held.run("ledger show", id="kraken-1")
    assert reply.data.record.value.amount == Decimal(20000)
    assert (reply.data.mark, reply.data.original) == (None, None)
    assert reply.data.file.file.endswith("a.csv")
    assert reply.data.file.importer == "kit-csv"
    assert next(block.text for block in reply.blocks if isinstance(block, Heading)) == "Record kraken-1"
    facts = {row[0]: row[1] for row in _table(reply).rows}
    assert facts["received"] == Quantity(Decimal("0.5"), "BTC")
    assert facts["note"] == "first"
    assert "sent" in facts
    assert "to account" not in facts


def test_an_original_stands_beside_what_was_edited(held: Any) -> None:
    held.run("ledger edit", id="kraken-1", received="0.123456789012345678901234567891 BTC", note="")
    text = render_text(held.run("ledger show", id="kraken-1"), width=160)
    row = next(line for line in text.splitlines() if "received" in line)
    assert [part.strip() for part in row.strip("│").split("│")] == [
        "received", "0.123456789012345678901234567891 BTC", "0.5 BTC",
    ]  # fmt: skip
    note = next(line for line in text.splitlines() if "note" in line)
    assert [part.strip() for part in note.strip("│").split("│")] == ["note", "none", "first"]


def test_what_seems_wrong_is_flagged(both: Any) -> None:
    def odd(own: str, kind: Kind, received: str | None, sent: str | None, **more: Any) -> Record:
        come, gone = (None if leg is None else Quantity(Decimal(leg), "BTC") for leg in (received, sent))
        return Record(own, NOON, "kraken", kind, come, gone, **more)

    _keep(
        both,
        odd("fine", Kind.BUY, "1", None),
        odd("fine-too", Kind.AIRDROP, "0.123456789012345678", None),
        odd("none", Kind.BUY, None, None),
        odd("zero", Kind.AIRDROP, "0", None),
        odd("negative", Kind.SPEND, None, "-1"),
        odd("huge", Kind.AIRDROP, "1e30", None),
        odd("tiny", Kind.AIRDROP, "1e-30", None),
        odd("just-large", Kind.AIRDROP, "1e18", None),
        odd("just-not", Kind.AIRDROP, "999999999999999999.5", None),
        odd("just-small", Kind.AIRDROP, "9.99e-19", None),
        odd("an-atom", Kind.AIRDROP, "1e-18", None),
        odd("wrong-way", Kind.SPEND, "1", None),
        odd("nowhere", Kind.TRANSFER, None, "1"),
        odd("itself", Kind.TRANSFER, None, "1", to_account="kraken"),
        odd("rebate", Kind.BUY, "1", None, fee=Quantity(Decimal(-1), "USD")),
        odd("lonely", Kind.WITHDRAWAL, None, "5"),
        odd("gone", Kind.AIRDROP, "0", None),
        Record("ahead", datetime(2121, 1, 1, tzinfo=UTC), "kraken", Kind.BUY, Quantity(Decimal(1), "BTC")),
    )
    both.run("ledger remove", id="gone")
    reply = both.run("ledger list", flagged=True)
    wrong = {row.record.id: " ".join(row.wrong) for row in reply.data.records}
    assert wrong.keys() == {
        *("none", "zero", "negative", "huge", "tiny", "just-large", "just-small", "wrong-way", "nowhere", "itself"),
        *("rebate", "lonely", "ahead"),
    }
    assert wrong["ahead"] == "Its time has yet to come."
    assert wrong["huge"] == "Received is a huge quantity: 1e+30 BTC."
    assert "needs something received" in wrong["none"]
    assert "not above zero: 0 BTC" in wrong["zero"]
    assert "tiny quantity" in wrong["tiny"]
    assert "No account of yours" in wrong["lonely"]
    assert "What is wrong" in render_text(reply, width=200)
    assert both.run("ledger list", flagged=True, limit=3).data.more == 10
    assert both.run("ledger list", flagged=True, kind="withdrawal").data.more == 0


def test_transfers_that_found_their_other_end_are_not_flagged(bench: Any) -> None:
    out = Record("out", NOON, "kraken", Kind.WITHDRAWAL, sent=Quantity(Decimal(1), "BTC"))
    came = Record("in", NOON + timedelta(minutes=9), "cold", Kind.DEPOSIT, Quantity(Decimal(1), "BTC"))
    _keep(bench, out)
    assert _ids(bench, flagged=True) == ["out"]
    _keep(bench, came)
    assert _ids(bench, flagged=True) == []
    assert "Nothing is wrong" in render_text(bench.run("ledger list", flagged=True))


def test_a_record_is_found_by_its_id_its_beginning_and_its_account(both: Any) -> None:
    _keep(
        both, _deposit("abcdef"), _deposit("abcxyz"), _deposit("abcdef", account="cold"), _deposit("x/y", account="a/b")
    )
    _keep(both, _deposit("k1"), _deposit("Ärger-1"))
    assert _find(both, " abcxyz ") == ("kraken", "abcxyz")
    assert _find(both, "abcx") == ("kraken", "abcxyz")
    assert _find(both, "cold/abcd") == ("cold", "abcdef")
    assert _find(both, "kraken/abcdef") == ("kraken", "abcdef")
    assert _find(both, "x/y") == ("a/b", "x/y")
    assert _find(both, "a/b/x/y") == ("a/b", "x/y")
    assert _find(both, "k1") == ("kraken", "k1")
    assert _find(both, "Ärge") == ("kraken", "Ärger-1")


def test_a_whole_id_goes_before_the_beginning_of_another(both: Any) -> None:
    _keep(both, _deposit("abcd"), _deposit("abcdef"))
    assert _find(both, "abcd") == ("kraken", "abcd")


def test_several_that_fit_are_listed_with_account_and_time(both: Any) -> None:
    _keep(both, *(_deposit(f"abcd{number}", day=number) for number in range(9)), _deposit("abcd7", account="cold"))
    with pytest.raises(UsageError, match=r"cold/abcd7 of 2024-01-01 12:00, kraken/abcd0 of 2024-01-01.* and more"):
        _find(both, "abcd")
    with pytest.raises(UsageError, match=r"cold/abcd7.*kraken/abcd7 of 2024-01-08 12:00\. Write more"):
        _find(both, "abcd7")


@pytest.mark.parametrize("text", ["nothing", "", "   ", "%", "abcd%", "____", "kraken/", "ABCDEF"])
def test_what_names_no_record_is_refused_with_what_to_do(both: Any, text: str) -> None:
    _keep(both, _deposit("abcdef"))
    with pytest.raises(UsageError, match="kit ledger list"):
        _find(both, text)


def test_the_beginning_of_an_id_has_four_characters(both: Any) -> None:
    _keep(both, _deposit("abcdef"))
    with pytest.raises(UsageError, match="first 4 characters"):
        _find(both, "abc")


@settings(max_examples=25, deadline=None)
@given(
    st.sets(
        st.tuples(st.sampled_from(["kraken", "cold", "a/b"]), st.text("aB/é", min_size=1, max_size=20)),
        min_size=1,
        max_size=30,
    )
)
def test_every_short_name_finds_its_record(benches: Callable[[], Any], keys: set[tuple[str, str]]) -> None:
    bench = benches()
    _keep(bench, *(_deposit(own, account=account) for account, own in keys))
    with bench.store.read() as connection:
        names = short_names(connection, [RecordKey(*key) for key in keys])
        for key, name in names.items():
            assert find_record(connection, name) == key
            assert name == key.id[: len(name)] or name == f"{key.account}/{key.id}"


def test_a_short_name_is_no_longer_than_it_must_be(bench: Any) -> None:
    long, other = "0123456789abcdef" * 2, "0123456789zzzzzz" * 2
    _keep(bench, _deposit(long), _deposit(other), _deposit("ff" * 16))
    names = [row[-2] for row in _table(bench.run("ledger list")).rows]
    assert sorted(map(str, names)) == [long[:11], other[:11], "ffffffff"]


def test_events_that_were_told_twice_are_flagged(both: Any) -> None:
    day = NOON
    one = Record("trade-1", day, "kraken", Kind.BUY, Quantity(Decimal(1), "BTC"), Quantity(Decimal(100), "USD"))
    again = Record("17", day, "kraken", Kind.BUY, Quantity(Decimal("1.0"), "BTC"), Quantity(Decimal(100), "USD"))
    other = Record("18", day, "kraken", Kind.BUY, Quantity(Decimal(2), "BTC"), Quantity(Decimal(200), "USD"))
    _keep(both, one, again, other)
    rows = both.run("ledger list", flagged=True).data.records
    assert {row.record.id for row in rows} == {"trade-1", "17"}
    assert all("one may be too many" in row.wrong[0] for row in rows)
