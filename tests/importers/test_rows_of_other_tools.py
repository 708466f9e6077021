"""Whatever stands in the cells: each row is a record, a skipped or a rejected one, and nothing else happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kit import Importer, ImportSource, Record, RejectedRow, SkippedRow

# Columns, and a good row of them.
FILES = {
    "koinly": (
        "Date,Type,Tag,Sending Wallet,Sent Amount,Sent Currency,Receiving Wallet,Received Amount,Received Currency,"
        "Fee Amount,Fee Currency,Net Value (EUR)",
        "2024-01-31 10:00 UTC,buy,,Kraken,100,EUR,Kraken,0.5,ETH,1,EUR,100",
    ),
    "cointracking": (
        "Type,Buy,Cur.,Sell,Cur.,Fee,Cur.,Exchange,Group,Comment,Date",
        "Trade,1,BTC,505,EUR,5,EUR,Kraken,,,31.01.2024 10:00:00",
    ),
    "rotki-trades": (
        "Location,Spend Currency,Receive Currency,Receive Amount,Spend Amount,Fee,Fee Currency,Timestamp",
        "kraken,EUR,BTC,1,505,5,EUR,1659085200000",
    ),
    "rotki-events": (
        "Type,Location,Currency,Amount,Fee,Fee Currency,Description,Timestamp",
        "Deposit,kraken,BTC,1,0.1,BTC,words,1659085200000",
    ),
    "rotki-history": (
        "timestamp,event_type,event_subtype,location,asset,amount,event_identifier,sequence_index,direction",
        "1659085200000,receive,none,kraken,BTC,1,g,0,in",
    ),
    "bittytax": (
        "Type,Buy Quantity,Buy Asset,Buy Value in GBP,Sell Quantity,Sell Asset,Sell Value in GBP,Fee Quantity,"
        "Fee Asset,Wallet,Timestamp",
        "Trade,1,BTC,400,505,EUR,,5,EUR,Kraken,2024-01-31 10:00:00",
    ),
    "ghostfolio-csv": (
        "Date,Code,DataSource,Currency,Price,Quantity,Action,Fee",
        "31-01-2024,MSFT,YAHOO,USD,298.58,5,buy,19",
    ),
    "dali": (
        "Timestamp,Asset,Exchange,Holder,Transaction Type,Spot Price,Crypto In,Crypto Fee,USD In No Fee,USD Fee",
        "2024-01-31 10:00:00,BTC,Kraken,me,Buy,40000,0.1,,4000,5",
    ),
    "dali-intra": (
        "Unique ID,Timestamp,Asset,From Exchange,To Exchange,Spot Price,Crypto Sent,Crypto Received",
        "x,2024-01-31 10:00:00,BTC,Kraken,Ledger,40000,0.2,0.1",
    ),
    "bitstamp": (
        "ID,Account,Type,Subtype,Datetime,Amount,Amount currency,Value,Value currency,Rate,Rate currency,Fee,"
        "Fee currency,Order ID",
        "1,Main Account,Market,Buy,2024-01-31T10:00:00Z,0.5,BTC,500,EUR,1000,EUR,1,EUR,2",
    ),
    "bitpanda": (
        "Transaction ID,Timestamp,Transaction Type,In/Out,Amount Fiat,Fiat,Amount Asset,Asset,Asset market price,"
        "Asset market price currency,Asset class,Product ID,Fee,Fee asset,Spread,Spread Currency,Tax Fiat",
        "T1,2024-01-31T10:00:00Z,buy,outgoing,505,EUR,0.5,BTC,1000,EUR,Cryptocurrency,1,5,EUR,-,-,0",
    ),
    "gate": (
        "no,time,action_desc,action_data,type,change_amount,amount,total",
        "1,2024-01-31 10:00:00,Deposits,d,BTC,0.5,1,1",
    ),
    "pionex": (
        "Date,Received Quantity,Received Currency,Sent Quantity,Sent Currency,Fee Amount,Fee Currency,Tag",
        "2024-01-31 10:00:00,1,ETH,200,EUR,0.1,ETH,",
    ),
    "kucoin": (
        "UID,Account Type,Order ID,Symbol,Side,Order Type,Avg. Filled Price,Filled Amount,Filled Volume,"
        "Filled Volume (USDT),Filled Time(UTC),Fee,Tax,Maker/Taker,Fee Currency",
        "9,Trading,o1,BTC-USDT,BUY,LIMIT,40000,0.5,20000,20000,2024-01-31 10:00:00,20,,MAKER,USDT",
    ),
    "kucoin-transfers": (
        "UID,Account Type,Time(UTC),Coin,Amount,Fee,Hash,Deposit Address,Transfer Network,Status,Remarks",
        "9,main,2024-01-31 10:00:00,BTC,0.5,0,0x1,1A,BTC,SUCCESS,",
    ),
    "kucoin-account": (
        "UID,Account Type,Currency,Side,Amount,Fee,Time(UTC),Remark,Type",
        "9,main,BTC,Deposit,0.5,0,2024-01-31 10:00:00,,Deposit",
    ),
    "binance-convert": (
        "Time,Wallet,Pair,Type,Sell,Buy,Price,Inverse Price,Date Updated,Status",
        "24-01-31 10:00:00,Spot,ETHBUSD,Instant,124 BUSD,0.03 ETH,x,x,x,Successful",
    ),
    "binance-transfers": (
        "Time,Coin,Network,Amount,Fee,Address,TXID,Status",
        "24-01-31 10:00:00,BTC,BTC,0.5,0.1,1A,0x1,Completed",
    ),
    "blockfi": ("Cryptocurrency,Amount,Transaction Type,Confirmed At", "ETH,0.5,Interest Payment,2024-01-31 10:00:00"),
    "celsius": (
        "Internal id,Date and time,Transaction type,Coin type,Coin amount,USD Value,Original Reward Coin,"
        "Reward Amount In Original Coin,Confirmed",
        "1,2024-01-31 10:00:00,Reward,BTC,0.5,5,BTC,,Yes",
    ),
    "nexo": (
        "Transaction,Type,Input Currency,Input Amount,Output Currency,Output Amount,USD Equivalent,Details,"
        "Date / Time (UTC)",
        "N3,Exchange,GBPX,-50,BTC,0.001,$65,approved / x,2024-01-31 10:00:00",
    ),
    "ledger-live": (
        "Operation Date,Currency Ticker,Operation Type,Operation Amount,Operation Fees,Operation Hash,Account Name,"
        "Account xpub",
        "2024-01-31T10:00:00Z,BTC,OUT,0.5,0.1,0x1,Bitcoin 1,x",
    ),
}
MERGING = {"rotki-history", "dali-intra", "gate", "kucoin-account", "celsius"}  # several rows may be one record there
WORDS = (
    *("", "-", "0", "1", "0.5", "-1", "1e-30", "1e30", "NaN", "Infinity", "1,000.5", "1,5", "1" * 40, "٣"),
    *("BTC", "EUR", "btc", "a b", "eip155:1/erc20:0xdAC17F958D2ee523a2206206994597C13D831ec7", "SOL-2"),
    *("2024-01-31 10:00:00", "31.01.2024", "03/04/2024", "31/01/2024 10:00", "1659085200000", "2024-02-30", "soon"),
    *("Trade", "trade", "buy", "Deposit", "Withdrawal", "Income", "Gift/Tip", "Margin-Fee", "transfer", "Other Fee"),
    *("Order Placed", "Order Filled", "Trading Fees", "Spot", "Fiat Transactions", "Swap in", "Swap out", "Withdrawal"),
    *("Success", "REWARD", "No", "$1.00", "1 BTC", "- / +", "-1 / +2", "Fiat", "(UTC)", "approved / x", "rejected / x"),
    *("receive", "spend", "staking", "reward", "none", "fee", "in", "out", "neutral", "Sell", "FEE", "Kraken", "YAHOO"),
)
CELLS = st.sampled_from(WORDS) | st.text(max_size=6).map(lambda text: text.replace("\0", ""))


def line(cells: list[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


@st.composite
def rows_like(draw: st.DrawFn, good: str) -> list[list[str]]:
    """Rows that are good but for some of their cells."""
    rows = []
    for _ in range(draw(st.integers(0, 6))):
        cells = good.split(",")
        for place in draw(st.lists(st.integers(0, len(cells) - 1), max_size=3)):
            cells[place] = draw(CELLS)
        rows.append(cells)
    return [cells for cells in rows if spoken(cells)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
def test_every_row_is_accounted_for_and_has_an_id_of_its_own(
    importers: dict[str, Importer], tmp_path: Path, name: str, data: st.DataObject
) -> None:
    header, good = FILES[name]
    rows = data.draw(rows_like(good))
    path = tmp_path / "file.csv"
    path.write_bytes("\n".join([header, *map(line, rows)]).encode("utf-8", "replace"))
    found = list(importers[name].read(ImportSource(path, "mine")))
    assert Counter(map(type, found)).keys() <= {Record, RejectedRow, SkippedRow}
    if name not in MERGING:
        assert len(found) == len(rows)
    records = [row for row in found if isinstance(row, Record)]
    assert len({(each.account, each.id) for each in records}) == len(records) or name == "rotki-history"
    assert len(records) == len(rows) or name == "dali-intra" or any(cells != good.split(",") for cells in rows)
    for record in records:
        assert all(amount for _, _, amount in record.legs())
        assert all(leg.amount > 0 for leg in (record.received, record.sent, record.fee) if leg)


def spoken(cells: list[str]) -> bool:
    """Whether a row says anything; a reader passes over one that does not."""
    return any(cell.strip() for cell in cells) and not any("\r" in cell or "\n" in cell for cell in cells)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(order=st.permutations(range(4)))
def test_the_order_of_rows_changes_no_id(
    importers: dict[str, Importer], tmp_path: Path, told: Callable[[object], list[str]], order: list[int]
) -> None:
    rows = ["Deposit,1,BTC", "Deposit,1,BTC", "Deposit,2,BTC", "Staking,1,ETH"]
    path = tmp_path / "file.csv"
    lines = [f"{rows[place]},,,,,Kraken,,,2024-01-31 10:00:00" for place in order]
    path.write_text("\n".join([FILES["cointracking"][0], *lines]), encoding="utf-8")
    found = [row for row in importers["cointracking"].read(ImportSource(path)) if isinstance(row, Record)]
    path.write_text("\n".join([FILES["cointracking"][0], *sorted(lines)]), encoding="utf-8")
    again = [row for row in importers["cointracking"].read(ImportSource(path)) if isinstance(row, Record)]
    assert {each.id for each in found} == {each.id for each in again}
    assert sorted(told(found)) == sorted(told(again))
