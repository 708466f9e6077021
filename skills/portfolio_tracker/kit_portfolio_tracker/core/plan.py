"""How a ledger is to be computed: which method chooses lots, over which pools, from when on. FORMULAS §6."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum

from .asset_changes import AssetNames
from .holding_period import long_term_from


class Scope(StrEnum):
    """What a pool of lots is: all of an asset, or what one account has of it."""

    UNIVERSAL = "universal"
    PER_ACCOUNT = "per-account"


class TransferFees(StrEnum):
    """What the fee of a transfer between own accounts is: a disposal at market value, or one without gain."""

    DISPOSAL = "disposal"
    NO_GAIN = "no-gain"


@dataclass(frozen=True, slots=True)
class Rules:
    """The method (a key of the table in `methods`) and scope of a span of time."""

    method: str
    scope: Scope


@dataclass(frozen=True)
class Plan:
    """Everything besides the records and the prices that the figures depend on.

    `spans` are (first instant, rules), the first from the beginning of time, in order. `zone` is where days, and
    with them holding periods and tax years, begin. `names` knows assets that got another name. `long_from` says from
    which day on what was acquired on a day is held for long: it sorts gains, and computes none. Where forks are no
    income, what came of one costs nothing: its cost is a part of that of the coins that forked, which keep it.
    """

    currency: str
    spans: tuple[tuple[datetime, Rules], ...]
    zone: tzinfo = UTC
    zone_name: str = "UTC"
    include_fees: bool = True
    transfer_fees: TransferFees = TransferFees.DISPOSAL
    names: AssetNames = field(default_factory=lambda: AssetNames(()), compare=False)
    long_from: Callable[[date], date] = field(default=long_term_from, compare=False)
    forks_are_income: bool = True
    _starts: tuple[datetime, ...] = field(init=False, repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", tuple(start for start, _ in self.spans))

    def rules(self, time: datetime) -> Rules:
        """What holds at that instant."""
        return self.spans[max(bisect_right(self._starts, time) - 1, 0)][1]

    def next_change(self, time: datetime) -> datetime | None:
        """The first instant after `time` at which other rules begin."""
        place = bisect_right(self._starts, time)
        return self._starts[place] if place < len(self._starts) else None

    @property
    def fingerprint(self) -> str:
        """Equal for plans that give equal figures."""
        spans = ";".join(f"{start.isoformat()}={rules.method}/{rules.scope}" for start, rules in self.spans)
        rules = f"{self.currency}|{spans}|{self.zone_name}|{self.include_fees}|{self.transfer_fees}"
        forks = "" if self.forks_are_income else "|forks cost nothing"
        return f"9|{rules}|{self.names.fingerprint}{forks}"


BEGINNING = datetime.min.replace(tzinfo=UTC)


def simple_plan(
    currency: str, method: str = "fifo", scope: Scope = Scope.UNIVERSAL, *, include_fees: bool = True
) -> Plan:
    """One method and one scope for all time, days in UTC."""
    return Plan(currency, ((BEGINNING, Rules(method, scope)),), include_fees=include_fees)


def spans_of(
    *,
    method: str,
    by_year: Mapping[int, str],
    scope: Scope,
    scopes: Mapping[date, Scope],
    year_start: tuple[int, int],
    zone: tzinfo,
) -> tuple[tuple[datetime, Rules], ...]:
    """The spans of a default method and scope, other methods for some tax years, other scopes from some dates on.

    `year_start` is the (month, day) on which the tax year called by its first calendar year begins.
    """
    starts: dict[datetime, None] = {BEGINNING: None}
    for year in by_year:
        for each in (year, year + 1):
            starts[_midnight(date(each, *year_start), zone)] = None
    starts |= {_midnight(day, zone): None for day in scopes}
    spans: list[tuple[datetime, Rules]] = []
    for start in sorted(starts):
        local = start.astimezone(zone).date() if start is not BEGINNING else date.min
        year = local.year if (local.month, local.day) >= year_start else local.year - 1
        current = [scopes[day] for day in sorted(scopes) if day <= local]
        rules = Rules(by_year.get(year, method), current[-1] if current else scope)
        if not spans or spans[-1][1] != rules:
            spans.append((start, rules))
    return tuple(spans)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
