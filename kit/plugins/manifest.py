"""plugin.toml: a plugin's name, version, summary and needs, read without importing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .rows import Needs

FILE = "plugin.toml"
_TEXTS = ("name", "version", "summary", "module")


class ManifestError(Exception):
    """What is wrong with a plugin.toml, in a few words."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a plugin.toml says; "" for what it leaves out."""

    name: str = ""
    version: str = ""
    summary: str = ""
    module: str = ""
    needs: Needs = field(default_factory=Needs)


def read_manifest(path: Path) -> Manifest:
    """The manifest at `path`. Raises ManifestError."""
    import tomllib

    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{FILE} cannot be read: {error}") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ManifestError(f"{FILE} is not TOML: {error}") from error
    for key in _TEXTS:
        if not isinstance(data.get(key, ""), str):
            raise ManifestError(f"{FILE}: “{key}” is not a text")
    unknown = sorted(set(data) - {*_TEXTS, "needs"})
    if unknown:
        raise ManifestError(f"{FILE}: unknown key “{unknown[0]}”")
    return Manifest(**{key: data.get(key, "") for key in _TEXTS}, needs=_needs(data.get("needs", {})))


def _needs(data: Any) -> Needs:
    if not isinstance(data, Mapping):
        raise ManifestError(f"{FILE}: “needs” is not a table")
    unknown = sorted(set(data) - {"kit", "plugins", "packages"})
    if unknown:
        raise ManifestError(f"{FILE}: unknown key “needs.{unknown[0]}”")
    if not isinstance(data.get("kit", ""), str):
        raise ManifestError(f"{FILE}: “needs.kit” is not a text")
    for key in ("plugins", "packages"):
        names = data.get(key, [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ManifestError(f"{FILE}: “needs.{key}” is not a list of texts")
    return Needs(data.get("kit", ""), tuple(data.get("plugins", ())), tuple(data.get("packages", ())))
