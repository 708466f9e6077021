"""The outbox: notifications, and what became of each on every channel it is for.

A notification is written once (its key is unique) with a delivery for each channel. A delivery waits until its
receipt is written; a process that dies between telling and writing it tells it again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, delete, func, select, update

from ..channels import Priority
from ..outbox import Delivery, State, read
from .schema import deliveries, notifications
from .store import Store

_KEPT = timedelta(days=90)


class Outbox:
    """Looking at it makes no database where there is none."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, key: str, content: str, priority: Priority, channels: Iterable[str], now: datetime) -> bool:
        """Whether it is new. When this returns it is kept."""
        with self._store.write() as connection:
            if connection.scalar(select(notifications.c.number).where(notifications.c.key == key)) is not None:
                return False
            number = (connection.scalar(select(func.max(notifications.c.number))) or 0) + 1
            connection.execute(
                notifications.insert().values(
                    number=number, key=key, priority=priority.value, created=now, content=content
                )
            )
            rows = [
                {"number": number, "channel": each, "state": State.WAITING.value, "due": now}
                | {"attempts": 0, "fault": "", "receipt": ""}
                for each in channels
            ]
            if rows:
                connection.execute(deliveries.insert(), rows)
        return True

    def waiting(self) -> list[Delivery]:
        """All that is still to be delivered, the oldest first."""
        return self._read(_joined().where(deliveries.c.state == State.WAITING.value).order_by(deliveries.c.number))

    def due(self, now: datetime, *, but: Collection[str] = (), limit: int = 500) -> list[Delivery]:
        """Those of them whose time has come, `but` those on these channels."""
        ready = and_(
            deliveries.c.state == State.WAITING.value, deliveries.c.due <= now, deliveries.c.channel.not_in(but)
        )
        return self._read(_joined().where(ready).order_by(deliveries.c.number).limit(limit))

    def newest(self, limit: int) -> list[Delivery]:
        """The newest first, whatever became of them."""
        return self._read(_joined().order_by(deliveries.c.number.desc(), deliveries.c.channel).limit(limit))

    def of(self, key: str) -> list[Delivery]:
        """The deliveries of one notification, by channel."""
        return self._read(_joined().where(notifications.c.key == key).order_by(deliveries.c.channel))

    def delivered(self, those: Sequence[Delivery], receipt: str, now: datetime) -> None:
        said = {"state": State.DELIVERED.value, "receipt": receipt, "delivered": now, "fault": ""}
        self._change(those, said)

    def failed(self, those: Sequence[Delivery], fault: str, due: datetime) -> None:
        """Not delivered, to be tried again at `due`."""
        self._change(those, {"attempts": deliveries.c.attempts + 1, "fault": fault, "due": due})

    def postpone(self, those: Sequence[Delivery], due: datetime) -> None:
        self._change(those, {"due": due})

    def give_up(self, those: Sequence[Delivery], fault: str) -> None:
        self._change(those, {"state": State.GIVEN_UP.value, "fault": fault})

    def hasten(self, now: datetime) -> None:
        """Everything that waits is due now: a host that begins tries what failed before."""
        late = and_(deliveries.c.state == State.WAITING.value, deliveries.c.due > now)
        if not self._store.exists:
            return
        with self._store.read() as connection:
            found = connection.scalar(select(deliveries.c.number).where(late).limit(1)) is not None
        if found:
            with self._store.write() as connection:
                connection.execute(update(deliveries).where(late).values(due=now))

    def forget(self, now: datetime) -> None:
        """Notifications of long ago that nobody waits for."""
        if not self._store.exists:
            return
        waiting = select(deliveries.c.number).where(deliveries.c.state == State.WAITING.value)
        old = and_(notifications.c.created < now - _KEPT, notifications.c.number.not_in(waiting))
        with self._store.read() as connection:
            numbers = list(connection.scalars(select(notifications.c.number).where(old)))
        for start in range(0, len(numbers), 500):
            chunk = numbers[start : start + 500]
            with self._store.write() as connection:
                connection.execute(delete(deliveries).where(deliveries.c.number.in_(chunk)))
                connection.execute(delete(notifications).where(notifications.c.number.in_(chunk)))

    def _change(self, those: Sequence[Delivery], values: dict[str, Any]) -> None:
        with self._store.write() as connection:
            for each in those:
                same = and_(deliveries.c.number == each.number, deliveries.c.channel == each.channel)
                connection.execute(update(deliveries).where(same).values(values))

    def _read(self, wanted: Select[Any]) -> list[Delivery]:
        if not self._store.exists:
            return []
        with self._store.read() as connection:
            return [_delivery(row) for row in connection.execute(wanted)]


def _joined() -> Select[Any]:
    both = deliveries.join(notifications, notifications.c.number == deliveries.c.number)
    told = (notifications.c.key, notifications.c.priority, notifications.c.created, notifications.c.content)
    return select(deliveries, *told).select_from(both)


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        number=row.number,
        key=row.key,
        channel=row.channel,
        priority=Priority(row.priority),
        created=row.created,
        reply=read(row.content),
        state=State(row.state),
        due=row.due,
        attempts=row.attempts,
        fault=row.fault,
        receipt=row.receipt,
        delivered=row.delivered,
    )
