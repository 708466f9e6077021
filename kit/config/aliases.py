"""Sections that older documents put elsewhere: the root `portfolio` means skills.portfolio-tracker."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from ..hookspecs import SettingsSection

Conflict = Callable[[tuple[str, ...], tuple[str, ...]], None]


def resolved(data: Mapping[str, Any], sections: Sequence[SettingsSection], conflict: Conflict) -> dict[str, Any]:
    """`data` with every alias moved to its section's own place.

    A key that stands at both with two values is told to `conflict` (own path, alias path); the
    section's own place counts.
    """
    result = deepcopy(dict(data))
    for section in sections:
        own = section.path.split(".")
        for alias in section.aliases:
            moved = result.pop(alias, None)
            if not isinstance(moved, dict):
                if moved is not None:
                    result[alias] = moved
                continue
            here = result
            for part in own:
                inner = here.setdefault(part, {})
                if not isinstance(inner, dict):
                    break
                here = inner
            else:
                _merge(here, moved, tuple(own), (alias,), conflict)
    return result


def own_path(path: Sequence[str], sections: Sequence[SettingsSection]) -> tuple[str, ...]:
    """Where a key path belongs, an alias at its beginning replaced."""
    for section in sections:
        if path and path[0] in section.aliases:
            return (*section.path.split("."), *path[1:])
    return tuple(path)


def _merge(
    target: dict[str, Any], other: Mapping[str, Any], own: tuple[str, ...], alias: tuple[str, ...], conflict: Conflict
) -> None:
    for key, value in other.items():
        if key not in target:
            target[key] = value
        elif isinstance(target[key], dict) and isinstance(value, dict):
            _merge(target[key], value, (*own, key), (*alias, key), conflict)
        elif target[key] != value:
            conflict((*own, key), (*alias, key))
