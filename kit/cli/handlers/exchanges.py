"""`kit exchanges …`: the accounts there are, whether they work, parting from them. For adding: `exchange_adding`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from ...config import keeping
from ...errors import KitError, UnknownName, UsageError
from ...hookspecs import Event
from ...market import ExchangeType
from ...problems import Severity
from ...replies import Block, Column, Heading, Notice, Reply, Table, Text

if TYPE_CHECKING:
    from ...host import Host
    from ...host.probing import Probe

_ACCOUNTS = (
    Column("Account", "account"),
    Column("Venue", "venue"),
    Column("Key", "key"),
    Column("Permissions", "permissions"),
    Column("Last tried well", "success"),
    Column("Trouble", "trouble"),
)
_CHECKS = (
    Column("", "state"),
    Column("Account", "account"),
    Column("Check", "check"),
    Column("Found", "what"),
    Column("Seconds", "seconds", "right"),
    Column("Next step", "next_step"),
)
ALLOWED = "allowWithdrawKey"
_SIGNS = {"ok": "✅", "wrong": "❌", "note": "•"}
_BACK = "Correct that, then rename it back and again."
_ADD = "Connect one: kit exchanges add NAME"


@dataclass(frozen=True, slots=True)
class Account:
    """A line of the list. `key` says by what its secrets are found; the permissions are those last seen."""

    account: str
    venue: str
    key: str
    permissions: str | None
    success: datetime | None
    trouble: str


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One thing tried with one account. `state` is ok, wrong, or note for what is merely said."""

    account: str
    check: str
    state: str
    what: str
    seconds: Decimal
    next_step: str


def list_(host: Host) -> Reply:
    """Every configured account. Asks no venue."""
    from ...host.acquaintance import Seen, seen
    from ...host.probing import permissions_in_words

    types = {kind.name: kind for kind in host.exchange_types()}
    known, found = seen(host.home), []
    for name, account in host.config.exchanges().items():
        kind, last = types.get(str(account["type"])), known.get(name, Seen())
        may = permissions_in_words(last.permissions) if last.permissions else None
        trouble = last.fault if kind else "no loaded plugin brings this venue"
        found.append(Account(name, str(account["type"]), _key(host, kind, account), may, last.success, trouble))
    rows = tuple((each.account, each.venue, each.key, each.permissions, each.success, each.trouble) for each in found)
    return Reply(found, (Table(_ACCOUNTS, rows, "Accounts", "🏦", empty=f"No account yet. {_ADD}"),))


def test(host: Host, *, name: str | None) -> Reply:
    """One account, or all at once. Exit code 0: all work. 3: some do not. 1: none does."""
    from ...host.acquaintance import note

    names = [name] if name is not None else list(host.exchanges())
    if name is not None and name not in host.exchanges():
        raise UnknownName("account", name, host.exchanges(), next_step=_ADD)
    if not names:
        return Reply([], (Notice("There is no account yet.", next_step=_ADD),))
    probes = host.network.run(_probe_all(host, names))
    note(host.home, host.clock.now(), *probes)
    rows = [row for probe in probes for row in _check_rows(probe, _may_withdraw(host, probe.account))]
    table = Table(
        _CHECKS,
        tuple((_SIGNS[row.state], row.account, row.check, row.what, row.seconds, row.next_step) for row in rows),
        "Accounts tried",
        "🔌",
    )
    ill = {row.account for row in rows if row.state == "wrong"}
    return Reply(rows, (table,), exit_code=0 if not ill else 1 if len(ill) == len(names) else 3)


def remove(host: Host, *, name: str, yes: bool = False) -> Reply:
    """Take the account out of config.json, and the keys that K.I.T. keeps for it. Recorded data stay."""
    from ...config import remove_value
    from ...host.acquaintance import forget
    from ..asking import agreed, is_asked

    account = _in_file(host, name)
    if not yes:
        if not is_asked():
            raise UsageError(
                f"Removing “{name}” takes its keys away, and there is no terminal to ask on.",
                next_step="Add --yes to go ahead.",
            )
        if not agreed(f"Remove the account “{name}” and the keys kept for it? What was recorded stays."):
            return Reply({"account": name, "removed": False}, (Text("Nothing was changed."),), exit_code=1)
    remove_value(host.config.path, ("exchanges", name))
    gone = [place for key, place in keeping.references(account) if not used_elsewhere(host, name, place)]
    forgotten = sum(keeping.forget(host.home, place) for place in gone)
    forget(host.home, name)
    keys = "its keys are deleted" if forgotten else "K.I.T. kept no keys for it"
    blocks: list[Block] = [
        Heading(f"Removed the account {name}", "🗑"),
        Text(f"It is out of config.json; {keys}. What was recorded of it stays, and still counts as its history."),
    ]
    if any(keeping.references(account)):
        said = "The key itself still exists at the venue."
        blocks.append(Notice(said, Severity.INFO, "Delete it there if nothing else uses it."))
    return Reply({"account": name, "removed": True, "keysDeleted": forgotten}, tuple(blocks))


