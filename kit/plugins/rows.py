"""The plugin table: what there is, in which state, and what it brings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from ..commands import Command
from ..errors import UnknownName
from ..hookspecs import Migrations, SettingsSection


class State(StrEnum):
    """`loaded` works. `disabled` is the user's wish. `blocked` needs something that is not there.
    `broken` is at fault. `retrying` did not answer in time, and is tried again later.
    """

    LOADED = "loaded"
    DISABLED = "disabled"
    BLOCKED = "blocked"
    BROKEN = "broken"
    RETRYING = "retrying"


AT_FAULT = frozenset({State.BLOCKED, State.BROKEN, State.RETRYING})


@dataclass(frozen=True, slots=True)
class Needs:
    """What a plugin cannot do without: a version of K.I.T., other plugins, packages (PEP 508)."""

    kit: str = ""
    plugins: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PluginRow:
    """One plugin. `origin` is bundled, installed or folder; what it brings is empty unless it is loaded."""

    name: str
    version: str
    summary: str
    origin: str
    module: str
    folder: Path | None
    needs: Needs
    state: State
    reason: str = ""
    hooks: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()
    settings: tuple[SettingsSection, ...] = ()
    migrations: tuple[Migrations, ...] = ()
    exchanges: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PluginTable:
    """Every plugin: the bundled ones first, then by name."""

    rows: tuple[PluginRow, ...]

    def row(self, name: str) -> PluginRow:
        """The plugin `name`. Raises UnknownName."""
        for row in self.rows:
            if row.name == name:
                return row
        raise UnknownName("plugin", name, [row.name for row in self.rows], next_step="See them: kit plugins list")

    def loaded(self) -> Iterator[PluginRow]:
        """The plugins that work."""
        return (row for row in self.rows if row.state is State.LOADED)

    def at_fault(self) -> Iterator[PluginRow]:
        """The plugins that should work and do not."""
        return (row for row in self.rows if row.state in AT_FAULT)

    def owner_of(self, command: str) -> PluginRow | None:
        """The plugin that brings a command; None for the host's own."""
        return next((row for row in self.loaded() if any(each.name == command for each in row.commands)), None)
