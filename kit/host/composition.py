"""The host: opens each part on first touch, and gives handlers what they need."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from ..clock import Clock, SystemClock
from ..commands import Command, Invocation
from ..errors import ConfigError, PluginError, UnknownName, UsageError
from ..home import cache_folder
from ..plugins import Plugins, PluginTable
from .calling import handler, resolve
from .parts import part
from .quiet import NoProgress

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ..channels import Notification
    from ..config import Config
    from ..formats import Importer
    from ..hookspecs import Event
    from ..jobs import Job, Stream
    from ..market import Exchange, ExchangeType, PriceSourceType
    from ..network import Network
    from ..phrases import Ambiguous, NoMatch
    from ..problems import ProblemLog
    from ..replies import Reply
    from ..services import Progress
    from ..signals import Signal
    from ..storage import Store

# Named, not imported: the terminal lies above the host.
_OWN_COMMANDS = "kit.cli.host_commands:HOST_COMMANDS"


class Host:
    """An installation. Implements `Services`; the host's own commands see all of it."""

    def __init__(
        self,
        home: Path,
        *,
        env: Mapping[str, str] = os.environ,
        clock: Clock | None = None,
        progress: Progress | None = None,
        overrides: Mapping[str, Any] | None = None,
    ) -> None:
        self.home = home
        self.env = env
        self.clock: Clock = clock or SystemClock()
        self.progress: Progress = progress or NoProgress()
        self._overrides = dict(overrides or {})
        self.opening = RLock()

    @part
    def own_commands(self) -> tuple[Command, ...]:
        """The commands of the host itself. Asks no plugin."""
        commands: tuple[Command, ...] = resolve(_OWN_COMMANDS)
        return commands

    @part
    def plugins(self) -> Plugins:
        return Plugins(self.home, env=self.env, clock=self.clock, reserved=self.own_commands)

    @property
    def table(self) -> PluginTable:
        return self.plugins.table

    @part
    def config(self) -> Config:
        from ..config import load_config

        loaded = list(self.table.loaded())
        self.plugins.reach_settings()
        return load_config(
            self.home,
            [section for row in loaded for section in row.settings],
            exchange_settings={name: model or "" for row in loaded for name, model in row.exchanges.items()},
            env=self.env,
            overrides=self._overrides,
        )

    @part
    def timezone(self) -> ZoneInfo:
        from zoneinfo import ZoneInfo

        return ZoneInfo(self.config.host.timezone)

    @part
    def store(self) -> Store:
        from ..storage import Store

        migrations = [each for row in self.table.loaded() for each in row.migrations]
        return Store.open(self.store_url, migrations, clock=self.clock)

    @property
    def store_url(self) -> str | Path:
        """Where the database is: the config's `storage.url`, else a file of this home.

        Raises ConfigError where the config says it wrongly: another database would look like an empty portfolio.
        """
        self._refuse_bad_sections(["storage"])
        return self.config.host.storage_url or self.home / "data" / "kit.db"

    @property
    def cache(self) -> Path:
        return cache_folder(self.env)

    @part
    def network(self) -> Network:
        """Raises ConfigError where the config says wrongly how to reach it: nothing is asked past a proxy."""
        from ..network import Network, NetworkOptions

        self._refuse_bad_sections(["network"])
        said = self.config.host
        ca_file = Path(said.ca_file).expanduser() if said.ca_file else None
        return Network(NetworkOptions(said.timeout_seconds, said.proxy or None, ca_file))

    @part
    def problems(self) -> ProblemLog:
        """The kept problems, and those of the plugins and the config as they are now."""
        from .problems import HostProblems

        return HostProblems(self)

    def commands(self) -> list[Command]:
        """Everything that can be asked: the host's commands and those of the plugins that work."""
        return [*self.own_commands, *(command for row in self.table.loaded() for command in row.commands)]

    def commands_for(self, words: list[str] | tuple[str, ...]) -> list[Command]:
        """The commands a line of `words` may mean; for “plugins …” only the host's, so that none is loaded."""
        spoken = [word for word in words if not word.startswith("-")]
        return list(self.own_commands) if "plugins" in spoken[:2] else self.commands()

    def call(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """(plugin, item) of every answer to a hook. Loads only the plugins that implement it."""
        return self.plugins.call(hook, arguments)

    def settings(self, section: str) -> Any:
        declared = {each.path: row.name for row in self.table.loaded() for each in row.settings}
        if section not in declared:
            raise PluginError(
                f"No loaded plugin declares the section “{section}”.", next_step="See “kit plugins list”."
            )
        return self.config.section(section)

    def importers(self) -> list[Importer]:
        return [item for _, item in self.call("kit_importers")]

    def exchange_types(self) -> list[ExchangeType]:
        return [item for _, item in self.call("kit_exchanges")]

    def price_sources(self) -> list[PriceSourceType]:
        return [item for _, item in self.call("kit_price_sources", services=self)]

    def signals(self) -> list[Signal]:
        return [item for _, item in self.call("kit_signals", services=self)]

    def channels(self) -> list[str]:
        from .channels import LOG, channels_on

        return [LOG, *channels_on(self)]

    def notify(self, notification: Notification) -> None:
        from .channels import notify

        notify(self, notification)

    def exchanges(self) -> list[str]:
        return list(self.config.exchanges())

    def venue(self, name: str) -> str:
        return str(self.config.exchanges().get(name, {}).get("type", name))

    def open_exchange(self, name: str) -> Exchange:
        from .accounts import open_account

        return open_account(self, name)

    def exchange(self, name: str) -> Exchange:
        return self.network.kept(f"exchange:{name}", lambda: self.open_exchange(name), lambda opened: opened.close())

    def jobs(self) -> list[tuple[str, Job]]:
        """(plugin, job) of everything that is to be done by the clock."""
        return self.call("kit_jobs", services=self)

    def streams(self) -> list[tuple[str, Stream]]:
        """(plugin, stream) of everything that runs as long as the host is resident."""
        from .channels import listeners

        return [*self.call("kit_streams", services=self), *(("kit", each) for each in listeners(self))]

    def run(self, command: str, params: Mapping[str, Any], *, confirmed: bool = False) -> Reply:
        """What the command answers. Raises KitError; a plugin's own fault becomes PluginError.

        `confirmed` says that a person has seen what it will do and said yes: without that nothing moves money.
        """
        own = next((each for each in self.own_commands if each.name == command), None)
        if own is not None:
            reply: Reply = resolve(own.run)(self, **params)
            return reply
        row = self.table.owner_of(command)
        if row is None:
            raise UnknownName("command", command, [each.name for each in self.commands()])
        self._refuse_bad_sections([place for each in row.settings for place in (each.path, *each.aliases)])
        declared = next(each for each in row.commands if each.name == command)
        if declared.needs_confirmation and not confirmed:
            raise UsageError(
                f"“{command}” moves money, and nobody has confirmed it.", next_step="Confirm the plan that was shown."
            )
        return handler(self.plugins, row, declared, debug=bool(self.env.get("KIT_DEBUG")))(self, params)

    def announce(self, event: Event) -> None:
        """Tell every plugin that listens what has happened; one that fails is set aside like any other."""
        self.call("kit_event", event=event, services=self)

    def understand(self, text: str) -> Invocation | Ambiguous | NoMatch:
        from .understanding import understand

        return understand(self, text)

    def invoke(self, invocation: Invocation, *, confirmed: bool = False) -> Reply:
        from ..values import complete_params

        declared = next((each for each in self.commands() if each.name == invocation.command), None)
        params = complete_params(declared, invocation.params) if declared else invocation.params
        return self.run(invocation.command, params, confirmed=confirmed)

    def close(self) -> None:
        if "network" in self.__dict__:
            self.network.close()
        if "store" in self.__dict__:
            self.store.close()
        if "plugins" in self.__dict__:
            self.plugins.close()

    def _refuse_bad_sections(self, sections: list[str]) -> None:
        """A section that is at fault stops its own plugin's commands. Raises ConfigError."""
        for finding in self.config.findings if sections else ():
            if finding.severity == "error" and any(f"{finding.key}.".startswith(f"{place}.") for place in sections):
                raise ConfigError(str(finding), next_step="Correct it, then see “kit config check”.")
