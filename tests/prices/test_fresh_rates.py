"""The ECB's rates of these days: fetched when the network is asked, there without it afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kit import Maintenance, OddAnswer

if TYPE_CHECKING:
    from .conftest import Desk, Fault, PriceServer


def test_a_rate_of_today_has_the_instant_of_its_publication(desk: Desk) -> None:
    point = desk.quotes("ecb", ["EUR"])["EUR"]
    assert (point.close, point.currency, point.source) == (Decimal("1.0823"), "USD", "ECB")
    assert point.time == datetime(2024, 3, 22, 15, tzinfo=UTC)  # 16:00 in Frankfurt's winter


def test_two_others_cross_through_the_euro(desk: Desk) -> None:
    crossed = desk.quotes("ecb", ["GBP"])["GBP"].close
    assert abs(crossed * Decimal("0.85693") - Decimal("1.0823")) < Decimal("1e-11")


def test_what_it_does_not_know_asks_nobody(desk: Desk, server: PriceServer) -> None:
    assert desk.quotes("ecb", ["BTC", "XAU", "USD"]) == {}
    assert server.asked == []


def test_a_currency_it_does_not_count_in_is_answered_in_euros(desk: Desk) -> None:
    assert desk.quotes("ecb", ["USD"], "BTC")["USD"].currency == "EUR"


def test_first_the_last_months_then_the_day_and_neither_too_often(desk: Desk, server: PriceServer) -> None:
    desk.quotes("ecb", ["EUR"])
    desk.quotes("ecb", ["GBP"])
    desk.clock.advance(timedelta(hours=5))
    server.tables["2024-03-25"] = {"USD": "1.0835", "GBP": "0.8581"}
    assert desk.quotes("ecb", ["EUR"])["EUR"].close == Decimal("1.0835")
    assert server.paths() == ["/eurofxref-hist-90d.xml", "/eurofxref-daily.xml"]
    desk.clock.advance(timedelta(days=9))
    desk.quotes("ecb", ["EUR"])
    assert server.paths()[-1] == "/eurofxref-hist-90d.xml", "a gap is filled"


def test_what_was_fetched_is_there_without_the_network(desk: Desk, server: PriceServer) -> None:
    server.tables = {"2027-01-05": {"USD": "1.5"}, "2027-01-04": {"USD": "1.4"}}
    desk.clock.advance(datetime(2027, 1, 5, 18, tzinfo=UTC) - desk.clock.now())
    desk.quotes("ecb", ["EUR"])
    asked = len(server.asked)
    closes = desk.closes("ecb", ["EUR"], "USD", "2027-01-01", "2027-01-06")
    assert closes == {"2027-01-05": Decimal("1.5"), "2027-01-04": Decimal("1.4")}
    assert len(server.asked) == asked


@pytest.mark.parametrize("text", ["", "<html>Maintenance</html>", "<Cube><Cube time='2024-03-22'></Cube></Cube>", "{}"])
def test_an_odd_answer_is_an_error_and_changes_nothing(
    desk: Desk, server: PriceServer, fault: type[Fault], text: str
) -> None:
    server.faults.append(fault("eurofxref", text=text, times=9))
    with pytest.raises(OddAnswer):
        desk.quotes("ecb", ["EUR"])
    server.faults.clear()
    assert desk.quotes("ecb", ["EUR"])["EUR"].close == Decimal("1.0823")


def test_an_old_table_is_not_todays_rate(desk: Desk) -> None:
    desk.clock.advance(timedelta(days=30))
    assert desk.quotes("ecb", ["EUR"]) == {}


def test_a_bank_that_is_closed_is_said_to_be(desk: Desk, server: PriceServer, fault: type[Fault]) -> None:
    server.faults.append(fault("eurofxref", 503, times=9))
    with pytest.raises(Maintenance, match="European Central Bank"):
        desk.quotes("ecb", ["EUR"])


def test_a_damaged_cache_is_an_empty_one(desk: Desk) -> None:
    desk.quotes("ecb", ["EUR"])
    kept = desk.cache / "prices" / "ecb.json"
    for damage in ("", "[]", '{"days": 5, "asked": 7}', '{"days": {"x": {"USD": 1}}}', '{"days": {"2024-03-22": []}}'):
        kept.write_text(damage)
        assert desk.quotes("ecb", ["EUR"])["EUR"].close == Decimal("1.0823")
