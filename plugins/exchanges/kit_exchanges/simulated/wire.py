"""What goes over the wire: a question as it was sent, an answer as it will be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from aiohttp import web

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: `query` and `body` exactly as sent, `params` of both, decoded."""

    method: str
    path: str
    query: str
    body: str
    params: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of an answer, with the headers a venue adds."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> web.Response:
        return web.Response(
            body=self.body,
            status=self.status,
            headers={"Content-Type": "application/json;charset=UTF-8", **self.headers},
        )


class Broken(Exception):
    """The venue refuses: with that status, that body, those headers."""

    def __init__(self, body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self.body, self.status, self.headers = body, status, headers or {}
        super().__init__(str(body))


def json_bytes(value: Any) -> bytes:
    """As venues write it: compact, amounts as texts."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=_text).encode()


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    raise TypeError(type(value).__name__)


def plain(value: Decimal, places: int = 8) -> str:
    """A decimal with that many places or more, never in exponents: "0.10000000"."""
    exponent = value.as_tuple().exponent
    known = -exponent if isinstance(exponent, int) else 0
    return format(value, "f") if known >= places else f"{value:.{places}f}"


def milliseconds(time: datetime) -> int:
    return (time - _EPOCH) // timedelta(milliseconds=1)


def moment(stamp: str) -> datetime:
    """The instant of so many milliseconds."""
    return _EPOCH + timedelta(milliseconds=int(stamp))
