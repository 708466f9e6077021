"""Numbers and names as they stand within a sentence or in brackets behind a figure."""

from __future__ import annotations

from collections.abc import Iterable

from kit import Ratio


def listed(names: Iterable[str], *, most: int = 5) -> str:
    """The first of them, and how many more there are: “BTC, ETH and 3 more”."""
    known = list(names)
    more = len(known) - most
    return ", ".join(known[:most]) + (f" and {more:,} more" if more > 0 else "")


def counted(number: int, noun: str) -> str:
    """“1 record”, “2,000 records”."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def percent(value: Ratio | None) -> str:
    """A return with its sign, to a tenth of a per cent; nothing where there is none."""
    return "" if value is None else f"{value.value * 100:+,.1f}%"
