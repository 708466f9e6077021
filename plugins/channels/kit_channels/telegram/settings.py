"""The section `channels.telegram` of config.json."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from kit import Secret


def _whole(value: object) -> object:
    """60.0 is a whole number in JSON; "60" and true are none."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class TelegramSettings(BaseModel):
    """The bot, and what it may do. Who may speak to it is no setting: see “kit telegram pair”."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, strict=True, regex_engine="python-re"
    )

    enabled: bool = Field(default=True, description="Whether the bot listens and tells.")
    token: Secret = Field(description="The bot's token, from @BotFather.")
    groups: bool = Field(
        default=False,
        description="Whether paired people are answered in groups too, where everybody there reads it.",
    )
    per_minute: Annotated[int, BeforeValidator(_whole)] = Field(
        default=30, ge=1, le=600, description="How much one person may ask in a minute."
    )
    api_url: str = Field(
        default="https://api.telegram.org",
        pattern=r"^https?://[^\s/]+[^\s]*(?![\s\S])",
        description="Where the Bot API is: another address for a Bot API server of your own.",
    )
