"""`kit ledger add`, `edit` and `remove`: what people write into the ledger, and take back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from kit import SHAPES, Kind, Notice, Record, Reply, Services, Severity, UsageError, content_id

from .core.misfits import Misfit, misfits, oddities
from .importing import account_name
from .labels import account_meant
from .plugin import SECTION
from .standing import refresh_problems
from .views.ledger import changed_facts, entry, record_blocks
from .writing import instant, money, quantity

if TYPE_CHECKING:
    from .settings import PortfolioSettings

HAND = "manual"
"""The account and the source of what is written without naming any."""
_EXAMPLES = {
    "received": 'Say it like --received "0.5 BTC".',
    "sent": 'Say it like --sent "30000 USD".',
    "fee": 'Say it like --fee "10 USD".',
    "value": 'Say it like --value "30000 USD".',
    "to_account": "Say it with --to-account NAME.",
    "time": "Write it like 2024-01-31T14:30:05Z.",
}
_A_TRANSFER = (
    "To an account of yours: kit ledger add transfer …, or kit ledger edit ID --kind transfer --to-account NAME"
)
_NO_TIME = datetime.min.replace(tzinfo=UTC)
_PARSERS: dict[str, Callable[[str], Any]] = {
    "received": quantity,
    "sent": quantity,
    "fee": quantity,
    "value": money,
    "to_account": account_name,
}


@dataclass(frozen=True, slots=True)
class Words:
    """What was said of a record, as it was written; None is nothing said, "" is none."""

    kind: str | None
    time: str | None
    received: str | None
    sent: str | None
    fee: str | None
    value: str | None
    to_account: str | None
    note: str | None

    def over(self, record: Record, services: Services) -> Record:
        """The record with what was said in its place. Raises UsageError."""
        changes: dict[str, Any] = {}
        for name, parse in _PARSERS.items():
            text = getattr(self, name)
            if text is not None:
                changes[name] = _parsed(name, text, parse) if text.strip() else None
        if self.kind is not None:
            changes["kind"] = Kind(self.kind)
        if self.time is not None:
            changes["time"] = _parsed("time", self.time, lambda text: instant(text, services.timezone))
        if self.note is not None:
            changes["note"] = self.note
        return replace(record, **changes)


def add(
    services: Services,
    *,
    kind: str,
    time: str,
    account: str | None,
    received: str | None,
    sent: str | None,
    fee: str | None,
    value: str | None,
    to_account: str | None,
    note: str | None,
) -> Reply:
    """`kit ledger add`. The id follows from what the record says, so that the same twice is noticed."""
    from .store.listing import known_accounts
    from .store.marks import Marked, add_manual

    words = Words(kind, time, received, sent, fee, value, to_account, note)
    bare = words.over(Record("", _NO_TIME, account_name(account or HAND), Kind(kind), source=HAND), services)
    with services.store.write() as connection:
        known = known_accounts(connection) | set(services.exchanges())
        record = _on_known_accounts(services, bare, known)
        _refuse_nonsense(record)
        record = replace(record, id=_content_id(record))
        new = {record.account, record.to_account} - known - {None}
        add_manual(connection, record)
    refresh_problems(services)
    found = Marked(record, HAND, None, None)
    doubts = [*_doubts(services, record)]
    names = [_new_account(name, known) for name in sorted(filter(None, new))]
    done = Notice("Added.", next_step=f"Take it back: kit ledger remove {record.id}")
    return Reply(entry(found), (*record_blocks(services, found), *doubts, *names, done), exit_code=3 if doubts else 0)


def edit(services: Services, *, id: str, undo: bool, **said: str | None) -> Reply:  # noqa: A002
    """`kit ledger edit`. What is not said stays as it is."""
    from .store.finding import find_record
    from .store.listing import known_accounts, short_names
    from .store.marks import edit_record, marked_record, undo_edit

    words = Words(**said)
    if undo and any(each is not None for each in said.values()):
        raise UsageError("--undo brings the original back as it was.", next_step="Give no other option with it.")
    with services.store.write() as connection:
        key = find_record(connection, id)
        before = marked_record(connection, key)
        if undo:
            undo_edit(connection, key)
        else:
            accounts = known_accounts(connection) | set(services.exchanges())
            after = _on_known_accounts(services, words.over(before.record, services), accounts)
            if after == before.record:
                raise UsageError("Nothing would change.", next_step="Say what is to: kit ledger edit --help")
            _refuse_nonsense(after, known=set(misfits(before.record)))
            edit_record(connection, key, after)
        found = marked_record(connection, key)
        name = short_names(connection, [key])[key]
    refresh_problems(services)
    step = "The original is back." if found.original is None else "Edited; the original is kept."
    notice = Notice(step, next_step="" if found.original is None else f"Bring it back: kit ledger edit {name} --undo")
    doubts = [*_doubts(services, found.record)]
    table = changed_facts(services, before.record, found.record)
    return Reply(entry(found), (table, *doubts, notice), exit_code=3 if doubts else 0)


def remove(services: Services, *, id: str, undo: bool) -> Reply:  # noqa: A002
    """`kit ledger remove`. The record stays known, so that no import and no sync brings it back."""
    from .store.finding import find_record
    from .store.listing import short_names
    from .store.marks import marked_record, remove_record, undo_removal

    with services.store.write() as connection:
        key = find_record(connection, id)
        if undo:
            undo_removal(connection, key)
        else:
            remove_record(connection, key)
        found = marked_record(connection, key)
        name = short_names(connection, [key])[key]
    refresh_problems(services)
    notice = (
        Notice("It counts again.")
        if undo
        else Notice("Removed: it counts nowhere any more.", next_step=f"Bring it back: kit ledger remove {name} --undo")
    )
    return Reply(entry(found), (*record_blocks(services, found), notice))


def _parsed(name: str, text: str, parse: Callable[[str], Any]) -> Any:
    try:
        return parse(text)
    except UsageError as error:
        raise UsageError(f"--{name.replace('_', '-')}: {error.message}", next_step=error.next_step) from None


def _on_known_accounts(services: Services, record: Record, known: Collection[str]) -> Record:
    """The record with its accounts called as they are in the store: people write what they see on screen."""
    settings: PortfolioSettings = services.settings(SECTION)

    def meant(name: str) -> str:
        return account_meant(name, known, settings.account_labels)

    return replace(record, account=meant(record.account), to_account=record.to_account and meant(record.to_account))


def _new_account(name: str, known: Collection[str]) -> Notice:
    near = get_close_matches(name, sorted(known), n=1)
    step = f"If you meant {near[0]}, remove the record and add it there." if near else ""
    return Notice(f"{name} is a new account.", next_step=step)


def _refuse_nonsense(record: Record, *, known: Collection[Misfit] = ()) -> None:
    """Raises UsageError, but not for what was wrong already: a venue may have told it so."""
    fault = next((each for each in misfits(record) if each not in known), None)
    if fault is not None:
        raise UsageError(fault.what, next_step=_way_out(record, fault.part))


def _way_out(record: Record, part: str) -> str:
    """What to say instead: a part that is missing, or that has no place there."""
    shape = SHAPES[record.kind]
    if part == "to_account" and record.kind is not Kind.TRANSFER:
        return _A_TRANSFER
    if (part == "received" and record.received and shape.received is False) or (
        part == "sent" and record.sent and shape.sent is False
    ):
        return f'Leave --{part} away; where it stands already, say --{part} "".'
    return _EXAMPLES[part]


def _doubts(services: Services, record: Record) -> Iterator[Notice]:
    """What is taken as it was said, and may be a slip."""
    for each in oddities(record):
        yield Notice(each.what, Severity.WARNING, "Check its digits: kit ledger show")
    if record.time > services.clock.now():
        yield Notice(f"{record.time:%Y-%m-%d %H:%M} UTC has yet to come.", Severity.WARNING, "Check the time.")


def _content_id(record: Record) -> str:
    legs = [
        part for leg in (record.received, record.sent, record.fee) for part in (leg and leg.asset, leg and leg.amount)
    ]
    return content_id(HAND, record.time, record.account, record.kind, record.to_account, record.note, *legs)
