from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from kit import Money, Quantity, Ratio
from kit.money import exact_math
from kit.render.figures import figure, money, number, quantity, ratio, span

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e20"), max_value=Decimal("1e20"))


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("15432.5", "$15,432.50"),
        ("-450", "-$450.00"),
        ("0", "$0.00"),
        ("0.004", "<$0.01"),
        ("-0.004", ">-$0.01"),
        ("0.005", "<$0.01"),
        ("0.015", "$0.02"),
        ("0.025", "$0.02"),
        ("999.995", "$1,000.00"),
    ],
)
def test_a_headline_shows_cents(amount: str, shown: str) -> None:
    assert money(usd(amount)) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("10050", "$10,050"),
        ("1902.50", "$1,902"),
        ("1932.50", "$1,932"),
        ("1000", "$1,000"),
        ("999.994", "$999.99"),
        ("999.996", "$1,000"),
        ("-1250.4", "-$1,250"),
        ("12.3", "$12.30"),
        ("0.0001", "<$0.01"),
    ],
)
def test_a_cell_drops_the_cents_of_thousands(amount: str, shown: str) -> None:
    assert money(usd(amount), cell=True) == shown


def test_signs_are_shown_where_asked_for_and_zero_has_none() -> None:
    assert money(usd("1250"), signed=True) == "+$1,250.00"
    assert money(usd("-450"), signed=True) == "-$450.00"
    assert money(usd("0"), signed=True) == "$0.00"
    assert ratio(Decimal("0.052"), signed=True) == "+5.2%"


def test_currencies_have_their_own_look() -> None:
    assert money(Money(Decimal("1234.5"), "EUR")) == "€1,234.50"
    assert money(Money(Decimal("1234.5"), "GBP")) == "£1,234.50"
    assert money(Money(Decimal("1234.5"), "JPY")) == "¥1,234"
    assert money(Money(Decimal("1234.5"), "CHF")) == "1,234.50 CHF"
    assert money(Money(Decimal("0.001"), "CHF")) == "<0.01 CHF"
    assert money(Money(Decimal("0.00012"), "BTC")) == "0.00012 BTC"


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0.15", "0.1500"),
        ("1.2", "1.2000"),
        ("1902.5", "1,902.50"),
        ("999.99999", "1,000.00"),
        ("0.00000123", "0.00000123"),
        ("0.000123456789", "0.0001235"),
        ("-0.00000123", "-0.00000123"),
        ("0", "0.0000"),
        ("123456789012345678901234567890.123", "123,456,789,012,345,678,901,234,567,890.12"),
    ],
)
def test_quantities_read_like_the_pictures(amount: str, shown: str) -> None:
    assert quantity(Decimal(amount)) == shown


def test_precise_shows_every_digit() -> None:
    assert quantity(Decimal("1902.123456789012345678"), precise=True) == "1,902.123456789012345678"
    assert quantity(Decimal("30.000000000000000000"), precise=True) == "30"
    assert money(usd("10050.123456"), precise=True) == "$10,050.123456"
    assert money(usd("10050"), precise=True) == "$10,050.00"
    assert ratio(Decimal("0.6512345"), precise=True) == "65.12345%"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0.651", "65.1%"), ("0.6515", "65.2%"), ("0.6525", "65.2%"), ("1", "100.0%"), ("0.0001", "<0.1%"), ("0", "0.0%")],
)
def test_ratios_are_percentages_of_one_decimal(value: str, shown: str) -> None:
    assert ratio(Decimal(value)) == shown


def test_a_missing_figure_is_not_zero() -> None:
    assert figure(None) == "N/A"


def test_instants_are_shown_in_the_readers_zone() -> None:
    instant = datetime(2024, 7, 1, 22, 30, tzinfo=UTC)
    assert figure(instant, zone=ZoneInfo("Europe/Berlin")) == "2024-07-02 00:30"
    assert figure(date(2024, 7, 1)) == "2024-07-01"


def test_other_values() -> None:
    assert figure(True) == "yes"
    assert figure(1_000_000) == "1,000,000"
    assert figure(3, signed=True) == "+3"
    assert figure(Quantity(Decimal("0.15"), "BTC")) == "0.1500 BTC"
    assert figure(Quantity(Decimal("0.15"), "BTC"), cell=True) == "0.1500"
    assert figure(Decimal("2.10")) == "2.1"
    assert figure(Ratio(Decimal("0.5"))) == "50.0%"
    assert [span(timedelta(seconds=each)) for each in (40, 14 * 60, 5 * 3600, 72 * 3600, -60)] == [
        "40 s",
        "14 min",
        "5 h",
        "3 days",
        "-1 min",
    ]


def digits_of(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("$", "").replace("%", "").replace("+", ""))


@given(DECIMALS)
def test_what_is_not_nothing_never_reads_as_nothing(amount: Decimal) -> None:
    for cell in (False, True):
        for text in (figure(Money(amount, "USD"), cell=cell), figure(Ratio(amount)), number(amount), quantity(amount)):
            if amount and "<" not in text and ">" not in text:
                assert digits_of(text) != 0
                assert (digits_of(text) < 0) == (amount < 0)
            if not amount:
                assert "-" not in text


@given(DECIMALS)
@exact_math()
def test_a_shown_figure_is_within_half_a_unit(amount: Decimal) -> None:
    text = money(Money(amount, "USD"))
    if "<" not in text and ">" not in text:
        assert digits_of(text) == amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)


@given(DECIMALS)
def test_precise_loses_nothing(amount: Decimal) -> None:
    assert digits_of(quantity(amount, precise=True)) == amount
    assert digits_of(money(Money(amount, "USD"), precise=True)) == amount
