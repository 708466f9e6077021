"""Executing a plan: once, sells before buys, every order written down before it is given.

The journal is the truth. An order is SENDING before the venue hears of it; a process that dies then leaves a plan that
is EXECUTING and a lock that is free. Whoever resumes asks the venue for what was being sent, by its client id, and goes
on with what was not sent yet, or, where the plan has expired meanwhile, ends it as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import ExchangeError, KitError, Money, Services, Side, UsageError, exact_math, figure

from .core.rebalancing import NONE
from .plugin import SECTION
from .rebalance import turnover_left, why_not_traded
from .rebalance_orders import Undecided, drift, find, give, look, prepared
from .rebalance_plans import ENDED, LOCK, Entry, OrderState, Plan, PlanState

if TYPE_CHECKING:
    from .settings import PortfolioSettings, TradingSettings

_MAKE_ANOTHER = "Make a new one: kit portfolio rebalance"
_RESUME = "kit portfolio rebalance --resume"


@dataclass(frozen=True, slots=True)
class Execution:
    """What came of it.

    `moved` says which prices had moved, where nothing was ordered for that; `stopped` what is not known of an order,
    where that stopped it.
    """

    plan: Plan
    moved: tuple[str, ...] = ()
    stopped: Undecided | None = None


def execute_plan(services: Services, plan: Plan) -> Execution:
    """Give its orders, if it is the one plan that may be executed and prices are still its own.

    Raises UsageError where it is not, KitError where trading is not allowed or a venue cannot be asked.
    """
    with _alone(services):
        plan = _again(services, plan)
        _require_open(services, plan)
        _require_allowed(services, plan)
        moved = tuple(filter(None, (_moved(services, each) for each in plan.orders)))
        if moved:
            return Execution(plan, moved)
        _begin(services, plan)
        return _go_on(services, _again(services, plan))


def resume_plan(services: Services) -> Execution | None:
    """Bring the plan whose execution was interrupted to its end; None where there is none."""
    with _alone(services):
        found = interrupted_plan(services)
        return None if found is None else _go_on(services, found, halted=_halted(services, found))


@contextmanager
def _alone(services: Services) -> Iterator[None]:
    held = services.store.hold(LOCK)
    if held is None:
        raise KitError("Another plan is being executed at this moment.", next_step="Wait until it has ended.")
    try:
        yield
    finally:
        held.release()


def _require_open(services: Services, plan: Plan) -> None:
    other = interrupted_plan(services)
    if other is not None:
        raise UsageError(f"The execution of plan {other.id} was interrupted.", next_step=f"First: {_RESUME}")
    if plan.state is PlanState.REPLACED:
        raise UsageError(f"A newer plan has taken the place of {plan.id}.", next_step="See it: kit portfolio plans")
    if plan.state is not PlanState.OPEN:
        raise UsageError(f"Plan {plan.id} was executed already: a plan is executed once.", next_step=_MAKE_ANOTHER)
    if plan.shown is None:
        raise UsageError(f"Plan {plan.id} was not shown yet.", next_step=f"Look at it: kit portfolio plans {plan.id}")
    if services.clock.now() >= plan.expires:
        raise UsageError(f"Plan {plan.id} has expired.", next_step=_MAKE_ANOTHER)


@exact_math()
def _require_allowed(services: Services, plan: Plan) -> None:
    """The settings as they are now, not as they were when the plan was made."""
    settings: PortfolioSettings = services.settings(SECTION)
    trading = settings.trading
    gone = sorted({each.account for each in plan.orders} - set(services.exchanges()))
    if gone:
        raise UsageError(f"{', '.join(gone)} is not connected any more.", next_step=_MAKE_ANOTHER)
    if why := why_not_traded(services, {each.account for each in plan.orders}):
        raise KitError(why, next_step="Set it to true where K.I.T. may trade. Paper accounts trade without it.")
    for each in plan.orders:
        if why := _refused(each, plan, trading):
            raise KitError(f"{why}.", next_step=_MAKE_ANOTHER)
    left, wanted = turnover_left(services, trading), sum((each.value for each in plan.orders), NONE)
    if left is not None and wanted > left:
        raise KitError(
            f"The plan comes to {figure(Money(wanted, plan.currency))}, and maxDailyTurnover leaves "
            f"{figure(Money(left, plan.currency))} for today.",
            next_step=_MAKE_ANOTHER,
        )


@exact_math()
def _refused(entry: Entry, plan: Plan, trading: TradingSettings) -> str:
    """Why the settings do not allow this order; "" where they do."""
    if trading.pairs and str(entry.pair) not in trading.pairs:
        return f"trading.pairs does not allow {entry.pair}"
    if trading.max_order and entry.value > trading.max_order:
        return f"Order {entry.number} is worth {figure(Money(entry.value, plan.currency))}: maxOrder is less"
    return ""


def _moved(services: Services, entry: Entry) -> str:
    settings: PortfolioSettings = services.settings(SECTION)
    return drift(entry, look(services, entry).price, settings.trading.max_slippage)


def _begin(services: Services, plan: Plan) -> None:
    """From here on the plan counts as used, whatever comes."""
    from .store.plan_rows import move_plan

    with services.store.write() as connection:
        begun = move_plan(connection, plan.id, PlanState.OPEN, PlanState.EXECUTING, begun=services.clock.now())
    if not begun:
        raise UsageError(f"Plan {plan.id} was executed already: a plan is executed once.", next_step=_MAKE_ANOTHER)


def _halted(services: Services, plan: Plan) -> str:
    """Why a plan that is resumed gives no order any more; "" where it does."""
    if services.clock.now() >= plan.expires:
        return "the plan had expired"
    return why_not_traded(services, {each.account for each in plan.orders})


def _go_on(services: Services, plan: Plan, *, halted: str = "") -> Execution:
    stopped: Undecided | None = None
    journal = _Journal(services, plan, halted)
    try:
        for entry in plan.orders:
            if entry.state not in ENDED:
                journal.bring_to_its_end(entry)
    except Undecided as undecided:
        stopped = undecided
    else:
        journal.close()
    _sync(services, plan)
    return Execution(_again(services, plan), stopped=stopped)


class _Journal:
    """The orders of one plan while they are given, or, where that is `halted` for a reason, only looked for."""

    def __init__(self, services: Services, plan: Plan, halted: str) -> None:
        self._services = services
        self._plan = plan
        self._halted = halted
        self._entries = {each.number: each for each in plan.orders}
        settings: PortfolioSettings = services.settings(SECTION)
        self._trading = settings.trading

    def bring_to_its_end(self, entry: Entry) -> None:
        """Raises Undecided where the venue does not say what became of it."""
        if entry.account not in self._services.exchanges():
            state = OrderState.UNKNOWN if entry.state is OrderState.SENDING else OrderState.SKIPPED
            self._note(replace(entry, state=state, reason="its account is not connected any more"))
            return
        if entry.state is OrderState.SENDING:
            found = find(self._services, entry, patience=self._trading.patience)
            if found is not None:
                self._note(found)
                return
        if why := self._halted or _refused(entry, self._plan, self._trading):
            self._note(replace(entry, state=OrderState.SKIPPED, reason=why))
            return
        try:
            offer = look(self._services, entry)
        except ExchangeError as error:
            if entry.side is Side.SELL or not self._sold_anything():
                self._note(replace(entry, state=OrderState.SKIPPED, reason=error.message))
                return
            raise Undecided(
                f"{entry.account} does not answer, and order {entry.number} was not given yet: {error.message}",
                next_step=f"Once it answers again: {_RESUME}",
            ) from None
        ready = entry
        if entry.state is OrderState.PLANNED:
            ready = prepared(
                entry,
                offer,
                budget=self._budget(entry),
                slippage=self._trading.max_slippage,
                limited=self._trading.order_type == "limit",
            )
        elif why := drift(entry, offer.price, self._trading.max_slippage):
            ready = replace(entry, state=OrderState.SKIPPED, reason=why)
        if ready.state is OrderState.SENDING and ready.sent is None:
            ready = replace(ready, sent=self._services.clock.now())
        self._note(ready)
        if ready.state is OrderState.SENDING:
            self._note(give(self._services, ready, patience=self._trading.patience))

    @exact_math()
    def close(self) -> None:
        from .store.plan_rows import move_plan

        whole = all(each.filled == each.quantity for each in self._entries.values())
        state = PlanState.DONE if whole else PlanState.PARTLY
        with self._services.store.write() as connection:
            move_plan(connection, self._plan.id, PlanState.EXECUTING, state, ended=self._services.clock.now())

    def _note(self, entry: Entry) -> None:
        from .store.plan_rows import note_order

        self._entries[entry.number] = entry
        with self._services.store.write() as connection:
            note_order(connection, self._plan.id, entry)

    def _sold_anything(self) -> bool:
        return any(each.filled for each in self._entries.values())

    @exact_math()
    def _budget(self, entry: Entry) -> Decimal:
        """What a buy may spend: what its account's sells brought, and what the plan takes of the free quote besides."""
        own = [each for each in self._entries.values() if each.account == entry.account]
        sells = [each for each in own if each.side is Side.SELL]
        buys = [each for each in own if each.side is Side.BUY]
        planned = _cost(buys, _planned, 1) - _cost(sells, _planned, -1)
        return max(planned, NONE) + _cost(sells, _really, -1) - _cost(buys, _really, 1)


