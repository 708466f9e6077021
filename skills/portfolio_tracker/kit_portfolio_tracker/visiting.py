"""Asking one account and keeping what it says: alone among all processes, and in one transaction.

Nothing that goes wrong with one account leaves this module as an error, but for a store that fails: it becomes the
account's state, and its last good balances stay.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from kit import KitError, OddAnswer, Partial, Quantity, Services, StoreError, Task, Ticker

from .asking import Asking, Said, totals
from .landings import Landings
from .naming import quote_of
from .store.account_rows import AccountState, account_state
from .store.landing import Known, Landed, Landing, begin_anew, files_end, note_state, what_is_known
from .walking import Walk, finished, plugin_mistake

if TYPE_CHECKING:
    from kit import Held

    from .settings import PortfolioSettings

_LOCK_LOOK_SECONDS = 0.2
_LOCK_WAIT_SECONDS = 120.0
# An account that says it holds nothing any more, and no record tells why, is believed after so long.
_DOUBT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Wish:
    """How an account is to be asked.

    `history`: always, or only where balances have changed. `full` walks it from the beginning. `since`: an
    answer that came after this instant, from whomever, will do. `budget`: seconds that it may take.
    """

    history: Literal["always", "changed"] = "always"
    full: bool = False
    since: datetime | None = None
    budget: float | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of it. `state` says whether the account is well now; `tickers` are what its venue told of prices.

    An account that another process is asking for too long is busy: nothing is known of it that was not before.
    """

    account: str
    state: AccountState
    outcome: Literal["synced", "fresh", "partial", "busy", "failed"]
    added: int = 0
    changes: tuple[Quantity, ...] = ()
    quotes: int = 0
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    tickers: tuple[Ticker, ...] = field(default=(), repr=False)


async def visit(
    services: Services, account: str, wish: Wish, *, settings: PortfolioSettings, landings: Landings, progress: Task
) -> Visit:
    """Ask the account and keep what it says; `progress` counts its records. Raises StoreError."""
    began = time.monotonic()
    call = _Call(services, account, wish, settings=settings, landings=landings, progress=progress)
    async with _alone(services, account, _LOCK_WAIT_SECONDS if wish.budget is None else wish.budget) as alone:
        found = await (call.make() if alone else call.busy())
    return replace(found, seconds=time.monotonic() - began)


@asynccontextmanager
async def _alone(services: Services, account: str, patience: float) -> AsyncIterator[bool]:
    """One sync of an account at a time, among all processes; False where another takes longer than `patience`."""
    name, deadline = f"sync:{account}", time.monotonic() + patience
    while (held := await _hold(services, name)) is None and time.monotonic() < deadline:
        await asyncio.sleep(_LOCK_LOOK_SECONDS)
    try:
        yield held is not None
    finally:
        if held is not None:
            await asyncio.to_thread(held.release)


async def _hold(services: Services, name: str) -> Held | None:
    """The lock, where it is free. If nobody waits for it any more when it comes, it is given back."""
    taking = asyncio.create_task(asyncio.to_thread(services.store.hold, name))
    try:
        return await finished(taking)
    except asyncio.CancelledError:
        if (held := taking.result()) is not None:
            held.release()
        raise


