"""What the paper exchange brings: one exchange type and its tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kit import ExchangeType, Migrations, hookimpl

if TYPE_CHECKING:
    from kit import AccountContext, Exchange


@hookimpl
def kit_exchanges() -> list[ExchangeType]:
    settings = f"{__package__}.settings:PaperSettings"
    return [ExchangeType("paper", "Paper (simulated)", open=_open, settings=settings, networked=False)]


@hookimpl
def kit_migrations() -> list[Migrations]:
    return [Migrations("paper", Path(__file__).with_name("migrations"), head="paper_0001")]


def _open(context: AccountContext) -> Exchange:
    from .account import PaperAccount
    from .exchange import PaperExchange
    from .settings import PaperSettings

    settings = PaperSettings.model_validate(dict(context.settings))
    return PaperExchange(PaperAccount(context.name, settings, context.services))
