"""The fixture that plugin authors test with."""

from __future__ import annotations

import asyncio
import sys
import types
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from kit import (
    Argument,
    Check,
    Command,
    Event,
    Finding,
    KitError,
    OrderRequest,
    Pair,
    PricePoint,
    PriceSourceType,
    Reply,
    Services,
    Side,
    Text,
    hookimpl,
)
from kit.testing import HostFactory


def clock_plugin(heard: list[str]) -> types.ModuleType:
    """A plugin made on the spot: a command, a price source, and an ear for events."""
    module = types.ModuleType("kit_under_test")

    def commands() -> list[Command]:
        return [Command("tell", "Tell", run="kit_under_test:tell", params=(Argument("what", required=False),))]

    def tell(services: Services, *, what: str | None) -> Reply:
        if what == "nothing":
            raise KitError("There is nothing to tell.", next_step="Ask for something.")
        services.announce(Event("told", {"what": what}))
        return Reply({"what": what, "at": services.clock.now()}, (Text(f"{what}!"),))

    def sources(services: Services) -> list[PriceSourceType]:
        day = services.clock.now().date()
        point = PricePoint(day, "BTC", Decimal(50_000), "USD", "test")
        return [
            PriceSourceType("test", "Test", lambda assets, *_: [point] if "BTC" in set(assets) else [], offline=True)
        ]

    def event(event: Event) -> None:
        heard.append(event.name)

    def checks() -> list[Check]:
        return [Check("ear", "Whether anything was heard", run=lambda _: Finding(bool(heard), f"heard {heard}"))]

    hooks: dict[str, Callable[..., object]] = {
        "kit_commands": commands,
        "kit_price_sources": sources,
        "kit_event": event,
        "kit_checks": checks,
    }
    for name, function in hooks.items():
        setattr(module, name, hookimpl(function))
    module.tell = tell  # type: ignore[attr-defined]
    return module


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the plugin `kit_under_test`, importable as long as the test runs, has heard."""
    heard: list[str] = []
    monkeypatch.setitem(sys.modules, "kit_under_test", clock_plugin(heard))
    return heard


@pytest.mark.usefixtures("heard")
def test_a_command_runs_under_a_clock_that_stands_still(kit_host: HostFactory) -> None:
    host = kit_host("kit_under_test", now=datetime(2024, 2, 29, 12, tzinfo=UTC))
    assert host.run("tell", what="time").data == {"what": "time", "at": datetime(2024, 2, 29, 12, tzinfo=UTC)}
    host.clock.advance(timedelta(days=1))
    assert host.cli("tell day --json").json["data"]["at"] == "2024-03-01T12:00:00Z"
    assert [reply.data["what"] for reply in host.replies] == ["time"]


@pytest.mark.usefixtures("heard")
def test_errors_come_as_they_are_and_as_the_terminal_tells_them(kit_host: HostFactory) -> None:
    host = kit_host("kit_under_test")
    with pytest.raises(KitError, match="nothing to tell"):
        host.run("tell", what="nothing")
    answer = host.cli("tell nothing")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.splitlines() == ["Error: There is nothing to tell.", "Ask for something."]


def test_events_are_heard_and_checks_are_asked(kit_host: HostFactory, heard: list[str]) -> None:
    host = kit_host("kit_under_test")
    assert "heard []" in host.cli("doctor").out
    host.run("tell", what="news")
    assert heard == ["told"]
    assert "heard ['told']" in host.cli("doctor").out


@pytest.mark.usefixtures("heard")
def test_the_paper_exchange_trades_at_the_plugins_prices(kit_host: HostFactory) -> None:
    config = {"exchanges": {"practice": {"type": "paper", "startingBalances": {"USD": 100000}, "fee": 0}}}
    account = kit_host("kit_under_test", config=config).open_exchange("practice")

    async def buy() -> dict[str, Decimal]:
        await account.place_order(OrderRequest(Pair("BTC", "USD"), Side.BUY, Decimal(1)))
        return {balance.asset: balance.total for balance in await account.balances()}

    assert asyncio.run(buy()) == {"USD": Decimal(50_000), "BTC": Decimal(1)}


@pytest.mark.usefixtures("heard")
def test_each_host_has_a_home_of_its_own(kit_host: HostFactory) -> None:
    one, other = kit_host("kit_under_test"), kit_host("kit_under_test")
    assert one.home != other.home
    assert one.cli("config", "set", "timezone", "Europe/Berlin").code == 0
    assert other.cli("config", "get", "timezone").out.strip() != "Europe/Berlin"
    assert one.problems() == []


def test_exchange_authors_get_the_contract_from_here() -> None:
    import kit.testing
    from kit.contract import ExchangeContract

    assert kit.testing.ExchangeContract is ExchangeContract
    with pytest.raises(AttributeError, match="no attribute"):
        kit.testing.NoSuchThing  # noqa: B018 - looked up for the error