class _Call:
    """One account being asked."""

    def __init__(
        self,
        services: Services,
        account: str,
        wish: Wish,
        *,
        settings: PortfolioSettings,
        landings: Landings,
        progress: Task,
    ) -> None:
        self._landings = landings
        self._progress = progress
        self._services = services
        self._account = account
        self._wish = wish
        self._settings = settings
        self._deadline = None if wish.budget is None else asyncio.get_running_loop().time() + wish.budget
        self._state = AccountState(account, services.venue(account), asked=services.clock.now())

    async def make(self) -> Visit:
        """Ask, and keep what it says. Raises StoreError."""
        try:
            before, known = await asyncio.to_thread(self._look)
            if before is not None:
                self._state = replace(before, venue=self._state.venue, asked=self._state.asked)
                if self._is_fresh(before):
                    return Visit(self._account, before, "fresh")
            return await self._make(known)
        except StoreError:
            raise
        except KitError as error:
            return await self._failed(error)
        except Exception as error:  # noqa: BLE001 - a plugin's own mistake is this account's trouble alone
            return await self._failed(plugin_mistake(self._account, error))

    async def busy(self) -> Visit:
        """Leave it to whoever is asking it."""
        before, _ = await asyncio.to_thread(self._look)
        words = f"Another sync of {self._account} is under way."
        return Visit(self._account, before or self._state, "busy", warnings=(words,))

    async def _failed(self, error: KitError) -> Visit:
        """Keep that it failed, and nothing else."""
        state = self._with_fault(self._state, error)
        await finished(asyncio.to_thread(note_state, self._services.store, state))
        return Visit(self._account, state, "failed", warnings=(error.message,))

    def _look(self) -> tuple[AccountState | None, Known]:
        with self._services.store.read() as connection:
            return account_state(connection, self._account), what_is_known(connection, self._account)

    def _is_fresh(self, before: AccountState) -> bool:
        since, now = self._wish.since, self._services.clock.now()
        return bool(since and before.answered and since <= before.answered <= now and not before.fault)

    async def _make(self, known: Known) -> Visit:
        if self._wish.full:
            await asyncio.to_thread(begin_anew, self._services.store, self._account)
            known = replace(known, cursors={})
        exchange = self._services.exchange(self._account)
        walk = Walk(
            self._services,
            self._account,
            exchange,
            known,
            full=self._wish.full,
            names=self._settings.asset_names,
            progress=self._progress,
        )
        # What the account has held says which markets to ask for; before its first answer nothing does.
        at_once = self._wish.history == "always" and bool(known.assets)
        asking = Asking(
            self._services,
            self._account,
            exchange,
            self._settings,
            known=known,
            thoroughly=known.leveraged or self._wish.history == "always",
            deadline=self._deadline,
        )
        said = await asking.ask(walk if at_once else None)
        assets = known.assets | {each.asset for each in said.balances}
        has_changed = totals(said) != known.held
        wanted = self._wish.history == "always" or (
            self._state.walked is not None and (has_changed or self._state.owed)
        )
        if wanted and not (at_once and (walk.fault or assets == known.assets)):
            await walk.go(assets, until=self._deadline)
        if wanted and not (walk.ended or walk.fault):
            await walk.keep()
        left_out = exchange.left_out() if isinstance(exchange, Partial) else ()
        # A venue's ledger may lag behind its balances: where it told nothing of their change, it owes that still.
        owed = has_changed and not walk.came if walk.ended else has_changed or self._state.owed
        doubted = self._doubted(said, walk, known)
        state = replace(
            self._state,
            answered=said.at if doubted is None else self._state.answered,
            walked=said.at if walk.ended else self._state.walked,
            owed=bool(self._state.walked) and owed,
            doubted=doubted,
            left_out=left_out,
        )
        return await self._land(state, said, walk, landing_history=walk.ended or walk.fault is not None)

    async def _land(self, state: AccountState, said: Said, walk: Walk, *, landing_history: bool) -> Visit:
        fault = walk.fault if state.doubted is None else self._doubt()
        state = replace(state, failures=0, fault="", next_step="") if fault is None else self._with_fault(state, fault)
        venue, names = self._state.venue, self._settings.asset_names
        landing = Landing(
            state=state,
            now=self._services.clock.now(),
            balances=said.balances if state.doubted is None else None,
            records=walk.records if landing_history else (),
            cursors=walk.cursors if landing_history else None,
            points=[quote_of(each, venue, names) for each in said.tickers if each.last.is_finite() and each.last > 0],
            positions=said.positions if state.doubted is None else None,
        )
        landed: Landed = await finished(self._landings.land(landing))
        overlap = await asyncio.to_thread(self._overlap, landed, walk.first)
        return Visit(
            account=self._account,
            state=state,
            outcome="synced" if fault is None else "partial",
            added=landed.added,
            changes=landed.changes,
            quotes=len(landing.points),
            warnings=(*((fault.message,) if fault else ()), *said.warnings, *state.left_out, *overlap),
            tickers=said.tickers,
        )

    def _doubted(self, said: Said, walk: Walk, known: Known) -> datetime | None:
        """Since when an account that held something says it holds nothing, unless its records or time tell why."""
        if not known.held or totals(said) or self._wish.full or known.held.keys() <= walk.sent | known.emptied:
            return None
        since = self._state.doubted or said.at
        return since if timedelta(0) <= said.at - since < _DOUBT else None

    def _doubt(self) -> OddAnswer:
        return OddAnswer(
            f"{self._account} says that it holds nothing any more, and no record tells why; its last balances stay.",
            next_step=f"If it is true: kit sync --exchange {self._account} --full",
        )

    def _with_fault(self, state: AccountState, error: KitError) -> AccountState:
        """The state, not well; the next step with the account's own name."""
        step = (error.next_step or "").replace("exchanges add NAME", f"exchanges add {self._account}")
        return replace(state, failures=self._state.failures + 1, fault=error.message, next_step=step)

    def _overlap(self, landed: Landed, first: datetime | None) -> tuple[str, ...]:
        """What to do where records came of a time that files tell of, too."""
        if not landed.added or first is None:
            return ()
        with self._services.store.read() as connection:
            end = files_end(connection, self._account)
        if end is None or first > end:
            return ()
        return (
            f"{self._account} also has records from files: the same trades may count twice. "
            f"Set exchanges.{self._account}.historyFrom to the day after the files end, {end.date()}.",
        )