def rename(host: Host, *, old: str, new: str) -> Reply:
    """Call an account otherwise: in config.json, and in what plugins keep of it."""
    from ...config.editing import call_otherwise, change_file, put
    from ...host import acquaintance

    account = _in_file(host, old)
    refuse_name(new)
    if new in host.config.exchanges() or new in (host.config.value("exchanges") or {}):
        raise UsageError(f"There is an account “{new}” already.", next_step="Choose another name.")
    venue = host.venue(old)
    typed = () if "type" in account else (put(("exchanges", old, "type"), venue),)
    change_file(host.config.path, *typed, call_otherwise(("exchanges", old), new))
    acquaintance.rename(host.home, old, new)
    told = [row.name for row in host.table.loaded() if "kit_event" in row.hooks]
    blocks: list[Block] = [Heading(f"The account {old} is called {new} now", "🏷")]
    try:
        host.announce(Event("exchange.renamed", {"old": old, "new": new, "type": venue}))
    except KitError as error:
        blocks.append(Notice(f"Not everything recorded could follow: {error.message}", Severity.ERROR, _BACK))
    known = f"These plugins were told: {', '.join(told)}; what" if told else "What"
    blocks.append(Text(f"Its keys stay where they are. {known} others recorded stays under “{old}”."))
    blocks += [
        Notice(f"{place} still says “{old}”.", Severity.WARNING, f"Change it: kit config set {place} …")
        for place in _mentions(host.config.value("skills"), old, "skills")
    ]
    troubled = any(isinstance(block, Notice) for block in blocks)
    data = {"old": old, "new": new, "type": venue, "told": told}
    return Reply(data, tuple(blocks), exit_code=3 if troubled else 0)


def refuse_name(name: str) -> None:
    """Raises UsageError for what an account cannot be called."""
    from ...config.accounts import NAME_RULE, is_account_name

    if not is_account_name(name):
        raise UsageError(f"An account cannot be called {name!r}.", next_step=f"Use {NAME_RULE}.")


def _in_file(host: Host, name: str) -> Mapping[str, Any]:
    """The account as config.json writes it."""
    from ...config.document import load_document

    written = load_document(host.config.path).data.get("exchanges", {})
    if not isinstance(written, Mapping) or name not in written:
        raise UnknownName("account", name, host.config.exchanges(), next_step=_ADD)
    account = written[name]
    return account if isinstance(account, Mapping) else {}


def used_elsewhere(host: Host, name: str, place: Any) -> bool:
    """Whether another account rests on the same secret."""
    others = {other: each for other, each in host.config.exchanges().items() if other != name}
    return any(place == each for account in others.values() for _, each in keeping.references(account))


def _mentions(value: Any, name: str, path: str) -> Iterator[str]:
    """The settings that name the account."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _mentions(each, name, f"{path}.{key}")
            if key == name:
                yield f"{path}.{key}"
    elif value == name:
        yield path


def _key(host: Host, kind: ExchangeType | None, account: Mapping[str, Any]) -> str:
    """By what the account's secrets are found: “keyring”, “file”, “env”; “missing” where one is not there."""
    if kind is not None and not kind.credentials:
        return "none needed"
    wanted = [each.key for each in kind.credentials if each.secret] if kind else []
    given = dict(keeping.references(account))
    if any(key in account and key not in given for key in wanted):
        return "in config.json"
    if not given or any(not keeping.leads_somewhere(place, host.env) for place in given.values()):
        return "missing"
    return ", ".join(sorted({keeping.parts(place)[0] for place in given.values()}))


def _may_withdraw(host: Host, name: str) -> bool:
    """Whether the account's owner accepted a key that can withdraw."""
    return bool(host.config.exchanges()[name].get(ALLOWED))


async def _probe_all(host: Host, names: list[str]) -> list[Probe]:
    from ...host.probing import probed

    return list(await asyncio.gather(*(probed(name, partial(host.open_exchange, name), prices=True) for name in names)))


def _check_rows(probe: Probe, may_withdraw: bool) -> Iterator[CheckRow]:
    for each in probe.checks:
        state, next_step = "ok", ""
        if each.error is not None:
            state, next_step = "wrong", each.error.next_step or ""
        elif each.check == "left out":
            state = "note"
        elif each.check == "permissions" and _withdraws(probe) and not may_withdraw:
            state, next_step = "wrong", f"Take one that cannot withdraw: kit exchanges add {probe.account} --replace"
        yield CheckRow(probe.account, each.check, state, each.what, each.seconds, next_step)


def _withdraws(probe: Probe) -> bool:
    return probe.permissions is not None and bool(probe.permissions.withdraw)
