"""`kit import`: whole files, once, with what is wrong kept aside."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from kit_portfolio_tracker.importing import account_name
from kit_portfolio_tracker.plugin import kit_migrations
from kit_portfolio_tracker.store.reading import read_positions
from kit_portfolio_tracker.store.tables import metadata
from openpyxl import Workbook

from kit import ImportFileError, Notice, Reply, Table, UnknownName, UsageError
from kit.render.json_text import to_data

BUY = "2024-01-02,kraken,buy,BTC,0.5,USD,20000,USD,10,,,,k1,"
MOVE = "2024-01-03,kraken,transfer,,,BTC,0.2,BTC,0.0001,,,cold,k2,"
BAD = "2024-01-04,kraken,deposit,BTC,minus one,,,,,,,,k3,"


def _positions(bench: Any) -> dict[tuple[str, str], Decimal | None]:
    with bench.store.read() as connection:
        return {(each.account, each.asset): each.calculated for each in read_positions(connection)}


def _notices(reply: Reply) -> str:
    return " ".join(f"{block.text} {block.next_step}" for block in reply.blocks if isinstance(block, Notice))


def test_positions_follow_every_leg_fee_and_transfer(both: Any) -> None:
    reply = both.run("import", files=[both.ledger("a.csv", BUY, MOVE)])
    assert (reply.exit_code, reply.data.files[0].added) == (0, 2)
    assert _positions(both) == {
        ("kraken", "BTC"): Decimal("0.2999"),
        ("kraken", "USD"): Decimal("-20010"),
        ("cold", "BTC"): Decimal("0.2"),
    }


def test_importing_twice_changes_nothing(both: Any) -> None:
    file = both.ledger("a.csv", BUY, MOVE)
    both.run("import", files=[file])
    before = _positions(both)
    again = both.run("import", files=[file]).data.files[0]
    assert (again.added, again.known) == (0, 2)
    assert _positions(both) == before


def test_a_row_that_comes_again_and_says_otherwise_is_told(both: Any) -> None:
    """Whoever corrects a file and imports it again would believe that it counts."""
    both.run("import", files=[both.ledger("a.csv", BUY, MOVE)])
    changed = BUY.replace("20000", "2000")
    reply = both.run("import", files=[both.ledger("a.csv", changed, MOVE)])
    assert (reply.exit_code, reply.data.files[0].known, reply.data.files[0].contradicting) == (3, 2, 1)
    assert "What is there stays: kraken/k1." in _notices(reply)
    assert _positions(both)["kraken", "USD"] == -20010


def test_two_rows_of_one_id_in_one_file_are_told(bench: Any) -> None:
    other = "2024-01-05,kraken,buy,ETH,1,USD,2000,,,,,,k1,"
    reply = bench.run("import", files=[bench.ledger("a.csv", BUY, other, BUY)])
    assert (reply.data.files[0].added, reply.data.files[0].contradicting) == (1, 1)


@pytest.mark.parametrize("again", [BUY.replace("0.5", "0.50"), f"{BUY}a word", BUY.replace("02,", "02T01:00+01:00,")])
def test_the_same_in_other_letters_is_the_same(bench: Any, again: str) -> None:
    bench.run("import", files=[bench.ledger("a.csv", BUY)])
    reply = bench.run("import", files=[bench.ledger("b.csv", again)])
    assert (reply.exit_code, reply.data.files[0].known, reply.data.files[0].contradicting) == (0, 1, 0)


def test_what_people_edited_or_removed_contradicts_nothing(bench: Any) -> None:
    file = bench.ledger("a.csv", BUY, MOVE)
    bench.run("import", files=[file])
    bench.run("ledger edit", id="k1", fee="5 USD")
    bench.run("ledger remove", id="k2")
    assert bench.run("import", files=[file]).exit_code == 0


def test_bad_rows_are_kept_aside_and_good_ones_land(both: Any) -> None:
    reply = both.run("import", files=[both.ledger("a.csv", BUY, BAD)])
    assert reply.exit_code == 3
    assert (reply.data.files[0].added, reply.data.files[0].rejected) == (1, 1)
    assert "kit import --rejected" in _notices(reply)
    kept = both.run("import", rejected=True)
    assert [(Path(row.file).name, row.line) for row in kept.data] == [("a.csv", 3)]
    assert "minus one" in kept.data[0].text


@pytest.mark.parametrize(
    "row",
    ["2024-01-03,a,buy,ETH,1,USD,1e400,,,,,,bad,", "2024-01-03,a,buy,ETH,1e-300,USD,1,,,,,,bad,"],
)
def test_numbers_beyond_all_digits_spoil_no_figure(bench: Any, row: str) -> None:
    good = "2024-01-02,a,buy,ETH,0.5,USD,20000,,,,,,good,"
    [file] = bench.run("import", files=[bench.ledger("a.csv", good, row)]).data.files
    assert (file.rejected, file.added) == (1, 1)
    assert bench.run("portfolio summary").data.fiat_invested.amount == 20000


def test_a_clock_that_was_never_set_spoils_no_figure(bench: Any) -> None:
    """Days before the year 1 do not exist, and whoever looked a week back from such a record failed."""
    good = "2024-01-02,a,buy,BTC,0.5,USD,20000,,,,,,good,"
    times = ("0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
    bad = [f"{time},a,buy,BTC,1,USD,1,,,,,,bad{time},{time}" for time in times]
    reply = bench.run("import", files=[bench.ledger("a.csv", good, *bad)])
    [file] = reply.data.files
    assert (reply.exit_code, file.rejected, file.added) == (3, 3, 1)
    assert bench.run("portfolio summary").data.fiat_invested.amount == 20000
    assert file.reasons[0].text == "0001-01-01T00:00:00+00:00,a,buy,1 BTC,1 USD,,,bad0001-01-01T00:00:00Z"


def test_rows_kept_aside_are_judged_anew_when_the_file_is_corrected(bench: Any) -> None:
    bench.run("import", files=[bench.ledger("a.csv", BUY, BAD)])
    bench.run("import", files=[bench.ledger("a.csv", BUY, BAD)])
    assert len(bench.run("import", rejected=True).data) == 1
    bench.run("import", files=[bench.ledger("a.csv", BUY, BAD.replace("minus one", "1"))])
    assert bench.run("import", rejected=True).data == []


def test_a_dry_run_counts_and_keeps_nothing(both: Any) -> None:
    reply = both.run("import", files=[both.ledger("a.csv", BUY, MOVE, BAD)], dry_run=True)
    assert (reply.data.files[0].added, reply.data.files[0].rejected) == (2, 1)
    assert _positions(both) == {}
    assert both.run("import", rejected=True).data == []


def test_a_bad_file_does_not_stop_the_others(bench: Any) -> None:
    junk = bench.file("junk.csv", "who,knows\n1,2\n")
    reply = bench.run("import", files=[junk, bench.ledger("a.csv", BUY), bench.home / "missing.csv", bench.home])
    assert reply.exit_code == 3
    assert [Path(each.file).name for each in reply.data.files] == ["a.csv"]
    assert [Path(each.file) for each in reply.data.failed] == [junk, bench.home / "missing.csv", bench.home]
    assert "none of the known formats" in _notices(reply)
    assert "is a folder" in _notices(reply)


def test_when_every_file_fails_the_command_fails(bench: Any) -> None:
    reply = bench.run("import", files=[bench.file("a.csv", "x,y\n"), bench.home])
    assert reply.exit_code == 1


def test_a_single_bad_file_is_an_error_with_a_next_step(bench: Any) -> None:
    with pytest.raises(ImportFileError, match="--format"):
        bench.run("import", files=[bench.file("a.csv", "who,knows\n1,2\n")])


def test_what_to_do_with_files_that_nobody_knows_is_said_once(bench: Any) -> None:
    strangers = [bench.file(f"{name}.csv", "who,knows\n1,2\n") for name in "abc"]
    notices = [block for block in bench.run("import", files=strangers).blocks if isinstance(block, Notice)]
    known = [notice.text.replace("\\", "/").rpartition("/")[2] for notice in notices]
    assert known == [f"{name}.csv has none of the known formats." for name in "abc"]
    assert [bool(notice.next_step) for notice in notices] == [False, False, True]
    assert notices[-1].next_step.endswith("Which there are: kit import --formats")


def test_the_known_formats_can_be_listed(bench: Any) -> None:
    reply = bench.run("import", formats=True)
    assert {each.name for each in reply.data} >= {"kit-csv", "binance-history", "koinly"}
    assert "price-csv" not in {each.name for each in reply.data}
    with pytest.raises(UsageError, match="takes no files"):
        bench.run("import", formats=True, files=[bench.home])
    with pytest.raises(UsageError, match="Which there are: kit import --formats"):
        bench.run("import", files=[bench.ledger("a.csv", BUY)], format="zzzzzzzzzzzz")
    with pytest.raises(UsageError, match="Known: ohlcv-csv, price-csv"):
        bench.run("prices import", files=[bench.ledger("a.csv", BUY)], format="zzzzzzzzzzzz")


def test_two_kinds_of_files_of_one_account_are_told_once(bench: Any) -> None:
    columns = "Date(UTC),Pair,Side,Price,Executed,Amount,Fee\n"
    bench.run("import", files=[bench.file("trades.csv", f"{columns}2024-01-01 10:00:00,BTCEUR,BUY,1,1BTC,1EUR,0EUR\n")])
    header = "Type,Buy,Cur.,Sell,Cur.,Fee,Cur.,Exchange,Group,Comment,Date\n"
    files = [
        bench.file(f"all-{day}.csv", f"{header}Deposit,1,BTC,,,,,binance,,,2024-01-0{day} 10:12:27\n") for day in (1, 2)
    ]
    notices = [block.text for block in bench.run("import", files=files).blocks if isinstance(block, Notice)]
    assert notices == [
        "The account binance has records from several kinds of files (binance-trades, cointracking); "
        "what stands in two of them counts twice."
    ]


def test_accounts_that_differ_in_case_only_are_told(bench: Any) -> None:
    bench.run("import", files=[bench.ledger("a.csv", BUY.replace("kraken", "binance"))])
    reply = bench.run("import", files=[bench.ledger("b.csv", BUY.replace("kraken", "Binance"))])
    assert [(each.account, each.other) for each in reply.data.files[0].alike] == [("Binance", "binance")]
    assert "Binance and binance are two accounts" in _notices(reply)


def test_a_file_of_prices_is_sent_to_its_own_command(bench: Any) -> None:
    with pytest.raises(ImportFileError, match="kit prices import"):
        bench.run("import", files=[bench.prices("p.csv", "2024-01-01,BTC,1,USD")])
    with pytest.raises(ImportFileError, match="Import it with: kit import"):
        bench.run("prices import", files=[bench.ledger("l.csv", BUY)])


def test_a_file_named_twice_is_read_once(bench: Any) -> None:
    file = bench.ledger("a.csv", BUY)
    reply = bench.run("import", files=[file, file.parent / "." / "a.csv"])
    assert len(reply.data.files) == 1


def test_no_file_at_all_is_a_misuse(bench: Any) -> None:
    with pytest.raises(UsageError, match="kit import FILE"):
        bench.run("import")


def test_an_unknown_format_is_met_with_the_nearest(bench: Any) -> None:
    with pytest.raises(UnknownName, match="kit-csv"):
        bench.run("import", files=[bench.ledger("a.csv", BUY)], format="kit-cvs")


def test_the_account_is_the_one_named_where_the_file_names_none(bench: Any) -> None:
    file = bench.file("a.csv", "time,kind,received_asset,received_quantity\n2024-01-01,deposit,BTC,1\n")
    bench.run("import", files=[file], account="savings")
    assert _positions(bench) == {("savings", "BTC"): Decimal(1)}


@pytest.mark.parametrize("name", ["", "  ", "a\x1b[31m", "x" * 65, "a\nb"])
def test_a_name_that_cannot_be_shown_is_no_account(name: str) -> None:
    with pytest.raises(UsageError, match="cannot name an account"):
        account_name(name)


def test_the_reply_says_how_sure_the_format_is(bench: Any) -> None:
    reply = bench.run("import", files=[bench.ledger("a.csv", BUY)])
    table = next(block for block in reply.blocks if isinstance(block, Table))
    assert table.rows[0][:4] == ("a.csv", "kit-csv (100 % sure)", "kraken", 1)


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("SP500_close.csv", "date,close\n2024-01-02,4742.83\n", "SP500"),
        ("p.csv", "date,asset,close\n" + "".join(f"2024-01-02,{each},1\n" for each in "DACBE"), "A, B, C and 2 more"),
        ("p.csv", "date,asset,close\n2024-01-02,BTC,0\n", "none"),
    ],
)
def test_a_file_of_prices_is_said_to_be_of_its_assets(bench: Any, name: str, text: str, named: str) -> None:
    reply = bench.run("prices import", files=[bench.file(name, text)])
    table = next(block for block in reply.blocks if isinstance(block, Table))
    assert table.rows[0][2] == named


def test_both_reports_can_be_carried_to_a_machine(bench: Any) -> None:
    prices = bench.file("prices.csv", "date,asset,close\n2024-01-01,BTC,42000\n")
    reports = [
        to_data(bench.run("import", files=[bench.ledger("a.csv", BUY, BAD)]).data),
        to_data(bench.run("prices import", files=[prices]).data),
    ]
    assert [report["files"][0]["sureness"] for report in reports] == ["1.0", "1.0"]


def test_times_without_a_zone_follow_the_one_that_is_named(bench: Any) -> None:
    header = "Type,Buy,Cur.,Sell,Cur.,Fee,Cur.,Exchange,Group,Comment,Date\n"
    trades = bench.file("trades.csv", header + "Deposit,1,BTC,,,,,Kraken,,,01.07.2024 12:00:00\n")
    reply = bench.run("import", files=[trades], timezone="Europe/Berlin", dry_run=True)
    assert reply.data.files[0].first == datetime(2024, 7, 1, 10, tzinfo=UTC)
    with pytest.raises(ImportFileError, match="no time zone “Mars”"):
        bench.run("import", files=[trades], timezone="Mars")


def test_a_workbook_is_recognised_and_read(bench: Any) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    legs = [f"{side} {part}" for side in ("Buy", "Sell", "Fee") for part in ("Quantity", "Asset")]
    sheet.append(["Type", *legs, "Wallet", "Timestamp"])
    sheet.append(["Deposit", 0.1, "BTC", None, None, None, None, "cold", "2024-01-31 10:00:00"])
    book.save(bench.home / "records.xlsx")
    reply = bench.run("import", files=[bench.home / "records.xlsx"])
    assert (reply.exit_code, reply.data.files[0].format) == (0, "bittytax")
    assert _positions(bench) == {("cold", "BTC"): Decimal("0.1")}


def test_progress_counts_every_row(bench: Any) -> None:
    bench.run("import", files=[bench.ledger("a.csv", BUY, MOVE, BAD)])
    assert bench.progress.tasks["Importing a.csv"].units == 3


def test_a_file_that_fails_half_way_leaves_nothing(bench: Any) -> None:
    good = "2024-01-02,kraken,deposit,BTC,1,,,,,,,,n{},"
    path = bench.ledger("a.csv", *(good.format(number) for number in range(6_000)))
    importer = bench.importers()[0]

    def broken(source: Any) -> Any:
        for count, row in enumerate(importer.read(source)):
            if count == 5_500:
                raise OSError("the disk went away")
            yield row

    bench.importers = lambda: [type(importer)("kit-csv", "K.I.T. CSV", importer.detect, broken)]
    with pytest.raises(ImportFileError, match="the disk went away"):
        bench.run("import", files=[path])
    assert _positions(bench) == {}


def test_later_prices_of_a_day_replace_earlier_ones(both: Any) -> None:
    both.run("import", files=[both.ledger("a.csv", BUY)])
    both.run("prices import", files=[both.prices("p.csv", "2024-01-01,BTC,100,USD", "2024-01-02,BTC,200,USD")])
    reply = both.run("prices import", files=[both.prices("p.csv", "2024-01-02,BTC,300,USD", "2024-01-01,BTC,100,USD")])
    file = reply.data.files[0]
    assert (file.added, file.changed, file.known) == (0, 1, 1)
    assert both.run("holdings", asset="BTC").data.price.amount == 300


def test_a_price_that_is_not_above_zero_is_refused(bench: Any) -> None:
    reply = bench.run("prices import", files=[bench.prices("p.csv", "2024-01-01,BTC,0,USD", "2024-01-02,BTC,5,USD")])
    assert (reply.exit_code, reply.data.files[0].added, reply.data.files[0].rejected) == (3, 1, 1)


def test_the_migrations_make_the_tables_that_the_code_uses(both: Any) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from kit_portfolio_tracker.store import plan_rows

    assert plan_rows.plans.metadata is metadata
    with both.store.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _ours, "target_metadata": metadata})
        assert compare_metadata(context, metadata) == []


def _ours(name: str | None, kind: str, _parents: Any) -> bool:
    """The index of marks stands in its migration alone (`store.tables` says why)."""
    if kind == "index":
        return name != "portfolio_records_mark"
    return kind != "table" or bool(name and name.startswith("portfolio_"))


def test_the_declared_head_is_the_newest_revision() -> None:
    from alembic.script import ScriptDirectory

    (entry,) = kit_migrations()
    script = ScriptDirectory(str(entry.directory), version_locations=[str(entry.directory)])
    assert script.get_heads() == [entry.head]
    assert script.get_revision(entry.head).branch_labels == {entry.branch}
