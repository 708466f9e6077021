"""Every error K.I.T. shows to a person.

    KitError                     exit 1   the base: its text is a sentence for the user
    ├── UsageError               exit 2   the words of a command were wrong
    │   └── UnknownName          exit 2   no such account, asset, plugin…: names the nearest
    ├── ConfigError              exit 1   the configuration cannot be used (file:line:column)
    ├── PluginError              exit 1   a plugin failed, or is asked for and set aside
    ├── StoreError               exit 1   the database cannot be opened, read or written
    ├── ImportFileError          exit 1   a file cannot be read, or no importer knows it
    └── ExchangeError            exit 1   a venue refused, failed or answered nonsense
        ├── BadKey                        the credentials are wrong, expired or revoked
        ├── MissingPermission             the key may not do this
        ├── ClockSkew                     this machine's clock and the venue's differ
        ├── RateLimited        transient  asked too often
        ├── Maintenance        transient  the venue is closed for now
        ├── NetworkFailure     transient  no answer: name, connection, certificate, time-out
        ├── Refused                       the venue understood and said no (funds, limits, unknown order)
        └── OddAnswer          transient  something answered, but not as the venue does (HTML, a field missing)

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
    """A name that nothing answers to; `candidates` are the names that exist.

    `next_step` says where to see them: it is given where none of them is near and they are too many to name.
    """

    def __init__(self, kind: str, name: str, candidates: Iterable[str] = (), *, next_step: str | None = None) -> None:
        self.kind = kind
        self.name = name
        self.candidates = tuple(candidates)
        super().__init__(f"There is no {kind} “{name}”.", next_step=did_you_mean(name, self.candidates) or next_step)


class ConfigError(KitError):
    """The configuration cannot be used as it stands."""


class PluginError(KitError):
    """A plugin failed or is not available."""


class StoreError(KitError):
    """The database cannot be opened, read or written."""


class ImportFileError(KitError):
    """A file cannot be read, or its format is not recognised."""


class ExchangeError(KitError):
    """A venue refused, failed or answered something that makes no sense.

    `transient` says whether asking again later may help; without a `next_step` of its own an error
    gives that of its class.
    """

    transient = False
    usual_step: str | None = None

    def __init__(self, message: str, *, next_step: str | None = None) -> None:
        super().__init__(message, next_step=next_step or self.usual_step)


class BadKey(ExchangeError):
    """The venue does not know these credentials."""

    usual_step = "Check the key, or make a new one at the venue: kit exchanges add NAME --replace"


class MissingPermission(ExchangeError):
    """The key is good, but may not do this."""

    usual_step = "Give the key the permission to read at the venue; it needs no other."


class ClockSkew(ExchangeError):
    """The venue refuses what this machine's clock stamped."""

    usual_step = "Set this machine's clock by the network, then try again."


class RateLimited(ExchangeError):
    """Asked too often. `retry_after` is what the venue wants to be waited, in seconds, where it says so."""

    transient = True
    usual_step = "Nothing to do: it is asked again later."

    def __init__(self, message: str, *, next_step: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(message, next_step=next_step)
        self.retry_after = retry_after


class Maintenance(ExchangeError):
    """The venue is closed for now."""

    transient = True
    usual_step = "Nothing to do: it is asked again later. See the venue's status page."


class NetworkFailure(ExchangeError):
    """No answer came: the name, the connection, the certificate or the time failed."""

    transient = True
    usual_step = "Check the connection, and “network” in config.json where a proxy or an own CA is needed."


class Refused(ExchangeError):
    """The venue understood and said no."""


class OddAnswer(ExchangeError):
    """Something answered, but not as this venue does: nothing of it is believed."""

    transient = True
    usual_step = "Nothing to do: the last good balances stay, and it is asked again later."


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
