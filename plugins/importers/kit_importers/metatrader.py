"""MetaTrader 5's “Trade History Report”, HTML (UTF-16 or UTF-8) and XLSX, of 2016 and of today; English.

One table holds all: a head (name, account, currency), then sections, each a title, column names and rows. Deals are
the account's ledger and become records; positions and orders tell the same story again and are skipped. Builds
differ in their columns, and pages hide some, so columns are found by name. Behind the sections stands what the
account holds; the balance and the credit are reported as of the last deal, since the report's own date is that of
the machine that wrote it, not the broker's.

Times are the broker's wall clock: UTC unless `ImportSource.timezone` names another. The account is called after its
number where the user names none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from kit import (
    Balance,
    FileHead,
    ImportedRow,
    Importer,
    ImportFileError,
    ImportSource,
    RejectedRow,
    SkippedRow,
    exact_math,
    plain,
)

from .fields import asset_name, number
from .metatrader_deals import SOURCE, Deal, records_of
from .pages import table_rows
from .workbook import first_rows, is_workbook, workbook_rows
from .zones import WallClock, wall_clock

_TITLE = "trade history report"
_GENERATORS = ('content="metatrader 5"', 'content="client terminal"')
_DEALS, _END = "deals", "results"
_RETOLD = frozenset(("positions", "orders", "open positions", "trade positions", "working orders"))
_COLUMNS = ("time", "deal", "symbol", "type", "volume", "order", "commission", "swap", "profit", "comment")
_OPTIONAL = ("direction", "price", "fee", "cost", "balance")
_ACCOUNT = re.compile(r"(\d+)\s*\(\s*([^\s,()]+)")
_TEXT_KEPT = 500


class _Row(NamedTuple):
    line: int
    cells: tuple[str, ...]

    @property
    def said(self) -> list[str]:
        return [cell for cell in self.cells if cell]


def detect(head: FileHead) -> float:
    """1 for the report's title, of a page by this program or at the top of a workbook."""
    if is_workbook(head):
        return float(any(_TITLE in map(str.casefold, row.cells) for row in first_rows(head, 3)))
    text = "\n".join(head.lines).casefold()
    if not text.lstrip("\ufeff \r\n").startswith("<") or _TITLE not in text:
        return 0.0
    return 1.0 if any(generator in text for generator in _GENERATORS) else 0.8


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """The deals' records, then what the account holds."""
    report = _Report(source)
    for row in _rows(source.path):
        yield from report.rows(row)
        if report.section == _END:
            break
    yield from report.balances()


def _rows(path: Path) -> Iterator[_Row]:
    with path.open("rb") as file:
        start = file.read(4)
    if is_workbook(FileHead(path, (), start)):
        yield from (_Row(row.number, row.cells) for row in workbook_rows(path))
    else:
        yield from (_Row(row.line, row.cells) for row in table_rows(path) if any(row.cells))


