"""`kit prices list`, `missing` and `fetch`: which closes are stored, which are missing, and getting them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kit import Block, Column, Event, Notice, Reply, Services, Severity, Table, UsageError

from ..core.price_days import DaySpan, days_of
from ..core.symbols import asset_of
from ..core.wording import listed
from ..plugin import SECTION
from ..price_history import (
    NO_HISTORY,
    TURN_ON,
    FetchedCloses,
    all_known,
    fetch_closes,
    fetch_days,
    gaps_within,
    last_day,
    missing_closes,
    needed_days,
)
from ..standing import refresh_problems

if TYPE_CHECKING:
    from ..settings import PortfolioSettings


@dataclass(frozen=True, slots=True)
class PriceSeries:
    """The stored closes of an asset in a currency, told by one source.

    `gaps` are the days without a close between the first and the last, those on which its market is closed left out;
    `age` is how many closes it is behind: 0 where it has yesterday's.
    """

    asset: str
    currency: str
    source: str
    first: date
    last: date
    closes: int
    gaps: int
    age: int


@dataclass(frozen=True, slots=True)
class MissingDays:
    """Days in a row on which an asset was held or moved, and has no price in the base currency.

    `only_in` are the currencies that it has closes in on some of these days: their own rates are missing.
    """

    asset: str
    since: date
    until: date
    days: int
    only_in: tuple[str, ...]


def show_list(services: Services, *, asset: str | None) -> Reply:
    """The command `prices list`."""
    from ..store.closes import days_of_series, stored_series

    wanted, last = _named(services, [asset] if asset else []), last_day(services)
    with services.store.read() as connection:
        lines = [
            PriceSeries(
                each.asset,
                each.currency,
                each.source,
                each.first,
                each.last,
                each.closes,
                gaps_within(each.asset, each.currency, days_of_series(connection, each)),
                max((last - each.last).days, 0),
            )
            for each in stored_series(connection)
            if not wanted or each.asset in wanted
        ]
    table = Table(
        (
            Column("Asset", "asset"),
            Column("In", "currency"),
            Column("Source", "source"),
            Column("First day", "first"),
            Column("Last day", "last"),
            Column("Days", "closes", "right"),
            Column("Gaps", "gaps", "right"),
            Column("Days old", "age", "right"),
        ),
        tuple(
            (each.asset, each.currency, each.source, each.first, each.last, each.closes, each.gaps, each.age)
            for each in lines
        ),
        title="Stored closes" if lines else "",
        emoji="🏷️",
        empty=f"No closes of {listed(wanted)} are stored. Fetch them: kit prices fetch {' '.join(wanted)}"
        if wanted
        else "No closes are stored. Fetch them: kit prices fetch",
    )
    return Reply(lines, (table, *_off(services)))


def show_missing(services: Services, *, asset: str | None) -> Reply:
    """The command `prices missing`. Exit code 0 whatever is missing: it was asked."""
    wanted, known = _named(services, [asset] if asset else []), all_known(services)
    lines = [
        MissingDays(name, span.since, span.until, span.days, tuple(sorted(known.quotes(name, days_of([span])))))
        for name, spans in missing_closes(services, known).items()
        for span in spans
        if not wanted or name in wanted
    ]
    table = Table(
        (
            Column("Asset", "asset"),
            Column("From", "since"),
            Column("To", "until"),
            Column("Days", "days", "right"),
            Column("Known only in", "only_in"),
        ),
        tuple((each.asset, each.since, each.until, each.days, ", ".join(each.only_in)) for each in lines),
        title="Days without a price" if lines else "",
        emoji="🏷️",
        empty="No price is missing.",
    )
    step = (
        (Notice("Ask for them: kit prices fetch. What nobody tells: kit prices set ASSET DAY PRICE"),) if lines else ()
    )
    return Reply(lines, (table, *(_off(services) or step)))


def fetch(services: Services, *, assets: Sequence[str], from_: date | None, to: date | None) -> Reply:
    """The command `prices fetch`. Exit code 3 where something could not be had. Raises UsageError, ConfigError."""
    last = last_day(services)
    since, until = from_ or date.min, min(to or last, last)
    if from_ is not None and from_ > until:
        raise UsageError(
            f"The newest close there is is that of {last}." if from_ > last else f"{from_} is after {until}.",
            next_step="Begin earlier: --from 2024-01-01",
        )
    named = _named(services, assets)
    if named and from_ is not None:
        found = fetch_closes(services, named, from_, until)
    elif named:
        found = fetch_days(services, _since_held(services, named, until))
    else:
        found = fetch_days(services, _within(missing_closes(services), since, until))
    if found.closes:
        refresh_problems(services)
        services.announce(Event("prices.finished", {"assets": [each.asset for each in found.assets if each.closes]}))
    lacking = any(each.missing for each in found.assets)
    return Reply(found, tuple(_fetched(found)), found.problems, exit_code=3 if lacking or found.problems else 0)


def _since_held(services: Services, assets: Sequence[str], until: date) -> dict[str, list[DaySpan]]:
    """The days of each asset from the first on which there was any. Raises UsageError."""
    needed = needed_days(services)
    for asset in assets:
        if asset not in needed:
            raise UsageError(
                f"Your ledger has no {asset}, so the first day must be said.",
                next_step=f"Say it: kit prices fetch {asset} --from 2024-01-01",
            )
    first = {asset: needed[asset][0].since for asset in assets}
    return {asset: [DaySpan(day, until)] for asset, day in first.items() if day <= until}


def _within(wanted: dict[str, tuple[DaySpan, ...]], since: date, until: date) -> dict[str, list[DaySpan]]:
    found = {
        asset: [
            DaySpan(max(span.since, since), min(span.until, until))
            for span in spans
            if span.since <= until and span.until >= since
        ]
        for asset, spans in wanted.items()
    }
    return {asset: spans for asset, spans in found.items() if spans}


def _fetched(found: FetchedCloses) -> Iterator[Block]:
    lines = [each for each in found.assets if each.wanted]
    yield Table(
        (
            Column("Asset", "asset"),
            Column("Days wanted", "wanted", "right"),
            Column("Closes kept", "closes", "right"),
            Column("Source", "sources"),
            Column("Still missing", "missing", "right"),
            Column("When", "when"),
        ),
        tuple(
            (
                each.asset,
                each.wanted,
                each.closes,
                ", ".join(each.sources) or None,
                sum(span.days for span in each.missing),
                _words(each.missing),
            )
            for each in lines
        ),
        title="Past closes" if lines else "",
        emoji="🏷️",
        empty="No price is missing.",
    )
    lacking = [each for each in lines if each.missing]
    if not lacking:
        return
    alike: dict[tuple[str, ...], list[str]] = {}
    for each in lacking:
        if each.reasons or not found.problems:
            alike.setdefault(each.reasons, []).append(each.asset)
    for reasons, assets in alike.items():
        named = listed(assets, most=3)
        what = " ".join(reasons) or "No source knows their closes on these days."
        yield Notice(f"{named}: {what}", Severity.WARNING, f"Or say it yourself: kit prices set {assets[0]} DAY PRICE")
    yield from (Notice(each) for each in found.needs)


def _words(spans: Sequence[DaySpan]) -> str:
    """2024-01-01 to 2024-02-03, 2024-03-01 and 2 more."""
    words = (f"{span.since}" if span.days == 1 else f"{span.since} to {span.until}" for span in spans)
    return listed(words, most=3)


def _named(services: Services, assets: Sequence[str]) -> list[str]:
    """What the assets are called here: XBT is BTC."""
    settings: PortfolioSettings = services.settings(SECTION)
    return list(dict.fromkeys(asset_of(each, names=settings.asset_names) for each in assets))


def _off(services: Services) -> tuple[Notice, ...]:
    settings: PortfolioSettings = services.settings(SECTION)
    return () if settings.historical_data else (Notice(NO_HISTORY, next_step=TURN_ON),)
