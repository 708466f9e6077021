"""Synthetic ledgers: twenty assets, six years, every kind of record, the same for the same size."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

COINS = tuple(f"C{number:02}" for number in range(19))
FEE_COIN = "BNB"
HEADER = (
    "time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity,fee_asset,fee_quantity,"
    "value,value_currency,to_account,id,note"
)
_FIRST = datetime(2019, 1, 1, tzinfo=UTC)
_SPAN = timedelta(days=6 * 365)
_ACCOUNTS = ("binance", "kraken", "coinbase")


def write_ledger(path: Path, count: int) -> Path:
    """A kit CSV of `count` records, unless it is there already."""
    if not path.exists():
        fresh = path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(HEADER + "\n")
            file.writelines(f"{row}\n" for row in rows(count))
        fresh.replace(path)
    return path


def rows(count: int) -> Iterator[str]:
    """The rows, by time. Every event has its value or a leg in dollars, so that no prices are needed.

    Of a hundred records 46 are purchases, 34 sales, 8 trades of one coin for another, 8 income, 4 a transfer.
    """
    draw = random.Random(count)  # noqa: S311 - the same numbers every time are what is wanted
    step = _SPAN / count
    held = dict.fromkeys(((account, coin) for account in _ACCOUNTS for coin in (*COINS, FEE_COIN)), 0)
    prices = {coin: draw.randint(100, 50_000_00) for coin in (*COINS, FEE_COIN)}
    for number in range(count):
        time = (_FIRST + step * number).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        account, coin = draw.choice(_ACCOUNTS), draw.choice(COINS)
        prices[coin] = max(prices[coin] * draw.randint(990, 1010) // 1000, 10)
        price, quantity = prices[coin], draw.randint(1_000, 900_000_000)
        what = draw.randrange(100)
        have = held[account, coin]
        if have < 10_000 or what < 46:
            held[account, coin] += quantity
            bought = f"{coin},{_units(quantity)},USD,{_dollars(quantity * price)},USD,{_fee(draw)}"
            yield f"{time},{account},buy,{bought},,,,r{number},"
        elif what < 80:
            quantity = min(quantity, have // 2)
            held[account, coin] -= quantity
            fee = f"USD,{_fee(draw)}"
            if held[account, FEE_COIN] > 10_000 and what % 3 == 0:
                held[account, FEE_COIN] -= 5_000
                fee = f"{FEE_COIN},{_units(5_000)}"
            sold = f"USD,{_dollars(quantity * price)},{coin},{_units(quantity)},{fee}"
            yield f"{time},{account},sell,{sold},,,,r{number},"
        elif what < 88:
            quantity = min(quantity, have // 2)
            other = FEE_COIN if what < 84 else draw.choice([each for each in COINS if each != coin])
            got = max(quantity * price // prices[other], 1)
            held[account, coin] -= quantity
            held[account, other] += got
            value = _dollars(quantity * price)
            yield (f"{time},{account},trade,{other},{_units(got)},{coin},{_units(quantity)},,,{value},USD,,r{number},")
        elif what < 96:
            kind = draw.choice(("staking", "interest", "airdrop", "mining", "reward"))
            quantity //= 1_000
            held[account, coin] += quantity
            yield f"{time},{account},{kind},{coin},{_units(quantity)},,,,,{_dollars(quantity * price)},USD,,r{number},"
        else:
            target = draw.choice([each for each in _ACCOUNTS if each != account])
            quantity = have // 3
            held[account, coin] -= quantity
            held[target, coin] += quantity
            yield f"{time},{account},transfer,,,{coin},{_units(quantity)},,,,,{target},r{number},"


def _units(hundred_millionths: int) -> str:
    return f"{hundred_millionths // 10**8}.{hundred_millionths % 10**8:08}"


def _dollars(value: int) -> str:
    """Of units in 1E-8 times cents."""
    cents = max(value // 10**8, 1)
    return f"{cents // 100}.{cents % 100:02}"


def _fee(draw: random.Random) -> str:
    return f"0.{draw.randint(1, 99):02}"
