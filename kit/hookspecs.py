"""Every hook a plugin may implement.

A hook returns what the plugin brings; it changes nothing. All of a plugin's answers to one hook are
collected before any is kept, and a failure sets that plugin aside with its reason. Implement only
the hooks you need, each decorated with `kit.hookimpl`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from .channels import ChannelType
    from .commands import Command
    from .formats import Importer
    from .jobs import Job, Stream
    from .market import ExchangeType, PriceSourceType
    from .services import Services
    from .signals import Signal

hookspec = pluggy.HookspecMarker("kit")
hookimpl = pluggy.HookimplMarker("kit")


@dataclass(frozen=True, slots=True)
class SettingsSection:
    """A part of config.json that belongs to a plugin.

    `path` is its place ("skills.portfolio-tracker"), `model` the "module:Class" of a pydantic model
    whose fields have camelCase aliases. `aliases` are other places whose keys mean the same
    ("portfolio": the section that older documents put at the root).
    """

    path: str
    model: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Migrations:
    """A plugin's tables: an Alembic branch.

    `directory` holds the revision files, `head` is the newest revision's id (Alembic runs only when
    the store does not have it yet). The first revision carries `branch_labels = (branch,)`.
    """

    branch: str
    directory: Path
    head: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: `ok`, a sentence, and what to do where it is not."""

    ok: bool
    what: str
    next_step: str = ""
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A question that `kit doctor` asks. `run(services)` looks; `fix(services)`, where given, cures."""

    name: str
    summary: str
    run: Callable[[Services], Finding]
    fix: Callable[[Services], Finding] | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """A plugin's line on `kit status`: a label and one short sentence."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What a plugin shows in `kit demo`.

    `prepare(folder, services)` writes the sample files; `lines` are kit command lines run there in
    order (their output is not shown), `show` the one whose answer is; `tries` are suggestions.
    """

    name: str
    prepare: Callable[[Path, Services], None]
    lines: tuple[tuple[str, ...], ...]
    show: tuple[str, ...]
    tries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: `name` like "import.finished", and its plain-data details."""

    name: str
    data: dict[str, object]


@hookspec
def kit_settings() -> list[SettingsSection]:  # type: ignore[empty-body]
    """The config sections of this plugin. Fires once, when the plugin is first read."""


@hookspec
def kit_commands() -> list[Command]:  # type: ignore[empty-body]
    """The commands of this plugin. Fires once, when the plugin is first read; the answer is cached."""


@hookspec
def kit_exchanges() -> list[ExchangeType]:  # type: ignore[empty-body]
    """The venues this plugin can open. Fires when an account is opened or listed."""


@hookspec
def kit_price_sources(services: Services) -> list[PriceSourceType]:  # type: ignore[empty-body]
    """The price sources of this plugin. Fires when a price is looked for outside the store."""


@hookspec
def kit_importers() -> list[Importer]:  # type: ignore[empty-body]
    """The file formats this plugin reads. Fires when a file is imported."""


@hookspec
def kit_migrations() -> list[Migrations]:  # type: ignore[empty-body]
    """The tables of this plugin. Fires once, when the plugin is first read; the answer is cached."""


@hookspec
def kit_jobs(services: Services) -> list[Job]:  # type: ignore[empty-body]
    """What is to be done by the clock. Fires when “kit start” begins, and for “kit jobs”."""


@hookspec
def kit_streams(services: Services) -> list[Stream]:  # type: ignore[empty-body]
    """What runs as long as “kit start” does. Fires when it begins."""


@hookspec
def kit_signals(services: Services) -> list[Signal]:  # type: ignore[empty-body]
    """What alert rules can compare. Fires when a rule is made, listed or looked at."""


@hookspec
def kit_channels() -> list[ChannelType]:  # type: ignore[empty-body]
    """The channels of this plugin. Fires when the plugin is first read, and when something is to be told."""


@hookspec
def kit_checks(services: Services) -> list[Check]:  # type: ignore[empty-body]
    """The questions `kit doctor` asks. Fires for `kit doctor`."""


@hookspec
def kit_status(services: Services) -> list[Status]:  # type: ignore[empty-body]
    """Lines for `kit` and `kit status`. Fires for these."""


@hookspec
def kit_demo() -> list[Demo]:  # type: ignore[empty-body]
    """A demonstration on sample data. Fires for `kit demo`."""


@hookspec
def kit_event(event: Event, services: Services) -> None:
    """Something happened. Fires after the fact; what is returned is ignored."""


@hookspec
def kit_addhooks() -> list[object]:  # type: ignore[empty-body]
    """Modules with further hook specifications, for plugins of this plugin. Fires first of all."""


HOOKS = (
    "kit_addhooks",
    "kit_channels",
    "kit_checks",
    "kit_commands",
    "kit_demo",
    "kit_event",
    "kit_exchanges",
    "kit_importers",
    "kit_jobs",
    "kit_migrations",
    "kit_price_sources",
    "kit_settings",
    "kit_signals",
    "kit_status",
    "kit_streams",
)
__all__ = [
    "HOOKS",
    "Check",
    "Demo",
    "Event",
    "Finding",
    "Migrations",
    "SettingsSection",
    "Status",
    "hookimpl",
    "hookspec",
]
