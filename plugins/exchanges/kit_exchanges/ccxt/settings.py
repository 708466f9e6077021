"""What an account at a venue of ccxt can be told: `exchanges.<name>` with `"type": "binance"`, …"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, field_validator
from pydantic.alias_generators import to_camel

from kit import Secret

_CAMEL = ConfigDict(
    alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True, regex_engine="python-re"
)
# The end of the text: `$` would also match before a last line break.
_END = r"(?![\s\S])"
_WEB = rf"^https?://[^\s/]+[^\s]*{_END}"
Url = Annotated[str, Field(pattern=_WEB)]
Symbol = Annotated[str, Field(pattern=rf"^[^\s/]+/[^\s/]+{_END}", examples=["BTC/EUR"])]
Wallet = Literal["spot", "funding", "earn", "margin", "futures"]


class Addresses(BaseModel):
    """Where the venue is reached, apart for questions and for streams."""

    model_config = _CAMEL

    rest: Url | None = None
    ws: Annotated[str, Field(pattern=rf"^(wss?|https?)://[^\s/]+[^\s]*{_END}")] | None = None


BaseUrl = Annotated[
    Url | Addresses | None,
    WithJsonSchema(
        {
            "type": ["string", "object"],
            "pattern": _WEB,
            "examples": ["http://127.0.0.1:8080"],
            "properties": {"rest": {"type": "string"}, "ws": {"type": "string"}},
            "additionalProperties": False,
        }
    ),
]
SECRETS = ("api_key", "secret", "password", "private_key", "token")
PLAIN = ("uid", "login", "account_id", "wallet_address")


class CcxtSettings(BaseModel):
    """One account at an exchange."""

    model_config = _CAMEL

    type: str = Field(
        description="The exchange, by ccxt's name.",
        examples=["binance", "bitget", "bybit", "coinbase", "kraken", "kucoin", "okx"],
    )
    api_key: Secret | None = Field(default=None, description="The API key. Reading is all it needs to be allowed.")
    secret: Secret | None = Field(default=None, description="The secret of the key.")
    password: Secret | None = Field(
        default=None, description="The passphrase of the key, where the exchange has one (OKX, KuCoin, Bitget)."
    )
    private_key: Secret | None = Field(default=None, description="The private key of a wallet, where that opens it.")
    token: Secret | None = Field(default=None, description="An access token, where the exchange wants one.")
    uid: str = Field(default="", description="The user id, where the exchange wants it.")
    login: str = Field(default="", description="The login, where the exchange wants it.")
    account_id: str = Field(default="", description="The account's id, where the exchange wants it.")
    wallet_address: str = Field(default="", description="The address of the wallet, at exchanges on a chain.")
    base_url: BaseUrl = Field(
        default=None,
        description='Where the exchange is reached instead of its own hosts, like "http://127.0.0.1:8080"; '
        'or {"rest": …, "ws": …}. Paths stay as they are.',
    )
    timeout_seconds: float | None = Field(
        default=None,
        gt=0,
        le=300,
        description="How long one answer is waited for. Without one, network.timeoutSeconds.",
    )
    proxy: str = Field(default="", description="The proxy of this account, like http://127.0.0.1:3128.")
    ca_file: str = Field(default="", description="A file of certificates (PEM) that this account trusts besides.")
    wallets: tuple[Wallet, ...] | None = Field(
        default=None,
        min_length=1,
        description="What is counted: spot, funding, earn, margin, futures. Without it, all that the exchange has "
        "and the key may read.",
    )
    symbols: tuple[Symbol, ...] = Field(
        default=(),
        description='Markets whose trades are asked for besides those found by themselves, like ["BTC/EUR"].',
    )
    history_from: date | None = Field(
        default=None, description="The day the history begins, like 2024-01-01. Without one it is the account's first."
    )
    allow_withdraw_key: bool = Field(
        default=False, description="Whether a key that can withdraw is accepted. Better make one that cannot."
    )

    @field_validator("proxy")
    @classmethod
    def _is_of_http(cls, proxy: str) -> str:
        """The text may hold a password, and is not repeated."""
        if proxy and not re.fullmatch(r"https?://[^\s/]+/?", proxy):
            raise ValueError("this is no HTTP proxy; write it like http://127.0.0.1:3128")
        return proxy

    def credentials(self, env: Mapping[str, str] = os.environ) -> dict[str, str]:
        """What ccxt opens the account with, by its names. Raises ConfigError where a secret cannot be looked up."""
        given = {}
        for field in SECRETS:
            secret: Secret | None = getattr(self, field)
            if secret is not None:
                given[to_camel(field)] = secret.reveal(env).get_secret_value()
        return given | {to_camel(field): getattr(self, field) for field in PLAIN if getattr(self, field)}
