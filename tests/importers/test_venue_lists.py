"""Exports of Bybit, Crypto.com, OKX, Huobi, Bitvavo, Revolut and Relai."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kit import Importer, ImportSource, Money, Quantity, Record, RejectedRow, SkippedRow

Read = Callable[..., list[Any]]
Told = Callable[[object], list[str]]
D = Decimal
CRYPTO = (
    "Timestamp (UTC),Transaction Description,Currency,Amount,To Currency,To Amount,Native Currency,Native Amount,"
    "Native Amount (in USD),Transaction Kind\n"
)


def q(text: str) -> Quantity:
    amount, asset = text.split()
    return Quantity(D(amount), asset)


def test_okx_tells_the_side_by_the_sign(read: Read) -> None:
    bought, sold = read(
        "okx",
        "Order ID,Trade ID,Trade Time,Pairs,Amount,Price,Total,taker/maker,Fee,unit\n"
        "0,25,2020-09-25 17:27:02,ltc_usdt,2.5,46,-115 USDT,taker,-0.003 LTC,LTC\n"
        "1,26,2020-09-25 17:00:01,ltc_usdt,-2,45,90 USDT,maker,-0.09 USDT,LTC\n",
    )
    assert (bought.received, bought.sent, bought.fee, bought.id) == (q("2.5 LTC"), q("115 USDT"), q("0.003 LTC"), "25")
    assert (sold.received, sold.sent, sold.fee, sold.id) == (q("90 USDT"), q("2 LTC"), q("0.09 USDT"), "26")


OKX_TRADING = (
    "UID:1,Account Type:Main,Time Zone:UTC+8\n"
    "\ufeffid,Order id,Time,Trade Type,Symbol,Action,Amount,Trading Unit,Filled Price,PnL,Fee,Fee Unit,Position Change,"
    "Position Balance,Balance Change,Balance,Balance Unit\n"
)
OKX_FUNDING = (
    "\ufeffUID:1,\ufeffAccount Type:Main,\ufeffTime Zone:UTC-3\n\ufeffid,Time,Type,Amount,Before Balance,After Balance,"
    "Symbol\n"
)


def test_okx_tells_a_trade_in_two_rows_with_the_fee_in_the_change(read: Read) -> None:
    rows = read(
        "okx-trading",
        OKX_TRADING + "11,900,2025-10-20 10:44:26,Spot,BTC-EUR,Buy,0.02,EUR,90000,0,-0.00002,BTC,0,0,0.01998,1,BTC\n"
        "10,900,2025-10-20 10:44:26,Spot,BTC-EUR,Sell,1800,EUR,90000,0,0,EUR,0,0,-1800,5,EUR\n"
        "13,901,2025-10-21 10:44:26,Spot,ADA-EUR,Sell,100,EUR,0.5,0,0,ADA,0,0,-100,0,ADA\n"
        "12,901,2025-10-21 10:44:26,Spot,ADA-EUR,Buy,50,EUR,0.5,0,-0.1,EUR,0,0,49.9,9,EUR\n"
        "15,901,2025-10-21 10:44:26,Spot,ADA-EUR,Sell,200,EUR,0.5,0,0,ADA,0,0,-200,0,ADA\n"
        "14,901,2025-10-21 10:44:26,Spot,ADA-EUR,Buy,100,EUR,0.5,0,-0.2,EUR,0,0,99.8,9,EUR\n"
        "16,902,2025-10-22 10:44:26,Transfer,,Transfer in,0,cont,0,0,0,EUR,0,0,1500,1500,EUR\n"
        "17,903,2025-10-22 10:44:26,Swap,BTC-USDT-SWAP,Buy,1,cont,90000,5,-0.1,USDT,1,1,4.9,9,USDT\n"
        "18,904,2025-10-23 10:44:26,Spot,BTC-EUR,Buy,0.02,EUR,90000,0,0,BTC,0,0,0.02,1,BTC\n"
        "19,905,2025-10-23 10:44:27,Spot,BTC-EUR,Buy,0.02,EUR,90000,0,0.01,BTC,0,0,0.03,1,BTC\n",
    )
    bought, sold = (row for row in rows if isinstance(row, Record))
    assert (bought.received, bought.sent, bought.fee) == (q("0.02 BTC"), q("1800 EUR"), q("0.00002 BTC"))
    assert (bought.id, bought.kind, bought.time) == ("10", "buy", datetime(2025, 10, 20, 2, 44, 26, tzinfo=UTC))
    assert (sold.received, sold.sent, sold.fee, sold.id) == (q("150 EUR"), q("300 ADA"), q("0.3 EUR"), "12")
    assert [row.reason for row in rows if isinstance(row, SkippedRow)] == ["within OKX"]
    assert [row.reason for row in rows if isinstance(row, RejectedRow)] == [
        "the trade type “Swap” is not known",
        "a fill without its other row",
        "a fee that was paid to you",
    ]


def test_okx_tells_apart_what_moves_within_and_what_leaves(read: Read) -> None:
    rows = read(
        "okx-funding",
        OKX_FUNDING + "\ufeff1,\ufeff2025-10-31 11:54:20,\ufeffDeposit,\ufeff0.5,\ufeff0,\ufeff0.5,\ufeffBTC\n"
        "2,2025-10-31 11:55:20,To unified trading account,-0.4,0.5,0.1,BTC\n"
        "3,2025-10-31 23:55:20,Withdrawal,-0.1,0.1,0E-18,BTC\n"
        "4,2025-11-01 11:55:20,Staking yield,0.001,0,0.001,ETH\n"
        "5,2025-11-01 11:55:20,Place an order,-400,400,0,USDT\n"
        "6,2025-11-01 11:55:20,Deposit,-1,400,0,USDT\n",
    )
    came, gone, earned = (row for row in rows if isinstance(row, Record))
    assert (came.kind, came.received, came.id) == ("deposit", q("0.5 BTC"), "1")
    assert (gone.kind, gone.sent, gone.time) == (
        "withdrawal",
        q("0.1 BTC"),
        datetime(2025, 11, 1, 2, 55, 20, tzinfo=UTC),
    )
    assert (earned.kind, earned.received) == ("staking", q("0.001 ETH"))
    assert [row.reason for row in rows if isinstance(row, RejectedRow)] == [
        "the type “Place an order” is not known",
        "a deposit of -1",
    ]


def test_huobi_totals_are_worked_out_anew(read: Read) -> None:
    [bought] = read(
        "huobi",
        '"Time","Type","Pair","Side","Price","Amount","Total","Fee"\n'
        "2020-03-31 21:31:57,Exchange,LTC/BTC,Buy,0.006039,0.3146,0.0018,0.00062920LTC,\n",
    )
    assert (bought.received, bought.sent, bought.fee) == (q("0.3146 LTC"), q("0.0018998694 BTC"), q("0.00062920 LTC"))


def test_bitvavo_fees_are_taken_out_of_what_was_paid_and_times_have_their_zone(read: Read) -> None:
    header = (
        "Timezone,Date,Time,Type,Currency,Amount,Quote Currency,Quote Price,Received / Paid Currency,"
        "Received / Paid Amount,Fee currency,Fee amount,Status,Transaction ID,Address\n"
    )
    bought, sold, gone, open_one = read(
        "bitvavo",
        header + "Europe/Amsterdam,2023-07-30,11:36:46.620,buy,ETH,0.5,EUR,1800,EUR,-901.00,EUR,1,Completed,a,\n"
        "Europe/Amsterdam,2023-11-30,11:36:46,sell,ETH,-0.5,EUR,1800,EUR,899,EUR,1,Completed,b,\n"
        "Europe/Amsterdam,2023-11-30,12:00:00,withdrawal,BTC,-0.1,,,,,BTC,0.0002,Completed,c,bc1qxyz\n"
        "Europe/Amsterdam,2023-11-30,12:00:00,withdrawal,BTC,-0.1,,,,,BTC,0.0002,Cancelled,d,\n",
    )
    assert (bought.received, bought.sent, bought.fee, bought.kind) == (q("0.5 ETH"), q("900.00 EUR"), q("1 EUR"), "buy")
    assert bought.time == datetime(2023, 7, 30, 9, 36, 46, 620000, tzinfo=UTC)
    assert (sold.received, sold.sent, sold.kind) == (q("900 EUR"), q("0.5 ETH"), "sell")
    assert (gone.sent, gone.fee, gone.note, gone.id) == (q("0.1 BTC"), q("0.0002 BTC"), "to bc1qxyz", "c")
    assert isinstance(open_one, SkippedRow)


def test_revolut_amounts_read_as_people_write_them(read: Read) -> None:
    header = "Symbol,Type,Quantity,Price,Value,Fees,Date\n"
    bought, crowns, sent, staked, odd = read(
        "revolut",
        header + 'BTC,Buy,0.00027963,"€35,761.54","€1,010.00",€0.24,"Mar 8, 2022, 2:08:54 PM"\n'
        'ETH,Sell,1,"24,185.66 SEK","4,493.77 SEK",0.00 SEK,"Feb 2, 2024, 11:03:12 AM"\n'
        'BTC,Send,0.5,"€1",€1,€0,"Nov 9, 2020, 3:50:00 AM"\n'
        'ETH,Stake,0.1,"€1",€1,€0,"Nov 9, 2020, 3:50:00 AM"\n'
        'ETH,Teleport,0.1,"€1",€1,€0,"Nov 9, 2020, 3:50:00 AM"\n',
    )
    assert (bought.kind, bought.received, bought.value) == ("buy", q("0.00027963 BTC"), Money(D("1010.24"), "EUR"))
    assert bought.time == datetime(2022, 3, 8, 14, 8, 54, tzinfo=UTC)
    assert (crowns.sent, crowns.value) == (q("1 ETH"), Money(D("4493.77"), "SEK"))
    assert (sent.kind, sent.sent) == ("withdrawal", q("0.5 BTC"))
    assert isinstance(staked, SkippedRow)
    assert "“Teleport”" in odd.reason


def test_relai_orders_have_their_value_with_the_fee(read: Read) -> None:
    [bought] = read(
        "relai",
        "Date,Transaction Type,BTC Amount,BTC Price,Currency Pair,Fiat Amount (excl. fees),Fiat Currency,Fee,"
        "Fee Currency,Destination,Operation ID,Counterparty\n"
        "2024-07-22T09:41:06Z,Buy,0.00284516,95287.63,BTC/CHF,271.05,CHF,2.45,CHF,bc1q,op-1,Relai Switzerland\n",
    )
    assert (bought.kind, bought.received, bought.value, bought.id) == (
        "buy",
        q("0.00284516 BTC"),
        Money(D("273.50"), "CHF"),
        "op-1",
    )


@pytest.mark.parametrize(
    ("row", "kind", "received", "sent"),
    [
        ("Buy ETH,ETH,1.0,,,EUR,281.14,332.9,crypto_purchase", "buy", "1.0 ETH", None),
        ("EUR -> BTC,EUR,-78.01,BTC,0.003,EUR,79.03,98.4,viban_purchase", "buy", "0.003 BTC", "78.01 EUR"),
        ("DOGE -> EUR,DOGE,-750.0,EUR,406.22,EUR,406.22,470,crypto_viban_exchange", "sell", "406.22 EUR", "750.0 DOGE"),
        ("MCO -> ETH,MCO,-12.32,ETH,0.14,EUR,42.13,49.9,crypto_exchange", "trade", "0.14 ETH", "12.32 MCO"),
        ("Withdraw DAI,DAI,-115,,,EUR,-98.37,-116.9,crypto_withdrawal", "withdrawal", None, "115 DAI"),
        ("Card Cashback,CRO,52.151,,,EUR,3.49,4.1,referral_card_cashback", "reward", "52.151 CRO", None),
        ("Crypto Earn,ETH,0.0006,,,EUR,0.19,0.2,crypto_earn_interest_paid", "interest", "0.0006 ETH", None),
        ("Merchant,CRO,-15.38,CRO,-15.38,EUR,-2.63,-3.0,crypto_payment", "spend", None, "15.38 CRO"),
        ("To +49,CRO,-100.0,,,EUR,-20.0,-23.2,crypto_transfer", "withdrawal", None, "100.0 CRO"),
        ("From +49,CRO,100.0,,,EUR,18.21,21.1,crypto_transfer", "deposit", "100.0 CRO", None),
    ],
)
def test_kinds_of_the_crypto_com_app(read: Read, row: str, kind: str, received: str | None, sent: str | None) -> None:
    [record] = read("crypto-com-app", f"{CRYPTO}2020-07-30 10:00:00,{row}\n")
    assert (record.kind, record.received, record.sent) == (kind, received and q(received), sent and q(sent))
    assert record.value is not None
    assert record.value.currency == "EUR"


def test_what_a_limit_order_sets_aside_counts_once_it_is_filled(read: Read) -> None:
    aside, bought, back = read(
        "crypto-com-app",
        CRYPTO
        + "2025-02-01 07:00:00,Order,USD,-5.0,SOL,11.0,USD,5.0,5.0,trading.limit_order.cash_account.purchase_lock\n"
        "2025-02-02 07:00:00,Order,USD,-5.0,SOL,10.0,USD,5.0,5.0,trading.limit_order.cash_account.purchase_commit\n"
        "2025-02-03 07:00:00,Order,USD,5.0,SOL,11.0,USD,5.0,5.0,trading.limit_order.cash_account.purchase_unlock\n",
    )
    assert (bought.kind, bought.received, bought.sent) == ("buy", q("10.0 SOL"), q("5.0 USD"))
    assert isinstance(aside, SkippedRow)
    assert isinstance(back, SkippedRow)


def test_conversions_of_several_rows_become_trades_that_share_what_came(read: Read) -> None:
    rows = read(
        "crypto-com-app",
        CRYPTO + "2020-12-15 09:25:14,Convert Dust,CRO,100,,,EUR,10,12,dust_conversion_credited\n"
        "2020-12-15 09:25:14,Convert Dust,UNI,-1,,,EUR,-6,-7,dust_conversion_debited\n"
        "2020-12-15 09:25:14,Convert Dust,DOT,-2,,,EUR,-3,-4,dust_conversion_debited\n"
        "2020-12-16 09:25:14,Swap,MCO,-5,,,EUR,-3,-4,crypto_wallet_swap_debited\n"
        "2020-12-16 09:25:14,Swap,CRO,150,,,EUR,3,4,crypto_wallet_swap_credited\n"
        "2020-12-17 09:25:14,Convert Dust,UNI,-1,,,EUR,-6,-7,dust_conversion_debited\n",
    )
    assert [(row.sent, row.received) for row in rows[:3]] == [
        (q("1 UNI"), q("66.666666666666666666 CRO")),
        (q("2 DOT"), q("33.333333333333333334 CRO")),
        (q("5 MCO"), q("150 CRO")),
    ]
    assert isinstance(rows[3], RejectedRow)


def test_what_stays_within_crypto_com_is_skipped_and_new_kinds_are_told(read: Read) -> None:
    kept, odd = read(
        "crypto-com-app",
        CRYPTO + "2020-07-29 09:16:56,MCO Stake,MCO,-50.0,,,EUR,-174.36,-206.4,lockup_lock\n"
        "2020-07-29 09:16:57,New,MCO,-50.0,,,EUR,-174.36,-206.4,brand_new_kind\n",
    )
    assert isinstance(kept, SkippedRow)
    assert odd.reason == "the transaction kind “brand_new_kind” is not known"


def test_bybit_takes_the_fee_of_a_trade_from_the_coin_that_came(read: Read) -> None:
    bought, sold = read(
        "bybit-trades",
        "UID: 1,Company Name: ,Country: \nUid,Spot Pairs,Order Type,Direction,Filled Value,Filled Price,"
        "Filled Quantity,Fees,Transaction ID,Order No.,Timestamp (UTC+0)\n"
        "1,BTCUSDT,LIMIT,BUY,4478.06,97100.0,0.046118,0.0000461,22900,18363,2024-12-09 19:48:23\n"
        "1,BTCUSDT,LIMIT,SELL,971,97100.0,0.01,0.971,22901,18364,2024-12-09 19:49:23\n",
    )
    assert (bought.received, bought.sent, bought.fee) == (q("0.046118 BTC"), q("4478.06 USDT"), q("0.0000461 BTC"))
    assert (sold.received, sold.sent, sold.fee) == (q("971 USDT"), q("0.01 BTC"), q("0.971 USDT"))
    assert (bought.id, bought.time) == ("22900", datetime(2024, 12, 9, 19, 48, 23, tzinfo=UTC))


def test_bybit_in_europe_names_the_coin_of_the_fee(read: Read) -> None:
    [bought] = read(
        "bybit-trades",
        "Spot Pairs,Order Type,Direction,feeCoin,ExecFeeV2,Filled Value,Filled Price,Filled Quantity,Fees,"
        "Transaction ID,Order No.,Timestamp (UTC)\n"
        "BTCEUR,LIMIT,BUY,MNT,0.5,900,90000,0.01,--,22900,18363,19:48 2025-12-09\n",
    )
    assert (bought.received, bought.sent, bought.fee) == (q("0.01 BTC"), q("900 EUR"), q("0.5 MNT"))
    assert (bought.kind, bought.time) == ("buy", datetime(2025, 12, 9, 19, 48, tzinfo=UTC))


def test_bybit_tells_a_fill_in_two_rows(read: Read) -> None:
    header = (
        "UID: 1,Company Name: ,Country: \nUid,Currency,Contract,Type,Direction,Quantity,Position,Filled Price,Funding,"
        "Fee Paid,Cash Flow,Change,Wallet Balance,Action,Time(UTC)\n"
    )
    sold, bought, moved, odd, alone = read(
        "bybit",
        header + "1,BTC,BTCEUR,TRADE,SELL,-0.5,0,50000,0,0,-0.5,-0.5,1,--,2026-06-05 08:22:50\n"
        "1,EUR,BTCEUR,TRADE,SELL,25000,0,50000,0,-25,25000,24975,30000,--,2026-06-05 08:22:50\n"
        "1,EUR,BTCEUR,TRADE,BUY,-500,0,50000,0,0,-500,-500,9,--,2026-06-05 08:23:00\n"
        "1,BTC,BTCEUR,TRADE,BUY,0.01,0,50000,0,-0.00001,0.01,0.00999,2,--,2026-06-05 08:23:00\n"
        "1,BTC,,TRANSFER_IN,,0.1,0,0,0,0,0.1,0.1,3,--,2026-06-05 08:24:00\n"
        "1,BTC,,SETTLEMENT,,0.1,0,0,0,0,0.1,0.1,3,--,2026-06-05 08:25:00\n"
        "1,BTC,BTCEUR,TRADE,BUY,0.01,0,50000,0,0,0.01,0.01,2,--,2026-06-05 08:26:00\n",
    )
    assert (sold.received, sold.sent, sold.fee, sold.kind) == (q("25000 EUR"), q("0.5 BTC"), q("25 EUR"), "sell")
    assert (bought.received, bought.sent, bought.fee) == (q("0.01 BTC"), q("500 EUR"), q("0.00001 BTC"))
    assert (moved.kind, moved.received) == ("deposit", q("0.1 BTC"))
    assert "“SETTLEMENT”" in odd.reason
    assert alone.reason == "a fill without its other row"


def test_delta_names_coins_and_accounts_in_its_own_way(read: Read) -> None:
    header = (
        "Date,Way,Base amount,Base currency (name),Base type,Quote amount,Quote currency,Exchange,Sent/Received from,"
        "Sent to,Fee amount,Fee currency (name),Broker,Notes\n"
    )
    bought, sold, gone, share, odd = read(
        "delta",
        header + "2023-06-02 16:06:47-04:00,BUY,10,ETH,CRYPTO,0.6,BTC,Binance,,,0.1,BNB,,with a fee\n"
        "2023-06-01 19:31:54-04:00,SELL,100,SOL (Solana),CRYPTO,0.88,ETH,Binance,,,,,,\n"
        "2023-05-26 02:08:15-04:00,WITHDRAW,0.1,DOT (Polkadot),CRYPTO,,,,MY_WALLET,OTHER,0.001,DOT (Polkadot),,\n"
        "2023-05-08 15:00:00-04:00,BUY,5,AAPL,STOCK,1250,USD,Nasdaq,,,,,eToro,\n"
        "2023-05-08 15:00:00-04:00,LEND,5,BTC,CRYPTO,,,,,,,,,\n",
    )
    assert (bought.received, bought.sent, bought.fee, bought.account) == (
        q("10 ETH"),
        q("0.6 BTC"),
        q("0.1 BNB"),
        "Binance",
    )
    assert bought.time == datetime(2023, 6, 2, 20, 6, 47, tzinfo=UTC)
    assert (sold.received, sold.sent) == (q("0.88 ETH"), q("100 SOL"))
    assert (gone.account, gone.sent, gone.fee, gone.note) == ("MY_WALLET", q("0.1 DOT"), q("0.001 DOT"), "to OTHER")
    assert isinstance(share, SkippedRow)
    assert "“LEND”" in odd.reason


@pytest.mark.parametrize(
    ("importer", "file", "records"),
    [
        ("crypto-com-app", "agpl3_rotki/cryptocom_trades_list.csv", 33),
        ("crypto-com-app", "apache2_export-to-ghostfolio/cryptocom-export.csv", 61),
        ("okx", "gpl2_everytrade/okex_v001_M.csv", 2),
        ("huobi", "gpl2_everytrade/huobi_v001.csv", 2),
        ("bybit", "gpl2_everytrade/bybiteu_uta_v001.csv", 6),
        ("bitvavo", "apache2_export-to-ghostfolio/bitvavo-export.csv", 34),
        ("revolut", "apache2_export-to-ghostfolio/revolut-crypto-export.csv", 12),
        ("relai", "apache2_export-to-ghostfolio/relai-export.csv", 3),
    ],
)
def test_real_exports(
    importers: dict[str, Importer], real: Callable[[str], Path], importer: str, file: str, records: int
) -> None:
    found = list(importers[importer].read(ImportSource(real(f"exports/{file}"), None)))
    kept = [row for row in found if isinstance(row, Record)]
    assert len(kept) == records
    assert len({row.id for row in kept}) == records


@pytest.mark.parametrize(
    ("name", "header", "rows"),
    [
        (
            "okx-trading",
            OKX_TRADING,
            "11,900,2025-10-20 10:44:26,Spot,BTC-EUR,Buy,0.02,EUR,90000,0,-0.00002,BTC,0,0,0.01998,1,BTC\n"
            "10,900,2025-10-20 10:44:26,Spot,BTC-EUR,Sell,1800,EUR,90000,0,0,EUR,0,0,-1800,5,EUR\n",
        ),
        (
            "bybit",
            "Uid,Currency,Contract,Type,Direction,Quantity,Position,Filled Price,Funding,Fee Paid,Cash Flow,Change,"
            "Wallet Balance,Action,Time(UTC)\n",
            "1,BTC,BTCEUR,TRADE,BUY,0.02,0,90000,0,-0.00002,0.02,0.01998,1,--,2025-10-20 10:44:26\n"
            "1,EUR,BTCEUR,TRADE,BUY,-1800,0,90000,0,0,-1800,-1800,5,--,2025-10-20 10:44:26\n",
        ),
    ],
)
def test_rows_that_overlapping_exports_tell_twice_count_once(
    read: Read, told: Told, name: str, header: str, rows: str
) -> None:
    assert told(read(name, header + rows + rows)) == ["buy +0.02 BTC -1800 EUR fee 0.00002 BTC"]
