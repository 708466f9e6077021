"""A loaded plugin's hooks: checked against the specifications, called one by one, answers checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any

import pluggy

from .. import hookspecs
from ..commands import Command
from ..errors import KitError, did_you_mean
from .declarations import fault_of
from .loading import PluginFault, one_line

_ITEMS = {
    "kit_addhooks": (ModuleType, "modules"),
    "kit_checks": (hookspecs.Check, "Check"),
    "kit_commands": (Command, "Command"),
    "kit_demo": (hookspecs.Demo, "Demo"),
    "kit_migrations": (hookspecs.Migrations, "Migrations"),
    "kit_settings": (hookspecs.SettingsSection, "SettingsSection"),
    "kit_status": (hookspecs.Status, "Status"),
}
_ITEMS_BY_NAME = {
    "kit_channels": ("channels", "ChannelType"),
    "kit_exchanges": ("market", "ExchangeType"),
    "kit_importers": ("formats", "Importer"),
    "kit_jobs": ("jobs", "Job"),
    "kit_price_sources": ("market", "PriceSourceType"),
    "kit_signals": ("signals", "Signal"),
    "kit_streams": ("jobs", "Stream"),
}


class Answering:
    """One plugin's hooks. `specifications` are modules of further hooks that it may implement."""

    def __init__(self, module: ModuleType, specifications: Iterable[ModuleType] = ()) -> None:
        self._module = module
        self._manager = pluggy.PluginManager("kit")
        self._specifications = tuple(specifications)

    def checked(self) -> Answering:
        """Itself, if every hook is one that exists. Raises PluginFault."""
        for each in (hookspecs, *self._specifications):
            self._manager.add_hookspecs(each)
        known = [
            name
            for each in (hookspecs, *self._specifications)
            for name in dir(each)
            if self._manager.parse_hookspec_opts(each, name) is not None
        ]
        try:
            self._register()
        except pluggy.PluginValidationError as error:
            raise PluginFault(_signature_fault(error)) from error
        for name in self.hooks():
            if name not in known:
                near = did_you_mean(name, known) or ""
                hint = f": did you mean {near.split('“')[1].split('”')[0]}" if near.startswith("Did") else ""
                raise PluginFault(f"unknown hook {name}{hint}")
        return self

    def registered(self) -> Answering:
        """Itself, unchecked: for a plugin that was checked when it was learnt."""
        self._register()
        return self

    def hooks(self) -> tuple[str, ...]:
        """The names of the hooks it implements."""
        return tuple(sorted(caller.name for caller in self._manager.get_hookcallers(self._module) or ()))

    def ask(self, hook: str, arguments: Mapping[str, Any] | None = None, *, folder: str | None = None) -> list[Any]:
        """What the plugin answers to `hook`; nothing where it does not implement it.

        Raises PluginFault where it fails or answers rubbish. A KitError passes: its words are for the user.
        """
        caller = getattr(self._manager.hook, hook, None)
        given = arguments or {}
        found: list[Any] = []
        for implementation in caller.get_hookimpls() if caller is not None else ():
            if implementation.wrapper or implementation.hookwrapper:
                raise PluginFault(f"{hook} is a hook wrapper, which K.I.T. does not call")
            try:
                answer = implementation.function(*(given[name] for name in implementation.argnames))
            except KitError:
                raise
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                raise PluginFault(f"{hook} raised {one_line(error, folder)}") from error
            if hook != "kit_event":
                found += _checked(hook, answer)
        return found

    def _register(self) -> None:
        if self._manager.get_name(self._module) is None:
            self._manager.register(self._module, name=self._module.__name__)


def _checked(hook: str, answer: object) -> Sequence[Any]:
    if not isinstance(answer, list | tuple):
        raise PluginFault(f"{hook} returned rubbish: {_article(answer)}, not a list")
    wanted = _wanted(hook)
    if wanted is None:
        return answer
    kind, title = wanted
    for item in answer:
        if not isinstance(item, kind):
            raise PluginFault(f"{hook} returned rubbish: {_article(item)} among its {title}s".replace("ss", "s"))
        if fault := fault_of(item):
            raise PluginFault(f"{hook}: {fault}")
    return answer


def _wanted(hook: str) -> tuple[type, str] | None:
    if hook in _ITEMS_BY_NAME:
        from importlib import import_module

        module, name = _ITEMS_BY_NAME[hook]
        return getattr(import_module(f"kit.{module}"), name), name
    return _ITEMS.get(hook)


def _article(value: object) -> str:
    return "None" if value is None else f"a value of type {type(value).__name__}"


def _signature_fault(error: Exception) -> str:
    """pluggy's many lines as one: which hook, which argument."""
    lines = [" ".join(line.split()) for line in str(error).splitlines() if line.strip()]
    hook = next((line.split("'")[3] for line in lines if line.count("'") >= 4 and "hook" in line), "a hook")
    extra = next((line for line in lines if line.startswith("Argument(s)")), lines[-1] if lines else "")
    return f"{hook} does not fit its specification: {extra}"
