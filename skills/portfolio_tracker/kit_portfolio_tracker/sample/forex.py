"""A made-up forex account, as a kit CSV: margin results, swap fees, two deposits."""

from __future__ import annotations

from decimal import Decimal

from .market import DAYS, Dice, Market

_HEADER = "time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity,fee_asset,fee_quantity,id,note"
_ACCOUNT = "metatrader"
_DEPOSITS = {DAYS - 15: ("USD", 3000), 120: ("EUR", 500)}


def records(market: Market) -> str:
    """The file's text."""
    dice = Dice(7)
    lines = [_HEADER]

    def add(days_ago: int, time: str, kind: str, legs: str, note: str) -> None:
        lines.append(
            f"{market.day(days_ago).isoformat()}T{time}Z,{_ACCOUNT},{kind},{legs},SMPL-{len(lines):04d},{note}"
        )

    for days_ago in range(DAYS, 0, -1):
        if days_ago in _DEPOSITS:
            asset, amount = _DEPOSITS[days_ago]
            add(days_ago, "09:00:00", "deposit", f"{asset},{amount},,,,", "Bank transfer")
        if days_ago > DAYS - 20 or days_ago % 9 != 2:
            continue
        cents = dice.around_zero(9000) + 800
        lots = f"EURUSD {Decimal(1 + dice.below(5)) / 10} lots"
        if cents >= 0:
            add(days_ago, "15:30:00", "margin_profit", f"USD,{Decimal(cents).scaleb(-2)},,,,", lots)
        else:
            add(days_ago, "15:30:00", "margin_loss", f",,USD,{Decimal(-cents).scaleb(-2)},,", lots)
        if days_ago % 2:
            swap = Decimal(15 + dice.below(120)).scaleb(-2)
            add(days_ago, "21:00:00", "fee", f",,,,USD,{swap}", "Swap")
    return "\n".join([*lines, ""])
