"""A MetaTrader 5 account, as any venue's account is seen.

It holds one thing: its equity, in its currency, of which the margin of open positions is locked. What the
positions are worth is in the equity already, so neither their volume nor their notional ever counts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kit import (
    Balance,
    Candle,
    ExchangeError,
    HistoryBatch,
    MissingPermission,
    NetworkFailure,
    OddAnswer,
    OpenPosition,
    Order,
    OrderRequest,
    OrderStatus,
    Pair,
    Permissions,
    Record,
    Refused,
    Side,
    Ticker,
    exact_math,
)

from .broker_clock import BrokerClock
from .broker_time import BrokerTime
from .codes import DONE, refusal
from .conversation import Conversation
from .history import STREAM, DealHistory
from .orders import REMOVE, client_id, is_the_same, lots, magic, order, trade_request
from .settings import MetaTraderSettings
from .symbols import FIELDS, Symbol, by_pair, figure, row, rows, symbol, text, whole

if TYPE_CHECKING:
    from kit import Clock

_MINUTES = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)
_HOURS = (1, 2, 3, 4, 6, 8, 12)
TIMEFRAMES = (
    {f"{count}m": count for count in _MINUTES}
    | {f"{count}h": 0x4000 + count for count in _HOURS}
    | {"1d": 0x4018, "1w": 0x8001, "1M": 0xC001}
)
_SYMBOLS_KEPT = timedelta(minutes=10)
_SINCE_EVER = 0
_AHEAD = timedelta(days=2)


class MetaTraderExchange:
    """One account. A terminal answers one question at a time, so everything here waits its turn."""

    def __init__(self, account: str, settings: MetaTraderSettings, clock: Clock, conversation: Conversation) -> None:
        self._account = account
        self._settings = settings
        self._clock = clock
        self._ask = conversation.ask
        self._conversation = conversation
        self._broker_clock = BrokerClock(account, settings.broker_timezone, conversation, clock)
        self._symbols: dict[str, Symbol] = {}
        self._symbols_of: datetime | None = None
        self._doubts: list[str] = []

    async def balances(self) -> list[Balance]:
        """The equity. One below zero is told as it is."""
        info = row(await self._ask("account_info"))
        equity, margin = figure(info, "equity"), figure(info, "margin")
        locked = min(margin, max(equity, Decimal(0)))
        return [Balance(self._account, self._currency(info), equity, self._clock.now(), locked=locked)]

    async def positions(self) -> list[OpenPosition]:
        said = rows(await self._ask("positions_get"))
        currency = self._currency(row(await self._ask("account_info"))) if said else ""
        time = await self._broker_clock.time() if said else None
        return [await self._position(each, currency, time) for each in said if time]

    async def history(self, cursors: Mapping[str, str], *, assets: Collection[str] = ()) -> AsyncIterator[HistoryBatch]:
        """Every deal after the cursor; `assets` do not matter, since a terminal is asked for all of them."""
        deals = DealHistory(
            self._account, self._conversation, await self._broker_clock.time(), self._settings.history_from
        )
        async for batch in deals.walk(cursors.get(STREAM), self._clock.now()):
            yield batch
        self._doubts = list(deals.doubts)

    async def records(self, since: datetime | None = None) -> AsyncIterator[Record]:
        async for batch in self.history({}):
            for record in batch.records:
                if since is None or record.time >= since:
                    yield record

    def left_out(self) -> tuple[str, ...]:
        return tuple(self._doubts)

    async def permissions(self) -> Permissions:
        """The investor password may not trade; no password may withdraw through a terminal."""
        info = row(await self._ask("account_info"))
        allowed = info.get("trade_allowed")
        return Permissions(read=True, trade=allowed if isinstance(allowed, bool) else None, withdraw=False)

    async def ticker(self, pair: Pair) -> Ticker:
        known = await self._symbol_of(pair)
        said = row(await self._tick(known))
        return Ticker(pair, _last(said, known.name), (await self._broker_clock.time()).utc(_milliseconds(said)))

    async def tickers(self, pairs: Collection[Pair] | None = None) -> list[Ticker]:
        """Of `pairs`, else of the symbols in the Market Watch; those without a price are left out."""
        best = by_pair((await self._all_symbols()).values())
        wanted = [best[pair] for pair in pairs if pair in best] if pairs is not None else list(best.values())
        wanted = [each for each in wanted if each.visible or pairs is not None]
        time = await self._broker_clock.time() if wanted else None
        found = []
        for each in wanted:
            said = row(await self._tick(each))
            if time and _has_price(said):
                found.append(Ticker(each.pair, _last(said, each.name), time.utc(_milliseconds(said))))
        return found

    async def candles(self, pair: Pair, interval: str, since: datetime, until: datetime) -> list[Candle]:
        if interval not in TIMEFRAMES:
            raise Refused(f"MetaTrader has no candles of “{interval}”.", next_step=f"Known: {', '.join(TIMEFRAMES)}.")
        name, time = (await self._symbol_of(pair)).name, await self._broker_clock.time()
        await self._ask("symbol_select", name, True)
        start, end = time.seconds(since), time.seconds(until)
        said = rows(await self._ask("copy_rates_range", name, TIMEFRAMES[interval], start, end))
        candles = [
            Candle(
                time.utc(whole(each, "time") * 1000),
                *(figure(each, part) for part in ("open", "high", "low", "close", "real_volume")),
            )
            for each in said
        ]
        return sorted((each for each in candles if since <= each.time < until), key=lambda candle: candle.time)

    async def place_order(self, request: OrderRequest) -> Order:
        """A client id used before answers with its order and places nothing; sent once, whatever happens."""
        own_id = client_id(request)
        known = await self._symbol_of(request.pair)
        volume = lots(request, known)
        if (await self.permissions()).trade is not True:
            raise MissingPermission(
                f"MetaTrader ({self._account}): this login may not trade.",
                next_step="Log in with the master password, where you want K.I.T. to trade.",
            )
        tick = row(await self._tick(known))
        price = figure(tick, "ask" if request.side is Side.BUY else "bid")
        asked = trade_request(request, known, volume, own_id, price)
        before = await self._placed_before(request, own_id)
        if before is not None:
            return before
        checked = row(await self._conversation.order("order_check", asked))
        if whole(checked, "retcode") != 0:
            raise refusal(self._account, whole(checked, "retcode"), str(checked.get("comment", "")))
        try:
            answer = row(await self._conversation.order("order_once", asked, _SINCE_EVER, await self._far_future()))
        except (NetworkFailure, OddAnswer) as error:
            raise type(error)(
                f"{error.message} Whether the order {own_id} was placed is not known.",
                next_step="Look at the account before you order again; the same client id is placed once at most.",
            ) from None
        if "known" in answer:
            return self._same(await self._read_order(rows(answer["known"])[0], own_id), request, own_id)
        result = row(answer.get("result"))
        if whole(result, "retcode") not in DONE:
            raise refusal(self._account, whole(result, "retcode"), str(result.get("comment", "")))
        return await self._order(whole(result, "order"), own_id)

    async def fetch_order(self, order_id: str) -> Order:
        return await self._order(self._ticket(order_id))

    async def open_orders(self) -> list[Order]:
        return [await self._read_order(each) for each in rows(await self._ask("orders_get"))]

    async def cancel_order(self, order_id: str) -> Order:
        """One cancelled before stays so; a filled one is an error."""
        ticket = self._ticket(order_id)
        known = await self._order(ticket)
        if known.status is OrderStatus.CANCELLED:
            return known
        if known.status is not OrderStatus.OPEN:
            raise Refused(f"Order {order_id} on {self._account} is {known.status} and cannot be cancelled.")
        result = row(await self._conversation.order("order_send", {"action": REMOVE, "order": ticket}))
        if whole(result, "retcode") not in DONE:
            raise refusal(self._account, whole(result, "retcode"), str(result.get("comment", "")))
        return await self._order(ticket)

    async def close(self) -> None:
        await self._conversation.close()

    async def _position(self, said: Mapping[str, Any], currency: str, time: BrokerTime) -> OpenPosition:
        known = await self._symbol(text(said, "symbol"))
        volume, swap = figure(said, "volume"), figure(said, "swap")
        kind, entry = whole(said, "type"), figure(said, "price_open")
        try:
            margin = Decimal(await self._ask("order_calc_margin", kind, known.name, volume, entry))
        except (ExchangeError, ArithmeticError, TypeError, ValueError):
            margin = None
        with exact_math():
            profit = figure(said, "profit") + swap
        return OpenPosition(
            account=self._account,
            id=str(whole(said, "ticket")),
            symbol=known.name,
            side=Side.SELL if kind else Side.BUY,
            quantity=known.units(volume),
            entry=entry,
            mark=figure(said, "price_current"),
            profit=profit,
            margin=margin,
            swap=swap,
            currency=currency,
            time=time.utc(_milliseconds(said)),
        )

    async def _placed_before(self, request: OrderRequest, own_id: str) -> Order | None:
        if request.client_id is None:
            return None
        past = rows(await self._ask("history_orders_get", _SINCE_EVER, await self._far_future()))
        said = [each for each in [*rows(await self._ask("orders_get")), *past] if each.get("magic") == magic(own_id)]
        return self._same(await self._read_order(said[0], own_id), request, own_id) if said else None

    def _same(self, known: Order, request: OrderRequest, own_id: str) -> Order:
        if not is_the_same(known, request):
            raise Refused(f"The client id {own_id} belongs to another order on {self._account}, {known.id}.")
        return known

    async def _order(self, ticket: int, own_id: str | None = None) -> Order:
        said = rows(await self._ask("orders_get", ticket=ticket))
        said = said or rows(await self._ask("history_orders_get", ticket=ticket))
        if not said:
            raise Refused(f"There is no order {ticket} on {self._account}.")
        return await self._read_order(said[0], own_id)

    async def _read_order(self, said: Mapping[str, Any], own_id: str | None = None) -> Order:
        deals = rows(await self._ask("history_deals_get", ticket=whole(said, "ticket")))
        currency = self._currency(row(await self._ask("account_info")))
        time = (await self._broker_clock.time()).utc(whole(said, "time_setup_msc"))
        return order(said, deals, await self._symbol(text(said, "symbol")), currency=currency, time=time, own_id=own_id)

    def _ticket(self, order_id: str) -> int:
        if not (order_id.isascii() and order_id.isdecimal() and 0 < int(order_id) < 2**63):
            raise Refused(f"There is no order “{order_id}” on {self._account}.")
        return int(order_id)

    async def _symbol_of(self, pair: Pair) -> Symbol:
        known = by_pair((await self._all_symbols()).values()).get(pair)
        if known is None:
            raise Refused(f"The broker of {self._account} has no symbol for {pair}.")
        return known

    async def _symbol(self, name: str) -> Symbol:
        known = (await self._all_symbols()).get(name)
        return known or symbol(row(await self._ask("symbol_info", name, fields=FIELDS)))

    async def _all_symbols(self) -> Mapping[str, Symbol]:
        now = self._clock.now()
        if self._symbols_of is None or now - self._symbols_of > _SYMBOLS_KEPT:
            said = rows(await self._ask("symbols_get", fields=FIELDS))
            self._symbols = {each.name: each for each in map(symbol, said)}
            self._symbols_of = now
        return self._symbols

    async def _tick(self, known: Symbol) -> Any:
        if not known.visible:
            await self._ask("symbol_select", known.name, True)
        return await self._ask("symbol_info_tick", known.name)

    async def _far_future(self) -> int:
        """A broker time behind the newest: the broker's clock may be ahead of ours."""
        return (await self._broker_clock.time()).seconds(self._clock.now() + _AHEAD)

    def _currency(self, info: Mapping[str, Any]) -> str:
        return text(info, "currency").upper()


def _milliseconds(said: Mapping[str, Any]) -> int:
    return whole(said, "time_msc")


def _has_price(said: Mapping[str, Any]) -> bool:
    return any(figure(said, part) > 0 for part in ("last", "bid"))


def _last(said: Mapping[str, Any], name: str) -> Decimal:
    """The last trade where the symbol has such, else the bid: what the terminal's charts and equity go by."""
    for part in ("last", "bid"):
        if figure(said, part) > 0:
            return figure(said, part)
    raise OddAnswer(f"The broker has no price of {name} now.")
