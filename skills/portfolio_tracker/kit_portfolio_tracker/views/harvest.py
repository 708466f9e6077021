"""`kit portfolio harvest`: lots that would be sold at a loss, with how long they were held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kit import (
    Column,
    Heading,
    Metric,
    Metrics,
    Money,
    Quantity,
    Reply,
    Services,
    Table,
    Text,
    UsageError,
    exact_math,
    figure,
    plain,
)

from ..core.disposals import OpenLot
from ..core.plan import Plan
from ..core.prices import Price
from ..ledger import ledger_states
from ..portfolio import load_portfolio
from ..refreshing import refresh
from ..tax_settings import portfolio_plan
from .findings import exit_code, findings
from .overview import nothing_held

_WORTH_IT = Decimal(1)
"""In units of the base currency. Lots of rewards lose a cent each, and fill screens."""


@dataclass(frozen=True, slots=True)
class LosingLot:
    """What is left of a lot, and what it would lose today; `loss` is negative."""

    asset: str
    account: str
    acquired: date
    quantity: Decimal
    cost: Money
    value: Money
    loss: Money
    long_term: bool
    long_term_from: date


@dataclass(frozen=True, slots=True)
class Harvest:
    """Every lot that loses at least `least`, the largest loss first, and what they would lose together.

    `smaller` is what the lots that lose less would lose together, `smaller_lots` how many these are.
    """

    lots: tuple[LosingLot, ...]
    short_term: Money
    long_term: Money
    least: Money
    smaller: Money
    smaller_lots: int


@exact_math()
def show(services: Services, *, min_loss: Decimal | None, offline: bool) -> Reply:
    """The command."""
    if min_loss is not None and min_loss < 0:
        raise UsageError("A loss is told without a sign.", next_step=f"Say --min-loss {plain(-min_loss)}")
    refresh(services, offline=offline)
    portfolio = load_portfolio(services)
    if not portfolio.positions:
        return nothing_held(portfolio)
    plan = portfolio_plan(services)
    prices = {each.asset: each.price for each in portfolio.valuation.assets}
    lots = [lot for state in ledger_states(services).values() for lot in state.lots]
    found = sorted(
        _losing(lots, prices, plan, portfolio.today), key=lambda each: (each.loss.amount, each.asset, each.acquired)
    )
    least = _WORTH_IT if min_loss is None else min_loss
    losing = tuple(each for each in found if each.loss.amount <= -least)
    smaller = found[len(losing) :]
    harvest = Harvest(
        losing,
        short_term=_together(losing, plan, long_term=False),
        long_term=_together(losing, plan, long_term=True),
        least=Money(least, plan.currency),
        smaller=_sum(smaller, plan),
        smaller_lots=len(smaller),
    )
    problems = findings(portfolio)
    return Reply(
        data=harvest,
        blocks=(
            Heading("Losses worth taking", "🌾", rule=True),
            Metrics(
                (
                    Metric("Held up to a year", harvest.short_term, signed=True),
                    Metric("Held longer", harvest.long_term, signed=True),
                )
            ),
            _table(harvest, portfolio.labels),
            *((Text(_left_out(harvest)),) if harvest.smaller_lots else ()),
            Text("A loss may not count where the same coins are bought back soon: check your country's rules."),
        ),
        problems=problems,
        exit_code=exit_code(problems),
    )


def _losing(lots: list[OpenLot], prices: Mapping[str, Price | None], plan: Plan, today: date) -> Iterator[LosingLot]:
    for lot in lots:
        price = prices.get(lot.asset)
        if price is None or not lot.has_basis:
            continue
        value = lot.quantity * price.amount
        if value < lot.cost:
            acquired = lot.origin.time.astimezone(plan.zone).date()
            long_from = plan.long_from(acquired)
            yield LosingLot(
                asset=lot.asset,
                account=lot.account,
                acquired=acquired,
                quantity=lot.quantity,
                cost=Money(lot.cost, plan.currency),
                value=Money(value, plan.currency),
                loss=Money(value - lot.cost, plan.currency),
                long_term=today >= long_from,
                long_term_from=long_from,
            )


def _together(lots: Iterable[LosingLot], plan: Plan, *, long_term: bool) -> Money:
    return _sum((each for each in lots if each.long_term is long_term), plan)


def _sum(lots: Iterable[LosingLot], plan: Plan) -> Money:
    return Money(sum((each.loss.amount for each in lots), Decimal(0)), plan.currency)


def _left_out(harvest: Harvest) -> str:
    count = harvest.smaller_lots
    return (
        f"{count:,} {'lot loses' if count == 1 else 'lots lose'} less than {figure(harvest.least)} each, "
        f"{figure(harvest.smaller)} together, and {'is' if count == 1 else 'are'} left out. With all: --min-loss 0"
    )


def _table(harvest: Harvest, labels: Mapping[str, str]) -> Table:
    return Table(
        columns=(
            Column("Asset", "asset"),
            Column("Account", "account"),
            Column("Acquired", "acquired"),
            Column("Quantity", "quantity", "right", precise=True),
            Column("Cost", "cost", "right"),
            Column("Value", "value", "right"),
            Column("Loss", "loss", "right", signed=True),
            Column("Term", "term"),
            Column("Long-term from", "long_term_from"),
        ),
        rows=tuple(
            (
                each.asset,
                labels.get(each.account, each.account),
                each.acquired,
                Quantity(each.quantity, each.asset),
                each.cost,
                each.value,
                each.loss,
                "long" if each.long_term else "short",
                each.long_term_from,
            )
            for each in harvest.lots
        ),
        empty="No lot would be sold at a loss"
        + (f" of {figure(harvest.least)} or more." if harvest.smaller_lots else "."),
    )