def _cost(entries: Iterable[Entry], amount: Callable[[Entry], Decimal], sign: int) -> Decimal:
    """In the quote, with fees: more than the price for buys (sign 1), less for sells (sign −1)."""
    return sum((amount(each) * (1 + sign * (each.fee_rate or NONE)) for each in entries), NONE)


def _planned(entry: Entry) -> Decimal:
    return entry.quantity * entry.price


def _really(entry: Entry) -> Decimal:
    return entry.filled * (entry.average or NONE)


def _again(services: Services, plan: Plan) -> Plan:
    from .store.plan_rows import read_plan

    with services.store.read() as connection:
        found = read_plan(connection, plan.id)
    if found is None:
        raise UsageError(f"There is no plan {plan.id} any more.", next_step=_MAKE_ANOTHER)
    return found


def interrupted_plan(services: Services) -> Plan | None:
    """The plan whose execution began and did not end, if there is one."""
    from .store.plan_rows import newest_plans

    with services.store.read() as connection:
        found = newest_plans(connection, states=[PlanState.EXECUTING], limit=1)
    return found[0] if found else None


def _sync(services: Services, plan: Plan) -> None:
    """What was traded is in the ledger at once; where that fails the next sync brings it."""
    from .rounds import go_round
    from .standing import refresh_problems
    from .visiting import Wish as Asked

    with suppress(KitError):
        go_round(services, sorted({each.account for each in plan.orders}), Asked("always"))
        refresh_problems(services)
