"""Symbols of a broker and what they stand for: EURUSD, EURUSD.m and EURUSDpro are EUR/USD, US500 is US500/USD."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kit import OddAnswer, Pair, exact_math

FIELDS = (
    *("name", "currency_base", "currency_profit", "trade_contract_size", "volume_min", "volume_max", "volume_step"),
    *("filling_mode", "trade_mode", "visible", "bid", "last", "time"),
)
_METALS = ("XAU", "XAG", "XPT", "XPD")


@dataclass(frozen=True, slots=True)
class Symbol:
    """What can be traded: one lot is `lot` units of the pair's base."""

    name: str
    pair: Pair
    lot: Decimal
    smallest: Decimal
    largest: Decimal
    step: Decimal
    filling: int
    tradable: bool
    visible: bool

    @exact_math()
    def units(self, lots: Decimal) -> Decimal:
        return lots * self.lot


def symbol(said: Mapping[str, Any]) -> Symbol:
    """A symbol from its `symbol_info`. Raises OddAnswer."""
    name = text(said, "name")
    return Symbol(
        name,
        _pair(name, text(said, "currency_base"), text(said, "currency_profit")),
        figure(said, "trade_contract_size"),
        figure(said, "volume_min"),
        figure(said, "volume_max"),
        figure(said, "volume_step"),
        whole(said, "filling_mode"),
        bool(said.get("trade_mode")),
        bool(said.get("visible")),
    )


def _pair(name: str, base: str, quote: str) -> Pair:
    """Shares and indices say their own currency as base: what is held of them is the symbol itself."""
    is_currency = base and base != quote and (name.upper().startswith(base.upper()) or base in _METALS)
    return Pair(base if is_currency else name, quote)


def by_pair(symbols: Iterable[Symbol]) -> dict[Pair, Symbol]:
    """For each pair the symbol to trade it by: one in the Market Watch, that can be traded, of the shortest name."""
    best: dict[Pair, Symbol] = {}
    for each in symbols:
        known = best.get(each.pair)
        if known is None or _rank(each) < _rank(known):
            best[each.pair] = each
    return best


def _rank(each: Symbol) -> tuple[bool, bool, int, str]:
    return not each.visible, not each.tradable, len(each.name), each.name


def figure(said: Mapping[str, Any], field: str) -> Decimal:
    """An exact number that has to be there. Raises OddAnswer: what is missing is never zero."""
    value = said.get(field)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise OddAnswer(f"The terminal's answer has no number “{field}”.")
    return Decimal(value)


def whole(said: Mapping[str, Any], field: str) -> int:
    """A whole number that has to be there. Raises OddAnswer."""
    value = said.get(field)
    if isinstance(value, bool) or not isinstance(value, int):
        raise OddAnswer(f"The terminal's answer has no whole number “{field}”.")
    return value


def text(said: Mapping[str, Any], field: str) -> str:
    """A text that has to be there. Raises OddAnswer."""
    value = said.get(field)
    if not isinstance(value, str):
        raise OddAnswer(f"The terminal's answer has no text “{field}”.")
    return value


def rows(said: object) -> list[dict[str, Any]]:
    """An answer of many. Raises OddAnswer for anything else."""
    if not isinstance(said, list) or not all(isinstance(row, dict) for row in said):
        raise OddAnswer("The terminal's answer is no list of rows.")
    return said


def row(said: object) -> dict[str, Any]:
    """An answer of one. Raises OddAnswer for anything else."""
    if not isinstance(said, dict):
        raise OddAnswer("The terminal's answer is no row.")
    return said
