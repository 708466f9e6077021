"""The section `skills.portfolio-tracker` of config.json."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict

from .core.targets import WEIGHTS_SUM_WITHIN

# The end of the text: `$` would also match before a last line break. Means the same to editors and to Python.
_END = r"(?![\s\S])"
# pydantic writes the pattern of a key, but not that no other key is legal.
_NO_OTHER_KEYS: JsonDict = {"additionalProperties": False, "default": {}}


def _whole(value: object) -> object:
    """60.0 is a whole number in JSON; "60" and true are none."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _weight(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("a weight is a number between 0 and 1")
    return Decimal(str(value))


def _sum(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("a sum of money is a number")
    return Decimal(str(value))


def _as_number(value: Decimal) -> int | float:
    """As `kit config get` shows it: a number, where pydantic would write text."""
    return int(value) if value == int(value) else float(value)


_NUMBER = PlainSerializer(_as_number, when_used="json")
Whole = Annotated[int, BeforeValidator(_whole)]
Weight = Annotated[
    Decimal,
    BeforeValidator(_weight),
    _NUMBER,
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1}),
    Field(ge=0, le=1),
]
Part = Annotated[
    Decimal,
    BeforeValidator(_weight),
    _NUMBER,
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
    Field(gt=0, lt=1),
]
Sum = Annotated[
    Decimal,
    BeforeValidator(_sum),
    _NUMBER,
    WithJsonSchema({"type": "number", "minimum": 0, "exclusiveMaximum": 1e15}),
    Field(ge=0, lt=10**15),
]
Asset = Annotated[str, Field(pattern=rf"^[A-Z0-9][A-Z0-9.\-_/:$]{{0,31}}{_END}")]
Ticker = Annotated[str, Field(pattern=rf"^([A-Za-z0-9_\-]{{1,32}}:)?[A-Za-z0-9.\-_/$]{{1,32}}{_END}")]
_FACTOR = r"(0\.[0-9]{0,17}[1-9]|[1-9][0-9]{0,17}(\.[0-9]{1,18})?)"
TradedPair = Annotated[
    str,
    Field(pattern=rf"^[A-Z0-9][A-Z0-9.\-_:$]{{0,31}}/[A-Z0-9][A-Z0-9.\-_:$]{{0,31}}{_END}", examples=["BTC/USDT"]),
]
AssetChange = Annotated[
    str, Field(pattern=rf"^{_FACTOR} [A-Z0-9][A-Z0-9.\-_/:$]{{0,31}}{_END}", examples=["0.01 AAVE"])
]
Currency = Annotated[str, Field(pattern=rf"^[A-Z]{{3,5}}{_END}")]
ClockTime = Annotated[str, Field(pattern=rf"^([01][0-9]|2[0-3]):[0-5][0-9]{_END}")]
ZoneName = Annotated[str, Field(pattern=rf"^[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+)*{_END}")]
Method = Annotated[str, Field(pattern=rf"^[a-z0-9][a-z0-9\-]{{0,31}}{_END}")]
Year = Annotated[str, Field(pattern=rf"^(19|20|21)[0-9]{{2}}{_END}")]
_NAME = rf"^[^\x00-\x1f\x7f]{{1,64}}{_END}"
Name = Annotated[str, Field(pattern=_NAME)]


def _by_weight(value: object) -> object:
    """A sector alone has all of the asset."""
    return {value: Decimal(1)} if isinstance(value, str) else value


def _all_of_it(weights: dict[str, Decimal]) -> dict[str, Decimal]:
    total = sum(weights.values(), Decimal(0))
    if abs(total - 1) > WEIGHTS_SUM_WITHIN:
        raise ValueError(f"the weights of sectors sum to {total}, not to 1; write weights that do")
    return weights


Sectors = Annotated[
    dict[Name, Weight],
    BeforeValidator(_by_weight),
    AfterValidator(_all_of_it),
    WithJsonSchema(
        {
            "type": ["string", "object"],
            "pattern": _NAME,
            "propertyNames": {"pattern": _NAME},
            "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1},
        }
    ),
]


class _Section(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        regex_engine="python-re",
        strict=True,
    )


