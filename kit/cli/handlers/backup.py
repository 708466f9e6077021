"""`kit backup` and `kit restore`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ... import __version__
from ...errors import StoreError, UsageError
from ...problems import Severity
from ...replies import Block, Heading, Metric, Metrics, Notice, Reply, Text

if TYPE_CHECKING:
    from ...host import Host
    from ...storage import Store
    from ...storage.backup import Backup


def backup(host: Host, *, file: Path | None = None) -> Reply:
    """Write one file with the database and the settings in it, readable by its owner alone."""
    from ...config.keeping import kept_files
    from ...storage.backup import default_name, write_backup

    target = (file or Path(default_name(host.clock.now()))).absolute()
    written = write_backup(host.store, host.home, target, clock=host.clock, kit_version=__version__)
    blocks: tuple[Block, ...] = (Heading("Backup written", "💾"), _about(written))
    if "config.json" in written.holds:
        caution = Text("It holds config.json as it is, with any secret in it: keep it where only you can read it.")
        blocks = (*blocks, caution)
    if any(kept_files(host.home)):
        blocks = (*blocks, Text("The keys of your accounts are not in it: after a restore elsewhere, add them anew."))
    return Reply(data=written, blocks=blocks)


def restore(host: Host, *, file: Path, yes: bool = False) -> Reply:
    """Put a backup back after asking; without a terminal to ask on, only with `yes`."""
    from ...storage.backup import describe
    from ...storage.restore import restore_backup

    found = describe(file)
    if not yes and not _agreed(found, host.home):
        return Reply(data={"restored": False}, blocks=(Text("Nothing was changed."),), exit_code=1)
    store = _store(host)
    try:
        restored = restore_backup(store, host.home, file, clock=host.clock)
    finally:
        store.close()
    blocks: tuple[Block, ...] = (
        Heading("Backup put back", "♻️"),
        _about(found),
        Metrics(tuple(Metric("Restored", str(path)) for path in restored.files)),
        Metrics(tuple(Metric("Kept from before", str(path)) for path in restored.kept)),
        *_elsewhere(host, store),
    )
    return Reply(data=restored, blocks=tuple(block for block in blocks if block != Metrics(())))


def _store(host: Host) -> Store:
    """The store, also one that is too damaged to be opened: restoring is its cure."""
    from ...storage import Store

    try:
        return host.store
    except StoreError:
        migrations = [each for row in host.table.loaded() for each in row.migrations]
        return Store.closed(host.store_url, migrations, clock=host.clock)


def _elsewhere(host: Host, store: Store) -> tuple[Notice, ...]:
    """What to say where the config that was put back names another database than the one that was filled."""
    from ...host import Host

    after = Host(host.home, env=host.env, clock=host.clock)
    try:
        if after.store_url == host.store_url:
            return ()
    finally:
        after.close()
    return (
        Notice(
            f"The config.json that was put back names another database; the data went into {store.url_shown}.",
            Severity.WARNING,
            "Correct storage.url in config.json, or restore once more to fill the other one.",
        ),
    )


def _about(found: Backup) -> Metrics:
    return Metrics(
        (
            Metric("File", str(found.file)),
            Metric("Written", found.written),
            Metric("Holds", ", ".join(found.holds)),
            Metric("Size", f"{found.size_bytes:,} bytes"),
        )
    )


def _agreed(found: Backup, home: Path) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(
            f"Restoring replaces what is in {home}, and there is no terminal to ask on.",
            next_step="Add --yes to go ahead; what is there now is kept beside it.",
        )
    import click

    return click.confirm(
        f"Replace what is in {home} by the backup of {found.written:%Y-%m-%d %H:%M} UTC "
        f"({', '.join(found.holds)})? What is there now is kept beside it.",
        err=True,
    )
