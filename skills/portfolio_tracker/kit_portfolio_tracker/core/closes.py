"""Past prices as plain numbers, for what looks at many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Closes:
    """The closes of an asset in a currency that one source told: ordinal days, rising, and a close for each."""

    currency: str
    source: str
    days: Sequence[int]
    closes: Sequence[float]
