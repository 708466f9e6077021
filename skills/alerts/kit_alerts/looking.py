"""Looking at the rules: what they watch is measured, and what fires is told.

A look is: measure, settle, tell, write down. What fired is kept in the outbox before the rule's standing is written;
a process that dies in between finds the same crossing again, with the same key, and the outbox knows it already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kit import MARKET, KitError, Notification, Problem, Reading, Services, Severity, Signal, exact_math

from .core.book import Book, Entry
from .core.rules import Watched
from .firing import Down, told
from .plugin import SECTION
from .store.rules import Firing, Kept, Rules

if TYPE_CHECKING:
    from .settings import AlertSettings

DOUBTS = "alerts:doubt:"
_WRITE_EVERY = timedelta(seconds=60)
_LEAST_BREAK = timedelta(minutes=5)
_AT_ONCE = 8
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look found: the rules that fired, and what could not be measured."""

    rules: int
    measured: int
    fired: tuple[int, ...]
    doubts: tuple[Problem, ...]


@dataclass(slots=True)
class Watch:
    """The rules in memory. `look` is called again and again, from one thread at a time."""

    services: Services
    _book: Book | None = None
    _revision: str = ""
    _looked: datetime | None = None
    _before: datetime | None = None
    """When somebody last looked before nobody did: before this watch began, or the computer slept."""
    _measured: set[Watched] = field(default_factory=set)
    """What was measured since: only what was not can have crossed while nobody looked."""
    _written: datetime | None = None
    _doubts: dict[str, list[str]] | None = None

    def look(self) -> Looked:
        """Raises StoreError; the rules are then read anew, so that what was found and not kept is found again."""
        try:
            return self._look()
        except BaseException:
            self._book = None
            raise

    def _look(self) -> Looked:
        now = self.services.clock.now()
        rules = Rules(self.services.store)
        book = self._current(rules, now)
        if self._looked is None or now - self._looked > self._a_break():
            self._before = self._looked or rules.looked_at()
            self._measured.clear()
        self._looked = now
        readings = measure(self.services, book.watched)
        with exact_math():
            book.measure({watched: _in_its_currency(book, watched, each) for watched, each in readings.items()})
        settled = book.settle(now, now.astimezone(self.services.timezone))
        for entry in settled.fires:
            self._tell(entry, readings, now)
        self._measured |= {watched for watched, reading in readings.items() if not doubt_of(reading)}
        if len(book) and (settled.changed or self._written is None or now - self._written >= _WRITE_EVERY):
            fired = [Firing(each.number, each.standing.fired, now, _values(each, readings)) for each in settled.fires]
            changed = [(each.number, each.standing) for each in settled.changed]
            rules.save(changed, fired, now, revision=self._revision)
            self._written = now
        doubts = self._doubted(book, readings)
        fires = tuple(each.number for each in settled.fires)
        return Looked(len(book), sum(not doubt_of(each) for each in readings.values()), fires, doubts)

    def _current(self, rules: Rules, now: datetime) -> Book:
        revision = rules.revision()
        if self._book is None or revision != self._revision or not self._book.is_current(now):
            settings: AlertSettings = self.services.settings(SECTION)
            active = [Entry(each.number, each.rule, each.standing) for each in rules.all() if is_active(each, now)]
            self._book = Book(active, hysteresis=settings.hysteresis)
            self._revision = revision
        return self._book

    def _down(self, entry: Entry, now: datetime) -> Down | None:
        """The time when nobody looked, if the rule may have crossed then."""
        if self._before is None or now - self._before <= self._a_break():
            return None
        is_news = any(each.watched not in self._measured for each in entry.rule.conditions)
        return Down(self._before, now) if is_news else None

    def _a_break(self) -> timedelta:
        """After how long without a look nobody looked."""
        settings: AlertSettings = self.services.settings(SECTION)
        return max(_LEAST_BREAK, 3 * timedelta(seconds=settings.interval))

    def _tell(self, entry: Entry, readings: Mapping[Watched, Reading], now: datetime) -> None:
        channel = entry.rule.channel if entry.rule.channel in self.services.channels() else None
        key = f"alert:{entry.number}:{entry.standing.fired}"
        count, down = entry.standing.fired, self._down(entry, now)
        reply = told(entry.number, entry.rule, readings, at=now, count=count, down=down)
        self.services.notify(Notification(key, reply, entry.rule.priority, channel))

    def _doubted(self, book: Book, readings: Mapping[Watched, Reading]) -> tuple[Problem, ...]:
        """What keeps rules from being looked at, kept as problems as long as it does."""
        checked = {watched: _in_its_currency(book, watched, reading) for watched, reading in readings.items()}
        doubts: dict[str, list[str]] = {}
        for watched, reading in checked.items():
            if why := doubt_of(reading):
                doubts.setdefault(why, []).append(_called(watched))
        problems = tuple(_problem(names, why) for why, names in doubts.items())
        if doubts != self._doubts:
            self.services.problems.replace(DOUBTS, problems)
            self._doubts = doubts
        return problems


