"""The importers' hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import hookimpl

if TYPE_CHECKING:
    from kit import Importer


@hookimpl
def kit_importers() -> list[Importer]:
    """Every file format of this package."""
    from .formats import FORMATS

    return list(FORMATS)
