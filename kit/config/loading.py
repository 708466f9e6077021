"""From the file, the environment and the command line to a `Config`.

A look that found no error is kept (`kept`): until file, environment or sections change, the next
command needs neither the JSON5 parser nor jsonschema nor pydantic-settings.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import did_you_mean
from ..hookspecs import SettingsSection
from . import kept
from .config import FILE, Config, Look
from .findings import ConfigFinding, Level

_OTHERS = stat.S_IRGRP | stat.S_IROTH | stat.S_IWGRP | stat.S_IWOTH


def look_at(
    file: Path,
    sections: Sequence[SettingsSection],
    *,
    exchange_settings: Mapping[str, str],
    env: Mapping[str, str],
) -> Config:
    """The configuration as it would be with `file` for its file. Nothing is kept."""
    look = _look(file, sections, exchange_settings, env, {})
    return Config(file, look, sections, exchange_settings, origins=lambda: look.origins)


def load_config(
    home: Path,
    sections: Sequence[SettingsSection],
    *,
    exchange_settings: Mapping[str, str],
    env: Mapping[str, str],
    overrides: Mapping[str, Any] | None = None,
) -> Config:
    """The configuration of `home`. Never raises for what is written there: that is among the findings."""
    file = home / FILE
    given = dict(overrides or {})

    @cache
    def afresh() -> Look:
        return _look(file, sections, exchange_settings, env, given)

    key = kept.key(file, sections, exchange_settings, env, given)
    look = kept.read(key, file, env)
    if look is None:
        look = afresh()
        kept.write(key, look, sections, exchange_settings, env)
    return Config(file, look, sections, exchange_settings, origins=lambda: afresh().origins)


def _look(
    file: Path,
    sections: Sequence[SettingsSection],
    exchange_settings: Mapping[str, str],
    env: Mapping[str, str],
    given: Mapping[str, Any],
) -> Look:
    from .aliases import own_path, resolved
    from .checking import Checker
    from .document import load_document
    from .layers import Override, from_command_line, from_environment, known_names, merged
    from .schema import full_schema

    document = load_document(file)
    schema = full_schema(sections, exchange_settings) if _speaks(env) else {}
    beyond, strangers = from_environment(env, schema)
    beyond = [*beyond, *from_command_line(given)]
    beyond = [Override(own_path(each.path, sections), each.value, each.source) for each in beyond]
    checker = Checker(file, document, beyond, sections, exchange_settings)
    checker.findings.extend(document.findings)

    def conflict(own: tuple[str, ...], alias: tuple[str, ...]) -> None:
        where = ".".join(own)
        checker.find(own, f"has another value in “{'.'.join(alias)}”.", f"Keep {where} and remove the other.")

    data = merged(resolved(document.data, sections, conflict), beyond)
    for name in strangers:
        near = did_you_mean(name, known_names(schema)) or "Check its spelling."
        stranger = ConfigFinding(Level.WARNING, None, 0, 0, "", "is not a setting.", near, name)
        checker.findings.append(stranger)
    if document.usable and not document.findings:
        checker.check(data)
        _plain_secrets(checker, file, document.data)
    origins = {
        own_path([str(part) for part in path], sections): f"{file.name}:{place.line}:{place.column}"
        for path, place in document.values.items()
        if path
    }
    origins.update({each.path: each.source for each in beyond})
    return Look(data, tuple(checker.findings), {}, origins)


def _speaks(env: Mapping[str, str]) -> bool:
    return any(name.startswith("KIT_") and "__" in name for name in env)


def _plain_secrets(checker: Any, file: Path, data: Mapping[str, Any]) -> None:
    from .secrets import holds_plain_secret

    if sys.platform == "win32" or not data:
        return
    try:
        open_to_others = os.stat(file).st_mode & _OTHERS  # noqa: PTH116 - Path.stat says no more
    except OSError:
        return
    if not open_to_others:
        return
    for key, value in data.items():
        if holds_plain_secret(value, key):
            checker.find(
                (key,), "a secret stands here and others can read the file.", f"Run: chmod 600 {file}", warn=True
            )
