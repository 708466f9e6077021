"""Recognising a file: the right importer wins, and what nobody reads is left to nobody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from kit_importers.formats import FORMATS
from kit_importers.kit_csv import COLUMNS

from kit import FileHead, Importer

Real = Callable[[str], Path]
HeadOf = Callable[[Path], FileHead]
KRAKEN = '"txid","refid","time","type","subtype","aclass"'

HEADERS = {
    "id,Order id,Time,Trade Type,Symbol,Action,Amount,Trading Unit,Filled Price,PnL,Fee,Fee Unit,Position Change,"
    "Position Balance,Balance Change,Balance,Balance Unit": "okx-trading",
    "id,Time,Type,Amount,Before Balance,After Balance,Symbol": "okx-funding",
    "Uid,Spot Pairs,Order Type,Direction,Filled Value,Filled Price,Filled Quantity,Fees,Transaction ID,Order No.,"
    "Timestamp (UTC+0)": "bybit-trades",
    "Spot Pairs,Order Type,Direction,feeCoin,ExecFeeV2,Filled Value,Filled Price,Filled Quantity,Fees,Transaction ID,"
    "Order No.,Timestamp (UTC)": "bybit-trades",
    ",".join(COLUMNS): "kit-csv",
    ",".join(reversed(COLUMNS)): "kit-csv",
    "time;account;kind;sent_asset;sent_quantity": "kit-csv",
    '"User_ID","UTC_Time","Account","Operation","Coin","Change","Remark"': "binance-history",
    "UTC_Time,Account,Operation,Coin,Change,Remark": "binance-history",
    "User ID,Time,Account,Operation,Coin,Change,Remark": "binance-history",
    "Date(UTC),Pair,Side,Price,Executed,Amount,Fee": "binance-trades",
    "Time,Pair,Side,Price,Executed,Amount,Fee": "binance-trades",
    "Date(UTC),Market,Type,Price,Amount,Total,Fee,Fee Coin": "binance-trades",
    f'{KRAKEN},"asset","amount","fee","balance"': "kraken-ledgers",
    f'{KRAKEN},"asset","wallet","amount","fee","balance"': "kraken-ledgers",
    f'{KRAKEN},"subclass","asset","wallet","amount","fee","balance","amountusd"': "kraken-ledgers",
    '"txid","ordertxid","pair","time","type","ordertype","price","cost","fee","vol","margin","misc","ledgers"': (
        "kraken-trades"
    ),
    "Timestamp,Transaction Type,Asset,Quantity Transacted,USD Spot Price at Transaction,USD Subtotal,"
    "USD Total (inclusive of fees),USD Fees,Notes": "coinbase",
    "Timestamp,Transaction Type,Asset,Quantity Transacted,Spot Price Currency,Spot Price at Transaction,Subtotal,"
    "Total (inclusive of fees and/or spread),Fees and/or Spread,Notes": "coinbase",
    "portfolio,type,time,amount,balance,amount/balance unit,transfer id,trade id,order id": "coinbase-pro",
    "type,time,amount,balance,amount/balance unit,transfer id,trade id,order id": "coinbase-pro",
    "trade id,product,side,created at,size,size unit,price,fee,total,price/fee/total unit": "coinbase-pro-fills",
    "portfolio,trade id,product,side,created at,size,size unit,price,fee,total,price/fee/total unit": (
        "coinbase-pro-fills"
    ),
    "Date,Sent Amount,Sent Currency,Received Amount,Received Currency,Fee Amount,Fee Currency,Net Worth Amount,"
    "Net Worth Currency,Label,Description,TxHash": "koinly",
    "Date,Type,Tag,Sending Wallet,Sent Amount,Sent Currency,Sent Cost Basis,Receiving Wallet,Received Amount,"
    "Received Currency,Received Cost Basis,Fee Amount,Fee Currency,Gain (EUR),Net Value (EUR),Fee Value (EUR),"
    "TxSrc,TxDest,TxHash,Description": "koinly",
    "ID (read-only),Parent ID (read-only),Date (UTC),Type,Tag,From Wallet (read-only),From Wallet ID,From Amount,"
    "From Currency,To Wallet (read-only),To Wallet ID,To Amount,To Currency,Fee Amount,Fee Currency,Net Worth Amount,"
    "Net Worth Currency,Net Value (read-only),Value Currency (read-only),Deleted,TxHash,Description": "koinly",
    "Koinly Date,Amount,Currency,Label,TxHash": "koinly",
    '"Type","Buy","Cur.","Sell","Cur.","Fee","Cur.","Exchange","Group","Comment","Date"': "cointracking",
    '"Type","Buy","Cur.","Sell","Cur.","Fee","Cur.","Exchange","Group","Comment","Date","Tx-ID"': "cointracking",
    "Location,Spend Currency,Receive Currency,Receive Amount,Spend Amount,Fee,Fee Currency,Description,Timestamp": (
        "rotki-trades"
    ),
    "Type,Location,Currency,Amount,Fee,Fee Currency,Description,Timestamp": "rotki-events",
    "timestamp,event_type,event_subtype,location,location_label,asset,asset_symbol,amount,fiat_value,identifier,"
    "entry_type,event_identifier,sequence_index,direction,extra_data": "rotki-history",
    "identifier,entry_type,event_identifier,sequence_index,timestamp,location,asset,event_type,event_subtype,"
    "location_label,notes,balance_amount,balance_usd_value": "rotki-history",
    "Type,Buy Quantity,Buy Asset,Buy Value in GBP,Sell Quantity,Sell Asset,Sell Value in GBP,Fee Quantity,Fee Asset,"
    "Fee Value in GBP,Wallet,Timestamp,Note": "bittytax",
    "Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note": "ghostfolio-csv",
    "Unique ID,Timestamp,Asset,Exchange,Holder,Transaction Type,Spot Price,Crypto In,Crypto Fee,USD In No Fee,"
    "USD In With Fee,USD Fee,Notes": "dali",
    "Unique ID,Timestamp,Asset,Exchange,Holder,Transaction Type,Spot Price,Crypto Out No Fee,Crypto Fee,"
    "Crypto Out With Fee,Fiat Out No Fee,Fiat Fee,Notes": "dali",
    "Unique ID,Timestamp,Asset,From Exchange,From Holder,To Exchange,To Holder,Spot Price,Crypto Sent,"
    "Crypto Received,Notes": "dali-intra",
    "Type,Datetime,Account,Amount,Value,Rate,Fee,Sub Type": "bitstamp",
    "ID,Account,Type,Subtype,Datetime,Amount,Amount currency,Value,Value currency,Rate,Rate currency,Fee,Fee currency,"
    "Order ID": "bitstamp",
    "Transaction ID,Timestamp,Transaction Type,In/Out,Amount Fiat,Fiat,Amount Asset,Asset,Asset market price,"
    "Asset market price currency,Asset class,Product ID,Fee,Fee asset,Spread,Spread Currency": "bitpanda",
    "Transaction ID,Timestamp,Transaction Type,In/Out,Amount Fiat,Fiat,Amount Asset,Asset,Asset market price,"
    "Asset market price currency,Asset class,Product ID,Fee,Fee asset,Fee percent,Spread,Spread Currency,Tax Fiat": (
        "bitpanda"
    ),
    "ID,Type,In/Out,Amount Fiat,Fee,Fiat,Amount Asset,Asset,Status,Created at": "bitpanda",
    "no,time,action_desc,action_data,type,change_amount,amount,total": "gate",
    "Date,Received Quantity,Received Currency,Sent Quantity,Sent Currency,Fee Amount,Fee Currency,Tag": "pionex",
    "date(UTC+0),tx_type,amount,coin,network,txid,fee": "pionex-transfers",
    "UID,Account Type,Order ID,Order Time(UTC+08:00),Symbol,Side,Order Type,Order Price,Order Amount,Avg. Filled Price,"
    "Filled Amount,Filled Volume,Filled Volume (USDT),Filled Time(UTC+08:00),Fee,Fee Currency,Tax,Status": "kucoin",
    "UID,Account Type,Order ID,Symbol,Side,Order Type,Avg. Filled Price,Filled Amount,Filled Volume,"
    'Filled Volume (USDT),Filled Time(UTC),Fee,Tax,Maker/Taker,"Fee Currency,"': "kucoin",
    "UID,Account Type,Order ID,Symbol,Side,Order Type,Filled Price,Filled Amount,Filled Volume,Filled Volume (USDT),"
    "Time Filled(UTC),Fee,Fee Currency,Tax": "kucoin",
    "Time,Pair,Side,FilledPrice,FilledPriceCoin,Amount,AmountCoin,Volume,VolumeCoin,Fee,FeeCoin": "kucoin",
    "UID,Account Type,Time(UTC),Coin,Amount,Fee,Hash,Deposit Address,Transfer Network,Status,Remarks": (
        "kucoin-transfers"
    ),
    "Time,Coin,Network,Amount,Type,Wallet Address/Account,Remark": "kucoin-transfers",
    "UID,Account Type,Currency,Side,Amount,Fee,Time(UTC+08:00),Remark": "kucoin-account",
    "UID,Account Type,Currency,Side,Amount,Fee,Time(UTC+08:00),Remark,Type": "kucoin-account",
    "Time,Wallet,Pair,Type,Sell,Buy,Price,Inverse Price,Date Updated,Status": "binance-convert",
    "Auto-Invest Date(UTC),Holding Coin,Amount per period,Trading Fee,Units,From,Status": "binance-auto-invest",
    "Date(UTC),Coin,Token,Amount,Status": "binance-beth",
    "Date(UTC),Method,Amount,Price,Fees,Final Amount,Status,Transaction ID": "binance-purchases",
    "Date(UTC),Coin,Network,Amount,TransactionFee,Address,TXID,SourceAddress,PaymentID,Status": "binance-transfers",
    "Date,Coin,Amount,TransactionFee,Address,TXID,SourceAddress,PaymentID,Status": "binance-transfers",
    "Date(UTC+0),Coin,Network,Amount,Fee,Address,TXID,Status": "binance-transfers",
    "Time,Coin,Network,Amount,Address,TXID,Status": "binance-transfers",
    "Date(UTCnull),Coin,Amount,Status,Payment Method,Indicated Amount,Fee,Order ID": "binance-fiat",
    "Cryptocurrency,Amount,Transaction Type,Exchange Rate Per Coin (USD),Confirmed At": "blockfi",
    "Trade ID,Date,Buy Quantity,Buy Currency,Sold Quantity,Sold Currency,Rate Amount,Rate Currency,Type": (
        "blockfi-trades"
    ),
    "Internal id, Date and time, Transaction type, Coin type, Coin amount, USD Value, Original Interest Coin, "
    "Interest Amount In Original Coin, Confirmed": "celsius",
    "Transaction,Type,Currency,Amount,Details,Outstanding Loan,Date / Time": "nexo",
    "Transaction,Type,Input Currency,Input Amount,Output Currency,Output Amount,USD Equivalent,Fee,Fee Currency,"
    "Details,Date / Time (UTC)": "nexo",
    "Operation Date,Status,Currency Ticker,Operation Type,Operation Amount,Operation Fees,Operation Hash,Account Name,"
    "Account xpub,Countervalue Ticker,Countervalue at Operation Date,Countervalue at CSV Export": "ledger-live",
    "date,asset,close": "price-csv",
    "Date,Asset,Close,Currency,Source": "price-csv",
    "date,open,high,low,close,volume": "ohlcv-csv",
}
KNOWN = {
    "agpl3_bittytax/example.csv": "bittytax",
    "agpl3_rotki/cointracking_trades_list.csv": "cointracking",
    "agpl3_rotki/rotki_generic_events.csv": "rotki-events",
    "agpl3_rotki/rotki_generic_trades.csv": "rotki-trades",
    "apache2_dali-rp2/test_manual_in.csv": "dali",
    "apache2_dali-rp2/test_manual_intra.csv": "dali-intra",
    "apache2_dali-rp2/test_manual_out.csv": "dali",
    "apache2_export-to-ghostfolio/cointracking-export.csv": "cointracking",
    "apache2_dali-rp2/test_binance_autoinvest.csv": "binance-auto-invest",
    "apache2_dali-rp2/test_binance_betheth.csv": "binance-beth",
    "apache2_dali-rp2/test_pionex_trades.csv": "pionex",
    "apache2_dali-rp2/test_pionex_transfers.csv": "pionex-transfers",
    "agpl3_perfi/coinbase_raw_tx_report.csv": "coinbase-raw",
    "agpl3_perfi/coinbasepro_fills.csv": "coinbase-pro-fills",
    "agpl3_perfi/kraken_ledgers.csv": "kraken-ledgers",
    "agpl3_rotki/binance_history.csv": "binance-history",
    "agpl3_rotki/cryptocom_trades_list.csv": "crypto-com-app",
    "agpl3_rotki/kucoin_order_history.csv": "kucoin",
    "apache2_export-to-ghostfolio/bitvavo-export.csv": "bitvavo",
    "apache2_export-to-ghostfolio/delta-export.csv": "delta",
    "apache2_export-to-ghostfolio/cryptocom-export.csv": "crypto-com-app",
    "apache2_export-to-ghostfolio/relai-export.csv": "relai",
    "apache2_export-to-ghostfolio/revolut-crypto-export.csv": "revolut",
    "gpl2_everytrade/bybiteu_uta_v001.csv": "bybit",
    "gpl2_everytrade/huobi_v001.csv": "huobi",
    "gpl2_everytrade/okex_v001_M.csv": "okx",
    "agpl3_rotki/coinbasepro.csv": "coinbase-pro",
    "apache2_export-to-ghostfolio/coinbase-export.csv": "coinbase",
    "gpl2_everytrade/binance_v001.csv": "binance-trades",
    "gpl2_everytrade/binance_v002.csv": "binance-trades",
    "gpl2_everytrade/coinbase_v001_M.csv": "coinbase",
    "gpl2_everytrade/coinbasepro_v001.csv": "coinbase-pro-fills",
}


def sure(importers: dict[str, Importer], head: FileHead) -> dict[str, float]:
    """The importers that are at least half sure."""
    found = {name: importer.detect(head) for name, importer in importers.items()}
    assert all(0 <= value <= 1 for value in found.values())
    return {name: value for name, value in found.items() if value >= 0.5}


@pytest.mark.parametrize(("header", "name"), HEADERS.items(), ids=lambda text: text[:40])
def test_an_exact_header_is_certain_and_only_for_its_own_importer(
    importers: dict[str, Importer], header: str, name: str
) -> None:
    assert sure(importers, FileHead(Path("export.csv"), (header,))) == {name: 1.0}


@pytest.mark.parametrize(("header", "name"), HEADERS.items(), ids=lambda text: text[:40])
def test_lines_before_the_header_a_mark_and_capitals_change_nothing(
    importers: dict[str, Importer], header: str, name: str
) -> None:
    head = FileHead(Path("export.csv"), ("", "Transactions", "User,me,1", "\ufeff" + header.upper()))
    assert sure(importers, head) == {name: 1.0}


@pytest.mark.parametrize(("header", "name"), HEADERS.items(), ids=lambda text: text[:40])
def test_a_column_nobody_knows_makes_it_less_sure(importers: dict[str, Importer], header: str, name: str) -> None:
    delimiter = ";" if ";" in header else ","
    head = FileHead(Path("export.csv"), (f"{header}{delimiter}Mood",))
    assert sure(importers, head) == {name: 0.9}


def test_every_real_export_finds_its_importer_and_the_others_none(
    importers: dict[str, Importer], real: Real, head_of: HeadOf
) -> None:
    folder = real("exports")
    paths = sorted(folder.rglob("*.csv"))
    assert len(paths) >= 29
    for path in paths:
        name = path.relative_to(folder).as_posix()
        assert list(sure(importers, head_of(path))) == ([KNOWN[name]] if name in KNOWN else []), name


def test_every_real_price_file_finds_its_importer(importers: dict[str, Importer], real: Real, head_of: HeadOf) -> None:
    for path in sorted(real("prices").rglob("*.csv")):
        expected = "ohlcv-csv" if path.stem.isupper() else "price-csv"
        assert list(sure(importers, head_of(path))) == [expected], path.name


@pytest.mark.parametrize("lines", [(), ("",), ("hello",), ("a,b,c", "1,2,3"), ('"open,quote',), ("\0\0",)])
def test_what_is_no_export_is_nobodys(importers: dict[str, Importer], lines: tuple[str, ...]) -> None:
    assert sure(importers, FileHead(Path("x.csv"), lines)) == {}


def test_files_that_complete_one_another_say_so_of_each_other(importers: dict[str, Importer]) -> None:
    for name, importer in importers.items():
        assert name not in importer.beside
        assert all(name in importers[other].beside for other in importer.beside)
    assert importers["pionex"].beside == {"pionex-transfers"}
    assert not importers["binance-history"].beside


def test_names_are_unique_and_prices_are_told_from_records(importers: dict[str, Importer]) -> None:
    assert len(importers) == len(FORMATS)
    assert {name for name, importer in importers.items() if importer.yields == "prices"} == {"price-csv", "ohlcv-csv"}
    assert [name for name, importer in importers.items() if importer.write] == ["kit-csv"]
