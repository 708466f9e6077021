"""Files of the user's own, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from kit import KitError, UsageError


@contextmanager
def new_file(path: Path, *, force: bool) -> Iterator[TextIO]:
    """A text file (UTF-8, line ends as they are written) that gets its name when the block ends well.

    Only with `force` it takes the place of a file that is there. Only its owner may read it, unless the one before
    could be read by others. Raises UsageError where the name is taken, KitError where it cannot be written.
    """
    target = path.resolve()
    _refuse(target, force=force)
    fresh = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
        with os.fdopen(
            os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8", newline=""
        ) as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        _refuse(target, force=force)
        fresh.replace(target)
    except OSError as error:
        raise KitError(
            f"{path} cannot be written: {error.strerror or error}.",
            next_step="Check the folder, its permissions and the free space; nothing was left behind.",
        ) from error
    finally:
        _forget(fresh)


def _refuse(target: Path, *, force: bool) -> None:
    if target.is_dir():
        raise UsageError(f"{target} is a folder.", next_step="Name a file in it.")
    if target.exists() and not target.is_file():
        raise UsageError(f"{target} is not a file that can be replaced.", next_step="Name another.")
    if target.exists() and not force:
        raise UsageError(f"{target} is there already.", next_step="Name another file, or overwrite it with --force.")


def _forget(fresh: Path) -> None:
    try:
        fresh.unlink(missing_ok=True)
    except OSError:  # the folder is gone, or was never one
        return
