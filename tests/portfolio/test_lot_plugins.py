"""Lot methods and tax forms that other plugins bring."""

from __future__ import annotations

import json
from pathlib import Path

from kit.testing import HostFactory

SOURCE = """
from kit import hookimpl
from kit_portfolio_tracker.core.lots import ordered
from kit_portfolio_tracker.core.methods import LotMethod
from kit_portfolio_tracker.core.tax.forms import Form
from kit_portfolio_tracker.core.tax.report import TaxReport


@hookimpl
def kit_lot_methods():
    smallest = LotMethod("smallest", "the smallest lot first", ordered(lambda lot: lot.quantity))
    return [smallest, LotMethod("fifo", "not the real one", ordered(lambda lot: -lot.quantity))]


def nothing(year):
    return TaxReport("nil", "Nothing", year.year, year.first, year.last, year.plan.currency, (), (), (), ())


@hookimpl
def kit_tax_forms():
    return [Form("nil", "a country without taxes", nothing)]
"""
MANIFEST = """
name = "elsewhere"
version = "1.0"
summary = "Another country."
module = "kit_elsewhere"

[needs]
plugins = ["portfolio-tracker"]
"""
ROWS = """\
time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity,fee_asset,fee_quantity,id
2023-01-01,a,buy,BTC,2,USD,2000,,,1
2023-02-01,a,buy,BTC,1,USD,5000,,,2
2023-03-01,a,sell,USD,9000,BTC,1,,,3
"""


def test_methods_and_forms_of_plugins_are_chosen_by_name(kit_host: HostFactory, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    (folder / "kit_elsewhere").mkdir(parents=True)
    (folder / "plugin.toml").write_text(MANIFEST, encoding="utf-8")
    (folder / "kit_elsewhere" / "__init__.py").write_text(SOURCE, encoding="utf-8")
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(ROWS, encoding="utf-8")
    host = kit_host(folder, beside=("portfolio-tracker", "importers"))
    assert host.cli(f"import {ledger}").code == 0

    def gain(line: str) -> str:
        answer = host.cli(f"portfolio tax --year 2023 --format json {line}")
        assert answer.code in (0, 3), answer.err
        sections = {each["key"]: each for each in json.loads(answer.out)["data"]["sections"]}
        totals = {each["label"]: each["value"]["amount"] for each in sections["disposals"]["totals"]}
        return str(totals["Gain"])

    assert gain("") == "8000.00"
    assert gain("--method smallest") == "4000.00"
    assert gain("--method fifo") == "8000.00"
    assert json.loads(host.cli("portfolio tax --year 2023 --form nil --format json").out)["data"]["title"] == "Nothing"
    refused = host.cli("portfolio tax --year 2023 --method biggest")
    assert refused.code == 2
    assert "biggest" in refused.err
