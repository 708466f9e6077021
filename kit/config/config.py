"""The configuration in force: sections as models, each value's origin, what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError, PluginError
from ..hookspecs import SettingsSection
from .findings import ConfigFinding, Level

if TYPE_CHECKING:
    from pydantic import BaseModel

    from .settings import HostSettings

FILE = "config.json"


class Config:
    """What `load_config` answers. Never half true: a section at fault raises instead of guessing."""

    def __init__(
        self,
        path: Path,
        data: Mapping[str, Any],
        findings: Sequence[ConfigFinding],
        sections: Sequence[SettingsSection],
        exchange_settings: Mapping[str, str],
        origins: Callable[[], Mapping[tuple[str, ...], str]],
    ) -> None:
        self.path = path
        self.findings = tuple(findings)
        self._data = data
        self._sections = {section.path: section for section in sections}
        self._exchange_settings = exchange_settings
        self._look_up_origins = origins
        self._models: dict[str, BaseModel] = {}

    def section(self, path: str) -> Any:
        """The settings of a section: its plugin's model. Raises ConfigError where it is not usable."""
        self._refuse(path)
        if path not in self._models:
            self._models[path] = self._validated(self._sections[path].model, self.value(path) or {}, path)
        return self._models[path]

    def exchanges(self) -> Mapping[str, Mapping[str, Any]]:
        """The configured accounts by name: those that say what they are."""
        accounts = self._data.get("exchanges", {})
        if not isinstance(accounts, Mapping):
            return {}
        return {name: each for name, each in accounts.items() if isinstance(each, Mapping) and "type" in each}

    def exchange_settings(self, name: str) -> Any:
        """The settings of one account: its exchange type's model. Raises ConfigError or PluginError."""
        path = f"exchanges.{name}"
        self._refuse(path)
        account = self.exchanges()[name]
        reference = self._exchange_settings.get(str(account["type"]))
        if not reference:
            raise PluginError(f"The venue “{account['type']}” has no settings.")
        return self._validated(reference, account, path)

    @cached_property
    def host(self) -> HostSettings:
        """The host's own settings; a key at fault counts as not written."""
        from .settings import HostSettings

        bad = {finding.key.partition(".")[0] for finding in self.findings if finding.severity is Level.ERROR}
        names = {field.alias or name for name, field in HostSettings.model_fields.items()}
        settings = HostSettings.model_validate({k: v for k, v in self._data.items() if k in names and k not in bad})
        return settings if settings.timezone else settings.model_copy(update={"timezone": system_zone()})

    def value(self, dotted: str) -> Any:
        """The plain value at a key path as the layers give it, None where none does."""
        from .layers import at

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
        from .secrets import redacted as hidden

        return dict(hidden(self._data) if redacted else self._data)

    def effective(self) -> dict[str, Any]:
        """Every setting with its value in force, defaults included, secrets hidden; broken sections as written."""
        from .secrets import redacted as hidden

        result: dict[str, Any] = {**self._data, **self.host.model_dump(by_alias=True, mode="json")}
        for path in self._sections:
            try:
                settings = self.section(path).model_dump(by_alias=True, mode="json")
            except ConfigError:
                continue
            *parents, last = path.split(".")
            here = result
            for part in parents:
                here[part] = dict(here.get(part, {}))
                here = here[part]
            here[last] = settings
        return dict(hidden(result))

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
