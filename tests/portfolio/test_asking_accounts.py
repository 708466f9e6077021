"""Asking accounts: what lands, what stays when a venue fails, and what the answers say of it."""

from __future__ import annotations

import asyncio
import sys
import types
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kit import (
    AccountContext,
    BadKey,
    Balance,
    Exchange,
    ExchangeType,
    HistoryBatch,
    Kind,
    Maintenance,
    OddAnswer,
    Order,
    OrderRequest,
    Pair,
    Quantity,
    Record,
    Refused,
    Ticker,
    hookimpl,
)
from kit.testing import HostFactory, HostUnderTest

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Scripted:
    """What a venue of the tests says of one account, and how often it was asked."""

    holds: dict[str, str] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    fault: BaseException | None = None
    history_fault: BaseException | None = None
    hangs: bool = False
    asked: int = 0
    walked: int = 0


class ScriptedExchange:
    """An account at that venue."""

    def __init__(self, context: AccountContext, script: Scripted) -> None:
        self._name = context.name
        self._clock = context.services.clock
        self._script = script

    async def balances(self) -> list[Balance]:
        self._script.asked += 1
        if self._script.hangs:
            await asyncio.Event().wait()
        if self._script.fault is not None:
            raise self._script.fault
        now = self._clock.now()
        return [Balance(self._name, asset, Decimal(total), now) for asset, total in self._script.holds.items()]

    async def tickers(self, pairs: Collection[Pair] | None = None) -> list[Ticker]:
        prices = {"BTC": "60000", "ETH": "3000", "USDT": "1"}
        now = self._clock.now()
        return [Ticker(Pair(asset, "USD"), Decimal(price), now) for asset, price in prices.items()]

    async def history(self, cursors: Mapping[str, str], *, assets: Collection[str] = ()) -> AsyncIterator[HistoryBatch]:
        self._script.walked += 1
        begin = int(cursors.get("all", "0"))
        for place, record in enumerate(self._script.records[begin:], start=begin):
            yield HistoryBatch("all", (record,), str(place + 1))
        if self._script.history_fault is not None:
            raise self._script.history_fault

    async def records(self, since: datetime | None = None) -> AsyncIterator[Record]:
        for record in self._script.records:
            yield record

    async def ticker(self, pair: Pair) -> Ticker:
        raise Refused("no")

    async def place_order(self, request: OrderRequest) -> Order:
        raise Refused("no")

    async def fetch_order(self, order_id: str) -> Order:
        raise Refused("no")

    async def open_orders(self) -> list[Order]:
        return []

    async def cancel_order(self, order_id: str) -> Order:
        raise Refused("no")

    async def close(self) -> None: ...


Place = Callable[..., tuple[HostUnderTest, dict[str, Scripted]]]


@pytest.fixture
def place(kit_host: HostFactory) -> Iterator[Place]:
    """`place("a", "b")`: a host with these accounts at the venue of the tests, and what each says."""
    name = "kit_scripted_venue"

    def make(*accounts: str, **settings: Any) -> tuple[HostUnderTest, dict[str, Scripted]]:
        scripts = {account: Scripted() for account in accounts}
        module = types.ModuleType(name)

        def kit_exchanges() -> list[ExchangeType]:
            def open_it(context: AccountContext) -> Exchange:
                return ScriptedExchange(context, scripts[context.name])

            return [ExchangeType("scripted", "Scripted", open=open_it)]

        module.kit_exchanges = hookimpl(kit_exchanges)  # type: ignore[attr-defined]
        sys.modules[name] = module
        config = {
            "exchanges": {account: {"type": "scripted"} for account in accounts},
            "skills": {"portfolio-tracker": settings},
        }
        host = kit_host(module, config=config, now=NOW, beside=("portfolio-tracker",))
        return host, scripts

    yield make
    sys.modules.pop(name, None)


def bought(own_id: str, asset: str, quantity: str, account: str = "a") -> Record:
    return Record(
        own_id,
        NOW - timedelta(days=10),
        account,
        Kind.BUY,
        received=Quantity(Decimal(quantity), asset),
        sent=Quantity(Decimal(100), "USD"),
    )


def came(own_id: str, asset: str, quantity: str, account: str) -> Record:
    return Record(own_id, NOW, account, Kind.DEPOSIT, received=Quantity(Decimal(quantity), asset))


def totals(host: HostUnderTest) -> dict[str, tuple[str | None, str]]:
    """(reported, calculated) of each asset of account a."""
    data = host.cli("portfolio --offline --json").json["data"]
    return {
        each["asset"]: (each["reported"], each["calculated"]) for each in data["holdings"] if each["account"] == "a"
    }


