"""What an account holds: its wallets asked all at once, and added up for each asset."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from kit import BadKey, Balance, ExchangeError, MissingPermission, OddAnswer, Refused, exact_math

from .asking import Asker
from .errors import NotOffered, NotThere, NoWallet
from .shapes import doubt
from .venues import USUAL, WALLETS, Wallet
from .wallets import Holding, holdings, lent, without_receipt

_NONE = Decimal(0)
CLOSED = (BadKey, MissingPermission, NoWallet, NotOffered, NotThere)
"""How a venue says that this wallet is not for this key or this user."""
_MOST_PAGES = 50


class Wallets:
    """The wallets of one account."""

    def __init__(self, asker: Asker, account: str, kinds: Collection[str] | None) -> None:
        self._asker = asker
        self._account = account
        known = WALLETS.get(asker.venue, USUAL)
        self._wallets = tuple(each for each in known if kinds is None or each.kind in kinds)
        self._absent = tuple(kind for kind in kinds or () if kind not in {each.kind for each in known})
        self._closed: dict[str, ExchangeError] = {}

    async def balances(self, now: datetime) -> list[Balance]:
        """Every asset there is some of, by name. Raises ExchangeError where a wallet fails that is open."""
        if not self._wallets:
            raise Refused(
                f"{self._asker.label} has no such wallet: {', '.join(self._absent)}.", next_step="Correct wallets."
            )
        answers = await asyncio.gather(*(self._held(wallet) for wallet in self._wallets), return_exceptions=True)
        open_ones = self._sorted_out(answers)
        return _added_up(self._account, self._without_receipts(open_ones), now)

    async def free(self) -> dict[str, Decimal]:
        """What of the main wallet no order holds, by asset: orders are paid from there."""
        main = next((each for each in self._wallets if each.main), None)
        if main is None:
            raise Refused(f"The wallet of {self._asker.label} that orders are paid from is not among `wallets`.")
        found: dict[str, Decimal] = {}
        with exact_math():
            for each in await self._held(main):
                left = each.total - each.locked - each.staked
                if left > 0 and not (self._asker.venue == "binance" and lent(each)):
                    found[each.asset] = found.get(each.asset, _NONE) + left
        return found

    def left_out(self) -> tuple[str, ...]:
        """The wallets that are not counted, and why."""
        label = self._asker.label
        absent = [f"{label} has no {kind} wallet that could be counted." for kind in self._absent]
        return (
            *absent,
            *(f"{label}: the {name} is not counted: {failure.message}" for name, failure in self._closed.items()),
        )

    def _sorted_out(self, answers: list[list[Holding] | BaseException]) -> list[tuple[Wallet, list[Holding]]]:
        """The wallets that answered. The main one must, or whoever is asked alone."""
        failures = [each for each in answers if isinstance(each, BaseException)]
        closed: dict[str, ExchangeError] = {}
        found = []
        for wallet, answer in zip(self._wallets, answers, strict=True):
            if not isinstance(answer, BaseException):
                found.append((wallet, answer))
            elif isinstance(answer, CLOSED) and not wallet.main:
                closed[wallet.label] = answer
            else:
                raise answer
        if not found:
            raise failures[0]
        self._closed = closed
        return found

    def _without_receipts(self, found: list[tuple[Wallet, list[Holding]]]) -> Iterable[Holding]:
        """Binance shows what is lent twice where its earn products can be read: once as a receipt."""
        counted = any(wallet.reader == "binance_flexible" for wallet, _ in found)
        for wallet, held in found:
            for each in held:
                if self._asker.venue == "binance" and wallet.main and lent(each):
                    if not counted:
                        yield without_receipt(each)
                else:
                    yield each

    async def _held(self, wallet: Wallet) -> list[Holding]:
        if wallet.method != "fetch_balance":
            return await self._paged(wallet)
        answer = await self._believed(wallet)
        return self._read(wallet, answer)

    async def _believed(self, wallet: Wallet) -> Any:
        """An answer that is one; asked twice before it is given up."""
        asker = self._asker
        for last, params in ((False, wallet.params), (True, wallet.otherwise or wallet.params)):
            try:
                answer = await asker.ask(wallet.method, dict(params), needs_markets=False)
            except NotThere:
                if last or wallet.otherwise is None:
                    raise
                continue
            why = doubt(asker.venue, answer, main=wallet.main)
            if not why:
                return answer
            if last:
                raise OddAnswer(
                    f"{asker.label} gave {asker.surroundings.scrub(why)} instead of the balances of the {wallet.label}."
                )
        raise AssertionError("unreachable")

    async def _paged(self, wallet: Wallet) -> list[Holding]:
        """Rows of the venue's own; where it says how many there are, until all are there."""
        held: list[Holding] = []
        for page in range(1, _MOST_PAGES + 1):
            params = {**wallet.params, **({"current": page} if "size" in wallet.params else {})}
            answer = await self._asker.ask(wallet.method, params)
            rows = self._read(wallet, answer)
            held += rows
            total = int(answer["total"]) if isinstance(answer, dict) and str(answer.get("total", "")).isdecimal() else 0
            if len(held) >= total:
                return held
            if not rows:
                break
        raise OddAnswer(f"{self._asker.label} gave only a part of the {wallet.label}.")

    def _read(self, wallet: Wallet, answer: Any) -> list[Holding]:
        client = self._asker.client
        try:
            return holdings(self._asker.venue, wallet, answer, lambda own_id: str(client.safe_currency_code(own_id)))
        except OddAnswer as odd:
            raise OddAnswer(f"{self._asker.label}, {wallet.label}: {odd.message}") from None
        except (KeyError, TypeError, AttributeError):
            raise OddAnswer(
                f"{self._asker.label} answered about the {wallet.label} in a form it does not use."
            ) from None


@exact_math()
def _added_up(account: str, held: Iterable[Holding], now: datetime) -> list[Balance]:
    sums: dict[str, tuple[Decimal, Decimal, Decimal]] = {}
    for each in held:
        total, locked, staked = sums.get(each.asset, (_NONE, _NONE, _NONE))
        sums[each.asset] = (total + each.total, locked + each.locked, staked + each.staked)
    balances = []
    for asset, (total, locked, staked) in sorted(sums.items()):
        if total or locked or staked:
            # No more is staked or locked than there is: what is owed comes off what is locked first.
            earns = max(min(staked, total), _NONE)
            held_back = max(min(locked, total - earns), _NONE)
            balances.append(Balance(account, asset, total, now, locked=held_back, staked=earns))
    return balances
