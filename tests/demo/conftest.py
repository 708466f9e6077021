"""The sample files, and what they add up to, reckoned here without K.I.T."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
from kit_portfolio_tracker import sample

from kit import FixedClock, Services

_KRAKEN = {"ZEUR": "EUR", "XETH": "ETH", "XXBT": "BTC"}


@dataclass(frozen=True, slots=True)
class SampleFiles:
    """A folder of sample files."""

    folder: Path

    def legs(self) -> Iterator[tuple[str, str, Decimal]]:
        """(account, asset, change) of every movement, in the order of the files."""
        for row in self.rows(sample.BINANCE):
            yield "binance", row["Coin"], Decimal(row["Change"])
        for row in self.rows(sample.KRAKEN):
            yield "kraken", _KRAKEN.get(row["asset"], row["asset"]), Decimal(row["amount"]) - Decimal(row["fee"])
        for row in self.rows(sample.METATRADER):
            for leg, sign in (("received", 1), ("sent", -1), ("fee", -1)):
                if row[f"{leg}_asset"]:
                    yield row["account"], row[f"{leg}_asset"], sign * Decimal(row[f"{leg}_quantity"])

    def holdings(self) -> dict[tuple[str, str], Decimal]:
        sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for account, asset, change in self.legs():
            sums[account, asset] += change
        return dict(sums)

    def prices(self) -> dict[str, Decimal]:
        """The newest close of each asset."""
        newest = {row["asset"]: Decimal(row["close"]) for row in self.rows(sample.PRICES)}
        return {"USD": Decimal(1), **newest}

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


class _Clocked:
    def __init__(self, instant: datetime) -> None:
        self.clock = FixedClock(instant)


@pytest.fixture
def sample_files(tmp_path: Path) -> Callable[[datetime], SampleFiles]:
    """Writes the sample files as of an instant."""

    def write(instant: datetime = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)) -> SampleFiles:
        folder = tmp_path / instant.strftime("%Y%m%dT%H%M%S")
        folder.mkdir(exist_ok=True)
        sample.prepare(folder, cast("Services", _Clocked(instant)))
        return SampleFiles(folder)

    return write


@pytest.fixture
def read_files() -> Callable[[Path], SampleFiles]:
    """The sample files that stand in a folder."""
    return SampleFiles
