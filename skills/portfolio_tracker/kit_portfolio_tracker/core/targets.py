"""Target weights as people write them: “50% BTC, 30% ETH, 20% USDT”."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from kit import UsageError, exact_math, parse_ratio, plain

WEIGHTS_SUM_WITHIN = Decimal("0.000001")
_EXAMPLE = "Write it like “50% BTC, 30% ETH, 20% USDT”."
_NUMBER = re.compile(r"[+-]?(\d|\.\d)")
_BETWEEN = re.compile(r"[\s,;:=]+|\b(?:and|und)\b", re.IGNORECASE)
_ASSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-_/$]{0,31}", re.ASCII)


@exact_math()
def parse_target(text: str) -> dict[str, Decimal]:
    """Weights by asset, which sum to 1. Raises UsageError for anything else.

    A weight stands before its asset or behind it, with or without commas, “and”, “und”, “=” or “:” between.
    """
    words = [word for word in _BETWEEN.split(text.replace(" %", "%")) if word]
    if not words or len(words) % 2:
        raise UsageError(f"“{text}” is not a list of weights and assets.", next_step=_EXAMPLE)
    target: dict[str, Decimal] = {}
    for first, second in zip(words[::2], words[1::2], strict=True):
        weight, asset = (first, second) if _is_weight(first) else (second, first)
        if not _is_weight(weight) or not _ASSET.fullmatch(asset):
            raise UsageError(f"“{first} {second}” is not a weight and an asset.", next_step=_EXAMPLE)
        name = asset.upper()
        if name in target:
            raise UsageError(f"{name} has two weights.", next_step="Name each asset once.")
        target[name] = parse_ratio(weight)
    check_target(target)
    return target


@exact_math()
def check_target(target: Mapping[str, Decimal]) -> None:
    """Raises UsageError for weights that are no shares of a whole."""
    for asset, weight in target.items():
        if not weight.is_finite() or not 0 <= weight <= 1:
            raise UsageError(f"The weight of {asset} is {plain(weight)}.", next_step="Weights are from 0% to 100%.")
    total = sum(target.values(), Decimal(0))
    if abs(total - 1) > WEIGHTS_SUM_WITHIN:
        raise UsageError(f"The weights sum to {plain(total * 100)}%, not to 100%.", next_step=_EXAMPLE)


def check_threshold(threshold: Decimal) -> None:
    """Raises UsageError for what is no threshold: nothing, everything, less than nothing."""
    if not threshold.is_finite() or not 0 < threshold < 1:
        raise UsageError(
            f"A threshold of {plain(threshold * 100)}% is none.",
            next_step="Write one above 0% and below 100%, like 5%.",
        )


def _is_weight(word: str) -> bool:
    return _NUMBER.match(word) is not None and (word.endswith("%") or not re.search(r"[A-Za-z]", word))
