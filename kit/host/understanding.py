"""What a sentence means here: the phrases of all commands, and the names of this installation's accounts."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from ..phrases import Ambiguous, Grammar, NoMatch

if TYPE_CHECKING:
    from ..commands import Command, Invocation
    from .composition import Host


def understand(host: Host, text: str) -> Invocation | Ambiguous | NoMatch:
    """The one meaning of `text`, or several, or none."""
    today = host.clock.now().astimezone(host.timezone).date()
    return _grammar(tuple(host.commands()), tuple(host.exchanges()), today).match(text)


@lru_cache(maxsize=4)
def _grammar(commands: tuple[Command, ...], accounts: tuple[str, ...], today: date) -> Grammar:
    """Made once a day for as long as a host is resident; one plugin's faulty phrase does not silence the others."""
    return Grammar(commands, accounts, today=today, forgiving=True)
