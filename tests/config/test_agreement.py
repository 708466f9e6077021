"""The JSON Schema of a section and its model accept exactly the same data."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError

from kit.config.schema import model, model_schema
from kit.config.settings import HostSettings

MODELS: dict[str, type[BaseModel]] = {
    "portfolio": model("kit_portfolio_tracker.settings:PortfolioSettings"),
    "alerts": model("kit_alerts.settings:AlertSettings"),
    "telegram": model("kit_channels.telegram.settings:TelegramSettings"),
    "webhook": model("kit_channels.webhook.settings:WebhookSettings"),
    "paper": model("kit_exchanges.paper.settings:PaperSettings"),
    "coingecko": model("kit_prices.settings:CoinGeckoSettings"),
    "coinmarketcap": model("kit_prices.settings:CoinMarketCapSettings"),
    "sp500": model("kit_prices.settings:SP500Settings"),
    "host": HostSettings,
}
TEXTS = ["USD", "usd", "EUR", "daily", "hourly", "auto", "09:00", "24:00", "UTC", "Europe/Berlin", "5", "paper"]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5000)
    | st.sampled_from([0.5, 60.0, -0.1, 1.5])
    | st.sampled_from(["", *TEXTS])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["BTC", "eth", "x"]), inner),
    max_leaves=4,
)


def bodies(kind: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects made of the model's own keys, of their sections' keys, and now and then of others."""

    def of(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
        keys = {
            name: (of(own) | JSON) if own.get("properties") else JSON
            for name, own in schema.get("properties", {}).items()
        }
        return st.fixed_dictionaries({}, optional={**keys, "stranger": JSON})

    return of(model_schema(kind))


@pytest.mark.parametrize("name", MODELS)
def test_schema_and_model_never_disagree(name: str) -> None:
    kind = MODELS[name]
    validator = Draft202012Validator(model_schema(kind))

    @settings(max_examples=300, deadline=None)
    @given(bodies(kind))
    def agree(body: dict[str, Any]) -> None:
        by_schema = validator.is_valid(body)
        try:
            kind.model_validate(body)
            by_model, own_rule = True, False
        except ValidationError as error:
            by_model = False
            own_rule = all(each["type"] == "value_error" for each in error.errors())
        # A model may add rules that no schema can say (weights sum to 1, a zone exists); it never takes one away.
        assert by_schema == by_model or (by_schema and own_rule), body

    agree()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("alerts", {"interval": 60.0}),
        ("portfolio", {"updateInterval": 60.0}),
        ("telegram", {"token": {"env": "TOKEN"}, "perMinute": 60.0}),
    ],
)
def test_a_whole_number_may_be_written_with_a_point(name: str, body: dict[str, Any]) -> None:
    kind = MODELS[name]
    assert Draft202012Validator(model_schema(kind)).is_valid(body)
    assert 60 in kind.model_validate(body).model_dump().values()
    (key,) = (key for key, value in body.items() if value == 60)
    with pytest.raises(ValidationError):
        kind.model_validate(body | {key: "60"})
