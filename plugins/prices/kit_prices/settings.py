"""What the price sources can be told: the sections `prices.<name>` of config.json."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict
from pydantic.json_schema import SkipJsonSchema

from kit import Secret

# The end of the text: `$` would also match before a last line break.
_END = r"(?![\s\S])"
# pydantic writes the pattern of a key, but not that no other key is legal.
_NO_OTHER_KEYS: JsonDict = {"additionalProperties": False, "default": {}}


def _whole(value: object) -> object:
    """60.0 is a whole number in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _said(value: object) -> object:
    """null is no key; a key that is not there is left out."""
    if value is None:
        raise ValueError("leave it out where there is no key")
    return value


Key = Annotated[Secret | SkipJsonSchema[None], BeforeValidator(_said)]
Whole = Annotated[int, BeforeValidator(_whole)]
Asset = Annotated[str, Field(pattern=rf"^[A-Z0-9][A-Z0-9.\-_/:$]{{0,31}}{_END}")]
BaseUrl = Annotated[str, Field(pattern=rf"^(https?://[^\s?#]+)?{_END}", examples=["https://prices.example.org"])]
CoinId = Annotated[str, Field(pattern=rf"^[a-z0-9][a-z0-9.\-_]{{0,127}}{_END}")]


class _Section(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, regex_engine="python-re", strict=True
    )


class _Asked(_Section):
    base_url: BaseUrl = Field(default="", description="Where it is asked. Empty is the source's own address.")
    seconds_kept: Whole = Field(
        default=60,
        ge=0,
        le=86400,
        description="How long an answer is used again before the source is asked anew.",
        json_schema_extra={"unit": "seconds"},
    )
    calls_per_minute: Whole = Field(
        default=0, ge=0, le=10000, description="How often it may be asked in a minute. 0 is what its plan documents."
    )


class CoinGeckoSettings(_Asked):
    """CoinGecko: prices of coins, free without a key within its limits."""

    api_key: Key = Field(default=None, description="A key, by reference. Without one the public limits count.")
    plan: Literal["demo", "pro"] = Field(default="demo", description="Which kind of key it is.")
    calls_per_month: Whole = Field(
        default=0, ge=0, description="How many calls the key allows a month. 0 is what its plan documents."
    )
    ids: dict[Asset, CoinId] = Field(
        default_factory=dict,
        description="Which coin an asset is, by CoinGecko's id, where K.I.T. does not know or is wrong.",
        json_schema_extra=_NO_OTHER_KEYS,
    )


class CoinMarketCapSettings(_Asked):
    """CoinMarketCap: prices of coins, with a key."""

    api_key: Key = Field(default=None, description="The key, by reference. Without one the source is not asked.")
    credits_per_month: Whole = Field(
        default=0, ge=0, description="How many credits the plan allows a month. 0 is what the free plan documents."
    )
    historical: bool = Field(default=False, description="Whether the plan includes historical quotes.")
    ids: dict[Asset, Whole] = Field(
        default_factory=dict,
        description="Which coin an asset is, by CoinMarketCap's number, where several share the symbol.",
        json_schema_extra=_NO_OTHER_KEYS,
    )


class EcbSettings(_Asked):
    """The European Central Bank's reference rates of the day, for state money."""

    seconds_kept: Whole = Field(
        default=3600,
        ge=0,
        le=86400,
        description="How long an answer is used again before the source is asked anew.",
        json_schema_extra={"unit": "seconds"},
    )


class FileSettings(_Section):
    """A price file that is a source: it is read anew when it changes."""

    path: str = Field(
        default="",
        description="The file, with the columns date, asset, close and, if you like, currency. "
        "A path that is not absolute counts from the folder of config.json.",
    )


class SP500Settings(_Asked):
    """The closes of the S&P 500 index, as the asset SP500, to compare with."""

    path: str = Field(
        default="",
        description="A file of closes with the columns date and close, instead of asking FRED. "
        "A path that is not absolute counts from the folder of config.json.",
    )
    seconds_kept: Whole = Field(
        default=21600,
        ge=0,
        le=864000,
        description="How long an answer is used again before the source is asked anew.",
        json_schema_extra={"unit": "seconds"},
    )
