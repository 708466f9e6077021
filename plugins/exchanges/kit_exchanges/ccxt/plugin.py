"""What this plugin brings: every exchange of ccxt, and the prices each of them publishes.

ccxt takes half a second to import, so nothing here does: its exchanges are the files of its folder.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from kit import ExchangeType, PriceSourceType, hookimpl

from .names import credentials, label

if TYPE_CHECKING:
    from kit import AccountContext, Exchange, Services


@hookimpl
def kit_exchanges() -> list[ExchangeType]:
    settings = f"{__package__}.settings:CcxtSettings"
    return [
        ExchangeType(venue, label(venue), open=_open, settings=settings, credentials=credentials(venue))
        for venue in venues()
    ]


@hookimpl
def kit_price_sources(services: Services) -> list[PriceSourceType]:
    from .sources import price_source

    return [price_source(venue, label(venue), services) for venue in venues()]


@cache
def venues() -> tuple[str, ...]:
    """The ids of ccxt's exchanges, sorted; none where ccxt is not installed."""
    found = find_spec("ccxt")
    places = found.submodule_search_locations if found else None
    folders = [Path(place) / "async_support" for place in places or ()]
    files = (path for folder in folders for path in folder.glob("*.py"))
    return tuple(sorted(path.stem for path in files if not path.stem.startswith("_")))


def _open(context: AccountContext) -> Exchange:
    from .exchange import CcxtExchange
    from .settings import CcxtSettings

    settings = CcxtSettings.model_validate({"type": context.name, **context.settings})
    return CcxtExchange(context.name, settings, context.services)
