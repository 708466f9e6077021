"""The section `skills.alerts` of config.json."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel


def _whole(value: object) -> object:
    """60.0 is a whole number in JSON; "60" and true are none."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _ratio(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("a ratio is a number like 0.01")
    return Decimal(str(value))


Band = Annotated[
    Decimal,
    BeforeValidator(_ratio),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 0.5}),
    Field(gt=0, le=Decimal("0.5")),
]


class _Section(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, regex_engine="python-re", strict=True
    )


class RuleSettings(_Section):
    """A rule, in the words and options of `kit alert`."""

    when: str = Field(min_length=1, max_length=500, description="What to watch for: “portfolio total above 20k”.")
    repeat: bool = Field(default=False, description="Fire again each time it crosses anew, not only once.")
    cooldown: str = Field(default="", description="Not again within so long, like 1h.")
    for_: str = Field(default="", alias="for", description="Only when it has held for so long, like 10m.")
    hours: str = Field(default="", description="Only in these hours of the day, like 9-17.")
    days: str = Field(default="", description="Only on these days, like mon,tue or mon-fri.")
    priority: Literal["critical", "high", "normal"] = Field(
        default="high", description="critical is told in quiet hours too; normal makes no sound."
    )
    expires: str = Field(default="", description="Until this day (2027-01-31).")
    note: str = Field(default="", max_length=500, description="A word that is told along.")
    channel: str = Field(default="", description="Only on this channel; empty is all that are on.")


class AlertSettings(_Section):
    """When you are told, and by which rules besides those of `kit alert`."""

    interval: Annotated[int, BeforeValidator(_whole)] = Field(
        default=10, ge=1, le=3600, description="How often, in seconds, “kit start” measures what rules watch."
    )
    hysteresis: Band = Field(
        default=Decimal("0.01"),
        description="How far a value must come back, as a part of the threshold, before crossing it counts anew.",
    )
    rules: list[RuleSettings] = Field(default=[], description="Rules that stand here.")
