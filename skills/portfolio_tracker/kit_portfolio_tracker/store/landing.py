"""What a venue said of an account on its way into the store: all of it in one transaction.

A history that takes long is staged while it is walked: records and cursors, batch by batch. Nothing is
computed from what is staged; it lands with the account's balances when the walk has come to its end, or
is gone on with by the next sync where this one was killed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, delete, exists, insert, select, update

from kit import Balance, OpenPosition, PricePoint, Quantity, Record, Store, exact_math

from .account_rows import AccountState, account_state, keep_state
from .open_rows import has_open_positions, keep_open_positions
from .quote_rows import keep_quotes
from .records import MANUAL, RecordWriter, record_row, report_balances, stored_records, unremoved
from .tables import cursors, originals, positions, records, reported, staged

_CHUNK = 5_000
_NOTHING = Decimal(0)
_RECORD_COLUMNS = tuple(column.name for column in staged.columns)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of an account: where its walks go on, what it has held.

    `held` is what its venue last said that it holds, `emptied` what its records leave nothing of. `leveraged` says
    that it has had open positions.
    """

    cursors: Mapping[str, str]
    assets: frozenset[str]
    held: Mapping[str, Decimal]
    emptied: frozenset[str]
    leveraged: bool = False


@dataclass(frozen=True, slots=True)
class Landing:
    """`balances` are all that the account holds, `positions` all its open ones, None where it did not say.

    `cursors` are where the walks that brought `records` ended, None where they are still under way. `now` is when
    it lands: what is dated later was told by a clock that is wrong, and gives way.
    """

    state: AccountState
    now: datetime
    balances: Sequence[Balance] | None = None
    records: Sequence[Record] = ()
    cursors: Mapping[str, str] | None = None
    points: Sequence[PricePoint] = ()
    positions: Sequence[OpenPosition] | None = None


@dataclass(frozen=True, slots=True)
class Landed:
    """How many records were new, and by how much each reported balance changed."""

    added: int
    changes: tuple[Quantity, ...]


def what_is_known(connection: Connection, account: str) -> Known:
    """Of `account`, before it is asked."""
    walks = connection.execute(select(cursors).where(cursors.c.account == account))
    summed = connection.execute(
        select(positions.c.asset, positions.c.quantity).where(positions.c.account == account)
    ).all()
    said = connection.execute(select(reported.c.asset, reported.c.total).where(reported.c.account == account)).all()
    return Known(
        cursors={row.stream: row.staged or row.landed for row in walks if row.staged or row.landed},
        assets=frozenset(row.asset for row in (*summed, *said)),
        held={row.asset: row.total for row in said if row.total},
        emptied=frozenset(row.asset for row in summed if not row.quantity),
        leveraged=has_open_positions(connection, account),
    )


def newest_fetched(connection: Connection, account: str) -> datetime | None:
    """The time of the account's newest record that its venue told, None where it told none.

    What a person wrote or edited tells nothing of how far the venue has told; what was removed does.
    """
    edited = exists().where(originals.c.account == records.c.account, originals.c.id == records.c.id)
    fetched = select(records.c.time).where(
        records.c.account == account, records.c.import_id.is_(None), records.c.source != MANUAL, ~edited
    )
    return connection.scalar(fetched.order_by(records.c.time.desc()).limit(1))


def files_end(connection: Connection, account: str) -> datetime | None:
    """The time of the newest record that a file brought for this account and that counts, None where none did."""
    brought = select(records.c.time).where(unremoved, records.c.account == account, records.c.import_id.is_not(None))
    return connection.scalar(brought.order_by(records.c.time.desc()).limit(1))


def stage(store: Store, account: str, found: Sequence[Record], at: Mapping[str, str]) -> None:
    """Keep a part of a history for when it lands, and where its walks go on."""
    with store.write() as connection:
        rows = (record_row(record, None) for record in found)
        store.insert_ignore(connection, staged, _RECORD_COLUMNS, ("account", "id"), rows)
        for stream, cursor in at.items():
            _put_cursor(connection, account, stream, staged=cursor)


def begin_anew(store: Store, account: str) -> None:
    """Forget where the walks of an account go on, and what is staged of them."""
    with store.write() as connection:
        connection.execute(delete(cursors).where(cursors.c.account == account))
        connection.execute(delete(staged).where(staged.c.account == account))


def land(store: Store, landing: Landing) -> Landed:
    """Keep it, in one transaction."""
    with store.write() as connection:
        return _land(store, connection, landing)


