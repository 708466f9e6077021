"""What a MetaTrader account can be told: `exchanges.<name>` with `"type": "metatrader"`."""

from __future__ import annotations

import ipaddress
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator, model_validator
from pydantic.alias_generators import to_camel

from kit import Secret

from .broker_time import parse_broker_time


def _whole(value: object) -> object:
    """60.0 is a whole number in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _account_number(value: object) -> object:
    """Also in quotes, as it is typed when an account is added."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else _whole(value)


Whole = Annotated[int, BeforeValidator(_whole)]
AccountNumber = Annotated[
    int,
    BeforeValidator(_account_number),
    WithJsonSchema({"type": ["integer", "string"], "minimum": 0, "pattern": r"^[0-9]{1,18}(?![\s\S])"}),
]


class MetaTraderSettings(BaseModel):
    """One MetaTrader 5 account, seen through a terminal that is logged in to it."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True, regex_engine="python-re"
    )

    type: Literal["metatrader"] = "metatrader"
    login: AccountNumber = Field(
        default=0,
        strict=True,
        ge=0,
        description="The account's number. 0 is whichever account the terminal is logged in to.",
    )
    password: Secret | None = Field(
        default=None,
        description="Its password; the investor password is enough and cannot trade. Without one the terminal "
        "must be logged in already.",
    )
    server: str = Field(default="", description="The broker's server, as the terminal's login window names it.")
    terminal: Literal["auto", "native", "bridge"] = Field(
        default="auto",
        description="How the terminal is reached: its own module (Windows only) or an RPyC bridge. "
        "auto is native on Windows, bridge elsewhere.",
    )
    terminal_path: str = Field(
        default="", description="The terminal's program (terminal64.exe), where it is not found by itself."
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="Where the bridge listens.")
    port: Whole = Field(default=18812, strict=True, ge=1, le=65535, description="The bridge's port.")
    allow_remote: bool = Field(
        default=False,
        description="Whether the bridge may be on another machine. It runs whatever it is sent and encrypts nothing: "
        "use an SSH tunnel to 127.0.0.1 instead.",
    )
    broker_timezone: str = Field(
        default="auto",
        description="What the broker's clock shows: new-york-close (UTC+2, and UTC+3 while New York has summer time: "
        "most brokers), an IANA name, or an offset like +03:00. auto finds out while the market is open.",
    )
    timeout_seconds: float = Field(
        default=30.0, gt=0, le=300, description="How long one answer of the terminal is waited for."
    )
    history_from: date | None = Field(
        default=None, description="The day the history begins, like 2024-01-01. Without one it is the account's first."
    )

    @field_validator("broker_timezone")
    @classmethod
    def _is_a_time(cls, text: str) -> str:
        parse_broker_time(text)
        return text

    @model_validator(mode="after")
    def _stays_on_this_machine(self) -> Self:
        if not self.allow_remote and not _is_loopback(self.host):
            raise ValueError(
                f"host “{self.host}” is another machine, and an RPyC bridge runs whatever it is sent; "
                "use an SSH tunnel to 127.0.0.1, or set allowRemote where the network between is yours alone"
            )
        return self

    def uses_bridge(self, platform: str) -> bool:
        return self.terminal == "bridge" or (self.terminal == "auto" and platform != "win32")

    def credentials(self) -> dict[str, Any]:
        """What the terminal is logged in with. Raises ConfigError where the password cannot be looked up."""
        given: dict[str, Any] = {"timeout": int(self.timeout_seconds * 1000)}
        if self.login:
            given["login"] = self.login
        if self.password is not None:
            given["password"] = self.password.reveal().get_secret_value()
        if self.server:
            given["server"] = self.server
        return given


def _is_loopback(host: str) -> bool:
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