def existing_zone(name: str) -> str:
    """The name of a time zone, if there is one of that name. Raises ValueError."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone “{name}”; write one like Europe/Berlin or UTC") from None
    return name


class SnapshotSettings(_Section):
    """How often the value of the portfolio is kept, for its history."""

    enabled: bool = Field(default=True, description="Whether snapshots are kept.")
    interval: Literal["hourly", "daily", "weekly"] = Field(default="daily", description="How often one is kept.")
    retention: Whole = Field(
        default=365, ge=1, description="How many days they stay. The last of each month always stays."
    )


class DailyReportSettings(_Section):
    """The report of the day."""

    enabled: bool = Field(default=False, description="Whether it is sent.")
    time: ClockTime = Field(default="09:00", description="When, as HH:MM in `timezone`.")
    timezone: ZoneName = Field(default="UTC", description="The IANA time zone of `time`, like Europe/Berlin.")

    @field_validator("timezone")
    @classmethod
    def _exists(cls, name: str) -> str:
        return existing_zone(name)


def _limit(of: str) -> Any:
    in_schema: JsonDict = {"default": 1}
    return Field(
        default=Decimal(1), description=f"The largest share that {of} should have.", json_schema_extra=in_schema
    )


class RiskLimits(_Section):
    """How large a part of the portfolio may be before it is a problem. 1 is no limit."""

    asset: Weight = _limit("one asset")
    account: Weight = _limit("one account")
    venue: Weight = _limit("one venue, with all its accounts,")
    sector: Weight = _limit("one sector")
    issuer: Weight = _limit("all stablecoins of one issuer")


class TaxSettings(_Section):
    """How lots are chosen, for the portfolio's own figures and for tax reports."""

    form: Name = Field(default="generic", description="The tax report that is made where --form is not said.")
    method: Method = Field(
        default="auto",
        description="How lots are chosen: fifo, lifo, hifo, lofo, acb (average cost), s104 (United Kingdom), or a "
        "method that a plugin brings. auto is the usual one of the form.",
    )
    methods: dict[Year, Method] = Field(
        default_factory=dict,
        description="Other methods for some tax years, by the year in which they begin.",
        json_schema_extra=_NO_OTHER_KEYS,
    )
    scope: Literal["auto", "universal", "per-account"] = Field(
        default="auto", description="Whether the lots of all accounts are one pool. auto is as the form has it."
    )
    timezone: ZoneName = Field(
        default="auto", description="Where days and tax years begin: an IANA time zone. auto is that of the form."
    )
    transfer_fees: Literal["disposal", "no-gain"] = Field(
        default="disposal",
        description="What the network fee of a transfer between own accounts is: sold at market value, or at cost.",
    )

    @field_validator("timezone")
    @classmethod
    def _exists(cls, name: str) -> str:
        return name if name == "auto" else existing_zone(name)


class TradingSettings(_Section):
    """What may be traded at all, once a plan has been shown and confirmed."""

    enabled: bool = Field(
        default=False, description="Whether orders are given at venues. A paper account trades without it."
    )
    max_order: Sum = Field(
        default=Decimal(0),
        description="What one order may be worth at most, in the base currency. 0 is no limit.",
        json_schema_extra={"default": 0},
    )
    max_daily_turnover: Sum = Field(
        default=Decimal(0),
        description="What all orders of a day, buys and sells, may come to. 0 is no limit.",
        json_schema_extra={"default": 0},
    )
    pairs: list[TradedPair] = Field(
        default_factory=list,
        description="The only pairs that may be traded, like BTC/USDT. Empty is every pair.",
        json_schema_extra={"default": []},
    )
    max_slippage: Part = Field(
        default=Decimal("0.01"),
        description="How far a price may be from the plan's before it is asked again whether to trade. 0.01 is 1 %.",
        json_schema_extra={"default": 0.01},
    )
    order_type: Literal["limit", "market"] = Field(
        default="limit",
        description="limit: at maxSlippage beyond the plan's price at most, and what is not filled soon is cancelled. "
        "market: at whatever price there is.",
    )
    patience: Whole = Field(
        default=20,
        ge=1,
        le=3600,
        description="Seconds that an order may take to be filled, before what is left of it is cancelled.",
        json_schema_extra={"unit": "seconds"},
    )


