"""The job that fetches past closes by itself: those of the day that is over, and whatever new records need.

It looks whenever records or prices changed. What nobody could tell is not asked for again for a week.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit import Event, Every, ExchangeError, Job, Services

from .core.price_days import INDEX, DaySpan, days_of, spans_of
from .core.wording import counted
from .plugin import SECTION
from .price_history import FetchedCloses, fetch_days, last_day, missing_closes, outdated_closes
from .standing import refresh_problems

if TYPE_CHECKING:
    from .settings import PortfolioSettings

_EVERY = timedelta(minutes=15)
_PATIENCE = timedelta(hours=3)
_FORGIVEN = timedelta(days=7)
_FOLLOWED = frozenset({"BTC", "ETH", INDEX})
"""What portfolios are compared with: once there is a series, it goes on though nothing of it is held."""


def jobs(services: Services) -> list[Job]:
    """What is to be done by the clock: nothing where no history is kept."""
    settings: PortfolioSettings = services.settings(SECTION)
    if not settings.historical_data:
        return []
    return [Job("prices", "Fetch the past prices that are missing", Every(_EVERY), _run, patience=_PATIENCE)]


def _run(services: Services) -> str:
    """The job. It has failed where something is missing and no source could be asked to its end."""
    memory = _Memory.read(services)
    if memory.seen == _state(services):
        return "Nothing new to fetch."
    wanted = memory.without_vain(outdated_closes(services, _FOLLOWED) | missing_closes(services), last_day(services))
    found = fetch_days(services, wanted) if wanted else None
    if found is not None and found.closes:
        refresh_problems(services)
        services.announce(Event("prices.finished", {"assets": [each.asset for each in found.assets if each.closes]}))
    if found is not None and found.problems:  # asked again at the next turn
        if not found.closes:
            raise ExchangeError(found.problems[0].what, next_step=found.problems[0].next_step)
        return _sentence(found)
    if found is not None:
        memory.note(found, last_day(services))
    memory.seen = _state(services)
    memory.keep()
    return _sentence(found) if found is not None else "No price is missing."


def _sentence(found: FetchedCloses) -> str:
    assets = [each.asset for each in found.assets if each.closes]
    words = f"{found.closes:,} {'close' if found.closes == 1 else 'closes'} of {counted(len(assets), 'asset')}"
    lacking = sorted(each.asset for each in found.assets if each.missing)
    return f"{words}; still missing: {', '.join(lacking)}." if lacking else f"{words}."


def _state(services: Services) -> str:
    """Changes whenever what is missing may change."""
    from .store.day_rows import days_revision

    settings: PortfolioSettings = services.settings(SECTION)
    with services.store.read() as connection:
        revision = days_revision(connection)
    return f"{revision} {last_day(services)} {settings.base_currency} {settings.price_source}"


@dataclass
class _Memory:
    """What the last run saw, and which days nobody could tell, asset by asset, with the day on which it was asked."""

    file: Path
    seen: str = ""
    vain: dict[str, tuple[date, tuple[DaySpan, ...]]] = field(default_factory=dict)

    @classmethod
    def read(cls, services: Services) -> _Memory:
        memory = cls(services.cache / "portfolio-tracker" / "closes.json")
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):  # as good as none
            said: Mapping[str, Any] = json.loads(memory.file.read_text(encoding="utf-8"))
            vain = {asset: _from_words(*words) for asset, words in said["vain"].items()}
            memory.seen, memory.vain = str(said["seen"]), vain
        return memory

    def without_vain(self, missing: Mapping[str, Sequence[DaySpan]], today: date) -> dict[str, tuple[DaySpan, ...]]:
        """What is worth asking for."""
        self.vain = {asset: (day, spans) for asset, (day, spans) in self.vain.items() if today - day < _FORGIVEN}
        wanted = {
            asset: spans_of(days_of(spans) - days_of(self.vain[asset][1] if asset in self.vain else ()))
            for asset, spans in missing.items()
        }
        return {asset: spans for asset, spans in wanted.items() if spans}

    def note(self, found: FetchedCloses, today: date) -> None:
        for each in found.assets:
            if each.missing:
                day, before = self.vain.get(each.asset, (today, ()))
                self.vain[each.asset] = day, spans_of(days_of(before) | days_of(each.missing))

    def keep(self) -> None:
        """A cache: where it cannot be written, more is asked than need be."""
        said = {asset: [day.isoformat(), *map(_words, spans)] for asset, (day, spans) in self.vain.items()}
        with suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            fresh = self.file.with_suffix(".new")
            fresh.write_text(json.dumps({"seen": self.seen, "vain": said}), encoding="utf-8")
            fresh.replace(self.file)


def _words(span: DaySpan) -> str:
    return f"{span.since}/{span.until}"


def _from_words(day: str, *spans: str) -> tuple[date, tuple[DaySpan, ...]]:
    ends = (span.split("/") for span in spans)
    return date.fromisoformat(day), tuple(DaySpan(*map(date.fromisoformat, pair)) for pair in ends)
