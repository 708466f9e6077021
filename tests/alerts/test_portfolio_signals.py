"""What rules can measure of the portfolio, and what keeps them from concluding anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from kit import Reading, Signal
from kit.testing import HostFactory, HostUnderTest

HEAD = (
    "time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity,fee_asset,fee_quantity,value,"
    "value_currency,to_account,id,note\n"
)
NOON = datetime(2024, 6, 10, 12, tzinfo=UTC)


@dataclass
class Holder:
    """A portfolio of files, in dollars, on 10 June 2024."""

    host: HostUnderTest

    def records(self, *rows: str) -> None:
        """Rows of kit CSV from time to sent_quantity; the rest is empty."""
        file = self.host.home / "ledger.csv"
        lines = [f"{row},,,,,,{row.replace(',', ' ')}," for row in rows]
        file.write_text(HEAD + "\n".join(lines), encoding="utf-8")
        assert self.host.cli("import", str(file)).code == 0

    def prices(self, *rows: str) -> None:
        file = self.host.home / "prices.csv"
        file.write_text("date,asset,close\n" + "\n".join(rows), encoding="utf-8")
        assert self.host.cli("prices", "import", str(file)).code == 0

    def measure(self, measure: str, **params: str) -> Reading:
        (reading,) = self.signal(measure).read(self.host.services, [params])
        return reading

    def signal(self, measure: str) -> Signal:
        found = [
            each for each in self.host.services.signals() if (each.subject, each.measure) == ("portfolio", measure)
        ]
        return found[0]


@pytest.fixture
def holder(kit_host: HostFactory) -> Holder:
    config = {"timezone": "UTC", "skills": {"portfolio-tracker": {"baseCurrency": "USD"}}}
    return Holder(kit_host("kit_alerts.plugin", config=config, now=NOON, beside=("portfolio-tracker", "importers")))


@pytest.fixture
def held(holder: Holder) -> Holder:
    """One bitcoin at 60,000 and ten ether at 3,000 since the first of June, for which 70,000 dollars were paid in."""
    holder.records(
        "2024-06-01T07:00:00Z,savings,deposit,USD,70000,,",
        "2024-06-01T08:00:00Z,savings,buy,BTC,1,USD,50000",
        "2024-06-01T09:00:00Z,savings,buy,ETH,10,USD,20000",
    )
    days = [f"2024-06-{day:02}" for day in range(1, 11)]
    holder.prices(*(f"{day},BTC,60000" for day in days), *(f"{day},ETH,3000" for day in days))
    return holder


def test_the_total_is_what_all_of_it_is_worth(held: Holder) -> None:
    reading = held.measure("total")
    assert (reading.value, reading.currency, reading.doubt) == (Decimal(90_000), "USD", "")


def test_a_share_comes_with_its_part_and_the_whole(held: Holder) -> None:
    reading = held.measure("share", asset="BTC")
    assert (reading.part, reading.whole) == (Decimal(60_000), Decimal(90_000))
    assert reading.value is not None
    assert round(reading.value, 6) == Decimal("0.666667")
    assert held.measure("share", asset="SOL").value == 0


def test_unrealized_is_worth_less_cost(held: Holder) -> None:
    assert held.measure("unrealized").value == Decimal(20_000)


def test_a_deposit_is_no_change(held: Holder) -> None:
    held.records("2024-06-10T08:00:00Z,savings,deposit,USD,500000,,")
    assert held.measure("change", period="24h").value == 0
    held.prices("2024-06-10,BTC,66000")
    change = held.measure("change", period="24h").value
    assert change is not None
    assert round(change, 6) == Decimal("0.010169")  # 6,000 of 590,000


def test_a_fall_from_the_highest_is_a_drawdown_and_a_withdrawal_is_none(holder: Holder) -> None:
    holder.records("2024-06-01T08:00:00Z,savings,deposit,BTC,2,,")
    holder.prices(
        *(f"2024-06-{day:02},BTC,{price}" for day, price in enumerate((50, 80, 100, 100, 90, 90, 90, 90, 90, 75), 1))
    )
    assert holder.measure("drawdown", period="365d").value == Decimal("0.25")
    holder.records("2024-06-10T09:00:00Z,savings,withdrawal,,,BTC,1")
    assert holder.measure("drawdown", period="365d").value == Decimal("0.25")
    recent = holder.measure("drawdown", period="2d").value
    assert recent is not None
    assert round(recent, 6) == Decimal("0.166667")


def test_nothing_is_concluded_from_nothing(holder: Holder) -> None:
    assert holder.measure("total").doubt == "Nothing is held."
    assert holder.measure("drawdown", period="365d").doubt == "Nothing is held."


def test_an_asset_without_a_price_is_a_doubt_about_everything(held: Holder) -> None:
    held.records("2024-06-02T08:00:00Z,savings,deposit,NOBODY,5,,")
    for measure, params in (("total", {}), ("share", {"asset": "BTC"}), ("change", {"period": "24h"})):
        assert (
            held.measure(measure, **params).doubt
            == "There is no price of NOBODY; say one: kit prices set NOBODY DAY PRICE"
        )


def test_a_price_that_a_person_said_holds(held: Holder) -> None:
    held.records("2024-06-02T08:00:00Z,savings,deposit,NOBODY,5,,")
    assert held.host.cli("prices set NOBODY 2024-06-02 0.0001").code == 0
    assert held.measure("total").doubt == ""


def test_prices_of_days_ago_are_a_doubt(held: Holder) -> None:
    held.host.clock.advance(timedelta(days=5))
    assert held.measure("total").doubt == ""
    held.host.clock.advance(timedelta(days=1))
    assert held.measure("total").doubt == "The price of BTC is of 2024-06-10."


def test_an_account_that_was_never_reached_is_a_doubt(held: Holder) -> None:
    config = '{"exchanges": {"practice": {"type": "paper"}}, "skills": {"portfolio-tracker": {"baseCurrency": "USD"}}}'
    (held.host.home / "config.json").write_text(config, encoding="utf-8")
    env = {**held.host.env, "KIT_LOAD_PLUGINS": f"{held.host.env['KIT_LOAD_PLUGINS']},paper"}
    from kit.host import Host

    services = Host(held.host.home, env=env, clock=held.host.clock)
    (reading,) = held.signal("total").read(services, [{}])
    services.close()
    assert reading.doubt == "Practice was never reached; ask it: kit sync"


def test_an_asset_that_nobody_knows_is_refused(held: Holder) -> None:
    refused = held.host.cli("alert portfolio share of XYZZY above 5%")
    assert (refused.code, "Nobody here knows the asset “XYZZY”." in refused.err) == (2, True)
    assert "You hold BTC, ETH" in refused.err
    assert held.host.cli("alert portfolio share of SOL above 5%").code == 0


@pytest.mark.parametrize("period", ["1h", "36h"])
def test_the_portfolio_is_measured_by_days(held: Holder, period: str) -> None:
    refused = held.host.cli(f"alert portfolio change -5% --period {period}")
    assert (refused.code, "measured by days" in refused.err) == (2, True)


def test_what_is_suggested_is_a_rule(held: Holder) -> None:
    suggested = [each["rule"] for each in held.host.cli("alerts suggest --json").json["data"]]
    assert "portfolio total below 81000" in suggested
    assert "portfolio share of ETH above 75%" not in suggested
    for rule in suggested:
        assert held.host.cli(f"alert {rule}").code == 0


def test_a_crossing_of_the_portfolio_is_told(held: Holder) -> None:
    assert held.host.cli("alert portfolio --total-above 90500").code == 0
    assert "none fired" in held.host.cli("alerts check").out
    held.prices("2024-06-10,BTC,61000")
    assert "alerts 1 fired" in held.host.cli("alerts check").out
    assert "Portfolio total above $90,500.00" in held.host.cli("notifications").out
