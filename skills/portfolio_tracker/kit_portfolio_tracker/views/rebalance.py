"""`kit portfolio rebalance`, `kit portfolio plans`: where the portfolio is, where it should be, how it gets there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import (
    Action,
    Actions,
    Block,
    Column,
    Heading,
    Invocation,
    Metric,
    Metrics,
    Money,
    Notice,
    Quantity,
    Ratio,
    Reply,
    Services,
    Severity,
    Table,
    Text,
    UnknownName,
    UsageError,
    exact_math,
    figure,
    plain,
    span,
)

from ..core.rebalancing import Row
from ..core.targets import parse_target
from ..plugin import SECTION
from ..rebalance import make_plan, why_not_traded
from ..rebalance_plans import OrderState, Plan, PlanState, Wish

if TYPE_CHECKING:
    from ..settings import PortfolioSettings


@exact_math()
def show(
    services: Services,
    *,
    dry_run: bool,
    threshold: Decimal | None,
    to: str | None,
    account: str | None,
    all: bool,  # noqa: A002 - the option's name
    resume: bool,
) -> Reply:
    """The command."""
    if resume:
        if dry_run or to or account or all or threshold is not None:
            raise UsageError("--resume goes on with a plan as it is.", next_step="Leave the other options out.")
        from .execution import resume as go_on

        return go_on(services)
    settings: PortfolioSettings = services.settings(SECTION)
    target = parse_target(to) if to is not None else dict(settings.target_allocation)
    if not target:
        raise UsageError(
            "There is no target to rebalance to.",
            next_step='Set targetAllocation, or say one: kit portfolio rebalance --to "50% BTC, 30% ETH, 20% USDT"',
        )
    wish = Wish(target, settings.rebalance.threshold if threshold is None else threshold, account, all)
    plan = shown_plan(services, make_plan(services, wish, keep=not dry_run))
    return plan_reply(plan, services.clock.now())


def plans(services: Services, *, plan: str | None) -> Reply:
    """The command."""
    from ..store.plan_rows import newest_plans

    if plan is None:
        with services.store.read() as connection:
            found = newest_plans(connection)
        return Reply(found, (_list(found, services.clock.now()),))
    kept = kept_plan(services, plan)
    if kept.state is PlanState.OPEN:
        why_not = why_not_traded(services, {each.account for each in kept.orders})
        kept = replace(shown_plan(services, kept), why_not=why_not)
    return plan_reply(kept, services.clock.now())


def kept_plan(services: Services, plan: str) -> Plan:
    """The plan of that id. Raises UnknownName."""
    from ..store.plan_rows import newest_plans, read_plan

    with services.store.read() as connection:
        found = read_plan(connection, plan.strip().lower())
        if found is None:
            newest = [each.id for each in newest_plans(connection, limit=5)]
            raise UnknownName("plan", plan.strip(), newest, next_step="Make one: kit portfolio rebalance")
    return found


@exact_math()
def plan_reply(plan: Plan, now: datetime, *notices: Notice) -> Reply:
    """A plan as it is shown."""
    begun = plan.state in (PlanState.EXECUTING, PlanState.DONE, PlanState.PARTLY)
    return Reply(
        plan, (*notices, *_blocks(plan, now, begun=begun)), exit_code=3 if plan.untraded or plan.notes or notices else 0
    )


def orders_table(plan: Plan) -> Table:
    """The orders as they are planned."""
    return Table(
        columns=(
            Column("#", "number", "right"),
            Column("Account", "account"),
            Column("Order", "order"),
            Column("Quantity", "quantity", "right", precise=True),
            Column("Pair", "pair"),
            Column("Price", "price", "right", precise=True),
            Column("Worth", "value", "right"),
        ),
        rows=tuple(
            (
                each.number,
                plan.labels.get(each.account, each.account),
                each.side.value.capitalize(),
                each.quantity,
                str(each.pair),
                Quantity(each.price, each.pair.quote),
                Money(each.value, plan.currency),
            )
            for each in plan.orders
        ),
        title="Orders",
        emoji="📝",
    )


def journal_table(plan: Plan) -> Table:
    """The orders as far as they have come."""
    return Table(
        columns=(
            Column("#", "number", "right"),
            Column("Account", "account"),
            Column("Order", "order"),
            Column("Pair", "pair"),
            Column("State", "state"),
            Column("Filled", "filled", "right", precise=True),
            Column("At", "average", "right"),
            Column("Fee", "fee", "right"),
            Column("Why", "reason"),
        ),
        rows=tuple(
            (
                each.number,
                plan.labels.get(each.account, each.account),
                each.side.value.capitalize(),
                str(each.pair),
                each.state.value,
                each.filled,
                None if each.average is None else Quantity(each.average, each.pair.quote),
                Quantity(each.fee, each.fee_asset) if each.fee_asset else None,
                each.reason,
            )
            for each in plan.orders
        ),
        title="Orders",
        emoji="📝",
    )


def shown_plan(services: Services, plan: Plan) -> Plan:
    """The plan, which counts as shown from now on; one that is not kept stays as it is."""
    from ..store.plan_rows import mark_shown

    now = services.clock.now()
    if not plan.id:
        return plan
    with services.store.write() as connection:
        mark_shown(connection, plan.id, now)
    return replace(plan, shown=plan.shown or now)


def _blocks(plan: Plan, now: datetime, *, begun: bool) -> Iterator[Block]:
    yield Heading("Rebalancing Plan", "🔄", rule=True)
    yield _picture(plan)
    source = "your own fee tier" if plan.own_fees else "the venue's published fees"
    yield Metrics((Metric("Estimated Fees", plan.fees, note=source if plan.fees is not None else ""),))
    if plan.orders:
        yield journal_table(plan) if begun else orders_table(plan)
    if plan.sales:
        yield _gains(plan)
        yield from _unbased(plan)
    if plan.untraded:
        yield _untraded(plan)
    if plan.left_alone:
        words = ", ".join(_worth(asset, value, plan.currency) for asset, value in plan.left_alone.items())
        it, share = ("it", "its weight is") if len(plan.left_alone) == 1 else ("them", "their weights are")
        yield Text(f"Left alone, because the target does not name {it}: {words}. With --all {share} 0%.")
    yield from (Notice(each, Severity.WARNING) for each in plan.notes)
    yield from _ending(plan, now, begun=begun)


def _picture(plan: Plan) -> Table:
    return Table(
        columns=(
            Column("Asset", "asset"),
            Column("Current", "current", "right"),
            Column("Target", "target", "right"),
            Column("Action", "action"),
        ),
        rows=tuple(
            (row.asset, None if row.share is None else Ratio(row.share), Ratio(row.weight), _action(row, plan.currency))
            for row in plan.rows
        ),
        title="Current vs. Target Allocation",
        empty="Nothing takes part.",
    )


def _action(row: Row, currency: str) -> str:
    if not row.change:
        return "Hold"
    verb = "Buy" if row.change > 0 else "Sell"
    return f"{verb} {figure(Money(abs(row.change), currency), cell=True)}"


def _gains(plan: Plan) -> Table:
    return Table(
        columns=(
            Column("Sold", "asset"),
            Column("Quantity", "quantity", "right", precise=True),
            Column("Gain", "gain", "right", signed=True),
            Column("Held up to a year", "short_term", "right", signed=True),
            Column("Held longer", "long_term", "right", signed=True),
            Column("Method", "method"),
        ),
        rows=tuple(
            (each.asset, Quantity(each.quantity, each.asset), each.gain)
            + ((each.short_term, each.long_term) if each.gain is not None else (None, None))
            + (each.method,)
            for each in plan.sales
        ),
        title="Gains of these sales",
        emoji="🧾",
    )


def _unbased(plan: Plan) -> Iterator[Block]:
    """What the gains above take for free."""
    if listed := ", ".join(f"{plain(each.unbased)} {each.asset}" for each in plan.sales if each.unbased):
        step = "Import where it was bought, or add it: kit ledger add"
        yield Notice(f"No cost is known of {listed}, so it counts as zero.", Severity.INFO, step)


def _untraded(plan: Plan) -> Table:
    return Table(
        columns=(
            Column("Asset", "asset"),
            Column("Account", "account"),
            Column("Worth", "value", "right"),
            Column("Why", "reason"),
        ),
        rows=tuple(
            (
                each.asset,
                plan.labels.get(each.account, each.account) if each.account else "",
                Money(each.value, plan.currency),
                each.reason,
            )
            for each in plan.untraded
        ),
        title="Not in the plan",
        emoji="✋",
    )


def _ending(plan: Plan, now: datetime, *, begun: bool) -> Iterator[Block]:
    """What can be done with it, or why nothing can."""
    if not plan.orders:
        within = figure(Ratio(plan.wish.threshold))
        if plan.total <= 0:
            yield Text("Nothing of the target is held. With --all everything that is held takes part.")
        elif not any(row.trades for row in plan.rows):
            yield Text(f"Every asset is within {within} of its weight: nothing to trade.")
        else:
            next_step = "The table above says why. To connect an account: kit exchanges add NAME"
            yield Notice("Nothing of this can be traded.", Severity.WARNING, next_step)
        return
    if not plan.id:
        yield Text("This plan is not kept. To get one that can be executed leave --dry-run out.")
        return
    if begun or plan.state is PlanState.REPLACED:
        yield Text(f"Plan {plan.id} is {plan.state.value}.")
        return
    if now >= plan.expires:
        yield Notice(f"Plan {plan.id} has expired.", Severity.WARNING, "Make a new one: kit portfolio rebalance")
        return
    if plan.why_not:
        yield Notice(plan.why_not, Severity.WARNING, "The plan can be looked at, not executed.")
        yield Actions((_view(plan),))
        return
    yield Text(f"Plan {plan.id} can be executed once, within {span(_whole_minutes(plan.expires - now))}.")
    yield Actions((Action("Execute", Invocation("portfolio execute", {"plan": plan.id}), "✅"), _view(plan)))


def _whole_minutes(left: timedelta) -> timedelta:
    minute = timedelta(minutes=1)
    return -(-left // minute) * minute


def _view(plan: Plan) -> Action:
    return Action("View Only", Invocation("portfolio plans", {"plan": plan.id}), "📋")


def _worth(asset: str, value: Decimal | None, currency: str) -> str:
    return f"{asset} ({'no price' if value is None else figure(Money(value, currency))})"


def _list(found: list[Plan], now: datetime) -> Table:
    return Table(
        columns=(
            Column("Plan", "plan"),
            Column("Made", "created"),
            Column("State", "state"),
            Column("Target", "target"),
            Column("Orders filled", "filled", "right"),
        ),
        rows=tuple(
            (
                each.id,
                each.created,
                "expired" if each.state is PlanState.OPEN and now >= each.expires else each.state.value,
                ", ".join(f"{plain(weight * 100)}% {asset}" for asset, weight in each.wish.target.items()),
                f"{sum(order.state is OrderState.FILLED for order in each.orders)} of {len(each.orders)}",
            )
            for each in found
        ),
        title="Rebalancing plans",
        emoji="🔄",
        empty="No plan was made yet. Make one: kit portfolio rebalance",
    )
