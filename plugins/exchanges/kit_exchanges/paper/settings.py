"""What a paper account can be told: `exchanges.<name>` with `"type": "paper"`."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict

# The end of the text: `$` would also match before a last line break.
_END = r"(?![\s\S])"
_PLAIN = rf"^(?=[0-9.]*[1-9])[0-9]{{1,18}}(\.[0-9]{{1,18}})?{_END}"
# pydantic writes the pattern of a key, but not that no other key is legal.
_NO_OTHER_KEYS: JsonDict = {"additionalProperties": False, "minProperties": 1, "default": {"USD": 10000}}
_STEP = Decimal("1E-18")


def _exact(value: object) -> Decimal:
    """A number as it is written; true is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("write a number like 0.5")
    return Decimal(str(value))


def _exact_or_text(value: object) -> Decimal:
    """A number, or one in quotes where every digit of a long one counts; in steps of 18 decimals."""
    import re

    if isinstance(value, str):
        if not re.match(_PLAIN, value):
            raise ValueError(f"“{value}” is not an amount; write it like 0.5")
        return Decimal(value)
    amount = _exact(value)
    return amount.quantize(_STEP) if amount.is_finite() and 0 < amount < 10**18 else amount


def _whole(value: object) -> object:
    """60.0 is a whole number in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]
Symbol = Annotated[str, Field(pattern=rf"^[A-Z0-9][A-Z0-9.\-_/:$]{{0,31}}{_END}")]
Amount = Annotated[
    Decimal,
    BeforeValidator(_exact_or_text),
    PlainSerializer(str, return_type=str, when_used="json"),
    WithJsonSchema({"type": ["number", "string"], "minimum": 1e-18, "exclusiveMaximum": 1e18, "pattern": _PLAIN}),
    Field(ge=_STEP, lt=10**18),
]
Fee = Annotated[
    Decimal,
    BeforeValidator(_exact),
    WithJsonSchema({"type": "number", "minimum": 0, "exclusiveMaximum": 1}),
    Field(ge=0, lt=1, max_digits=30),
]


class PaperSettings(BaseModel):
    """One simulated account. Its starting balances are granted once, when it is first used."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True, regex_engine="python-re"
    )

    type: Literal["paper"] = "paper"
    starting_balances: dict[Symbol, Amount] = Field(
        default_factory=lambda: {"USD": Decimal(10_000)},
        min_length=1,
        description="What the account holds when it is first used, per asset",
        json_schema_extra=_NO_OTHER_KEYS,
    )
    fee: Fee = Field(
        Decimal("0.001"),
        description="Trading fee as a ratio of what is traded; 0.001 is 0.1 %",
        json_schema_extra={"default": 0.001},
    )
    fee_asset: Literal["received", "quote"] = Field(
        default="received", description="What the fee is paid in: the asset received, or always the quote"
    )
    max_price_age_days: Whole = Field(
        default=7,
        strict=True,
        ge=0,
        le=3650,
        description="An order is refused where the newest price is older than this",
    )
