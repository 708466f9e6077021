"""`kit sync`, and the job of the same name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kit import Event, Every, ExchangeError, Job, Reply, Services, UnknownName

from .core.wording import counted
from .labels import account_label
from .plugin import SECTION
from .rounds import Round, go_round
from .snapshots import after_sync
from .standing import refresh_problems
from .store.account_rows import account_states
from .turns import due
from .visiting import Wish

if TYPE_CHECKING:
    from .settings import PortfolioSettings
    from .store.account_rows import AccountState

_HISTORY_EVERY = timedelta(minutes=15)


def sync(services: Services, *, exchange: str | None, full: bool) -> Reply:
    """The command. One account that fails stops none of the others."""
    from .views import syncs as view

    accounts = _chosen(services, exchange)
    found = _done(services, go_round(services, accounts, Wish("always", full=full)))
    return view.sync_report(services, found)


def jobs(services: Services) -> list[Job]:
    """What is to be done by the clock."""
    settings: PortfolioSettings = services.settings(SECTION)
    interval = timedelta(seconds=settings.update_interval)
    return [Job("sync", "Ask every account and price source", Every(interval), _run, patience=timedelta(minutes=30))]


def _run(services: Services) -> str:
    """The job: accounts that fail are asked less and less often; it has failed where all of them did."""
    settings: PortfolioSettings = services.settings(SECTION)
    now = services.clock.now()
    with services.store.read() as connection:
        states = account_states(connection)
    accounts = due(states, services.exchanges(), settings.update_interval, now)
    late = any(_is_late(states.get(name), now) for name in accounts)
    found = _done(services, go_round(services, accounts, Wish("always" if late else "changed")))
    failed = [each for each in found.visits if each.outcome == "failed"]
    if failed and len(failed) == len(found.visits):
        raise ExchangeError(failed[0].state.fault, next_step=failed[0].state.next_step)
    return _sentence(found)


def _is_late(state: AccountState | None, now: datetime) -> bool:
    """Whether it is time to look through the history though nothing may have changed the balances."""
    return state is None or state.walked is None or now - state.walked >= _HISTORY_EVERY


def _sentence(found: Round) -> str:
    added = sum(each.added for each in found.visits)
    words = f"{counted(len(found.visits), 'account')}, {counted(added, 'new record')}, {counted(found.prices, 'price')}"
    failed = ", ".join(each.account for each in found.visits if each.state.fault)
    return f"{words}; not well: {failed}." if failed else f"{words}."


def _chosen(services: Services, exchange: str | None) -> list[str]:
    """All configured accounts, or those of this name or venue. Raises UnknownName."""
    configured = services.exchanges()
    if exchange is None:
        return list(configured)
    settings: PortfolioSettings = services.settings(SECTION)
    wanted = exchange.strip().casefold()
    labels = {name: account_label(name, settings.account_labels) for name in configured}
    called = [name for name in configured if wanted in {name.casefold(), labels[name].casefold()}]
    chosen = called or [name for name in configured if services.venue(name).casefold() == wanted]
    if not chosen:
        connect = "Connect one: kit exchanges add NAME"
        raise UnknownName("connected account", exchange.strip(), configured, next_step=connect)
    return chosen


def _done(services: Services, found: Round) -> Round:
    refresh_problems(services)
    after_sync(services)
    data: dict[str, object] = {
        "accounts": [each.account for each in found.visits],
        "added": sum(each.added for each in found.visits),
    }
    services.announce(Event("sync.finished", data))
    return found
