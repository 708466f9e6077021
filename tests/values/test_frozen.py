"""Values that nobody changes."""

from __future__ import annotations

import copy
from dataclasses import FrozenInstanceError, fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kit import Kind, Money, PricePoint, Quantity, Record

BOUGHT = Record("1", datetime(2024, 1, 1, tzinfo=UTC), "a", Kind.BUY, Quantity(Decimal("0.5"), "BTC"))
CLOSE = PricePoint(date(2024, 1, 1), "BTC", Decimal(42000), "USD", "somebody")
VALUES = [BOUGHT, CLOSE, Money(Decimal(1), "USD"), Quantity(Decimal(1), "BTC")]


def test_equal_values_are_one() -> None:
    assert {BOUGHT, replace(BOUGHT), replace(BOUGHT, id="2")} == {BOUGHT, replace(BOUGHT, id="2")}
    assert Quantity(Decimal("0.50"), "BTC") == BOUGHT.received


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_plugin_changes_no_value_that_others_hold(value: object) -> None:
    for field in fields(value):  # type: ignore[arg-type]
        with pytest.raises(FrozenInstanceError):
            setattr(value, field.name, "2")
        with pytest.raises(FrozenInstanceError):
            delattr(value, field.name)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_has_no_further_fields(value: object) -> None:
    assert not hasattr(value, "__dict__")


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_copy_is_equal(value: object) -> None:
    assert copy.copy(value) == value == copy.deepcopy(value)


def test_fields_are_given_by_place_or_name_and_may_be_left_out() -> None:
    assert Quantity(asset="BTC", amount=Decimal(1)) == Quantity(Decimal(1), "BTC")
    assert (CLOSE.time, BOUGHT.sent, BOUGHT.note) == (None, None, "")
    with pytest.raises(TypeError, match=r"Quantity.*asset"):
        Quantity(Decimal(1))  # type: ignore[call-arg]
