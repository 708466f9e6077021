"""Which plugins the user wants: <home>/plugins.json, and KIT_LOAD_PLUGINS for one run."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import KitError
from .stamps import CHOICE_FILE


@dataclass(frozen=True, slots=True)
class Choice:
    """`disabled` by name; `only` these are loaded, None for all of them."""

    disabled: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    def refusal(self, name: str) -> str:
        """Why the plugin `name` is not wanted; "" where it is."""
        if self.only is not None and name not in self.only:
            return "KIT_LOAD_PLUGINS leaves it out"
        return "set aside with “kit plugins disable”" if name in self.disabled else ""


def read_choice(home: Path, env: Mapping[str, str]) -> Choice:
    """What is wished. A file that cannot be understood disables nothing."""
    wanted = env.get("KIT_LOAD_PLUGINS")
    only = None if wanted is None else frozenset(name.strip() for name in wanted.split(",") if name.strip())
    return Choice(frozenset(_disabled(home)), only)


def set_disabled(home: Path, name: str, *, disabled: bool) -> None:
    """Write the wish down, atomically. Raises KitError where the home cannot be written."""
    names = set(_disabled(home))
    names = names | {name} if disabled else names - {name}
    file = home / CHOICE_FILE
    fresh = file.with_name(f".{CHOICE_FILE}.{os.getpid()}.{threading.get_ident()}")
    try:
        home.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps({"disabled": sorted(names)}, indent=2) + "\n", encoding="utf-8")
        fresh.replace(file)
    except OSError as error:
        raise KitError(f"{file} cannot be written: {error.strerror}.", next_step="Check its permissions.") from error


def _disabled(home: Path) -> list[str]:
    try:
        data = json.loads((home / CHOICE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    names = data.get("disabled") if isinstance(data, dict) else None
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
