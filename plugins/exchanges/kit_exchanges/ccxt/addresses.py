"""A venue reached elsewhere: every host of its URLs replaced, their paths kept.

So one server can stand for all hosts of a venue, and a proxy in front of it sees the paths it knows.
"""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit, urlunsplit

_STREAMS = {"ws", "wss"}
_PLAIN_TO_STREAM = {"http": "ws", "https": "wss"}
_STREAM_TO_PLAIN = {"ws": "http", "wss": "https"}


class Elsewhere:
    """Where questions and streams go instead; None leaves that kind where it is."""

    def __init__(self, *, rest: str | None, ws: str | None) -> None:
        self._rest = rest.rstrip("/") if rest else None
        self._ws = ws.rstrip("/") if ws else None

    def __bool__(self) -> bool:
        return bool(self._rest or self._ws)

    def __str__(self) -> str:
        return f"{self._rest or ''} {self._ws or ''}".strip()

    @property
    def on_this_machine(self) -> bool:
        """Whether questions go to a server of this machine."""
        return self._rest is not None and _is_loopback(urlsplit(self._rest).hostname or "")

    def moved(self, urls: Any) -> Any:
        """`urls` as ccxt keeps them: a text, or any nesting of dicts and lists of them."""
        if isinstance(urls, dict):
            return {name: self.moved(each) for name, each in urls.items()}
        if isinstance(urls, list):
            return [self.moved(each) for each in urls]
        return self.url(urls) if isinstance(urls, str) else urls

    def url(self, url: str) -> str:
        """Where `url` is now. A host may be a template (`api.{hostname}`); the path may hold some, too."""
        scheme, separator, rest = url.partition("://")
        if not separator:
            return url
        base = self._ws if scheme in _STREAMS else self._rest
        if base is None or url == base or url.startswith((f"{base}/", f"{base}?")):
            return url
        _host, slash, path = rest.partition("/")
        return f"{_schemed(base, streaming=scheme in _STREAMS)}{slash}{path}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def elsewhere(rest: str | None, ws: str | None) -> Elsewhere:
    """Where one of both is given, the other is on the same host."""
    return Elsewhere(
        rest=rest or (ws and _origin(_schemed(ws, streaming=False))),
        ws=(ws and _schemed(ws, streaming=True)) or (rest and _schemed(rest, streaming=True)),
    )


def _schemed(base: str, *, streaming: bool) -> str:
    scheme, _, rest = base.partition("://")
    return f"{(_PLAIN_TO_STREAM if streaming else _STREAM_TO_PLAIN).get(scheme, scheme)}://{rest}"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "", "", ""))
