"""The configuration: JSON5 with positions, layers, schemas, secrets.

document    the file's text and where each value stands
layers      file < environment < command line
aliases     sections that stand elsewhere in older documents
checking    schema and model against the data, findings in words
config      the settings in force
editing     changing one value and nothing else
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .config import Config as Config
    from .editing import remove_value as remove_value, rename_key as rename_key, set_value as set_value
    from .findings import ConfigFinding as ConfigFinding, Level as Level
    from .loading import load_config as load_config
    from .schema import full_schema as full_schema, section_schema as section_schema
    from .secrets import Secret as Secret

_HOMES = {
    "Config": "config",
    "ConfigFinding": "findings",
    "Level": "findings",
    "Secret": "secrets",
    "full_schema": "schema",
    "load_config": "loading",
    "remove_value": "editing",
    "rename_key": "editing",
    "section_schema": "schema",
    "set_value": "editing",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'kit.config' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
