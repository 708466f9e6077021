import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from kit import (
    Column,
    Money,
    Problem,
    Quantity,
    Ratio,
    Reply,
    Severity,
    Table,
    Text,
    UnknownName,
    UsageError,
    Value,
)
from kit.render import render_csv, render_json
from kit.render.json_text import error_json

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)


@dataclass(frozen=True)
class Row:
    asset: str
    balance: Quantity
    value: Money | None


def data_of(value: object) -> object:
    return json.loads(render_json(Reply(value)))["data"]


def test_json_carries_data_and_problems() -> None:
    problem = Problem("k", Severity.ERROR, "What", "where", "Do it.", datetime(2024, 1, 1, tzinfo=UTC))
    document = json.loads(render_json(Reply({"a": 1}, problems=(problem,))))
    assert list(document) == ["data", "problems"]
    assert document["problems"][0]["severity"] == "error"
    assert document["problems"][0]["first_seen"] == "2024-01-01T00:00:00Z"


def test_figures_are_exact_strings() -> None:
    row = Row("BTC", Quantity(Decimal("0.150000000000000001"), "BTC"), Money(Decimal("1E+5"), "USD"))
    assert data_of([row]) == [
        {
            "asset": "BTC",
            "balance": {"amount": "0.150000000000000001", "asset": "BTC"},
            "value": {"amount": "100000", "currency": "USD"},
        }
    ]
    assert data_of(Ratio(Decimal("0.6512"))) == "0.6512"
    assert data_of(Row("X", Quantity(Decimal(1), "X"), None)) == {
        "asset": "X",
        "balance": {"amount": "1", "asset": "X"},
        "value": None,
    }


def test_instants_are_utc_with_a_z() -> None:
    instant = datetime(2024, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=1)))
    assert data_of({"at": instant, "day": date(2024, 1, 1)}) == {"at": "2024-01-01T00:30:00Z", "day": "2024-01-01"}


def test_other_data() -> None:
    assert data_of({"path": Path("a") / "b", "set": {"b", "a"}, "severity": Severity.INFO, "yes": True}) == {
        "path": str(Path("a") / "b"),
        "set": ["a", "b"],
        "severity": "info",
        "yes": True,
    }


def test_a_float_never_passes() -> None:
    with pytest.raises(TypeError, match="float"):
        render_json(Reply({"total": 0.1}))


def test_json_cannot_act_on_a_terminal() -> None:
    evil = "\x1b[2J\x9b31m\u202e\u2028"
    text = render_json(Reply({"name": evil}))
    assert not any(sign in text for sign in evil if not sign.isascii() or sign == "\x1b")
    assert json.loads(text)["data"]["name"] == evil


def test_lone_surrogates_do_not_break_json() -> None:
    assert "\\udcff" in render_json(Reply({"name": "\udcff"}))


def test_errors_have_a_json_form() -> None:
    assert json.loads(error_json(UnknownName("account", "binanse", ["binance"])))["error"] == {
        "kind": "UnknownName",
        "message": "There is no account “binanse”.",
        "next_step": "Did you mean “binance”?",
        "exit_code": 2,
    }


def table_of(*rows: tuple[Value, ...]) -> Reply:
    return Reply({}, (Text("above"), Table(tuple(Column(str(at), f"k{at}") for at in range(len(rows[0]))), rows)))


def read(reply: Reply) -> list[list[str]]:
    return list(csv.reader(io.StringIO(render_csv(reply))))


def test_csv_is_the_first_table_with_machine_numbers() -> None:
    reply = table_of(
        ("BTC", Quantity(Decimal("1902.50"), "BTC"), Money(Decimal("10050.123"), "USD"), Ratio(Decimal("0.6512"))),
        ("ETH", None, None, None),
    )
    assert read(reply) == [
        ["k0", "k1", "k2", "k2_currency", "k3"],
        ["BTC", "1902.5", "10050.123", "USD", "0.6512"],
        ["ETH", "", "", "", ""],
    ]


def test_csv_names_the_assets_that_nothing_else_in_the_row_names() -> None:
    reply = table_of(
        ("buy", Quantity(Decimal("0.5"), "BTC"), Quantity(Decimal(1), "buy")),
        ("fee", "", Quantity(Decimal(2), "fee")),
    )
    assert read(reply) == [
        ["k0", "k1", "k1_asset", "k2"],
        ["buy", "0.5", "BTC", "1"],
        ["fee", "", "", "2"],
    ]


def test_csv_text_is_no_formula_and_numbers_stay_numbers() -> None:
    rows = read(table_of(("=1+1", Decimal("-5")), ("+x", 7), ("-x", True), ("@x", None), ("\tx", None), ("a=b", "-")))
    assert [row[0] for row in rows[1:]] == ["'=1+1", "'+x", "'-x", "'@x", "'    x", "a=b"]
    assert [row[1] for row in rows[1:]] == ["-5", "7", "true", "", "", "'-"]


def test_csv_of_an_answer_without_a_table_is_refused() -> None:
    with pytest.raises(UsageError, match="no table"):
        render_csv(Reply({}, (Text("x"),)))


@given(st.lists(st.tuples(st.text(), DECIMALS), min_size=1, max_size=5))
def test_csv_keeps_every_digit_and_every_row(rows: list[tuple[str, Decimal]]) -> None:
    back = read(table_of(*rows))[1:]
    assert [Decimal(number) for _, number in back] == [number for _, number in rows]


@given(DECIMALS)
def test_json_keeps_every_digit(value: Decimal) -> None:
    assert Decimal(str(data_of(value))) == value
