"""What this plugin brings: MetaTrader 5 accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import Credential, ExchangeType, hookimpl

if TYPE_CHECKING:
    from kit import AccountContext, Exchange


@hookimpl
def kit_exchanges() -> list[ExchangeType]:
    credentials = (
        Credential("login", "Account number", secret=False),
        Credential("password", "Investor password"),
        Credential("server", "Broker's server", secret=False),
    )
    return [
        ExchangeType(
            "metatrader",
            "MetaTrader 5",
            open=_open,
            settings=f"{__package__}.settings:MetaTraderSettings",
            credentials=credentials,
        )
    ]


def _open(context: AccountContext) -> Exchange:
    from .conversation import Conversation
    from .exchange import MetaTraderExchange
    from .settings import MetaTraderSettings

    settings = MetaTraderSettings.model_validate(dict(context.settings))
    conversation = Conversation(context.name, settings)
    return MetaTraderExchange(context.name, settings, context.services.clock, conversation)
