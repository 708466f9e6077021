"""Sales before they are made: which lots they would use, held how long, at what gain."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kit import Kind, Money, Services, UnknownName

from .core.asset_ledger import AssetLedger
from .core.disposals import Disposal, Part
from .core.events import UNKNOWN_COST, Count, Dispose, RecordKey
from .core.ledger import Ledger
from .core.plan import Plan
from .core.prices import Price
from .ledger import Work

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
    """A sale that was not made. `price` is that of one unit; `short` is how much more it needs than there is.

    `unbased` is how much of it has no known cost, what is short included; where the price of the day is missing, that
    part has no gain, else it counts with a cost of zero. What is short has no term.
    """

    asset: str
    quantity: Decimal
    price: Price
    proceeds: Money
    cost: Money
    gain: Money | None
    short_term: Money
    long_term: Money
    method: str
    scope: str
    short: Decimal
    unbased: Decimal
    lots: tuple[LotSold, ...]


def ledgers_to_sell_from(services: Services, plan: Plan, assets: Collection[str]) -> dict[str, AssetLedger]:
    """The ledgers of `assets` as they are now, for `try_sale`. The caller is in exact_math.

    Under a method that looks ahead what was kept is settled, and a sale of today could no longer be matched with
    what was bought today: there they are computed anew, and left open.
    """
    from .lot_keeping import up_to_date

    ledgers = up_to_date(services, plan, assets)
    if not any(ledger.method.looks_ahead for ledger in ledgers.values()):
        return ledgers
    with services.store.read() as connection:
        work = Work(services, connection, plan)
        ledger = Ledger(plan, methods=work.methods, only=work.only(assets), allotted=work.allotted)
        ledger.take(work.events(None, assets))
    return ledger.assets


def try_sale(ledger: AssetLedger, plan: Plan, quantity: Decimal, price: Price, *, place: str, now: datetime) -> Sale:
    """What it would be to sell so much of what the ledger is about, at `place`; the ledger then has it as sold."""
    sale = Dispose(now, ledger.asset, place, _THE_SALE, Kind.SELL, quantity, quantity * price.amount)
    return _sale(_sell(ledger, sale), price, plan)


def place_of(ledger: AssetLedger, account: str | None) -> str:
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


def _sale(sold: Disposal, price: Price, plan: Plan) -> Sale:
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
        unbased=sum((part.quantity for part in sold.parts if part.flags & UNKNOWN_COST), Decimal(0)),
        lots=lots,
    )


def _lot(part: Part, sold: Disposal, today: date, plan: Plan) -> LotSold:
    acquired = part.origin.time.astimezone(plan.zone).date() if part.origin else None
    long_from = plan.long_from(acquired) if acquired else None
    return LotSold(
        acquired=part.origin.time if part.origin else None,
        account=part.origin.account if part.origin else sold.account,
        quantity=part.quantity,
        cost=Money(part.cost, plan.currency),
        gain=None if part.gain is None else Money(part.gain, plan.currency),
        long_term=today >= long_from if long_from else None,
        long_term_from=long_from,
        flags=tuple(sorted(part.flags)),
    )
