"""The same purchases and sales as each tool wants to read them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from .deals import Deal
from .ledgers import HEADER
from .ods import Cell, write_ods

HOLDER, WALLET = "Holder", "Wallet"
_RP2_IN = (
    "timestamp", "asset", "exchange", "holder", "transaction_type", "spot_price", "crypto_in",
    "fiat_in_no_fee", "fiat_in_with_fee", "fiat_fee",
)  # fmt: skip
_RP2_OUT = (
    "timestamp", "asset", "exchange", "holder", "transaction_type", "spot_price", "crypto_out_no_fee",
    "crypto_fee", "fiat_out_no_fee",
)  # fmt: skip
_RP2_INTRA = (
    "timestamp", "asset", "from_exchange", "from_holder", "to_exchange", "to_holder", "spot_price",
    "crypto_sent", "crypto_received",
)  # fmt: skip
_BITTYTAX = (
    "Type", "Buy Quantity", "Buy Asset", "Buy Value", "Sell Quantity", "Sell Asset", "Sell Value",
    "Fee Quantity", "Fee Asset", "Fee Value", "Wallet", "Timestamp", "Note",
)  # fmt: skip


def kit_csv(path: Path, found: Iterable[Deal], currency: str = "USD") -> Path:
    """As records of kit CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER + "\n")
        for number, deal in enumerate(found):
            coin, money = f"{deal.coin},{deal.quantity:f}", f"{currency},{deal.value:f}"
            kind, legs = ("buy", f"{coin},{money}") if deal.bought else ("sell", f"{money},{coin}")
            fee = f"{currency},{deal.fee:f}" if deal.fee else ","
            file.write(f"{deal.time},wallet,{kind},{legs},{fee},,,,r{number},\n")
    return path


def coinbasis_json(path: Path, found: Iterable[Deal]) -> Path:
    """As the JSON of coinbasis 0.1: a price for each unit, which its 28 digits take back to the value."""
    rows = [
        {
            "Buy" if deal.bought else "Sell": {
                "timestamp": deal.time,
                "wallet": WALLET,
                "asset": deal.coin,
                "quantity": f"{deal.quantity:f}",
                "unit_price": f"{deal.unit_price:f}",
                "fee": f"{deal.fee:f}",
            }
        }
        for deal in found
    ]
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def rp2_files(folder: Path, found: Sequence[Deal]) -> tuple[Path, Path]:
    """As the configuration and the spreadsheet of rp2 1.7: a sheet for each coin, a table each for what came and went.

    A sale is written net of its fee: rp2 takes off no fee that was paid in money.
    """
    coins = sorted({deal.coin for deal in found})
    settings = folder / "rp2.ini"
    settings.write_text(
        f"[general]\nassets = {', '.join(coins)}\nexchanges = {WALLET}\nholders = {HOLDER}\n"
        + "".join(
            f"[{name}_header]\n" + "".join(f"{column} = {place}\n" for place, column in enumerate(columns))
            for name, columns in (("in", _RP2_IN), ("out", _RP2_OUT), ("intra", _RP2_INTRA))
        ),
        encoding="utf-8",
    )
    sheets: dict[str, list[list[Cell]]] = {}
    for coin in coins:
        mine = [deal for deal in found if deal.coin == coin]
        came = [_rp2_in(deal) for deal in mine if deal.bought]
        went = [_rp2_out(deal) for deal in mine if not deal.bought]
        sheets[coin] = [["IN"], [*_RP2_IN], *came, ["TABLE END"], [None]]
        sheets[coin] += [["OUT"], [*_RP2_OUT], *went, ["TABLE END"]]
    path = folder / "rp2.ods"
    write_ods(path, sheets)
    return settings, path


def bittytax_csv(path: Path, found: Iterable[Deal]) -> Path:
    """As the transaction records of BittyTax 0.6, in pounds."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(_BITTYTAX)
        for deal in found:
            coin, money = (f"{deal.quantity:f}", deal.coin, ""), (f"{deal.value:f}", "GBP", "")
            fee = (f"{deal.fee:f}", "GBP", "") if deal.fee else ("", "", "")
            legs = (*coin, *money) if deal.bought else (*money, *coin)
            rows.writerow(("Trade", *legs, *fee, WALLET, deal.time, ""))
    return path


def _rp2_in(deal: Deal) -> list[Cell]:
    paid = deal.value + deal.fee
    who: list[Cell] = [deal.time, deal.coin, WALLET, HOLDER, "BUY"]
    return [*who, deal.unit_price, deal.quantity, deal.value, paid, deal.fee]


def _rp2_out(deal: Deal) -> list[Cell]:
    net = deal.value - deal.fee
    who: list[Cell] = [deal.time, deal.coin, WALLET, HOLDER, "SELL"]
    return [*who, net / deal.quantity, deal.quantity, deal.fee * 0, net]
