"""Whether what is remembered of the plugins is still true: the stat of everything it came from.

Imports next to nothing: a kept help page pays for this and little else.
"""

from __future__ import annotations

import os
import sys
from binascii import crc32
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..home import cache_folder

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1
DROP_IN_FOLDERS = ("skills", "plugins")
CHOICE_FILE = "plugins.json"
Stamps = dict[str, list[int] | None]


def stamp(path: str) -> list[int] | None:
    """The size and time of last change of a file or folder; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - called for every watched file, and pathlib is slower
    except OSError:
        return None
    return [found.st_mtime_ns, found.st_size]


def stamps_of(paths: Iterable[str]) -> Stamps:
    return {path: stamp(path) for path in sorted(set(paths))}


def still_true(stamps: Mapping[str, Any]) -> bool:
    """Whether every file is as it was: the same time and size, or still absent."""
    return all(stamp(path) == kept for path, kept in stamps.items())


def search_path(home: Path) -> list[str]:
    """The folders Python imports from, without those that a drop-in plugin of this home added."""
    own = tuple(str(home / folder) + os.sep for folder in DROP_IN_FOLDERS)
    return [entry or "." for entry in sys.path if not entry.startswith(own)]


def table_file(home: Path, env: Mapping[str, str]) -> Path:
    """The file of the plugin table: one for each home, Python, search path and version of K.I.T."""
    key = repr((FORMAT, str(home), sys.version, __version__, search_path(home)))
    return cache_folder(env) / "plugins" / f"{crc32(key.encode('utf-8', 'backslashreplace')):08x}.json"


def read_table(home: Path, env: Mapping[str, str]) -> tuple[dict[str, Any], str] | None:
    """The remembered table and the checksum of its text; None where there is none of this home's."""
    import json

    try:
        text = table_file(home, env).read_text(encoding="utf-8")
        data = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or data.get("format") != FORMAT or data.get("home") != str(home):
        return None
    return data, f"{crc32(text.encode()):08x}"


def fingerprint(home: Path, *, env: Mapping[str, str] = os.environ) -> str | None:
    """A text that changes when the plugins or what they bring does; None where that is not known yet."""
    kept = read_table(home, env)
    if kept is None:
        return None
    data, checksum = kept
    try:
        true = still_true(data["places"]) and all(still_true(each["files"]) for each in data["learnt"].values())
    except (AttributeError, KeyError, TypeError):
        return None
    if not true or any(each["retry_at"] for each in data["learnt"].values()):
        return None
    return repr((checksum, stamp(str(home / CHOICE_FILE)), env.get("KIT_LOAD_PLUGINS")))
