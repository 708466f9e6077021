"""The report of the day: one for each time that it is due, whatever day it is then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kit.storage import Outbox
from kit.testing import HostFactory, HostUnderTest

CSV = (
    "time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity,fee_asset,fee_quantity,value,"
    "value_currency,to_account,id,note\n2024-03-01T10:00:00Z,kraken,deposit,USD,100,,,,,,,,1,\n"
)


@pytest.fixture
def reporting(kit_host: HostFactory) -> HostUnderTest:
    """In Berlin, with a report when the markets of New York are long closed: midnight in Berlin, but for some weeks."""
    report = {"enabled": True, "time": "18:00", "timezone": "America/New_York"}
    host = kit_host(
        "kit_portfolio_tracker.plugin",
        config={"timezone": "Europe/Berlin", "skills": {"portfolio-tracker": {"dailyReport": report}}},
        now=datetime(2024, 3, 9, 23, tzinfo=UTC),
        beside=("importers", "prices"),
    )
    file = host.home / "ledger.csv"
    file.write_text(CSV, encoding="utf-8")
    assert host.cli("import", str(file)).code == 0
    return host


def keys(reporting: HostUnderTest) -> set[str]:
    return {each.key for each in Outbox(reporting.services.store).newest(10)}


def test_the_day_on_which_new_york_changes_its_clock_has_a_report_of_its_own(reporting: HostUnderTest) -> None:
    reporting.run_job("daily-report")
    reporting.clock.advance(timedelta(hours=23))  # 23:00 in Berlin, of the day that began with the last report
    reporting.run_job("daily-report")
    assert len(keys(reporting)) == 2


def test_the_report_of_yesterday_that_comes_late_takes_nothing_from_that_of_today(reporting: HostUnderTest) -> None:
    reporting.clock.advance(timedelta(hours=9))  # the machine slept when it was due
    reporting.run_job("daily-report")
    reporting.clock.advance(timedelta(hours=14))
    reporting.run_job("daily-report")
    assert len(keys(reporting)) == 2
