"""What a source keeps in the cache folder, for every process alike: answers for a while, and how often it was asked."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from kit import StoreError

_PATIENCE_SECONDS = 5


class Shelf:
    """One JSON file. What cannot be read as such counts as empty; the last writer wins, one at a time."""

    def __init__(self, cache: Path, name: str) -> None:
        self._file = cache / "prices" / f"{name}.json"

    def read(self) -> dict[str, Any]:
        """What stands there, empty where nothing does."""
        try:
            found = json.loads(self._file.read_bytes())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def instant(self, name: str) -> datetime | None:
        """The instant that stands there under this name."""
        try:
            return datetime.fromisoformat(self.read()[name])
        except (KeyError, TypeError, ValueError):
            return None

    @contextmanager
    def change(self) -> Iterator[dict[str, Any]]:
        """What stands there, kept with what the block makes of it; no other process changes it meanwhile.

        Raises StoreError where the folder cannot be written.
        """
        from filelock import FileLock

        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self._file}.lock", timeout=_PATIENCE_SECONDS):
                content = self.read()
                yield content
                waiting = self._file.with_suffix(f".{os.getpid()}.new")
                waiting.write_text(json.dumps(content), encoding="utf-8")
                waiting.replace(self._file)
        except OSError as error:
            raise StoreError(
                f"{self._file} cannot be written ({type(error).__name__}).",
                next_step="Make the cache folder writable, or name another in KIT_CACHE.",
            ) from None
