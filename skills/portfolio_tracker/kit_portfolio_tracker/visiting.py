"""Asking one account: balances, prices and history, at once where that is possible, and keeping what it says.

Nothing that goes wrong with one account leaves this module as an error: it becomes the account's state, and
its last good balances stay.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from kit import (
    Balance,
    Exchange,
    KitError,
    NetworkFailure,
    OddAnswer,
    Pair,
    Partial,
    PluginError,
    Quantity,
    Quoting,
    Services,
    Task,
    Ticker,
)

from .core.prices import CROSSES
from .naming import named_balances, quote_of
from .store.account_rows import AccountState, account_state
from .store.landing import Known, Landing, begin_anew, has_imports, land, note_state, what_is_known
from .store.reading import reported_totals
from .walking import Walk

if TYPE_CHECKING:
    from .settings import PortfolioSettings
    from .store.landing import Landed

_Answer = TypeVar("_Answer")
_LOCK_LOOK_SECONDS = 0.2
_LOCK_WAIT_SECONDS = 120.0
_SECOND_LOOK_SECONDS = 1.0
# An account that says it holds nothing any more, and no record tells why, is believed after so long.
_DOUBT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Wish:
    """How an account is to be asked.

    `history`: always, only where balances have changed, or never. `full` walks it from the beginning.
    `since`: an answer that came after this instant, from whomever, will do. `budget`: seconds after which
    to give up.
    """

    history: Literal["always", "changed", "never"] = "always"
    full: bool = False
    since: datetime | None = None
    budget: float | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of it. `state` says whether the account is well now; `tickers` are what its venue told of prices."""

    account: str
    state: AccountState
    outcome: Literal["synced", "fresh", "partial", "failed"]
    added: int = 0
    changes: tuple[Quantity, ...] = ()
    quotes: int = 0
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    tickers: tuple[Ticker, ...] = field(default=(), repr=False)


async def visit(services: Services, account: str, wish: Wish, settings: PortfolioSettings, progress: Task) -> Visit:
    """Ask the account and keep what it says; `progress` counts its records. Never raises but for StoreError."""
    began = time.monotonic()
    call = _Call(services, account, wish, settings=settings, progress=progress)
    try:
        async with asyncio.timeout(wish.budget), _alone(services, account):
            found = await call.make()
    except TimeoutError:
        found = await call.failed(NetworkFailure(f"{account} did not answer in time."))
    return replace(found, seconds=time.monotonic() - began)


@asynccontextmanager
async def _alone(services: Services, account: str) -> AsyncIterator[None]:
    """One sync of an account at a time, among all processes. Raises NetworkFailure where another takes too long."""
    name, deadline = f"sync:{account}", time.monotonic() + _LOCK_WAIT_SECONDS
    while (held := await asyncio.to_thread(services.store.hold, name)) is None:
        if time.monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(_LOCK_LOOK_SECONDS)
    try:
        yield
    finally:
        await asyncio.to_thread(held.release)


