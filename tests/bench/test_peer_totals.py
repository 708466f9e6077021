"""The purchases and sales that other tools are measured with, and how their reports are read."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from bench.deals import Deal, deals
from bench.lots import OURS
from bench.ods import Cell, read_ods, write_ods
from bench.peer_files import bittytax_csv, coinbasis_json, kit_csv, rp2_files
from bench.totals import Totals, of_bittytax, of_lot_rows, of_rp2

D = Decimal
TWO = (
    Deal("2024-01-01T00:00:00Z", True, "BTC", D(2), D(20_000), D(10)),
    Deal("2024-06-01T00:00:00Z", False, "BTC", D("0.5"), D(9_000), D(3)),
)


def test_deals_are_the_same_every_time_in_order_and_never_sell_what_is_not_there() -> None:
    found = deals(2_000)
    assert found == deals(2_000)
    assert len(found) == 2_000
    assert all(one.time <= other.time for one, other in pairwise(found))
    held: dict[str, Decimal] = defaultdict(Decimal)
    for deal in found:
        held[deal.coin] += deal.quantity if deal.bought else -deal.quantity
        assert held[deal.coin] >= 0
    assert 0.3 < sum(not deal.bought for deal in found) / len(found) < 0.5


def test_a_plain_reckoning_first_in_first_out_gives_our_totals(tmp_path: Path) -> None:
    found, given, report = deals(600), tmp_path / "kit.csv", tmp_path / "report.csv"
    kit_csv(given, found)
    subprocess.run([sys.executable, "-c", OURS, given, "fifo", report, "USD", "UTC"], check=True)
    gain, units = of_lot_rows(report).apart(_reckoned(found))
    assert gain < D("1E-12")
    assert units == 0


def _reckoned(found: list[Deal]) -> Totals:
    lots: dict[str, list[list[Decimal]]] = defaultdict(list)
    gain = D(0)
    for deal in found:
        if deal.bought:
            lots[deal.coin].append([deal.quantity, (deal.value + deal.fee) / deal.quantity])
            continue
        gain += deal.value - deal.fee
        wanted = deal.quantity
        for lot in lots[deal.coin]:
            used = min(wanted, lot[0])
            lot[0] -= used
            wanted -= used
            gain -= used * lot[1]
    return Totals(gain, {coin: left for coin, each in lots.items() if (left := sum((lot[0] for lot in each), D(0)))})


def test_totals_that_differ_say_by_how_much() -> None:
    one, other = Totals(D(5), {"BTC": D(1)}), Totals(D("4.5"), {"BTC": D(1), "ETH": D("0.25")})
    assert one.apart(other) == (D("0.5"), D("0.25"))
    assert one.apart(one) == (D(0), D(0))


def test_every_format_says_the_same_of_a_sale(tmp_path: Path) -> None:
    [_, ours] = _rows(kit_csv(tmp_path / "kit.csv", TWO))
    assert (ours["kind"], ours["sent_quantity"], ours["received_quantity"]) == ("sell", "0.5", "9000")
    [_, sold] = json.loads(coinbasis_json(tmp_path / "ledger.json", TWO).read_text(encoding="utf-8"))
    assert (sold["Sell"]["quantity"], sold["Sell"]["unit_price"], sold["Sell"]["fee"]) == ("0.5", "18000", "3")
    [_, row] = _rows(bittytax_csv(tmp_path / "records.csv", TWO))
    assert (row["Sell Quantity"], row["Buy Quantity"], row["Fee Quantity"]) == ("0.5", "9000", "3")
    _, sheet = rp2_files(tmp_path, TWO)
    *_, out, end = read_ods(sheet)["BTC"]
    assert (out[4], out[6], out[8], end[0]) == ("SELL", "0.5", "8997", "TABLE END")  # net of the fee


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_totals_of_rp2_are_read_off_its_spreadsheets(tmp_path: Path) -> None:
    years: list[list[Cell]] = [["Year", "Asset", "Gains", "Capital Gains Type", "Type"]]
    years += [["2024", "BTC", D("12.5"), "LONG", "SELL"], ["2023", "BTC", D("-2"), "SHORT", "SELL"]]
    write_ods(tmp_path / "fifo_rp2_full_report.ods", {"Summary": [[None]], "BTC Tax": years})
    balances: list[list[Cell]] = [["Asset", "Holder", "Balance"], ["BTC", "Holder", D("1.25")]]
    write_ods(tmp_path / "fifo_open_positions.ods", {"Asset": balances})
    assert of_rp2(tmp_path) == Totals(D("10.5"), {"BTC": D("1.25")})


def test_the_totals_of_bittytax_are_read_off_what_it_prints(tmp_path: Path) -> None:
    said = tmp_path / "said.txt"
    said.write_text(
        "Asset       Date       Disposal Type     Quantity          Cost    Fees     Proceeds       Gain\n"
        "\x1b[37mBTC   09/02/2019 Section 104     1.43090295    £42,322.95   £0.54   £42,071.68  \x1b[31m  £-251.81\n"
        "BTC         10/02/2019 Bed & Breakfast (11/02/2019)   1    £1.00   £0.00   £1,001.00   £1,000.00\n"
        "Total                                    2.43090295    £42,323.95   £0.54   £43,072.68      £748.19\n"
        "Current Holdings\n"
        "BTC                             1,796.4455216    £2,721,486.04    Not available\n",
        encoding="utf-8",
    )
    assert of_bittytax(said) == Totals(D("748.19"), {"BTC": D("1796.4455216")})
