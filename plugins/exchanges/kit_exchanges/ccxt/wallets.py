"""What the wallets of an account hold, read from ccxt's answers or from the venue's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kit import OddAnswer, exact_math

from .figures import amount
from .venues import Wallet

_NONE = Decimal(0)
_SUMS = {"info", "free", "used", "total", "debt", "timestamp", "datetime"}
_KRAKEN_EARNS = re.compile(r"(?P<asset>[A-Z0-9]+?)(?:(?<=[A-Z])\d{2})?\.(?P<how>[SMFBP])")
_LENT = "LD"
_NOT_LENT = {"LDO"}


@dataclass(frozen=True, slots=True)
class Holding:
    """So much of an asset in one wallet; `total` may be below zero where it was borrowed."""

    asset: str
    total: Decimal
    locked: Decimal = _NONE
    staked: Decimal = _NONE


@exact_math()
def holdings(venue: str, wallet: Wallet, answer: Any, code_of: Callable[[str], str]) -> list[Holding]:
    """What `answer` says the wallet holds. `code_of` is the asset of a venue's own id. Raises OddAnswer."""
    if wallet.reader:
        return list(_READERS[wallet.reader](answer, code_of))
    found = [
        _holding(code, entry) for code, entry in answer.items() if code not in _SUMS and isinstance(entry, Mapping)
    ]
    owing = {"margin", "futures"} | ({"spot"} if venue == "kraken" else set())
    if any(each.total < 0 for each in found) and (wallet.kind not in owing or all(each.total <= 0 for each in found)):
        raise OddAnswer("it has less than nothing.")
    named = _NAMED.get(venue)
    return [named(each, code_of) for each in found] if named else found


def lent(holding: Holding) -> bool:
    """Whether this is Binance's receipt (LDBTC) for what was put into flexible earn products."""
    return holding.asset.startswith(_LENT) and len(holding.asset) > len(_LENT) and holding.asset not in _NOT_LENT


def without_receipt(holding: Holding) -> Holding:
    """What such a receipt stands for."""
    return Holding(holding.asset.removeprefix(_LENT), holding.total, staked=holding.total)


def _holding(code: str, entry: Mapping[str, Any]) -> Holding:
    free, used, total, debt = (amount(entry.get(name)) for name in ("free", "used", "total", "debt"))
    if used is not None and used < 0:
        raise OddAnswer(f"less than nothing of {code} is locked.")
    if total is None:
        if free is None:
            raise OddAnswer(f"{code} is named without how much of it there is.")
        total = free + (used or _NONE)
    return Holding(code, total - (debt or _NONE), max(used or _NONE, _NONE))


def _kraken(holding: Holding, code_of: Callable[[str], str]) -> Holding:
    """DOT.S, DOT28.S, ETH2, XBT.M, EUR.HOLD: the asset, and whether it earns or is held back."""
    asset, total = holding.asset, holding.total
    if match := _KRAKEN_EARNS.fullmatch(asset):
        return Holding(_plain_kraken(match["asset"], code_of), total, staked=total)
    if asset.endswith(".HOLD"):
        return Holding(_plain_kraken(asset.removesuffix(".HOLD"), code_of), total, locked=total)
    if asset == "ETH2":
        return Holding("ETH", total, staked=total)
    return holding


def _plain_kraken(asset: str, code_of: Callable[[str], str]) -> str:
    return "ETH" if asset == "ETH2" else code_of(asset)


_NAMED: Mapping[str, Callable[[Holding, Callable[[str], str]], Holding]] = {"kraken": _kraken}


def _rows(answer: Any, *path: str) -> list[Mapping[str, Any]]:
    found = answer
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
        raise OddAnswer(f"The venue's answer has no “{'.'.join(path)}”.")
    return found


def _figure(row: Mapping[str, Any], name: str) -> Decimal:
    found = amount(row.get(name))
    if found is None:
        raise OddAnswer(f"The venue gave a row without “{name}”.")
    return found


def _binance_flexible(answer: Any, code_of: Callable[[str], str]) -> Iterator[Holding]:
    for row in _rows(answer, "rows"):
        total = _figure(row, "totalAmount")
        yield Holding(code_of(str(row["asset"])), total, staked=total)


def _binance_locked(answer: Any, code_of: Callable[[str], str]) -> Iterator[Holding]:
    for row in _rows(answer, "rows"):
        total = _figure(row, "amount")
        yield Holding(code_of(str(row["asset"])), total, staked=total)


def _okx_savings(answer: Any, code_of: Callable[[str], str]) -> Iterator[Holding]:
    for row in _rows(answer, "data"):
        total = _figure(row, "amt")
        yield Holding(code_of(str(row["ccy"])), total, staked=total)


def _bybit_unified(answer: Any, code_of: Callable[[str], str]) -> Iterator[Holding]:
    """Each coin at its equity: the wallet's balance, unrealised profit in it, what was borrowed taken off."""
    for account in _rows(answer, "info", "result", "list"):
        for row in _rows(account, "coin"):
            locked = sum(
                (amount(row.get(name)) or _NONE for name in ("locked", "totalOrderIM", "totalPositionIM")), _NONE
            )
            yield Holding(code_of(str(row["coin"])), _figure(row, "equity"), locked)


def _gate_futures(answer: Any, code_of: Callable[[str], str]) -> Iterator[Holding]:
    """The wallet's balance and the unrealised profit."""
    said = answer.get("info") if isinstance(answer, Mapping) else None
    for row in said if isinstance(said, list) else [said]:
        if not isinstance(row, Mapping):
            raise OddAnswer("The venue's answer about futures has no account.")
        profit = amount(row.get("unrealised_pnl")) or _NONE
        total = _figure(row, "total") + profit
        yield Holding(code_of(str(row["currency"])), total, max(total - (amount(row.get("available")) or _NONE), _NONE))


_READERS: Mapping[str, Callable[[Any, Callable[[str], str]], Iterator[Holding]]] = {
    "binance_flexible": _binance_flexible,
    "binance_locked": _binance_locked,
    "bybit_unified": _bybit_unified,
    "gate_futures": _gate_futures,
    "okx_savings": _okx_savings,
}
