"""The rules in force: what is measured goes in, what fires comes out.

A rule fires when all its conditions have come to hold, that is when the last of them crosses; it is armed again when
one of them holds no more. What holds from the beginning, when a rule is new, is no crossing. A crossing at a time
when the rule may not fire (outside its hours, snoozed, cooling down, a condition that cannot be measured or has come
back a little) is told when it may, if it still holds then; one that is `at` a value is over at once, and is not told
later.

Measure under `exact_math`; `settle` says what fires.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from kit import Reading, Unit

from .levels import Flip, Levels, Threshold
from .rules import Condition, Operator, Rule, Watched
from .shares import Shares

_HALF = Decimal("0.5")


@dataclass(slots=True)
class Standing:
    """How a rule stands. `holds` is each condition's last word, None where it was never measured.

    `armed` is None as long as not everything was measured once. `since` is when all came to hold.
    """

    armed: bool | None = None
    holds: list[bool | None] = field(default_factory=list)
    since: datetime | None = None
    fired: int = 0
    last_fired: datetime | None = None
    snoozed_until: datetime | None = None
    done: bool = False


@dataclass(slots=True)
class Entry:
    """A rule with its standing. `moment` says that an `at` was reached just now."""

    number: int
    rule: Rule
    standing: Standing
    moment: bool = False

    @property
    def all_hold(self) -> bool:
        return self.moment or all(self.standing.holds)


@dataclass(frozen=True, slots=True)
class Settled:
    """The rules that fire, and all whose standing is another than before."""

    fires: Sequence[Entry]
    changed: Sequence[Entry]


class Book:
    """Every rule that may fire, indexed by what it watches."""

    def __init__(self, entries: Iterable[Entry], *, hysteresis: Decimal) -> None:
        entries = list(entries)
        self._entries = {each.number: each for each in entries}
        self._expires = min((each.rule.expires for each in entries if each.rule.expires), default=None)
        self._done = False
        self._touched: dict[int, Entry] = {}
        self._waiting: dict[int, Entry] = {}
        self._values: dict[Watched, Decimal] = {}
        thresholds: defaultdict[Watched, list[Threshold]] = defaultdict(list)
        self._currencies: defaultdict[Watched, set[str]] = defaultdict(set)
        for entry in self._entries.values():
            standing = entry.standing
            standing.holds = standing.holds or [None] * len(entry.rule.conditions)
            for place, condition in enumerate(entry.rule.conditions):
                if condition.currency:
                    self._currencies[condition.watched].add(condition.currency)
                level = _HALF if condition.unit is Unit.EVENT else condition.threshold
                thresholds[condition.watched].append(
                    Threshold(
                        (entry.number, place),
                        condition.operator,
                        level,
                        abs(level) * hysteresis,
                        standing.holds[place],
                        moved=standing.fired > 0,
                    )
                )
            if entry.standing.armed and entry.all_hold:
                self._waiting[entry.number] = entry  # what crossed before the last end and was not told yet
        self._levels = {watched: Levels(each) for watched, each in thresholds.items()}
        self._shares: dict[tuple[str, str], Shares[Watched]] = {}

    @property
    def watched(self) -> Sequence[Watched]:
        """What has to be measured."""
        return list(self._levels)

    def __len__(self) -> int:
        return len(self._entries)

    def is_current(self, now: datetime) -> bool:
        """Whether all of these rules may still fire; of those that may not nothing needs to be measured."""
        return not self._done and (self._expires is None or now < self._expires)

    def currencies(self, watched: Watched) -> frozenset[str]:
        """The currencies that thresholds on this were said in."""
        return frozenset(self._currencies[watched])

    def measure(self, readings: Mapping[Watched, Reading]) -> None:
        """Take readings of one moment into account.

        One without a value, or with a doubt, changes nothing, and nothing that rests on it fires until a better one.
        """
        parts: defaultdict[tuple[str, str], dict[Watched, Decimal]] = defaultdict(dict)
        wholes: dict[tuple[str, str], Decimal] = {}
        for watched, reading in readings.items():
            if reading.value is None or reading.doubt:
                self._values.pop(watched, None)
                continue
            self._values[watched] = reading.value
            if reading.part is not None and reading.whole is not None and reading.whole > 0:
                kind = watched.subject, watched.measure
                parts[kind][watched] = reading.part
                wholes[kind] = reading.whole
            elif (levels := self._levels.get(watched)) is not None:
                self._take(levels.observe(reading.value))
        for kind, moved in parts.items():
            self._take(self._shares_like(kind).observe(moved, wholes[kind]))

    def settle(self, now: datetime, local: datetime) -> Settled:
        """What fires now; `local` is now in the user's zone. Standings say so already when this returns."""
        changed, self._touched = self._touched, {}
        looked_at = {**self._waiting, **changed}
        fires = [entry for entry in looked_at.values() if self._settled(entry, now, local)]
        for entry in looked_at.values():
            entry.moment = False
        return Settled(fires, list({**changed, **{each.number: each for each in fires}}.values()))

    def _shares_like(self, kind: tuple[str, str]) -> Shares[Watched]:
        """All parts of one whole are measured by one signal."""
        if kind not in self._shares:
            same = {key: each for key, each in self._levels.items() if (key.subject, key.measure) == kind}
            self._shares[kind] = Shares(same)
        return self._shares[kind]

    def _take(self, flips: Sequence[Flip]) -> None:
        for flip in flips:
            number, place = flip.threshold.place
            entry = self._entries[number]
            entry.standing.holds[place] = flip.threshold.holds
            at = entry.rule.conditions[place].operator is Operator.AT
            if at and flip.holds:
                entry.moment = True
            self._touched[number] = entry

    def _settled(self, entry: Entry, now: datetime, local: datetime) -> bool:
        rule, standing = entry.rule, entry.standing
        if standing.armed is None:
            if None in standing.holds:
                return False
            standing.armed = _is_at(rule) or not entry.all_hold
            if not entry.moment:
                return False
        if not entry.all_hold or (_is_at(rule) and not entry.moment):
            standing.armed, standing.since = not standing.done, None
            self._waiting.pop(entry.number, None)
            return False
        if not standing.armed:
            return False
        if standing.since is None:
            standing.since = now
        is_due = now - standing.since >= rule.lasting and all(map(self._is_so, rule.conditions))
        if not is_due or not _may_fire(entry, now, local):
            if not _is_at(rule):
                self._waiting[entry.number] = entry
            return False
        self._waiting.pop(entry.number, None)
        standing.armed = _is_at(rule) and rule.repeat
        standing.done = not rule.repeat
        self._done |= standing.done
        standing.fired += 1
        standing.last_fired, standing.since = now, None
        return True

    def _is_so(self, condition: Condition) -> bool:
        """Whether the value is known to be beyond right now. What holds may have come back a little, or be doubtful."""
        value = self._values.get(condition.watched)
        if value is None or condition.operator is Operator.AT:
            return value is not None
        above = condition.operator is Operator.ABOVE
        return value > condition.threshold if above else value < condition.threshold


def _may_fire(entry: Entry, now: datetime, local: datetime) -> bool:
    rule, standing = entry.rule, entry.standing
    if rule.expires is not None and now >= rule.expires:
        return False
    if standing.snoozed_until is not None and now < standing.snoozed_until:
        return False
    if standing.last_fired is not None and now - standing.last_fired < rule.cooldown:
        return False
    return rule.window.holds(local)


def _is_at(rule: Rule) -> bool:
    return any(each.operator is Operator.AT for each in rule.conditions)
