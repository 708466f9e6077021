"""The last look at a configuration that had no error, kept for the next command.

Nothing is kept where a secret stands in the file itself. The key is a hash of everything the answer
depends on; a kept answer that cannot be read counts as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..errors import PluginError
from ..home import cache_folder
from ..hookspecs import SettingsSection
from .config import LARGEST_BYTES, Look, at
from .findings import ConfigFinding, Level
from .plain import encode

if TYPE_CHECKING:
    from pydantic import BaseModel


def key(
    file: Path,
    sections: Sequence[SettingsSection],
    exchange_settings: Mapping[str, str],
    env: Mapping[str, str],
    overrides: Mapping[str, Any],
) -> str | None:
    """What the answer depends on, hashed; None where the file is too odd to be hashed."""
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


def read(key: str | None, file: Path, env: Mapping[str, str]) -> Look | None:
    """The kept look, None where there is none or a model's file has changed since."""
    if key is None:
        return None
    try:
        found = json.loads(_file(key, env).read_bytes())
        if found["key"] != key or any(_stamp(stamp[0]) != stamp for stamp in found["models"]):
            return None
        warnings = tuple(
            ConfigFinding(**{**each, "severity": Level(each["severity"]), "file": file if each["file"] else None})
            for each in found["findings"]
        )
        return Look(dict(found["data"]), warnings, dict(found["plain"]), {})
    except (OSError, ValueError, LookupError, TypeError):
        return None


def write(
    key: str | None,
    look: Look,
    sections: Sequence[SettingsSection],
    exchange_settings: Mapping[str, str],
    env: Mapping[str, str],
) -> None:
    """Keep a look without errors; a cache that cannot be written is no fault."""
    from .schema import full_schema, model
    from .secrets import holds_plain_secret, redacted_by

    if key is None or any(finding.severity is Level.ERROR for finding in look.findings):
        return
    try:
        marked = redacted_by(full_schema(sections, exchange_settings), look.data)
    except PluginError:
        return
    if holds_plain_secret(look.data) or marked != look.data:
        return
    plain = {}
    for section in sections:
        with contextlib.suppress(PluginError, ValueError):  # such a section says so when it is asked for
            plain[section.path] = _plain_fields(model(section.model), at(look.data, section.path.split(".")))
    models = [*(each.model for each in sections), *exchange_settings.values()]
    files = {str(getattr(sys.modules.get(each.partition(":")[0]), "__file__", "")) for each in models if each}
    content = {
        "key": key,
        "data": look.data,
        "findings": [asdict(finding) for finding in look.findings],
        "models": [_stamp(file) for file in sorted(files)],
        "plain": plain,
    }
    file = _file(key, env)
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump(content, out, default=str)
        fresh.replace(file)
    except OSError:
        return


def _plain_fields(kind: type[BaseModel], value: Any) -> dict[str, Any]:
    """The fields of a section that JSON can give back."""
    settings = kind.model_validate(value or {})
    found = {}
    for name in kind.model_fields:
        with contextlib.suppress(TypeError):
            found[name] = encode(getattr(settings, name))
    return found


def _stamp(file: str) -> list[Any]:
    try:
        found = os.stat(file)  # noqa: PTH116 - asked at every start
    except OSError:
        return [file, 0, 0]
    return [file, found.st_mtime_ns, found.st_size]


def _file(key: str, env: Mapping[str, str]) -> Path:
    return cache_folder(env) / "config" / f"{key[:16]}.json"
