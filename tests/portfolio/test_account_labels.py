"""How accounts are called on screen, above all two that would be called the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st
from kit_portfolio_tracker.labels import account_label, distinct_labels

from kit import Reply
from kit.render import render_text

ROWS = (
    "2023-01-10T10:00:00Z,binance,deposit,BTC,1,,,,,,,,in-1,",
    "2023-01-11T10:00:00Z,Binance,deposit,BTC,2,,,,,,,,in-2,",
    "2023-01-12T10:00:00Z,kraken,deposit,BTC,4,,,,,,,,in-3,",
)


@pytest.fixture
def held(bench: Any) -> Any:
    bench.run("import", files=[bench.ledger("a.csv", *ROWS)])
    return bench


def text(reply: Reply) -> str:
    return render_text(reply, width=160)


@given(st.sets(st.text("aAbB.-", min_size=1, max_size=4)), st.dictionaries(st.text("aAb", max_size=2), st.just("X")))
def test_no_two_accounts_are_called_the_same(accounts: set[str], labels: dict[str, str]) -> None:
    called = distinct_labels(accounts, labels)
    assert called.keys() == accounts
    assert len(set(called.values())) == len(accounts)


def test_a_label_that_is_its_own_stays_plain() -> None:
    assert distinct_labels(["kraken", "my bank"], {}) == {"kraken": "Kraken", "my bank": "My Bank"}


def test_accounts_that_differ_in_case_are_told_apart_everywhere(held: Any) -> None:
    assert account_label("binance", {}) == account_label("Binance", {})
    for shown in (
        text(held.run("portfolio")),
        text(held.run("holdings", asset="BTC")),
        text(held.run("ledger list")),
        text(held.run("ledger match")),
        text(held.run("ledger explain", id="in-1")) + text(held.run("ledger explain", id="in-2")),
    ):
        assert "Binance (binance)" in shown
        assert "Binance (Binance)" in shown
        assert "Kraken (" not in shown


def test_one_of_two_that_are_called_the_same_can_be_chosen(held: Any) -> None:
    def units(exchange: str) -> int:
        return sum(int(each.quantity) for each in held.run("portfolio", exchange=exchange).data.holdings)

    assert (units("Binance (binance)"), units("Binance (Binance)"), units("BINANCE")) == (1, 2, 3)

    def records(account: str) -> list[str]:
        return [row.record.id for row in held.run("ledger list", account=account).data.records]

    assert records("binance") == records("Binance (binance)") == ["in-1"]
    assert records("BINANCE") == ["in-2", "in-1"]
