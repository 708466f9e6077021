from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from kit import Argument, Command, Flag, Option, Param, UsageError, ValueType
from kit.values import command_line, complete_params, parse_value, spell_value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (ValueType.TEXT, " as it is ", " as it is "),
        (ValueType.INTEGER, "1,000", 1000),
        (ValueType.AMOUNT, "70k", Decimal(70000)),
        (ValueType.RATIO, "5%", Decimal("0.05")),
        (ValueType.DURATION, "1h", timedelta(hours=1)),
        (ValueType.DATE, "2024-01-31", date(2024, 1, 31)),
        (ValueType.ASSET, "btc", "BTC"),
        (ValueType.ACCOUNT, "binance", "binance"),
        (ValueType.CURRENCY, "eur", "EUR"),
        (ValueType.FLAG, "Yes", True),
    ],
)
def test_each_type_reads_what_people_write(kind: ValueType, text: str, value: object) -> None:
    assert parse_value(Param("x", kind), text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (ValueType.INTEGER, "1.5"),
        (ValueType.INTEGER, "٣"),
        (ValueType.AMOUNT, "lots"),
        (ValueType.RATIO, "5"),
        (ValueType.DURATION, "soon"),
        (ValueType.DATE, "31.01.2024"),
        (ValueType.DATE, "2024-02-30"),
        (ValueType.DATE, "20240131"),
        (ValueType.ASSET, "B T C"),
        (ValueType.ASSET, ""),
        (ValueType.ACCOUNT, "  "),
        (ValueType.CURRENCY, "€"),
        (ValueType.FLAG, "maybe"),
        (ValueType.PATH, ""),
        (ValueType.PATH, "a\0b"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(kind: ValueType, text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_value(Param("x", kind), text)
    assert refused.value.message.endswith(".")


def test_a_choice_ignores_case_and_names_the_nearest() -> None:
    param = Param("period", ValueType.CHOICE, choices=("7d", "30d", "ytd"))
    assert parse_value(param, "YTD") == "ytd"
    with pytest.raises(UsageError, match=r"not one of 7d, 30d, ytd\. Did you mean “ytd”\?"):
        parse_value(param, "ytdd")


def test_files_are_looked_for_in_the_folder_given(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x")
    param = Param("file", ValueType.FILE)
    assert parse_value(param, "a.csv", folder=tmp_path) == tmp_path / "a.csv"
    assert parse_value(param, str(tmp_path / "a.csv"), folder=Path("/elsewhere")) == tmp_path / "a.csv"
    with pytest.raises(UsageError, match=r"There is no file “b\.csv”"):
        parse_value(param, "b.csv", folder=tmp_path)
    assert parse_value(Param("file", ValueType.PATH), "b.csv", folder=tmp_path) == tmp_path / "b.csv"


@given(st.sampled_from([kind for kind in ValueType if kind is not ValueType.CHOICE]), st.text(max_size=30))
def test_any_text_is_a_value_or_refused(kind: ValueType, text: str) -> None:
    with suppress(UsageError):
        assert parse_value(Param("x", kind), text) is not None


COMMAND = Command(
    "portfolio history",
    "Past",
    run="x:y",
    params=(
        Flag("dry-run"),
        Option("from", ValueType.DATE),
        Option("period", choices=("7d", "30d"), default="30d"),
        Option("tag", many=True),
        Option("span", ValueType.DURATION),
        Argument("asset", ValueType.ASSET, required=False),
    ),
)


def test_what_was_not_said_has_its_default() -> None:
    assert complete_params(COMMAND, {"period": "7d"}) == {
        "dry_run": False,
        "from_": None,
        "period": "7d",
        "tag": (),
        "span": None,
        "asset": None,
    }


def test_an_invocation_is_spelt_as_a_command_line() -> None:
    params: dict[str, Any] = {
        "dry_run": True,
        "from_": date(2024, 1, 1),
        "period": "30d",
        "tag": ("a", "b"),
        "span": timedelta(hours=1),
        "asset": "BTC",
    }
    assert " ".join(command_line(COMMAND, params)) == (
        "portfolio history --dry-run --from 2024-01-01 --tag a --tag b --span 3600s BTC"
    )


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**12, places=6))
def test_an_amount_survives_being_spelt(amount: Decimal) -> None:
    assert parse_value(Param("x", ValueType.AMOUNT), spell_value(amount)) == amount


@pytest.mark.parametrize("type", [ValueType.TEXT, ValueType.ACCOUNT, ValueType.ASSET])
def test_bytes_that_are_no_text_are_refused(type: ValueType) -> None:  # noqa: A002
    with pytest.raises(UsageError, match="not UTF-8"):
        parse_value(Param("x", type), b"caf\xe9".decode("utf-8", "surrogateescape"))
