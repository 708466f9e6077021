"""From weights to orders. FORMULAS §7.

`delta_i = w_i · T − v_i`, where T is the value of what takes part: the assets of the target, and with `whole` every
other held asset at a weight of zero. An asset trades where it is off its weight by the threshold or more, against one
asset for all, the quote. The quote has no order of its own: it is what remains.

Sells come first, from the account that can sell most; then buys, the largest first, each from the account that has
most to spend: what its sells bring, and its free quote where the quote takes part itself. Fees are reserved from the
quote. So an account never spends what it has not, and nothing moves between accounts: what cannot be done within them
is said. Quantities are rounded down to the venue's step, and the next buy may have what that leaves, so that nothing
is left that a second plan would spend; what is left where a venue takes its fee from what was bought is not spent
either. An asset that was within the threshold and would be pushed beyond it by the fees trades as well. Where the
quote takes no part, nothing is sold for what cannot be bought.

What this cannot do: trade two assets against each other without the quote, or sell what is within the threshold to
pay for what is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal

from kit import Side, exact_math, plain

from .rebalancing import FINEST_STEP, NONE, SHARE_STEP, Market, PlannedOrder, Rebalancing, Row, Situation, Untraded


@exact_math()
def rebalance(situation: Situation) -> Rebalancing:
    """The orders that bring each asset to its weight, as far as that can be done, and what is in the way."""
    pushed: frozenset[str] = frozenset()
    given_up: frozenset[str] = frozenset()
    while True:
        planning = _Planning(situation, pushed, given_up)
        found = planning.plan()
        if unbought := planning.unbought() - given_up:
            given_up |= unbought
        elif also := planning.pushed_off():
            pushed |= also
        else:
            return found


@dataclass(slots=True)
class _Wanted:
    """How much of an asset is still to be traded, what was in the way so far, and what rounding may leave."""

    asset: str
    quantity: Decimal
    price: Decimal
    least: Decimal = NONE
    hindrances: list[Untraded] = field(default_factory=list)
    orders: int = 0

    @property
    def value(self) -> Decimal:
        return self.quantity * self.price

    def hinder(self, account: str | None, quantity: Decimal, reason: str) -> None:
        self.hindrances.append(Untraded(self.asset, account, min(quantity, self.quantity) * self.price, reason))

    def done(self, market: Market, quantity: Decimal) -> None:
        self.quantity -= quantity
        self.orders += 1
        self.least += max(market.step or NONE, FINEST_STEP) * self.price

    def left(self) -> Iterator[Untraded]:
        """What was in the way, unless all but a rounding was traded in spite of it; together no more than is left."""
        rest = NONE if self.orders and self.value <= self.least else self.value
        for each in self.hindrances:
            part = min(each.value, rest)
            if part > 0:
                yield Untraded(each.asset, each.account, part, each.reason)
            rest -= part


class _Planning:
    """One plan being made.

    `pushed` are assets that trade although they are within the threshold; `given_up` are those that cannot be bought,
    so that nothing is sold for them where the quote takes no part and could not keep what that brings.
    """

    def __init__(self, situation: Situation, pushed: frozenset[str], given_up: frozenset[str]) -> None:
        self._given = situation
        self._given_up = given_up
        self._held: dict[str, Decimal] = {}
        for stake in situation.stakes:
            self._held[stake.asset] = self._held.get(stake.asset, NONE) + stake.quantity
        self._weights = dict(situation.target)
        if situation.whole:
            self._weights |= {
                asset: NONE for asset in self._held if asset in situation.prices and asset not in self._weights
            }
        values = {asset: self._value(asset) for asset in self._weights}
        self._values = {asset: value for asset, value in values.items() if value is not None}
        self._total = sum(self._values.values(), NONE)
        self._moving = {
            asset: self._delta(asset)
            for asset in self._weights
            if asset in pushed or self._is_off(abs(self._delta(asset)), self._total, asset)
        }
        self._orders: list[PlannedOrder] = []
        self._untraded: list[Untraded] = []
        self._budget: dict[str, Decimal] = {}
        self._payers: set[str] = set()

    def plan(self) -> Rebalancing:
        quote = self._given.quote
        if quote is not None:
            self._trade(self._within_turnover(), quote)
        else:
            for asset, delta in self._moving.items():
                self._leave(asset, None, abs(delta), "there is no money with a price to trade it against")
        after = self._after()
        rows = tuple(self._rows(after))
        self._explain(rows)
        return Rebalancing(
            total=self._total,
            rows=rows,
            orders=tuple(self._orders),
            untraded=tuple(self._untraded),
            left_alone={
                asset: self._value(asset) for asset, held in self._held.items() if held and asset not in self._weights
            },
        )

    def unbought(self) -> frozenset[str]:
        """Assets that should be bought and have no order, where the quote takes no part."""
        if self._given.quote is None or self._given.quote in self._weights:
            return frozenset()
        ordered = {each.asset for each in self._orders}
        return frozenset(asset for asset, delta in self._moving.items() if delta > 0 and asset not in ordered)

    def pushed_off(self) -> frozenset[str]:
        """Assets that were within the threshold and would not be any more, because the fees make the total smaller."""
        if not self._orders:
            return frozenset()
        after = self._after()
        total = sum(after.values(), NONE)
        return frozenset(
            asset
            for asset, value in after.items()
            if asset not in self._moving and self._is_off(abs(self._weights[asset] * total - value), total, asset)
        )

    def _value(self, asset: str) -> Decimal | None:
        price, held = self._given.prices.get(asset), self._held.get(asset, NONE)
        if price is None:
            return None if held else NONE
        return held * price

    def _delta(self, asset: str) -> Decimal:
        return self._weights[asset] * self._total - self._values.get(asset, NONE)

    def _is_off(self, by: Decimal, total: Decimal, asset: str) -> bool:
        """Whether that is the threshold or more, of an asset that is no remainder."""
        return asset != self._given.quote and by > 0 and by >= self._given.threshold * total

    def _within_turnover(self) -> dict[str, Decimal]:
        """The changes, all smaller in proportion where the day's limit leaves no room for them."""
        left, wanted = self._given.turnover_left, sum(map(abs, self._moving.values()), NONE)
        if left is None or wanted <= left:
            return self._moving
        part = max(left, NONE) / wanted
        for asset, delta in self._moving.items():
            self._leave(asset, None, abs(delta) * (1 - part), "maxDailyTurnover leaves no room for more today")
        return {asset: delta * part for asset, delta in self._moving.items()}

    def _trade(self, changes: Mapping[str, Decimal], quote: str) -> None:
        by_size = sorted(changes.items(), key=lambda each: (-abs(each[1]), each[0]))
        buys = {asset: delta for asset, delta in changes.items() if delta > 0 and asset not in self._given_up}
        room = None if quote in self._weights else sum(buys.values(), NONE)
        self._payers = {each.account for each in self._given.markets.values() if each.asset in buys or room is None}
        for asset, delta in by_size:
            if delta < 0:
                value = -delta if room is None else min(-delta, room)
                if value < -delta:
                    self._leave(asset, None, -delta - value, "what it should pay for cannot be bought")
                sold = self._sell(asset, value, quote) if value else NONE
                room = None if room is None else room - sold
        if quote in self._weights:
            for stake in self._given.stakes:
                if stake.asset == quote and stake.account not in self._given.closed:
                    self._earn(stake.account, stake.free)
        for asset, delta in by_size:
            if delta > 0:
                self._buy(asset, delta, quote)

    def _sell(self, asset: str, value: Decimal, quote: str) -> Decimal:
        """The value that is sold."""
        price = self._given.prices[asset]
        wanted = _Wanted(asset, value / price, price)
        stakes = (each for each in self._given.stakes if each.asset == asset and each.quantity > 0)
        for stake in sorted(stakes, key=lambda each: (-each.free, each.account)):
            if wanted.quantity <= 0:
                break
            share = min(wanted.quantity, stake.quantity)
            market = self._given.markets.get((stake.account, asset))
            if stake.account in self._given.closed:
                wanted.hinder(stake.account, share, self._given.closed[stake.account])
            elif market is None:
                wanted.hinder(stake.account, share, f"it has no market {asset}/{quote}")
            elif stake.account not in self._payers:
                wanted.hinder(stake.account, share, "what it should pay for is not traded there")
            else:
                if stake.free < share:
                    wanted.hinder(stake.account, share - stake.free, "it is held by open orders or another wallet")
                if stake.free > 0 and (order := self._order(market, Side.SELL, min(share, stake.free), quote, wanted)):
                    self._earn(stake.account, order.cost * (1 - (market.fee or NONE)))
        self._untraded += wanted.left()
        return value - wanted.value

    def _buy(self, asset: str, value: Decimal, quote: str) -> None:
        price = self._given.prices.get(asset)
        if price is None:
            self._leave(asset, None, value, "no price is known for it")
            return
        wanted = _Wanted(asset, value / price, price)
        markets = [each for (account, name), each in self._given.markets.items() if name == asset]
        for market in sorted(markets, key=lambda each: (-self._budget.get(each.account, NONE), each.account)):
            budget, with_fee = self._budget.get(market.account, NONE), market.price * (1 + (market.fee or NONE))
            is_short = budget < wanted.quantity * with_fee
            if is_short and 0 < budget <= self._crumbs(market):
                wanted.hinder(market.account, wanted.quantity, f"the {quote} there is no more than fees may have left")
            elif wanted.quantity > 0 and budget > 0 and market.account not in self._given.closed:
                order = self._order(market, Side.BUY, min(wanted.quantity, budget / with_fee), quote, wanted)
                self._earn(market.account, -order.quantity * with_fee if order else NONE)
        if not markets:
            wanted.hinder(None, wanted.quantity, f"no connected account trades {asset}/{quote}")
        elif wanted.quantity > 0 and not wanted.hindrances:
            wanted.hinder(None, wanted.quantity, f"there is no more {quote} to spend where it is traded")
        self._untraded += wanted.left()

    def _crumbs(self, market: Market) -> Decimal:
        """How much of the quote an earlier plan may have left there: fees that it reserved, and less than an order.

        A fee is left over where it was taken from what was bought: at most that of all that is held there.
        """
        if self._given.quote not in self._weights:
            return NONE  # free money takes no part
        fees = NONE
        for stake in self._given.stakes:
            bought = self._given.markets.get((market.account, stake.asset))
            if stake.account == market.account and bought is not None and bought.fee:
                fees += stake.quantity * bought.price * bought.fee / (1 - bought.fee)
        least = max(market.least_value or NONE, (market.least_quantity or NONE) * market.price)
        step = max(market.step or NONE, FINEST_STEP) * market.price * (1 + (market.fee or NONE))
        return fees + least + step if fees else NONE

    def _order(self, market: Market, side: Side, quantity: Decimal, quote: str, wanted: _Wanted) -> PlannedOrder | None:
        """An order of so much, rounded, not above what one may be; None, and told why, where that is nothing."""
        for most, why in self._largest(market, wanted.price):
            if quantity > most:
                wanted.hinder(market.account, quantity - most, why)
                quantity = most
        rounded = market.rounded(quantity)
        if why := market.why_not(rounded, quote):
            wanted.hinder(market.account, quantity, why)
            return None
        order = PlannedOrder(
            account=market.account,
            asset=market.asset,
            quote=quote,
            side=side,
            quantity=rounded,
            price=market.price,
            rate=self._given.prices[quote],
            fee=market.fee,
        )
        self._orders.append(order)
        wanted.done(market, rounded)
        return order

    def _largest(self, market: Market, price: Decimal) -> Iterator[tuple[Decimal, str]]:
        """How much one order may be at most, and who says so."""
        if self._given.most_order is not None:
            yield self._given.most_order / price, "an order is worth maxOrder at most"
        if market.most_quantity is not None:
            yield market.most_quantity, f"the venue takes orders up to {plain(market.most_quantity)} {market.asset}"

    def _earn(self, account: str, amount: Decimal) -> None:
        self._budget[account] = self._budget.get(account, NONE) + amount

    def _leave(self, asset: str, account: str | None, value: Decimal, reason: str) -> None:
        self._untraded.append(Untraded(asset, account, value, reason))

    def _rows(self, after: Mapping[str, Decimal]) -> Iterator[Row]:
        total = sum(after.values(), NONE)
        remains = -sum(self._moving.values(), NONE)
        for asset, weight in sorted(self._weights.items(), key=lambda each: (-each[1], each[0])):
            value = self._values.get(asset)
            yield Row(
                asset=asset,
                value=value,
                share=_share(value, self._total),
                weight=weight,
                change=remains if asset == self._given.quote else self._moving.get(asset, NONE),
                trades=asset in self._moving,
                after=_share(after.get(asset), total),
            )

    def _after(self) -> dict[str, Decimal]:
        """The values once all orders are filled at their prices."""
        after = dict(self._values)
        for each in self._orders:
            sign = 1 if each.side is Side.BUY else -1
            after[each.asset] += sign * each.quantity * self._given.prices[each.asset]
            if each.quote in after:
                after[each.quote] -= (sign + (each.fee or NONE)) * each.value
        return after

    def _explain(self, rows: tuple[Row, ...]) -> None:
        """Nothing that stays off by the threshold is without a reason."""
        explained = {each.asset for each in self._untraded}
        for row in rows:
            if row.after is None or row.asset in explained:
                continue
            off = abs(row.after - row.weight)
            if off > 0 and off >= self._given.threshold:
                reason = "fees and the steps of quantities leave it there"
                if row.asset == self._given.quote:
                    reason = "it is what remains, and nothing else is off by as much"
                    reason = "it is what remains when nothing more can be traded" if self._moving else reason
                self._leave(row.asset, None, off * self._total, reason)


def _share(value: Decimal | None, total: Decimal) -> Decimal | None:
    return None if value is None or total <= 0 else (value / total).quantize(SHARE_STEP, rounding=ROUND_HALF_EVEN)
