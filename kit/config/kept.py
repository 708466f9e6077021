"""The last look at a configuration that had no error, kept for the next command.

Nothing is kept where a secret stands in the file itself. The key is a hash of everything the answer
depends on; a kept answer that cannot be read counts as none.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .. import __version__
from ..home import cache_folder
from ..hookspecs import SettingsSection
from .findings import ConfigFinding, Level


def key(
    file: Path,
    sections: Sequence[SettingsSection],
    exchange_settings: Mapping[str, str],
    env: Mapping[str, str],
    overrides: Mapping[str, Any],
) -> str | None:
    """What the answer depends on, hashed; None where the file is too odd to be hashed."""
    from .document import LARGEST_BYTES

    try:
        with file.open("rb") as source:
            content = source.read(LARGEST_BYTES + 1)
        mode = file.stat().st_mode
    except FileNotFoundError:
        content, mode = b"", 0
    except OSError:
        return None
    said = {name: value for name, value in env.items() if name.startswith("KIT_") and "__" in name}
    parts = [
        __version__,
        str(file),
        mode,
        [[each.path, each.model, each.aliases] for each in sections],
        sorted(exchange_settings.items()),
        sorted(said.items()),
        sorted(overrides.items()),
    ]
    return hashlib.sha256(json.dumps(parts, default=str).encode() + b"\0" + content).hexdigest()


def read(key: str | None, file: Path, env: Mapping[str, str]) -> tuple[dict[str, Any], list[ConfigFinding]] | None:
    """The kept data and warnings, None where there are none."""
    if key is None:
        return None
    try:
        found = json.loads(_file(key, env).read_bytes())
        if found["key"] != key:
            return None
        warnings = [
            ConfigFinding(**{**each, "severity": Level(each["severity"]), "file": file if each["file"] else None})
            for each in found["findings"]
        ]
        return dict(found["data"]), warnings
    except (OSError, ValueError, LookupError, TypeError):
        return None


def write(key: str | None, data: Mapping[str, Any], findings: Sequence[ConfigFinding], env: Mapping[str, str]) -> None:
    """Keep a look without errors; a cache that cannot be written is no fault."""
    from .secrets import holds_plain_secret

    if key is None or any(finding.severity is Level.ERROR for finding in findings) or holds_plain_secret(data):
        return
    file = _file(key, env)
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = {"key": key, "data": data, "findings": [asdict(finding) for finding in findings]}
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump(content, out, default=str)
        fresh.replace(file)
    except OSError:
        return


def _file(key: str, env: Mapping[str, str]) -> Path:
    return cache_folder(env) / "config" / f"{key[:16]}.json"
