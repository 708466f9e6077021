"""The columns that tell what a holding cost and gained."""

from __future__ import annotations

from kit import Column, Value

from ..core.basis import Basis

GAIN_COLUMNS = (
    Column("Cost", "cost", "right"),
    Column("ROI", "roi", "right", signed=True),
    Column("Unrealized Gain", "unrealized_gain", "right", signed=True),
)


def gain_cells(basis: Basis) -> tuple[Value, ...]:
    """The cells of `GAIN_COLUMNS`; N/A where the cost or the price is not known."""
    return basis.cost, basis.roi, basis.unrealized
