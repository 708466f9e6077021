"""The sectors as this portfolio counts them: the shipped map, and the user's beside and before it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from .core.sectors import SectorMap

if TYPE_CHECKING:
    from .settings import PortfolioSettings

_FILE = Path(__file__).with_name("sectors.csv")


@cache
def shipped_sectors() -> Mapping[str, str]:
    """The sector of each asset in sectors.csv, whose head says where it is from."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["asset"]: row["sector"] for row in rows}


def sector_map(settings: PortfolioSettings) -> SectorMap:
    """The map with the user's sectors in it."""
    return SectorMap(shipped_sectors(), settings.sectors, settings.asset_names)
