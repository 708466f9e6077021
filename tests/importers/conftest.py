"""Reading files in tests: texts written in place, and real exports where they are at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path

import pytest
from kit_importers.plugin import kit_importers
from kit_importers.text import encoding_of, first_lines

from kit import FileHead, ImportedRow, Importer, ImportSource, Record, exact_math

REAL = Path(__file__).parents[3] / "shared" / "data"
Read = Callable[..., list[ImportedRow]]


@pytest.fixture(scope="session")
def importers() -> dict[str, Importer]:
    return {importer.name: importer for importer in kit_importers()}


@pytest.fixture
def read(importers: dict[str, Importer], tmp_path: Path) -> Read:
    """`read("kit-csv", text_or_bytes, name="BTC.csv", account="mine")` → all that the importer yields."""

    def reading(
        importer: str, content: str | bytes, *, name: str = "file.csv", account: str | None = None
    ) -> list[ImportedRow]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(importers[importer].read(ImportSource(path, account)))

    return reading


@pytest.fixture
def head_of() -> Callable[[Path], FileHead]:
    return lambda path: FileHead(path, tuple(first_lines(path, encoding_of(path), 20)))


@pytest.fixture
def real() -> Callable[[str], Path]:
    """A real export, named within the folder of real data; skips where that is absent."""

    def path(name: str) -> Path:
        if not REAL.is_dir():
            pytest.skip(f"no real data here: {name}")
        return REAL / name

    return path


@pytest.fixture
def moved() -> Callable[[Iterable[object]], dict[str, Decimal]]:
    """What records move in all, per asset, without zeros."""

    @exact_math()
    def sums(rows: Iterable[object]) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        for row in rows:
            if isinstance(row, Record):
                for _, asset, amount in row.legs():
                    found[asset] = found.get(asset, Decimal(0)) + amount
        return {asset: amount for asset, amount in found.items() if amount}

    return sums


@pytest.fixture
def told() -> Callable[[Iterable[object]], list[str]]:
    """Records as one line each: “buy +1 BTC -20000 EUR fee 5 EUR”."""

    def lines(rows: Iterable[object]) -> list[str]:
        found = []
        for row in rows:
            if isinstance(row, Record):
                parts = [str(row.kind)]
                parts += [f"+{row.received.amount.normalize():f} {row.received.asset}"] if row.received else []
                parts += [f"-{row.sent.amount.normalize():f} {row.sent.asset}"] if row.sent else []
                parts += [f"fee {row.fee.amount.normalize():f} {row.fee.asset}"] if row.fee else []
                found.append(" ".join(parts))
        return found

    return lines
