"""Declarations of a plugin: whether they make sense, and how they are kept as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..commands import Command, Effect, Param, ValueType, from_json, to_json
from ..hookspecs import Migrations, SettingsSection

TARGET = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", re.ASCII)
_WORD = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
_NAME = re.compile(rf"{_WORD}( {_WORD})?")
_PARAM = re.compile(_WORD)
_SECTION = re.compile(r"[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)*", re.ASCII)
_PLAIN = (str, int, bool, type(None))


def fault_of(item: object) -> str:
    """What is wrong with a declared command, section or branch of tables; "" where nothing is."""
    if isinstance(item, Command):
        return _command_fault(item)
    if isinstance(item, SettingsSection):
        if not isinstance(item.path, str) or not _SECTION.fullmatch(item.path):
            return f"“{item.path}” is not the path of a section"
        return "" if _is_target(item.model) else f"the model of {item.path}, “{item.model}”, is not a “module:Class”"
    if isinstance(item, Migrations) and not Path(item.directory).is_dir():
        return f"{item.branch} has no folder {item.directory}"
    return ""


def _command_fault(command: Command) -> str:
    if not isinstance(command.name, str) or not _NAME.fullmatch(command.name):
        return f"“{command.name}” is not a command name: one or two words of small letters, digits and dashes"
    where = f"the command “{command.name}”"
    if not _is_target(command.run):
        return f"{where} runs “{command.run}”, which is not a “module:function”"
    if not isinstance(command.summary, str) or not command.summary.strip():
        return f"{where} has no summary"
    if not isinstance(command.effect, Effect):
        return f"{where} has no Effect"
    for texts in (command.phrases, command.examples):
        if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
            return f"{where} has a phrase or an example that is no text in a tuple"
    if not all(isinstance(param, Param) for param in command.params):
        return f"{where} has a parameter that is no Param"
    keywords = [param.keyword for param in command.params]
    if len(set(keywords)) < len(keywords):
        return f"{where} has two parameters of one name"
    return next((fault for param in command.params if (fault := _param_fault(param, where))), "")


def _param_fault(param: Param, where: str) -> str:
    if not _PARAM.fullmatch(param.name):
        return f"{where} has a parameter “{param.name}”: small letters, digits and dashes"
    if not isinstance(param.type, ValueType):
        return f"{where}: the type of “{param.name}” is no ValueType"
    try:
        _kept(param.default)
    except TypeError:
        return f"{where}: the default of “{param.name}” is neither text nor a plain value"
    return ""


def _is_target(text: object) -> bool:
    return isinstance(text, str) and TARGET.fullmatch(text) is not None


def keep_command(command: Command) -> dict[str, Any]:
    """A command as JSON data."""
    data = to_json(command)
    for param in data["params"]:
        param["default"] = _kept(param["default"])
    return data


def command_kept(data: Mapping[str, Any]) -> Command:
    """The command that `keep_command` wrote."""
    params = [{**param, "default": _unkept(param["default"])} for param in data["params"]]
    return from_json({**data, "params": params})


def _kept(value: Any) -> Any:
    if isinstance(value, tuple):
        return {"tuple": [_kept(item) for item in value]}
    for name, (kind, write, _) in _FORMS.items():
        if isinstance(value, kind):
            return {name: write(value)}
    if not isinstance(value, _PLAIN):
        raise TypeError(type(value).__name__)
    return value


def _unkept(data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    ((name, value),) = data.items()
    return tuple(_unkept(item) for item in value) if name == "tuple" else _FORMS[name][2](value)


_FORMS: dict[str, tuple[type, Any, Any]] = {
    "decimal": (Decimal, str, Decimal),
    "seconds": (timedelta, lambda span: span.total_seconds(), lambda seconds: timedelta(seconds=seconds)),
    "time": (datetime, datetime.isoformat, datetime.fromisoformat),
    "date": (date, date.isoformat, date.fromisoformat),
    "path": (Path, str, Path),
}
