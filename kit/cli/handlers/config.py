"""`kit config …`: where the settings are, what they are, what is wrong with them, and changing one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import ConfigError, UnknownName, UsageError
from ...problems import Severity
from ...replies import Column, Heading, Notice, Reply, Table, Text, Verbatim

if TYPE_CHECKING:
    from ...hookspecs import SettingsSection
    from ...host import Host


def path(host: Host) -> Reply:
    """Where config.json is, or would be."""
    file = host.config.path
    return Reply({"path": str(file), "exists": file.exists()}, (Text(str(file), code=True),))


def show(host: Host, *, section: str | None, origin: bool) -> Reply:
    """The settings in force, defaults included, secrets hidden."""
    config = host.config
    data: Any = config.effective()
    if section:
        data = _inside(data, section)
    columns: tuple[Column, ...] = (Column("Setting", "setting"), Column("Value", "value"))
    rows: tuple[tuple[Any, ...], ...] = tuple(_rows(data, section or ""))
    told = data
    if origin:
        columns = (*columns, Column("From", "origin"))
        rows = tuple((key, value, config.origin(key)) for key, value in rows)
        told = {key: {"value": value, "origin": source} for key, value, source in rows}
    return Reply(
        Verbatim(told), (Table(columns, rows, "Settings", "🔧"), *_faults(host)), exit_code=1 if config.errors else 0
    )


def check(host: Host) -> Reply:
    """Every finding; exit code 1 where one is an error."""
    config = host.config
    findings = [
        {
            "severity": finding.severity.value,
            "where": finding.where,
            "line": finding.line,
            "column": finding.column,
            "key": finding.key,
            "message": finding.message,
            "nextStep": finding.next_step,
        }
        for finding in config.findings
    ]
    data = {"file": str(config.path), "exists": config.path.exists(), "findings": findings}
    if not findings:
        text = "is in order." if config.path.exists() else "does not exist yet; the defaults hold."
        next_step = "" if config.path.exists() else "Run “kit init” to write one."
        return Reply(data, (Notice(f"{config.path} {text}", Severity.INFO, next_step),))
    lines = Text("\n".join(str(finding) for finding in config.findings), code=True)
    return Reply(data, (Heading(str(config.path), "🔧"), lines), exit_code=1 if config.errors else 0)


def get(host: Host, *, key: str) -> Reply:
    """One setting, as it is in force."""
    key = _canonical(host, key)
    value = _inside(host.config.effective(), key)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
    return Reply({"key": key, "value": Verbatim(value), "origin": host.config.origin(key)}, (Text(text, code=True),))


def set_value(host: Host, *, key: str, value: str) -> Reply:
    """Change one setting. Refused where the file would have an error it does not have now."""
    from ...config import set_value as write

    if not all(key.split(".")):
        raise UsageError(f"“{key}” is not a setting.", next_step="Write it like skills.portfolio-tracker.baseCurrency.")
    own = _canonical(host, key)
    before = {str(finding.message) + finding.key for finding in host.config.errors}

    def allow(fresh: Path) -> None:
        for finding in _looked_at(host, fresh).errors:
            if str(finding.message) + finding.key not in before:
                raise ConfigError(
                    f"{finding.key or key}: {finding.message} Nothing was changed.", next_step=finding.next_step
                )

    wanted = _typed(host, own, value)
    backup = write(host.config.path, _place_in_file(host, own).split("."), wanted, allow=allow)
    shown = "***" if _is_secret(own, wanted) else json.dumps(wanted, ensure_ascii=False)
    note = f"The file as it was: {backup}" if backup.exists() else ""
    masked = host.config.origin(own)
    hidden = (
        (Notice(f"{masked} overrides it.", Severity.WARNING, "Unset it for the file to count."),)
        if masked.startswith(("environment", "command line"))
        else ()
    )
    text = Text(f"{own} is now {shown}. {note}".strip())
    return Reply({"key": own, "value": shown if shown == "***" else Verbatim(wanted)}, (text, *hidden))


def schema(host: Host, *, section: str | None) -> Reply:
    """The JSON Schema of the whole file, or of one section."""
    from ...config import full_schema, section_schema

    sections = _sections(host)
    kinds = {name: model or "" for row in host.table.loaded() for name, model in row.exchanges.items()}
    if section is None:
        found = full_schema(sections, kinds)
    else:
        named = {name: each for each in sections for name in (each.path, each.path.rpartition(".")[2])}
        if section not in named:
            known = [each.path for each in sections]
            raise UnknownName("section", section, known, next_step="See them: kit config show")
        found = section_schema(named[section])
    return Reply(Verbatim(found), (Text(json.dumps(found, indent=2, ensure_ascii=False), code=True),))


def _faults(host: Host) -> Iterator[Notice]:
    for finding in host.config.errors:
        yield Notice(str(finding), Severity.ERROR)


def _inside(data: Any, key: str) -> Any:
    here = data
    for part in key.split("."):
        if not isinstance(here, Mapping) or part not in here:
            known = [name for name, _ in _rows(data, "")] + [name for name in data if isinstance(name, str)]
            raise UnknownName("setting", key, known, next_step="See them: kit config show")
        here = here[part]
    return here


def _rows(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _rows(inner, f"{key}.{name}" if key else str(name))
    elif key:
        yield key, value if isinstance(value, (str, bool, int)) else json.dumps(value, ensure_ascii=False)


def _canonical(host: Host, key: str) -> str:
    """The key at its section's own place, an alias at its beginning resolved."""
    from ...config.aliases import own_path

    return ".".join(own_path(key.split("."), _sections(host)))


def _place_in_file(host: Host, key: str) -> str:
    """Where the file writes the key, or would: an alias where that is what it holds already."""
    from ...config.document import load_document

    document = load_document(host.config.path)
    own = tuple(key.split("."))
    for section in _sections(host):
        path = tuple(section.path.split("."))
        if own[: len(path)] != path or own in document.values:
            continue
        for alias in section.aliases:
            elsewhere = (*alias.split("."), *own[len(path) :])
            if elsewhere in document.values:
                return ".".join(elsewhere)
    return key


def _sections(host: Host) -> list[SettingsSection]:
    return [each for row in host.table.loaded() for each in row.settings]


def _typed(host: Host, key: str, text: str) -> Any:
    """What a person means: JSON, except that a key which holds text takes any word."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    present: Any = host.config.effective()
    for part in key.split("."):
        present = present.get(part) if isinstance(present, Mapping) else None
    return text if isinstance(present, str) and not isinstance(value, str) else value


def _is_secret(key: str, value: Any) -> bool:
    from ...config.secrets import holds_plain_secret

    return holds_plain_secret(value, key.rpartition(".")[2])


def _looked_at(host: Host, file: Path) -> Any:
    from ...config.loading import look_at

    sections = _sections(host)
    kinds = {name: model or "" for row in host.table.loaded() for name, model in row.exchanges.items()}
    return look_at(file, sections, exchange_settings=kinds, env=host.env)
