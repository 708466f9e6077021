"""Which closes are stored and which are missing, over both databases; and that whoever computes is told of new ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from kit_portfolio_tracker.core.price_days import DaySpan
from kit_portfolio_tracker.ledger import ledger_states
from kit_portfolio_tracker.price_history import missing_closes, needed_days
from kit_portfolio_tracker.store.closes import keep_closes

from kit import PricePoint


def day(number: int, month: int = 1) -> date:
    return date(2024, month, number)


def close(number: int, price: int, asset: str = "BTC", currency: str = "USD") -> PricePoint:
    return PricePoint(day(number), asset, Decimal(price), currency, "test")


def test_what_is_stored_and_what_is_missing(both: Any) -> None:
    rows = [
        "2024-01-02 10:00,a,deposit,BTC,1,,,,,,,,1,",
        "2024-01-03 10:00,a,transfer,,,BTC,0.5,,,,,b,2,",
        "2024-01-04 10:00,b,withdrawal,,,BTC,0.5,BTC,0.0001,,,,3,",
        "2024-01-05 10:00,a,trade,ETH,10,BTC,0.4999,,,,,,4,",
    ]
    both.run("import", files=[both.ledger("ledger.csv", *rows)])
    spans = {"BTC": (DaySpan(day(2), day(5)),), "ETH": (DaySpan(day(5), day(15)),)}
    assert needed_days(both) == missing_closes(both) == spans
    eth = [close(number, 1, "ETH", "BTC") for number in range(5, 16)]
    assert keep_closes(both.store, [close(2, 40000), close(4, 41000), close(5, 42000), *eth]) == 14
    assert missing_closes(both) == {"BTC": (DaySpan(day(3), day(3)),), "ETH": (DaySpan(day(6), day(15)),)}
    assert {each.asset: each.only_in for each in both.run("prices missing").data} == {"BTC": (), "ETH": ("BTC",)}
    lines = {each.asset: each for each in both.run("prices list").data}
    assert (lines["BTC"].closes, lines["BTC"].gaps, lines["BTC"].age) == (3, 1, 10)
    assert (lines["ETH"].first, lines["ETH"].last, lines["ETH"].gaps) == (day(5), day(15), 0)
    assert keep_closes(both.store, [close(2, 40000)]) == 0, "nothing new"


def test_closes_of_other_assets_are_not_denied(bench: Any) -> None:
    keep_closes(bench.store, [close(2, 40000)])
    (table,) = bench.run("prices list", asset="ADA").blocks
    assert table.empty == "No closes of ADA are stored. Fetch them: kit prices fetch ADA"


def test_lots_and_gains_follow_a_price_that_comes_later(bench: Any) -> None:
    rows = ["2024-01-02 10:00,a,airdrop,BTC,1,,,,,,,,1,", "2024-01-04 10:00,a,sell,USD,50000,BTC,1,,,,,,2,"]
    bench.run("import", files=[bench.ledger("ledger.csv", *rows)])
    before = ledger_states(bench)["BTC"].totals
    assert before.excluded or before.uncounted
    bench.run("prices set", asset="btc", day=day(2), price=Decimal(30000))
    after = ledger_states(bench)["BTC"].totals
    assert list(after.gains.values()) == [20000]
    assert not after.excluded
    assert "prices.finished" in bench.events


def test_a_price_that_is_set_again_replaces_the_first_word(bench: Any) -> None:
    for price, changed in ((30000, True), (30000, False), (31000, True)):
        said = bench.run("prices set", asset="BTC", day=day(2), price=Decimal(price), currency="EUR")
        assert said.data.changed is changed
    (line,) = bench.run("prices list", asset="XBT").data
    assert (line.asset, line.currency, line.source, line.closes) == ("BTC", "EUR", "manual", 1)
