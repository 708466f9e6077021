"""Accounts: what they may be called, of which kind they are, and whose rules hold for them.

A plugin may bring many kinds of venue with one settings model (every exchange of ccxt). Their rule is
then the one for each kind that has no model of its own, so that the schema does not change with the
number of exchanges somebody else's library knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST_NAME = 64
_NOT_IN_NAMES = './\\:"'
NAME_RULE = f"1 to {LONGEST_NAME} printable characters, none of . / \\ : and quotes, no space at either end"


def is_account_name(name: str) -> bool:
    """Whether an account may be called so. Names stand in key paths (no dots) and in references (no slashes)."""
    shown = name.isprintable() and name == name.strip()
    return shown and 0 < len(name) <= LONGEST_NAME and not set(name) & set(_NOT_IN_NAMES)


def kind_of(name: str, account: Any, known: Mapping[str, str]) -> str | None:
    """The kind of venue of an account: its `type`, else its name where that is one. None where neither says."""
    if not isinstance(account, Mapping):
        return None
    kind = account.get("type", name if name in known else None)
    return kind if isinstance(kind, str) else None


@dataclass(frozen=True, slots=True)
class Rule:
    """The settings model of some kinds of venue: of `kinds`, or of all that no other rule names."""

    model: str
    kinds: tuple[str, ...]
    others: bool = False


def rules(exchange_settings: Mapping[str, str]) -> Sequence[Rule]:
    """One rule for each model, the one that many kinds share last. Kinds without a model have no rule."""
    shared = Counter(model for model in exchange_settings.values() if model)
    most = max(sorted(shared), key=lambda model: shared[model], default="")
    found = []
    for model, count in shared.items():
        kinds = tuple(sorted(kind for kind, own in exchange_settings.items() if own == model))
        found.append(Rule(model, kinds, others=model == most and count > 1))
    return sorted(found, key=lambda rule: (rule.others, rule.kinds))
