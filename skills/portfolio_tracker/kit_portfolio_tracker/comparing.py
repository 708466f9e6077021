"""Two days of the portfolio from the store, side by side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import Record, Services, exact_math

from .core.comparing import Comparison, Differences
from .core.steps import Part as What, Step
from .core.valuing import Valuer
from .history import EVERYTHING, History, Part, amounts
from .plugin import SECTION
from .rates import ensure_history

if TYPE_CHECKING:
    from .settings import PortfolioSettings

_PLACES = 40  # of a quotient that never ends: sums of more digits than arithmetic has would not be exact


@exact_math()
def compare_days(services: Services, first: date, last: date, part: Part = EVERYTHING) -> Comparison:
    """The end of the local day `first` beside that of `last`, or beside now where that is today."""
    settings: PortfolioSettings = services.settings(SECTION)
    ensure_history(services, settings.base_currency)
    with services.store.read() as connection:
        history = History(services, connection, part)
        units = history.units_now()
        between: list[tuple[Record, Step[Decimal]]] = []
        for record, step in history.steps_after(first):
            if record.time.astimezone(history.zone).date() > last:
                units[step.asset] -= step.change
            else:
                between.append((record, step))
        dated = history.dated_prices({*units, *(step.asset for _, step in between)})
        price = amounts(dated)
        values = Valuer(history.currency, lambda asset, day: price(day)(asset))
        found = Differences(history.currency)
        for record, step in between:
            found.add(step, _worth(record, step, values, price(record.time.astimezone(history.zone).date())))
        told = {asset: each.day for asset, quantity in units.items() if quantity and (each := dated(last)(asset))}
        carried = {asset: day for asset, day in told.items() if day is not None and day < last}
        return found.compare(units, price(first), price(last), carried=carried)


def _worth(
    record: Record, step: Step[Decimal], values: Valuer, price: Callable[[str], Decimal | None]
) -> Decimal | None:
    """What the step was worth: both sides of a trade the trade's one value, its fee as the ledger has it, all else the
    price of the day.
    """
    if step.part is What.TRADE:
        value = values.of_trade(record)
        return None if value is None else value.copy_sign(step.change)
    if step.part is What.FEE and record.fee is not None and record.sent is not None and record.received is not None:
        value = values.of_fee(record, record.fee, values.of_trade(record))
        return None if value is None else round(value.copy_sign(step.change), _PLACES)
    each = price(step.asset)
    return None if each is None else step.change * each
