"""`sectors` and `riskLimits` in config.json: what is accepted, by the model and by the schema."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from kit_portfolio_tracker.settings import PortfolioSettings
from pydantic import ValidationError

from kit.testing import HostFactory

SCHEMA = PortfolioSettings.model_json_schema(by_alias=True)
GOOD: list[dict[str, Any]] = [
    {"sectors": {"SOL": "Layer 1"}},
    {"sectors": {"XYZ": {"DeFi": 0.6, "Gaming": 0.4}}},
    {"sectors": {"XYZ": {"DeFi": 1}}},
    {"riskLimits": {}},
    {"riskLimits": {"asset": 0.4, "account": 0.5, "venue": 0.5, "sector": 0.6, "issuer": 0.3}},
    {"riskLimits": {"asset": 1, "venue": 0}},
]
BAD: list[dict[str, Any]] = [
    {"sectors": {"sol": "Layer 1"}},
    {"sectors": {"SOL": ""}},
    {"sectors": {"SOL": "Layer\n1"}},
    {"sectors": {"SOL": 1}},
    {"sectors": {"SOL": ["Layer 1"]}},
    {"sectors": {"XYZ": {"DeFi": 1.1}}},
    {"sectors": {"XYZ": {"DeFi": "1"}}},
    {"sectors": {"XYZ": {"": 1}}},
    {"riskLimits": {"asset": 1.5}},
    {"riskLimits": {"asset": -0.1}},
    {"riskLimits": {"asset": "0.4"}},
    {"riskLimits": {"assets": 0.4}},
    {"riskLimits": 0.4},
]
WRONG_SUMS: list[dict[str, Any]] = [
    {"sectors": {"XYZ": {"DeFi": 0.6, "Gaming": 0.3}}},
    {"sectors": {"XYZ": {"DeFi": 0.6, "Gaming": 0.6}}},
    {"sectors": {"XYZ": {}}},
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
def test_right_sectors_and_limits_are_accepted_by_model_and_schema(data: Any) -> None:
    assert (_model_accepts(data), _schema_accepts(data)) == (True, True)


@pytest.mark.parametrize("data", BAD, ids=json.dumps)
def test_wrong_sectors_and_limits_are_refused_by_model_and_schema(data: Any) -> None:
    assert (_model_accepts(data), _schema_accepts(data)) == (False, False)


@pytest.mark.parametrize("data", WRONG_SUMS, ids=json.dumps)
def test_weights_that_do_not_sum_to_one_are_refused_with_their_sum(data: Any) -> None:
    with pytest.raises(ValidationError, match=r"the weights of sectors sum to \S+, not to 1"):
        PortfolioSettings.model_validate(data)


def test_weights_may_miss_one_by_a_rounding() -> None:
    thirds = {"DeFi": Decimal("0.333333"), "Gaming": Decimal("0.333333"), "AI": Decimal("0.333333")}
    assert _model_accepts({"sectors": {"XYZ": thirds}})


def test_a_sector_alone_has_all_of_the_asset() -> None:
    settings = PortfolioSettings.model_validate({"sectors": {"SOL": "Layer 1"}})
    assert settings.sectors == {"SOL": {"Layer 1": Decimal(1)}}


def test_without_limits_everything_is_allowed() -> None:
    limits = PortfolioSettings().risk_limits
    assert {getattr(limits, name) for name in type(limits).model_fields} == {Decimal(1)}


def test_the_defaults_in_the_schema_are_numbers() -> None:
    found = SCHEMA["properties"]["riskLimits"]["default"]
    assert found == dict.fromkeys(["asset", "account", "venue", "sector", "issuer"], 1)


@pytest.mark.parametrize("key", ["riskLimits.asset", "rebalance.threshold"])
def test_a_share_is_set_and_looked_at_as_a_number(kit_host: HostFactory, key: str) -> None:
    host = kit_host("kit_portfolio_tracker.plugin", beside=())
    for value in ("0.4", "0.35"):
        assert host.cli(f"config set skills.portfolio-tracker.{key} {value}").code == 0
        assert host.cli(f"config get skills.portfolio-tracker.{key}").out.strip() == value
