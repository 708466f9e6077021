"""`kit portfolio what-if sell 0.5 BTC`: a sale's gain, lots and term, before it is made."""

from __future__ import annotations

from decimal import Decimal

from kit import (
    Column,
    Heading,
    Metric,
    Metrics,
    Money,
    Notice,
    Quantity,
    Reply,
    Services,
    Severity,
    Table,
    UnknownName,
    UsageError,
    exact_math,
    plain,
)

from ..core.asset_ledger import AssetLedger
from ..core.fiat import FIAT
from ..core.plan import Plan
from ..portfolio import Portfolio, load_portfolio
from ..sales import Sale, place_of, try_sale
from ..tax_settings import portfolio_plan


@exact_math()
def show(
    services: Services, *, action: str, quantity: Decimal, asset: str, price: Decimal | None, account: str | None
) -> Reply:
    """The command; `action` is always to sell."""
    if quantity <= 0:
        raise UsageError("A sale is of more than nothing.", next_step=f"Try: kit portfolio what-if {action} 0.5 BTC")
    if asset in FIAT:
        raise UsageError(f"{asset} is money, and has no lots.", next_step="Name a coin, like BTC.")
    plan = portfolio_plan(services)
    portfolio = load_portfolio(services, asset=asset)
    at = Money(price, plan.currency) if price is not None else _price(portfolio, asset)
    ledger = _ledger(services, plan, portfolio, asset)
    place = place_of(ledger, account)
    sale = try_sale(ledger, plan, quantity, at, place=place, now=services.clock.now())
    return Reply(data=sale, blocks=_blocks(sale, portfolio), exit_code=3 if sale.short else 0)


def _price(portfolio: Portfolio, asset: str) -> Money:
    found = next((each.price for each in portfolio.valuation.assets if each.asset == asset), None)
    if found is None:
        raise UsageError(
            f"No price is known for {asset}.", next_step=f"Say one: kit portfolio what-if sell 1 {asset} --price 100"
        )
    return Money(found.amount, found.currency)


def _ledger(services: Services, plan: Plan, portfolio: Portfolio, asset: str) -> AssetLedger:
    from ..lot_keeping import up_to_date

    ledger = up_to_date(services, plan, {asset}).get(asset)
    if ledger is None:
        raise UnknownName("asset", asset, {each.asset for each in portfolio.positions})
    return ledger


def _blocks(sale: Sale, portfolio: Portfolio) -> tuple[Heading | Metrics | Table | Notice, ...]:
    missing = (
        Notice(
            f"You hold {plain(sale.short)} {sale.asset} less than that: the rest counts with a cost of zero.",
            Severity.WARNING,
            f"See what you hold: kit holdings {sale.asset}",
        ),
    )
    return (
        Heading(f"If you sold {plain(sale.quantity)} {sale.asset} now", "🔮", rule=True),
        Metrics(
            (
                Metric("Proceeds", sale.proceeds, note="before fees"),
                Metric("Cost", sale.cost),
                Metric("Gain", sale.gain, signed=True),
                Metric("Held up to a year", sale.short_term, signed=True),
                Metric("Held longer", sale.long_term, signed=True),
                Metric("Method", f"{sale.method}, pools {sale.scope}"),
            )
        ),
        Table(
            columns=(
                Column("Acquired", "acquired"),
                Column("Account", "account"),
                Column("Quantity", "quantity", "right", precise=True),
                Column("Cost", "cost", "right"),
                Column("Gain", "gain", "right", signed=True),
                Column("Term", "term"),
                Column("Long-term from", "long_term_from"),
            ),
            rows=tuple(
                (
                    lot.acquired.date() if lot.acquired else None,
                    portfolio.labels.get(lot.account, lot.account),
                    Quantity(lot.quantity, sale.asset),
                    lot.cost,
                    lot.gain,
                    None if lot.long_term is None else "long" if lot.long_term else "short",
                    lot.long_term_from,
                )
                for lot in sale.lots
            ),
            title="Lots",
            emoji="🧩",
        ),
        *(missing if sale.short else ()),
    )
