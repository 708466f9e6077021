"""Channels as this installation has them: which are on, opening one, keeping what is to be told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from ..channels import Channel, ChannelContext, ChannelType, Listening, Notification
from ..errors import KitError, PluginError, UnknownName
from ..jobs import Stream
from ..outbox import written
from ..plugins.loading import one_line

if TYPE_CHECKING:
    from ..services import Services
    from .composition import Host

LOG = "log"
_SILENCE = timedelta(seconds=120)


def channels_on(host: Host) -> dict[str, tuple[str, ChannelType]]:
    """(plugin, type) of every channel that config.json switches on, by name. The log is on without being named."""
    return {
        kind.name: (plugin, kind)
        for plugin, kind in host.call("kit_channels")
        if (section := host.config.value(f"channels.{kind.name}")) is not None and _is_on(section)
    }


def notify(host: Host, notification: Notification) -> None:
    """Keep it for its channel, or for all that are on. Raises UnknownName, StoreError."""
    from ..render.json_text import to_data
    from ..storage import Outbox

    names = [LOG, *channels_on(host)]
    if notification.channel is not None and notification.channel not in names:
        raise UnknownName("channel that is on", notification.channel, names)
    wanted = names if notification.channel is None else [notification.channel]
    content = written(notification.reply, to_data(notification.reply.data))
    Outbox(host.store).put(notification.key, content, notification.priority, wanted, host.clock.now())


def open_channel(host: Host, name: str) -> Channel:
    """The channel, opened once and kept until the host closes. Only on the network's loop.

    Raises UnknownName, ConfigError or PluginError.
    """
    on = channels_on(host)
    if name not in on:
        raise UnknownName("channel that is on", name, [LOG, *on])
    plugin, kind = on[name]
    return host.network.kept(f"channel:{name}", lambda: _opened(host, plugin, kind), lambda opened: opened.close())


def listeners(host: Host) -> Iterator[Stream]:
    """A stream for each channel that listens."""
    for name, (_, kind) in channels_on(host).items():
        if kind.listens:
            yield Stream(f"channel {name}", f"What is said to {name}", _listening(host, name), _SILENCE)


def _listening(host: Host, name: str) -> Callable[[Services, Callable[[], None]], Awaitable[None]]:
    async def listen(services: Services, beat: Callable[[], None]) -> None:
        channel = open_channel(host, name)
        if not isinstance(channel, Listening):
            raise PluginError(f"The channel {name} is declared to listen and cannot.")
        await channel.listen(services, beat)

    return listen


def _is_on(section: object) -> bool:
    return not isinstance(section, dict) or section.get("enabled", True) is not False


def _opened(host: Host, plugin: str, kind: ChannelType) -> Channel:
    try:
        return kind.open(ChannelContext(kind.name, host.settings(f"channels.{kind.name}"), host))
    except KitError:
        raise
    except Exception as error:
        raise PluginError(
            f"The channel {kind.name} cannot be opened: the plugin {plugin} failed with {one_line(error)}.",
            next_step="Report it to the plugin's author.",
        ) from error
