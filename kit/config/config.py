"""The configuration in force: sections as models, each value's origin, what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError, PluginError
from ..hookspecs import SettingsSection
from .accounts import kind_of
from .findings import ConfigFinding, Level
from .plain import decode

if TYPE_CHECKING:
    from pydantic import BaseModel

FILE = "config.json"
LARGEST_BYTES = 256 * 1024
_HOST_KEYS = (
    "timezone",
    "storage.url",
    "network.timeoutSeconds",
    "network.proxy",
    "network.caFile",
    "notifications.quietHours",
)


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at the layers found.

    `data` is the layers merged, aliases resolved. `plain` holds, for the sections of a kept look, the
    values of their fields that are plain (texts, numbers, switches), defaults included.
    """

    data: Mapping[str, Any]
    findings: tuple[ConfigFinding, ...]
    plain: Mapping[str, Mapping[str, Any]]
    origins: Mapping[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class HostValues:
    """The host's own settings in force. An empty `storage_url` is the file of this home."""

    timezone: str
    storage_url: str
    timeout_seconds: float = 10.0
    proxy: str = ""
    ca_file: str = ""
    quiet_hours: str = ""


class KeptSettings:
    """A section's settings that were found right before: what JSON keeps at once, anything else from the model.

    Building a pydantic model costs more than all else a quick command does.
    """

    def __init__(self, plain: Mapping[str, Any], build: Callable[[], BaseModel]) -> None:
        self._plain = plain
        self._build = build

    def __getattr__(self, name: str) -> Any:
        if name in self._plain:
            return decode(self._plain[name])
        return getattr(self._build(), name)


class Config:
    """What `load_config` answers. Never half true: a section at fault raises instead of guessing."""

    def __init__(
        self,
        path: Path,
        look: Look,
        sections: Sequence[SettingsSection],
        exchange_settings: Mapping[str, str],
        *,
        origins: Callable[[], Mapping[tuple[str, ...], str]],
    ) -> None:
        self.path = path
        self.findings = look.findings
        self._data = look.data
        self._plain = look.plain
        self._sections = {section.path: section for section in sections}
        self._exchange_settings = exchange_settings
        self._look_up_origins = origins
        self._models: dict[str, BaseModel] = {}

    def section(self, path: str) -> Any:
        """The settings of a section, as its plugin's model has them. Raises ConfigError where it is not usable."""
        self._refuse(path)
        if path in self._plain:
            return KeptSettings(self._plain[path], lambda: self._model(path))
        return self._model(path)

    def exchanges(self) -> Mapping[str, Mapping[str, Any]]:
        """The configured accounts by name, each with its `type`: those that say what they are."""
        accounts = self._data.get("exchanges", {})
        if not isinstance(accounts, Mapping):
            return {}
        kinds = {name: kind_of(name, each, self._exchange_settings) for name, each in accounts.items()}
        return {name: {**each, "type": kinds[name]} for name, each in accounts.items() if kinds[name] is not None}

    def exchange_settings(self, name: str) -> Any:
        """The settings of one account: its exchange type's model. Raises ConfigError or PluginError."""
        path = f"exchanges.{name}"
        self._refuse(path)
        account = self.exchanges()[name]
        reference = self._exchange_settings.get(str(account["type"]))
        if not reference:
            raise PluginError(f"The venue “{account['type']}” has no settings.")
        return self._validated(reference, account, path)

    def settings_of(self, reference: str, name: str, account: Mapping[str, Any]) -> Any:
        """`account` as the settings model of its exchange type, whether it is configured or not. Raises ConfigError."""
        return self._validated(reference, account, f"exchanges.{name}")

    @cached_property
    def host(self) -> HostValues:
        """The host's own settings; a key at fault counts as not written."""
        bad = {finding.key for finding in self.errors}
        good = {key: self.value(key) for key in _HOST_KEYS if not bad & {key, key.partition(".")[0]}}
        return HostValues(
            timezone=str(good.get("timezone") or "") or system_zone(),
            storage_url=str(good.get("storage.url") or ""),
            timeout_seconds=float(good.get("network.timeoutSeconds") or 10),
            proxy=str(good.get("network.proxy") or ""),
            ca_file=str(good.get("network.caFile") or ""),
            quiet_hours=str(good.get("notifications.quietHours") or ""),
        )

    def value(self, dotted: str) -> Any:
        """The plain value at a key path as the layers give it, None where none does."""
        return at(self._data, dotted.split("."))

    def origin(self, dotted: str) -> str:
        """Where a value comes from: "config.json:12:5", "environment KIT_…", "command line" or "default"."""
        path = tuple(dotted.split("."))
        origins = self._look_up_origins()
        for end in range(len(path), 0, -1):
            whole = end == len(path) or not isinstance(self.value(".".join(path[:end])), Mapping)
            if whole and path[:end] in origins:
                return origins[path[:end]]
        return "default"

    def data(self, redacted: bool = True) -> dict[str, Any]:
        """Everything that was set (no defaults), secrets hidden unless asked otherwise."""
        from .schema import full_schema
        from .secrets import redacted as hidden, redacted_by

        if not redacted:
            return dict(self._data)
        marked = full_schema(list(self._sections.values()), self._exchange_settings)
        return dict(hidden(redacted_by(marked, self._data)))

    def effective(self) -> dict[str, Any]:
        """Every setting with its value in force, defaults included, secrets hidden; broken sections as written."""
        from .secrets import redacted as hidden

        result: dict[str, Any] = {**self._data, **self._host_settings()}
        for path in self._sections:
            try:
                self._refuse(path)
                settings = self._model(path).model_dump(by_alias=True, mode="json")
            except ConfigError:
                continue
            *parents, last = path.split(".")
            here = result
            for part in parents:
                here[part] = dict(here.get(part, {}))
                here = here[part]
            here[last] = settings
        return dict(hidden(result))

    def _host_settings(self) -> dict[str, Any]:
        from .settings import HostSettings

        host = self.host
        network = {"timeoutSeconds": host.timeout_seconds, "proxy": host.proxy, "caFile": host.ca_file}
        written = {
            "timezone": host.timezone,
            "storage": {"url": host.storage_url},
            "network": network,
            "notifications": {"quietHours": host.quiet_hours},
        }
        return HostSettings.model_validate(written).model_dump(by_alias=True, mode="json", exclude={"schema_"})

    def _model(self, path: str) -> BaseModel:
        if path not in self._models:
            self._models[path] = self._validated(self._sections[path].model, self.value(path) or {}, path)
        return self._models[path]

    @property
    def errors(self) -> tuple[ConfigFinding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Level.ERROR)

    def _refuse(self, path: str) -> None:
        for finding in self.errors:
            if not finding.key or f"{finding.key}.".startswith(f"{path}.") or f"{path}.".startswith(f"{finding.key}."):
                raise ConfigError(str(finding), next_step="See “kit config check”.")

    def _validated(self, reference: str, value: Any, path: str) -> BaseModel:
        from pydantic import ValidationError

        from .schema import model

        try:
            return model(reference).model_validate(value)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise ConfigError(
                f"{self.path.name} {path}: {first['msg']}.", next_step="See “kit config check”."
            ) from None


def at(data: Mapping[str, Any], path: Sequence[str]) -> Any:
    """The value at a key path, None where there is none."""
    here: Any = data
    for part in path:
        if not isinstance(here, Mapping) or part not in here:
            return None
        here = here[part]
    return here


def system_zone() -> str:
    """The machine's IANA time zone, UTC where it has none."""
    from zoneinfo import ZoneInfo

    from tzlocal import get_localzone_name

    try:
        name = get_localzone_name()
        ZoneInfo(name)
    except (LookupError, ValueError, OSError, TypeError):
        return "UTC"
    return str(name)
