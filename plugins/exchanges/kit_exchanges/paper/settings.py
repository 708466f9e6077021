"""What a paper account can be told: `exchanges.<name>` with `"type": "paper"`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

_SYMBOL = re.compile(r"[A-Z0-9][A-Z0-9.]{0,31}")


def _symbol(text: str) -> str:
    if not _SYMBOL.fullmatch(text):
        raise ValueError(f"“{text}” is not the symbol of an asset; write it like BTC")
    return text


Symbol = Annotated[str, AfterValidator(_symbol)]
Amount = Annotated[Decimal, Field(gt=0, max_digits=36, decimal_places=18, allow_inf_nan=False)]


class PaperSettings(BaseModel):
    """One simulated account. Its starting balances are granted once, when it is first used."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)

    type: Literal["paper"] = "paper"
    starting_balances: dict[Symbol, Amount] = Field(
        default_factory=lambda: {"USD": Decimal(10_000)},
        min_length=1,
        description="What the account holds when it is first used, per asset",
    )
    fee: Decimal = Field(
        default=Decimal("0.001"),
        ge=0,
        lt=1,
        max_digits=9,
        decimal_places=8,
        allow_inf_nan=False,
        description="Trading fee as a ratio of what is traded; 0.001 is 0.1 %",
    )
    fee_asset: Literal["received", "quote"] = Field(
        default="received", description="What the fee is paid in: the asset received, or always the quote"
    )
    max_price_age_days: int = Field(
        default=7, ge=0, le=3650, description="An order is refused where the newest price is older than this"
    )
