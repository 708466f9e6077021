"""The faults as they are done: which is due for a question, and what goes over the wire instead of an answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from .altering import ALTERING, altered
from .faults import Fault
from .wire import Answer

_PAGE = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>We will be back soon</h1></body></html>"
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_HUGE = 20_000_000
_TLS_ALERT = b"\x15\x03\x01\x00\x02\x02\x46"

_INSTEAD: Mapping[Fault, Answer] = {
    **{
        getattr(Fault, f"HTTP_{status}"): Answer(_PAGE, status=status, headers=_HTML)
        for status in (400, 401, 403, 404, 418, 429, 451, 500, 502, 503, 504)
    },
    Fault.EMPTY_BODY: Answer(b""),
    Fault.EMPTY_OBJECT: Answer(b"{}"),
    Fault.EMPTY_LIST: Answer(b"[]"),
    Fault.NULL: Answer(b"null"),
    Fault.HTML_200: Answer(_PAGE, headers=_HTML),
    Fault.HTML_503: Answer(_PAGE, status=503, headers=_HTML),
    Fault.GZIP_GARBAGE: Answer(b"\x1f\x8b" + bytes(range(200)), headers={"Content-Encoding": "gzip"}),
    Fault.REDIRECT: Answer(b"", status=302, headers={"Location": "/for-people"}),
}
FOR_PEOPLE = Answer(_PAGE, headers=_HTML)


@dataclass(slots=True)
class _Due:
    part: str
    fault: Fault
    times: int | None
    after: int


class Faults:
    """The faults that were asked for, each `after` so many good answers, so many times (None: until `clear`)."""

    def __init__(self) -> None:
        self._due: list[_Due] = []
        self._lock = threading.Lock()

    def add(self, part: str, fault: Fault, times: int | None, after: int = 0) -> None:
        with self._lock:
            self._due.append(_Due(part, fault, times, after))

    def clear(self) -> None:
        with self._lock:
            self._due.clear()

    def take(self, path: str, *, of_socket: bool) -> Fault | None:
        """What happens to this question, if anything."""
        with self._lock:
            for due in self._due:
                if due.part in path and due.fault.of_socket == of_socket and due.times != 0:
                    if due.after > 0:
                        due.after -= 1
                        continue
                    if due.times is not None:
                        due.times -= 1
                    return due.fault
        return None


class Pages:
    """The answers there were, by path: what a repeated page repeats."""

    def __init__(self) -> None:
        self._first: dict[str, Answer] = {}
        self._last: dict[str, Answer] = {}

    def seen(self, path: str, answer: Answer) -> None:
        self._first.setdefault(path, answer)
        self._last[path] = answer

    def first(self, path: str, otherwise: Answer) -> Answer:
        return self._first.setdefault(path, otherwise)

    def last(self, path: str, otherwise: Answer) -> Answer:
        return self._last.get(path, otherwise)


async def failed(
    fault: Fault,
    request: web.BaseRequest,
    pages: Pages,
    *,
    said: Callable[[], Answer],
    refusals: Mapping[Fault, Answer],
) -> web.StreamResponse:
    """That fault instead of (or done to) what would have been `said`."""
    instead = refusals.get(fault) or _INSTEAD.get(fault)
    if instead is not None:
        return instead.response()
    if fault in _DONE:
        return await _DONE[fault](request, said)
    answer = said()
    if answer.status != 200:
        return answer.response()
    if fault is Fault.REPEATED_PAGE:
        return pages.last(request.path, answer).response()
    if fault is Fault.ENDLESS_PAGE:
        answer = pages.first(request.path, answer)
    if fault is Fault.TRUNCATED_JSON:
        return Answer(answer.body[: len(answer.body) // 2]).response()
    if fault is Fault.WRONG_CONTENT_TYPE:
        return Answer(answer.body, headers=_HTML).response()
    if fault in ALTERING:
        return Answer(altered(fault, answer.body)).response()
    return answer.response()


_Said = Callable[[], Answer]


async def _reset_before(request: web.BaseRequest, said: _Said) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _reset_in_body(request: web.BaseRequest, said: _Said) -> web.StreamResponse:
    body = said().body
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(body) + 1)})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    return await _reset_before(request, said)


async def _hang(request: web.BaseRequest, said: _Said) -> web.StreamResponse:
    await asyncio.Event().wait()
    return web.Response()


async def _done_unanswered(request: web.BaseRequest, said: _Said) -> web.StreamResponse:
    said()
    return await _hang(request, said)


async def _drip(request: web.BaseRequest, said: _Said) -> web.StreamResponse:
    body = said().body
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(body))})
    await response.prepare(request)
    for each in body:
        await response.write(bytes([each]))
        await asyncio.sleep(1)
    return response


async def _huge(request: web.BaseRequest, said: _Said) -> web.StreamResponse:
    return Answer(b"[" + b'"x",' * (_HUGE // 4) + b'"x"]').response()


async def _tls(request: web.BaseRequest, said: _Said) -> web.StreamResponse:
    if isinstance(request.transport, asyncio.WriteTransport):
        request.transport.write(_TLS_ALERT)
        request.transport.close()
    return web.Response()


_DONE: Mapping[Fault, Callable[[web.BaseRequest, _Said], Awaitable[web.StreamResponse]]] = {
    Fault.RESET_BEFORE_ANSWER: _reset_before,
    Fault.RESET_IN_BODY: _reset_in_body,
    Fault.HANG: _hang,
    Fault.DONE_UNANSWERED: _done_unanswered,
    Fault.SLOW_DRIP: _drip,
    Fault.HUGE_BODY: _huge,
    Fault.TLS_EXPECTED: _tls,
}
