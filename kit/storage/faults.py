"""What a database says, in words for its owner: the one table that translates foreign errors."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError

from ..errors import StoreError


class _Fault(NamedTuple):
    what: str
    next_step: str


_BUSY = _Fault("is busy: something else has been writing for a long time", "Wait for it to end, then try again.")
_FULL = _Fault("could not be written: the disk is full", "Free some space; nothing was half-written.")
_READ_ONLY = _Fault("is read-only", "Make the file and its folder writable, or name another storage.url.")
_DAMAGED = _Fault("is damaged", "Put a backup back: kit restore FILE.")
_NOT_ONE = _Fault("is not a database", "Name another storage.url, or put a backup back: kit restore FILE.")
_CANNOT_OPEN = _Fault("cannot be opened", "Check that its folder exists and that you may write there.")
_FORBIDDEN = _Fault("may not be used by you", "Check the permissions of the file or of the database user.")
_DISK = _Fault("could not be read or written: the disk failed", "Check the disk, then: kit doctor.")
_UNREACHABLE = _Fault("cannot be reached", "Check that the server runs and that storage.url names it rightly.")
_REFUSED = _Fault("refused the user or password", "Check the user and password in storage.url.")
_NO_DATABASE = _Fault("does not exist on the server", "Create it (createdb NAME), or correct storage.url.")
_GONE = _Fault("ended the connection", "Try again; nothing was half-written.")
_STATEMENT = _Fault("refused a statement", "Nothing was kept. If it happens again, please report it.")

_SQLITE = {
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _NOT_ONE,
    "SQLITE_CANTOPEN": _CANNOT_OPEN,
    "SQLITE_PERM": _FORBIDDEN,
    "SQLITE_AUTH": _FORBIDDEN,
    "SQLITE_IOERR": _DISK,
}
# By SQLSTATE, the longest prefix first (PostgreSQL manual, appendix A).
_POSTGRESQL = {
    "55P03": _BUSY,
    "40": _BUSY,
    "53100": _FULL,
    "53": _UNREACHABLE,
    "25006": _READ_ONLY,
    "28": _REFUSED,
    "3D000": _NO_DATABASE,
    "42501": _FORBIDDEN,
    "57": _GONE,
    "08": _UNREACHABLE,
    "58": _DISK,
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}
# A connection that is refused carries no SQLSTATE, only the server's words.
_CONNECTING = {
    "authentication failed": _REFUSED,
    "no password supplied": _REFUSED,
    "no pg_hba.conf entry": _REFUSED,
    "role ": _REFUSED,
    "does not exist": _NO_DATABASE,
}
_OS = {PermissionError: _FORBIDDEN, IsADirectoryError: _NOT_ONE, NotADirectoryError: _CANNOT_OPEN}
_NO_SPACE = 28


def translated(error: BaseException, url: str, secrets: tuple[str, ...] = ()) -> StoreError:
    """The StoreError for what the database or the file system said; none of `secrets` is in its text."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    fault = _fault(cause)
    detail = (str(cause).strip().splitlines() or [type(cause).__name__])[0]
    for secret in secrets:
        detail = detail.replace(secret, "***")
    return _said(fault, url, detail)


def damaged(place: str, how: str) -> StoreError:
    """The StoreError for a database that opens, but whose inside is not sound."""
    return _said(_DAMAGED, place, how)


def _said(fault: _Fault, place: str, detail: str) -> StoreError:
    return StoreError(f"The database {place} {fault.what} ({detail.rstrip('.')}).", next_step=fault.next_step)


def _fault(cause: BaseException) -> _Fault:
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", None) or ""
        return next((fault for code, fault in _SQLITE.items() if name.startswith(code)), _STATEMENT)
    if isinstance(cause, OSError):
        if cause.errno == _NO_SPACE:
            return _FULL
        return next((fault for kind, fault in _OS.items() if isinstance(cause, kind)), _CANNOT_OPEN)
    state = getattr(cause, "sqlstate", None)
    if state:
        prefixes = sorted(_POSTGRESQL, key=len, reverse=True)
        return next((_POSTGRESQL[prefix] for prefix in prefixes if state.startswith(prefix)), _STATEMENT)
    if type(cause).__name__ in {"OperationalError", "ConnectionTimeout"}:
        text = str(cause)
        return next((fault for words, fault in _CONNECTING.items() if words in text), _UNREACHABLE)
    return _STATEMENT
