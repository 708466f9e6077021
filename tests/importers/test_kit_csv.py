"""The kit CSV: what is read, what is refused, and that writing and reading are each other's inverse."""

from __future__ import annotations

import io
import string
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from kit_importers.kit_csv import COLUMNS, KIT_CSV, write_csv

from kit import ImportFileError, ImportSource, Kind, Money, Quantity, Record, RejectedRow

Read = Callable[..., list[Record | RejectedRow]]
HEADER = ",".join(COLUMNS)
COMES_IN = {
    *(Kind.DEPOSIT, Kind.STAKING, Kind.INTEREST, Kind.MINING, Kind.AIRDROP, Kind.FORK, Kind.REWARD),
    *(Kind.GIFT_RECEIVED, Kind.MARGIN_PROFIT),
}
BOTH = {Kind.BUY, Kind.SELL, Kind.TRADE}

names = st.text(string.ascii_lowercase + "äß日-_ ,;\"'", min_size=1, max_size=12).filter(
    lambda text: text == text.strip()
)
assets = st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=10)
amounts = st.decimals(min_value=0, allow_nan=False, allow_infinity=False, places=18, max_value=10**15).filter(bool)
quantities = st.builds(Quantity, amounts, assets)
values = st.builds(Money, st.decimals(0, 10**12, places=8), assets)
notes = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
times = st.datetimes(datetime(1980, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - aware by the strategy


@st.composite
def records(draw: st.DrawFn) -> Record:
    kind = draw(st.sampled_from(Kind))
    account = draw(names)
    received = draw(quantities) if kind in COMES_IN | BOTH else None
    sent = draw(quantities) if kind not in COMES_IN | {Kind.FEE} else None
    fee = draw(quantities) if kind is Kind.FEE else draw(st.none() | quantities)
    other = draw(names.filter(lambda name: name != account)) if kind is Kind.TRANSFER else None
    value = draw(st.none() | values)
    own_id = draw(names)
    return Record(own_id, draw(times), account, kind, received, sent, fee, value, other, draw(notes), "kit-csv")


@given(st.lists(records(), max_size=8))
@settings(max_examples=150, deadline=None)
def test_writing_and_reading_gives_the_same_records(ledger: list[Record]) -> None:
    text = io.StringIO(newline="")
    assert write_csv(ledger, text) == len(ledger)
    assert _read_text(text.getvalue()) == ledger


@given(st.lists(st.integers(0, 3), max_size=12))
@settings(deadline=None)
def test_rows_without_an_id_get_different_ones_and_the_same_ones_again(days: list[int]) -> None:
    text = "time,account,kind,received_asset,received_quantity\n"
    text += "".join(f"2024-01-0{day + 1},a,deposit,BTC,1\n" for day in days)
    once, again = _read_text(text), _read_text(text)
    assert len({row.id for row in once if isinstance(row, Record)}) == len(days)
    assert once == again


def test_an_overlapping_file_in_another_order_gives_the_same_ids() -> None:
    header = "time,account,kind,received_asset,received_quantity,note\n"
    rows = [f"2024-01-0{day},a,deposit,BTC,{day},\n" for day in (1, 2, 2, 3)]
    ids = {row.id for row in _read_text(header + "".join(rows)) if isinstance(row, Record)}
    assert {row.id for row in _read_text(header + "".join(reversed(rows))) if isinstance(row, Record)} == ids
    assert {row.id for row in _read_text(header + "".join(rows[1:])) if isinstance(row, Record)} < ids


def test_a_note_or_value_may_be_edited_without_making_a_new_record() -> None:
    header = "time,account,kind,received_asset,received_quantity,value,value_currency,note\n"
    (plain,) = _read_text(header + "2024-01-01,a,deposit,BTC,1,,,\n")
    (edited,) = _read_text(header + "2024-01-01,a,deposit,BTC,1.0,40000,USD,from my wallet\n")
    assert isinstance(plain, Record)
    assert isinstance(edited, Record)
    assert plain.id == edited.id


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-03-01", datetime(2024, 3, 1, tzinfo=UTC)),
        ("2024-03-01 12:30", datetime(2024, 3, 1, 12, 30, tzinfo=UTC)),
        ("2024-03-01T12:30:00.000001Z", datetime(2024, 3, 1, 12, 30, 0, 1, tzinfo=UTC)),
        ("2024-03-01T12:30:00+05:30", datetime(2024, 3, 1, 12, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))),
    ],
)
def test_times_are_utc_unless_they_say_otherwise(read: Read, text: str, instant: datetime) -> None:
    (row,) = read("kit-csv", f"time,account,kind,received_asset,received_quantity\n{text},a,deposit,BTC,1\n")
    assert isinstance(row, Record)
    assert row.time == instant
    assert row.time.tzinfo is UTC


