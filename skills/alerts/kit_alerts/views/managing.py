"""`kit alerts remove|pause|resume|snooze|edit|test`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from kit import Notice, Notification, Reply, Services, Severity, Text, UnknownName, UsageError

from ..core.rules import Rule
from ..core.wording import exactly, rule_in_words, subject_of
from ..firing import told
from ..looking import doubt_of, forget_doubts, measure
from ..saying import Said, conditions_from, option_words, shaped
from ..store.rules import Kept, Rules
from .making import answer, in_currency, there_already
from .rows import AlertRow, row_of

_HOUR = timedelta(hours=1)


def remove(services: Services, *, numbers: tuple[int, ...], all: bool, asset: str | None) -> Reply:  # noqa: A002
    """One that stands in config.json is removed there."""
    rules = Rules(services.store)
    if sum(map(bool, (numbers, all, asset))) != 1:
        raise UsageError("Which alerts?", next_step="Give their numbers, or --all, or --asset BTC.")
    known = rules.all()
    chosen = _chosen(known, numbers) if numbers else [each for each in known if all or _is_about(each.rule, asset)]
    own = [each for each in chosen if not each.origin]
    if own:
        rules.remove([each.number for each in own])
        forget_doubts(services)
    blocks: list[Text | Notice] = [Text(f"{_listed(own)} removed.") if own else Text("There are none to remove.")]
    if others := [each for each in chosen if each.origin]:
        what = f"{_listed(others)} stand in config.json."
        blocks.append(Notice(what, Severity.WARNING, "Remove them from skills.alerts.rules there, or pause them."))
    return Reply(_rows(services, own), tuple(blocks), exit_code=3 if others else 0)


def pause(services: Services, *, numbers: tuple[int, ...]) -> Reply:
    rules = Rules(services.store)
    chosen = _chosen(rules.all(), numbers)
    rules.pause(numbers, paused=True)
    forget_doubts(services)
    return Reply(_rows_now(services, numbers), (Text(f"{_listed(chosen)} paused."),))


def resume(services: Services, *, numbers: tuple[int, ...]) -> Reply:
    rules = Rules(services.store)
    chosen = _chosen(rules.all(), numbers)
    rules.pause(numbers, paused=False)
    return Reply(_rows_now(services, numbers), (Text(f"{_listed(chosen)} watched again."),))


def snooze(services: Services, *, numbers: tuple[int, ...], for_: timedelta | None) -> Reply:
    rules = Rules(services.store)
    chosen = _chosen(rules.all(), numbers)
    length = _HOUR if for_ is None else for_
    rules.snooze(numbers, services.clock.now() + length)
    return Reply(_rows_now(services, numbers), (Text(f"{_listed(chosen)} quiet for {exactly(length)}."),))


def edit(
    services: Services,
    *,
    number: int,
    words: tuple[str, ...],
    repeat: bool,
    once: bool,
    cooldown: timedelta | None,
    for_: timedelta | None,
    hours: str | None,
    days: str | None,
    priority: str | None,
    expires: str | None,
    note: str | None,
    channel: str | None,
    **options: Any,
) -> Reply:
    """The rule begins anew, if it is another now; how often it fired is kept."""
    rules = Rules(services.store)
    (before,) = _chosen(rules.all(), (number,))
    if before.origin:
        raise UsageError(f"Alert {number} stands in config.json.", next_step="Change it there, in skills.alerts.rules.")
    if repeat and once:
        raise UsageError("--repeat and --once exclude each other.", next_step="Keep one of them.")
    rule = before.rule
    if once:
        rule = replace(rule, cooldown=timedelta(0))
    if words or option_words(options) or any(options.get(name) for name in ("asset", "period")):
        said_first = _without_subject(words, subject_of(rule)) or _as_before(rule, options)
        rule = replace(rule, conditions=conditions_from(services, subject_of(rule), said_first, options=options))
    said = Said(
        True if repeat else False if once else None, cooldown, for_, hours, days, priority, expires, note, channel
    )
    rule = shaped(services, rule, said)
    readings = measure(services, [each.watched for each in rule.conditions])
    rule = replace(rule, conditions=in_currency(rule.conditions, readings))
    if rule == before.rule:
        return there_already(row_of(before, services.clock.now()))
    rules.replace(number, rule)
    forget_doubts(services)
    (row,) = _rows_now(services, (number,))
    return answer(row, rule, readings, f"Alert {number} is changed")


def test(services: Services, *, number: int) -> Reply:
    """What would be told is told, on the same channels, and shown here."""
    (kept,) = _chosen(Rules(services.store).all(), (number,))
    now = services.clock.now()
    readings = measure(services, [each.watched for each in kept.rule.conditions])
    reply = told(number, kept.rule, readings, at=now, count=kept.standing.fired, test=True)
    key = f"alert-test:{number}:{now.isoformat()}"
    services.notify(Notification(key, reply, kept.rule.priority, kept.rule.channel))
    doubts = [why for each in kept.rule.conditions if (why := doubt_of(readings[each.watched]))]
    notices = [Notice(doubt, Severity.WARNING) for doubt in dict.fromkeys(doubts)]
    where = kept.rule.channel or ", ".join(services.channels())
    notices.append(Notice(f"It is told on: {where}.", next_step="See what became of it: kit notifications"))
    return replace(reply, blocks=(*reply.blocks, *notices), exit_code=3 if doubts else 0)


def _chosen(known: Sequence[Kept], numbers: Sequence[int]) -> list[Kept]:
    by_number = {each.number: each for each in known}
    for number in numbers:
        if number not in by_number:
            raise UnknownName("alert", str(number), map(str, by_number))
    return [by_number[number] for number in dict.fromkeys(numbers)]


def _is_about(rule: Rule, asset: str | None) -> bool:
    """Whether a condition is on this asset, or on a pair with it."""
    return any(
        asset in {each.watched.given.get("asset"), *each.watched.given.get("pair", "").split("/")}
        for each in rule.conditions
    )


def _without_subject(words: tuple[str, ...], subject: str) -> list[str]:
    """The new conditions; people may begin with the subject again."""
    return list(words[1:] if words and words[0].casefold() == subject.casefold() else words)


def _as_before(rule: Rule, options: dict[str, Any]) -> list[str]:
    """The conditions that were there, where only a parameter is to be another."""
    if option_words(options):
        return []
    import shlex

    changed = {name for name in ("asset", "period") if options.get(name)}
    kept = [
        replace(each, watched=replace(each.watched, params=_others(each.watched.params, changed)))
        for each in rule.conditions
    ]
    return shlex.split(rule_in_words(replace(rule, conditions=tuple(kept))))[1:]


def _others(params: tuple[tuple[str, str], ...], changed: set[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in params if name not in changed)


def _listed(chosen: Sequence[Kept]) -> str:
    numbers = ", ".join(str(each.number) for each in chosen)
    return f"Alert {numbers} is" if len(chosen) == 1 else f"Alerts {numbers} are"


def _rows(services: Services, chosen: Sequence[Kept]) -> list[AlertRow]:
    now = services.clock.now()
    return [row_of(each, now) for each in chosen]


def _rows_now(services: Services, numbers: Sequence[int]) -> list[AlertRow]:
    return _rows(services, [each for each in Rules(services.store).all() if each.number in numbers])
