"""The JSON Schemas of config.json, made from the models of its sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from importlib import import_module
from typing import Any

from pydantic import BaseModel

from ..errors import PluginError
from ..hookspecs import SettingsSection
from .accounts import Rule, rules
from .settings import OPEN_SECTIONS, HostSettings

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_OPEN = {
    "skills": "The settings of each skill, by its name.",
    "exchanges": "Your accounts, by the name you give each; `type` says what kind of venue it is, else the name does.",
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


@cache
def model_schema(kind: type[BaseModel]) -> dict[str, Any]:
    """The schema of one model, references resolved in place, so that a path can be followed. It is not to be changed.

    A look at a file asks for each model several times, and pydantic takes ten milliseconds to tell.
    """
    schema = kind.model_json_schema(by_alias=True, mode="validation")
    return dict(_inlined(schema, schema.get("$defs", {})))


def full_schema(sections: Sequence[SettingsSection], exchange_settings: Mapping[str, str]) -> dict[str, Any]:
    """The schema of the whole file, as `$schema` in an editor wants it."""
    root = deepcopy(model_schema(HostSettings))
    root["$schema"] = DIALECT
    root["title"] = "K.I.T. configuration"
    for name in OPEN_SECTIONS:
        place = {"type": "object", "description": _OPEN[name], "properties": {}, "x-open": True}
        root["properties"][name] = place
    root["properties"]["exchanges"] |= _accounts_schema(exchange_settings)
    for section in sections:
        own = model_schema(model(section.model))
        _put(root, section.path.split("."), own)
        for alias in section.aliases:
            _put(root, alias.split("."), {**own, "description": f"Means the same as {section.path}."})
    return root


def section_schema(section: SettingsSection) -> dict[str, Any]:
    """The schema of one plugin's section, by itself."""
    return {"$schema": DIALECT, **model_schema(model(section.model))}


def _accounts_schema(exchange_settings: Mapping[str, str]) -> dict[str, Any]:
    """Every account by its rule. One that is called like a kind of venue may leave out its type."""
    found = rules(exchange_settings)
    schemas = {rule.model: _without_type(model_schema(model(rule.model))) for rule in found}
    named = [kind for rule in found if not rule.others for kind in rule.kinds]
    apart = sorted([*named, *(kind for kind, own in exchange_settings.items() if not own)])
    usual = [example for rule in found if rule.others for example in _examples(schemas[rule.model])]

    def account(called: str | None) -> dict[str, Any]:
        choices: dict[str, Any] = {"type": "string", "description": "The kind of venue."}
        if apart or usual:
            choices["examples"] = sorted({*apart, *usual})
        untyped = called in apart or any(rule.others for rule in found)
        parts = [{"if": _condition(rule, apart, called), "then": schemas[rule.model]} for rule in found]
        schema: dict[str, Any] = {"type": "object", "properties": {"type": choices}}
        return schema | ({} if untyped else {"required": ["type"]}) | ({"allOf": parts} if parts else {})

    return {"properties": {kind: account(kind) for kind in apart}, "additionalProperties": account(None)}


def _condition(rule: Rule, apart: Sequence[str], called: str | None) -> dict[str, Any]:
    """When a rule holds for an account that is `called` like one of the kinds `apart`, or otherwise (None)."""
    if rule.others:
        kind: dict[str, Any] = {"not": {"enum": list(apart)}}
        untyped = called is None
    else:
        kind = {"const": rule.kinds[0]} if len(rule.kinds) == 1 else {"enum": list(rule.kinds)}
        untyped = called in rule.kinds
    return {"properties": {"type": kind}} | ({} if untyped else {"required": ["type"]})


def _without_type(schema: dict[str, Any]) -> dict[str, Any]:
    needed = [name for name in schema.get("required", ()) if name != "type"]
    rest = {key: value for key, value in schema.items() if key != "required"}
    return rest | ({"required": needed} if needed else {})


def _examples(schema: Mapping[str, Any]) -> Sequence[str]:
    examples: Sequence[str] = schema["properties"].get("type", {}).get("examples", ())
    return examples


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
