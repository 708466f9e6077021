"""From a wish to a plan: what there is, what it is worth, where it can be traded, what selling it would be taxed on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import KitError, Pair, Services, exact, exact_math, plain

from .core.prices import CROSSES, PriceBook
from .core.rebalance_planning import rebalance
from .core.rebalancing import Market, PlannedOrder, Rebalancing, Situation, Stake
from .core.settlement import candidates, choose_quote
from .core.targets import check_target, check_threshold
from .plugin import SECTION
from .portfolio import Portfolio, load_portfolio
from .rates import book_with_rates
from .rebalance_market import Standing, look_at
from .rebalance_plans import VALID_FOR, Entry, Plan, PlanState, Wish, client_id, estimated_fees, new_id
from .rebalance_taxes import sales_of
from .refreshing import refresh

if TYPE_CHECKING:
    from .settings import PortfolioSettings, TradingSettings


@exact_math()
def make_plan(services: Services, wish: Wish, *, origin: str = "asked", keep: bool = True) -> Plan:
    """The plan, kept where there is anything to trade and `keep` is set. It takes the place of any open one.

    Raises UsageError for weights or a threshold that are none, UnknownName for an account that nobody has.
    """
    check_target(wish.target)
    check_threshold(wish.threshold)
    _freshen(services)
    scene = _look_around(services, wish)
    found = rebalance(scene.situation)
    plan = _plan(services, scene, found, origin)
    if plan.orders and keep:
        from .store.plan_rows import add_plan

        with services.store.write() as connection:
            add_plan(connection, plan)
        return plan
    return replace(plan, id="")


def why_not_traded(services: Services, accounts: Collection[str]) -> str:
    """Why orders at these accounts may not be given; "" where they may. Simulated money needs no permission."""
    settings: PortfolioSettings = services.settings(SECTION)
    networked = {kind.name for kind in services.exchange_types() if kind.networked}
    if settings.trading.enabled or not any(services.venue(each) in networked for each in accounts):
        return ""
    return "Trading is off: skills.portfolio-tracker.trading.enabled is false."


def turnover_left(services: Services, settings: TradingSettings) -> Decimal | None:
    """What today's orders may still come to; None without a limit."""
    if not settings.max_daily_turnover:
        return None
    from .store.plan_rows import turnover_since

    today = services.clock.now().astimezone(services.timezone).date()
    with services.store.read() as connection:
        spent = turnover_since(connection, datetime.combine(today, time.min, services.timezone))
    return max(settings.max_daily_turnover - spent, Decimal(0))


@dataclass(frozen=True, slots=True)
class _Scene:
    """Everything that a plan is made from."""

    wish: Wish
    portfolio: Portfolio
    standings: Mapping[str, Standing]
    situation: Situation


def _freshen(services: Services) -> None:
    """Bring what is known up to date: venues as before every answer, paper accounts too."""
    from .rounds import go_round
    from .visiting import Wish as Asked

    refresh(services)
    networked = {kind.name for kind in services.exchange_types() if kind.networked}
    simulated = [name for name in services.exchanges() if services.venue(name) not in networked]
    if simulated:
        go_round(services, simulated, Asked("changed"))


def _look_around(services: Services, wish: Wish) -> _Scene:
    settings: PortfolioSettings = services.settings(SECTION)
    portfolio = load_portfolio(services, exchange=wish.account)
    held = {each.asset: each.value.amount for each in portfolio.valuation.assets if each.value is not None}
    quotes = candidates(wish.target, held, settings.base_currency)
    assets = {*wish.target, *(held if wish.whole else ())}
    pairs = {(asset, quote) for asset in assets for quote in quotes if asset != quote}
    standings = {each.account: each for each in look_at(services, list(portfolio.connected), pairs)}
    stakes = tuple(_stakes(portfolio, standings))
    book = _prices(services, standings.values(), {*assets, *quotes, *(each.asset for each in stakes)})
    prices = {
        asset: price.amount
        for asset in {*assets, *quotes, *(each.asset for each in stakes)}
        if (price := book.price(asset, settings.base_currency)) is not None
    }
    _require_prices(wish, stakes, prices, settings.base_currency)
    traded = {pair for each in standings.values() for pair in each.terms}
    quote = choose_quote(assets, [each for each in quotes if each in prices], traded)
    markets = (market for each in standings.values() for market in _markets(each, quote, prices, settings.trading))
    closed = {each.account: each.fault for each in standings.values() if each.fault}
    closed |= {each.account: "it is not connected" for each in stakes if each.account not in standings}
    return _Scene(
        wish,
        portfolio,
        standings,
        Situation(
            target=wish.target,
            threshold=wish.threshold,
            quote=quote,
            stakes=stakes,
            prices=prices,
            markets={(each.account, each.asset): each for each in markets},
            closed=closed,
            whole=wish.whole,
            most_order=settings.trading.max_order or None,
            turnover_left=turnover_left(services, settings.trading),
        ),
    )


def _stakes(portfolio: Portfolio, standings: Mapping[str, Standing]) -> Iterator[Stake]:
    """What accounts said just now; of those that cannot be asked, what is known."""
    for standing in standings.values():
        for asset, quantity in standing.held.items():
            yield Stake(standing.account, asset, quantity, standing.free.get(asset, Decimal(0)))
    for holding in portfolio.valuation.holdings:
        if holding.quantity and (holding.account not in standings or standings[holding.account].fault):
            yield Stake(holding.account, holding.asset, holding.quantity, Decimal(0))


