"""What the sells of a plan would be taxed on."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from kit import Money, Services, Side, exact_math

from .core.asset_ledger import AssetLedger
from .core.fiat import FIAT
from .core.plan import Plan
from .core.prices import Price
from .core.rebalancing import PlannedOrder
from .rebalance_plans import SaleTax
from .sales import Sale, ledgers_to_sell_from, place_of, try_sale
from .tax_settings import portfolio_plan


@exact_math()
def sales_of(services: Services, orders: Collection[PlannedOrder]) -> tuple[SaleTax, ...]:
    """Each asset that they sell, with its gain by the ledger's lots, before fees. State money has no lots."""
    sells = [each for each in orders if each.side is Side.SELL and each.asset not in FIAT]
    if not sells:
        return ()
    rules, now = portfolio_plan(services), services.clock.now()
    ledgers = ledgers_to_sell_from(services, rules, {each.asset for each in sells})
    none, found = Money(Decimal(0), rules.currency), []
    for asset in dict.fromkeys(each.asset for each in sells):
        own, ledger = [each for each in sells if each.asset == asset], ledgers.get(asset)
        made = [] if ledger is None else [_made(ledger, rules, each, services) for each in own]
        found.append(
            SaleTax(
                asset=asset,
                quantity=sum((each.quantity for each in own), Decimal(0)),
                gain=_sum([each.gain for each in made]),
                short_term=_sum([each.short_term for each in made]) or none,
                long_term=_sum([each.long_term for each in made]) or none,
                method=rules.rules(now).method,
                unbased=sum((each.unbased for each in made), Decimal(0)),
            )
        )
    return tuple(found)


def _made(ledger: AssetLedger, rules: Plan, order: PlannedOrder, services: Services) -> Sale:
    place = order.account if order.account in ledger.units else place_of(ledger, None)
    price = Price(order.price * order.rate, rules.currency, None, order.account)
    return try_sale(ledger, rules, order.quantity, price, place=place, now=services.clock.now())


def _sum(amounts: Collection[Money | None]) -> Money | None:
    """None where one is, or there is none at all."""
    total: Money | None = None
    for each in amounts:
        if each is None:
            return None
        total = each if total is None else total + each
    return total
