"""Pages of the ledger: the newest records that fit, how many fit, and the shortest names they have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, exists, func, literal, or_, select, union_all

from kit import SHAPES, Kind, Record

from ..core.events import RecordKey
from ..core.misfits import LEAST, MOST
from .finding import accounts_with_records
from .records import REMOVED, counted, record_of_row, stored_records, unremoved
from .tables import imports, positions, records

_LEGS = (records.c.received_quantity, records.c.sent_quantity, records.c.fee_quantity)
# How many digits before its point make a quantity too large, and how one begins that is too small.
_TOO_LARGE = MOST.adjusted() + 1
_TOO_SMALL = f"0.{'0' * -LEAST.adjusted()}"
# Ids up to this length are shown whole; of longer ones so many characters at least.
_WHOLE, _BEGINNING = 12, 8
_CHUNK = 200
_GROUPS = 500
_SAME = (
    *("account", "time", "kind", "received_asset", "received_quantity", "sent_asset", "sent_quantity"),
    *("fee_asset", "fee_quantity", "to_account"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records: None is any. From `since` on, before `until`. Removed ones only among the `marked`."""

    asset: str | None = None
    accounts: frozenset[str] | None = None
    kind: Kind | None = None
    since: datetime | None = None
    until: datetime | None = None
    marked: bool = False

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """What a row of `records` has to fulfil."""
        if self.marked:
            yield records.c.mark.is_not(None)
        if self.asset is not None:
            yield or_(*(records.c[f"{leg}_asset"] == self.asset for leg in ("received", "sent", "fee")))
        if self.accounts is not None:
            own = sorted(self.accounts)
            yield or_(records.c.account.in_(own), records.c.to_account.in_(own))
        if self.kind is not None:
            yield records.c.kind == self.kind.value
        if self.since is not None:
            yield records.c.time >= self.since
        if self.until is not None:
            yield records.c.time < self.until


@dataclass(frozen=True, slots=True)
class Listed:
    """A record as a list shows it. `short` is the shortest text that `find_record` knows it by."""

    record: Record
    mark: str | None
    short: str

    @property
    def key(self) -> RecordKey:
        return RecordKey(self.record.account, self.record.id)


@dataclass(frozen=True, slots=True)
class Source:
    """The import that brought a record."""

    file: str
    importer: str
    time: datetime


def newest(connection: Connection, wanted: Wanted, limit: int) -> list[Listed]:
    """The last `limit` of these records, newest first."""
    found = select(*counted, records.c.mark).where(*wanted.conditions())
    if not wanted.marked:
        found = found.where(unremoved)
    found = found.order_by(records.c.time.desc(), records.c.account.desc(), records.c.id.desc()).limit(limit)
    rows = [(record_of_row(row[:-1]), row.mark) for row in connection.execute(found)]
    names = short_names(connection, [RecordKey(record.account, record.id) for record, _ in rows])
    return [Listed(record, mark, names[RecordKey(record.account, record.id)]) for record, mark in rows]


def how_many(connection: Connection, wanted: Wanted) -> int:
    """How many records fit."""
    fitting = select(func.count()).select_from(records).where(*wanted.conditions())
    count = connection.scalar(fitting) or 0
    if wanted.marked:
        return count
    # Counted apart: few are removed, and an index knows them, while asking every row takes many times as long.
    return count - (connection.scalar(fitting.where(records.c.mark == REMOVED)) or 0)


def chosen(connection: Connection, wanted: Wanted) -> Iterator[Record]:
    """All of these records that count, oldest first, streamed."""
    found = select(*counted).where(unremoved, *wanted.conditions())
    return stored_records(connection, found.order_by(records.c.time, records.c.account, records.c.id))


def doubtful(connection: Connection, wanted: Wanted) -> Iterator[Record]:
    """Those of these records that count and deserve a look: all that `misfits` and `oddities` have a word about."""
    found = select(*counted).where(unremoved, *wanted.conditions(), or_(_misshapen(), _odd()))
    return stored_records(connection, found)


def transfers(connection: Connection, wanted: Wanted) -> Iterator[Record]:
    """The deposits, withdrawals and transfers among these records that count and do not name their other end."""
    moves = records.c.kind.in_([Kind.DEPOSIT.value, Kind.WITHDRAWAL.value, Kind.TRANSFER.value])
    nameless = or_(records.c.to_account.is_(None), records.c.to_account == "")
    return stored_records(connection, select(*counted).where(moves, nameless, unremoved, *wanted.conditions()))


