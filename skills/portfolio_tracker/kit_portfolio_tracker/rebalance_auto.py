"""The job `rebalance.auto`: when the portfolio is off its target it proposes a plan, and never trades.

But for a paper account that the settings name, where they say so.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from kit import ConfigError, Every, Job, KitError, Notification, Services

from .plugin import SECTION
from .rebalance import make_plan
from .rebalance_execution import execute_plan, interrupted_plan
from .rebalance_plans import OrderState, Plan, PlanState, Wish

if TYPE_CHECKING:
    from .settings import PortfolioSettings, RebalanceSettings

NAME = "rebalance.auto"
_EVERY = timedelta(hours=1)
_SILENCE = timedelta(days=1)


def jobs(services: Services) -> list[Job]:
    """What is to be done by the clock: nothing, unless the settings say so."""
    settings: PortfolioSettings = services.settings(SECTION)
    if settings.rebalance.auto == "off" or not settings.target_allocation:
        return []
    return [Job(NAME, "Look whether the portfolio is off its target", Every(_EVERY), _run)]


def _run(services: Services) -> str:
    settings: PortfolioSettings = services.settings(SECTION)
    rules = settings.rebalance
    if rules.auto == "execute":
        _require_paper(services, rules)
    if (stopped := interrupted_plan(services)) is not None:
        raise KitError(f"Plan {stopped.id} was interrupted.", next_step="First: kit portfolio rebalance --resume")
    wish = Wish(settings.target_allocation, rules.threshold, rules.account or None)
    if not make_plan(services, wish, keep=False).orders:
        _forget(services)
        return "Nothing to trade."
    if (waiting := _waiting(services)) is not None:
        return f"Off the target; plan {waiting.id} was shown already."
    plan = _shown(services, make_plan(services, wish, origin="auto"))
    return _executed(services, plan) if rules.auto == "execute" else _proposed(services, plan)


def _require_paper(services: Services, rules: RebalanceSettings) -> None:
    networked = {kind.name for kind in services.exchange_types() if kind.networked}
    if rules.account not in services.exchanges() or services.venue(rules.account) in networked:
        raise ConfigError(
            f"rebalance.auto executes at a paper account only, and “{rules.account}” is none.",
            next_step="Name one in rebalance.account, or set rebalance.auto to propose.",
        )


def _waiting(services: Services) -> Plan | None:
    """A plan that somebody may be looking at, or that this job told of within a day."""
    from .store.plan_rows import newest_plans

    now = services.clock.now()
    with services.store.read() as connection:
        found = newest_plans(connection, states=[PlanState.OPEN], limit=1)
    return next((each for each in found if now < each.expires or _told(each, services)), None)


def _forget(services: Services) -> None:
    """What was proposed is not needed any more; once the portfolio is off again, it is told again."""
    from .store.plan_rows import move_plan, newest_plans

    with services.store.write() as connection:
        for plan in newest_plans(connection, states=[PlanState.OPEN]):
            if plan.origin == "auto":
                move_plan(connection, plan.id, PlanState.OPEN, PlanState.REPLACED)


def _told(plan: Plan, services: Services) -> bool:
    return plan.origin == "auto" and services.clock.now() - plan.created < _SILENCE


def _shown(services: Services, plan: Plan) -> Plan:
    from .views.rebalance import shown_plan

    return shown_plan(services, plan)


def _proposed(services: Services, plan: Plan) -> str:
    from .views.rebalance import plan_reply

    services.notify(Notification(f"rebalance:{plan.id}", plan_reply(plan, services.clock.now())))
    return f"Off the target: proposed plan {plan.id}."


def _executed(services: Services, plan: Plan) -> str:
    found = execute_plan(services, plan)
    if found.stopped is not None:
        raise found.stopped
    if found.moved:
        return f"Nothing was ordered: {'; '.join(found.moved)}."
    done = found.plan
    filled = sum(each.state is OrderState.FILLED for each in done.orders)
    return f"Plan {done.id} is {done.state}: {filled} of {len(done.orders)} orders filled."
