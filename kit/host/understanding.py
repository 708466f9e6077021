"""What a sentence means here: the phrases of all commands, and the names of this installation's accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..phrases import Ambiguous, Grammar, NoMatch

if TYPE_CHECKING:
    from ..commands import Command, Invocation
    from .composition import Host


def understand(host: Host, text: str) -> Invocation | Ambiguous | NoMatch:
    """The one meaning of `text`, or several, or none."""
    return Grammar([each for each in host.commands() if _is_sound(each)], host.exchanges()).match(text)


def _is_sound(command: Command) -> bool:
    """Whether its phrases fit its declaration; one plugin's slip does not silence the others."""
    try:
        Grammar([command])
    except ValueError:
        return False
    return True
