"""Reply → text for people, JSON and CSV for machines. No renderer decides a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .csv_text import render_csv as render_csv
    from .json_text import render_json as render_json
    from .text import render_text as render_text

_MODULE_OF = {"render_csv": "csv_text", "render_json": "json_text", "render_text": "text"}
__all__ = ["render_csv", "render_json", "render_text"]


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'kit.render' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
