"""`kit doctor`: the questions of the host and of the plugins, each asked by itself; `--fix` cures."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import KitError
from ...home import cache_folder
from ...hookspecs import Check, Finding
from ...plugins.loading import one_line
from ...problems import Severity
from ...replies import Column, Reply, Table
from ...storage import Store

if TYPE_CHECKING:
    from ...host import Host
    from ...services import Services

_LITTLE_SPACE = 200 * 2**20
_COLUMNS = (
    Column("", "state"),
    Column("Check", "check"),
    Column("Found", "what"),
    Column("Next step", "next_step"),
)


@dataclass(frozen=True, slots=True)
class Examined:
    """One answer of the doctor. `state` is ok, fixed, wrong, or failed where the check itself did."""

    check: str
    owner: str
    state: str
    what: str
    next_step: str


_EMOJI = {"ok": "✅", "fixed": "🔧", "wrong": "❌", "failed": "💥"}


def doctor(host: Host, *, fix: bool = False) -> Reply:
    """Exit code 0: healthy. 3: something is wrong. 1: a check could not be made."""
    checks = [("kit", check) for check in _host_checks(host)]
    checks += host.call("kit_checks", services=host)
    found = [_examined(owner, check, host, fix=fix) for owner, check in checks]
    table = Table(
        _COLUMNS,
        tuple((_EMOJI[each.state], each.check, each.what, each.next_step) for each in found),
        title="Doctor",
        emoji="🩺",
    )
    states = {each.state for each in found}
    return Reply(found, (table,), exit_code=1 if "failed" in states else 3 if "wrong" in states else 0)


def _examined(owner: str, check: Check, services: Services, *, fix: bool) -> Examined:
    finding = _asked(check.run, services)
    if finding is not None and not isinstance(finding, str) and not finding.ok and fix and check.fix is not None:
        finding = _asked(check.fix, services)
    if isinstance(finding, str):
        return Examined(check.name, owner, "failed", finding, f"Report it to the author of {owner}.")
    if finding.ok:
        return Examined(check.name, owner, "fixed" if finding.fixed else "ok", finding.what, "")
    return Examined(check.name, owner, "wrong", finding.what, finding.next_step)


def _asked(question: Callable[[Services], Finding], services: Services) -> Finding | str:
    """The finding, or why there is none."""
    try:
        finding = question(services)
    except KitError as error:
        return Finding(False, error.message, error.next_step or "")
    except (Exception, SystemExit) as error:  # noqa: BLE001 - one check never ends the others
        return one_line(error)
    return finding if isinstance(finding, Finding) else f"returned a {type(finding).__name__}, not a Finding"


def _host_checks(host: Host) -> list[Check]:
    return [
        Check("config", "config.json is valid", lambda _: _config(host)),
        Check("permissions", "nobody else reads config.json", lambda _: _private(host), lambda _: _make_private(host)),
        Check(
            "keys", "the accounts' keys are there, and yours alone", lambda _: _keys(host), lambda _: _close_keys(host)
        ),
        Check("store", "the database opens and is whole", lambda _: _store(host)),
        Check("jobs", "nothing that is done by the clock is overdue", lambda _: _jobs(host)),
        Check("cache", "the cache can be written", lambda _: _cache(host)),
        Check("plugins", "every plugin works", lambda _: _plugins(host)),
        Check("time zone", "the time zone is known", lambda _: Finding(True, str(host.timezone))),
        Check("disk", "there is room", lambda _: _disk(host.home)),
    ]


def _config(host: Host) -> Finding:
    errors = [finding for finding in host.config.findings if Severity(finding.severity) is Severity.ERROR]
    if errors:
        return Finding(False, str(errors[0]), "See all with “kit config check”.")
    there = host.config.path.exists()
    return Finding(True, "valid" if there else "none yet, the defaults hold")


def _private(host: Host) -> Finding:
    file = host.config.path
    if not file.exists():
        return Finding(True, "no config.json yet")
    if _others_read(file):
        return Finding(False, f"{file} can be read by others", "Run “kit doctor --fix”.")
    return Finding(True, "readable by you alone")


def _make_private(host: Host) -> Finding:
    host.config.path.chmod(0o600)
    return Finding(True, f"{host.config.path} is readable by you alone now", fixed=True)


def _keys(host: Host) -> Finding:
    from ...config.keeping import kept_files, leads_somewhere, references

    open_ones = [file for file in kept_files(host.home) if _others_read(file)]
    if open_ones:
        return Finding(False, f"{open_ones[0]} can be read by others", "Run “kit doctor --fix”.")
    accounts = host.config.exchanges()
    for name, account in accounts.items():
        for key, place in references(account):
            if not leads_somewhere(place, host.env):
                what = f"The {key} of the account {name} is not where config.json says: {next(iter(place.values()))}."
                return Finding(False, what, f"Put it back, or: kit exchanges add {name} --replace")
    return Finding(True, f"{len(accounts)} {'account' if len(accounts) == 1 else 'accounts'}")


def _close_keys(host: Host) -> Finding:
    from ...config.keeping import kept_files

    for file in kept_files(host.home):
        file.chmod(0o700 if file.is_dir() else 0o600)
    found = _keys(host)
    return Finding(found.ok, found.what, found.next_step, fixed=found.ok)


def _others_read(file: Path) -> bool:
    import os

    return os.name == "posix" and bool(file.stat().st_mode & 0o077)


def _store(host: Host) -> Finding:
    store: Store = host.store
    if not store.exists:
        return Finding(True, "none yet, the first import makes it")
    with store.read() as connection:
        if store.dialect == "sqlite":
            answer = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
            if answer != "ok":
                return Finding(False, f"The database is damaged: {answer}", "Put a backup back: kit restore FILE.")
    return Finding(True, f"{store.url_shown} is whole and up to date")


def _jobs(host: Host) -> Finding:
    from ...host.health import clockwork

    return clockwork(host).finding()


def _cache(host: Host) -> Finding:
    folder = cache_folder(host.env)
    probe = folder / ".probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        what = f"{folder} cannot be written ({error.strerror}); every start is slow."
        return Finding(False, what, "Correct its permissions, or set KIT_CACHE to another folder.")
    return Finding(True, str(folder))


def _plugins(host: Host) -> Finding:
    ill = list(host.table.at_fault())
    if ill:
        words = "; ".join(f"{row.name} is {row.state.value} ({row.reason})" for row in ill)
        return Finding(False, f"{words}.", f"Correct it, or “kit plugins disable {ill[0].name}”.")
    return Finding(True, f"{sum(1 for _ in host.table.loaded())} loaded")


def _disk(home: Path) -> Finding:
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    shown = f"{free // 2**20:,} MB free"
    return Finding(free >= _LITTLE_SPACE, shown, "" if free >= _LITTLE_SPACE else "Make room before importing.")
