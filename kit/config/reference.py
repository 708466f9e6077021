"""docs/configuration.md, written from the schemas: `python -m kit.config.reference schemas > docs/configuration.md`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .secrets import is_secret

_HEAD = """\
# Configuration

`config.json` stands in the home folder (`kit config path` says where). It is JSON5: comments, trailing commas and bare
keys are legal. Later layers win, key by key: defaults, the file, the environment, the command line.

```bash
kit init --defaults
kit config check
kit config show --origin
kit config get skills.portfolio-tracker.baseCurrency
kit config set skills.portfolio-tracker.baseCurrency EUR
kit config schema portfolio-tracker
```

An environment variable is the key path in capitals, parts joined by two underscores:
`KIT_SKILLS__PORTFOLIO_TRACKER__BASE_CURRENCY=EUR`. Objects and lists are written as JSON.

A finding names its place, says what is wrong and what to do:
`config.json:14:7 skills.portfolio-tracker.updateInterval: 5 is below the minimum of 10 seconds. Set it to 10 or more.`
A section with an error disables its own skill; everything else answers. Where `storage` or `network` is at fault,
no other database is opened and nobody is asked.

Secrets are references: `{"env": "NAME"}`, `{"file": "~/path"}` or `{"keyring": "service/name"}` (the extra `keyring`).
They are hidden wherever settings are shown. `kit exchanges add` keeps the keys of an account and writes the references
([Connecting an exchange](exchanges.md)).

For completion and checks in an editor, point `"$schema"` at a copy of
[config.schema.json](../schemas/config.schema.json).

```json
{
  "timezone": "Europe/Berlin",
  "skills": {
    "portfolio-tracker": {
      "baseCurrency": "EUR",     // of every value and total
      "priceSource": "binance",
    }
  },
  "exchanges": {
    "practice": {"type": "paper", "startingBalances": {"USD": 10000}}
  }
}
```
"""


def page(schema: Mapping[str, Any]) -> str:
    """The reference as Markdown, from the schema of the whole file."""
    return "\n".join([_HEAD, *_sections(schema)]) + "\n"


def _sections(schema: Mapping[str, Any]) -> Iterator[str]:
    properties = schema["properties"]
    yield from _table("The host", properties, skip=("skills", "exchanges", "channels", "prices"))
    for root in ("skills", "channels", "prices"):
        for name, section in properties[root]["properties"].items():
            yield from _table(f"{root}.{name}", section["properties"], note=section.get("description", ""))
    for rule in properties["exchanges"]["additionalProperties"].get("allOf", ()):
        own = rule["then"]
        yield from _table(
            _kinds_title(rule["if"]["properties"]["type"]), own["properties"], note=own.get("description", "")
        )


def _kinds_title(kinds: Mapping[str, Any]) -> str:
    if "not" in kinds:
        return 'exchanges.NAME with any other "type"'
    named = kinds.get("enum", [kinds.get("const")])
    return f'exchanges.NAME with "type": {", ".join(json.dumps(each) for each in named)}'


def _table(title: str, properties: Mapping[str, Any], *, skip: tuple[str, ...] = (), note: str = "") -> Iterator[str]:
    yield f"## {title}\n"
    if note:
        yield f"{note}\n"
    yield "| key | value | default | meaning |"
    yield "|---|---|---|---|"
    for name, own in _flat(properties, ""):
        if name not in skip:
            default = json.dumps(own["default"], ensure_ascii=False) if "default" in own else ""
            meaning = " ".join(str(own.get("description", "")).split())
            yield f"| `{name}` | {_kind(own)} | {f'`{default}`' if default else ''} | {meaning} |"
    yield ""


def _flat(properties: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, own in properties.items():
        inner = own.get("properties")
        if own.get("description", "").startswith("Means the same as "):
            yield f"{prefix}{name}", {"type": "object", "description": own["description"]}
        elif inner and "x-open" not in own and not is_secret(own):
            yield from _flat(inner, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", own


def _kind(own: Mapping[str, Any]) -> str:
    if is_secret(own):
        return "secret or reference"
    if "enum" in own:
        return ", ".join(f"`{choice}`" for choice in own["enum"])
    if "const" in own:
        return f"`{own['const']}`"
    kinds = own.get("type") or [each["type"] for each in own.get("anyOf", ()) if each.get("type", "null") != "null"]
    text = kinds if isinstance(kinds, str) else " or ".join(kinds) or "any"
    for key, word in (("minimum", "at least"), ("maximum", "at most")):
        if key in own:
            text += f", {word} {own[key]}"
    return text


if __name__ == "__main__":
    sys.stdout.write(page(json.loads(Path(sys.argv[1], "config.schema.json").read_text(encoding="utf-8"))))
