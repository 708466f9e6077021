"""`kit portfolio execute PLAN` and `kit portfolio rebalance --resume`: what came of a plan."""

from __future__ import annotations

from kit import Block, Heading, Notice, Reply, Services, Severity, Text, exact_math

from ..rebalance import make_plan
from ..rebalance_execution import Execution, execute_plan, resume_plan
from ..rebalance_plans import OrderState, PlanState
from .rebalance import journal_table, kept_plan, plan_reply, shown_plan

_ENDINGS = {
    PlanState.DONE: "Every order was filled.",
    PlanState.PARTLY: "Not every order was filled: see why beside it.",
}
_NOTHING = frozenset({OrderState.REJECTED, OrderState.SKIPPED, OrderState.CANCELLED})


def execute(services: Services, *, plan: str) -> Reply:
    """The command, once it is confirmed. Where prices have moved it asks anew: with a new plan."""
    found = execute_plan(services, kept_plan(services, plan))
    if not found.moved:
        return _reply(found)
    anew = make_plan(services, found.plan.wish)
    moved = "; ".join(dict.fromkeys(found.moved))
    notice = Notice(f"Nothing was ordered: {moved}.", Severity.WARNING, "This is the plan at the new prices.")
    return plan_reply(shown_plan(services, anew), services.clock.now(), notice)


def resume(services: Services) -> Reply:
    """What an interrupted execution comes to."""
    found = resume_plan(services)
    if found is None:
        return Reply(None, (Text("No execution was interrupted: there is nothing to go on with."),))
    return _reply(found)


@exact_math()
def _reply(found: Execution) -> Reply:
    plan = found.plan
    blocks: list[Block] = [Heading(f"Plan {plan.id}: {plan.state.value}", "🔄", rule=True), journal_table(plan)]
    if found.stopped is not None:
        blocks.append(Notice(found.stopped.message, Severity.ERROR, found.stopped.next_step or ""))
    elif plan.state is PlanState.DONE:
        blocks.append(Text(_ENDINGS[plan.state]))
    else:
        blocks.append(Notice(_ENDINGS[PlanState.PARTLY], Severity.WARNING, "A new plan: kit portfolio rebalance"))
    return Reply(plan, tuple(blocks), exit_code=_exit_code(found))


def _exit_code(found: Execution) -> int:
    """1 where nothing came of it, or the end of it is not known; 3 where only a part was done."""
    if found.stopped is not None or all(each.state in _NOTHING for each in found.plan.orders):
        return 1
    return 0 if found.plan.state is PlanState.DONE else 3
