"""What a sentence means here: the phrases of all commands, and the names of this installation's accounts."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ..phrases import Ambiguous, Grammar, NoMatch

if TYPE_CHECKING:
    from ..commands import Command, Invocation
    from .composition import Host


def understand(host: Host, text: str) -> Invocation | Ambiguous | NoMatch:
    """The one meaning of `text`, or several, or none."""
    return _grammar(tuple(host.commands()), tuple(host.exchanges())).match(text)


@lru_cache(maxsize=4)
def _grammar(commands: tuple[Command, ...], accounts: tuple[str, ...]) -> Grammar:
    """Made once for as long as a host is resident and nothing is connected anew."""
    return Grammar([each for each in commands if _is_sound(each)], accounts)


def _is_sound(command: Command) -> bool:
    """Whether its phrases fit its declaration; one plugin's slip does not silence the others."""
    try:
        Grammar([command])
    except ValueError:
        return False
    return True
