"""Signals: measurable values that alert rules compare. A plugin says what can be measured; it knows no rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .services import Services

Params = Mapping[str, str]
MARKET = "market"


class Unit(StrEnum):
    """What a value is: money, a share or change (0.05 is 5 %), a number, or an event (1 while it holds, else 0)."""

    MONEY = "money"
    RATIO = "ratio"
    NUMBER = "number"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Reading:
    """A value as it was at `at`; None where it is not known.

    `doubt` says in a sentence why the value is stale, partial or missing: nothing is concluded from it then.
    A share also gives its `part` and `whole`, so that a threshold on it is one on the whole.
    """

    value: Decimal | None
    at: datetime
    doubt: str = ""
    currency: str = ""
    part: Decimal | None = None
    whole: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rule that may be worth having, in the words behind its subject (“total above 20000”), and why."""

    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that can be measured.

    `subject` is the word that rules begin with ("portfolio"), or MARKET for signals of any pair, which get it as the
    parameter "pair". `params` are the others it needs ("asset", "period", "event"), `defaults` those that need not
    be said. A threshold lies strictly between `least` and `most`; None is no limit. `events` are the words of an
    EVENT, which gets the one that was said as the parameter "event"; of () it may be any.

    `read(services, asked)` measures all that is asked at once, in a thread that may wait, one reading for each, and
    raises KitError where nothing can be said at all. `check`, where there is one, raises UsageError for
    parameters that mean nothing. `suggest` says which rules may be worth having now.
    """

    subject: str
    measure: str
    summary: str
    unit: Unit
    read: Callable[[Services, Sequence[Params]], Sequence[Reading]]
    params: tuple[str, ...] = ()
    defaults: Mapping[str, str] | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    events: tuple[str, ...] = ()
    check: Callable[[Services, Params], None] | None = None
    suggest: Callable[[Services], Sequence[Suggestion]] | None = None
