"""How the portfolio's data is doing: for `kit doctor` and `kit status`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from kit import Check, ConfigError, Finding, Services, Status, span

from .labels import account_label
from .plugin import SECTION

_NOTHING = Decimal(0)
_RESUME = "kit portfolio rebalance --resume"

if TYPE_CHECKING:
    from .settings import PortfolioSettings
    from .store.account_rows import AccountState


def checks() -> list[Check]:
    """What `kit doctor` asks."""
    return [
        Check("portfolio-positions", "Calculated balances are what the records sum to", run=_compare, fix=_rebuild),
        Check("portfolio-rejected", "Every imported row could be used", run=_kept_aside),
        Check("portfolio-accounts", "Every connected account answers", run=_behind),
        Check("portfolio-histories", "The history of every connected account was fetched", run=_histories),
        Check("portfolio-tax", "The tax settings name a form and methods that there are", run=_tax_settings),
        Check("portfolio-rebalancing", "Every plan that was begun has ended", run=_begun),
    ]


def status(services: Services) -> list[Status]:
    """How much there is, and a line for each connected account: how old its balances are, and what is wrong."""
    return [_extent(services), *_accounts(services), *_rebalancing(services)]


def _extent(services: Services) -> Status:
    from .store.reading import extent

    nothing = Status("Portfolio", "nothing imported yet (kit import FILE, or kit demo)")
    if not services.store.exists:
        return nothing
    with services.store.read() as connection:
        found = extent(connection)
    if not found.accounts:
        return nothing
    accounts = "1 account" if found.accounts == 1 else f"{found.accounts} accounts"
    records = "1 record" if found.records == 1 else f"{found.records:,} records"
    latest = f", latest {found.latest.date()}" if found.latest else ""
    return Status("Portfolio", f"{accounts}, {records}{latest}")


def _accounts(services: Services) -> list[Status]:
    settings: PortfolioSettings = services.settings(SECTION)
    return [
        Status(account_label(name, settings.account_labels), _standing(services, state))
        for name, state in _states(services).items()
    ]


def _standing(services: Services, state: AccountState | None) -> str:
    if state is None:
        return "never asked (kit sync)"
    age = f"answered {span(services.clock.now() - state.answered)} ago" if state.answered else "never reached"
    return f"{age}: {state.fault}" if state.fault else age


def _states(services: Services) -> dict[str, AccountState | None]:
    """Every connected account; None where it was never asked."""
    from .store.account_rows import account_states

    configured = services.exchanges()
    if not configured or not services.store.exists:
        return dict.fromkeys(configured)
    with services.store.read() as connection:
        found = account_states(connection)
    return {name: found.get(name) for name in configured}


def _rebalancing(services: Services) -> list[Status]:
    """A line where the execution of a plan was interrupted."""
    plan = _interrupted(services) if services.store.exists else None
    return [Status("Rebalancing", f"plan {plan} was interrupted ({_RESUME})")] if plan else []


def _begun(services: Services) -> Finding:
    plan = _interrupted(services)
    if plan is None:
        return Finding(True, "none was interrupted")
    return Finding(False, f"plan {plan} was interrupted", f"Bring it to its end: {_RESUME}")


def _interrupted(services: Services) -> str | None:
    """The id of a plan whose execution began and did not end, and that nobody is at any more."""
    from .rebalance_plans import LOCK, PlanState
    from .store.plan_rows import newest_plans

    with services.store.read() as connection:
        found = newest_plans(connection, states=[PlanState.EXECUTING], limit=1)
    if not found or (held := services.store.hold(LOCK)) is None:
        return None
    held.release()
    return found[0].id


def _behind(services: Services) -> Finding:
    states = _states(services)
    behind = [name for name, state in states.items() if state is None or state.fault]
    if not behind:
        return Finding(True, "none connected" if not states else f"{len(states)} of {len(states)} answer")
    first = states[behind[0]]
    what = f"{len(behind)} of {len(states)} accounts are behind; {behind[0]}: {_standing(services, first)}"
    step = first.next_step if first and first.next_step else "Ask them: kit sync"
    return Finding(False, what.removesuffix("."), step)


def _histories(services: Services) -> Finding:
    waiting = [name for name, state in _states(services).items() if state and state.answered and not state.walked]
    if not waiting:
        return Finding(True, "none is missing")
    return Finding(False, f"never fetched: {', '.join(waiting)}", "Fetch it, which may take a while: kit sync")


def _compare(services: Services) -> Finding:
    from .store.records import kept_positions, summed_positions

    with services.store.read() as connection:
        kept, summed = kept_positions(connection), summed_positions(connection)
    wrong = sorted(key for key in kept.keys() | summed.keys() if kept.get(key, _NOTHING) != summed.get(key, _NOTHING))
    if not wrong:
        return Finding(True, f"{len(kept)} calculated balances agree with the records")
    account, asset = wrong[0]
    return Finding(
        False,
        f"{len(wrong)} calculated balances differ from the records, {asset} on {account} first",
        "Sum them anew: kit doctor --fix",
    )


def _rebuild(services: Services) -> Finding:
    from .store.records import rebuild_positions

    with services.store.write() as connection:
        rebuild_positions(connection)
    return Finding(True, "the calculated balances were summed anew", fixed=True)


def _tax_settings(services: Services) -> Finding:
    from .tax_settings import portfolio_plan

    try:
        portfolio_plan(services)
    except ConfigError as error:
        return Finding(False, error.message, error.next_step or "")
    return Finding(True, "their form and methods are known")


def _kept_aside(services: Services) -> Finding:
    from .store.reading import count_kept_aside

    with services.store.read() as connection:
        count = count_kept_aside(connection)
    if not count:
        return Finding(True, "no row is kept aside")
    return Finding(False, f"{count} imported rows are kept aside", "See them: kit import --rejected")
