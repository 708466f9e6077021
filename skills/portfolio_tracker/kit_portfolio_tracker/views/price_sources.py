"""`kit prices sources`: where prices can come from, and how each source is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kit import Column, Notice, PriceSourceState, Reply, Services, Table

from ..plugin import SECTION

if TYPE_CHECKING:
    from ..settings import PortfolioSettings

_COLUMNS = (
    Column("Source", "source"),
    Column("What it is", "label"),
    Column("State", "state"),
    Column("Last answer", "last_answer"),
    Column("Calls left this month", "quota_left", align="right"),
)


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source of current prices. `needs` is what it still must be given, "" where it is ready."""

    source: str
    label: str
    configured: bool
    needs: str
    last_answer: datetime | None
    quota_left: int | None


def show(services: Services) -> Reply:
    """Every source but the venues, of which only those with an account and the configured one are listed."""
    settings: PortfolioSettings = services.settings(SECTION)
    preferred = services.venue(settings.price_source).casefold()
    accounts = {services.venue(account).casefold() for account in services.exchanges()}
    strangers = {kind.name.casefold() for kind in services.exchange_types()} - accounts - {preferred}
    lines = []
    for source in services.price_sources():
        name = source.name.casefold()
        if source.quotes is not None and name not in strangers:
            state = source.state() if source.state else PriceSourceState()
            chosen = name == preferred
            line = SourceLine(source.name, source.label, chosen, state.needs, state.last_answer, state.quota_left)
            lines.append(line)
    table = Table(
        _COLUMNS,
        tuple((each.source, each.label, _state(each), each.last_answer, each.quota_left) for each in lines),
        title="Price sources",
        emoji="💱",
        empty="No price sources.",
    )
    needs = tuple(Notice(f"{each.source}: {each.needs}") for each in lines if each.needs)
    return Reply(lines, (table, *needs))


def _state(line: SourceLine) -> str:
    state = "needs something" if line.needs else "ready"
    return f"{state}, asked first" if line.configured else state
