"""What a plugin brings, learnt by loading it once, and remembered as long as its files stay the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..clock import Clock
from ..commands import Command
from ..errors import KitError
from ..hookspecs import Migrations, SettingsSection
from .asking import Answering
from .declarations import command_kept, keep_command
from .discovery import Candidate
from .loading import Importing, Patience, PluginFault, files_of, one_line, within
from .stamps import Stamps, stamps_of

if TYPE_CHECKING:
    from ..channels import ChannelType

_FIRST_RETRY = timedelta(minutes=5)
_LAST_RETRY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is known of one plugin. `source` is where it was found, `reason` why it is set aside,
    `retry_at`, where given, when to try again.
    """

    files: Stamps
    source: str = ""
    reason: str = ""
    retry_at: str = ""
    attempts: int = 0
    hooks: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()
    settings: tuple[SettingsSection, ...] = ()
    migrations: tuple[Migrations, ...] = ()
    exchanges: Mapping[str, str | None] = field(default_factory=dict)
    specifications: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "files": self.files,
            "source": self.source,
            "reason": self.reason,
            "retry_at": self.retry_at,
            "attempts": self.attempts,
            "hooks": self.hooks,
            "commands": [keep_command(command) for command in self.commands],
            "settings": [[each.path, each.model, each.aliases] for each in self.settings],
            "migrations": [[each.branch, str(each.directory), each.head] for each in self.migrations],
            "exchanges": dict(self.exchanges),
            "specifications": self.specifications,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Learnt:
        return cls(
            files=data["files"],
            source=data["source"],
            reason=data["reason"],
            retry_at=data["retry_at"],
            attempts=data["attempts"],
            hooks=tuple(data["hooks"]),
            commands=tuple(command_kept(each) for each in data["commands"]),
            settings=tuple(SettingsSection(path, model, tuple(more)) for path, model, more in data["settings"]),
            migrations=tuple(Migrations(branch, Path(place), head) for branch, place, head in data["migrations"]),
            exchanges=data["exchanges"],
            specifications=tuple(data["specifications"]),
        )

    def is_due(self, now: datetime) -> bool:
        """Whether it is time to try again."""
        return bool(self.retry_at) and now >= datetime.fromisoformat(self.retry_at)


def learn(
    candidate: Candidate,
    specifications: Sequence[str],
    *,
    importing: Importing,
    patience: Patience,
    clock: Clock,
    before: Learnt | None = None,
) -> Learnt:
    """Load `candidate` and ask what it brings. A fault is part of the answer."""
    try:
        return within(patience, candidate.name, lambda: _asked(candidate, specifications, importing))
    except PluginFault as fault:
        retry_at, attempts = "", 0
        if fault.late:
            attempts = (before.attempts if before else 0) + 1
            retry_at = (clock.now() + min(_FIRST_RETRY * 2 ** (attempts - 1), _LAST_RETRY)).isoformat()
        return Learnt(_files(candidate), candidate.source, fault.reason, retry_at, attempts)


def _asked(candidate: Candidate, specifications: Sequence[str], importing: Importing) -> Learnt:
    from importlib import import_module

    home = _home_of(candidate)
    try:
        module = importing.module(candidate.module, candidate.folder, afresh=True)
    except PluginFault:
        raise
    except BaseException as error:
        raise PluginFault(f"its import raised {one_line(error, home)}") from error
    plugin = Answering(module, [import_module(name) for name in specifications])
    own = _own_specifications(plugin.registered(), home)
    plugin = Answering(module, [import_module(name) for name in (*specifications, *own)]).checked()
    ask = _asker(plugin, home)
    exchanges = {each.name: each.settings for each in ask("kit_exchanges")}
    return Learnt(
        files=_files(candidate),
        source=candidate.source,
        hooks=plugin.hooks(),
        commands=tuple(ask("kit_commands")),
        settings=(*ask("kit_settings"), *map(_section, ask("kit_channels"))),
        migrations=tuple(ask("kit_migrations")),
        exchanges=exchanges,
        specifications=own,
    )


def _section(channel: ChannelType) -> SettingsSection:
    return SettingsSection(f"channels.{channel.name}", channel.settings)


def _own_specifications(plugin: Answering, home: str) -> tuple[str, ...]:
    return tuple(module.__name__ for module in _asker(plugin, home)("kit_addhooks"))


def _asker(plugin: Answering, home: str) -> Callable[[str], list[Any]]:
    def ask(hook: str) -> list[Any]:
        try:
            return plugin.ask(hook, folder=home)
        except KitError as error:
            raise PluginFault(f"{hook} raised {one_line(error, home)}") from error

    return ask


def _home_of(candidate: Candidate) -> str:
    return candidate.folder or (str(Path(candidate.manifest).parent) if candidate.manifest else "")


def _files(candidate: Candidate) -> Stamps:
    files = files_of(candidate.module)
    if candidate.folder:  # what failed half-way may have left no module behind
        files += [str(path) for path in Path(candidate.folder).glob("kit_*/*.py")]
    elif candidate.manifest:
        files += [str(path) for path in Path(candidate.manifest).parent.glob("*.py")]
    return stamps_of(files)
