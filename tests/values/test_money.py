from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from kit import Money, Quantity, Ratio, UsageError, exact, exact_math, parse_amount, parse_duration, parse_ratio, plain

decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=18)


@given(decimals)
def test_plain_and_exact_are_inverse(value: Decimal) -> None:
    assert exact(plain(value)) == value


@pytest.mark.parametrize(
    ("text", "shown"),
    [("1E+3", "1000"), ("0.1000", "0.1"), ("-0", "0"), ("-0.000", "0"), ("1E-18", "0.000000000000000001"), ("5", "5")],
)
def test_plain_has_no_exponent_and_no_trailing_zeros(text: str, shown: str) -> None:
    assert plain(Decimal(text)) == shown


@pytest.mark.parametrize(
    "text", ["", " ", "nan", "inf", "-Infinity", "1,000", "0x10", "1_000", "٣", "1e9999", "--1", "1 2"]
)
def test_exact_refuses_what_machines_do_not_write(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        exact(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20000", "20000"),
        ("70k", "70000"),
        ("70,000", "70000"),
        ("1.5m", "1500000"),
        ("$20,000.50", "20000.50"),
        ("-$5", "-5"),
        ("2 000", "2000"),
        ("1B", "1000000000"),
        (".5", "0.5"),
        ("−5", "-5"),
        ("1.234", "1.234"),
        ("0.070", "0.07"),
        ("1.5 million", "1500000"),
        ("20 thousand", "20000"),
    ],
)
def test_amounts_as_people_write_them(text: str, value: str) -> None:
    assert parse_amount(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "k", "1,5", "1,00,000", "20000 BTC", "1..5", "five", "1.5.2", "5%", "70.000", "$20.000"]
)
def test_an_ambiguous_or_foreign_amount_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_amount(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("5%", "0.05"), ("-5 %", "-0.05"), ("−5%", "-0.05"), ("0.05", "0.05"), ("250%", "2.5"), ("1", "1")],
)
def test_ratios_as_people_write_them(text: str, value: str) -> None:
    assert parse_ratio(text) == Decimal(value)


def test_a_bare_number_above_one_is_not_guessed_to_be_a_percentage() -> None:
    with pytest.raises(UsageError, match="Write 5% for 5 percent"):
        parse_ratio("5")


@pytest.mark.parametrize(
    ("text", "span"),
    [("30s", timedelta(seconds=30)), ("1.5h", timedelta(minutes=90)), ("7D", timedelta(days=7)), ("2w", timedelta(14))],
)
def test_durations_as_people_write_them(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize("text", ["", "7", "7y", "h", "-1h", "9" * 400 + "w", "36501d"])
def test_a_wrong_duration_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_duration(text)


def test_money_of_two_currencies_does_not_add_up() -> None:
    with pytest.raises(ValueError, match="cannot add EUR to USD"):
        Money(Decimal(1), "USD") + Money(Decimal(1), "EUR")


@given(decimals, decimals)
def test_money_adds_exactly_both_ways(left: Decimal, right: Decimal) -> None:
    total = Money(left, "USD") + Money(right, "USD")
    assert total - Money(right, "USD") == Money(left, "USD")


@pytest.mark.parametrize("build", [lambda v: Money(v, "USD"), lambda v: Quantity(v, "BTC"), Ratio])
@pytest.mark.parametrize("wrong", [1.5, 1, "1"])
def test_only_decimals_are_exact(build: type, wrong: object) -> None:
    with pytest.raises(TypeError):
        build(wrong)


def test_a_figure_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        Ratio(Decimal("NaN"))


def test_exact_math_holds_a_billion_with_eighteen_decimals_and_gives_the_context_back() -> None:
    large, small = Decimal(10**24), Decimal("1E-18")
    assert large + small == large
    with exact_math():
        assert large + small - large == small
    assert large + small == large
