"""`kit plugins …`: what there is, which of it is wanted, and help for authors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import UnknownName
from ...phrases import fault_of_phrases
from ...plugins.choice import set_disabled
from ...plugins.examining import examine
from ...plugins.rows import AT_FAULT, PluginRow, State
from ...plugins.scaffolding import scaffold
from ...problems import Severity
from ...replies import Column, Heading, Metric, Metrics, Notice, Reply, Table, Text

if TYPE_CHECKING:
    from ...host import Host

_COLUMNS = (
    Column("Plugin", "name"),
    Column("Version", "version"),
    Column("State", "state"),
    Column("From", "origin"),
    Column("Why, or what it is", "note"),
)


def list_(host: Host) -> Reply:
    """Every plugin, its state and why. Exit code 3 where one should work and does not."""
    rows = host.table.rows
    table = Table(
        _COLUMNS,
        tuple((row.name, row.version, row.state.value, row.origin, row.reason or row.summary) for row in rows),
        title="Plugins",
        emoji="🔌",
        empty="No plugins.",
    )
    return Reply([_plain(row) for row in rows], (table,), exit_code=3 if any(host.table.at_fault()) else 0)


def show(host: Host, *, name: str) -> Reply:
    """What one plugin is and brings."""
    row = host.table.row(name)
    facts = [
        ("State", f"{row.state.value}: {row.reason}" if row.reason else row.state.value),
        ("Version", row.version),
        ("What it is", row.summary),
        ("From", row.origin),
        ("Module", row.module),
        ("Folder", str(row.folder) if row.folder else ""),
        ("Needs", _needs(row)),
        ("Hooks", ", ".join(row.hooks)),
        ("Settings", ", ".join(section.path for section in row.settings)),
        ("Tables", ", ".join(f"{each.branch} ({each.head})" for each in row.migrations)),
        ("Exchanges", ", ".join(row.exchanges)),
    ]
    metrics = Metrics(tuple(Metric(label, value) for label, value in facts if value))
    commands = Table(
        (Column("Command", "name"), Column("What it does", "summary")),
        tuple((f"kit {command.name}", command.summary) for command in row.commands if not command.hidden),
        empty="It brings no commands.",
    )
    data = {
        **_plain(row),
        "hooks": list(row.hooks),
        "commands": [command.name for command in row.commands],
        "settings": [section.path for section in row.settings],
        "migrations": {each.branch: each.head for each in row.migrations},
        "exchanges": list(row.exchanges),
    }
    return Reply(data, (Heading(row.name, "🔌"), metrics, commands), exit_code=3 if row.state in AT_FAULT else 0)


def enable(host: Host, *, name: str) -> Reply:
    """Load a plugin again: one that was disabled, or one at fault that has been corrected."""
    _require(host, name)
    set_disabled(host.home, name, disabled=False)
    host.plugins.forget(name)
    row = host.table.row(name)
    data = {"name": name, "state": row.state.value, "reason": row.reason}
    if row.state is State.LOADED:
        return Reply(data, (Notice(f"The plugin {name} is loaded."),))
    notice = Notice(f"The plugin {name} is {row.state.value}: {row.reason}.", Severity.ERROR, _after(row))
    return Reply(data, (notice,), exit_code=3)


def disable(host: Host, *, name: str) -> Reply:
    """Set a plugin aside. Loads none to do so."""
    _require(host, name)
    set_disabled(host.home, name, disabled=True)
    data = {"name": name, "state": State.DISABLED.value}
    notice = Notice(f"The plugin {name} is set aside.", next_step=f"Bring it back with “kit plugins enable {name}”.")
    return Reply(data, (notice,), meta={"loads": "nothing"})


def check(host: Host, *, target: str) -> Reply:
    """What an author has to do yet. Exit code 1 where something is wrong."""
    findings = examine(target, host.table, host.own_commands, fault_of_phrases=fault_of_phrases)
    table = Table(
        (Column("", "ok"), Column("What", "what"), Column("Where", "where"), Column("Next step", "next_step")),
        tuple(("✅" if each.ok else "❌", each.what, each.where, each.next_step) for each in findings),
        title=f"Check of {target}",
        emoji="🔎",
    )
    return Reply(findings, (table,), exit_code=0 if all(each.ok for each in findings) else 1)


def new(host: Host, *, kind: str, name: str, path: Path | None = None) -> Reply:
    """Write the folder of a new plugin, with tests that pass."""
    taken = [command.name for command in host.commands()]
    folder = scaffold(kind, name, path or Path.cwd(), commands=taken, plugins=host.plugins.names())
    lines = (
        f"cp -r {folder} {host.home / 'skills' / folder.name}\nkit plugins check {folder}\npython -m pytest {folder}"
    )
    files = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
    return Reply(
        {"folder": str(folder), "files": files},
        (Notice(f"The {kind} {name} is in {folder}."), Heading("Next", "👉"), Text(lines, code=True)),
    )


def _require(host: Host, name: str) -> None:
    names = host.plugins.names()
    if name not in names:
        raise UnknownName("plugin", name, names, next_step="See them: kit plugins list")


def _after(row: PluginRow) -> str:
    if row.state is State.DISABLED:
        return "Unset KIT_LOAD_PLUGINS, or name the plugin there."
    return f"See “kit plugins check {row.name}”."


def _needs(row: PluginRow) -> str:
    kit = (f"kit {row.needs.kit}",) if row.needs.kit else ()
    return ", ".join((*kit, *row.needs.plugins, *row.needs.packages))


def _plain(row: PluginRow) -> dict[str, object]:
    return {
        "name": row.name,
        "version": row.version,
        "state": row.state.value,
        "reason": row.reason,
        "origin": row.origin,
        "summary": row.summary,
        "module": row.module,
    }
