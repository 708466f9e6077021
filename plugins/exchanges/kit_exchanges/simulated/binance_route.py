"""What a Binance endpoint is: its function, its weight, and what a key needs for it; and the usual refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .account import Account
from .market import Listing
from .wire import Broken, moment

if TYPE_CHECKING:
    from .binance import BinanceServer

Params = Mapping[str, str]
Handler = Callable[["BinanceServer", Account, Params], Any]


@dataclass(frozen=True, slots=True)
class Route:
    """`needs` is nothing, "key" (no signature) or the permission of a signed question."""

    handler: Handler
    weight: int = 1
    needs: str = ""


def refused(code: int, text: str, *, status: int = 400) -> Broken:
    return Broken({"code": code, "msg": text}, status=status)


def required(params: Params, name: str) -> str:
    if not params.get(name):
        raise refused(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")
    return params[name]


def listing(server: BinanceServer, params: Params) -> Listing:
    """The pair that `symbol` names, a Binance id like BTCUSDT."""
    wanted = required(params, "symbol")
    for each in server.market.listings.values():
        if each.base + each.quote == wanted:
            return each
    raise refused(-1121, "Invalid symbol.")


def page_size(params: Params, *, usual: int, most: int) -> int:
    return min(int(params.get("limit", usual)), most)


def within(
    params: Params, longest: timedelta, now: datetime, *, usual: timedelta | None = None
) -> tuple[datetime, datetime]:
    """The window asked for, both ends included. Raises Broken (-1127) where it is longer than that."""
    span = usual or longest
    begin, end = params.get("startTime"), params.get("endTime")
    until = moment(end) if end else (min(moment(begin) + span, now) if begin else now)
    since = moment(begin) if begin else until - span
    if until - since > longest:
        hours = int(longest.total_seconds() // 3600)
        raise refused(-1127, f"More than {hours} hours between startTime and endTime.")
    return since, until
