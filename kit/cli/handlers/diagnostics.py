"""`kit diagnostics`: what a bug report needs, and nothing that is nobody's business.

The bundle holds versions, plugin states, the redacted config, open problems and how many rows each
table has. No balance, no record, no account's secret; every text is redacted once more on its way in.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import __version__
from ...errors import KitError
from ...replies import Heading, Reply, Text

if TYPE_CHECKING:
    from ...host import Host

_LIBRARIES = (
    "alembic",
    "click",
    "json-five",
    "jsonschema",
    "pluggy",
    "pydantic",
    "pydantic-settings",
    "rich",
    "sqlalchemy",
)


def diagnostics(host: Host, *, output: Path | None) -> Reply:
    """Write the bundle, readable by its owner only. Never replaces a file."""
    file = output or Path.cwd() / f"kit-diagnostics-{host.clock.now():%Y%m%d-%H%M%S}.zip"
    parts = {name: _redacted(part) for name, part in _parts(host)}
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, part in parts.items():
                bundle.writestr(f"{name}.json", json.dumps(part, indent=2, ensure_ascii=False, default=str))
    except OSError as error:
        raise KitError(
            f"{file} cannot be written ({error.strerror}).", next_step="Name another with --output."
        ) from None
    listing = "\n".join(f"{name}.json" for name in parts)
    told = Text("Look inside before you send it: it says what is installed and configured, and no balance.")
    return Reply(
        {"path": str(file), "parts": list(parts)}, (Heading(f"Wrote {file}", "📦"), Text(listing, code=True), told)
    )


def _parts(host: Host) -> Iterator[tuple[str, Any]]:
    yield "versions", _versions()
    yield (
        "plugins",
        [
            {
                "name": row.name,
                "version": row.version,
                "state": str(row.state),
                "reason": row.reason,
                "origin": row.origin,
            }
            for row in host.table.rows
        ],
    )
    yield (
        "config",
        {
            "settings": host.config.data(),
            "findings": [
                {"where": each.where, "key": each.key, "message": each.message} for each in host.config.findings
            ],
        },
    )
    yield "problems", _tried(lambda: [{"key": each.key, "what": each.what} for each in host.problems.open()])
    yield "tables", _tried(partial(_row_counts, host))


def _tried(look: Callable[[], Any]) -> Any:
    try:
        return look()
    except KitError as error:
        return {"error": str(error)}


def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {"kit": __version__, "python": sys.version, "platform": platform.platform()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


def _row_counts(host: Host) -> dict[str, int]:
    return host.store.row_counts()


def _redacted(value: Any) -> Any:
    from ...config.secrets import redacted

    return _without_home(redacted(value))


def _without_home(value: Any) -> Any:
    """Folder names often hold a person's name."""
    if isinstance(value, dict):
        return {key: _without_home(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_without_home(each) for each in value]
    return value.replace(str(Path.home()), "~") if isinstance(value, str) else value
