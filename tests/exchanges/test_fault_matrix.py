"""Every fault × the commands: none crashes, none shows a wrong total, none loses or doubles a record or tells a secret.

Each fault befalls everything that a Binance and a Kraken are asked, after a sync that went well and a deposit that
K.I.T. does not know of yet. What is shown then is the total of before (and said to be old), the one of now, or N/A.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from kit_exchanges.simulated import BinanceServer, Fault, KrakenServer, SimulatedVenue
from kit_portfolio_tracker.store.records import all_records

from kit import FixedClock, Record
from kit.cli.app import run
from kit.host import Host

pytestmark = pytest.mark.slow

D = Decimal
REST = [pytest.param(fault, id=fault.name) for fault in Fault if not fault.of_socket]
COMMANDS = ("sync", "portfolio", "holdings", "exchanges test", "status")
# What K.I.T. cannot value is left out of the total, which says so; nothing else may be in it.
PRICES = {"BTC": D(60000), "ETH": D(3000), "DOT": D(5), "DOT.S": D(5), "USDT": D(1), "USD": D(1)}


@dataclass(frozen=True, slots=True)
class Said:
    """What a command line answered."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


class Installation:
    """A home with two accounts, one at each venue."""

    def __init__(self, folder: Path, venues: dict[str, SimulatedVenue]) -> None:
        self.venues = venues
        self.home = folder / "home"
        self.home.mkdir(parents=True)
        config = {
            "exchanges": {name: venue.settings for name, venue in venues.items()},
            "network": {"timeoutSeconds": 60},  # a busy machine is no fault
            "skills": {"portfolio-tracker": {"priceSource": "mine", "baseCurrency": "USD"}},
        }
        path = self.home / "config.json"
        path.write_text(json.dumps(config), encoding="utf-8")
        path.chmod(0o600)
        self.env = {
            "KIT_HOME": str(self.home),
            "KIT_CACHE": str(folder / "cache"),
            "KIT_LOAD_PLUGINS": "portfolio-tracker,ccxt",
        }
        self.said: list[Said] = []
        self.clock = FixedClock(datetime.now(UTC))

    def cli(self, line: str, **env: str) -> Said:
        self.clock.advance(timedelta(seconds=1))
        out, err = io.StringIO(), io.StringIO()
        code = run(line.split(), env=self.env | env, clock=self.clock, out=out, err=err)
        self.said.append(Said(code, out.getvalue(), err.getvalue()))
        return self.said[-1]

    def total(self) -> tuple[Decimal | None, Any]:
        """The total, and the whole answer that it is from."""
        answer = json.loads(self.cli("portfolio --offline --json").out)
        total = answer["data"]["total"]
        return (None if total is None else D(total["amount"])), answer

    def records(self) -> list[Record]:
        host = Host(self.home, env=self.env, clock=self.clock)
        try:
            with host.store.read() as connection:
                return sorted(all_records(connection), key=lambda each: (each.account, each.id))
        finally:
            host.close()


def worth(venues: dict[str, SimulatedVenue]) -> Decimal:
    """What the accounts hold, by the venues' own books."""
    return sum(
        (
            PRICES[asset] * (each.free + each.locked)
            for venue in venues.values()
            for asset, each in venue.account.balances.items()
        ),
        D(0),
    )


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    now = datetime.now(UTC).replace(microsecond=0)
    with BinanceServer() as binance, KrakenServer() as kraken:
        kraken.limits.calls = None
        binance.deposit("USDT", D("10000"), time=now - timedelta(days=50))
        binance.trade("BTC/USDT", "buy", D("0.1"), D("50000"), time=now - timedelta(days=40))
        binance.trade("BTC/USDT", "sell", D("0.01"), D("55000"), time=now - timedelta(days=30))
        binance.reward("ETH", D("0.5"), time=now - timedelta(days=3))
        binance.withdraw("USDT", D("100"), fee=D("1"), time=now - timedelta(days=2))
        kraken.deposit("USD", D("5000"), time=now - timedelta(days=50))
        kraken.trade("ETH/USD", "buy", D("1"), D("2500"), time=now - timedelta(days=40))
        kraken.withdraw("ETH", D("0.25"), fee=D("0.001"), time=now - timedelta(days=20))
        kraken.reward("DOT.S", D("10"), time=now - timedelta(days=3))
        yield Installation(tmp_path, {"mine": binance, "kraken": kraken})


@pytest.fixture
def wanted(tmp_path: Path) -> Any:
    """The records that a fresh installation gets from the same venues."""

    def fresh(venues: dict[str, SimulatedVenue]) -> list[Record]:
        other = Installation(tmp_path / "fresh", venues)
        assert other.cli("sync").code == 0, other.said[-1]
        return other.records()

    return fresh


def bare(record: Record) -> str:
    """A record without where and when it was fetched."""
    return repr(record)


@pytest.mark.parametrize("fault", REST)
def test_a_fault_everywhere_is_survived(installation: Installation, wanted: Any, fault: Fault) -> None:
    venues = installation.venues
    assert installation.cli("sync").code == 0, installation.said[-1]
    before, _ = installation.total()
    assert before == worth(venues)

    venues["mine"].deposit("USDT", D("1000"))
    for venue in venues.values():
        venue.fail("", fault, times=None)
    for line in COMMANDS:
        said = installation.cli(line, KIT_NETWORK__TIMEOUT_SECONDS="0.4")
        assert said.code in {0, 1, 2, 3}, said
        assert "Traceback" not in said.text
    total, answer = installation.total()
    assert total in {None, before, worth(venues)}, f"{fault.name} shows {total}"
    if total == before and fault is not Fault.REPEATED_PAGE:  # a venue that tells old balances as new is believed
        assert answer["problems"], "an old total is not said to be old"

    for venue in venues.values():
        venue.recover()
    assert installation.cli("sync").code in {0, 3}, installation.said[-1]
    assert installation.cli("sync").code == 0, installation.said[-1]
    assert installation.total()[0] == worth(venues)
    assert [bare(each) for each in installation.records()] == [bare(each) for each in wanted(venues)]
    _tells_no_secret(installation)


def _tells_no_secret(installation: Installation) -> None:
    secrets = [text for venue in installation.venues.values() for text in (venue.key, venue.secret)]
    written = {
        path: path.read_bytes().decode("utf-8", "replace")
        for path in installation.home.parent.rglob("*")
        if path.is_file() and path.name != "config.json"
    }
    said = {Path("what was printed"): "".join(each.text for each in installation.said)}
    told = [str(path) for path, text in (written | said).items() if any(secret in text for secret in secrets)]
    assert told == []
    assert "signature=" not in said.popitem()[1]