def repeated(connection: Connection, wanted: Wanted) -> Iterator[Record]:
    """Records of one account that say the same of the same instant under several ids: one event told twice, perhaps.

    An export and the exchange itself, or two kinds of export, may give one event different ids. At most `_GROUPS` such
    events, the newest.
    """
    same = tuple(records.c[name] for name in _SAME)
    # First the instants that an account has several records of, which are few and quick to find.
    fitting = unremoved, *wanted.conditions()
    instants = select(records.c.account, records.c.time).where(*fitting)
    busy = instants.group_by(records.c.time, records.c.account).having(func.count() > 1).subquery()
    at_once = and_(records.c.account == busy.c.account, records.c.time == busy.c.time)
    groups = select(*same).join(busy, at_once).where(*fitting).group_by(*same).having(func.count() > 1)
    for group in connection.execute(groups.order_by(records.c.time.desc()).limit(_GROUPS)).all():
        alike = (column.is_not_distinct_from(value) for column, value in zip(same, group, strict=True))
        yield from stored_records(connection, select(*counted).where(unremoved, *alike).limit(_CHUNK))


def known_accounts(connection: Connection) -> set[str]:
    """Every account that records tell of, the other ends of transfers included."""
    return {*accounts_with_records(connection), *connection.scalars(select(positions.c.account).distinct())}


def import_of(connection: Connection, import_id: int | None) -> Source | None:
    """The import of that number."""
    row = connection.execute(
        select(imports.c.file, imports.c.importer, imports.c.time).where(imports.c.id == import_id)
    ).one_or_none()
    return None if row is None else Source(*row)


def short_names(connection: Connection, keys: Sequence[RecordKey]) -> dict[RecordKey, str]:
    """The shortest text that `find_record` knows each of these records by; its account in front where it must be."""
    names: dict[RecordKey, str] = {}
    accounts = list(accounts_with_records(connection))
    for start in range(0, len(keys), _CHUNK):
        part = keys[start : start + _CHUNK]
        ids = sorted({key.id for key in part})
        beside = {account: _beside(connection, account, ids) for account in accounts}
        for key in part:
            if any(beside[account][key.id].same for account in accounts if account != key.account):
                names[key] = f"{key.account}/{key.id}"
            else:
                others = [each for account in accounts for each in beside[account][key.id].near]
                shared = max((_alike(key.id, each) for each in others), default=0)
                names[key] = key.id if len(key.id) <= _WHOLE else key.id[: max(shared + 1, _BEGINNING)]
    return names


def _alike(one: str, other: str) -> int:
    """With how many characters both begin."""
    return next(
        (at for at, (mine, its) in enumerate(zip(one, other, strict=False)) if mine != its), min(len(one), len(other))
    )


class _Beside(NamedTuple):
    """Of an id among the ids of an account: whether it is one, and its nearest neighbours in their order."""

    same: bool
    near: tuple[str, ...]


def _beside(connection: Connection, account: str, ids: Sequence[str]) -> dict[str, _Beside]:
    asked = union_all(*(select(literal(own).label("id")) for own in ids)).subquery()
    mine = select(records.c.id).where(records.c.account == account)
    below = mine.where(records.c.id < asked.c.id).order_by(records.c.id.desc()).limit(1).scalar_subquery()
    above = mine.where(records.c.id > asked.c.id).order_by(records.c.id).limit(1).scalar_subquery()
    same = exists(mine.where(records.c.id == asked.c.id))
    found = connection.execute(select(asked.c.id, same, below, above))
    return {own: _Beside(is_there, tuple(filter(None, near))) for own, is_there, *near in found}


def _misshapen() -> ColumnElement[bool]:
    """Legs that a kind must have and lacks, or must not have and has."""
    wanted: dict[ColumnElement[Any], dict[str, bool | None]] = {
        records.c.received_asset: {kind: shape.received for kind, shape in SHAPES.items()},
        records.c.sent_asset: {kind: shape.sent for kind, shape in SHAPES.items()},
        records.c.fee_asset: {Kind.FEE: True},
        records.c.to_account: {kind: kind == Kind.TRANSFER for kind in SHAPES},
    }
    faults = [records.c.to_account == records.c.account]
    for leg, by_kind in wanted.items():
        for must, fault in ((True, leg.is_(None)), (False, leg.is_not(None))):
            kinds = [kind for kind, wish in by_kind.items() if wish is must]
            faults.append(and_(fault, records.c.kind.in_(kinds)))
    return or_(*faults)


def _odd() -> ColumnElement[bool]:
    """Quantities that are zero, negative, too large or too small.

    As texts: that is what SQLite keeps. They have no exponent.
    """
    texts = [cast(column, Text) for column in _LEGS]
    signs = [func.substr(text, 1, 1) for text in (*texts, cast(records.c.value, Text))]
    large = [func.substr(text, 1, _TOO_LARGE).not_like("%.%") for text in texts]
    small = [text.like(f"{_TOO_SMALL}%") for text in texts]
    return or_(
        *(sign == "-" for sign in signs),
        *(text == "0" for text in texts),
        *(and_(func.length(text) >= _TOO_LARGE, or_(*size)) for text, *size in zip(texts, large, small, strict=True)),
    )