def is_active(kept: Kept, now: datetime) -> bool:
    """Whether the rule may still fire."""
    expired = kept.rule.expires is not None and now >= kept.rule.expires
    return not kept.paused and not kept.standing.done and not expired


def forget_doubts(services: Services) -> None:
    """Nobody waits any more for what no active rule watches."""
    now = services.clock.now()
    watched = {
        f"{DOUBTS}{_called(condition.watched)}"
        for each in Rules(services.store).all()
        if is_active(each, now)
        for condition in each.rule.conditions
    }
    known = {each.key for each in services.problems.open() if each.key.startswith(DOUBTS)}
    services.problems.resolve(*(known - watched))


def measure(services: Services, wanted: Sequence[Watched]) -> dict[Watched, Reading]:
    """A reading of each; one that cannot be had says why. Each signal is asked once, for all that it measures."""
    by_signal: defaultdict[tuple[str, str], list[Watched]] = defaultdict(list)
    for each in wanted:
        by_signal[each.subject, each.measure].append(each)
    if not by_signal:
        return {}
    signals = services.signals()

    def one(named: tuple[tuple[str, str], list[Watched]]) -> dict[Watched, Reading]:
        (subject, name), asked = named
        signal = signal_of(signals, subject, name)
        return _asked(services, signal, asked) if signal else _nobody(services, asked)

    with ThreadPoolExecutor(max_workers=min(len(by_signal), _AT_ONCE)) as threads:
        return {watched: reading for found in threads.map(one, by_signal.items()) for watched, reading in found.items()}


def signal_of(signals: Sequence[Signal], subject: str, name: str) -> Signal | None:
    """The signal that measures this; a pair is a subject of all market signals."""
    kind = MARKET if "/" in subject else subject
    return next((each for each in signals if each.subject == kind and each.measure == name), None)


def _asked(services: Services, signal: Signal, asked: Sequence[Watched]) -> dict[Watched, Reading]:
    try:
        return dict(zip(asked, signal.read(services, [each.given for each in asked]), strict=True))
    except KitError as error:
        why = str(error)
    except Exception as error:  # noqa: BLE001 - a plugin that fails stops the rules on its own signal only
        why = f"Measuring it failed with {type(error).__name__}: {error}. Report it to the plugin's author."
    return dict.fromkeys(asked, Reading(None, services.clock.now(), doubt=why))


def _nobody(services: Services, asked: Sequence[Watched]) -> dict[Watched, Reading]:
    missing = Reading(None, services.clock.now(), doubt="No loaded plugin measures it.")
    return dict.fromkeys(asked, missing)


def _in_its_currency(book: Book, watched: Watched, reading: Reading) -> Reading:
    """The reading, doubted where the rules on it were made in another currency."""
    meant = book.currencies(watched)
    if reading.currency and meant - {reading.currency}:
        others = ", ".join(sorted(meant - {reading.currency}))
        doubt = f"It is in {reading.currency} now, and a rule on it is in {others}."
        return Reading(None, reading.at, doubt=doubt, currency=reading.currency)
    return reading


def doubt_of(reading: Reading) -> str:
    """Why nothing is concluded from the reading; "" where something is."""
    return reading.doubt or ("" if reading.value is not None else "It has no value.")


def _values(entry: Entry, readings: Mapping[Watched, Reading]) -> str:
    found = (readings[each.watched].value for each in entry.rule.conditions if each.watched in readings)
    return ", ".join(str(value) for value in found if value is not None)


def _called(watched: Watched) -> str:
    """“portfolio share BTC”."""
    own = [value for name, value in watched.params if name != "pair"]
    return " ".join([watched.subject, watched.measure, *own])


def _problem(names: Sequence[str], why: str) -> Problem:
    """One reason, for all that wait for it."""
    more = len(names) - _NAMED
    listed = ", ".join(f"“{name}”" for name in names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    return Problem(
        key=f"{DOUBTS}{names[0]}",
        severity=Severity.WARNING,
        what=f"Alerts on {listed} wait, because nothing is concluded from doubtful data: {why}",
        where="alerts",
        next_step="They are looked at again by themselves. See: kit alerts",
    )
