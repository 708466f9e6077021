"""The plugins of one home, as a host keeps them: the table, and calls of their hooks."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from ..clock import Clock, SystemClock
from ..commands import Command
from ..errors import KitError
from .asking import Answering
from .choice import read_choice
from .deriving import derive, in_order, unmet_plugin
from .discovery import Candidate
from .learning import Learnt, learn
from .loading import Importing, Patience, PluginFault, within
from .memory import Memory, recall, remember
from .rows import PluginRow, PluginTable, State

# Asked when a resident host begins: a plugin that hangs must not keep the others' work from being done.
_TIMED = ("kit_channels", "kit_jobs", "kit_signals", "kit_streams")
_AFTER_TROUBLE = timedelta(minutes=5)


def plugin_table(home: Path, *, env: Mapping[str, str] = os.environ, clock: Clock | None = None) -> PluginTable:
    """Every plugin that `home` sees. Loads those that are not known yet."""
    plugins = Plugins(home, env=env, clock=clock or SystemClock())
    try:
        return plugins.table
    finally:
        plugins.close()


class Plugins:
    """Finds plugins, loads one when it is needed, and sets it aside when it is at fault.

    `troubles` are what plugins could not answer through no fault of theirs: their names and why.
    """

    def __init__(self, home: Path, *, env: Mapping[str, str], clock: Clock, reserved: Iterable[Command] = ()) -> None:
        self._home = home
        self._env = env
        self._clock = clock
        self._reserved = tuple(reserved)
        self._patience = Patience.of(env)
        self._importing = Importing()
        self._live: dict[str, Answering] = {}
        self._table: PluginTable | None = None
        self.troubles: dict[str, str] = {}

    @property
    def table(self) -> PluginTable:
        if self._table is None:
            self._table = self._derived()
        return self._table

    def names(self) -> list[str]:
        """The names of all plugins that can be seen. Loads none."""
        return [each.name for each in self._memory.found]

    def call(self, hook: str, arguments: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """(plugin, item) of every answer. A plugin that fails is set aside, and nothing of it is kept."""
        answers: list[tuple[str, Any]] = []
        for row in list(self.table.loaded()):
            if hook in row.hooks:
                answers += [(row.name, item) for item in self._asked(row, hook, arguments)]
        return answers

    def ready(self, name: str) -> None:
        """Import the plugin `name`, so that its modules can be. Raises PluginFault and sets it aside."""
        row = self.table.row(name)
        try:
            self._answering(row.name, row.module, self._drop_in(row))
        except PluginFault as fault:
            self.set_aside(name, fault.reason, late=fault.late)
            raise

    def reach_settings(self) -> None:
        """Make the settings models of drop-in plugins importable. Imports nothing."""
        for row in self.table.loaded():
            if (row.settings or row.exchanges) and (folder := self._drop_in(row)):
                self._importing.reach(folder)

    def set_aside(self, name: str, reason: str, *, late: bool = False) -> None:
        """From now on the plugin is broken: until its files change, or it is enabled again.

        One that is only `late` is tried again after a while.
        """
        known = self._memory.learnt[name]
        retry_at = (self._clock.now() + _AFTER_TROUBLE).isoformat() if late else ""
        self._memory.learnt[name] = replace(
            Learnt(known.files, source=known.source), reason=reason, retry_at=retry_at, attempts=1 if late else 0
        )
        self._table = derive(
            self._memory.found, self._memory.learnt, read_choice(self._home, self._env), self._reserved
        )
        remember(self._memory, self._home, self._env)

    def forget(self, name: str) -> None:
        """Learn the plugin `name` again when the table is asked for."""
        if self._memory.learnt.pop(name, None) is not None:
            remember(self._memory, self._home, self._env)
        self._table = None

    def close(self) -> None:
        self._importing.close()

    def _asked(self, row: PluginRow, hook: str, arguments: Mapping[str, Any]) -> list[Any]:
        def ask() -> list[Any] | KitError:
            try:
                return plugin.ask(hook, arguments, folder=str(row.folder) if row.folder else None)
            except KitError as error:
                return error

        try:
            plugin = self._answering(row.name, row.module, self._drop_in(row))
            answer = within(self._patience, row.name, ask) if hook in _TIMED else ask()
        except PluginFault as fault:
            self.set_aside(row.name, fault.reason, late=fault.late or isinstance(fault.__cause__, OSError))
            return []
        if isinstance(answer, KitError):
            self.troubles[row.name] = str(answer)
            return []
        return answer

    @cached_property
    def _memory(self) -> Memory:
        memory, self._complete = recall(self._home, self._env)
        return memory

    def _derived(self) -> PluginTable:
        memory, choice, now = self._memory, read_choice(self._home, self._env), self._clock.now()
        states: dict[str, State] = {}
        fresh: set[str] = set()
        for candidate, hindrance, _ in in_order(memory.found, choice):
            name, known = candidate.name, memory.learnt.get(candidate.name)
            if hindrance is not None or unmet_plugin(candidate, states):
                states.setdefault(name, hindrance or State.BLOCKED)
                continue
            if known is None or known.is_due(now) or not fresh.isdisjoint(candidate.needs.plugins):
                memory.learnt[name] = known = self._learn(candidate, known or memory.outdated.get(name))
                fresh.add(name)
            states[name] = State.BROKEN if known.reason else State.LOADED
        if fresh or not self._complete:
            remember(memory, self._home, self._env)
            self._complete = True
        return derive(memory.found, memory.learnt, choice, self._reserved)

    def _learn(self, candidate: Candidate, before: Learnt | None) -> Learnt:
        specifications: list[str] = []
        for need in candidate.needs.plugins:
            owner = next(each for each in self._memory.found if each.name == need)
            if own := self._memory.learnt[need].specifications:
                self._answering(owner.name, owner.module, owner.folder)
                specifications += own
        self._live.pop(candidate.name, None)
        return learn(
            candidate,
            specifications,
            importing=self._importing,
            patience=self._patience,
            clock=self._clock,
            before=before,
        )

    def _answering(self, name: str, module: str, folder: str | None) -> Answering:
        if name not in self._live:
            try:
                loaded = within(self._patience, name, lambda: self._importing.module(module, folder))
            except PluginFault as fault:
                raise PluginFault(f"its import failed: {fault.reason}", late=fault.late) from fault
            self._live[name] = Answering(loaded).registered()
        return self._live[name]

    @staticmethod
    def _drop_in(row: PluginRow) -> str | None:
        return str(row.folder) if row.origin == "folder" else None