class _Report:
    """Where in the report the reading stands, and what was learnt on the way."""

    def __init__(self, source: ImportSource) -> None:
        self.section = ""
        self._source = source
        self._clock: WallClock = wall_clock(source.timezone)
        self._said: dict[str, str] = {}
        self._columns: dict[str, int] = {}
        self._account = ""
        self._currency = ""
        self._last: datetime | None = None

    def rows(self, row: _Row) -> Iterator[ImportedRow]:
        """What a row of the report is."""
        said = row.said
        title = said[0].casefold() if len(said) == 1 else ""
        if title in _RETOLD or title in {_DEALS, _END}:
            self.section, self._columns = title, {}
        elif said[0].endswith(":"):
            self._note(said)
        elif self.section == _DEALS and not self._columns:
            self._open_deals(row)
        elif self.section in _RETOLD and not self._columns:
            self._columns = {name.casefold(): place for place, name in enumerate(row.cells) if name}
        elif self.section and row.cells[0]:
            yield from self._deal(row) if self.section == _DEALS else self._retold(row)

    def balances(self) -> Iterator[Balance]:
        """The balance and the credit, where the report says both and there was a deal."""
        if not self._account:
            raise ImportFileError(
                f"{self._source.path} has no section “Deals”.",
                next_step="In the terminal's History tab choose Report, in English, for the whole history.",
            )
        try:
            held = [_figure(self._said[name], name) for name in ("balance", "credit facility")]
        except (KeyError, ValueError):
            return
        if self._last:
            with exact_math():
                total = sum(held, Decimal(0))
            yield Balance(self._account, self._currency, total, self._last)

    def _note(self, said: Sequence[str]) -> None:
        """Labels end with a colon; each is followed by its value, if it has one."""
        for label, value in zip(said, chain(said[1:], ("",)), strict=True):
            if label.endswith(":") and not value.endswith(":"):
                self._said.setdefault(label.rstrip(":").casefold(), value)

    def _open_deals(self, row: _Row) -> None:
        """Learn the columns, and whose deals they are."""
        self._columns = {name.casefold(): place for place, name in enumerate(row.cells) if name}
        missing = [name for name in _COLUMNS if name not in self._columns]
        if missing:
            raise ImportFileError(
                f"The deals in {self._source.path} have no column “{missing[0]}”.",
                next_step="Export the report again, unchanged and in English.",
            )
        found = _ACCOUNT.match(self._said.get("account", ""))
        if not found:
            raise ImportFileError(
                f"{self._source.path} does not say whose report it is, and in which currency.",
                next_step="Export the report again; its head says “Account: number (currency, server)”.",
            )
        self._account = self._source.account or f"metatrader-{found[1]}"
        self._currency = asset_name(found[2])

    def _retold(self, row: _Row) -> Iterator[SkippedRow]:
        yield SkippedRow(row.line, f"{self.section}: only deals move money", _shown(row))

    def _deal(self, row: _Row) -> Iterator[ImportedRow]:
        try:
            deal = self._read(row)
            records = list(records_of(deal, self._account, self._currency))
        except ValueError as error:
            yield RejectedRow(row.line, str(error), _shown(row))
            return
        self._last = max(deal.time, self._last or deal.time)
        yield from records
        if not records:
            yield SkippedRow(row.line, f"{deal.type}: no money moved", _shown(row))

    def _read(self, row: _Row) -> Deal:
        cells = {name: row.cells[place] if place < len(row.cells) else "" for name, place in self._columns.items()}
        strange = [name for name in cells if name not in _COLUMNS and name not in _OPTIONAL and cells[name]]
        if strange:
            raise ValueError(f"the column “{strange[0]}” is not known, and something stands in it")
        kind = cells["type"].casefold()
        if not (cells["deal"].isascii() and cells["deal"].isdecimal()):
            raise ValueError(f"the deal “{cells['deal']}” is not a number")
        with exact_math():
            costs = _figure(cells["commission"], "commission") + _figure(cells.get("fee", "0"), "fee")
        return Deal(
            cells["deal"],
            self._clock.instant(_shown_time(cells["time"])),
            kind,
            cells["symbol"],
            _lots(cells["volume"]),
            cells["order"],
            costs,
            _figure(cells["swap"], "swap"),
            _figure(cells["profit"], "profit"),
            cells["comment"],
        )


def _figure(text: str, what: str) -> Decimal:
    """A number with blanks between its thousands."""
    return number("".join(text.split()), what)


def _lots(text: str) -> str:
    """The volume as a connected account writes it, as it stands where it is no number."""
    try:
        return plain(_figure(text, "volume"))
    except ValueError:
        return text


def _shown_time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text[:10].replace(".", "-") + text[10:])
    except ValueError:
        raise ValueError(f"“{text}” is not a time like 2024.01.31 12:00:00") from None


def _shown(row: _Row) -> str:
    cells: Iterable[str] = row.cells
    return " | ".join(cells)[:_TEXT_KEPT].rstrip(" |")


METATRADER = Importer(SOURCE, "MetaTrader 5 history report", detect, read)
