"""The check of the configuration: every section against its schema, then against its model.

jsonschema says what is wrong with the shape; only a section it finds right is given to its pydantic
model, whose own rules (weights that sum to 1, a time zone that exists) are heard last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from ..errors import did_you_mean
from ..hookspecs import SettingsSection
from .accounts import NAME_RULE, is_account_name, kind_of
from .config import at
from .document import Document, dotted
from .findings import ConfigFinding, Level
from .layers import Override
from .schema import model, model_schema
from .sentences import sentence, unknown_key
from .settings import OPEN_SECTIONS, HostSettings

Keys = tuple[str | int, ...]


class Checker:
    """One look at one configuration."""

    def __init__(
        self,
        file: Path,
        document: Document,
        overrides: Sequence[Override],
        sections: Sequence[SettingsSection],
        exchange_settings: Mapping[str, str],
    ) -> None:
        self._file = file
        self._document = document
        self._overrides = {override.path: override.source for override in overrides}
        self._sections = sections
        self._exchange_settings = exchange_settings
        self.findings: list[ConfigFinding] = []

    def check(self, data: dict[str, Any]) -> None:
        """Find everything that is wrong with `data`, the merged layers with aliases resolved."""
        plugin_roots = {section.path.partition(".")[0] for section in self._sections}
        own = {key: value for key, value in data.items() if key not in {*OPEN_SECTIONS, *plugin_roots}}
        self._model(HostSettings, own, (), also_known=[*OPEN_SECTIONS, *self._aliases(), *plugin_roots])
        for section in self._sections:
            path = tuple(section.path.split("."))
            value = at(data, path)
            if value is not None:
                self._model(model(section.model), value, path)
        for root in OPEN_SECTIONS:
            members = data.get(root, {})
            if not isinstance(members, dict):
                self.find((root,), "is not an object in { }.", "Write { }.")
            elif root == "exchanges":
                self._accounts(members)
            else:
                self._strangers(root, members)

    def find(self, path: Keys, message: str, next_step: str, *, warn: bool = False, at_key: bool = False) -> None:
        """Add a finding about the value (or the key) at `path`."""
        line, column, source = self._place(path, at_key)
        file = None if source else self._file
        level = Level.WARNING if warn else Level.ERROR
        self.findings.append(ConfigFinding(level, file, line, column, dotted(path), message, next_step, source))

    def _aliases(self) -> list[str]:
        return [alias for section in self._sections for alias in section.aliases]

    def _accounts(self, accounts: Mapping[str, Any]) -> None:
        for name, account in accounts.items():
            path = ("exchanges", name)
            kind = kind_of(name, account, self._exchange_settings)
            if not is_account_name(name):
                self.find(path, "an account cannot be called so.", f"Write {NAME_RULE}.", at_key=True)
            elif kind is None:
                near = did_you_mean(name, self._exchange_settings)
                self.find(path, "says no type.", near or 'Write "type", the kind of venue, like "kraken".')
            elif kind not in self._exchange_settings:
                _, next_step = unknown_key(kind, self._exchange_settings)
                self.find((*path, "type"), f"no plugin brings the venue “{kind}”.", next_step)
            elif self._exchange_settings[kind]:
                self._model(model(self._exchange_settings[kind]), {**account, "type": kind}, path)

    def _strangers(self, root: str, members: Mapping[str, Any]) -> None:
        known = {
            tail: None for section in self._sections if (tail := section.path.removeprefix(f"{root}.")) != section.path
        }
        for name in members:
            if name not in known:
                _, next_step = unknown_key(name, known)
                hint = next_step if next_step.startswith("Did you") else "Install the plugin, or remove it."
                self.find((root, name), "no loaded plugin reads this.", hint, warn=True, at_key=True)

    def _model(self, kind: type[BaseModel], value: Any, path: Keys, also_known: Sequence[str] = ()) -> None:
        from jsonschema import Draft202012Validator

        schema = model_schema(kind)
        errors = sorted(Draft202012Validator(schema).iter_errors(value), key=lambda each: list(map(str, each.path)))
        for error in errors:
            where = (*path, *error.absolute_path)
            if error.validator == "additionalProperties":
                self._unknown_keys(error.instance, error.schema, where, also_known)
            else:
                self.find(where, *sentence(error))
        if not errors:
            self._own_rules(kind, value, path)

    def _unknown_keys(self, value: Mapping[str, Any], schema: Any, path: Keys, also_known: Sequence[str]) -> None:
        known = [*schema.get("properties", {}), *also_known]
        patterned = "patternProperties" in schema
        for key in value:
            if patterned and not _matches(key, schema["patternProperties"]):
                self.find((*path, key), "this name is not written as expected here.", "Mind capitals.", at_key=True)
            elif not patterned and key not in known:
                self.find((*path, key), *unknown_key(key, dict.fromkeys(known)), at_key=True)

    def _own_rules(self, kind: type[BaseModel], value: Any, path: Keys) -> None:
        try:
            kind.model_validate(value)
        except ValidationError as error:
            for each in error.errors(include_url=False, include_context=False, include_input=False):
                message = each["msg"].removeprefix("Value error, ").rstrip(".")
                what, _, next_step = message.partition("; ")
                self.find(
                    (*path, *each["loc"]), f"{what}.", f"{next_step[:1].upper()}{next_step[1:]}." if next_step else ""
                )

    def _place(self, path: Keys, at_key: bool) -> tuple[int, int, str]:
        for end in range(len(path), 0, -1):
            if path[:end] in self._overrides:
                return 0, 0, self._overrides[path[:end]]  # type: ignore[index]
        for candidate in self._spellings(path):
            places = self._document.keys if at_key else self._document.values
            if candidate in places:
                return places[candidate].line, places[candidate].column, ""
        parent = path[:-1]
        return self._place(parent, False) if path else (1, 1, "")

    def _spellings(self, path: Keys) -> Iterator[Keys]:
        """The places where the key may stand in the file: its own, then those of its section's aliases."""
        yield path
        for section in self._sections:
            own = tuple(section.path.split("."))
            if path[: len(own)] == own:
                yield from ((*alias.split("."), *path[len(own) :]) for alias in section.aliases)


def _matches(key: str, patterns: Mapping[str, Any]) -> bool:
    import re

    return any(re.search(pattern, key) for pattern in patterns)
