"""Trying an account out: does it open, what does it hold, what may its key do, does it give prices?

Every fault comes back as a check with its next step, also one of a plugin, and no secret of the account
stands in what is said.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from ..errors import KitError, MissingPermission, NetworkFailure, PluginError, Refused
from ..market import Exchange, Pair, Partial, Permissions, Permitting, Quoting

LONGEST_SECONDS = 60.0
_HUNDREDTH = Decimal("0.01")
_USUAL_PAIRS = tuple(Pair("BTC", quote) for quote in ("USDT", "USD", "EUR"))
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Tried:
    """One thing that was tried. `error` is why it failed, `seconds` how long it took."""

    check: str
    what: str
    seconds: Decimal
    error: KitError | None = None


@dataclass(slots=True)
class Probe:
    """What trying out an account found; `permissions` None where the venue does not say."""

    account: str
    checks: list[Tried] = field(default_factory=list)
    permissions: Permissions | None = None
    assets: int | None = None

    @property
    def error(self) -> KitError | None:
        """Why the account cannot be used, None where it can."""
        return next((each.error for each in self.checks if each.error is not None), None)


async def probed(
    account: str, open_it: Callable[[], Exchange], *, secrets: Collection[str] = (), prices: bool = False
) -> Probe:
    """The account opened, asked and closed again. `secrets` are hidden in whatever is said."""
    probe = Probe(account)
    trial = _Trial(probe, secrets)
    exchange = await trial.of("open", _opening(open_it), lambda _: "opened")
    if exchange is None:
        return probe
    try:
        balances = await trial.of("balances", exchange.balances(), lambda found: _counted(len(found)))
        if balances is not None:
            probe.assets = len({balance.asset for balance in balances})
            if isinstance(exchange, Permitting):
                probe.permissions = await trial.of("permissions", _permissions(exchange), _said)
            if prices and isinstance(exchange, Quoting):
                await trial.of("prices", exchange.tickers(_USUAL_PAIRS), _quoted)
            if isinstance(exchange, Partial):
                _note_gaps(probe, exchange.left_out())
    finally:
        await trial.closing(exchange)
    return probe


class _Trial:
    """Measures what is tried, and turns every fault into a check."""

    def __init__(self, probe: Probe, secrets: Collection[str]) -> None:
        self._probe = probe
        self._secrets = sorted((each for each in secrets if each), key=len, reverse=True)

    async def of(self, check: str, work: Awaitable[_Answer], say: Callable[[_Answer], str]) -> _Answer | None:
        begun = time.monotonic()
        answer: _Answer | None = None
        error: KitError | None = None
        what = ""
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                answer = await work
            what = say(answer)
        except TimeoutError:
            error = NetworkFailure(f"{self._probe.account} did not answer in {LONGEST_SECONDS:.0f} seconds.")
        except KitError as failed:
            error = self._without_secrets(failed)
        except Exception as failed:  # noqa: BLE001 - a plugin's fault is a finding, and its words may hold a key
            error = self._fault(failed)
        seconds = Decimal(str(time.monotonic() - begun)).quantize(_HUNDREDTH)
        self._probe.checks.append(Tried(check, what or (error.message if error else ""), seconds, error))
        return answer

    async def closing(self, exchange: Exchange) -> None:
        """An account that cannot be closed has been tried all the same."""
        try:
            async with asyncio.timeout(5):
                await exchange.close()
        except Exception:  # noqa: BLE001 - the answer is there already
            return

    def _without_secrets(self, error: KitError) -> KitError:
        """The same error, its words without secrets. Changed in place: a plugin's class may be built otherwise."""
        error.message = self._hidden(error.message)
        error.next_step = self._hidden(error.next_step) if error.next_step else None
        error.args = (error.message,)
        return error

    def _fault(self, error: Exception) -> KitError:
        from ..plugins.loading import one_line

        words = self._hidden(one_line(error))
        return PluginError(f"The venue's plugin failed with {words}.", next_step="Report it to the plugin's author.")

    def _hidden(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def permissions_in_words(permissions: Permissions) -> str:
    """“may read, may not trade, may not withdraw”; what the venue does not say is said to be unknown."""
    known = {"read": permissions.read, "trade": permissions.trade, "withdraw": permissions.withdraw}
    said = [f"{'may' if may else 'may not'} {what}" for what, may in known.items() if may is not None]
    unknown = [what for what, may in known.items() if may is None]
    return ", ".join([*said, *([f"unknown: {', '.join(unknown)}"] if unknown else [])])


async def _permissions(exchange: Permitting) -> Permissions | None:
    """None where the key may not even ask what it may do: no reason to refuse it."""
    try:
        return await exchange.permissions()
    except (MissingPermission, Refused):
        return None


def _said(permissions: Permissions | None) -> str:
    return permissions_in_words(permissions) if permissions else "the venue does not say"


async def _opening(open_it: Callable[[], Exchange]) -> Exchange:
    return open_it()


def _counted(count: int) -> str:
    return f"{count} {'balance' if count == 1 else 'balances'}"


def _quoted(tickers: Collection[object]) -> str:
    return f"{len(tickers)} of {len(_USUAL_PAIRS)} usual pairs"


def _note_gaps(probe: Probe, gaps: Collection[str]) -> None:
    probe.checks.extend(Tried("left out", gap, Decimal(0)) for gap in gaps)
