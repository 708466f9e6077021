"""A rule: conditions that must all hold, and how it may be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from kit import Priority, Unit, plain

from .windows import ALWAYS, Window


class Operator(StrEnum):
    """`at` is reached from either side; it is true for a moment only, the others as long as the value is beyond."""

    ABOVE = "above"
    BELOW = "below"
    AT = "at"


@dataclass(frozen=True, slots=True)
class Watched:
    """What is measured: a signal with its parameters, sorted by name."""

    subject: str
    measure: str
    params: tuple[tuple[str, str], ...] = ()

    @property
    def given(self) -> dict[str, str]:
        return dict(self.params)


@dataclass(frozen=True, slots=True)
class Condition:
    """A value beyond a threshold. That of an event is one half: the event is there (1) or not (0)."""

    watched: Watched
    operator: Operator
    threshold: Decimal
    unit: Unit
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is watched for, and how it is told.

    Without `repeat` it is done when it has fired once; with it, it fires again when the value has come back and crosses
    anew, though not within `cooldown` of the last time. `lasting` is how long all must hold first; `window` when
    it may fire.
    """

    conditions: tuple[Condition, ...]
    repeat: bool = False
    cooldown: timedelta = timedelta(0)
    lasting: timedelta = timedelta(0)
    window: Window = ALWAYS
    priority: Priority = Priority.HIGH
    expires: datetime | None = None
    note: str = ""
    channel: str | None = None


def to_json(rule: Rule) -> dict[str, Any]:
    """The rule as JSON data: the same rule, the same data."""
    return {
        "conditions": [
            {
                "subject": each.watched.subject,
                "measure": each.watched.measure,
                "params": each.watched.given,
                "operator": each.operator.value,
                "threshold": plain(each.threshold),
                "unit": each.unit.value,
                "currency": each.currency,
            }
            for each in rule.conditions
        ],
        "repeat": rule.repeat,
        "cooldown": rule.cooldown.total_seconds(),
        "lasting": rule.lasting.total_seconds(),
        "hours": list(rule.window.hours) if rule.window.hours else None,
        "days": list(rule.window.days),
        "priority": rule.priority.value,
        "expires": rule.expires.isoformat() if rule.expires else None,
        "note": rule.note,
        "channel": rule.channel,
    }


def from_json(data: Mapping[str, Any]) -> Rule:
    """The rule that `to_json` wrote."""
    hours = data["hours"]
    return Rule(
        tuple(map(_condition, data["conditions"])),
        data["repeat"],
        timedelta(seconds=data["cooldown"]),
        timedelta(seconds=data["lasting"]),
        Window((hours[0], hours[1]) if hours else None, tuple(data["days"])),
        Priority(data["priority"]),
        datetime.fromisoformat(data["expires"]) if data["expires"] else None,
        data["note"],
        data["channel"],
    )


def _condition(data: Mapping[str, Any]) -> Condition:
    return Condition(
        Watched(data["subject"], data["measure"], tuple(sorted(data["params"].items()))),
        Operator(data["operator"]),
        Decimal(data["threshold"]),
        Unit(data["unit"]),
        data["currency"],
    )
