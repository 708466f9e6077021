"""`kit alerts`: the rules and how each stands."""

from __future__ import annotations

from datetime import timedelta

from kit import Check, Column, Finding, Notice, Reply, Services, Status, Table, span

from ..looking import DOUBTS, is_active
from ..store.rules import Rules
from .rows import row_of

_COLUMNS = (
    Column("No.", "number", align="right"),
    Column("Alert", "rule"),
    Column("State", "state"),
    Column("Options", "options"),
    Column("Fired", "fired", align="right"),
    Column("Last", "last_fired"),
)
PROBLEMS = "alerts:"
_LATE = timedelta(hours=1)


def show(services: Services, *, active: bool, triggered: bool) -> Reply:
    """Exit code 3 where something keeps alerts from firing."""
    from ..configured import adopt

    adopt(services)
    now = services.clock.now()
    kept = Rules(services.store).all()
    if active:
        kept = [each for each in kept if is_active(each, now)]
    if triggered:
        kept = [each for each in kept if each.standing.fired]
    rows = [row_of(each, now) for each in kept]
    cells = tuple((each.number, each.rule, each.state, each.options, each.fired, each.last_fired) for each in rows)
    empty = "No alerts yet. For example: kit alert portfolio total below 10k"
    if active or triggered:
        empty = "None."
    blocks: list[Table | Notice] = [Table(_COLUMNS, cells, title="Alerts", emoji="🔔", empty=empty)]
    if any(is_active(each, now) for each in kept) and not is_watched(services):
        blocks.append(Notice("Nobody looks at them now.", next_step="Run: kit start (or by hand: kit alerts check)"))
    problems = tuple(each for each in services.problems.open() if each.key.startswith(PROBLEMS))
    return Reply(rows, tuple(blocks), problems, exit_code=3 if problems else 0)


def is_watched(services: Services) -> bool:
    """Whether some process looks at the rules right now."""
    with services.store.lock("alerts") as free:
        return not free


def checks() -> list[Check]:
    return [Check("alerts", "Somebody looks at your alerts", _looked_at)]


def _looked_at(services: Services) -> Finding:
    now, rules = services.clock.now(), Rules(services.store)
    active = [each for each in rules.all() if is_active(each, now)]
    if not active:
        return Finding(True, "none active")
    since = max(rules.looked_at() or active[-1].created, active[-1].created)
    if now - since > _LATE and not is_watched(services):
        return Finding(False, f"Nobody has looked at your alerts for {span(now - since)}.", "Run: kit start")
    return Finding(True, f"{len(active)} active")


def status(services: Services) -> list[Status]:
    """For `kit status`; nothing where there are no alerts."""
    now = services.clock.now()
    kept = Rules(services.store).all()
    if not kept:
        return []
    active = sum(is_active(each, now) for each in kept)
    waits = any(each.key.startswith(DOUBTS) for each in services.problems.open())
    wait = ", some wait for data they can trust (see “kit alerts”)" if waits else ""
    return [Status("Alerts", f"{active} of {len(kept)} active{wait}")]
