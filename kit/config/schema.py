"""The JSON Schemas of config.json, made from the models of its sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from pydantic import BaseModel

from ..errors import PluginError
from ..hookspecs import SettingsSection
from .settings import OPEN_SECTIONS, HostSettings

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_OPEN = {
    "skills": "The settings of each skill, by its name.",
    "exchanges": "Your accounts, by the name you give each; `type` says what kind of venue it is.",
    "channels": "The channels to talk through, by name.",
    "prices": "The settings of each price source, by its name.",
}


def model(reference: str) -> type[BaseModel]:
    """The model that "module:Class" names. Raises PluginError where there is none."""
    module, _, name = reference.partition(":")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise PluginError(f"The settings model {reference} cannot be loaded ({error}).") from None
    if not (isinstance(found, type) and issubclass(found, BaseModel)):
        raise PluginError(f"{reference} is not a pydantic model.")
    return found


def model_schema(kind: type[BaseModel]) -> dict[str, Any]:
    """The schema of one model, references resolved in place, so that a path can be followed."""
    schema = kind.model_json_schema(by_alias=True, mode="validation")
    return dict(_inlined(schema, schema.get("$defs", {})))


def full_schema(sections: Sequence[SettingsSection], exchange_settings: Mapping[str, str]) -> dict[str, Any]:
    """The schema of the whole file, as `$schema` in an editor wants it."""
    root = model_schema(HostSettings)
    root["$schema"] = DIALECT
    root["title"] = "K.I.T. configuration"
    for name in OPEN_SECTIONS:
        place = {"type": "object", "description": _OPEN[name], "properties": {}, "x-open": True}
        root["properties"][name] = place
    root["properties"]["exchanges"]["additionalProperties"] = _account_schema(exchange_settings)
    for section in sections:
        own = model_schema(model(section.model))
        _put(root, section.path.split("."), own)
        for alias in section.aliases:
            _put(root, alias.split("."), {**own, "description": f"Means the same as {section.path}."})
    return root


def section_schema(section: SettingsSection) -> dict[str, Any]:
    """The schema of one plugin's section, by itself."""
    return {"$schema": DIALECT, **model_schema(model(section.model))}


def _account_schema(exchange_settings: Mapping[str, str]) -> dict[str, Any]:
    kinds = sorted(exchange_settings)
    choices: dict[str, Any] = {"type": "string", "description": "The kind of venue."}
    if kinds:
        choices["examples"] = kinds
    rules = [
        {
            "if": {"properties": {"type": {"const": kind}}, "required": ["type"]},
            "then": model_schema(model(exchange_settings[kind])),
        }
        for kind in kinds
        if exchange_settings[kind]
    ]
    schema: dict[str, Any] = {"type": "object", "properties": {"type": choices}, "required": ["type"]}
    return {**schema, "allOf": rules} if rules else schema


def _put(root: dict[str, Any], path: Sequence[str], schema: dict[str, Any]) -> None:
    *parents, last = path
    for part in parents:
        root = root["properties"].setdefault(part, {"type": "object", "properties": {}})
    root["properties"][last] = schema


def _inlined(value: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_inlined(each, definitions) for each in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        target = _inlined(definitions[value["$ref"].rpartition("/")[2]], definitions)
        return {**target, **{key: _inlined(each, definitions) for key, each in value.items() if key != "$ref"}}
    return {key: _inlined(each, definitions) for key, each in value.items() if key != "$defs"}