def land_together(store: Store, landings: Sequence[Landing]) -> list[Landed | Exception]:
    """Keep them, in one transaction if all can be kept, else each in its own; what came of each."""
    if len(landings) > 1:
        with suppress(Exception), store.write() as connection:
            return [_land(store, connection, landing) for landing in landings]
    found: list[Landed | Exception] = []
    for landing in landings:
        try:
            found.append(land(store, landing))
        except Exception as error:  # noqa: BLE001 - it is the answer to whoever waits for this landing
            found.append(error)
    return found


@exact_math()
def _land(store: Store, connection: Connection, landing: Landing) -> Landed:
    account = landing.state.account
    changes: tuple[Quantity, ...] = ()
    writer = RecordWriter(store, connection)
    added = sum(writer.add(chunk) for chunk in _staged(connection, account)) if landing.cursors is not None else 0
    added += writer.add({(record.account, record.id): record for record in landing.records})
    writer.finish()
    if landing.cursors is not None:
        _land_cursors(connection, account, landing.cursors)
    if landing.balances is not None:
        at = landing.state.answered or landing.state.asked
        connection.execute(
            update(reported)
            .where(reported.c.account == account, reported.c.time > landing.now)
            .values(time=landing.state.asked)
        )
        changes = _replace_reported(connection, account, [replace(each, time=at) for each in landing.balances], at)
    if landing.positions is not None:
        keep_open_positions(connection, account, landing.positions)
    keep_quotes(connection, landing.points)
    keep_state(connection, _with_what_streams_told(connection, landing.state))
    return Landed(added, changes)


def note_state(store: Store, state: AccountState) -> None:
    """Keep how an account is doing, and nothing else."""
    with store.write() as connection:
        keep_state(connection, _with_what_streams_told(connection, state))


def _with_what_streams_told(connection: Connection, state: AccountState) -> AccountState:
    """The state; its history owes what changed balances that came by themselves after those it tells of."""
    there = account_state(connection, state.account)
    is_later = there and there.answered and (state.answered is None or there.answered > state.answered)
    return replace(state, owed=True) if there and there.owed and is_later else state


def _staged(connection: Connection, account: str) -> Iterator[dict[tuple[str, str], Record]]:
    """What is staged, chunk by chunk; gone from there once all of it was taken."""
    last = ""
    while True:
        wanted = select(staged).where(staged.c.account == account, staged.c.id > last)
        chunk = list(stored_records(connection, wanted.order_by(staged.c.id).limit(_CHUNK)))
        if not chunk:
            break
        yield {(record.account, record.id): record for record in chunk}
        last = chunk[-1].id
    connection.execute(delete(staged).where(staged.c.account == account))


def _land_cursors(connection: Connection, account: str, at: Mapping[str, str]) -> None:
    waiting = select(cursors.c.stream, cursors.c.staged).where(
        cursors.c.account == account, cursors.c.staged.is_not(None)
    )
    for stream, cursor in {**{row.stream: row.staged for row in connection.execute(waiting)}, **at}.items():
        _put_cursor(connection, account, stream, landed=cursor, staged=None)


def _put_cursor(connection: Connection, account: str, stream: str, **values: str | None) -> None:
    mine = (cursors.c.account == account) & (cursors.c.stream == stream)
    if not connection.execute(update(cursors).where(mine).values(**values)).rowcount:
        connection.execute(insert(cursors).values(account=account, stream=stream, **values))


def _replace_reported(
    connection: Connection, account: str, balances: Sequence[Balance], at: datetime
) -> tuple[Quantity, ...]:
    """Make these the account's reported balances; what it no longer lists, or only its records know, is zero."""
    before = {
        row.asset: row.total
        for row in connection.execute(select(reported.c.asset, reported.c.total).where(reported.c.account == account))
    }
    summed = connection.execute(select(positions.c.asset, positions.c.quantity).where(positions.c.account == account))
    said = {balance.asset: balance for balance in balances}
    gone = (before.keys() | {row.asset for row in summed if row.quantity}) - said.keys()
    report_balances(connection, [*balances, *(Balance(account, asset, _NOTHING, at) for asset in sorted(gone))])
    totals = {asset: said[asset].total if asset in said else _NOTHING for asset in said.keys() | gone}
    changes = {asset: total - before.get(asset, _NOTHING) for asset, total in totals.items()}
    return tuple(Quantity(change, asset) for asset, change in sorted(changes.items()) if change)
