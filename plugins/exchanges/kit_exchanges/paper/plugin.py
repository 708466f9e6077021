"""What the paper exchange brings: one exchange type and its tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kit import ExchangeType, Migrations, hookimpl

if TYPE_CHECKING:
    from kit import AccountContext, Event, Exchange, Services


@hookimpl
def kit_exchanges() -> list[ExchangeType]:
    settings = f"{__package__}.settings:PaperSettings"
    return [ExchangeType("paper", "Paper (simulated)", open=_open, settings=settings, networked=False)]


@hookimpl
def kit_migrations() -> list[Migrations]:
    return [Migrations("paper", Path(__file__).with_name("migrations"), head="paper_0001")]


@hookimpl
def kit_event(event: Event, services: Services) -> None:
    """A renamed account takes its balances, orders and records along."""
    if event.name == "exchange.renamed" and event.data["type"] == "paper" and services.store.exists:
        from .store import rename

        with services.store.write() as connection:
            rename(connection, str(event.data["old"]), str(event.data["new"]))


def _open(context: AccountContext) -> Exchange:
    from .account import PaperAccount
    from .exchange import PaperExchange
    from .settings import PaperSettings

    settings = PaperSettings.model_validate(dict(context.settings))
    return PaperExchange(PaperAccount(context.name, settings, context.services))
