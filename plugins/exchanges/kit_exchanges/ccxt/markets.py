"""The markets of a venue: asked once a day, kept on disk, shared by all accounts there.

A venue lists up to thousands, and ccxt takes a third of a second to arrange them. So the file has their names
and lengths first, and then each by itself, which is read only when somebody asks for that market. Whatever is
wrong with the file, they are asked again.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import tempfile
from collections.abc import ItemsView, Iterable, ValuesView
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

from kit import BadKey, MissingPermission, OddAnswer

from .client import anonymous_client, hearing
from .errors import translated
from .surroundings import Surroundings

_FORMAT = 3
_FRESH = timedelta(days=1)
_TAB = "\t"
_HEAD_LINES = 7


@dataclass(frozen=True, slots=True)
class Entries:
    """JSON values written one after another; the one of number n ends where n + 1 begins."""

    written: bytes
    begins: list[int]

    def read(self, number: int) -> Any:
        return json.loads(self.written[self.begins[number] : self.begins[number + 1]])


class Lazy(dict[str, Any]):
    """A dict of JSON values that are read when they are looked at; until then a value is its number in `entries`."""

    def __init__(self, numbers: Iterable[tuple[str, int]], entries: Entries) -> None:
        super().__init__(numbers)
        self._entries = entries

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        if isinstance(value, int):
            value = self._entries.read(value)
            self[name] = value
        return value

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def values(self) -> Any:
        return ValuesView(self)

    def items(self) -> Any:
        return ItemsView(self)


class ById(dict[str, list[Any]]):
    """Venue ids → their markets, which are looked up when they are asked for."""

    def __init__(self, markets: Lazy, ids: dict[str, list[str]]) -> None:
        super().__init__(ids)
        self._markets = markets

    def __getitem__(self, name: str) -> list[Any]:
        return [self._markets[symbol] for symbol in super().__getitem__(name)]

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default


class CurrenciesById(dict[str, Any]):
    """Venue ids → their currencies."""

    def __init__(self, currencies: Lazy, ids: dict[str, str]) -> None:
        super().__init__(ids)
        self._currencies = currencies

    def __getitem__(self, name: str) -> Any:
        return self._currencies[super().__getitem__(name)]

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default


@dataclass(frozen=True, slots=True)
class Arranged:
    """Markets as a client wants them."""

    asked: datetime
    markets: Lazy
    by_id: ById
    currencies: Lazy
    currencies_by_id: CurrenciesById
    helpers: dict[str, Any]

    def put_into(self, client: Any) -> None:
        client.markets = self.markets
        client.markets_by_id = self.by_id
        client.symbols = sorted(self.markets)
        client.ids = sorted(self.by_id)
        client.currencies = self.currencies
        client.currencies_by_id = self.currencies_by_id
        client.codes = sorted(self.currencies)
        client.options.update(self.helpers)


class Markets:
    """The markets of one venue at one place, as fresh as a day."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._known: Arranged | None = None
        self._asking: asyncio.Task[Arranged] | None = None

    def at_hand(self) -> bool:
        """Whether they can be had without asking the venue."""
        if not self._is_fresh(self._known):
            self._known = _read(self.file)
        return self._is_fresh(self._known)

    async def put_into(self, client: Any) -> None:
        """Give them to `client`; asks the venue where they are not at hand. Raises ExchangeError."""
        if not self.at_hand():
            if self._asking is None or self._asking.done():
                self._asking = asyncio.ensure_future(self._ask(client))
            self._known = await asyncio.shield(self._asking)
        if self._known is not None:
            self._known.put_into(client)

    @property
    def file(self) -> Path:
        place = hashlib.blake2b(self._surroundings.listing.encode(), digest_size=8).hexdigest()
        return self._surroundings.services.cache / "markets" / f"{self._surroundings.venue}-{place}.jsonl"

    def _is_fresh(self, known: Arranged | None) -> bool:
        now = self._surroundings.services.clock.now()
        return known is not None and timedelta(0) <= now - known.asked < _FRESH

    async def _ask(self, client: Any) -> Arranged:
        hearing.set(None)  # in a task of its own: whoever waits for the markets is not who asks
        try:
            async with anonymous_client(client.surroundings) as stranger:  # whoever asks closes what it opened
                listed = await self._listed(stranger)
        except (BadKey, MissingPermission):
            listed = await self._listed(client)
        written = _written(listed, self._surroundings.services.clock.now())
        with suppress(OSError):  # the next command asks again
            await asyncio.to_thread(_keep, self.file, written)
        return _arranged(written)

    async def _listed(self, client: Any) -> Any:
        """A client that ccxt has arranged the markets in, at the venue's word."""
        surroundings = self._surroundings
        try:
            markets = await client.fetch_markets()
            await asyncio.to_thread(client.set_markets, markets)  # a third of a second of work
        except Exception as error:  # noqa: BLE001 - whatever ccxt raises is translated here
            raise translated(
                error, venue=surroundings.venue, label=surroundings.label, scrub=surroundings.scrub
            ) from None
        if not client.markets:
            raise OddAnswer(f"{surroundings.label} lists no market at all.")
        return client


