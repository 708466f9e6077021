"""From what is known of each plugin and what the user wishes to the table: states and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ..commands import Command
from .choice import Choice
from .discovery import Candidate
from .learning import Learnt
from .rows import PluginRow, PluginTable, State


def in_order(candidates: Sequence[Candidate], choice: Choice) -> Iterator[tuple[Candidate, State | None, str]]:
    """Every plugin after those it needs, with what keeps it from being loaded (None where nothing does).

    Whether a needed plugin works is known only when its turn has come, so that is not looked at here.
    """
    names: dict[str, Candidate] = {}
    for each in candidates:
        if each.name in names:
            yield each, State.BROKEN, f"another plugin is called {each.name} too"
        else:
            names[each.name] = each
    done: set[str] = set()
    waiting = list(names.values())
    while waiting:
        ready = [each for each in waiting if all(need in done or need not in names for need in each.needs.plugins)]
        if not ready:
            for each in waiting:
                yield each, State.BLOCKED, _circle(each, names)
            return
        each = ready[0]
        waiting.remove(each)
        done.add(each.name)
        yield each, *_hindrance(each, choice)


def _hindrance(candidate: Candidate, choice: Choice) -> tuple[State | None, str]:
    if refusal := choice.refusal(candidate.name):
        return State.DISABLED, refusal
    if candidate.fault:
        return State.BROKEN, candidate.fault
    if candidate.unmet:
        return State.BLOCKED, candidate.unmet
    return None, ""


def _circle(candidate: Candidate, names: Mapping[str, Candidate]) -> str:
    waits = [need for need in candidate.needs.plugins if need in names]
    return f"needs {waits[0]}, which needs {candidate.name} in the end, or waits for such a circle"


def unmet_plugin(candidate: Candidate, states: Mapping[str, State]) -> str:
    """Which needed plugin does not work, in words."""
    for need in candidate.needs.plugins:
        state = states.get(need)
        if state is None:
            return f"needs {need}, which is not installed"
        if state is not State.LOADED:
            return f"needs {need}, which is {state.value}"
    return ""


def derive(
    candidates: Sequence[Candidate],
    learnt: Mapping[str, Learnt],
    choice: Choice,
    reserved: Iterable[Command] = (),
) -> PluginTable:
    """The table. `reserved` are the host's own commands, which no plugin may take."""
    taken = _Taken(reserved)
    place = {id(each): index for index, each in enumerate(candidates)}
    rows: dict[int, PluginRow] = {}
    states: dict[str, State] = {}
    for candidate, hindrance, why in in_order(candidates, choice):
        state, reason, known = hindrance, why, learnt.get(candidate.name)
        if state is None and (reason := unmet_plugin(candidate, states)):
            state = State.BLOCKED
        elif state is None and known is not None and known.reason:
            state, reason = (State.RETRYING if known.retry_at else State.BROKEN), known.reason
        elif state is None and known is not None and (reason := taken.clash(candidate.name, known)):
            state = State.BROKEN
        state = state or State.LOADED
        states.setdefault(candidate.name, state)
        brings = known if state is State.LOADED and known is not None else Learnt({})
        rows[place[id(candidate)]] = _row(candidate, state, reason, brings)
    return PluginTable(tuple(rows[at] for at in sorted(rows)))


def _row(candidate: Candidate, state: State, reason: str, brings: Learnt) -> PluginRow:
    folder = candidate.folder or (str(Path(candidate.manifest).parent) if candidate.manifest else None)
    return PluginRow(
        name=candidate.name,
        version=candidate.version,
        summary=candidate.summary,
        origin=candidate.origin,
        module=candidate.module,
        folder=Path(folder) if folder else None,
        needs=candidate.needs,
        state=state,
        reason=reason,
        hooks=brings.hooks,
        commands=brings.commands,
        settings=brings.settings,
        migrations=brings.migrations,
        exchanges=brings.exchanges,
    )


class _Taken:
    """Who has which command, section, branch and venue already: the later plugin is at fault."""

    def __init__(self, reserved: Iterable[Command]) -> None:
        self._commands = {command.name: (command, "") for command in reserved}
        self._groups = {name.split()[0] for name in self._commands}
        self._other: dict[tuple[str, str], str] = {}

    def clash(self, plugin: str, known: Learnt) -> str:
        """What `plugin` brings that is taken; where nothing is, all of it is taken from now on."""
        own: dict[str, Command] = {}
        for command in known.commands:
            if command.name in own:
                return f"brings the command “{command.name}” twice"
            if fault := self._command_clash(command):
                return fault
            own[command.name] = command
        others = [("section", each.path) for each in known.settings]
        others += [("section", alias) for each in known.settings for alias in each.aliases]
        others += [("branch of tables", each.branch) for each in known.migrations]
        others += [("exchange type", name) for name in known.exchanges]
        for kind, name in others:
            if (kind, name) in self._other:
                return f"the {kind} “{name}” is {self._other[kind, name]}'s already"
        self._commands.update({name: (command, plugin) for name, command in own.items()})
        self._other.update(dict.fromkeys(others, plugin))
        return ""

    def _command_clash(self, command: Command) -> str:
        if command.name in self._commands:
            return f"the command “{command.name}” is {self._commands[command.name][1] or 'the host'}'s already"
        first = command.name.split()[0]
        if first in self._groups:
            return f"the command “{command.name}” begins with “{first}”, which is the host's"
        for name, (other, owner) in self._commands.items():
            for short, long in ((other, command), (command, other)):
                if long.name.startswith(f"{short.name} ") and any(param.positional for param in short.params):
                    return (
                        f"the command “{command.name}” clashes with {owner}'s “{name}”: “{long.name}” would mean both"
                    )
        return ""