def test_times_without_an_offset_follow_the_zone_that_the_user_names(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    stamps = ("2024-07-01 12:00", "2024-07-01T12:00Z", "2024-07-01 12:00 UTC", "2024-03-31 02:30", "soon")
    rows = "".join(f"{stamp},mine,deposit,BTC,1\n" for stamp in stamps)
    path.write_text("time,account,kind,received_asset,received_quantity\n" + rows, encoding="utf-8")
    found = list(KIT_CSV.read(ImportSource(path, timezone="Europe/Berlin")))
    assert [row.time.hour for row in found if isinstance(row, Record)] == [10, 12, 12]
    assert [row.reason.partition(":")[0] for row in found if isinstance(row, RejectedRow)] == [
        "there was no 2024-03-31 02",
        "“soon” is not a time like 2024-01-31T12",
    ]


def test_columns_stand_in_any_order_and_optional_ones_may_lack(read: Read) -> None:
    (row,) = read("kit-csv", "Kind;Received_Quantity;time;received_asset\nDeposit;2.50;2024-01-01;eth\n", account="w")
    assert isinstance(row, Record)
    assert (row.account, row.kind, row.received) == ("w", Kind.DEPOSIT, Quantity(Decimal("2.5"), "ETH"))


def test_an_account_in_the_file_goes_before_the_one_that_is_given(read: Read) -> None:
    text = "time,account,kind,received_asset,received_quantity\n2024-01-01,mine,deposit,BTC,1\n"
    (row,) = read("kit-csv", text, account="other")
    assert isinstance(row, Record)
    assert row.account == "mine"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2024-01-01,a,buy,,,USD,100,,,,,,,", "a buy needs received_asset"),
        ("2024-01-01,a,sell,USD,100,,,,,,,,,", "a sell needs sent_asset"),
        ("2024-01-01,a,trade,BTC,1,,,,,,,,,", "a trade needs sent_asset"),
        ("2024-01-01,a,deposit,BTC,1,ETH,1,,,,,,,", "a deposit has nothing sent"),
        ("2024-01-01,a,withdrawal,BTC,1,,,,,,,,,", "a withdrawal needs sent_asset"),
        ("2024-01-01,a,transfer,,,BTC,1,,,,,,,", "a transfer needs to_account"),
        ("2024-01-01,a,transfer,,,BTC,1,,,,,a,,", "to itself"),
        ("2024-01-01,a,transfer,BTC,1,BTC,1,,,,,b,,", "a transfer has nothing received"),
        ("2024-01-01,a,deposit,BTC,1,,,,,,,b,,", "a deposit has no to_account"),
        ("2024-01-01,a,fee,,,,,,,,,,,", "a fee needs fee_asset"),
        ("2024-01-01,a,deposit,BTC,-1,,,,,,,,,", "is not above zero"),
        ("2024-01-01,a,deposit,BTC,0,,,,,,,,,", "is not above zero"),
        ("2024-01-01,a,deposit,BTC,nan,,,,,,,,,", "is not a number"),
        ("2024-01-01,a,deposit,BTC,1_000,,,,,,,,,", "is not a number"),
        ("2024-01-01,a,deposit,BTC,١,,,,,,,,,", "is not a number"),
        ("2024-01-01,a,deposit,BTC,,,,,,,,,,", "received: the quantity is missing"),
        ("2024-01-01,a,deposit,,1,,,,,,,,,", "received: the asset is missing"),
        ("2024-01-01,a,deposit,BTC,1,,,BNB,-1,,,,,", "fee: the quantity -1"),
        ("2024-01-01,a,deposit,BTC,1,,,,,5,,,,", "value and value_currency belong together"),
        ("2024-01-01,a,deposit,BTC,1,,,,,-5,USD,,,", "is negative"),
        ("2024-01-01,a,gift,BTC,1,,,,,,,,,", "“gift” is not a kind"),
        ("2024-01-01,a,,BTC,1,,,,,,,,,", "the kind is missing"),
        ("2024-01-01,,deposit,BTC,1,,,,,,,,,", "the account is missing"),
        (",a,deposit,BTC,1,,,,,,,,,", "the time is missing"),
        ("01/02/2024,a,deposit,BTC,1,,,,,,,,,", "is not a time"),
        ("2024-02-30,a,deposit,BTC,1,,,,,,,,,", "is not a time"),
        ("0001-01-01T00:00:00+14:00,a,deposit,BTC,1,,,,,,,,,", "is not a time"),
        ("2024-01-01,a,deposit,BTC,1", "5 cells where the header has 14"),
        ("2024-01-01,a,deposit,BTC,1,,,,,,,,,,extra", "15 cells where the header has 14"),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason_and_the_next_is_read(read: Read, row: str, reason: str) -> None:
    bad, good = read("kit-csv", f"{HEADER}\n{row}\n2024-01-01,a,deposit,BTC,1,,,,,,,,,\n")
    assert isinstance(bad, RejectedRow)
    assert reason in bad.reason
    assert (bad.line, bad.text) == (2, row)
    assert isinstance(good, Record)


def test_a_nearly_right_column_is_not_passed_over(read: Read) -> None:
    with pytest.raises(ImportFileError, match=r"recieved_asset.*received_asset"):
        read("kit-csv", "time,account,kind,recieved_asset,received_quantity\n")


def test_columns_of_the_users_own_do_no_harm(read: Read) -> None:
    (row,) = read("kit-csv", "mood,time,account,kind,sent_asset,sent_quantity\n😀,2024-01-01,a,lost,BTC,1\n")
    assert isinstance(row, Record)
    assert row.kind is Kind.LOST


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_quick_and_take_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    start = datetime(2020, 1, 1, tzinfo=UTC)
    bought = Record("", start, "a", Kind.BUY, Quantity(Decimal("0.5"), "BTC"), Quantity(Decimal("20000.25"), "USD"))
    with path.open("w", newline="", encoding="utf-8") as file:
        write_csv((replace(bought, time=start + timedelta(minutes=minute)) for minute in range(100_000)), file)
    began = time.process_time()
    assert sum(1 for _ in KIT_CSV.read(ImportSource(path))) == 100_000
    assert time.process_time() - began < 10
    tracemalloc.start()
    for _ in zip(range(20_000), KIT_CSV.read(ImportSource(path)), strict=False):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def _read_text(text: str) -> list[object]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kit.csv"
        path.write_bytes(text.encode())
        rows: Iterable[object] = KIT_CSV.read(ImportSource(path))
        return list(rows)