class RebalanceSettings(_Section):
    """When the portfolio is off its target, and what is done about it by the clock."""

    threshold: Part = Field(
        default=Decimal("0.05"),
        description="An asset trades when its share is off its weight by this or more. 0.05 is five points of percent.",
        json_schema_extra={"default": 0.05},
    )
    auto: Literal["off", "propose", "execute"] = Field(
        default="off",
        description="What the job rebalance.auto does when an asset is off: nothing, tell a plan, or execute it, "
        "which is for a paper account only.",
    )
    account: Name | Literal[""] = Field(
        default="", description="The account that rebalance.auto is about; empty is all. To execute it has to be named."
    )


class PortfolioSettings(_Section):
    """What the portfolio tracker counts in, where its prices come from and what it keeps."""

    base_currency: Currency = Field(default="USD", description="The currency of every value and total.")
    price_source: Name = Field(
        default="auto",
        description="Whose prices come first: a source (coingecko, coinmarketcap, ecb, file) or a venue. "
        "auto is the venue that holds the asset.",
    )
    update_interval: Whole = Field(
        default=60,
        ge=10,
        description="Seconds between two updates of balances and prices.",
        json_schema_extra={"unit": "seconds"},
    )
    realtime: bool = Field(default=False, description="Whether prices are followed live, between two updates.")
    include_fees: bool = Field(default=True, description="Whether trading fees count in costs and gains.")
    track_gas: bool = Field(default=True, description="Whether network fees count among the fees paid.")
    historical_data: bool = Field(default=True, description="Whether past prices are fetched for the history.")
    risk_free_rate: Weight = Field(
        default=Decimal(0), description="What money earns a year without risk, as 0.04, for Sharpe and Sortino."
    )
    snapshots: SnapshotSettings = Field(
        default=SnapshotSettings(), description="How often the value of the portfolio is kept."
    )
    target_allocation: dict[Asset, Weight] = Field(
        default_factory=dict,
        description="The share each asset should have: weights from 0 to 1 that sum to 1.",
        json_schema_extra=_NO_OTHER_KEYS,
    )
    rebalance: RebalanceSettings = Field(
        default=RebalanceSettings(), description="When the portfolio is off its target, and what then."
    )
    trading: TradingSettings = Field(default=TradingSettings(), description="What may be traded, and how.")
    sectors: dict[Asset, Sectors] = Field(
        default_factory=dict,
        description="The sector of an asset, or its sectors with weights that sum to 1; before the known ones.",
        json_schema_extra=_NO_OTHER_KEYS,
    )
    risk_limits: RiskLimits = Field(
        default=RiskLimits(),
        description="The largest shares of the portfolio that do not worry you. 1 is no limit.",
    )
    daily_report: DailyReportSettings = Field(
        default=DailyReportSettings(), description="The report of the day: whether and when."
    )
    tax: TaxSettings = Field(default=TaxSettings(), description="How lots are chosen, and for which tax report.")
    account_labels: dict[Name, Name] = Field(
        default_factory=dict,
        description="How an account is called on screen, where its own name is not pretty.",
        json_schema_extra=_NO_OTHER_KEYS,
    )

    asset_names: dict[Ticker, Asset] = Field(
        default_factory=dict,
        description="Which asset a ticker is, where it is not as K.I.T. thinks: by VENUE:TICKER, or TICKER everywhere.",
        json_schema_extra=_NO_OTHER_KEYS,
    )

    asset_changes: dict[Asset, AssetChange] = Field(
        default_factory=dict,
        description="Assets that got another name: by the old one, how many of the new one it is, like “0.01 AAVE”. "
        "The usual ones are known; “1 MATIC” for MATIC takes one back.",
        json_schema_extra=_NO_OTHER_KEYS,
    )

    @model_validator(mode="after")
    def _whole_target(self) -> Self:
        total = sum(self.target_allocation.values(), Decimal(0))
        if self.target_allocation and abs(total - 1) > WEIGHTS_SUM_WITHIN:
            raise ValueError(f"the weights of targetAllocation sum to {total}, not to 1; write weights that do")
        return self
