"""Every error K.I.T. shows to a person.

    KitError                     exit 1   the base: its text is a sentence for the user
    ├── UsageError               exit 2   the words of a command were wrong
    │   └── UnknownName          exit 2   no such account, asset, plugin…: names the nearest
    ├── ConfigError              exit 1   the configuration cannot be used (file:line:column)
    ├── PluginError              exit 1   a plugin failed, or is asked for and set aside
    ├── StoreError               exit 1   the database cannot be opened, read or written
    ├── ImportFileError          exit 1   a file cannot be read, or no importer knows it
    └── ExchangeError            exit 1   a venue refused, failed or answered nonsense

Foreign errors (SQL, files, HTTP) are translated into these once, where they enter.
"""

from __future__ import annotations

from collections.abc import Iterable


class KitError(Exception):
    """What went wrong and where, in one sentence; `next_step` says what to do about it."""

    exit_code = 1

    def __init__(self, message: str, *, next_step: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}" if self.next_step else self.message


class UsageError(KitError):
    """The words of a command do not fit its declaration."""

    exit_code = 2


class UnknownName(UsageError):
    """A name that nothing answers to; `candidates` are the names that exist."""

    def __init__(self, kind: str, name: str, candidates: Iterable[str] = ()) -> None:
        self.kind = kind
        self.name = name
        self.candidates = tuple(candidates)
        super().__init__(f"There is no {kind} “{name}”.", next_step=did_you_mean(name, self.candidates))


class ConfigError(KitError):
    """The configuration cannot be used as it stands."""


class PluginError(KitError):
    """A plugin failed or is not available."""


class StoreError(KitError):
    """The database cannot be opened, read or written."""


class ImportFileError(KitError):
    """A file cannot be read, or its format is not recognised."""


class ExchangeError(KitError):
    """A venue refused, failed or answered something that makes no sense."""


def did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    """“Did you mean X?” for the nearest candidate, else the list of what exists, else None."""
    from difflib import get_close_matches

    known = sorted(set(candidates))
    folded = {candidate.casefold(): candidate for candidate in known}
    near = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    if near:
        return f"Did you mean “{folded[near[0]]}”?"
    if known and len(known) <= 12:
        return f"Known: {', '.join(known)}."
    return None
