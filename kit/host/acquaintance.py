"""What was last seen of each account when it was tried: `<home>/accounts.json`. Never a secret, never a balance."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ..market import Permissions
from .probing import Probe

FILE = "accounts.json"


@dataclass(frozen=True, slots=True)
class Seen:
    """`fault` is why the last try failed, "" where it did not."""

    permissions: Permissions | None = None
    success: datetime | None = None
    fault: str = ""


def seen(home: Path) -> Mapping[str, Seen]:
    """By account; empty where nothing is known, or what is known cannot be read."""
    try:
        written = json.loads((home / FILE).read_bytes())
        return {str(name): _from_json(each) for name, each in written.items()}
    except (OSError, ValueError, TypeError, AttributeError, LookupError):
        return {}


def note(home: Path, now: datetime, *probes: Probe) -> None:
    """Remember what these probes found; a disk that is full is no fault of an account."""
    known = dict(seen(home))
    for probe in probes:
        before, error = known.get(probe.account, Seen()), probe.error
        known[probe.account] = (
            Seen(probe.permissions, now) if error is None else Seen(before.permissions, before.success, error.message)
        )
    _write(home, known)


def forget(home: Path, account: str) -> None:
    """Nothing is remembered of the account any more."""
    known = dict(seen(home))
    if known.pop(account, None) is not None:
        _write(home, known)


def rename(home: Path, old: str, new: str) -> None:
    """What is remembered of `old` is remembered of `new`."""
    known = dict(seen(home))
    if old in known:
        known[new] = known.pop(old)
        _write(home, known)


def _from_json(each: Mapping[str, object]) -> Seen:
    permissions, success = each["permissions"], each["success"]
    return Seen(
        Permissions(**permissions) if isinstance(permissions, dict) else None,
        datetime.fromisoformat(str(success)) if success else None,
        str(each["fault"]),
    )


def _write(home: Path, known: Mapping[str, Seen]) -> None:
    file = home / FILE
    fresh = file.with_name(f".{FILE}.{os.getpid()}.new")
    with suppress(OSError):
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump({name: asdict(each) for name, each in known.items()}, out, indent=2, default=datetime.isoformat)
        fresh.replace(file)
