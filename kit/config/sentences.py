"""What the schema's checks mean in words: one sentence, and what to write instead."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from jsonschema import ValidationError

from ..errors import did_you_mean
from .secrets import REFERENCES_SHOWN, is_secret, without_url_password

Sentence = tuple[str, str]

_TYPES = {
    "string": "a text in quotes",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object in { }",
    "array": "a list in [ ]",
    "null": "null",
}


def shown(value: Any) -> str:
    """A value as it stands in the file, shortened; the passwords of URLs in it hidden."""
    text = without_url_password(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= 40 else f"{text[:40]}…"


def sentence(error: ValidationError) -> Sentence:
    """(what is wrong, what to do) for one error of the schema. A secret is never repeated."""
    if isinstance(error.schema, Mapping) and is_secret(error.schema):
        return "this is neither a secret nor a reference to one.", f"Write {REFERENCES_SHOWN}."
    write = _BY_RULE.get(str(error.validator), _other)
    return write(error.instance, error.validator_value, error.schema if isinstance(error.schema, Mapping) else {})


def unknown_key(name: str, known: Mapping[str, Any]) -> Sentence:
    """The sentence about a key nobody reads."""
    return "is not a setting.", did_you_mean(name, known) or "Remove it."


def _type(value: Any, wanted: Any, _schema: Mapping[str, Any]) -> Sentence:
    kinds = [wanted] if isinstance(wanted, str) else list(wanted)
    names = " or ".join(_TYPES.get(kind, kind) for kind in kinds)
    return f"{shown(value)} is not {names}.", f"Write {names}."


def _minimum(value: Any, limit: Any, schema: Mapping[str, Any]) -> Sentence:
    unit = f" {schema['unit']}" if "unit" in schema else ""
    return f"{shown(value)} is below the minimum of {limit}{unit}.", f"Set it to {limit} or more."


def _maximum(value: Any, limit: Any, schema: Mapping[str, Any]) -> Sentence:
    unit = f" {schema['unit']}" if "unit" in schema else ""
    return f"{shown(value)} is above the maximum of {limit}{unit}.", f"Set it to {limit} or less."


def _above(value: Any, limit: Any, _schema: Mapping[str, Any]) -> Sentence:
    return f"{shown(value)} is not above {limit}.", f"Set it above {limit}."


def _below(value: Any, limit: Any, _schema: Mapping[str, Any]) -> Sentence:
    return f"{shown(value)} is not below {limit}.", f"Set it below {limit}."


def _choice(value: Any, choices: Any, _schema: Mapping[str, Any]) -> Sentence:
    texts = [str(choice) for choice in choices]
    near = did_you_mean(str(value), texts)
    return f"{shown(value)} is not one of {', '.join(texts)}.", near or f"Write one of {', '.join(texts)}."


def _constant(value: Any, wanted: Any, _schema: Mapping[str, Any]) -> Sentence:
    return f"{shown(value)} is not {shown(wanted)}.", f"Write {shown(wanted)}."


def _pattern(value: Any, _pattern: Any, schema: Mapping[str, Any]) -> Sentence:
    example = schema.get("default") or next(iter(schema.get("examples", ())), None)
    write = f"Write it like {shown(example)}." if example else str(schema.get("description", ""))
    return f"{shown(value)} is not written as expected here.", write


def _required(value: Any, names: Any, _schema: Mapping[str, Any]) -> Sentence:
    missing = [name for name in names if name not in value]
    return f"{', '.join(missing)} is missing.", f"Add {', '.join(missing)}."


def _length(value: Any, limit: Any, _schema: Mapping[str, Any]) -> Sentence:
    return f"{shown(value)} is too short or too long (limit {limit}).", "Change its length."


def _empty(value: Any, limit: Any, _schema: Mapping[str, Any]) -> Sentence:
    return f"{shown(value)} has too few or too many entries (limit {limit}).", "Add or remove entries."


def _other(value: Any, _rule: Any, schema: Mapping[str, Any]) -> Sentence:
    return f"{shown(value)} is not allowed here.", str(schema.get("description", ""))


_BY_RULE: dict[str, Callable[[Any, Any, Mapping[str, Any]], Sentence]] = {
    "type": _type,
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": _above,
    "exclusiveMaximum": _below,
    "enum": _choice,
    "const": _constant,
    "pattern": _pattern,
    "required": _required,
    "minLength": _length,
    "maxLength": _length,
    "minItems": _empty,
    "maxItems": _empty,
    "minProperties": _empty,
    "maxProperties": _empty,
}
