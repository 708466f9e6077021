"""What people may do: `read` looks, `trade` also changes things and moves money."""

from __future__ import annotations

from kit import Command, Effect, Invocation, KitError, ValueType

READ, TRADE = ROLES = ("read", "trade")
_OF_THE_MACHINE = (ValueType.FILE, ValueType.PATH)


def is_offered(command: Command) -> bool:
    """Whether it can be asked for in a chat at all: what needs the machine's own files or terminal cannot."""
    needs_files = any(param.required and (param.type in _OF_THE_MACHINE or param.secret) for param in command.params)
    return not command.local and not needs_files


def may(role: str, command: Command) -> bool:
    return role == TRADE or command.effect is Effect.READ


def require_leave(role: str, command: Command, invocation: Invocation) -> None:
    """Raises KitError where this person may not do that, or where it cannot be done from a chat."""
    named = [each.name for each in command.params if each.type in _OF_THE_MACHINE or each.secret]
    said = [each for each in named if invocation.params.get(each.replace("-", "_")) not in (None, (), "")]
    if not is_offered(command) or said:
        what = f"“--{said[0]}”" if said else f"“{command.name}”"
        raise KitError(f"{what} needs the machine that K.I.T. runs on.", next_step=f"Say it there: kit {command.name}")
    if not may(role, command):
        raise KitError(
            f"You may look, and “{command.name}” changes something.",
            next_step="To be allowed more: kit telegram pair --role trade",
        )