def _written(client: Any, asked: datetime) -> bytes:
    """A line of what the whole is, lines of names, ids at the venue and lengths, then all entries one after another."""
    names = client.safe_list(client.options, "marketHelperProps", [])
    entries = [client.currencies, client.markets]
    texts = [[_json(one) for one in each.values()] for each in entries]
    head = {
        "format": _FORMAT,
        "asked": asked.isoformat(),
        "length": sum(map(len, chain(*texts))),
        "helpers": {name: client.options[name] for name in names if client.options.get(name) is not None},
    }
    lines = [_json(head)]
    for each, written in zip(entries, texts, strict=True):
        ids = (str(one.get("id")) for one in each.values())
        lines += [_TAB.join(each), _TAB.join(ids), _TAB.join(str(len(text)) for text in written)]
    return "\n".join([*lines, "".join(chain(*texts))]).encode("utf-8")


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), default=str)  # ASCII, so that a length is one of bytes


def _arranged(written: bytes) -> Arranged:
    """Raises ValueError (KeyError, TypeError) for anything that `_written` did not write."""
    begin = 0
    for _ in range(_HEAD_LINES):
        begin = written.index(b"\n", begin) + 1
    first, *lines = written[: begin - 1].decode("utf-8").split("\n")
    head = json.loads(first)
    if head["format"] != _FORMAT or len(written) - begin != head["length"] or not written.endswith(b"}"):
        raise ValueError("not a whole file of markets")
    codes, codes_ids, codes_lengths, symbols, symbols_ids, lengths = (line.split(_TAB) for line in lines)
    entries = Entries(written, list(accumulate(map(int, codes_lengths + lengths), initial=begin)))
    currencies = Lazy(zip(codes, range(len(codes_lengths)), strict=True), entries)
    markets = Lazy(zip(symbols, range(len(codes), len(entries.begins) - 1), strict=True), entries)
    by_id: dict[str, list[str]] = {}
    for symbol, own_id in zip(symbols, symbols_ids, strict=True):
        by_id.setdefault(own_id, []).append(symbol)
    return Arranged(
        asked=datetime.fromisoformat(head["asked"]),
        markets=markets,
        by_id=ById(markets, by_id),
        currencies=currencies,
        currencies_by_id=CurrenciesById(currencies, dict(zip(codes_ids, codes, strict=True))),
        helpers=head["helpers"],
    )


def _read(file: Path) -> Arranged | None:
    try:
        return _arranged(file.read_bytes())
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def _keep(file: Path, written: bytes) -> None:
    """Whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(written)
        Path(temporary).replace(file)
    except OSError:
        with suppress(OSError):
            Path(temporary).unlink()
        raise
