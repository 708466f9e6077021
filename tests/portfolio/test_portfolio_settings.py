"""The settings model and its schema say the same."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from kit_portfolio_tracker.settings import PortfolioSettings
from pydantic import ValidationError

SCHEMA = PortfolioSettings.model_json_schema(by_alias=True)
GOOD: list[dict[str, Any]] = [
    {},
    {"updateInterval": 60, "realtime": True, "priceSource": "binance"},
    {"baseCurrency": "EUR", "priceSource": "coinmarketcap", "snapshots": {"interval": "weekly", "retention": 1}},
    {"targetAllocation": {"BTC": 0.5, "ETH": 0.3, "USDT": 0.2}},
    {"targetAllocation": {"BTC": 1}},
    {"dailyReport": {"enabled": True, "time": "23:59", "timezone": "Europe/Berlin"}},
    {"accountLabels": {"binance-2": "Savings"}},
    {"updateInterval": 60.0},
]
BAD: list[dict[str, Any]] = [
    {"updateInterval": 9},
    {"updateInterval": "60"},
    {"updateInterval": True},
    {"updateInterval": 60.5},
    {"baseCurrency": "usd"},
    {"baseCurrency": "USD\n"},
    {"baseCurrency": None},
    {"realtime": 1},
    {"priceSource": ""},
    {"base_currency": "EUR"},
    {"targetAllocation": {"btc": 1}},
    {"targetAllocation": {"BTC": "1"}},
    {"targetAllocation": {"BTC": 1.5, "ETH": -0.5}},
    {"snapshots": {"interval": "yearly"}},
    {"snapshots": {"retention": 0}},
    {"dailyReport": {"time": "24:00"}},
    {"dailyReport": {"time": "9:00"}},
    {"accountLabels": {"a": "\t"}},
]


def _schema_accepts(data: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(data))


def _model_accepts(data: Any) -> bool:
    try:
        PortfolioSettings.model_validate(data)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("data", GOOD, ids=json.dumps)
def test_what_is_right_is_accepted_by_model_and_schema(data: Any) -> None:
    assert (_model_accepts(data), _schema_accepts(data)) == (True, True)


@pytest.mark.parametrize("data", BAD, ids=json.dumps)
def test_what_is_wrong_is_refused_by_model_and_schema(data: Any) -> None:
    assert (_model_accepts(data), _schema_accepts(data)) == (False, False)


@pytest.mark.parametrize("weights", [{"BTC": 0.5}, {"BTC": 0.5, "ETH": 0.500002}])
def test_target_weights_that_do_not_sum_to_one_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="not to 1"):
        PortfolioSettings.model_validate({"targetAllocation": weights})


def test_target_weights_are_exact() -> None:
    settings = PortfolioSettings.model_validate({"targetAllocation": {"BTC": 0.1, "ETH": 0.2, "SOL": 0.7}})
    assert settings.target_allocation["BTC"] == Decimal("0.1")


def test_a_time_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="Mars/Olympus"):
        PortfolioSettings.model_validate({"dailyReport": {"timezone": "Mars/Olympus"}})


def test_every_setting_is_described_and_has_a_default() -> None:
    sections = [SCHEMA, *SCHEMA["$defs"].values()]
    for section in sections:
        for name, field in section["properties"].items():
            assert field.get("description"), name
            assert "default" in field, name
