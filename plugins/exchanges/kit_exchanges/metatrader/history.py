"""The walk through an account's deals, a year of broker time at once, until now.

The cursor is the last deal's broker time in milliseconds and its ticket. The next walk begins a day before it,
so that a change of the broker's clock hides nothing, and passes over what was told already.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from kit import HistoryBatch, KitError, Record, exact_math, plain

from .broker_time import BrokerTime
from .conversation import Conversation
from .deals import CREDIT, OPERATIONS, TRADES, Ledger, moved, records_of
from .symbols import figure, row, rows, text, whole

STREAM = "deals"
_BEGINNING = date(2005, 1, 1)
_WINDOW = timedelta(days=365)
_OVERLAP_SECONDS = 86_400
_AHEAD_SECONDS = 2 * 86_400


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """Where a walk stands. Written as “milliseconds:ticket”."""

    milliseconds: int
    ticket: int

    def __str__(self) -> str:
        return f"{self.milliseconds}:{self.ticket}"

    @classmethod
    def read(cls, text: str) -> Cursor:
        """Raises KitError for what is no cursor of ours."""
        milliseconds, _, ticket = text.partition(":")
        if not (milliseconds.isdecimal() and ticket.isdecimal()):
            raise KitError(f"“{text}” is no place in a MetaTrader history.", next_step="kit sync --full")
        return cls(int(milliseconds), int(ticket))


class DealHistory:
    """The deals of one account. `doubts` are sentences on what a whole walk may have missed."""

    def __init__(self, account: str, conversation: Conversation, time: BrokerTime, since: date | None) -> None:
        self._account = account
        self._conversation = conversation
        self._time = time
        self._since = since
        self._strange: set[int] = set()
        self.doubts: list[str] = []

    async def walk(self, cursor: str | None, now: datetime) -> AsyncIterator[HistoryBatch]:
        """Batches of what is newer than `cursor`, oldest first. Raises ExchangeError."""
        self.doubts.clear()
        told = Cursor.read(cursor) if cursor else None
        info = row(await self._conversation.ask("account_info"))
        ledger = Ledger(self._account, text(info, "currency").upper())
        start = told.milliseconds // 1000 - _OVERLAP_SECONDS if told else self._seconds(self._since or _BEGINNING)
        end = self._time.seconds(now) + _AHEAD_SECONDS
        total = Decimal(0)
        while start < end:
            until = min(start + int(_WINDOW.total_seconds()), end)
            deals = sorted(await self._window(start, until), key=_place)
            with exact_math():
                total += sum((moved(deal) for deal in deals if deal["type"] != CREDIT), Decimal(0))
            new = [deal for deal in deals if told is None or _place(deal) > told or _place(deal).ticket > told.ticket]
            if new:
                told = max(_place(new[-1]), told) if told else _place(new[-1])
                records = tuple(sorted((r for deal in new for r in self._records(deal, ledger)), key=_by_time))
                yield HistoryBatch(STREAM, records, str(told))
            start = until
        if cursor is None and self._since is None:
            await self._compare(total)

    async def _window(self, start: int, until: int) -> list[dict[str, Any]]:
        """The deals of [start, until): the terminal itself includes both ends."""
        said = rows(await self._conversation.ask("history_deals_get", start, until))
        return [deal for deal in said if start * 1000 <= _place(deal).milliseconds < until * 1000]

    def _records(self, deal: Mapping[str, Any], ledger: Ledger) -> list[Record]:
        kind = whole(deal, "type")
        if kind not in OPERATIONS and kind not in TRADES and kind not in self._strange:
            self._strange.add(kind)
            self.doubts.append(
                f"Deals of the type {kind}, which MetaTrader's documents do not name, were taken as deposits and "
                "withdrawals."
            )
        return list(records_of(deal, ledger, self._time.utc(_place(deal).milliseconds)))

    async def _compare(self, total: Decimal) -> None:
        """A whole history adds up to the balance; floats of the terminal leave less than half a hundredth."""
        info = row(await self._conversation.ask("account_info"))
        with exact_math():
            balance = figure(info, "balance")
            apart = abs(balance - total)
        if apart >= Decimal("0.005"):
            self.doubts.append(
                f"The deals add up to {plain(total)} {text(info, 'currency')}, the broker's balance is "
                f"{plain(balance)}: the terminal has not all of the history."
            )

    def _seconds(self, day: date) -> int:
        return self._time.seconds(datetime(day.year, day.month, day.day, tzinfo=UTC))


def _place(deal: Mapping[str, Any]) -> Cursor:
    return Cursor(whole(deal, "time_msc"), whole(deal, "ticket"))


def _by_time(record: Record) -> datetime:
    return record.time
