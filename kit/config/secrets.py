"""Secrets: kept out of config.json by reference, and out of everything that is shown.

    "apiKey": {"env": "BINANCE_KEY"}            an environment variable
    "apiKey": {"file": "~/keys/binance"}        the content of a file, its last line break cut
    "apiKey": {"keyring": "kit/binance"}        an entry "service/name" of the system's keyring

A secret may also be written in place, in quotes; a file that others can read is then a warning.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, SecretStr
from pydantic_core import CoreSchema, core_schema

from ..errors import ConfigError

MARK: Final = "x-secret"
HIDDEN: Final = "***"
REFERENCES_SHOWN: Final = '{"env": "NAME"}, {"file": "path"} or {"keyring": "service/name"}'
_REFERENCES: Final = ("env", "file", "keyring")
_SECRET_NAME = re.compile(r"(secret|password|passphrase|token|api_?key|private_?key)$", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"(?<=://)([^/@\s:]*):([^/@\s]*)@")
_QUERY_PASSWORD = re.compile(r"([?&](?:ssl)?password=)[^&\s]*", re.IGNORECASE)


class Secret:
    """A secret or a reference to one; `reveal` looks it up. Shown as ***, never as itself."""

    __slots__ = ("_given",)

    def __init__(self, given: str | Mapping[str, str]) -> None:
        self._given = given

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def reveal(self, env: Mapping[str, str] = os.environ) -> SecretStr:
        """The secret itself. Raises ConfigError where the reference leads nowhere."""
        if isinstance(self._given, str):
            return SecretStr(self._given)
        ((kind, where),) = self._given.items()
        return SecretStr({"env": _from_env, "file": _from_file, "keyring": _from_keyring}[kind](where, env))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.plain_serializer_function_ser_schema(lambda _: HIDDEN)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        text = {"type": "string", "minLength": 1}
        return {
            "type": ["string", "object"],
            "minLength": 1,
            "properties": dict.fromkeys(_REFERENCES, text),
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
            MARK: True,
        }

    @classmethod
    def _validate(cls, value: Any) -> Secret:
        if isinstance(value, Secret):
            return value
        if isinstance(value, str) and value:
            return cls(value)
        if isinstance(value, Mapping) and len(value) == 1:
            ((kind, where),) = value.items()
            if kind in _REFERENCES and isinstance(where, str) and where:
                return cls({kind: where})
        raise ValueError(f"write {REFERENCES_SHOWN}")


def _from_env(name: str, env: Mapping[str, str]) -> str:
    if not env.get(name):
        raise ConfigError(f"The environment variable {name} is not set.", next_step=f"Set it: export {name}=…")
    return env[name]


def _from_file(name: str, _env: Mapping[str, str]) -> str:
    try:
        return Path(name).expanduser().read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The secret's file {name} cannot be read ({type(error).__name__}).",
            next_step="Check its name, and that you may read it.",
        ) from None


def _from_keyring(entry: str, _env: Mapping[str, str]) -> str:
    try:
        import keyring
    except ImportError:
        raise ConfigError(
            "The keyring is not installed.", next_step='Install it: pip install "kit-host[keyring]".'
        ) from None
    service, _, name = entry.rpartition("/")
    found = keyring.get_password(service, name)
    if not found:
        raise ConfigError(f"The keyring has no entry “{entry}”.", next_step=f"keyring set {service} {name}")
    return str(found)


def redacted(value: Any, key: str = "") -> Any:
    """`value` fit to be shown: what a secret key holds and every password in a URL hidden; references stay."""
    if isinstance(value, Mapping):
        if len(value) == 1 and next(iter(value)) in _REFERENCES:
            return dict(value)
        return {name: redacted(each, str(name)) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [redacted(each, key) for each in value]
    if _SECRET_NAME.search(key) and value not in (None, "", False):
        return HIDDEN
    return without_url_password(value) if isinstance(value, str) else value


def redacted_by(schema: Mapping[str, Any], value: Any) -> Any:
    """`value` with what its schema marks as a secret hidden; references stay."""
    if isinstance(value, str) and is_secret(schema):
        return HIDDEN
    if isinstance(value, Mapping):
        others = schema.get("additionalProperties")
        return {
            name: redacted_by(_merged(schema, name, others if isinstance(others, Mapping) else {}), each)
            for name, each in value.items()
        }
    return value


def is_secret(schema: Mapping[str, Any]) -> bool:
    """Whether a schema is that of a secret."""
    return bool(schema.get(MARK)) or any(map(is_secret, schema.get("anyOf", ())))


def _merged(schema: Mapping[str, Any], name: str, others: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the schema says of the member `name`: its own part, else that of every other member, rules included."""
    found = dict(schema.get("properties", {}).get(name, others))
    for rule in schema.get("allOf", ()):
        found.update(rule.get("then", {}).get("properties", {}).get(name, {}))
    return found


def without_url_password(text: str) -> str:
    """`text` with the passwords of the URLs in it hidden."""
    return _QUERY_PASSWORD.sub(rf"\g<1>{HIDDEN}", _URL_PASSWORD.sub(rf"\1:{HIDDEN}@", text))


def holds_plain_secret(value: Any, key: str = "") -> bool:
    """Whether a secret stands in `value` itself, not by reference."""
    return bool(redacted(value, key) != value)
