"""Values that nobody changes."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from kit import Kind, Money, Quantity, Record

BOUGHT = Record("1", datetime(2024, 1, 1, tzinfo=UTC), "a", Kind.BUY, Quantity(Decimal("0.5"), "BTC"))


def test_equal_values_are_one() -> None:
    assert {BOUGHT, replace(BOUGHT), replace(BOUGHT, id="2")} == {BOUGHT, replace(BOUGHT, id="2")}
    assert Quantity(Decimal("0.50"), "BTC") == BOUGHT.received


@pytest.mark.parametrize("value", [BOUGHT, Money(Decimal(1), "USD")])
def test_a_plugin_changes_no_value_that_others_hold(value: object) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(value, "id" if isinstance(value, Record) else "amount", "2")


def test_a_value_has_no_further_fields() -> None:
    assert not hasattr(BOUGHT, "__dict__")
