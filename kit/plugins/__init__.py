"""Plugins: found, read, loaded one by one, and set aside where they are at fault.

`Plugins` is what a host keeps of them, `plugin_table` only its table, `fingerprint` what a page
rendered from that table depends on. Names are imported when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .stamps import fingerprint

if TYPE_CHECKING:
    from .live import Plugins, plugin_table
    from .rows import Needs, PluginRow, PluginTable

__all__ = ["Needs", "PluginRow", "PluginTable", "Plugins", "fingerprint", "plugin_table"]
_MODULES = {"Needs": "rows", "PluginRow": "rows", "PluginTable": "rows", "Plugins": "live", "plugin_table": "live"}


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module 'kit.plugins' has no attribute '{name}'")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value
