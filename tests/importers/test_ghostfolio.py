"""Ghostfolio's activities, JSON and CSV."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from kit import FileHead, Importer, ImportFileError, Kind, Money, Quantity, Record, RejectedRow, SkippedRow

Read = Callable[..., list[object]]
Told = Callable[[object], list[str]]
HEADER = "Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note\n"


def activity(**changed: object) -> dict[str, object]:
    return {
        "accountId": "b2d3",
        "comment": None,
        "fee": 0,
        "quantity": 5,
        "type": "BUY",
        "unitPrice": 298.58,
        "currency": "USD",
        "dataSource": "YAHOO",
        "date": "2021-09-16T00:00:00.000Z",
        "symbol": "MSFT",
    } | changed


def export(*activities: dict[str, object]) -> str:
    return json.dumps(
        {
            "meta": {"date": "2023-02-05T00:00:00.000Z", "version": "dev"},
            "accounts": [{"id": "b2d3", "name": "My broker", "currency": "USD", "balance": 2000}],
            "assetProfiles": [{"symbol": "7e91", "name": "Penthouse", "dataSource": "MANUAL"}],
            "activities": activities,
        },
        indent=2,
    )


def test_a_purchase_becomes_this_record(read: Read) -> None:
    (record,) = read("ghostfolio", export(activity(fee=19, comment="My first order", id="a-1")))
    assert record == Record(
        "a-1",
        datetime(2021, 9, 16, tzinfo=UTC),
        "My broker",
        Kind.BUY,
        Quantity(Decimal(5), "MSFT"),
        value=Money(Decimal("1511.90"), "USD"),
        note="My first order, fee contained in the value: 19 USD",
        source="ghostfolio",
    )


@pytest.mark.parametrize(
    ("changed", "event"),
    [
        ({"type": "SELL", "fee": 1}, "sell -5 MSFT worth 1491.9 USD"),
        ({"type": "DIVIDEND", "unitPrice": 0.62}, "reward +3.1 USD"),
        ({"type": "INTEREST", "quantity": 1, "unitPrice": 0.1}, "interest +0.1 USD"),
        ({"type": "FEE", "fee": 49, "quantity": 0, "unitPrice": 0}, "fee fee 49 USD"),
        ({"type": "FEE", "fee": 0, "quantity": 1, "unitPrice": 49}, "fee fee 49 USD"),
        ({"symbol": "BTCUSD", "quantity": 0.1, "unitPrice": 20000}, "buy +0.1 BTC worth 2000 USD"),
        ({"symbol": "BTC-USD", "quantity": 0.1, "unitPrice": 20000}, "buy +0.1 BTC worth 2000 USD"),
        ({"symbol": "bitcoin", "dataSource": "COINGECKO", "unitPrice": 1}, "buy +5 BTC worth 5 USD"),
        (
            {"symbol": "7e91", "dataSource": "MANUAL", "quantity": 1, "unitPrice": 5e5},
            "buy +1 PENTHOUSE worth 500000 USD",
        ),
    ],
)
def test_what_an_activity_is(read: Read, told: Told, changed: dict[str, object], event: str) -> None:
    rows = read("ghostfolio", export(activity(**changed)))
    value = rows[0].value if isinstance(rows[0], Record) else None
    worth = f" worth {value.amount.normalize():f} {value.currency}" if value else ""
    assert [line + worth for line in told(rows)] == [event]


def test_amounts_are_exact_to_the_last_digit(read: Read) -> None:
    text = export(activity()).replace("298.58", "0.1234567890123456789012345")
    (record,) = read("ghostfolio", text)
    assert isinstance(record, Record)
    assert record.value == Money(Decimal("0.6172839450617283945061725"), "USD")


def test_what_moves_nothing_is_skipped_and_the_strange_kept_aside(read: Read, told: Told) -> None:
    rows = read(
        "ghostfolio",
        export(
            activity(type="LIABILITY"),
            activity(quantity=0, unitPrice=0, date="2050-06-06T00:00:00.000Z"),
            activity(type="ITEM"),
            activity(quantity=-1),
            activity(symbol="some-coin", dataSource="COINGECKO"),
            activity(date="16th"),
            activity(),
        ),
    )
    assert [row.line for row in rows if isinstance(row, SkippedRow)] == [1, 2]
    assert [(row.line, row.reason) for row in rows if isinstance(row, RejectedRow)] == [
        (3, "the type “ITEM” is not known"),
        (4, "the quantity -1 is negative"),
        (5, "which ticker CoinGecko's “some-coin” has is not known; write it in its place"),
        (6, "“16th” is not a time like 2024-01-31 12:00:00"),
    ]
    assert told(rows) == ["buy +5 MSFT"]


def test_the_csv_has_days_before_months(read: Read, told: Told) -> None:
    rows = read(
        "ghostfolio-csv",
        HEADER
        + "01-09-2021,Account Opening Fee,MANUAL,USD,0,0,fee,49,\n"
        + "16-09-2021,MSFT,YAHOO,USD,298.580,5,buy,19.00,My first order\n"
        + "17/11/2021,MSFT,YAHOO,USD,0.62,5,dividend,0.00,\n"
        + "20500606,MSFT,YAHOO,USD,0.00,0,buy,0.00,\n",
        account="broker",
    )
    assert told(rows) == ["fee fee 49 USD", "buy +5 MSFT", "reward +3.1 USD"]
    records = [row for row in rows if isinstance(row, Record)]
    assert [(each.account, each.time.day, each.time.month) for each in records] == [
        ("broker", 1, 9),
        ("broker", 16, 9),
        ("broker", 17, 11),
    ]
    assert isinstance(rows[-1], SkippedRow)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "is not JSON"),
        ("[]", "no activities"),
        ('{"activities": {}}', "no activities"),
        ("[" * 99_999, "not JSON"),
    ],
)
def test_what_is_no_export_is_refused(read: Read, content: str, reason: str) -> None:
    with pytest.raises(ImportFileError, match=reason):
        read("ghostfolio", content)


def test_an_export_is_recognised_by_its_structure(importers: dict[str, Importer]) -> None:
    def sure(text: str) -> set[str]:
        head = FileHead(Path("x.json"), tuple(text.splitlines()[:50]), text.encode()[:65536])
        return {name for name, each in importers.items() if each.detect(head) >= 0.5}

    assert sure(export(activity())) == {"ghostfolio"}
    assert sure(json.dumps({"activities": [activity()]})) == {"ghostfolio"}
    assert sure(json.dumps({"config": [1]})) == set()
    balances = [{"date": f"2024-01-{day % 28 + 1}T00:00:00.000Z", "value": day} for day in range(2000)]
    account = {"id": "b2d3", "platformId": "9da3", "balances": balances}
    whole = {"meta": {"version": "2.1"}, "accounts": [account], "activities": [activity()]}
    assert sure(json.dumps(whole, indent=2)) == {"ghostfolio"}
