"""Whose accounts are meant, what fiat money is worth, and what `kit status` says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from kit_portfolio_tracker.files import recognise
from kit_portfolio_tracker.health import status
from kit_portfolio_tracker.importing import Overlap
from kit_portfolio_tracker.labels import account_label
from kit_portfolio_tracker.store.records import report_balances

from kit import (
    Balance,
    FileHead,
    ImportedRow,
    Importer,
    ImportFileError,
    ImportSource,
    Kind,
    Money,
    Notice,
    Quantity,
    Record,
)

THEN = datetime(2024, 1, 2, tzinfo=UTC)


def _venue_format(name: str, sureness: float = 1.0) -> Importer:
    """A format of the venue “binance” whose file holds one deposit for whichever account is named."""

    def detect(_head: FileHead) -> float:
        return sureness

    def read(source: ImportSource) -> Iterator[ImportedRow]:
        yield Record(name, THEN, source.account or "", Kind.DEPOSIT, received=Quantity(Decimal(2), "BTC"))

    return Importer(name, name.title(), detect, read, venue="binance")


def test_an_exchange_means_every_account_at_that_venue(bench: Any) -> None:
    bench.importers = lambda: [_venue_format("history")]
    file = bench.file("a.csv", "anything\n")
    bench.run("import", files=[file], account="savings")
    bench.run("import", files=[file])
    found = bench.run("portfolio", exchange="binance").data
    assert {holding.account for holding in found.holdings} == {"binance", "savings"}


def test_two_kinds_of_export_of_one_account_are_called_out(bench: Any) -> None:
    file = bench.file("a.csv", "anything\n")
    for name, code in (("history", 0), ("trades", 3), ("trades", 0)):
        bench.importers = lambda name=name: [_venue_format(name)]
        reply = bench.run("import", files=[file])
        assert reply.exit_code == code, name
        assert reply.data.files[0].overlaps == ((Overlap("binance", ("history",)),) if code else ())


def test_files_that_complete_one_another_are_not_called_out(bench: Any) -> None:
    trades = "Date,Received Quantity,Received Currency,Sent Quantity,Sent Currency,Fee Amount,Fee Currency,Tag\n"
    moves = "date(UTC+0),tx_type,amount,coin,network,txid,fee\n"
    files = [
        bench.file("trades.csv", trades + "2022-02-27 12:09:00,0.1,ETH,200,BUSD,0,ETH,\n"),
        bench.file("moves.csv", moves + "2022-02-26 12:02:00,DEPOSIT,200,BUSDBEP20,BEP20,0xabc,0\n"),
    ]
    reply = bench.run("import", files=files)
    assert reply.exit_code == 0
    assert [each.overlaps for each in reply.data.files] == [(), ()]


def test_columns_that_nobody_knows_are_told_and_the_rows_are_read(bench: Any) -> None:
    columns = "Type,Datetime,Account,Amount,Value,Rate,Fee,Sub Type,Mood\n"
    file = bench.file("a.csv", columns + 'Deposit,"Jan. 28, 2022, 12:13 AM",Main Account,2 ETH,,,,,good\n')
    reply = bench.run("import", files=[file])
    assert reply.exit_code == 0
    assert reply.data.files[0].added == 1
    (notice,) = [block for block in reply.blocks if isinstance(block, Notice)]
    assert notice.text == "a.csv: columns that are not known were not read: mood."


def test_of_several_accounts_only_those_are_named_that_came_twice(bench: Any) -> None:
    columns = "Date(UTC),Pair,Side,Price,Executed,Amount,Fee\n"
    trades = bench.file("trades.csv", columns + "2024-01-02 10:00:00,BTCEUR,BUY,1,1BTC,1EUR,0EUR\n")
    header = "Type,Buy,Cur.,Sell,Cur.,Fee,Cur.,Exchange,Group,Comment,Date\n"
    rows = "".join(f"Deposit,1,BTC,,,,,{place},,,2024-01-31 10:12:27\n" for place in ("binance", "kraken", "cold"))
    bench.run("import", files=[trades])
    reply = bench.run("import", files=[bench.file("all.csv", header + rows)])
    (notice,) = [block for block in reply.blocks if isinstance(block, Notice)]
    assert notice.text.startswith("The account binance has records from several kinds of files (binance-trades, coin")


def test_formats_that_are_equally_sure_are_not_guessed_between(bench: Any) -> None:
    file = bench.file("a.csv", "anything\n")
    formats = [_venue_format("history", 0.9), _venue_format("trades", 0.9)]
    with pytest.raises(ImportFileError, match="may be history or trades"):
        recognise(file, formats, format_name="auto", yields="records")
    assert recognise(file, formats, format_name="trades", yields="records").importer.name == "trades"


def test_a_file_of_no_format_is_told_what_it_comes_closest_to(bench: Any) -> None:
    formats = [_venue_format(name, sureness) for name, sureness in (("a", 0.1), ("b", 0.3), ("d", 0.4))]
    with pytest.raises(ImportFileError, match=r"its columns come closest to D \(d\) or B \(b\)\."):
        recognise(bench.file("a.csv", "x\n"), formats, format_name="auto", yields="records")
    with pytest.raises(ImportFileError, match=r"none of the known formats\."):
        recognise(bench.file("a.csv", "x\n"), [_venue_format("c", 0.2)], format_name="auto", yields="records")


def test_a_format_that_is_hardly_sure_is_not_taken(bench: Any) -> None:
    with pytest.raises(ImportFileError, match="none of the known formats"):
        recognise(bench.file("a.csv", "x\n"), [_venue_format("history", 0.49)], format_name="auto", yields="records")


@pytest.mark.parametrize(
    ("account", "shown"),
    [("binance", "Binance"), ("metatrader", "MetaTrader"), ("my wallet", "My Wallet"), ("IBKR-2", "IBKR-2")],
)
def test_accounts_are_called_as_people_write_them(account: str, shown: str) -> None:
    assert account_label(account, {}) == shown


def test_held_euros_are_worth_the_banks_rate(bench: Any) -> None:
    """ECB, 2024-01-16: 1 EUR = 1.0882 USD."""
    bench.run("import", files=[bench.ledger("a.csv", "2024-01-02,bank,deposit,EUR,100,,,,,,,,e1,")])
    reply = bench.run("portfolio")
    assert reply.data.total == Money(Decimal("108.8200"), "USD")
    assert reply.data.holdings[0].price.source == "ECB"


def test_rates_are_fetched_once_and_then_kept(bench: Any) -> None:
    bench.run("import", files=[bench.ledger("a.csv", "2024-01-02,bank,deposit,EUR,100,,,,,,,,e1,")])
    first = bench.run("portfolio").data
    bench.price_sources = lambda: pytest.fail("the rate is in the store already")
    assert bench.run("portfolio").data == first


def test_what_the_venue_reports_is_the_headline(both: Any) -> None:
    both.run("import", files=[both.ledger("a.csv", "2024-01-02,kraken,deposit,BTC,1,,,,,,,,k1,")])
    both.run("prices import", files=[both.prices("p.csv", "2024-01-15,BTC,100,USD")])
    with both.store.write() as connection:
        report_balances(connection, [Balance("kraken", "BTC", Decimal("0.9"), THEN)])
    reply = both.run("portfolio")
    assert reply.data.total.amount == 90
    assert "-0.1 BTC on Kraken" in reply.problems[0].what
    older = Balance("kraken", "BTC", Decimal(5), THEN.replace(year=2023))
    with both.store.write() as connection:
        report_balances(connection, [older])
    assert both.run("portfolio").data.total.amount == 90


def test_an_asset_that_left_is_told_from_one_never_held(bench: Any) -> None:
    bench.run(
        "import",
        files=[
            bench.ledger(
                "a.csv",
                "2024-01-02,kraken,deposit,BTC,1,,,,,,,,k1,",
                "2024-01-03,kraken,withdrawal,,,BTC,1,,,,,,k2,",
                "2024-01-03,kraken,deposit,ETH,1,,,,,,,,k3,",
            )
        ],
    )
    reply = bench.run("holdings", asset="BTC")
    assert reply.exit_code == 0
    assert "You hold no BTC now" in reply.blocks[0].text
    with pytest.raises(Exception, match="Did you mean “ETH”"):
        bench.run("holdings", asset="ETHH")


def test_status_says_how_much_there_is(both: Any) -> None:
    assert "nothing imported yet" in status(both)[0].text
    both.run("import", files=[both.ledger("a.csv", "2024-01-02,kraken,deposit,BTC,1,,,,,,,,k1,")])
    assert status(both)[0].text == "1 account, 1 record, latest 2024-01-02"
