"""What a handler is given: the host, seen through the keyhole that a skill needs and no wider."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from .channels import Notification
    from .clock import Clock
    from .commands import Command, Invocation
    from .formats import Importer
    from .hookspecs import Event
    from .market import Exchange, ExchangeType, PriceSourceType
    from .network import Network
    from .phrases import Ambiguous, NoMatch
    from .problems import ProblemLog
    from .replies import Reply
    from .signals import Signal
    from .storage import Store


class Task(Protocol):
    """Work under way. `advance` moves its progress by so many units of `total`."""

    def advance(self, units: int = 1) -> None: ...


class Progress(Protocol):
    """Shows long work: a bar on a terminal, nothing where nobody looks."""

    def task(self, label: str, total: int | None = None) -> AbstractContextManager[Task]: ...


class Services(Protocol):
    """Everything is opened on first touch, so that a command pays only for what it uses."""

    @property
    def home(self) -> Path:
        """The folder of this installation's config and data."""

    @property
    def cache(self) -> Path:
        """The folder for what can be had again: lists of markets, answers of price sources."""

    @property
    def clock(self) -> Clock: ...

    @property
    def timezone(self) -> ZoneInfo:
        """The user's zone: what “today” means."""

    @property
    def store(self) -> Store:
        """The database, migrated. Raises StoreError."""

    @property
    def problems(self) -> ProblemLog: ...

    @property
    def progress(self) -> Progress: ...

    def settings(self, section: str) -> Any:
        """The validated settings of a section ("skills.portfolio-tracker"): the plugin's own model.

        Raises ConfigError where that section is not usable, PluginError where nobody declares it.
        """

    def importers(self) -> Sequence[Importer]:
        """Every importer of every healthy plugin."""

    def exchange_types(self) -> Sequence[ExchangeType]: ...

    def price_sources(self) -> Sequence[PriceSourceType]: ...

    def signals(self) -> Sequence[Signal]:
        """Everything that alert rules can compare, of every healthy plugin."""

    def channels(self) -> Sequence[str]:
        """The names of the channels that are on: those of config.json, and “log”, the log of “kit start”."""

    def notify(self, notification: Notification) -> None:
        """Keep something to be told in the outbox; when this returns it is not lost any more.

        Raises UnknownName for a channel that is not on, StoreError.
        """

    def exchanges(self) -> Sequence[str]:
        """The names of the configured accounts (`exchanges.<name>` in the config)."""

    def venue(self, name: str) -> str:
        """The kind of venue ("binance", "paper") of the configured account `name`; of any other, the name itself."""

    def open_exchange(self, name: str) -> Exchange:
        """The configured account `name`, opened anew; the caller closes it.

        Raises UnknownName, ConfigError or PluginError.
        """

    def exchange(self, name: str) -> Exchange:
        """The same, opened once and kept: with its connections, until the host closes. Only on the network's loop."""

    @property
    def network(self) -> Network:
        """The event loop and the HTTP session that everything asking the network shares."""

    def announce(self, event: Event) -> None:
        """Tell every plugin that listens (`kit_event`) what has happened."""

    def call(self, hook: str, **arguments: Any) -> Sequence[tuple[str, Any]]:
        """(plugin, item) of every answer to a hook that the calling plugin brought with `kit_addhooks`."""

    def commands(self) -> Sequence[Command]:
        """Everything that can be asked: the host's commands and those of the plugins that work."""

    def understand(self, text: str) -> Invocation | Ambiguous | NoMatch:
        """What a sentence means, by the phrases of all commands; parameters that it does not say are left out."""

    def invoke(self, invocation: Invocation, *, confirmed: bool = False) -> Reply:
        """Run another command, as if it had been typed.

        `confirmed` says that a person has seen what it will do and said yes: without that nothing moves money.
        """
