"""A made-up Kraken ledger, in the columns Kraken exports: one row for each asset that moved, with its new balance."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from .market import DAYS, Market

_HEADER = "txid,refid,time,type,subtype,aclass,asset,amount,fee,balance"
_PLACES = Decimal("0.0000000001")
_EURO_STEP = Decimal("0.0001")
_FEE = Decimal("0.0026")
_NAMES = {"EUR": "ZEUR", "ETH": "XETH", "BTC": "XXBT", "DOT": "DOT"}
# When, what, for how many euros.
_PURCHASES = ((340, "ETH", 900), (300, "DOT", 700), (215, "ETH", 650), (150, "BTC", 800), (90, "DOT", 450))
_DEPOSITS = {DAYS - 20: 2500, 160: 1400}
_STAKED_A_WEEK = Decimal("0.0024")


def ledgers(market: Market) -> str:
    """The file's text."""
    return "\n".join([_HEADER, *_Ledger(market).lines(), ""])


class _Ledger:
    def __init__(self, market: Market) -> None:
        self._market = market
        self._held: dict[str, Decimal] = {}
        self._lines: list[str] = []
        self._events = 0

    def lines(self) -> list[str]:
        purchases = {days_ago: (asset, euros) for days_ago, asset, euros in _PURCHASES}
        for days_ago in range(DAYS, 0, -1):
            if days_ago in _DEPOSITS:
                self._event()
                self._row(days_ago, "10:02:17", "deposit", "EUR", Decimal(_DEPOSITS[days_ago]))
            if days_ago in purchases:
                self._buy(days_ago, *purchases[days_ago])
            if days_ago % 7 == 1:
                self._stake(days_ago)
        return self._lines

    def _buy(self, days_ago: int, asset: str, euros: int) -> None:
        self._event()
        price = self._market.close(asset, days_ago) / self._market.close("EUR", days_ago)
        quantity = (Decimal(euros) / price).quantize(_PLACES, ROUND_DOWN)
        fee = (euros * _FEE).quantize(_EURO_STEP)
        self._row(days_ago, "14:26:51", "trade", "EUR", Decimal(-euros), fee=fee)
        self._row(days_ago, "14:26:51", "trade", asset, quantity)

    def _stake(self, days_ago: int) -> None:
        earned = (self._held.get("DOT", Decimal(0)) * _STAKED_A_WEEK).quantize(_PLACES)
        if earned:
            self._event()
            self._row(days_ago, "03:15:00", "staking", "DOT", earned)

    def _event(self) -> None:
        self._events += 1

    def _row(
        self, days_ago: int, time: str, kind: str, asset: str, amount: Decimal, *, fee: Decimal = Decimal(0)
    ) -> None:
        """`amount` and `fee` both change the balance: a fee is never within the amount."""
        held = self._held[asset] = self._held.get(asset, Decimal(0)) + amount - fee
        stamp = f"{self._market.day(days_ago).isoformat()} {time}"
        ids = f"LSMPL-{len(self._lines):05d}-KIT,TSMPL-{self._events:05d}-KIT"
        figures = ",".join(f"{figure.quantize(_PLACES):f}" for figure in (amount, fee, held))
        self._lines.append(f"{ids},{stamp},{kind},,currency,{_NAMES[asset]},{figures}")
