"""`kit ledger list` and `kit ledger show`: the records themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from kit import (
    Block,
    Column,
    Heading,
    Kind,
    Notice,
    Record,
    Reply,
    Services,
    Severity,
    Table,
    Text,
    UnknownName,
    UsageError,
    Value,
)

from ..asset_renames import unknown_asset
from ..choosing import instants
from ..core.events import RecordKey
from ..core.fiat import FIAT
from ..core.misfits import misfits, oddities
from ..core.transfers import match_transfers
from ..labels import distinct_labels, labels_of
from ..plugin import SECTION

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ..settings import PortfolioSettings
    from ..store.listing import Source, Wanted
    from ..store.marks import Marked

_LONGEST = 10_000
_NONE = "none"
_UNPAIRED = "No account of yours is its other end."
_AHEAD = "Its time has yet to come."
_REPEATED = "Another record of this account says the same of the same instant: one may be too many."


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A record; what was done to it by hand (None: nothing); what seems wrong with it, where that was asked for."""

    record: Record
    mark: str | None
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """The newest of the records that fit, and how many more there are."""

    records: tuple[LedgerRow, ...]
    more: int


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A record, its mark, how it was before it was edited, and the file that brought it."""

    record: Record
    mark: str | None
    original: Record | None
    file: Source | None


def show_list(
    services: Services,
    *,
    asset: str | None,
    account: str | None,
    kind: str | None,
    from_: date | None,
    to: date | None,
    flagged: bool,
    marked: bool,
    limit: int,
) -> Reply:
    """`kit ledger list`."""
    from ..store.listing import Wanted, how_many, newest, short_names

    if limit < 1:
        raise UsageError(f"A list of {limit} records shows nothing.", next_step="Give --limit 1 or more.")
    if limit > _LONGEST:
        raise UsageError(
            f"A list has {_LONGEST:,} records at most.", next_step="For all of them: kit ledger export --output FILE"
        )
    since, until = instants(services, from_, to)
    with services.store.read() as connection:
        accounts = None if account is None else chosen_accounts(services, connection, account)
        wanted = Wanted(asset, accounts, Kind(kind) if kind else None, since, until, marked)
        if flagged:
            doubted = _doubted(connection, wanted, now=services.clock.now())
            names = short_names(connection, [RecordKey(row.record.account, row.record.id) for row in doubted[:limit]])
            rows = [(row, names[RecordKey(row.record.account, row.record.id)]) for row in doubted[:limit]]
            count = len(doubted)
        else:
            found = newest(connection, wanted, limit)
            rows = [(LedgerRow(each.record, each.mark), each.short) for each in found]
            count = how_many(connection, wanted) if len(rows) == limit else len(rows)
        if not rows and asset is not None:
            _require_asset(connection, asset)
    page = LedgerPage(tuple(row for row, _ in rows), count - len(rows))
    return Reply(data=page, blocks=tuple(_page(services, page, [name for _, name in rows], flagged=flagged)))


def show_record(services: Services, *, id: str) -> Reply:  # noqa: A002 - the name of the argument on the command line
    """`kit ledger show`."""
    from ..store.finding import find_record
    from ..store.listing import import_of
    from ..store.marks import marked_record

    with services.store.read() as connection:
        found = marked_record(connection, find_record(connection, id))
        source = import_of(connection, found.import_id)
    return Reply(entry(found, source), (*record_blocks(services, found, source), *_wrong(found.record)))


def entry(found: Marked, source: Source | None = None) -> LedgerEntry:
    return LedgerEntry(found.record, found.mark, found.original, source)


def record_blocks(services: Services, found: Marked, source: Source | None = None) -> Iterator[Block]:
    """Everything of a record, the original beside it where it was edited."""
    now, before = _facts(services, found.record), None
    if found.original is not None:
        before = _facts(services, found.original)
    now["mark"] = found.mark or ""
    if source is not None:
        now["file"], now["format"], now["imported"] = source.file, source.importer, source.time
    yield Heading(f"Record {found.record.id}", "🧾", rule=True)
    yield compared(now, before)


def compared(now: Mapping[str, Value], before: Mapping[str, Value] | None) -> Table:
    """A fact a row, with what it was beside it."""
    columns = [Column("Fact", "fact"), Column("Value", "value", precise=True)]
    if before is None:
        return Table(tuple(columns), tuple((_words(name), value) for name, value in now.items() if value != ""))
    columns.append(Column("Original", "original", precise=True))
    rows = [
        (_words(name), value or _NONE, before[name] or _NONE if name in before and before[name] != value else "")
        for name, value in now.items()
        if value != "" or before.get(name, "") != ""
    ]
    return Table(tuple(columns), tuple(rows))


def changed_facts(services: Services, before: Record, after: Record) -> Table:
    """What an edit changed."""
    old, new = _facts(services, before), _facts(services, after)
    return Table(
        (Column("Fact", "fact"), Column("Before", "before", precise=True), Column("Now", "now", precise=True)),
        tuple((_words(name), old[name] or _NONE, new[name] or _NONE) for name in new if old[name] != new[name]),
    )


def chosen_accounts(services: Services, connection: Connection, account: str) -> frozenset[str]:
    """The accounts of that name or label. Raises UnknownName."""
    from ..store.listing import known_accounts

    settings: PortfolioSettings = services.settings(SECTION)
    known = known_accounts(connection)
    text = account.strip()
    name = text.casefold()
    labels = distinct_labels(known, settings.account_labels)
    found = frozenset(each for each, label in labels.items() if text in {each, label}) or frozenset(
        each for each, label in labels.items() if name in {each.casefold(), label.casefold()}
    )
    if not found:
        raise UnknownName("account", text, known)
    return found


def _facts(services: Services, record: Record) -> dict[str, Value]:
    label = labels_of(services)
    return {
        "time": record.time,
        "account": label(record.account),
        "kind": _words(record.kind.value),
        "received": record.received or "",
        "sent": record.sent or "",
        "fee": record.fee or "",
        "value": record.value or "",
        "to_account": label(record.to_account) if record.to_account else "",
        "note": record.note,
        "source": record.source,
    }


def _page(services: Services, page: LedgerPage, names: Sequence[str], *, flagged: bool) -> Iterator[Block]:
    label = labels_of(services)
    rows: list[tuple[Value, ...]] = []
    for each, name in zip(page.records, names, strict=True):
        record = each.record
        account = label(record.account)
        rows.append(
            (
                record.time,
                f"{account} → {label(record.to_account)}" if record.to_account else account,
                _words(record.kind.value),
                record.received or "",
                record.sent or "",
                record.fee or "",
                record.value or "",
                name,
                each.mark or "",
                " ".join(each.wrong),
            )
        )
    yield Heading("Ledger", "📒", rule=True)
    yield Table(
        columns=(
            Column("Time", "time"),
            Column("Account", "account"),
            Column("Kind", "kind"),
            Column("Received", "received", "right"),
            Column("Sent", "sent", "right"),
            Column("Fee", "fee", "right"),
            Column("Value", "value", "right"),
            Column("ID", "id"),
            Column("Mark", "mark"),
            *([Column("What is wrong", "wrong")] if flagged else []),
        ),
        rows=tuple(row if flagged else row[:-1] for row in rows),
        empty="Nothing is wrong with any record." if flagged else "No record fits.",
    )
    if page.more:
        total = page.more + len(rows)
        yield Text(f"{page.more:,} more of {total:,}; the newest are shown. More of them: --limit {min(total, 1000)}")


def _doubted(connection: Connection, wanted: Wanted, *, now: datetime) -> list[LedgerRow]:
    """Everything with something wrong, newest first."""
    from ..store.listing import chosen, doubtful, repeated

    wrong: dict[RecordKey, LedgerRow] = {}
    for record in doubtful(connection, wanted):
        words = [each.what for each in (*misfits(record), *oddities(record))]
        if words:
            wrong[RecordKey(record.account, record.id)] = LedgerRow(record, None, tuple(words))
    ahead = replace(wanted, since=max(now, wanted.since or now))
    for found, word in (
        (_unpaired(connection, wanted), _UNPAIRED),
        (repeated(connection, wanted), _REPEATED),
        (chosen(connection, ahead), _AHEAD),
    ):
        for record in found:
            key = RecordKey(record.account, record.id)
            words = [*(wrong[key].wrong if key in wrong else ()), word]
            wrong[key] = LedgerRow(record, None, tuple(words))
    return sorted(wrong.values(), key=lambda row: (row.record.time, row.record.account, row.record.id), reverse=True)


def _unpaired(connection: Connection, wanted: Wanted) -> Iterator[Record]:
    """Deposits and withdrawals of coins that no other record is the other end of."""
    from ..store.listing import Wanted, transfers
    from ..store.match_rows import read_decisions

    everything = match_transfers(
        transfers(connection, Wanted()), read_decisions(connection), is_money=FIAT.__contains__
    )
    lonely = {key for key, end in everything.unmatched.items() if end.asset not in FIAT}
    return (record for record in transfers(connection, wanted) if (record.account, record.id) in lonely)


def _require_asset(connection: Connection, asset: str) -> None:
    from ..store.reading import read_positions

    known = {each.asset for each in read_positions(connection)}
    if asset not in known:
        raise unknown_asset(asset, known)


def _wrong(record: Record) -> Iterator[Block]:
    for each in (*misfits(record), *oddities(record)):
        yield Notice(each.what, Severity.WARNING)


def _words(name: str) -> str:
    return name.replace("_", " ")
