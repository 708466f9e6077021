"""A round: all accounts asked at once, then what their assets cost, all of it kept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit import Problem, Progress, Services, Severity

from .labels import account_label
from .landings import Landings
from .plugin import SECTION
from .quote_findings import PREFIX as PRICE_PROBLEMS
from .quotes import fetch_quotes
from .store.price_rows import keep_prices
from .store.reading import read_positions
from .visiting import Visit, Wish, visit

if TYPE_CHECKING:
    from .settings import PortfolioSettings

ACCOUNT_PROBLEMS = "account:"
# However long the accounts took: prices are asked all at once, and mostly come along with the balances.
_LEAST_PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Round:
    """What came of it. `prices` counts the assets that somebody told the price of just now."""

    visits: tuple[Visit, ...]
    prices: int
    problems: tuple[Problem, ...]


def go_round(services: Services, accounts: Collection[str], wish: Wish, *, progress: Progress | None = None) -> Round:
    """Ask these accounts and the price sources, and keep what they say. Raises StoreError, ConfigError."""
    settings: PortfolioSettings = services.settings(SECTION)
    shown = progress or services.progress
    landings = Landings(services.store)
    with shown.task("Asking your accounts", len(accounts)) as task:

        async def one(account: str) -> Visit:
            try:
                with shown.task(account_label(account, settings.account_labels)) as records:
                    return await visit(services, account, wish, settings=settings, landings=landings, progress=records)
            finally:
                task.advance()

        async def everything() -> Round:
            began = time.monotonic()
            visits = await _all(map(one, accounts))
            left = None if wish.budget is None else max(wish.budget - (time.monotonic() - began), _LEAST_PATIENCE)
            return await _priced(services, visits, settings, left)

        found = services.network.run(everything())
    services.problems.resolve(*(_key(each) for each in found.visits if not each.state.fault))
    services.problems.report(*(_problem(each) for each in found.visits if each.state.fault))
    services.problems.replace(PRICE_PROBLEMS, [each for each in found.problems if each.key.startswith(PRICE_PROBLEMS)])
    return found


async def _all(asked: Iterable[Awaitable[Visit]]) -> list[Visit]:
    """Each to its end, then the first error, if any: a store that fails one account may have kept the others."""
    found = await asyncio.gather(*asked, return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException):
            raise each
    return [each for each in found if isinstance(each, Visit)]


async def _priced(
    services: Services, visits: list[Visit], settings: PortfolioSettings, patience: float | None
) -> Round:
    assets = await asyncio.to_thread(_held, services)
    quotes = await fetch_quotes(
        services,
        assets,
        settings.base_currency,
        preferred=settings.price_source,
        tickers={each.account: each.tickers for each in visits if each.tickers},
        patience=patience,
    )
    await asyncio.to_thread(keep_prices, services.store, quotes.points)
    return Round(tuple(visits), len(assets) - len(quotes.missing), quotes.problems)


def _held(services: Services) -> frozenset[str]:
    with services.store.read() as connection:
        positions = read_positions(connection)
    return frozenset(each.asset for each in positions if each.reported or (each.reported is None and each.calculated))


def _key(found: Visit) -> str:
    return f"{ACCOUNT_PROBLEMS}{found.account}"


def _problem(found: Visit) -> Problem:
    return Problem(
        key=_key(found),
        severity=Severity.WARNING if found.state.answered else Severity.ERROR,
        what=found.state.fault,
        where=f"accounts, {found.account}",
        next_step=found.state.next_step or f"Try: kit exchanges test {found.account}",
    )
