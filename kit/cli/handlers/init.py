"""`kit init`: a few questions, and a config.json that explains itself."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from string import Template
from typing import TYPE_CHECKING

from ...errors import ConfigError, UsageError
from ...replies import Heading, Notice, Reply, Text

if TYPE_CHECKING:
    from ...host import Host

_TEMPLATE = Template("""\
// The settings of K.I.T. Comments and trailing commas are fine here.
// Every setting is explained in docs/configuration.md; “kit config check” says whether all is well.
{
  // Your time zone: what “today” means.
  "timezone": $timezone,

  "skills": {
    "portfolio-tracker": {
      // The currency of every value and total: USD, EUR, GBP, CHF…
      "baseCurrency": $currency,

      // Whose prices count first where several are stored; "auto" takes the newest.
      "priceSource": $source,

      // Your target, for rebalancing: shares that sum to 1.
      // "targetAllocation": { "BTC": 0.50, "ETH": 0.30, "USDT": 0.20 },

      // How an account is called on screen.
      // "accountLabels": { "metatrader": "MetaTrader" },
    },
  },

  // Your accounts, by a name of your choice. “kit exchanges add kraken” connects one: it asks for a key that may
  // only read, and keeps it apart from this file. A paper account trades with play money.
  "exchanges": {
    // "practice": { "type": "paper", "startingBalances": { "USD": 10000 }, "fee": 0.001 },
  },

  // The data is kept in data/kit.db beside this file, unless you name a PostgreSQL database.
  // "storage": { "url": "postgresql://user@host/database" },
}
""")


@dataclass(frozen=True, slots=True)
class _Question:
    key: str
    text: str
    default: str
    read: Callable[[str], str]


def init(host: Host, *, defaults: bool, force: bool) -> Reply:
    """Write config.json. Refuses to replace one without `force`, and then keeps it as a backup."""
    from ...config.editing import replace_file

    file = host.config.path
    if file.exists() and not force:
        raise UsageError(
            f"{file} exists already.", next_step="Change it with “kit config set”, or add --force to start anew."
        )
    asking = not defaults and sys.stdin is not None and sys.stdin.isatty()
    answers = {question.key: _ask(question) if asking else question.default for question in _questions()}
    written = {key: json.dumps(answer, ensure_ascii=False) for key, answer in answers.items()}
    backup = replace_file(file, _TEMPLATE.substitute(written))
    kept = (Notice(f"What was there is kept as {backup}."),) if backup.exists() and force else ()
    steps = (
        "kit exchanges add NAME  connect an exchange, with a key that may only read\n"
        "kit import FILE         read an exchange's export\n"
        "kit portfolio           see what you hold"
    )
    blocks = (Heading(f"Wrote {file}", "✅"), *kept, Heading("Next", "👉"), Text(steps, code=True))
    return Reply({"path": str(file), **answers}, blocks)


def _questions() -> tuple[_Question, ...]:
    from ...config.config import system_zone

    return (
        _Question("currency", "Base currency", "USD", _currency),
        _Question("timezone", "Time zone", system_zone(), _zone),
        _Question("source", "Price source", "auto", _source),
    )


def _ask(question: _Question) -> str:
    import click

    while True:
        given = str(click.prompt(question.text, default=question.default, err=True))
        try:
            return question.read(given.strip())
        except ConfigError as error:
            click.echo(str(error), err=True)


def _currency(text: str) -> str:
    """The code: of “euro”, EUR."""
    from ...phrases.asset_names import ASSET_NAMES

    code = ASSET_NAMES.get(tuple(text.casefold().split()), text.upper())
    if not re.fullmatch(r"[A-Z]{3,5}", code):
        raise ConfigError(f"“{text}” is not a currency.", next_step="Write its code, like USD or EUR.")
    return code


def _zone(text: str) -> str:
    from zoneinfo import ZoneInfo, available_timezones

    from ...errors import did_you_mean

    try:
        ZoneInfo(text)
    except (LookupError, ValueError, OSError):
        near = did_you_mean(text, available_timezones())
        raise ConfigError(
            f"There is no time zone “{text}”.", next_step=near or "Write it like Europe/Berlin."
        ) from None
    return text


def _source(text: str) -> str:
    if not re.fullmatch(r"[^\x00-\x1f\x7f]{1,64}", text):
        raise ConfigError("That is not a name.", next_step="Write one like auto or binance.")
    return text
