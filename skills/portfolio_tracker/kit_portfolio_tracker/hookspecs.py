"""The hooks that the portfolio tracker adds. A plugin that implements one needs `plugins = ["portfolio-tracker"]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import hookspec

if TYPE_CHECKING:
    from .core.methods import LotMethod
    from .core.tax.forms import Form


@hookspec
def kit_lot_methods() -> list[LotMethod]:  # type: ignore[empty-body]
    """When lots are computed. Each is chosen by its name, in settings and with `--method`; none replaces a built-in."""


@hookspec
def kit_tax_forms() -> list[Form]:  # type: ignore[empty-body]
    """When a tax report is made. Each is chosen by its name with `--form`; none replaces a built-in."""
