"""The layers of the configuration: defaults < file < environment < command line.

pydantic-settings merges them. An environment name is a key path in capitals, parts joined by two
underscores: KIT_SKILLS__PORTFOLIO_TRACKER__BASE_CURRENCY is skills.portfolio-tracker.baseCurrency. What it
holds is JSON where that can be read, else text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PREFIX = "KIT_"
_PARTS = re.compile(r"[^A-Z0-9]+")


@dataclass(frozen=True, slots=True)
class Override:
    """One value from beyond the file: where it belongs, what it is, who gave it."""

    path: tuple[str, ...]
    value: Any
    source: str


def from_environment(env: Mapping[str, str], schema: Mapping[str, Any]) -> tuple[list[Override], list[str]]:
    """The overrides in the environment, and the names of variables that look like settings and are none."""
    found, strangers = [], []
    for name in sorted(env):
        if not name.startswith(PREFIX) or "__" not in name[len(PREFIX) :].strip("_"):
            continue
        path = _resolve(name[len(PREFIX) :].split("__"), schema)
        if path is None:
            strangers.append(name)
        else:
            found.append(Override(path, _typed(env[name], _schema_at(schema, path)), f"environment {name}"))
    return found, strangers


def from_command_line(overrides: Mapping[str, Any]) -> list[Override]:
    """The overrides given by dotted path."""
    return [Override(tuple(path.split(".")), value, "command line") for path, value in overrides.items()]


def merged(file: Mapping[str, Any], *layers: Iterable[Override]) -> dict[str, Any]:
    """File and layers as one, later ones winning key by key."""
    from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

    trees = [_tree(layer) for layer in layers]

    class Layer(PydanticBaseSettingsSource):
        def __init__(self, owner: type[BaseSettings], tree: Mapping[str, Any]) -> None:
            super().__init__(owner)
            self._tree = dict(tree)

        def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
            return self._tree.get(field_name), field_name, False

        def __call__(self) -> dict[str, Any]:
            return self._tree

    class Layers(BaseSettings):
        model_config = SettingsConfigDict(extra="allow")

        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_args: Any, **_others: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return tuple(Layer(settings_cls, tree) for tree in reversed([file, *trees]))

    return dict(Layers().model_extra or {})


def _tree(layer: Iterable[Override]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for override in layer:
        *parents, last = override.path
        inner = root
        for part in parents:
            inner = inner.setdefault(part, {})
        inner[last] = override.value
    return root


def shouted(name: str) -> str:
    """How an environment variable spells a key: baseCurrency and base-currency are BASE_CURRENCY."""
    return _PARTS.sub("_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()).strip("_")


def known_names(schema: Mapping[str, Any], prefix: str = PREFIX) -> list[str]:
    """The environment names of every setting that the schema spells out."""
    names = []
    for name, own in schema.get("properties", {}).items():
        spelt = prefix + shouted(name)
        names += known_names(own, f"{spelt}__") or ([spelt] if "__" in spelt else [])
    return names


def _resolve(parts: Sequence[str], schema: Mapping[str, Any]) -> tuple[str, ...] | None:
    path: list[str] = []
    here: Mapping[str, Any] = schema
    for part in parts:
        members = _members(here)
        names = {shouted(name): name for name in members}
        if part in names:
            path.append(names[part])
            here = members[names[part]]
        elif part and here.get("x-open"):
            path.append(part.lower().replace("_", "-"))
            here = here.get("additionalProperties") or {}
        elif part and isinstance(here.get("patternProperties"), Mapping):
            path.append(part)
            here = {}
        else:
            return None
    return tuple(path)


def _schema_at(schema: Mapping[str, Any], path: Sequence[str]) -> Mapping[str, Any]:
    for part in path:
        others = schema.get("additionalProperties")
        schema = _members(schema).get(part, others if isinstance(others, Mapping) else {})
    return schema


def _members(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an object may hold, whichever of its rules applies."""
    members = dict(schema.get("properties", {}))
    for rule in schema.get("allOf", ()):
        members = {**rule.get("then", {}).get("properties", {}), **members}
    return members


def _typed(text: str, schema: Mapping[str, Any]) -> Any:
    """What `text` means for a key of that schema: a text as it is, anything else as JSON."""
    kinds = _kinds(schema)
    if kinds == {"string"}:
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return text
    a_text_or_object = {"string", "object"} <= kinds <= {"string", "object", "null"}
    return text if a_text_or_object and not isinstance(value, dict) else value


def _kinds(schema: Mapping[str, Any]) -> set[str]:
    own = schema.get("type", ())
    return {own} if isinstance(own, str) else {*own}.union(*map(_kinds, schema.get("anyOf", ())))
