"""From what was said (on a command line, in config.json) to a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from kit import Priority, Services, UnknownName, UsageError, parse_duration

from .core.grammar import find_subject, parse_conditions
from .core.rules import Condition, Operator, Rule
from .core.windows import Window, parse_days, parse_hours
from .looking import signal_of
from .saying_options import CONDITION_OPTIONS, CONDITIONS

if TYPE_CHECKING:
    from .settings import RuleSettings

_ARTICLES = frozenset({"my", "the"})


@dataclass(frozen=True, slots=True)
class Said:
    """Everything that can be said about a rule besides its conditions; None where nothing was, "" for none any more."""

    repeat: bool | None = None
    cooldown: timedelta | None = None
    lasting: timedelta | None = None
    hours: str | None = None
    days: str | None = None
    priority: str | None = None
    expires: str | None = None
    note: str | None = None
    channel: str | None = None


def option_words(options: Mapping[str, Any]) -> list[list[str]]:
    """The words that the options among these parameters stand for."""
    spoken = []
    for name in CONDITION_OPTIONS:
        value = options.get(name.replace("-", "_"))
        if value is not None:
            spoken.append([*name.split("-"), *value.split()])
    return spoken


def conditions_from(
    services: Services, subject: str, words: Sequence[str], *, options: Mapping[str, Any]
) -> tuple[Condition, ...]:
    """The conditions that were said. Raises UsageError: what makes no sense, an asset that nobody knows."""
    signals = services.signals()
    first, *spoken = " ".join((subject, *words)).split() or [""]  # quoted or not, it is the same sentence
    if first.casefold() in _ARTICLES and spoken:
        first = spoken.pop(0)
    found = find_subject(first, signals)
    given = {name: options[name] for name in ("asset", "period") if options.get(name) is not None}
    conditions = parse_conditions(found, spoken, option_words(options), given=given)
    _refuse_unused(given, conditions)
    for each in conditions:
        signal = signal_of(signals, each.watched.subject, each.watched.measure)
        if signal is not None and signal.check is not None:
            signal.check(services, each.watched.given)
    return conditions


def shaped(services: Services, rule: Rule, said: Said) -> Rule:
    """The rule with what was said about it. Raises UsageError, UnknownName."""
    if said.channel and said.channel not in services.channels():
        raise UnknownName("channel that is on", said.channel, services.channels())
    window = rule.window
    if said.hours is not None:
        window = Window(parse_hours(said.hours) if said.hours else None, window.days)
    if said.days is not None:
        window = Window(window.hours, parse_days(said.days) if said.days else ())
    shaped = replace(
        rule,
        repeat=rule.repeat if said.repeat is None else said.repeat,
        cooldown=rule.cooldown if said.cooldown is None else said.cooldown,
        lasting=rule.lasting if said.lasting is None else said.lasting,
        window=window,
        priority=rule.priority if said.priority is None else Priority(said.priority),
        expires=rule.expires if said.expires is None else _end(services, said.expires) if said.expires else None,
        note=rule.note if said.note is None else said.note,
        channel=rule.channel if said.channel is None else said.channel or None,
    )
    if shaped.cooldown and not shaped.repeat:
        raise UsageError("A rule that fires once needs no cooldown.", next_step="Add --repeat.")
    if shaped.lasting and any(each.operator is Operator.AT for each in shaped.conditions):
        raise UsageError("“at” is over in a moment, and cannot hold for a while.", next_step="Write above or below.")
    return shaped


def from_settings(services: Services, settings: RuleSettings) -> Rule:
    """The rule that stands in config.json. Raises UsageError."""
    import shlex

    try:
        words = shlex.split(settings.when)
    except ValueError:
        what = f"“{settings.when}” has a quotation mark too many."
        raise UsageError(what, next_step="Leave it out, or write the other one.") from None
    subject, *rest = words or [""]
    rest, options = _options_among(rest)
    said = Said(
        repeat=settings.repeat,
        cooldown=parse_duration(settings.cooldown) if settings.cooldown else None,
        lasting=parse_duration(settings.for_) if settings.for_ else None,
        hours=settings.hours or None,
        days=settings.days or None,
        priority=settings.priority,
        note=settings.note,
        channel=settings.channel or None,
    )
    rule = shaped(services, Rule(conditions_from(services, subject, rest, options=options)), said)
    # A day only: "30d" would begin anew whenever the file is read. One that is over stays what it is.
    return replace(rule, expires=_end_of(services, settings.expires)) if settings.expires else rule


def _options_among(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The words, and the options among them: a rule may be copied from a command line."""
    names = {f"--{each.name}" for each in CONDITIONS}
    rest, options = [], {}
    waiting = iter(words)
    for word in waiting:
        name, equals, value = word.partition("=")
        if name in names:
            options[name.removeprefix("--").replace("-", "_")] = value if equals else next(waiting, "")
        else:
            rest.append(word)
    return rest, options


def _refuse_unused(given: Mapping[str, str], conditions: Sequence[Condition]) -> None:
    for name in given:
        if not any(name in each.watched.given for each in conditions):
            raise UsageError(
                f"--{name} says nothing about {' and '.join(each.watched.measure for each in conditions)}.",
                next_step="Leave it out, or say what is to be measured: --share-above 70%.",
            )


def _end(services: Services, text: str) -> datetime:
    """“2027-01-31” (the end of that day), “7d” (from now). Raises UsageError."""
    now = services.clock.now()
    is_span = text[:1].isdigit() and text.strip()[-1].isalpha()
    end = now + parse_duration(text) if is_span else _end_of(services, text)
    if end <= now:
        raise UsageError(f"{text} is over.", next_step="Write a day to come, or a span like 7d.")
    return end


def _end_of(services: Services, text: str) -> datetime:
    try:
        after = date.fromisoformat(text.strip()) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise UsageError(f"“{text}” is no day.", next_step="Write it as year-month-day, like 2027-01-31.") from None
    return datetime.combine(after, time.min, services.timezone)
