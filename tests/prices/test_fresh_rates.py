"""The ECB's rates of these days: fetched when the network is asked, there without it afterwards."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from kit_prices.ecb import newest_day

from kit import Maintenance, OddAnswer, PricePoint

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


def past(desk: Desk, asset: str, since: date, until: date) -> list[date]:
    """The days whose dollar rates the source tells, oldest first."""
    ask = desk.source("ecb").past
    assert ask is not None

    async def asked() -> list[PricePoint]:
        return await ask(asset, "USD", since, until)

    return sorted(point.day for point in desk.network.run(asked()))


def test_the_whole_history_is_asked_for_where_the_installed_one_ended_long_ago(desk: Desk, server: PriceServer) -> None:
    desk.clock.advance(timedelta(days=365 * 5))
    now = desk.clock.now().date()
    ended = newest_day()
    business = [day for day in (ended + timedelta(days=count) for count in range(1, 5000)) if day < now]
    business = [day for day in business if day.weekday() < 5]
    tables = {day.isoformat(): {"USD": "1.25"} for day in business}
    server.tables = {day: rates for day, rates in tables.items() if date.fromisoformat(day) > now - timedelta(days=90)}
    server.all_tables = tables
    since = ended - timedelta(days=10)
    told = past(desk, "EUR", since, now)
    assert set(business) <= set(told)
    assert server.paths() == ["/eurofxref-hist-90d.xml", "/eurofxref-hist.xml"]
    assert past(desk, "EUR", since, now) == told
    assert len(server.paths()) == 2, "what was told is kept"


def test_rates_of_the_installed_history_ask_nobody(desk: Desk, server: PriceServer) -> None:
    assert past(desk, "EUR", date(2024, 3, 11), date(2024, 3, 17)) == [date(2024, 3, day) for day in range(11, 16)]
    assert past(desk, "BTC", date(2024, 3, 11), date(2024, 3, 17)) == []
    assert server.paths() == []
