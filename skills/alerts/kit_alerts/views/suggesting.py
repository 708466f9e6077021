"""`kit alerts suggest`: rules that may be worth having."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from kit import Action, Actions, Column, Invocation, KitError, Notice, Reply, Services, Severity, Table, UsageError

from ..core.rules import Rule
from ..core.wording import rule_in_words
from ..saying import conditions_from
from ..store.rules import Rules

_COLUMNS = (Column("Alert", "rule"), Column("Why", "reason"))
_BUTTONS = 5


@dataclass(frozen=True, slots=True)
class SuggestedRow:
    """A rule that there is not yet."""

    rule: str
    reason: str


def show(services: Services) -> Reply:
    """Those that there are already are left out."""
    have = {rule_in_words(each.rule) for each in Rules(services.store).all()}
    found: list[SuggestedRow] = []
    notices = []
    for signal in services.signals():
        if signal.suggest is None:
            continue
        try:
            for each in signal.suggest(services):
                words = shlex.split(each.words)
                rule = rule_in_words(Rule(conditions_from(services, signal.subject, words, options={})))
                if rule not in have:
                    found.append(SuggestedRow(rule, each.reason))
        except UsageError:
            continue  # a suggestion that makes no sense here is none
        except KitError as error:
            notices.append(Notice(str(error), Severity.WARNING))
    table = Table(_COLUMNS, tuple((each.rule, each.reason) for each in found), title="Suggestions", emoji="💡")
    actions = tuple(Action(f"Set: {each.rule}", _invocation(each)) for each in found[:_BUTTONS])
    return Reply(found, (table, *notices, *([Actions(actions)] if actions else [])), exit_code=3 if notices else 0)


def _invocation(suggested: SuggestedRow) -> Invocation:
    subject, *words = shlex.split(suggested.rule)
    return Invocation("alert", {"subject": subject, "words": tuple(words)})
