"""Whether an answer about balances is one: an account is never empty by mistake.

ccxt makes an empty balance out of a web page, of `{}`, of an error with status 200. So what it made is
believed only where the venue's own words (`info`) hold what it was made from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

_PLACES = {
    "accounts", "acctlist", "assets", "balance", "balances", "coin", "coins", "currencies", "data", "details",
    "items", "list", "result", "return", "rows", "spot", "userassets", "vassets", "wallets",
}  # fmt: skip
"""What venues call the list or the object of an account's balances."""
_GOOD_CODES = {"0", "00000", "200", "200000", "10000", "1000", "1", "", "ok", "success", "none", "true"}
_DEPTH = 4


def doubt(venue: str, answer: Any, *, main: bool) -> str:
    """Why a `fetch_balance` answer cannot be believed; empty where it can."""
    if not isinstance(answer, Mapping):
        return "no balances"
    said = answer.get("info")
    own = _OF_VENUE.get(venue)
    if main and own is not None and (found := own(said)):
        return found
    if said is None or said in ("", {}):
        return "an empty answer"
    if not isinstance(said, dict | list):
        return "no balances"
    if trouble := _trouble(said):
        return f"an error: {trouble}"
    if _has_more(said):
        return "only a part of the balances"
    if main and own is not None:
        return ""
    if any(isinstance(each, Mapping) and "total" in each for name, each in answer.items() if name not in _SUMS):
        return ""
    if said == []:
        return "an empty list" if main else ""
    return "" if isinstance(said, list) or next(_places(said), None) is not None else "no list of balances"


_SUMS = {"info", "free", "used", "total", "debt"}


def _places(said: Any, depth: int = _DEPTH) -> Iterator[Any]:
    """Every list or object that stands where balances do."""
    for name, each in said.items() if isinstance(said, Mapping) else ():
        if not isinstance(each, dict | list):
            continue
        if str(name).casefold() in _PLACES and each != {}:
            yield each
        if depth:
            yield from _places(each, depth - 1)


def _trouble(said: Any) -> str:
    """What an answer that came with status 200 says went wrong."""
    if not isinstance(said, Mapping):
        return ""
    for name in ("error", "errors", "err-msg", "error_code", "errorCode"):
        if said.get(name) not in (None, "", [], {}, 0, "0", False):
            return str(said[name])[:80]
    if said.get("success") in (False, "false") or str(said.get("status", "")).casefold() in {"error", "fail", "failed"}:
        return str(said.get("message") or said.get("msg") or "it did not succeed")[:80]
    for name in ("code", "retCode", "ret_code"):
        if name in said and str(said[name]).casefold() not in _GOOD_CODES:
            return f"{said[name]} {said.get('msg') or said.get('message') or said.get('retMsg') or ''}".strip()[:80]
    return ""


def _has_more(said: Any) -> bool:
    if not isinstance(said, Mapping):
        return False
    pages = said.get("pagination")
    return said.get("has_next") is True or (isinstance(pages, Mapping) and bool(pages.get("next_uri")))


def _binance(said: Any) -> str:
    balances = said.get("balances") if isinstance(said, Mapping) else None
    if not isinstance(balances, list):
        return "no list of balances"
    return _rows(balances, ("asset", "free", "locked"))


def _kraken(said: Any) -> str:
    if not isinstance(said, Mapping) or not isinstance(said.get("error"), list):
        return "no balances"
    result = said.get("result")
    if not isinstance(result, Mapping):
        return "no list of balances"
    return _rows(list(result.values()), ("balance", "hold_trade"))


def _rows(rows: list[Any], fields: tuple[str, ...]) -> str:
    for row in rows:
        missing = [name for name in fields if not isinstance(row, Mapping) or row.get(name) in (None, "")]
        if missing:
            return f"a balance without “{missing[0]}”"
    return ""


_OF_VENUE: dict[str, Callable[[Any], str]] = {"binance": _binance, "binanceus": _binance, "kraken": _kraken}
