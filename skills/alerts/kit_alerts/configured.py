"""The rules that stand in config.json, kept beside those of commands so that they have numbers and standings too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kit import KitError, Problem, Services, Severity

from .core.rules import Rule, to_json
from .plugin import SECTION
from .saying import from_settings
from .store.rules import Rules

if TYPE_CHECKING:
    from .settings import AlertSettings

_PROBLEM = "alerts:config:"


def adopt(services: Services) -> None:
    """Make the rules of config.json, as they stand there now, rules like the others; forget those that are gone.

    One that makes no sense is a problem and stops no other. A rule that stays keeps its number and its standing.
    Raises StoreError.
    """
    settings: AlertSettings = services.settings(SECTION)
    rules = Rules(services.store)
    if not settings.rules and not services.store.exists:
        return
    wanted: dict[str, Rule] = {}
    problems = []
    for place, each in enumerate(settings.rules, start=1):
        try:
            rule = from_settings(services, each)
        except KitError as error:
            problems.append(_problem(place, each.when, error))
        else:
            wanted[json.dumps(to_json(rule))] = rule
    known = {each.origin: each.number for each in rules.all() if each.origin}
    if gone := [number for origin, number in known.items() if origin not in wanted]:
        rules.remove(gone)
    if new := [(rule, origin) for origin, rule in wanted.items() if origin not in known]:
        rules.add(new, services.clock.now())
    services.problems.replace(_PROBLEM, problems)


def _problem(place: int, when: str, error: KitError) -> Problem:
    return Problem(
        key=f"{_PROBLEM}{place}",
        severity=Severity.ERROR,
        what=f"The alert “{when}” in config.json is no rule: {error.message}",
        where=f"config.json, {SECTION}.rules, the {place}.",
        next_step=error.next_step or "Correct it there.",
    )
