"""A fault in the middle of a first walk through an old history: nothing is lost, doubled or made up.

What is that old no later walk would ask for by itself: the answer that was no answer must be known for one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from kit_exchanges.simulated import BinanceServer, Fault, KrakenServer, SimulatedVenue

from kit import ExchangeError, FixedClock, Record

if TYPE_CHECKING:
    from tests.exchanges.conftest import OpenVenue

pytestmark = pytest.mark.slow

D = Decimal
_NEVER_TOLD = {
    Fault.REPEATED_PAGE,  # a venue that gives old answers as new is believed
    Fault.EMPTY_LIST,  # and so is one that has nothing to tell
    Fault.FUTURE_RECORDS,
    Fault.NEGATIVE_AMOUNTS,
    Fault.UNKNOWN_ASSET,
    Fault.UNICODE_ASSET,
}
# What is refused by its status is refused here as everywhere; the fault matrix has each.
_ALIKE = {fault for fault in Fault if fault.name.startswith("HTTP_")} - {Fault.HTTP_400, Fault.HTTP_429, Fault.HTTP_503}
REST = [
    pytest.param(fault, id=fault.name) for fault in Fault if not fault.of_socket and fault not in _NEVER_TOLD | _ALIKE
]


def _old(server: SimulatedVenue) -> None:
    """A history of a year, long ago; odd ones among the trades, so that a page ends between the sides of one."""
    now = datetime.now(UTC).replace(microsecond=0)
    server.deposit("USDT", D(100_000), time=now - timedelta(days=801))
    for number in range(70):
        time = now - timedelta(days=800 - 5 * number)
        server.trade("BTC/USDT", "buy" if number % 3 else "sell", D("0.01"), D(30_000 + number), time=time)
        if number % 9 == 0:
            server.reward("BTC", D("0.0001"), time=time + timedelta(hours=1))


async def _walk(open_venue: OpenVenue, server: SimulatedVenue, clock: FixedClock, at: dict[str, str]) -> list[Record]:
    """What comes, and nothing where it fails on the way; `at` are the cursors that are kept."""
    account = open_venue(server.settings, clock=clock, timeoutSeconds=0.5)
    found: list[Record] = []
    try:
        async for batch in account.history(dict(at), assets=("BTC", "USDT")):
            found += batch.records
            at[batch.stream] = batch.cursor
    except ExchangeError:
        pass
    finally:
        await account.close()
    return found


def _first_of_each(records: Iterable[Record]) -> dict[str, Record]:
    """As a store keeps them: of a record that is there already nothing changes."""
    found: dict[str, Record] = {}
    for record in records:
        found.setdefault(record.id, record)
    return found


@pytest.mark.parametrize("fault", REST)
@pytest.mark.parametrize("venue", [KrakenServer, BinanceServer])
def test_a_fault_amid_a_first_walk_costs_and_invents_nothing(
    open_venue: OpenVenue, venue: type[SimulatedVenue], fault: Fault
) -> None:
    with venue() as server:
        if isinstance(server, KrakenServer):
            server.limits.calls = None
        if isinstance(server, BinanceServer):
            server.limits.weight_a_minute = 10**9
        server.set_balance("BTC", free=D(1))
        _old(server)
        network = open_venue.network
        truth = _first_of_each(network.run(_walk(open_venue, server, FixedClock(datetime.now(UTC)), {})))
        assert len(truth) > 70
        for after, times in ((1, 1), (2, 2), (3, 4)):
            clock, at = FixedClock(datetime.now(UTC)), dict[str, str]()
            part = "Ledgers" if isinstance(server, KrakenServer) else "api"
            server.fail(part, fault, times, after=after)
            came = network.run(_walk(open_venue, server, clock, at))
            server.recover()
            for _ in range(2):
                clock.advance(timedelta(hours=3))
                came += network.run(_walk(open_venue, server, clock, at))
            assert _first_of_each(came) == truth, f"after {after}, {times} times"
