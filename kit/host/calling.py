"""From a command's "module:function" to its reply; a plugin's mistakes become PluginErrors."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..commands import WATCH
from ..errors import KitError, PluginError

if TYPE_CHECKING:
    from ..commands import Command
    from ..plugins import PluginRow, Plugins
    from ..replies import Reply
    from ..services import Services


def resolve(target: str) -> Any:
    """What "module:name" stands for."""
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def handler(
    plugins: Plugins, row: PluginRow, command: Command, *, debug: bool = False
) -> Callable[[Services, Mapping[str, Any]], Reply]:
    """The plugin's function for `command`, guarded. With `debug` its errors arrive as they are."""

    def run(services: Services, params: Mapping[str, Any]) -> Reply:
        from ..plugins.loading import PluginFault, one_line
        from ..replies import Reply

        try:
            with redirect_stdout(sys.stderr):  # what an import prints is no part of the answer
                plugins.ready(row.name)
                function = resolve(command.run)
            reply = function(services, **_for_handler(command, params))
        except KitError:
            raise
        except PluginFault as fault:
            raise PluginError(
                f"The plugin {row.name} cannot be loaded: {fault.reason}.", next_step=_next_step(row)
            ) from fault
        except (Exception, SystemExit) as error:
            if debug:
                raise
            folder = str(row.folder) if row.folder else None
            raise PluginError(
                f"The command “{command.name}” of the plugin {row.name} failed: {one_line(error, folder)}.",
                next_step="Run it again with KIT_DEBUG=1 for the traceback, and report it to the plugin's author.",
            ) from error
        if not isinstance(reply, Reply):
            raise PluginError(
                f"The command “{command.name}” of the plugin {row.name} returned rubbish: "
                f"a value of type {type(reply).__name__}, not a Reply.",
                next_step="Report it to the plugin's author.",
            )
        return reply

    return run


def _for_handler(command: Command, params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if not (command.watchable and name == WATCH)}


def _next_step(row: PluginRow) -> str:
    return f"Correct or update it, then “kit plugins enable {row.name}”."
