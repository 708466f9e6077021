"""`kit portfolio what-if sell 0.5 BTC`: a sale's gain, lots and term, before it is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kit import (
    Column,
    Heading,
    Kind,
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
from ..core.disposals import Disposal, Part
from ..core.events import Count, Dispose, RecordKey
from ..core.fiat import FIAT
from ..core.holding_period import is_long_term, long_term_from
from ..core.plan import Plan
from ..portfolio import Portfolio, load_portfolio
from ..tax_settings import portfolio_plan

_THE_SALE = RecordKey("", "what-if")


@dataclass(frozen=True, slots=True)
class LotSold:
    """A lot that the sale would use. `long_term_from` is the first day of a long-term sale of it."""

    acquired: datetime | None
    account: str
    quantity: Decimal
    cost: Money
    gain: Money | None
    long_term: bool | None
    long_term_from: date | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale that was not made. `price` is that of one unit; `short` is how much more it needs than there is."""

    asset: str
    quantity: Decimal
    price: Money
    proceeds: Money
    cost: Money
    gain: Money | None
    short_term: Money
    long_term: Money
    method: str
    scope: str
    short: Decimal
    lots: tuple[LotSold, ...]


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
    place = _place(ledger, account)
    now = services.clock.now()
    sold = _sell(ledger, Dispose(now, asset, place, _THE_SALE, Kind.SELL, quantity, quantity * at.amount))
    sale = _sale(sold, at, plan)
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


def _place(ledger: AssetLedger, account: str | None) -> str:
    """The account it would be sold from: the named one, else the one that has most."""
    if account is not None and account not in ledger.units:
        raise UnknownName("account", account, set(ledger.units))
    return account or max(ledger.units, key=lambda each: ledger.units[each], default="")


class _Heard:
    """Listens for the one sale."""

    disposal: Disposal

    def disposed(self, disposal: Disposal) -> None:
        if disposal.key == _THE_SALE:
            self.disposal = disposal

    def earned(self, income: object) -> None: ...

    def counted(self, count: Count) -> None: ...


def _sell(ledger: AssetLedger, sale: Dispose) -> Disposal:
    heard = _Heard()
    ledger.listener = heard
    ledger.take(sale)
    ledger.finish()
    return heard.disposal


def _sale(sold: Disposal, price: Money, plan: Plan) -> Sale:
    currency = plan.currency
    today = sold.time.astimezone(plan.zone).date()
    lots = tuple(_lot(part, sold, today, plan) for part in sold.parts)
    by_term = {
        term: sum((lot.gain.amount for lot in lots if lot.gain and lot.long_term is term), Decimal(0))
        for term in (True, False)
    }
    return Sale(
        asset=sold.asset,
        quantity=sold.quantity,
        price=price,
        proceeds=Money(sold.proceeds or Decimal(0), currency),
        cost=Money(sold.cost, currency),
        gain=None if sold.gain is None else Money(sold.gain, currency),
        short_term=Money(by_term[False], currency),
        long_term=Money(by_term[True], currency),
        method=plan.rules(sold.time).method,
        scope=plan.rules(sold.time).scope.value,
        short=sum((part.quantity for part in sold.parts if part.origin is None), Decimal(0)),
        lots=lots,
    )


def _lot(part: Part, sold: Disposal, today: date, plan: Plan) -> LotSold:
    acquired = part.origin.time.astimezone(plan.zone).date() if part.origin else None
    return LotSold(
        acquired=part.origin.time if part.origin else None,
        account=part.origin.account if part.origin else sold.account,
        quantity=part.quantity,
        cost=Money(part.cost, plan.currency),
        gain=None if part.gain is None else Money(part.gain, plan.currency),
        long_term=is_long_term(acquired, today) if acquired else None,
        long_term_from=long_term_from(acquired) if acquired else None,
        flags=tuple(sorted(part.flags)),
    )


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
