"""A true answer, falsified: fields gone, types wrong, pages short or repeated."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from .faults import Fault

_AMOUNT = re.compile(r"-?\d+\.\d+")
_TIMES = {"time", "insertTime", "applyTime", "completeTime", "updateTime", "divTime", "createTime", "operateTime"}
_NEXT_YEAR = timedelta(days=400)


def altered(fault: Fault, body: bytes) -> bytes:
    """`body` as that fault has it."""
    said = json.loads(body)
    return json.dumps(_ALTERATIONS[fault](said), ensure_ascii=False).encode()


def _amounts(change: Callable[[str], Any]) -> Callable[[Any], Any]:
    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: walk(each) for name, each in value.items()}
        if isinstance(value, list):
            return [walk(each) for each in value]
        return change(value) if isinstance(value, str) and _AMOUNT.fullmatch(value) else value

    return walk


def _negative(amount: str) -> str:
    return amount if amount.startswith("-") else f"-{amount}"


def _without(value: Any) -> Any:
    """Without what it is about: an object's lists and objects, else its amounts; of a list, each row's."""
    if isinstance(value, list):
        return [_without(each) if isinstance(each, dict) else each for each in value]
    if not isinstance(value, dict):
        return value
    containers = {name for name, each in value.items() if isinstance(each, dict | list) and name != "error"}
    gone = containers or {name for name, each in value.items() if isinstance(each, str) and _AMOUNT.fullmatch(each)}
    return {name: each for name, each in value.items() if name not in gone}


def _worded(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: "unavailable" if isinstance(each, dict | list) and name != "error" else each
            for name, each in value.items()
        }
    return "unavailable"


def _rows(change: Callable[[list[Any]], list[Any]]) -> Callable[[Any], Any]:
    """Change the records of a page: a list, or the one object of objects beside a `count`."""

    def page(said: Any) -> Any:
        if isinstance(said, list):
            return change(said)
        result = said.get("result") if isinstance(said, dict) else None
        if isinstance(result, list):
            return {**said, "result": change(result)}
        if isinstance(result, dict) and "count" in result:
            records = {
                name: dict(change(list(each.items()))) if isinstance(each, dict) else each
                for name, each in result.items()
            }
            return {**said, "result": records}
        if isinstance(said, dict) and isinstance(said.get("rows"), list):
            return {**said, "rows": change(said["rows"])}
        return said

    return page


def _later(value: Any) -> Any:
    if isinstance(value, list):
        return [_later(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: _moved(each) if name in _TIMES else _later(each) for name, each in value.items()}


def _moved(time: Any) -> Any:
    if isinstance(time, str) and not time.isdigit():
        try:
            return str(datetime.fromisoformat(time) + _NEXT_YEAR)
        except ValueError:
            return time
    number = float(time) if isinstance(time, float) else int(time)
    seconds = _NEXT_YEAR.total_seconds()
    return number + (seconds if number < 10_000_000_000 else int(seconds * 1000))


def _with_asset(name: str) -> Callable[[Any], Any]:
    def add(said: Any) -> Any:
        if isinstance(said, dict) and isinstance(said.get("balances"), list):
            row = {"asset": name, "free": "7.50000000", "locked": "0.00000000"}
            return {**said, "balances": [*said["balances"], row]}
        result = said.get("result") if isinstance(said, dict) else None
        if isinstance(result, dict) and any(
            isinstance(each, dict) and "hold_trade" in each for each in result.values()
        ):
            return {**said, "result": {**result, name: {"balance": "7.5000000000", "hold_trade": "0.0000000000"}}}
        return said

    return add


def endless(said: Any) -> Any:
    """A page that says there is more."""
    result = said.get("result") if isinstance(said, dict) else None
    if isinstance(result, dict) and "count" in result:
        return {**said, "result": {**result, "count": 1_000_000}}
    if isinstance(result, dict) and "next_cursor" in result:
        return {**said, "result": {**result, "next_cursor": "1"}}
    if isinstance(said, dict) and "total" in said:
        return {**said, "total": 1_000_000}
    return said


_ALTERATIONS: dict[Fault, Callable[[Any], Any]] = {
    Fault.MISSING_FIELD: _without,
    Fault.WRONG_TYPES: _worded,
    Fault.NUMBERS_FOR_TEXTS: _amounts(float),
    Fault.NULL_AMOUNTS: _amounts(lambda amount: None),
    Fault.NAN_AMOUNTS: _amounts(lambda amount: "NaN"),
    Fault.NEGATIVE_AMOUNTS: _amounts(_negative),
    Fault.PARTIAL_PAGE: _rows(lambda rows: rows[: len(rows) // 2]),
    Fault.DUPLICATES: _rows(lambda rows: [each for row in rows for each in (row, row)]),
    Fault.OUT_OF_ORDER: _rows(lambda rows: rows[::-1]),
    Fault.FUTURE_RECORDS: _later,
    Fault.UNKNOWN_ASSET: _with_asset("QQZ9"),
    Fault.UNICODE_ASSET: _with_asset("币安ÄŁ☃"),
    Fault.ENDLESS_PAGE: endless,
}
ALTERING = frozenset(_ALTERATIONS)
