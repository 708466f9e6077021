"""What waits in the outbox: a reply as text and back, how deliveries go, when it is quiet.

A reply is kept as its blocks, so that each channel draws it in its own way whenever it is told. Every digit
survives; `data` comes back as the JSON that it was kept as.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from .channels import Priority
from .commands import Invocation
from .money import Money, Quantity, Ratio
from .problems import Problem, Severity
from .replies import Heading, Reply, Verbatim

_TAG = "$"
# Whatever replies are made of, blocks to come included.
_PARTS = vars(sys.modules[Reply.__module__]).values()
_CLASSES = {each.__name__: each for each in _PARTS if isinstance(each, type) and is_dataclass(each)}
_CLASSES |= {each.__name__: each for each in (Money, Quantity, Ratio, Invocation, Problem)}
_DAY = timedelta(days=1)
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(hours=1)
_DOUBLINGS = 10


class State(StrEnum):
    """`waiting` is still to be delivered; `given up` was tried for too long, or its channel is gone."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notification on one channel. `due` is when it is tried (again), `fault` why the last try failed."""

    number: int
    key: str
    channel: str
    priority: Priority
    created: datetime
    reply: Reply
    state: State
    due: datetime
    attempts: int = 0
    fault: str = ""
    receipt: str = ""
    delivered: datetime | None = None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` until `end` of every local day; over midnight where the end is not after the start."""

    start: time
    end: time

    def holds(self, local: datetime) -> bool:
        now = local.time()
        if self.start <= self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end

    def ends(self, local: datetime) -> datetime:
        """The next end after this local instant."""
        today = datetime.combine(local.date(), self.end, local.tzinfo)
        return today if today > local else datetime.combine(local.date() + _DAY, self.end, local.tzinfo)


def quiet_hours(text: str) -> QuietHours | None:
    """“22:00-07:00”; None for “” and for a span of nothing. Raises ValueError."""
    if not text:
        return None
    start, _, end = text.partition("-")
    found = QuietHours(time.fromisoformat(start.strip()), time.fromisoformat(end.strip()))
    return None if found.start == found.end else found


def pause_after(attempts: int) -> timedelta:
    """The pause after so many tries that failed: 5 s, doubling up to an hour."""
    return min(_FIRST_PAUSE * (1 << min(max(attempts - 1, 0), _DOUBLINGS)), _LONGEST_PAUSE)


def written(reply: Reply, data: Any) -> str:
    """The reply as text; `data` is its data as JSON can hold it."""
    kept = {
        "data": data,
        "blocks": _kept(reply.blocks),
        "problems": _kept(reply.problems),
        "document": _kept(reply.document),
        "exit_code": reply.exit_code,
        "sample": bool(reply.meta.get("sample")),
    }
    return json.dumps(kept, ensure_ascii=False)


def read(text: str) -> Reply:
    """The reply that `written` wrote."""
    kept = json.loads(text)
    return Reply(
        Verbatim(kept["data"]),
        _unkept(kept["blocks"]),
        _unkept(kept["problems"]),
        kept["exit_code"],
        {"sample": True} if kept["sample"] else {},
        _unkept(kept["document"]),
    )


def digest(deliveries: Sequence[Delivery]) -> Reply:
    """Several as one, the oldest first."""
    heading = Heading(f"{len(deliveries)} notifications", "📬")
    return Reply(
        Verbatim([{"key": each.key, "data": _plain_data(each.reply)} for each in deliveries]),
        (heading, *(block for each in deliveries for block in each.reply.blocks)),
        tuple(problem for each in deliveries for problem in each.reply.problems),
        max(each.reply.exit_code for each in deliveries),
        {"sample": True} if any(each.reply.meta.get("sample") for each in deliveries) else {},
    )


def _plain_data(reply: Reply) -> Any:
    return reply.data.json if isinstance(reply.data, Verbatim) else None


def _kept(value: Any) -> Any:
    for name, (kind, write, _) in _FORMS.items():
        if isinstance(value, kind):
            return {_TAG: name, "value": write(value)}
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple):
        return {_TAG: "tuple", "value": [_kept(each) for each in value]}
    if isinstance(value, Mapping):
        return {_TAG: "dict", "value": [[_kept(key), _kept(each)] for key, each in value.items()]}
    if type(value).__name__ in _CLASSES:
        return {_TAG: type(value).__name__, **{each.name: _kept(getattr(value, each.name)) for each in fields(value)}}
    raise TypeError(f"a notification cannot carry a {type(value).__name__}")


def _unkept(kept: Any) -> Any:
    if not isinstance(kept, dict):
        return kept
    tag = kept[_TAG]
    if tag in _FORMS:
        return _FORMS[tag][2](kept["value"])
    if tag == "tuple":
        return tuple(_unkept(each) for each in kept["value"])
    if tag == "dict":
        return {_unkept(key): _unkept(each) for key, each in kept["value"]}
    return _CLASSES[tag](**{name: _unkept(each) for name, each in kept.items() if name != _TAG})


_FORMS: dict[str, tuple[type, Any, Any]] = {
    "decimal": (Decimal, str, Decimal),
    "datetime": (datetime, datetime.isoformat, datetime.fromisoformat),
    "date": (date, date.isoformat, date.fromisoformat),
    "seconds": (timedelta, lambda span: str(span.total_seconds()), lambda text: timedelta(seconds=float(text))),
    "severity": (Severity, lambda severity: severity.value, Severity),
}
