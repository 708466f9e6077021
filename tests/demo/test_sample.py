"""The demo's sample files: the same every time, sound, and read by the ordinary importers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from kit_importers.plugin import kit_importers
from kit_portfolio_tracker import sample

from kit import FileHead, Importer, ImportSource, PricePoint, Record, RejectedRow

if TYPE_CHECKING:
    from tests.demo.conftest import SampleFiles

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LEAP_DAY = datetime(2028, 2, 29, 0, 0, 1, tzinfo=UTC)
FILES = (sample.BINANCE, sample.KRAKEN, sample.METATRADER, sample.PRICES)
Write = Callable[[datetime], "SampleFiles"]


def recognised(path: Path) -> tuple[Importer, float]:
    """The importer that `kit import` would take."""
    head = FileHead(path, tuple(path.read_text(encoding="utf-8").splitlines()[:20]))
    best = max(kit_importers(), key=lambda importer: importer.detect(head))
    return best, best.detect(head)


def test_the_same_day_makes_the_same_files(sample_files: Write) -> None:
    first, second = sample_files(NOON), sample_files(NOON.replace(hour=23))
    for name in FILES:
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes()


@pytest.mark.parametrize("instant", [NOON, LEAP_DAY])
def test_the_files_end_today_and_say_nothing_of_the_future(sample_files: Write, instant: datetime) -> None:
    files = sample_files(instant)
    days = [row["date"] for row in files.rows(sample.PRICES)]
    assert max(days) == instant.date().isoformat()
    assert min(days) == (instant.date() - timedelta(days=365)).isoformat()
    times = [row["UTC_Time"] for row in files.rows(sample.BINANCE)]
    times += [row["time"].replace("T", " ").removesuffix("Z") for row in files.rows(sample.METATRADER)]
    times += [row["time"] for row in files.rows(sample.KRAKEN)]
    assert instant - timedelta(days=8) < datetime.fromisoformat(max(times)).replace(tzinfo=UTC) < instant


def test_no_account_ever_holds_less_than_nothing(sample_files: Write) -> None:
    """Rows of one second count together: exports list what was bought before what paid for it, or after."""
    held: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for account, asset, change in sample_files(NOON).legs():
        held[account, asset] += change
        assert held[account, asset] >= 0, (account, asset)


def test_each_kraken_row_carries_its_balance(sample_files: Write) -> None:
    held: dict[str, Decimal] = defaultdict(Decimal)
    for row in sample_files(NOON).rows(sample.KRAKEN):
        held[row["asset"]] += Decimal(row["amount"]) - Decimal(row["fee"])
        assert Decimal(row["balance"]) == held[row["asset"]]


def test_one_asset_has_no_price_and_the_others_have_one_every_day(sample_files: Write) -> None:
    files = sample_files(NOON)
    assert {asset for _, asset in files.holdings()} - files.prices().keys() == {"PAWS"}
    priced = defaultdict(set)
    for row in files.rows(sample.PRICES):
        priced[row["asset"]].add(row["date"])
        assert Decimal(row["close"]) > 0
        assert row["source"] == "sample"
    assert {len(days) for days in priced.values()} == {366}


@pytest.mark.parametrize(
    ("name", "format_name"),
    [
        (sample.BINANCE, "binance-history"),
        (sample.KRAKEN, "kraken-ledgers"),
        (sample.METATRADER, "kit-csv"),
        (sample.PRICES, "price-csv"),
    ],
)
def test_every_file_is_recognised_and_no_row_is_rejected(sample_files: Write, name: str, format_name: str) -> None:
    path = sample_files(NOON).folder / name
    importer, sureness = recognised(path)
    assert importer.name == format_name
    assert sureness >= 0.9
    rows = list(importer.read(ImportSource(path)))
    assert [row for row in rows if isinstance(row, RejectedRow)] == []
    assert len(rows) > 30


def test_the_importers_read_what_the_files_say(sample_files: Write) -> None:
    files = sample_files(NOON)
    read: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for name in (sample.BINANCE, sample.KRAKEN, sample.METATRADER):
        importer, _ = recognised(files.folder / name)
        for row in importer.read(ImportSource(files.folder / name)):
            if isinstance(row, Record):
                for account, asset, change in row.legs():
                    read[account, asset] += change
    assert dict(read) == files.holdings()
    prices, _ = recognised(files.folder / sample.PRICES)
    points = [row for row in prices.read(ImportSource(files.folder / sample.PRICES)) if isinstance(row, PricePoint)]
    assert {point.asset: point.close for point in points} | {"USD": Decimal(1)} == files.prices()


def test_the_sample_portfolio_is_an_ordinary_persons(sample_files: Write) -> None:
    files = sample_files(NOON)
    prices = files.prices()
    total = sum(quantity * prices.get(asset, Decimal(0)) for (_, asset), quantity in files.holdings().items())
    assert 15_000 < total < 40_000
    assert len({account for account, _ in files.holdings()}) == 3
