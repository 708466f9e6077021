"""Changing one setting in config.json and nothing else.

The new value takes the place of the old one in the text; a key that is not there yet is added at the
end of its object, one that goes takes its line along. Comments, order, line ends and a byte order mark
stay. The result is checked before it is written, the old file is kept as config.json.bak, and the swap
is atomic.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ConfigError
from .document import Document, Unreadable, decode, dotted, parse, read_bytes

_NEW_FILE = "{\n}\n"
_BARE = re.compile(r"[A-Za-z_$][\w$]*")


Allow = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a change: what `edit` makes of the text."""

    edit: Callable[[Document], str]


def put(path: Sequence[str], value: Any) -> Change:
    """`value` at the key path."""
    return Change(lambda document: edited(document, tuple(path), value))


def take_away(path: Sequence[str]) -> Change:
    """The key path and what it holds, gone; its comments on the same line too."""
    return Change(lambda document: _without(document, tuple(path)))


def call_otherwise(path: Sequence[str], name: str) -> Change:
    """The last key of the path, renamed."""
    return Change(lambda document: _renamed(document, tuple(path), name))


def set_value(home_file: Path, path: Sequence[str], value: Any, *, allow: Allow | None = None) -> Path:
    """Put `value` at the key path; the backup's path. `allow` may look at the new file and raise.

    Raises ConfigError where the file cannot be used as it stands, and changes nothing then.
    """
    return change_file(home_file, put(path, value), allow=allow)


def remove_value(home_file: Path, path: Sequence[str], *, allow: Allow | None = None) -> Path:
    """Remove the key path; as `set_value`. A path that is not there raises ConfigError."""
    return change_file(home_file, take_away(path), allow=allow)


def rename_key(home_file: Path, path: Sequence[str], name: str, *, allow: Allow | None = None) -> Path:
    """Rename the last key of the path; as `set_value`."""
    return change_file(home_file, call_otherwise(path, name), allow=allow)


def change_file(home_file: Path, *changes: Change, allow: Allow | None = None) -> Path:
    """All of `changes`, in order, or none; the backup's path. Raises ConfigError."""
    file = Path(os.path.realpath(home_file))
    try:
        content = read_bytes(file)
        text = _NEW_FILE if content is None else decode(file, content)
    except Unreadable as error:
        raise ConfigError(str(error.finding)) from None
    for change in changes:
        document = parse(file, text)
        if document.findings:
            raise ConfigError(str(document.findings[0]), next_step="Correct that first; nothing was changed.")
        text = change.edit(document)
    return replace_file(file, text, allow=allow)


def edited(document: Document, path: tuple[str, ...], value: Any) -> str:
    """The document's text with `value` at `path`. Raises ConfigError where a part of it is not an object."""
    text = document.text
    written = json.dumps(value, ensure_ascii=False, indent=2)
    newline = "\r\n" if "\r\n" in text else "\n"
    if path in document.values:
        place = document.values[path]
        return text[: place.start] + _indented(written, _indent_at(text, place.start), newline) + text[place.end :]
    depth = max(end for end in range(len(path)) if path[:end] in document.values)
    parent = path[:depth]
    if not isinstance(_at(document.data, parent), dict):
        raise ConfigError(
            f"{dotted(parent)} is not an object, so it cannot hold {path[depth]}.",
            next_step=f"Set all of it: kit config set {dotted(parent)} '{{…}}'",
        )
    for name in reversed(path[depth + 1 :]):
        written = json.dumps({name: json.loads(written)}, ensure_ascii=False, indent=2)
    return _with_member(document, parent, f"{json.dumps(path[depth], ensure_ascii=False)}: ", written, newline)


def replace_file(file: Path, text: str, *, allow: Allow | None = None) -> Path:
    """Write `text` in place of `file`, atomically, the old content kept beside it; the backup's path.

    `allow` is shown the new file before it counts. Raises ConfigError where the disk refuses.
    """
    backup = file.with_name(f"{file.name}.bak")
    fresh = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        mode = file.stat().st_mode & 0o777 if file.exists() else 0o600
        _write(fresh, text.encode("utf-8"), mode)
        try:
            if allow is not None:
                allow(fresh)
            if file.exists():
                kept = backup.with_name(f".{backup.name}.{os.getpid()}.new")
                _write(kept, file.read_bytes(), mode)
                kept.replace(backup)
            fresh.replace(file)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{file} cannot be written ({error.strerror}).", next_step="Check the folder's permissions and free space."
        ) from None
    return backup


