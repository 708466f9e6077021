"""Something to measure: a plugin whose signals say what a file says, and a host with it beside the alerts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from kit_alerts.looking import Looked, Watch

from kit.outbox import Delivery
from kit.storage import Outbox
from kit.testing import HostFactory, HostUnderTest

PLUGIN = '''\
"""What a file says, as signals. A value is a number, null, or {"doubt": …}."""

import json
from decimal import Decimal

from kit import MARKET, Reading, Signal, Suggestion, Unit, UsageError, KitError, hookimpl


def _reader(measure):
    def read(services, asked):
        told = json.loads((services.home / "measured.json").read_text(), parse_float=Decimal, parse_int=Decimal)
        readings = []
        for params in asked:
            names = [params[name] for name in ("pair", "asset", "event") if name in params]
            said = told.get(" ".join([measure, *names]))
            if said == "bug":
                raise LookupError("a fault of the plugin")
            if said == "down":
                raise KitError("The source is down.")
            if isinstance(said, dict):
                readings.append(Reading(None, services.clock.now(), said["doubt"]))
            elif measure == "share" and said is not None:
                whole = told["total"]
                readings.append(Reading(said / whole, services.clock.now(), part=said, whole=whole))
            else:
                currency = told.get("currency", "EUR") if measure in ("total", "gain", "price") else ""
                readings.append(Reading(said, services.clock.now(), currency=currency))
        return readings
    return read


def _known(services, params):
    if params["asset"] == "XYZ":
        raise UsageError("Nobody here knows the asset “XYZ”.", next_step="You hold BTC.")


@hookimpl
def kit_signals(services):
    zero, one = Decimal(0), Decimal(1)
    return [
        Signal("basket", "total", "All", Unit.MONEY, _reader("total"), least=zero,
               suggest=lambda services: [Suggestion("total above 500", "why not")]),
        Signal("basket", "share", "Part", Unit.RATIO, _reader("share"), params=("asset",), least=zero, most=one,
               check=_known),
        Signal("basket", "change", "Moved", Unit.RATIO, _reader("change"), defaults={"period": "24h"}, least=-one),
        Signal("basket", "gain", "Gained", Unit.MONEY, _reader("gain")),
        Signal(MARKET, "price", "Price", Unit.MONEY, _reader("price"), least=zero),
        Signal(MARKET, "rsi", "RSI", Unit.NUMBER, _reader("rsi"), defaults={"period": "1h"}, least=zero,
               most=Decimal(100)),
        Signal(MARKET, "macd", "MACD", Unit.EVENT, _reader("macd"), defaults={"period": "1h"},
               events=("crossover", "crossunder")),
        Signal(MARKET, "pattern", "Pattern", Unit.EVENT, _reader("pattern"), defaults={"period": "1h"},
               events=("bullish engulfing", "doji")),
    ]
'''
MANIFEST = 'name = "basket"\nversion = "1.0"\nsummary = "Something to measure."\n'


@dataclass
class Desk:
    """A host that measures what it is told, at noon on a Saturday."""

    host: HostUnderTest
    watch: Watch

    def measures(self, **said: Any) -> None:
        """Names may be written with `__` for a blank: share__BTC."""
        told = {name.replace("__", " ").replace("_over_", "/"): value for name, value in said.items()}
        (self.host.home / "measured.json").write_text(json.dumps(told), encoding="utf-8")

    def look(self, minutes: float = 1, **said: Any) -> Looked:
        """Time passes, something is measured, the rules are looked at."""
        self.host.clock.advance(timedelta(minutes=minutes))
        if said:
            self.measures(**said)
        return self.watch.look()

    def begin_anew(self) -> None:
        """As when `kit start` ends and begins."""
        self.watch = Watch(self.host.services)

    def kit(self, line: str, code: int = 0) -> str:
        done = self.host.cli(line)
        assert done.code == code, done.out + done.err
        return done.out + done.err

    def told(self) -> list[Delivery]:
        """What is in the outbox, the oldest first."""
        return list(reversed(Outbox(self.host.services.store).newest(1000)))


@pytest.fixture
def desk(kit_host: HostFactory, tmp_path: Path) -> Callable[..., Desk]:
    """`desk(rules=[…])`: what is measured is a total of 100 at first."""

    def make(**settings: Any) -> Desk:
        package = tmp_path / "basket" / "kit_basket"
        package.mkdir(parents=True)
        (package.parent / "plugin.toml").write_text(MANIFEST, encoding="utf-8")
        (package / "__init__.py").write_text("", encoding="utf-8")
        (package / "plugin.py").write_text(PLUGIN, encoding="utf-8")
        config = {"skills": {"alerts": settings}, "timezone": "Europe/Berlin"}
        host = kit_host(package.parent, config=config, beside=("alerts",))
        made = Desk(host, Watch(host.services))
        made.measures(total=100)
        return made

    return make
