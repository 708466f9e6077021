"""`kit ledger match` and `unmatch`: which transfers belong together, and what people say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit import (
    Block,
    Column,
    Heading,
    Notice,
    Quantity,
    Ratio,
    Reply,
    Services,
    Severity,
    Table,
    Text,
    UsageError,
    exact_math,
    plain,
    span,
)

from ..core.events import RecordKey
from ..core.fiat import FIAT
from ..core.transfer_pairs import CLOCKS_DIFFER, LARGEST_FEE, End, Match, ends_of
from ..core.transfers import Decision, Matching, match_transfers
from ..labels import labels_of

if TYPE_CHECKING:
    from sqlalchemy import Connection


_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Transfers:
    """Pairs that were made, pairs that cannot be told apart, and ends that nothing fits, the newest first."""

    matches: tuple[Match, ...]
    candidates: tuple[Match, ...]
    unmatched: tuple[End, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """What was said of two records."""

    out: RecordKey
    into: RecordKey
    matched: bool


def match(services: Services, *, out: str | None, into: str | None) -> Reply:
    """The command: two records are one transfer; without any, every match and what has none."""
    if out is None or into is None:
        if out is not None:
            raise UsageError("A transfer has two ends.", next_step="Name both: kit ledger match OUT INTO")
        return _all(services)
    with services.store.write() as connection:
        ends = _ends(connection)
        left, came = _end(connection, ends, out, "out"), _end(connection, ends, into, "in")
        if left.asset != came.asset:
            raise UsageError(
                f"{left.asset} left and {came.asset} came: that is no transfer.",
                next_step="Where one was exchanged for the other, edit the record: kit ledger edit",
            )
        _decide(services, connection, left, came, matched=True)
    return _said(services, left, came, matched=True)


def unmatch(services: Services, *, id: str) -> Reply:  # noqa: A002 - the name of the argument on the command line
    """The command: these two are not one transfer, and never will be."""
    from ..store.finding import find_record

    with services.store.write() as connection:
        found = matching(connection)
        key = find_record(connection, id)
        made = found.by_record.get(key)
        if made is None:
            raise UsageError(
                f"The record {key.id} of {key.account} is matched with no other.", next_step="See: kit ledger match"
            )
        ends = _ends(connection)
        left, came = ends[made.out], ends[made.into]
        _decide(services, connection, left, came, matched=False)
    return _said(services, left, came, matched=False)


def matching(connection: Connection) -> Matching:
    """Every transfer in the store, matched as far as it can be."""
    from ..store.lot_rows import transfers_since
    from ..store.match_rows import read_decisions

    decisions = read_decisions(connection)
    return match_transfers(transfers_since(connection, None), decisions, is_money=FIAT.__contains__)


def _ends(connection: Connection) -> Mapping[RecordKey, End]:
    """Every end there is, whatever it is matched with."""
    from ..store.lot_rows import transfers_since

    return {end.key: end for record in transfers_since(connection, None) for end in ends_of(record)}


def _end(connection: Connection, ends: Mapping[RecordKey, End], text: str, direction: str) -> End:
    from ..store.finding import find_record

    key = find_record(connection, text)
    end = ends.get(key)
    if end is None or end.direction != direction:
        what = "a withdrawal, or a transfer that left" if direction == "out" else "a deposit, or a transfer that came"
        raise UsageError(
            f"The record {key.id} of {key.account} is not {what} and names no other end.",
            next_step="Name first what left, then what came: kit ledger match OUT INTO",
        )
    return end


def _decide(services: Services, connection: Connection, left: End, came: End, *, matched: bool) -> None:
    from ..store.changes import MATCHING_WINDOW, mark_changed
    from ..store.match_rows import keep_decision

    keep_decision(connection, Decision(left.key, came.key, matched), services.clock.now())
    mark_changed(connection, left.asset, min(left.time, came.time) - MATCHING_WINDOW)


def _said(services: Services, left: End, came: End, *, matched: bool) -> Reply:
    label = labels_of(services)
    both = " and ".join(
        f"{label(end.key.account)} ({end.time.astimezone(services.timezone):%Y-%m-%d %H:%M}, {end.key.id})"
        for end in (left, came)
    )
    if matched:
        undo = f"kit ledger unmatch {left.key.account}/{left.key.id}"
        text = f"{both} are one transfer of {left.asset}: its lots keep their dates and their cost."
    else:
        undo = f"kit ledger match {left.key.account}/{left.key.id} {came.key.account}/{came.key.id}"
        text = f"{both} are two things. What left goes at cost, what came has no known cost."
    doubts = tuple(_doubts(left, came)) if matched else ()
    return Reply(
        Decided(left.key, came.key, matched),
        (Text(text), *doubts, Text("To take that back:"), Text(undo, code=True)),
        exit_code=3 if doubts else 0,
    )


def _doubts(left: End, came: End) -> Iterator[Notice]:
    """What two ends of one transfer hardly have in common, and is taken as it was said."""
    with exact_math():
        more = came.quantity - left.quantity
        much_less = -more > left.quantity * LARGEST_FEE
    if much_less:
        what = (
            f"{plain(-more)} {left.asset} less came than left: that part counts as the network's fee, which is a sale."
        )
        yield Notice(what, Severity.WARNING, "Check that these two were meant.")
    if more > 0:
        what = f"{plain(more)} {left.asset} more came than left: that part has no known cost."
        yield Notice(what, Severity.WARNING)
    early = left.time - came.time
    if early > CLOCKS_DIFFER:
        yield Notice(f"It came {span(early)} before it left.", Severity.WARNING, "Check that these two were meant.")


def _all(services: Services) -> Reply:
    with services.store.read() as connection:
        found = matching(connection)
    unclear = {key for pair in found.candidates for key in (pair.out, pair.into)}
    transfers = Transfers(
        tuple(sorted(found.matches, key=lambda pair: pair.left_at, reverse=True)),
        tuple(sorted(found.candidates, key=lambda pair: (pair.left_at, pair.score), reverse=True)),
        tuple(
            sorted(
                (end for key, end in found.unmatched.items() if key not in unclear and end.asset not in FIAT),
                key=lambda end: end.time,
                reverse=True,
            )
        ),
    )
    return Reply(transfers, tuple(_blocks(transfers, labels_of(services))))


def _blocks(transfers: Transfers, label: Callable[[str], str]) -> Iterator[Block]:
    yield Heading("Transfers between your accounts", "🔁", rule=True)
    yield _pairs(transfers.matches, label, "Matched", "✅", "No transfer was matched.")
    if transfers.candidates:
        yield _pairs(transfers.candidates, label, "Not clear", "❓", "")
        yield Notice(
            "These may be one transfer, and others may be it as well: none was chosen.",
            Severity.WARNING,
            "Say which: kit ledger match OUT INTO",
        )
    if transfers.unmatched:
        yield Table(
            columns=(
                Column("Time", "time"),
                Column("Account", "account"),
                Column("Left or came", "direction"),
                Column("Quantity", "quantity", "right", precise=True),
                Column("Record", "record"),
            ),
            rows=tuple(
                (
                    end.time,
                    label(end.key.account),
                    "left" if end.direction == "out" else "came",
                    Quantity(end.quantity, end.asset),
                    f"{end.key.account}/{end.key.id}",
                )
                for end in transfers.unmatched[:_SHOWN]
            ),
            title="Without another end",
            emoji="🚪",
        )
        yield Text(
            "Import the account at the other end, name where it went (kit ledger edit ID --kind transfer --to-account "
            "NAME), or say what it was: a sale, a gift, something spent (kit ledger edit ID --kind KIND)."
        )
    if max(len(transfers.matches), len(transfers.candidates), len(transfers.unmatched)) > _SHOWN:
        yield Text(f"Only the newest {_SHOWN} of each are shown; --json has all.")


def _pairs(pairs: tuple[Match, ...], label: Callable[[str], str], title: str, emoji: str, empty: str) -> Table:
    return Table(
        columns=(
            Column("Left", "left_at"),
            Column("From", "from"),
            Column("To", "to"),
            Column("Quantity", "quantity", "right", precise=True),
            Column("Sure", "score", "right"),
            Column("Why", "why"),
            Column("Records", "records"),
        ),
        rows=tuple(
            (
                pair.left_at,
                label(pair.out.account),
                f"{label(pair.into.account)} (came back)" if pair.returned else label(pair.into.account),
                Quantity(pair.received, pair.asset),
                None if pair.by_user else Ratio(pair.score),
                "; ".join(pair.reasons),
                f"{pair.out.id} {pair.into.id}",
            )
            for pair in pairs[:_SHOWN]
        ),
        title=title,
        emoji=emoji,
        empty=empty,
    )