class _Call:
    """One account being asked."""

    def __init__(
        self, services: Services, account: str, wish: Wish, *, settings: PortfolioSettings, progress: Task
    ) -> None:
        self._progress = progress
        self._services = services
        self._account = account
        self._wish = wish
        self._settings = settings
        self._venue = services.venue(account)
        self._names = settings.asset_names
        self._asked = services.clock.now()
        self._before: AccountState | None = None

    async def make(self) -> Visit:
        try:
            return await self._make()
        except KitError as error:
            return await self.failed(error)
        except (asyncio.CancelledError, TimeoutError):
            raise
        except Exception as error:  # noqa: BLE001 - a plugin's own mistake is this account's trouble alone
            what = f"The exchange plugin of {self._account} failed with {type(error).__name__}: {error}."
            return await self.failed(PluginError(what, next_step="Report it to the plugin's author."))

    async def failed(self, error: KitError) -> Visit:
        """Keep that it failed, and nothing else."""
        before = self._before
        state = AccountState(
            account=self._account,
            venue=self._venue,
            asked=self._asked,
            answered=before.answered if before else None,
            walked=before.walked if before else None,
            doubted=before.doubted if before else None,
            failures=(before.failures if before else 0) + 1,
            fault=error.message,
            next_step=_next_step(error, self._account),
            left_out=before.left_out if before else (),
        )
        await asyncio.to_thread(note_state, self._services.store, state)
        return Visit(self._account, state, "failed", warnings=(error.message,))

    async def _make(self) -> Visit:
        known = await asyncio.to_thread(self._look)
        if self._is_fresh():
            assert self._before is not None  # noqa: S101 - fresh means that there was an answer
            return Visit(self._account, self._before, "fresh")
        if self._wish.full:
            await asyncio.to_thread(begin_anew, self._services.store, self._account)
            known = replace(known, cursors={}, newest=None)
        exchange = self._services.exchange(self._account)
        walk = Walk(
            self._services, self._account, exchange, known, names=self._settings.asset_names, progress=self._progress
        )
        # What the account has held says which markets to ask for; before its first answer nothing does.
        at_once = self._wish.history == "always" and bool(known.assets)
        async with _beside(walk.go(known.assets) if at_once else None) as walking:
            balances, tickers = await self._balances_and_tickers(exchange, known)
            if walking is not None:
                await walking
        assets = known.assets | {each.asset for each in balances}
        wanted = self._wish.history == "always" or await self._may_have_records(balances)
        if wanted and (not at_once or assets > known.assets):
            await walk.go(assets)
        return await self._land(exchange, walk, balances, tickers, known, walked=wanted)

    def _look(self) -> Known:
        with self._services.store.read() as connection:
            self._before = account_state(connection, self._account)
            return what_is_known(connection, self._account)

    def _is_fresh(self) -> bool:
        before, since = self._before, self._wish.since
        return bool(since and before and before.answered and before.answered >= since and not before.fault)

    async def _may_have_records(self, balances: list[Balance]) -> bool:
        """Whether there is a history to go on with, and balances that tell of something new in it."""
        if self._wish.history == "never" or self._before is None or self._before.walked is None:
            return False

        def look() -> dict[str, Decimal]:
            with self._services.store.read() as connection:
                return reported_totals(connection, self._account)

        before = await asyncio.to_thread(look)
        return before != {each.asset: each.total for each in balances if each.total}

    async def _balances_and_tickers(self, exchange: Exchange, known: Known) -> tuple[list[Balance], list[Ticker]]:
        """Both at once; prices that fail are no reason to leave the balances."""
        quoting = exchange if isinstance(exchange, Quoting) else None
        at_once = _quietly(quoting, self._pairs(known.held)) if quoting and known.held else None
        async with _beside(at_once) as asking:
            told = await exchange.balances()
            if known.held and not any(each.total for each in told):
                await asyncio.sleep(_SECOND_LOOK_SECONDS)
                told = await exchange.balances()
            tickers = list(await asking) if asking is not None else []
        balances = named_balances(told, self._venue, self._names)
        new = {each.asset for each in balances if each.total} - known.held
        if new and quoting:
            tickers += await _quietly(quoting, self._pairs(new))
        return balances, tickers

    def _pairs(self, assets: frozenset[str] | set[str]) -> frozenset[Pair]:
        """What may price these assets, and the crosses in each other."""
        quotes = dict.fromkeys((self._settings.base_currency, *CROSSES))
        return frozenset(Pair(asset, quote) for asset in {*assets, *CROSSES} for quote in quotes if asset != quote)

    async def _land(
        self,
        exchange: Exchange,
        walk: Walk,
        balances: list[Balance],
        tickers: list[Ticker],
        known: Known,
        *,
        walked: bool,
    ) -> Visit:
        before, now = self._before, self._services.clock.now()
        doubted = self._doubted(balances, walk, known, now)
        left_out = exchange.left_out() if isinstance(exchange, Partial) else ()
        state = AccountState(
            account=self._account,
            venue=self._venue,
            asked=self._asked,
            answered=now if doubted is None or before is None else before.answered,
            walked=now if walked and walk.fault is None else before.walked if before else None,
            doubted=doubted,
            failures=0,
            left_out=left_out,
        )
        fault = self._doubt() if doubted is not None else walk.fault
        if fault is not None:
            failures = (before.failures if before else 0) + 1
            state = replace(state, failures=failures, fault=fault.message, next_step=_next_step(fault, self._account))
        points = [quote_of(ticker, self._venue, self._names) for ticker in tickers if ticker.last > 0]
        landing = Landing(
            state=state,
            balances=balances if doubted is None else None,
            records=walk.records,
            cursors=walk.cursors if walked else None,
            points=points,
        )
        landed: Landed = await asyncio.to_thread(land, self._services.store, landing)
        return Visit(
            account=self._account,
            state=state,
            outcome="synced" if fault is None else "partial",
            added=landed.added,
            changes=landed.changes,
            quotes=len(points),
            warnings=(*((fault.message,) if fault else ()), *left_out, *await self._overlap(landed)),
            tickers=tuple(tickers),
        )

    def _doubted(self, balances: list[Balance], walk: Walk, known: Known, now: datetime) -> datetime | None:
        """Since when an account that held something says it holds nothing, unless its records or time tell why."""
        if not known.held or any(each.total for each in balances) or self._wish.full:
            return None
        left = {record.sent.asset for record in walk.records if record.sent}
        if known.held <= left:
            return None
        since = (self._before.doubted if self._before else None) or now
        return since if now - since < _DOUBT else None

    def _doubt(self) -> OddAnswer:
        return OddAnswer(
            f"{self._account} says that it holds nothing any more, and no record tells why; its last balances stay.",
            next_step=f"If it is true: kit sync --exchange {self._account} --full",
        )

    async def _overlap(self, landed: Landed) -> tuple[str, ...]:
        def look() -> bool:
            with self._services.store.read() as connection:
                return has_imports(connection, self._account)

        if not landed.added or not await asyncio.to_thread(look):
            return ()
        return (
            f"{self._account} also has records from files: the same trades may count twice. "
            f"Set exchanges.{self._account}.historyFrom to the day after the files end.",
        )


def _next_step(error: KitError, account: str) -> str:
    """What to do about it, with the account's own name."""
    return (error.next_step or "").replace("exchanges add NAME", f"exchanges add {account}")


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


async def _quietly(exchange: Quoting, pairs: frozenset[Pair]) -> list[Ticker]:
    """The tickers of these pairs; none where the venue fails: other sources know prices, too."""
    try:
        return await exchange.tickers(pairs)
    except KitError:
        return []