def _write(file: Path, content: bytes, mode: int) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    file.chmod(mode)


def _with_member(document: Document, parent: tuple[str, ...], label: str, written: str, newline: str) -> str:
    """The text with one more member at the end of the object at `parent`."""
    text = document.text
    place = document.values[parent]
    outer = _indent_at(text, place.start)
    inner = f"{outer}  "
    members = [key for key in document.values if len(key) == len(parent) + 1 and key[: len(parent)] == parent]
    written = label + _indented(written, inner, newline)
    if not members:
        head, tail = text[: place.start + 1], text[place.start + 1 : place.end]
        comment = tail[:-1].rstrip()
        return f"{head}{comment}{newline}{inner}{written}{newline}{outer}}}{text[place.end :]}"
    end = max(document.values[key].end for key in members)
    comma = _comma_after(text, end)
    after = end if comma is None else comma + 1
    line_end = _end_of_line(text, after, place.end - 1)
    separator = "," if comma is None else ""
    trailing = "," if comma is not None else ""
    rest = text[line_end : place.end - 1].rstrip()
    return (
        f"{text[:end]}{separator}{text[end:line_end]}{rest}{newline}{inner}{written}{trailing}{newline}{outer}"
        f"{text[place.end - 1 :]}"
    )


def _without(document: Document, path: tuple[str, ...]) -> str:
    """The text without the member at `path`."""
    text = document.text
    if path not in document.keys:
        raise ConfigError(f"{dotted(path)} is not in the file.", next_step="Nothing was changed.")
    start, end = document.keys[path].start, document.values[path].end
    limit = document.values[path[:-1]].end - 1
    comma = _comma_after(text, end)
    if comma is None:
        before = [place.end for key, place in document.values.items() if _are_siblings(key, path) and place.end < start]
        previous = _comma_after(text, max(before)) if before else None
        if previous is not None:
            text = f"{text[:previous]}{text[previous + 1 :]}"
            start, end, limit = start - 1, end - 1, limit - 1
    end = _end_of_line(text, end if comma is None else comma + 1, limit)
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip(" \t") or not (rest := re.compile(r"[ \t]*(?:\r?\n)").match(text, end)):
        return f"{text[:start]}{text[end:].lstrip(' ')}"
    return f"{text[:line]}{text[rest.end() :]}"


def _are_siblings(one: tuple[str | int, ...], other: tuple[str, ...]) -> bool:
    return len(one) == len(other) and one[:-1] == other[:-1] and one != other


def _renamed(document: Document, path: tuple[str, ...], name: str) -> str:
    if path not in document.keys:
        raise ConfigError(f"{dotted(path)} is not in the file.", next_step="Nothing was changed.")
    place = document.keys[path]
    return f"{document.text[: place.start]}{json.dumps(name, ensure_ascii=False)}{document.text[place.end :]}"


def _comma_after(text: str, at: int) -> int | None:
    """Where the comma behind a member stands, comments passed over; None where there is none."""
    blank = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
    found = blank.match(text, at)
    behind = found.end() if found else at
    return behind if text[behind : behind + 1] == "," else None


def _end_of_line(text: str, at: int, limit: int) -> int:
    """The end of the line that `at` is on, its comment included, the closing brace excluded."""
    found = re.compile(r"[ \t]*(?://[^\r\n]*|/\*[^\n]*?\*/[ \t]*)?").match(text, at)
    return min(found.end() if found else at, limit)


def _indent_at(text: str, at: int) -> str:
    line = text[text.rfind("\n", 0, at) + 1 : at].removeprefix("\ufeff")
    return line[: len(line) - len(line.lstrip())]


def _indented(written: str, indent: str, newline: str) -> str:
    return written.replace("\n", f"{newline}{indent}")


def _at(data: Any, path: Sequence[str]) -> Any:
    for part in path:
        data = data[part]
    return data
