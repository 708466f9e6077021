"""The section `channels.webhook` of config.json."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from kit import Secret


class WebhookSettings(BaseModel):
    """Where notifications are sent to, and the secret that signs them."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, strict=True, regex_engine="python-re"
    )

    enabled: bool = Field(default=True, description="Whether notifications are sent here.")
    url: str = Field(
        pattern=r"^https?://[^\s/]+[^\s]*(?![\s\S])",
        examples=["https://hooks.example.org/kit"],
        description="The address: https://…; http:// only within your own network.",
    )
    secret: Secret = Field(description="What the receiver knows too, to check the signature: 32 random characters.")
