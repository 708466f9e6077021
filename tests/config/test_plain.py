"""Kept settings come back as they were, without their models."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from kit_portfolio_tracker.settings import PortfolioSettings
from pydantic import SecretStr

from kit.config.plain import decode, encode


def test_every_field_of_a_section_comes_back() -> None:
    settings = PortfolioSettings.model_validate(
        {"riskFreeRate": 0.04, "targetAllocation": {"BTC": 1}, "tax": {"method": "hifo", "methods": {"2024": "fifo"}}}
    )
    for name in PortfolioSettings.model_fields:
        kept = decode(json.loads(json.dumps(encode(getattr(settings, name)))))
        value = getattr(settings, name)
        if hasattr(type(value), "model_fields"):
            assert vars(kept) == {each: getattr(value, each) for each in type(value).model_fields}
        else:
            assert kept == value
            assert type(kept) is type(value)
    assert decode(encode(settings)).tax.methods == {"2024": "fifo"}


@pytest.mark.parametrize("value", [SecretStr("x"), {"$part": 1}, {1: 2}, 0.5, Decimal, (1,)])
def test_what_has_no_such_form_is_not_kept(value: object) -> None:
    with pytest.raises(TypeError):
        encode(value)