def _prices(services: Services, standings: Collection[Standing], assets: Collection[str]) -> PriceBook:
    from .store.price_rows import latest_prices

    settings: PortfolioSettings = services.settings(SECTION)
    with services.store.read() as connection:
        wanted = {*assets, settings.base_currency, *CROSSES}
        points = latest_prices(connection, wanted, until=services.clock.now().date())
    for each in standings:
        points += each.points(services.venue(each.account), settings.asset_names)
    return book_with_rates(services, points, assets)


def _require_prices(wish: Wish, stakes: Collection[Stake], prices: Mapping[str, Decimal], currency: str) -> None:
    """What is held of the target needs a price, or no share of it can be said; what is not held, or nobody has it.

    Nothing is sold for a slip of the finger, then. Raises KitError.
    """
    missing = sorted({each.asset for each in stakes if each.asset in wish.target and each.asset not in prices})
    if missing:
        raise KitError(
            f"No price for {', '.join(missing)} in {currency}: its share of the portfolio is not known.",
            next_step="Bring one in: kit prices import FILE",
        )
    unknown = sorted(asset for asset, weight in wish.target.items() if weight and asset not in prices)
    if unknown:
        raise KitError(
            f"No price for {', '.join(unknown)} in {currency}, and no account that trades it: it cannot be bought.",
            next_step="Correct the target, or bring a price in: kit prices import FILE",
        )


def _markets(
    standing: Standing, quote: str | None, prices: Mapping[str, Decimal], settings: TradingSettings
) -> Iterator[Market]:
    for (asset, against), terms in standing.terms.items():
        if against == quote and asset in prices:
            price = standing.prices[asset, against].last
            yield Market(
                account=standing.account,
                asset=asset,
                price=price,
                fee=terms.taker,
                step=terms.quantity_step,
                least_quantity=terms.least_quantity,
                most_quantity=terms.most_quantity,
                least_value=terms.least_value,
                refusal=_refusal(terms.pair, price * prices[against], prices[asset], settings),
            )


def _refusal(pair: Pair, price: Decimal, valued: Decimal, settings: TradingSettings) -> str:
    """Why a market is not to be used: it is not allowed, or its price is not the one that the asset is valued at."""
    if settings.pairs and str(pair) not in settings.pairs:
        return f"trading.pairs does not allow {pair}"
    if abs(price - valued) > valued * settings.max_slippage:
        return f"its price of {pair} and the one it is valued at differ by more than maxSlippage; try: kit sync"
    return ""


def _plan(services: Services, scene: _Scene, found: Rebalancing, origin: str) -> Plan:
    settings: PortfolioSettings = services.settings(SECTION)
    now, plan = services.clock.now(), new_id()
    entries = tuple(_entry(plan, number, each, scene) for number, each in enumerate(found.orders, start=1))
    accounts = {each.account for each in found.orders}
    own = {
        terms.own_fees
        for each in entries
        for pair, terms in scene.standings[each.account].terms.items()
        if pair == (each.asset, scene.situation.quote)
    }
    return Plan(
        id=plan,
        state=PlanState.OPEN,
        created=now,
        expires=now + VALID_FOR[origin],
        wish=scene.wish,
        currency=settings.base_currency,
        total=found.total,
        quote=scene.situation.quote,
        rows=found.rows,
        orders=entries,
        untraded=found.untraded,
        left_alone=found.left_alone,
        sales=sales_of(services, found.orders),
        fees=estimated_fees(entries, found.rows, settings.base_currency),
        own_fees=own == {True},
        labels=dict(scene.portfolio.labels),
        why_not=why_not_traded(services, accounts) or _no_right(scene, accounts),
        origin=origin,
        notes=tuple(_notes(scene)),
    )


def _no_right(scene: _Scene, accounts: Collection[str]) -> str:
    """That a key may not trade, where its venue says so."""
    without = sorted(each for each in accounts if scene.standings[each].may_trade is False)
    return f"The key of {', '.join(map(scene.portfolio.label, without))} may not trade." if without else ""


def _entry(plan: str, number: int, order: PlannedOrder, scene: _Scene) -> Entry:
    terms = scene.standings[order.account].terms[order.asset, order.quote]
    return Entry(
        number=number,
        account=order.account,
        asset=order.asset,
        pair=terms.pair,
        side=order.side,
        quantity=order.quantity,
        price=exact(plain(order.price)),
        rate=order.rate,
        fee_rate=order.fee,
        client_id=client_id(plan, number),
    )


def _notes(scene: _Scene) -> Iterator[str]:
    """What the reader must know of the accounts that take part."""
    for each in scene.standings.values():
        if each.fault:
            yield f"{scene.portfolio.label(each.account)} counts with its last known balances: {each.fault}."
    taking_part = {each.account for each in scene.situation.stakes}
    simulated = sorted(name for name in taking_part if name in scene.standings and scene.standings[name].simulated)
    if simulated and taking_part - set(simulated):
        yield f"The simulated money of {', '.join(simulated)} counts here, too. One account alone: --account NAME"
