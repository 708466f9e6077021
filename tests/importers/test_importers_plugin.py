"""The importers as a plugin: cheap to load, described beside its code, lazy when it reads."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import tracemalloc
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import ModuleType

import kit_importers
import kit_prices
import pytest

from kit import Importer, ImportSource, Record

BINANCE = "User_ID,UTC_Time,Account,Operation,Coin,Change,Remark"
KRAKEN = "txid,refid,time,type,subtype,aclass,asset,amount,fee,balance"


@pytest.mark.parametrize("package", [kit_importers, kit_prices])
def test_the_manifest_says_what_the_plugin_is(package: ModuleType) -> None:
    folder = Path(str(package.__file__)).parent
    manifest = tomllib.loads((folder / "plugin.toml").read_text(encoding="utf-8"))
    assert manifest["name"] in {"importers", "prices"}
    assert manifest["version"]
    assert manifest["summary"].endswith(".")


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("package", ["kit_importers", "kit_prices"])
def test_loading_the_plugin_loads_nothing_of_it(package: str) -> None:
    code = (
        f"import sys, {package}.plugin;"
        f"extra = [name for name in sys.modules if name.startswith('{package}.') and name != '{package}.plugin'];"
        "heavy = {'csv', 'zipfile', 'hashlib', 'sqlalchemy', 'pydantic'} & set(sys.modules);"
        "sys.exit(str(extra or heavy) if extra or heavy else 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def binance_rows() -> Iterator[str]:
    yield BINANCE
    for second in range(20_000):
        time = f"2024-01-{1 + second // 3600:02}T{second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}"
        yield f"1,{time},Spot,Buy,BTC,0.5,"
        yield f"1,{time},Spot,Buy,USDT,-20000,"
        yield f"1,{time},Spot,Fee,BNB,-0.01,"


def kraken_rows() -> Iterator[str]:
    yield KRAKEN
    for second in range(20_000):
        time = f"2024-01-{1 + second // 3600:02} {second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}"
        yield f"A{second},T{second},{time},trade,,currency,ZEUR,-100,0.26,1"
        yield f"B{second},T{second},{time},trade,,currency,XXBT,0.01,0,1"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "rows"), [("binance-history", binance_rows()), ("kraken-ledgers", kraken_rows())])
def test_a_long_export_is_read_in_bounded_memory(
    importers: dict[str, Importer], tmp_path: Path, name: str, rows: Iterable[str]
) -> None:
    path = tmp_path / "long.csv"
    path.write_text("\n".join(rows))
    tracemalloc.start()
    count = sum(1 for row in importers[name].read(ImportSource(path)) if isinstance(row, Record))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 3_000_000


def test_rows_come_before_the_file_is_read_to_its_end(importers: dict[str, Importer], tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("time,account,kind,sent_asset,sent_quantity,id\n" + "2024-01-01,a,lost,BTC,1,x\n" * 50_000)
    assert len(list(islice(importers["kit-csv"].read(ImportSource(path)), 3))) == 3
