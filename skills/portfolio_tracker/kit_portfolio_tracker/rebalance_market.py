"""What accounts can trade now: asked all at once, before a plan is made and again before it is executed."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import Exchange, KitError, Pair, Permitting, PricePoint, Quoting, Services, Ticker, Trading, TradingTerms

from .core.symbols import asset_of
from .naming import named_balances, quote_of
from .plugin import SECTION
from .walking import plugin_mistake

if TYPE_CHECKING:
    from .settings import PortfolioSettings

_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands: what it holds, what of that is free, and the terms and last prices of its markets.

    Everything is by asset, not by the venue's ticker, which `tickers` tells. `fault` says why it was not to be asked;
    then the rest is empty. `simulated` says that its money is not real, `may_trade` what its key may, if known.
    """

    account: str
    simulated: bool
    held: Mapping[str, Decimal] = field(default_factory=dict)
    free: Mapping[str, Decimal] = field(default_factory=dict)
    terms: Mapping[tuple[str, str], TradingTerms] = field(default_factory=dict)
    prices: Mapping[tuple[str, str], Ticker] = field(default_factory=dict)
    tickers: Mapping[str, str] = field(default_factory=dict)
    may_trade: bool | None = None
    fault: str = ""

    def points(self, venue: str, names: Mapping[str, str]) -> Iterator[PricePoint]:
        """Its prices, as quotes of its venue. A simulated account has none of its own."""
        if not self.simulated:
            for ticker in self.prices.values():
                yield quote_of(ticker, venue, names)


def look_at(services: Services, accounts: Collection[str], pairs: Collection[tuple[str, str]]) -> list[Standing]:
    """How these accounts stand, for markets between these assets. One that fails says so in its `fault`."""
    settings: PortfolioSettings = services.settings(SECTION)
    networked = {kind.name for kind in services.exchange_types() if kind.networked}

    async def one(account: str) -> Standing:
        simulated = services.venue(account) not in networked
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await _standing(services, account, frozenset(pairs), settings.asset_names, simulated=simulated)
        except KitError as error:
            return Standing(account, simulated, fault=error.message.rstrip("."))
        except TimeoutError:
            return Standing(account, simulated, fault="it did not answer in time")
        except Exception as error:  # noqa: BLE001 - a plugin's own mistake costs its account, not the plan
            return Standing(account, simulated, fault=plugin_mistake(account, error).message.rstrip("."))

    async def everyone() -> list[Standing]:
        return await asyncio.gather(*(one(account) for account in accounts))

    return services.network.run(everyone()) if accounts else []


async def _standing(
    services: Services, account: str, pairs: frozenset[tuple[str, str]], names: Mapping[str, str], *, simulated: bool
) -> Standing:
    exchange, venue = services.exchange(account), services.venue(account)
    if not isinstance(exchange, Trading):
        return Standing(account, simulated, fault="it cannot be traded at by K.I.T.")
    told, funds = await asyncio.gather(exchange.balances(), exchange.funds())
    tickers = {asset_of(each.asset, venue, names=names): each.asset for each in told}
    tickers |= {asset: asset for asset in {asset for pair in pairs for asset in pair} if asset not in tickers}
    wanted = {Pair(tickers[base], tickers[quote]): (base, quote) for base, quote in pairs}
    terms = {wanted[each.pair]: each for each in await exchange.terms(list(wanted)) if each.pair in wanted}
    prices = {wanted[each.pair]: each for each in await _prices(exchange, [each.pair for each in terms.values()])}
    free: dict[str, Decimal] = {}
    for ticker, amount in funds.items():
        asset = asset_of(ticker, venue, names=names)
        free[asset] = free.get(asset, Decimal(0)) + amount
    held = {each.asset: each.total for each in named_balances(told, venue, names) if each.total}
    return Standing(
        account=account,
        simulated=simulated,
        held=held,
        free={asset: min(amount, held.get(asset, Decimal(0))) for asset, amount in free.items()},
        terms={pair: each for pair, each in terms.items() if pair in prices},
        prices=prices,
        tickers=tickers,
        may_trade=await _may_trade(exchange),
    )


async def _may_trade(exchange: Exchange) -> bool | None:
    if not isinstance(exchange, Permitting):
        return None
    try:
        return (await exchange.permissions()).trade
    except KitError:
        return None


async def _prices(exchange: Exchange, pairs: Collection[Pair]) -> list[Ticker]:
    if not pairs:
        return []
    if isinstance(exchange, Quoting):
        asked = set(pairs)
        return [each for each in await exchange.tickers(pairs) if each.pair in asked]
    return list(await asyncio.gather(*(exchange.ticker(pair) for pair in pairs)))