def test_balances_records_and_prices_arrive(place: Place) -> None:
    host, said = place("a")
    said["a"].holds = {"BTC": "0.5", "USD": "-100"}
    said["a"].records = [bought("1", "BTC", "0.5")]
    answer = host.cli("sync --json")
    (visit,) = answer.json["data"]["accounts"]
    assert (answer.code, visit["outcome"], visit["new_records"]) == (0, "synced", 1)
    assert totals(host) == {"BTC": ("0.5", "0.5"), "USD": ("-100", "-100")}
    shown = host.cli("portfolio --offline")
    assert "$29,900.00" in shown.out
    assert "prices 0 s old" in shown.out


def test_the_same_again_changes_nothing(place: Place) -> None:
    host, said = place("a")
    said["a"].holds = {"BTC": "0.5"}
    said["a"].records = [bought("1", "BTC", "0.5")]
    host.cli("sync")
    before = totals(host)
    for line in ("sync --json", "sync --full --json"):
        (visit,) = host.cli(line).json["data"]["accounts"]
        assert (visit["new_records"], visit["changes"]) == (0, [])
    assert totals(host) == before


def test_what_the_venue_no_longer_lists_is_reported_as_zero(place: Place) -> None:
    host, said = place("a")
    said["a"].holds = {"BTC": "0.5", "ETH": "2"}
    said["a"].records = [bought("1", "BTC", "0.5"), bought("2", "SOL", "3")]
    host.cli("sync")
    assert totals(host)["SOL"] == ("0", "3")
    said["a"].holds = {"BTC": "0.5"}
    host.cli("sync")
    assert "ETH" not in totals(host)


@pytest.mark.parametrize(
    "fault", [BadKey("It does not accept the key."), Maintenance("Closed."), OddAnswer("Nonsense."), TypeError("a bug")]
)
def test_an_account_that_fails_keeps_its_last_good_balances_and_says_so(place: Place, fault: Exception) -> None:
    host, said = place("a", "b")
    said["a"].holds, said["b"].holds = {"BTC": "0.5"}, {"ETH": "1"}
    said["a"].records, said["b"].records = [came("1", "BTC", "0.5", "a")], [came("1", "ETH", "1", "b")]
    assert host.cli("sync").code == 0
    host.clock.advance(timedelta(minutes=14))
    said["a"].fault = fault
    said["b"].holds = {"ETH": "2"}
    said["b"].records.append(came("2", "ETH", "1", "b"))
    synced = host.cli("sync --json")
    assert synced.code == 3
    assert [visit["outcome"] for visit in synced.json["data"]["accounts"]] == ["failed", "synced"]
    shown = host.cli("portfolio --offline")
    assert shown.code == 3
    assert "$36,000.00" in shown.out
    assert "1 of 2 accounts up to date, A 14 min old" in " ".join(shown.out.split())
    assert any(problem.key == "account:a" for problem in host.problems())
    said["a"].fault = None
    assert host.cli("sync").code == 0
    assert host.cli("portfolio --offline").code == 0
    assert not any(problem.key == "account:a" for problem in host.problems())


def test_where_every_account_fails_so_does_the_sync(place: Place) -> None:
    host, said = place("a")
    said["a"].fault = BadKey("It does not accept the key.")
    answer = host.cli("sync")
    assert answer.code == 1
    assert "does not accept the key" in answer.out
    shown = host.cli("portfolio --offline")
    assert shown.code == 3
    assert "never reached" in shown.out
    assert "$0" not in shown.out


def test_an_account_that_suddenly_holds_nothing_is_not_believed_at_once(place: Place) -> None:
    host, said = place("a")
    said["a"].holds = {"BTC": "0.5"}
    host.cli("sync")
    said["a"].holds = {}
    answer = host.cli("sync")
    assert answer.code == 3
    assert "holds nothing any more" in answer.out
    assert totals(host)["BTC"][0] == "0.5"
    host.clock.advance(timedelta(minutes=11))
    assert host.cli("sync").code == 0
    assert "BTC" not in totals(host)


def test_records_that_tell_why_are_believed(place: Place) -> None:
    host, said = place("a")
    said["a"].holds = {"BTC": "0.5"}
    host.cli("sync")
    said["a"].holds = {}
    left = Record("9", NOW, "a", Kind.WITHDRAWAL, sent=Quantity(Decimal("0.5"), "BTC"))
    said["a"].records.append(left)
    assert host.cli("sync").code == 0
    assert totals(host)["BTC"] == ("0", "-0.5")


def test_a_history_that_breaks_off_keeps_what_came_and_goes_on_there(place: Place) -> None:
    host, said = place("a")
    said["a"].holds = {"BTC": "2"}
    said["a"].records = [bought("1", "BTC", "1")]
    said["a"].history_fault = Maintenance("Closed.")
    (visit,) = host.cli("sync --json").json["data"]["accounts"]
    assert (visit["outcome"], visit["new_records"]) == ("partial", 1)
    said["a"].history_fault = None
    said["a"].records.append(bought("2", "BTC", "1"))
    (visit,) = host.cli("sync --json").json["data"]["accounts"]
    assert (visit["outcome"], visit["new_records"]) == ("synced", 1)
    assert totals(host)["BTC"] == ("2", "2")


