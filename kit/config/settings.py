"""The host's own settings: what config.json holds besides the sections of plugins."""

from __future__ import annotations

import re
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.alias_generators import to_camel

OPEN_SECTIONS = ("skills", "exchanges", "channels", "prices")
_ZoneName = Annotated[
    str, Field(pattern=r"^([A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+)*)?(?![\s\S])", examples=["Europe/Berlin"])
]


class _Part(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, strict=True, regex_engine="python-re"
    )


class StorageSettings(_Part):
    """Where the data is kept."""

    url: str = Field(
        default="",
        description="A database URL: postgresql://user@host/name, or sqlite:////path/file.db. "
        "Empty is data/kit.db in the home folder.",
    )

    @field_validator("url")
    @classmethod
    def _is_of_a_database(cls, url: str) -> str:
        """The kind of database alone; the rest is known when it is opened. The text may hold a password."""
        if url and url.partition(":")[0].partition("+")[0] not in {"sqlite", "postgresql", "postgres"}:
            example = "sqlite:////folder/kit.db or postgresql://user@host/database"
            raise ValueError(f"this is no database that K.I.T. can use; write it like {example}")
        return url


class NetworkSettings(_Part):
    """How the network is reached."""

    timeout_seconds: float = Field(
        default=10.0, gt=0, le=300, strict=False, description="How long one answer is waited for."
    )
    proxy: str = Field(default="", description="An HTTP proxy, like http://proxy.example:3128. Empty is the system's.")
    ca_file: str = Field(default="", description="A file of certificates (PEM) to trust besides the usual ones.")

    @field_validator("proxy")
    @classmethod
    def _is_of_http(cls, proxy: str) -> str:
        """The text may hold a password, and is not repeated."""
        if proxy and not re.fullmatch(r"https?://[^\s/]+/?", proxy):
            raise ValueError("this is no HTTP proxy; write it like http://proxy.example:3128")
        return proxy


class NotificationSettings(_Part):
    """When you are told things."""

    quiet_hours: str = Field(
        default="",
        pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9])?(?![\s\S])",
        examples=["22:00-07:00"],
        description="When only critical notifications are told, like 22:00-07:00 in your time zone; the others come "
        "as a digest afterwards. Empty is never.",
    )


class HostSettings(_Part):
    """K.I.T.'s own settings."""

    schema_: str = Field(default="", alias="$schema", description="The JSON Schema, for editors.")
    timezone: _ZoneName = Field(
        default="", description="Your IANA time zone, like Europe/Berlin: what “today” means. Empty is the system's."
    )
    storage: StorageSettings = Field(default=StorageSettings(), description="Where the data is kept.")
    network: NetworkSettings = Field(default=NetworkSettings(), description="How the network is reached.")
    notifications: NotificationSettings = Field(default=NotificationSettings(), description="When you are told things.")

    @field_validator("timezone")
    @classmethod
    def _exists(cls, name: str) -> str:
        if name:
            try:
                ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise ValueError(f"there is no time zone “{name}”; write one like Europe/Berlin or UTC") from None
        return name
