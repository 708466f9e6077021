"""What a Kraken endpoint is: its function, what it adds to the call counter, what a key needs for it; its refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .account import Account
from .kraken_names import pair_id, pair_name
from .market import Listing
from .wire import Broken

if TYPE_CHECKING:
    from .kraken import KrakenServer

Params = Mapping[str, str]
Handler = Callable[["KrakenServer", Account, Params], Any]
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Route:
    """`needs` is a permission, "" for one that every key has."""

    handler: Handler
    calls: int = 1
    needs: str = "read"


def refused(*errors: str) -> Broken:
    """Kraken refuses with status 200."""
    return Broken({"error": list(errors)})


def required(params: Params, name: str) -> str:
    if not params.get(name):
        raise refused(f"EGeneral:Invalid arguments:{name}")
    return params[name]


def listing(server: KrakenServer, name: str) -> Listing:
    """The pair of that name: "XXBTZUSD", "XBTUSD" or "XBT/USD"."""
    if "/" in name and name in server.market.listings:
        return server.market.listings[name]
    for each in server.market.listings.values():
        if name in (pair_id(each), pair_name(each)):
            return each
    raise refused("EQuery:Unknown asset pair")


def seconds(time: datetime) -> float:
    """A time as Kraken writes it: a number of seconds, with a fraction."""
    return time.timestamp()


def instant(text: str) -> datetime:
    return datetime.fromtimestamp(float(text), UTC)


def window(params: Params, now: datetime) -> tuple[datetime, datetime]:
    """After `start` (itself not) until `end` (itself too)."""
    start, end = params.get("start"), params.get("end")
    return instant(start) if start else _BEGINNING, instant(end) if end else now


def page(rows: list[Any], params: Params, size: int) -> list[Any]:
    """Newest first, from `ofs` on."""
    begin = int(params.get("ofs", 0))
    return rows[::-1][begin : begin + size]
