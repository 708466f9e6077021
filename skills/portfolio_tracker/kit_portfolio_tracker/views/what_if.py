"""`kit portfolio what-if sell 0.5 BTC`: a sale's gain, lots and term, before it is made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import (
    Block,
    Column,
    Heading,
    Metric,
    Metrics,
    Money,
    Problem,
    Quantity,
    Reply,
    Services,
    Severity,
    Table,
    UsageError,
    exact_math,
    plain,
    span,
)

from ..asset_renames import unknown_asset
from ..core.asset_ledger import AssetLedger
from ..core.events import UNKNOWN_COST
from ..core.fiat import FIAT
from ..core.plan import Plan
from ..core.prices import Price
from ..labels import account_meant
from ..plugin import SECTION
from ..portfolio import Portfolio, load_portfolio
from ..refreshing import refresh
from ..sales import LotSold, Sale, ledgers_to_sell_from, place_of, try_sale
from ..tax_settings import portfolio_plan
from .findings import FRESH, exit_code
from .overview import nothing_held

if TYPE_CHECKING:
    from ..settings import PortfolioSettings

_SAID = "as you said"
_IN_THE_SENTENCE = ""


@exact_math()
def show(
    services: Services,
    *,
    action: str,
    quantity: Decimal,
    asset: str,
    price: Decimal | None,
    account: str | None,
    offline: bool,
) -> Reply:
    """The command; `action` is always to sell."""
    if quantity <= 0:
        raise UsageError("A sale is of more than nothing.", next_step=f"Try: kit portfolio what-if {action} 0.5 BTC")
    if price is not None and price < 0:
        raise UsageError(
            "Nobody pays to be rid of a coin: the price is below zero.", next_step="Say one like --price 100"
        )
    if asset in FIAT:
        raise UsageError(f"{asset} is money, and has no lots.", next_step="Name a coin, like BTC.")
    refresh(services, offline=offline or price is not None)
    plan = portfolio_plan(services)
    old, asked = asset, quantity
    asset, quantity = plan.names.latest(old), plan.names.scaled(old, asked)
    portfolio = load_portfolio(services, asset=asset)
    known = {each.asset for each in portfolio.positions}
    if not known:
        return nothing_held(portfolio)
    if asset not in known:
        raise unknown_asset(asset, known)
    at = Price(price * asked / quantity, plan.currency, None, _SAID) if price is not None else _price(portfolio, asset)
    ledger = _ledger(services, plan, portfolio, asset)
    settings: PortfolioSettings = services.settings(SECTION)
    named = account_meant(account, ledger.units, settings.account_labels) if account is not None else None
    place = place_of(ledger, named)
    sale = try_sale(ledger, plan, quantity, at, place=place, now=portfolio.now)
    problems = tuple(_problems(sale, portfolio))
    return Reply(
        data=sale, blocks=tuple(_blocks(sale, portfolio, plan)), problems=problems, exit_code=exit_code(problems)
    )


def _price(portfolio: Portfolio, asset: str) -> Price:
    found = next((each.price for each in portfolio.valuation.assets if each.asset == asset), None)
    if found is None:
        raise UsageError(
            f"No price is known for {asset}.", next_step=f"Say one: kit portfolio what-if sell 1 {asset} --price 100"
        )
    return found


def _ledger(services: Services, plan: Plan, portfolio: Portfolio, asset: str) -> AssetLedger:
    ledger = ledgers_to_sell_from(services, plan, {asset}).get(asset)
    if ledger is None:
        raise unknown_asset(asset, {each.asset for each in portfolio.positions})
    return ledger


def _problems(sale: Sale, portfolio: Portfolio) -> Iterator[Problem]:
    if sale.short:
        yield Problem(
            "portfolio.history_missing",
            Severity.WARNING,
            f"The records tell of {plain(sale.short)} {sale.asset} less than that: those count with a cost of zero.",
            _IN_THE_SENTENCE,
            f"See what you hold: kit holdings {sale.asset}",
        )
    if unknown := sale.unbased - sale.short:
        yield Problem(
            "portfolio.unbased",
            Severity.WARNING,
            f"What {plain(unknown)} {sale.asset} of it cost is not known: what came without a purchase counts with a "
            "cost of zero, what was bought on a day without a price has no gain.",
            _IN_THE_SENTENCE,
            "Import where it was bought, or add it: kit ledger add buy … See which: kit ledger list --flagged",
        )
    if sale.price.day is not None and (age := portfolio.today - sale.price.day) > FRESH:
        yield Problem(
            "portfolio.stale",
            Severity.WARNING,
            f"“Now” is at the price of {sale.price.day}, which is {age.days:,} days old.",
            _IN_THE_SENTENCE,
            f"Fetch today's: kit prices fetch. Or say one: kit portfolio what-if sell {plain(sale.quantity)} "
            f"{sale.asset} --price 100",
        )


def _blocks(sale: Sale, portfolio: Portfolio, plan: Plan) -> Iterator[Block]:
    unknown = f"{plain(sale.unbased)} {sale.asset} without a known cost" if sale.unbased else ""
    no_term = sum((lot.gain.amount for lot in sale.lots if lot.gain and lot.long_term is None), Decimal(0))
    yield Heading(f"If you sold {plain(sale.quantity)} {sale.asset} now", "🔮", rule=True)
    yield Metrics(
        (
            Metric("Price", Money(sale.price.amount, sale.price.currency), note=_origin(sale.price, portfolio)),
            Metric("Proceeds", sale.proceeds, note="before fees"),
            Metric("Cost", sale.cost if sale.unbased < sale.quantity else None, note=unknown),
            Metric("Gain", sale.gain, signed=True, note="their cost taken as zero" if unknown and sale.gain else ""),
            Metric("Held up to a year", sale.short_term, signed=True),
            Metric("Held longer", sale.long_term, signed=True),
            *(
                (Metric("Held nobody knows how long", Money(no_term, sale.price.currency), signed=True),)
                if no_term
                else ()
            ),
            Metric("Method", f"{sale.method}, pools {sale.scope}"),
        )
    )
    flagged = any(lot.flags for lot in sale.lots)
    yield Table(
        columns=(
            Column("Acquired", "acquired"),
            Column("Account", "account"),
            Column("Quantity", "quantity", "right", precise=True),
            Column("Cost", "cost", "right"),
            Column("Gain", "gain", "right", signed=True),
            Column("Term", "term"),
            Column("Long-term from", "long_term_from"),
            *((Column("What is wrong", "flags"),) if flagged else ()),
        ),
        rows=tuple(
            (
                lot.acquired.astimezone(plan.zone).date() if lot.acquired else None,
                portfolio.labels.get(lot.account, lot.account),
                Quantity(lot.quantity, sale.asset),
                None if UNKNOWN_COST.intersection(lot.flags) else lot.cost,
                lot.gain,
                _term(lot),
                lot.long_term_from,
                *((", ".join(lot.flags),) if flagged else ()),
            )
            for lot in sale.lots
        ),
        title="Lots",
        emoji="🧩",
    )


def _term(lot: LotSold) -> str | None:
    return None if lot.long_term is None else "long" if lot.long_term else "short"


def _origin(price: Price, portfolio: Portfolio) -> str:
    """Whose price it is, and how old."""
    if price.time is not None:
        return f"{price.source}, {span(max(portfolio.now - price.time, timedelta(0)))} old"
    if price.day is None:
        return price.source
    age = (portfolio.today - price.day).days
    return f"{price.source}, {price.day}" + (f", {age:,} {'day' if age == 1 else 'days'} old" if age > 0 else "")
