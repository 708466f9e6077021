"""Opening a configured account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import ConfigError, KitError, PluginError, UnknownName
from ..market import AccountContext, Exchange

if TYPE_CHECKING:
    from .composition import Host


def open_account(host: Host, name: str) -> Exchange:
    """The account `exchanges.<name>`, opened. Raises UnknownName, ConfigError or PluginError."""
    configured = host.config.exchanges()
    if name not in configured:
        raise UnknownName("account", name, configured)
    wanted = str(configured[name].get("type", name))
    types = {item.name: (plugin, item) for plugin, item in host.call("kit_exchanges")}
    if wanted not in types:
        raise ConfigError(
            f"The account “{name}” is of the type “{wanted}”, which no loaded plugin brings.",
            next_step=f"Known: {', '.join(sorted(types)) or 'none'}. See “kit plugins list”.",
        )
    plugin, kind = types[wanted]
    settings = configured[name]
    if kind.settings is not None:
        settings = dict(host.config.exchange_settings(name))  # not dumped: a dump hides the secrets
    try:
        account: Exchange = kind.open(AccountContext(name, settings, host))
        return account
    except KitError:
        raise
    except Exception as error:
        from ..plugins.loading import one_line

        raise PluginError(
            f"The account “{name}” cannot be opened: the plugin {plugin} failed with {one_line(error)}.",
            next_step="Report it to the plugin's author.",
        ) from error