def test_a_question_asks_first_what_is_older_than_the_interval(place: Place) -> None:
    host, said = place("a", updateInterval=60)
    said["a"].holds = {"BTC": "0.5"}
    assert "$30,000.00" in host.cli("portfolio").out
    said["a"].holds = {"BTC": "1"}
    assert "$30,000.00" in host.cli("portfolio").out
    assert said["a"].asked == 1
    host.clock.advance(timedelta(seconds=61))
    assert "$30,000.00" in host.cli("portfolio --offline").out
    assert "$60,000.00" in host.cli("portfolio").out
    assert said["a"].asked == 2


def test_a_question_walks_through_no_history_that_was_never_fetched(place: Place) -> None:
    host, said = place("a")
    said["a"].holds = {"BTC": "0.5"}
    said["a"].records = [bought("1", "BTC", "0.5")]
    shown = host.cli("portfolio")
    assert said["a"].walked == 0
    assert "history of A was not fetched yet" in shown.out
    host.cli("sync")
    assert said["a"].walked == 1
    host.clock.advance(timedelta(minutes=2))
    host.cli("portfolio")
    assert said["a"].walked == 1, "nothing has changed"
    host.clock.advance(timedelta(minutes=2))
    said["a"].holds = {"BTC": "1"}
    host.cli("portfolio")
    assert said["a"].walked == 2


def test_a_venue_that_is_down_is_asked_less_and_less_by_itself(place: Place) -> None:
    host, said = place("a", updateInterval=60)
    said["a"].holds = {"BTC": "0.5"}
    host.cli("portfolio")
    said["a"].fault = Maintenance("Closed.")
    asked = []
    for _ in range(12):
        host.clock.advance(timedelta(seconds=61))
        host.cli("portfolio")
        asked.append(said["a"].asked)
    assert asked[-1] < 6
    host.cli("sync")
    assert said["a"].asked == asked[-1] + 1, "a person who asks is obeyed"


def test_nobody_waits_for_a_venue_that_hangs(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kit_portfolio_tracker.refreshing._BUDGET_SECONDS", 0.3)
    host, said = place("a", "b")
    said["a"].hangs = True
    said["b"].holds = {"ETH": "1"}
    shown = host.cli("portfolio")
    assert "$3,000.00" in shown.out
    assert "A was never reached: a did not answer in time." in shown.out


def test_what_another_process_is_asking_is_left_to_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kit_portfolio_tracker.refreshing._BUDGET_SECONDS", 0.3)
    host, said = place("a")
    said["a"].holds, said["a"].records = {"BTC": "0.5"}, [came("1", "BTC", "0.5", "a")]
    host.cli("sync")
    host.clock.advance(timedelta(minutes=5))
    with host.services.store.lock("sync:a") as ours:
        assert ours
        shown = host.cli("portfolio")
    assert (shown.code, said["a"].asked) == (0, 1)
    assert "$30,000.00" in shown.out
    assert not host.problems()


def test_a_failure_forgets_nothing_that_was_known(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kit_portfolio_tracker.refreshing._BUDGET_SECONDS", 0.3)
    host, said = place("a")
    said["a"].holds, said["a"].records = {"BTC": "0.5"}, [came("1", "BTC", "0.5", "a")]
    host.cli("sync")
    host.clock.advance(timedelta(minutes=5))
    said["a"].hangs = True
    shown = host.cli("portfolio")
    assert shown.code == 3
    assert "A is 5 min old: a did not answer in time." in shown.out


def test_the_job_does_the_same_and_fails_where_every_account_does(place: Place) -> None:
    host, said = place("a", "b")
    said["a"].holds, said["b"].fault = {"BTC": "0.5"}, BadKey("No.")
    assert "not well: b" in host.run_job("sync").sentence
    said["a"].fault = BadKey("No.")
    host.clock.advance(timedelta(hours=3))
    assert host.run_job("sync").outcome == "failed"


def test_one_account_is_asked_by_its_name_and_an_unknown_one_names_the_nearest(place: Place) -> None:
    host, said = place("savings", "trading")
    said["savings"].holds = {"BTC": "1"}
    assert host.cli("sync --exchange savings").code == 0
    assert (said["savings"].asked, said["trading"].asked) == (1, 0)
    wrong = host.cli("sync --exchange savngs")
    assert wrong.code == 2
    assert "savings" in wrong.err


def test_without_accounts_the_next_step_is_named(place: Place) -> None:
    host, _ = place()
    answer = host.cli("sync")
    assert answer.code == 0
    assert "kit exchanges add binance" in answer.out
