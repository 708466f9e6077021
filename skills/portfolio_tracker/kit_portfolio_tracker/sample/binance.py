"""A made-up Binance transaction history, in the columns Binance exports.

A saver: euros come in every month, become USDT, and mostly coins. Fees are paid in BNB, idle USDT and
staked ETH earn, and an airdropped coin has no market.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from .market import DAYS, Market

_HEADER = "User_ID,UTC_Time,Account,Operation,Coin,Change,Remark"
_SATOSHI = Decimal("0.00000001")
_CENT = Decimal("0.01")
_FEE = Decimal("0.00075")
_FIRST = DAYS - 5
_MONTH = 30
# What is bought in the months, one after the other: asset, its lot, its part of the month's USDT.
_PLAN = (
    (("BNB", "0.001", "0.10"), ("BTC", "0.00001", "0.60")),
    (("BTC", "0.00001", "0.50"), ("ETH", "0.0001", "0.35")),
    (("BTC", "0.00001", "0.50"), ("SOL", "0.001", "0.35")),
)


def history(market: Market) -> str:
    """The file's text."""
    return "\n".join([_HEADER, *_History(market).lines(), ""])


class _History:
    def __init__(self, market: Market) -> None:
        self._market = market
        self._held: dict[str, Decimal] = {}
        self._lines: list[str] = []

    def lines(self) -> list[str]:
        for days_ago in range(_FIRST, 0, -1):
            age = _FIRST - days_ago
            if age % _MONTH == 0:
                self._month(days_ago, age // _MONTH)
            if age % 7 == 3:
                self._earn(days_ago, "Simple Earn Flexible Interest", "USDT", "0.0008")
            if age % _MONTH == 20:
                self._earn(days_ago, "ETH 2.0 Staking Rewards", "ETH", "0.0026")
            if days_ago == 140:
                self._row(days_ago, "11:00:00", "Airdrop Assets", "PAWS", Decimal(1250))
            if days_ago == 75:
                self._sell(days_ago, "SOL", Decimal("2.5"))
        return self._lines

    def _month(self, days_ago: int, number: int) -> None:
        euros = Decimal(4000) if number == 0 else Decimal(850)
        self._row(days_ago, "08:12:40", "Deposit", "EUR", euros)
        dollars = self._market.close("EUR", days_ago) / self._market.close("USDT", days_ago)
        self._row(days_ago, "08:31:05", "Transaction Spend", "EUR", -euros)
        self._row(days_ago, "08:31:05", "Transaction Buy", "USDT", (euros * dollars).quantize(_CENT, ROUND_DOWN))
        budget = self._held["USDT"]
        for place, (asset, lot, part) in enumerate(_PLAN[number % len(_PLAN)]):
            self._buy(days_ago, f"09:{10 + place}:2{place}", asset, Decimal(lot), budget * Decimal(part))

    def _buy(self, days_ago: int, time: str, asset: str, lot: Decimal, budget: Decimal) -> None:
        price = self._price(asset, days_ago)
        quantity = (budget / price).quantize(lot, ROUND_DOWN)
        cost = (quantity * price).quantize(_SATOSHI)
        self._row(days_ago, time, "Transaction Spend", "USDT", -cost)
        self._row(days_ago, time, "Transaction Buy", asset, quantity)
        self._fee(days_ago, time, cost)

    def _sell(self, days_ago: int, asset: str, quantity: Decimal) -> None:
        proceeds = (quantity * self._price(asset, days_ago)).quantize(_SATOSHI)
        self._row(days_ago, "17:45:09", "Transaction Sold", asset, -quantity)
        self._row(days_ago, "17:45:09", "Transaction Revenue", "USDT", proceeds)
        self._fee(days_ago, "17:45:09", proceeds)

    def _fee(self, days_ago: int, time: str, dollars: Decimal) -> None:
        fee = (dollars * _FEE / self._price("BNB", days_ago)).quantize(_SATOSHI)
        self._row(days_ago, time, "Transaction Fee", "BNB", -fee)

    def _earn(self, days_ago: int, operation: str, asset: str, rate: str) -> None:
        earned = (self._held.get(asset, Decimal(0)) * Decimal(rate)).quantize(_SATOSHI)
        if earned:
            self._row(days_ago, "00:40:12", operation, asset, earned)

    def _price(self, asset: str, days_ago: int) -> Decimal:
        """In USDT, in steps of its cents."""
        close = self._market.close(asset, days_ago) / self._market.close("USDT", days_ago)
        return close.quantize(_CENT)

    def _row(self, days_ago: int, time: str, operation: str, coin: str, change: Decimal) -> None:
        self._held[coin] = self._held.get(coin, Decimal(0)) + change
        stamp = f"{self._market.day(days_ago).isoformat()} {time}"
        self._lines.append(f"SAMPLE,{stamp},Spot,{operation},{coin},{change:f},")
