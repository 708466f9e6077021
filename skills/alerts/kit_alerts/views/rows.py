"""A rule as it is shown: its words, its options, how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kit import Priority

from ..core.rules import Rule
from ..core.windows import in_words
from ..core.wording import exactly, rule_in_words
from ..store.rules import Kept


@dataclass(frozen=True, slots=True)
class AlertRow:
    """`state` is watching, beyond, waiting, new, snoozed, triggered, paused or expired."""

    number: int
    rule: str
    state: str
    options: str
    fired: int
    last_fired: datetime | None
    in_config: bool


def row_of(kept: Kept, now: datetime) -> AlertRow:
    return AlertRow(
        kept.number,
        rule_in_words(kept.rule),
        state_of(kept, now),
        options_in_words(kept.rule),
        kept.standing.fired,
        kept.standing.last_fired,
        bool(kept.origin),
    )


def state_of(kept: Kept, now: datetime) -> str:
    """In a word. `beyond` holds already, and fires when it crosses anew; `waiting` has crossed and may not fire yet."""
    standing = kept.standing
    if kept.paused:
        return "paused"
    if standing.done:
        return "triggered"
    if kept.rule.expires is not None and now >= kept.rule.expires:
        return "expired"
    if standing.snoozed_until is not None and now < standing.snoozed_until:
        return "snoozed"
    if standing.armed is None:
        return "new"
    if not standing.armed:
        return "beyond"
    return "waiting" if standing.since is not None else "watching"


def options_in_words(rule: Rule) -> str:
    """“repeats, cooldown 1 h, 9-17, high”; "" where nothing was said."""
    parts = []
    if rule.repeat:
        parts.append("repeats")
    if rule.cooldown:
        parts.append(f"cooldown {exactly(rule.cooldown)}")
    if rule.lasting:
        parts.append(f"for {exactly(rule.lasting)}")
    if window := in_words(rule.window):
        parts.append(window)
    if rule.priority is not Priority.HIGH:
        parts.append(rule.priority.value)
    if rule.expires is not None:
        parts.append(f"until {rule.expires:%Y-%m-%d %H:%M} UTC")
    if rule.channel:
        parts.append(f"on {rule.channel}")
    return ", ".join([*parts, *([f"“{rule.note}”"] if rule.note else [])])
