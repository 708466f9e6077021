"""Kept help pages: a page once rendered is printed again without click or any other library.

A page belongs to the exact words, the home, the width, this version's own files and the plugin
table. Its file holds all of these on the first line, so that a stale or foreign page is never shown.
This module imports next to nothing: it is what `kit --help` costs.
"""

from __future__ import annotations

import os
import sys
from binascii import crc32
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

_KEPT_AT_MOST = 200


def leading_home(words: Sequence[str]) -> str | None:
    """The `--home` that stands before the command, if any."""
    for at, word in enumerate(words):
        if word == "--home":
            return words[at + 1] if at + 1 < len(words) else None
        if word.startswith("--home="):
            return word.partition("=")[2] or None
        if not word.startswith("-"):
            return None
    return None


def print_kept(words: Sequence[str], env: Mapping[str, str]) -> bool:
    """Print the kept page for `words`; False where there is none that is still true."""
    terminal = Terminal(env)
    key = _key(words, env, terminal)
    if key is None:
        return False
    try:
        kept = _file(key, env).read_text(encoding="utf-8", errors="strict")
    except (OSError, UnicodeDecodeError):
        return False
    stored, _, page = kept.partition("\n")
    if stored != key or not page:
        return False
    try:
        terminal.write(page)
    except BrokenPipeError:
        terminal.hang_up()
    return True


def keep(words: Sequence[str], env: Mapping[str, str], page: str, terminal: Terminal) -> None:
    """Keep `page` for the next time; a cache that cannot be written is no fault."""
    key = _key(words, env, terminal)
    if key is None:
        return
    try:
        file = _file(key, env)
        file.parent.mkdir(parents=True, exist_ok=True)
        _make_room(file.parent)
        fresh = file.with_suffix(f".{os.getpid()}")
        fresh.write_text(f"{key}\n{page}", encoding="utf-8")
        fresh.replace(file)
    except (OSError, UnicodeEncodeError):
        return


def _key(words: Sequence[str], env: Mapping[str, str], terminal: Terminal) -> str | None:
    """Everything a page depends on, on one line; None where that cannot be told."""
    from ..home import home_folder
    from ..plugins import fingerprint

    home = home_folder(leading_home(words), env)
    table = fingerprint(home, env=env)
    if table is None:
        return None
    return repr((list(words), str(home), terminal.width, sys.version, _own_files(), table))


def _own_files() -> tuple[tuple[str, int], ...]:
    own = os.path.dirname(__file__)  # noqa: PTH120 - pathlib is not imported yet
    with os.scandir(own) as entries:
        return tuple(sorted((entry.name, entry.stat().st_mtime_ns) for entry in entries if entry.name.endswith(".py")))


def _file(key: str, env: Mapping[str, str]) -> Path:
    from ..home import cache_folder

    return cache_folder(env) / "help" / f"{crc32(key.encode('utf-8', 'backslashreplace')):08x}.txt"


def _make_room(folder: Path) -> None:
    if len(pages := list(folder.iterdir())) > _KEPT_AT_MOST:
        for page in pages:
            page.unlink(missing_ok=True)
