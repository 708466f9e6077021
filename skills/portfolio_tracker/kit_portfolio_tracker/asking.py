"""Asking an account for all that it says at once: balances, prices, open positions, history.

The balances are what counts: without them there is no answer. Whatever else fails is told as a warning, or as
the walk's fault, and costs nothing of the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from kit import (
    Balance,
    Exchange,
    KitError,
    Leveraged,
    NetworkFailure,
    OpenPosition,
    Pair,
    Quoting,
    Services,
    Ticker,
)

from .core.prices import CROSSES
from .naming import named_balances
from .walking import Walk, plugin_mistake

if TYPE_CHECKING:
    from .settings import PortfolioSettings
    from .store.landing import Known

_Answer = TypeVar("_Answer")
# A plugin that never answers is given up, even where somebody would wait: its venue's own time-outs are far shorter.
_PATIENCE_SECONDS = 120.0
_SECOND_LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Said:
    """What an account said. `at` is when the balances came; `positions` are None where they were not told."""

    balances: tuple[Balance, ...]
    at: datetime
    tickers: tuple[Ticker, ...]
    positions: tuple[OpenPosition, ...] | None
    warnings: tuple[str, ...]


class Asking:
    """One account being asked; `thoroughly` means for its open positions, too.

    `deadline` is the loop's time after which nobody waits for it any more.
    """

    def __init__(
        self,
        services: Services,
        account: str,
        exchange: Exchange,
        settings: PortfolioSettings,
        *,
        known: Known,
        thoroughly: bool,
        deadline: float | None,
    ) -> None:
        self._services = services
        self._account = account
        self._exchange = exchange
        self._settings = settings
        self._known = known
        self._deadline = deadline
        self._thoroughly = thoroughly
        self._warnings: list[str] = []

    async def ask(self, walk: Walk | None) -> Said:
        """What it says, while `walk` goes on beside, to its end. Raises KitError where it tells no balances."""
        async with _beside(None if walk is None else walk.go(self._known.assets, until=self._deadline)) as walking:
            said = await self._answer()
            if walking is not None:
                await walking
        return said

    async def _answer(self) -> Said:
        latest = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
        try:
            async with asyncio.timeout_at(latest if self._deadline is None else min(self._deadline, latest)):
                return await self._whole_answer()
        except TimeoutError:
            raise NetworkFailure(f"{self._account} did not answer in time.") from None

    async def _whole_answer(self) -> Said:
        held = self._known.held.keys()
        leveraged = self._exchange if self._thoroughly and isinstance(self._exchange, Leveraged) else None
        async with (
            _beside(self._tickers(held) if held else None) as quoting,
            _beside(None if leveraged is None else self._positions(leveraged)) as positioning,
        ):
            told = await self._exchange.balances()
            if held and not any(each.total for each in told):
                await asyncio.sleep(_SECOND_LOOK_SECONDS)
                told = await self._exchange.balances()
            at = self._services.clock.now()
            tickers = await quoting if quoting else []
            positions = await positioning if positioning else None
        venue = self._services.venue(self._account)
        balances = named_balances(told, venue, self._settings.asset_names)
        if new := {each.asset for each in balances if each.total} - held:
            tickers = [*tickers, *await self._tickers(new)]
        return Said(tuple(balances), at, tuple(tickers), positions, tuple(self._warnings))

    async def _tickers(self, assets: Collection[str]) -> list[Ticker]:
        """Their prices, where the venue tells them; where it fails, other sources know prices, too."""
        if not isinstance(self._exchange, Quoting):
            return []
        try:
            return list(await self._exchange.tickers(self._pairs(assets)))
        except KitError:
            return []
        except Exception as error:  # noqa: BLE001 - a plugin's own mistake costs its prices, not the balances
            self._warnings.append(plugin_mistake(self._account, error).message)
            return []

    async def _positions(self, exchange: Leveraged) -> tuple[OpenPosition, ...] | None:
        try:
            return tuple(await exchange.positions())
        except KitError as error:
            self._warnings.append(f"The open positions of {self._account} could not be asked: {error.message}")
        except Exception as error:  # noqa: BLE001 - a plugin's own mistake costs its positions, not the balances
            self._warnings.append(plugin_mistake(self._account, error).message)
        return None

    def _pairs(self, assets: Collection[str]) -> frozenset[Pair]:
        """What may price these assets, and the crosses in each other."""
        quotes = dict.fromkeys((self._settings.base_currency, *CROSSES))
        return frozenset(Pair(asset, quote) for asset in {*assets, *CROSSES} for quote in quotes if asset != quote)


def totals(said: Said) -> Mapping[str, Decimal]:
    """What is held, by asset."""
    return {each.asset: each.total for each in said.balances if each.total}


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, _Answer] | None) -> AsyncIterator[asyncio.Task[_Answer] | None]:
    """`work` under way beside the block; cancelled where the block fails."""
    task = None if work is None else asyncio.create_task(work)
    try:
        yield task
    finally:
        if task is not None and not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
