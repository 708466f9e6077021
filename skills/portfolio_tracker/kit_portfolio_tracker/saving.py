"""An asset's ledger written down and taken up again, so that what is settled is not computed twice.

What is written is the whole state: going on from it gives what one go would have given, to the last digit. It is a line
of JSON, then one for each slice, in the order in which they go, so that a ledger of many lots is taken up, gone on with
and written down again without reading all of them: `OrderedBook` reads those whose turn it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from kit import Kind

from .core.asset_ledger import AssetLedger, Totals
from .core.average import AverageBook
from .core.disposals import Category, Hop, Origin
from .core.events import Figure, Flag, Move, RecordKey
from .core.lots import Book, Held, Lot, OrderedBook, Slice, Unread
from .core.methods import LotMethod

_Json = Any
_Name = TypeVar("_Name", Category, Figure, Kind)
_written = json.JSONEncoder(separators=(",", ":")).encode
_FEW = 200
"""How many slices may be kept beside the others before all are put in order."""


def can_go_on(ledger: AssetLedger) -> bool:
    """Not where it looks ahead: then only its end can be shown again, and not gone on from."""
    return not ledger.method.looks_ahead


def save(ledger: AssetLedger) -> str:
    """The state of a ledger."""
    pools, lines = {}, []
    for name, book in ledger.pools.items():
        pools[name], text = _book(book)
        lines.append(text)
    state = {
        "rules": [ledger.method.name, ledger.rules.scope.value],
        "units": {account: str(units) for account, units in ledger.units.items()},
        "totals": _totals(ledger.totals),
        "pools": pools,
        "coming": [[*_move(move), [_slice(piece) for piece in pieces]] for move, pieces in ledger.coming()],
    }
    return f"{_written(state)}\n{''.join(lines)}"


def load(text: str, ledger: AssetLedger, methods: Mapping[str, LotMethod], at: datetime) -> AssetLedger:
    """Make `ledger`, which is new, go on from the saved state as of the instant `at`."""
    start = text.index("\n") + 1
    saved = json.loads(text[:start])
    ledger.resume(at)
    ledger.units.update({account: Decimal(units) for account, units in saved["units"].items()})
    ledger.totals = _loaded_totals(saved["totals"])
    method = methods[saved["rules"][0]]
    for name, book in saved["pools"].items():
        end = start + book["length"]
        ledger.pools[name] = _loaded_book(book, text[start:end], method)
        start = end
    for *move, pieces in saved["coming"]:
        ledger.expect(_loaded_move(move), [_loaded_slice(piece) for piece in pieces])
    return ledger


def _book(book: Book) -> tuple[_Json, str]:
    """A book, and its slices in order, one a line: those that have not been read as they are."""
    units = book.units if isinstance(book, AverageBook) else book
    newer = units.newer() if isinstance(units, OrderedBook) else []
    if isinstance(units, OrderedBook) and len(newer) <= _FEW:
        first, rest = units.unread()
        text = rest if first is None else _line(first) + rest
    else:
        newer, text = [], "".join(map(_line, units.slices()))
    saved: _Json = {"length": len(text), "newer": [_slice(piece) for piece in newer]}
    if isinstance(units, OrderedBook):
        held = units.held
        saved["held"] = [*map(str, (held.quantity, held.cost, held.without))]
    if isinstance(book, AverageBook):
        pool = book.pool
        saved["pool"] = [*map(str, (pool.quantity, pool.cost, pool.gone, pool.spent)), _flags(pool.flags)]
    return saved, text


def _loaded_book(saved: _Json, text: str, method: LotMethod) -> Book:
    book = method.book(())
    units = book.units if isinstance(book, AverageBook) else book
    newer = [_loaded_slice(piece) for piece in saved["newer"]]
    unread = Unread(text, _loaded_line)
    if not isinstance(units, OrderedBook):
        return method.book(unread)
    for piece in newer:
        units.add(piece)
    units.resume(unread, Held(*map(Decimal, saved["held"])))
    if isinstance(book, AverageBook):
        *numbers, flags = saved["pool"]
        pool = book.pool
        pool.quantity, pool.cost, pool.gone, pool.spent = map(Decimal, numbers)
        pool.flags = _loaded_flags(flags)
    return book


def _line(piece: Slice) -> str:
    return _written(_slice(piece)) + "\n"


def _loaded_line(line: str) -> Slice:
    return _loaded_slice(json.loads(line))


def _slice(piece: Slice) -> list[_Json]:
    lot, origin = piece.lot, piece.lot.origin
    return [
        str(lot.quantity),
        str(lot.cost),
        origin.time.isoformat(),
        origin.account,
        origin.key.account,
        origin.key.id,
        origin.kind,
        str(piece.start),
        str(piece.end),
        str(piece.cost),
        piece.rule,
        _flags(lot.flags),
        [[hop.time.isoformat(), hop.arrival.isoformat(), hop.account, hop.to_account, *hop.key] for hop in lot.path],
    ]


def _loaded_slice(saved: list[_Json]) -> Slice:
    quantity, cost, time, account, key_account, key_id, kind, start, end, left, rule, flags, path = saved
    origin = Origin(datetime.fromisoformat(time), account, RecordKey(key_account, key_id), Kind(kind))
    hops = tuple(
        Hop(datetime.fromisoformat(left_at), datetime.fromisoformat(arrival), source, target, RecordKey(*key))
        for left_at, arrival, source, target, *key in path
    )
    lot = Lot(Decimal(quantity), Decimal(cost), origin, hops, _loaded_flags(flags))
    return Slice(lot, Decimal(start), Decimal(end), Decimal(left), rule)


def _move(move: Move) -> list[_Json]:
    return [
        move.time.isoformat(),
        move.asset,
        move.account,
        *move.key,
        move.to_account,
        move.arrival.isoformat(),
        str(move.quantity),
        *move.arrived,
    ]


def _loaded_move(saved: list[_Json]) -> Move:
    time, asset, account, key_account, key_id, to_account, arrival, quantity, arrived_account, arrived_id = saved
    return Move(
        datetime.fromisoformat(time),
        asset,
        account,
        RecordKey(key_account, key_id),
        to_account,
        datetime.fromisoformat(arrival),
        Decimal(quantity),
        RecordKey(arrived_account, arrived_id),
    )


def _totals(totals: Totals) -> _Json:
    return {
        "gains": _amounts(totals.gains),
        "excluded": totals.excluded,
        "short": str(totals.short),
        "figures": _amounts(totals.figures),
        "uncounted": totals.uncounted,
        "income": _amounts(totals.income),
    }


def _loaded_totals(saved: _Json) -> Totals:
    return Totals(
        gains={Category(name): _amount(amount) for name, amount in saved["gains"].items()},
        excluded=saved["excluded"],
        short=Decimal(saved["short"]),
        figures={Figure(name): _amount(amount) for name, amount in saved["figures"].items()},
        uncounted=saved["uncounted"],
        income={Kind(name): _amount(amount) for name, amount in saved["income"].items()},
    )


def _amounts(found: Mapping[_Name, Decimal | None]) -> _Json:
    return {name.value: None if amount is None else str(amount) for name, amount in found.items()}


def _amount(saved: str | None) -> Decimal | None:
    return None if saved is None else Decimal(saved)


def _flags(flags: Iterable[Flag]) -> list[str]:
    return sorted(flags)


def _loaded_flags(saved: Iterable[str]) -> frozenset[Flag]:
    return frozenset(map(Flag, saved))
