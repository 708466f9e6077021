"""What people may do: `read` looks, `trade` also changes things and moves money."""

from __future__ import annotations

from kit import Command, Effect, Invocation, KitError, Param, ValueType

READ, TRADE = ROLES = ("read", "trade")
_OF_THE_MACHINE = (ValueType.FILE, ValueType.PATH)


def is_offered(command: Command) -> bool:
    """Whether it can be asked for in a chat at all: what needs the machine's own files or terminal cannot."""
    needs = any((param.required or param.positional) and is_of_the_machine(param) for param in command.params)
    return not command.local and not needs


def is_of_the_machine(param: Param) -> bool:
    """Whether only the machine's own terminal can say it: the name of a file, a secret."""
    return param.type in _OF_THE_MACHINE or param.secret


def may(role: str, command: Command) -> bool:
    """Whether somebody of that role may run it: `read` only what changes nothing."""
    return role == TRADE or command.effect is Effect.READ


def require_leave(role: str, command: Command, invocation: Invocation) -> None:
    """Raises KitError where this person may not do that, or where it cannot be done from a chat."""
    said = [each for each in command.params if is_of_the_machine(each) and invocation.params.get(each.keyword)]
    if not is_offered(command) or said:
        what = f"“--{said[0].name}”" if said else f"“{command.name}”"
        raise KitError(f"{what} needs the machine that K.I.T. runs on.", next_step=f"Say it there: kit {command.name}")
    if not may(role, command):
        raise KitError(
            f"You may look, and “{command.name}” changes something.",
            next_step="To be allowed more: kit telegram pair --role trade",
        )
