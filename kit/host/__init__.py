"""The composition root: one home, its plugins, config and store."""

from __future__ import annotations

from .composition import Host

__all__ = ["Host"]
