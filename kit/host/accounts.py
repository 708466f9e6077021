"""Opening a configured account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError, KitError, PluginError, UnknownName, did_you_mean
from ..market import AccountContext, Exchange, ExchangeType

if TYPE_CHECKING:
    from .composition import Host


def open_account(host: Host, name: str) -> Exchange:
    """The account `exchanges.<name>`, opened. Raises UnknownName, ConfigError or PluginError."""
    configured = host.config.exchanges()
    if name not in configured:
        raise UnknownName("account", name, configured, next_step="Connect one: kit exchanges add NAME")
    plugin, kind = account_type(host, name, str(configured[name]["type"]))
    settings = configured[name]
    if kind.settings is not None:
        settings = dict(host.config.exchange_settings(name))  # not dumped: a dump hides the secrets
    return _opened(host, plugin, kind, name, settings)


def try_account(host: Host, name: str, account: Mapping[str, Any]) -> Exchange:
    """An account that is not configured (yet), opened as `account` says. Raises as `open_account`."""
    plugin, kind = account_type(host, name, str(account["type"]))
    settings = account if kind.settings is None else dict(host.config.settings_of(kind.settings, name, account))
    return _opened(host, plugin, kind, name, settings)


def account_type(host: Host, name: str, wanted: str) -> tuple[str, ExchangeType]:
    """(plugin, type) of the venue that an account is at. Raises ConfigError where no plugin brings it."""
    types = {item.name: (plugin, item) for plugin, item in host.call("kit_exchanges")}
    if wanted not in types:
        near = did_you_mean(wanted, types) or "See “kit plugins list”."
        raise ConfigError(
            f"The account “{name}” is of the type “{wanted}”, which no loaded plugin brings.", next_step=near
        )
    found: tuple[str, ExchangeType] = types[wanted]
    return found


def _opened(host: Host, plugin: str, kind: ExchangeType, name: str, settings: Mapping[str, Any]) -> Exchange:
    try:
        return kind.open(AccountContext(name, settings, host))
    except KitError:
        raise
    except Exception as error:
        from ..plugins.loading import one_line

        raise PluginError(
            f"The account “{name}” cannot be opened: the plugin {plugin} failed with {one_line(error)}.",
            next_step="Report it to the plugin's author.",
        ) from error
