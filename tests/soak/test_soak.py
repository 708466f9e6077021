"""`kit start` for minutes on ten accounts whose venues fail all the time: it stays small, and is right in the end.

KIT_SOAK_SECONDS says how long (300). Each run has its own fortune; its seed is printed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from kit_exchanges.simulated.binance import BinanceServer
from kit_exchanges.simulated.faults import Fault
from kit_exchanges.simulated.kraken import KrakenServer
from kit_exchanges.simulated.server import SimulatedVenue

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc"),
]

_SECONDS = float(os.environ.get("KIT_SOAK_SECONDS", "300"))
_QUESTIONS = (
    *(Fault.HTTP_500, Fault.HTTP_502, Fault.HTTP_503, Fault.HTML_200, Fault.HTML_503, Fault.EMPTY_BODY),
    *(Fault.EMPTY_OBJECT, Fault.NULL, Fault.TRUNCATED_JSON, Fault.MISSING_FIELD, Fault.WRONG_TYPES, Fault.NULL_AMOUNTS),
    *(Fault.RESET_BEFORE_ANSWER, Fault.RESET_IN_BODY, Fault.SLOW_DRIP, Fault.HANG, Fault.RATE_LIMIT_WAIT),
    *(Fault.RATE_LIMIT, Fault.MAINTENANCE, Fault.INVALID_NONCE, Fault.CLOCK_SKEW, Fault.PARTIAL_PAGE),
)
_SOCKETS = (Fault.WS_DISCONNECT, Fault.WS_SILENT, Fault.WS_GARBAGE, Fault.WS_LOST_SUBSCRIPTION, Fault.WS_BURST)


@dataclass(frozen=True, slots=True)
class Sample:
    """How large the process is: resident memory in KiB, threads, open files."""

    memory: int
    threads: int
    files: int


def _sample(process: int) -> Sample:
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    )
    files = len(list(Path(f"/proc/{process}/fd").iterdir()))
    return Sample(int(status["VmRSS"].split()[0]), int(status["Threads"]), files)


@pytest.fixture
def venues() -> Iterator[list[SimulatedVenue]]:
    with ExitStack() as until_the_end:
        servers: list[SimulatedVenue] = []
        for number in range(10):
            server: SimulatedVenue = KrakenServer() if number % 3 == 2 else BinanceServer()
            if isinstance(server, KrakenServer):
                server.limits.calls = None
            until_the_end.enter_context(server)
            server.deposit("USDT", Decimal(10_000))
            server.trade("BTC/USDT", "buy", Decimal("0.01"), Decimal(60_000))
            servers.append(server)
        yield servers


def _live(venues: list[SimulatedVenue], fortune: random.Random) -> None:
    """Something happens somewhere: a trade, a deposit, a price, or a fault."""
    venue = fortune.choice(venues)
    event = fortune.random()
    if event < 0.35:
        price = Decimal(fortune.randint(55_000, 65_000))
        venue.set_price("BTC/USDT", price)
        venue.trade("BTC/USDT", fortune.choice(["buy", "sell"]), Decimal("0.0001"), price)
    elif event < 0.45:
        venue.deposit("ETH", Decimal(fortune.randint(1, 99)) / 1000)
    elif event < 0.55:
        venue.reward("BTC", Decimal("0.00000001"))
    elif event < 0.75:
        venue.set_price("ETH/USDT", Decimal(fortune.randint(2_500, 3_500)))
    elif event < 0.92:
        venue.fail("", fortune.choice(_QUESTIONS), times=fortune.randint(1, 3))
    else:
        venue.disturb(fortune.choice(_SOCKETS))


def test_a_resident_host_stays_small_and_is_right_in_the_end(venues: list[SimulatedVenue], tmp_path: Path) -> None:
    seed = int(os.environ.get("KIT_SOAK_SEED", random.SystemRandom().randint(1, 10**9)))
    print(f"KIT_SOAK_SEED={seed}")
    fortune = random.Random(seed)  # noqa: S311 - a fortune that can be had again
    home = tmp_path / "home"
    home.mkdir()
    config = {
        "exchanges": {f"account{number}": {**each.settings, "timeoutSeconds": 2} for number, each in enumerate(venues)},
        "skills": {"portfolio-tracker": {"realtime": True, "updateInterval": 10}},
    }
    (home / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (home / "config.json").chmod(0o600)
    env = {**os.environ, "KIT_HOME": str(home), "KIT_CACHE": str(tmp_path / "cache"), "PYTHONFAULTHANDLER": "1"}
    env = {name: value for name, value in env.items() if not name.startswith("COVERAGE_")}

    def kit(*words: str) -> Any:
        line = [sys.executable, "-m", "kit", *words, "--json"]
        done = subprocess.run(line, env=env, capture_output=True, text=True, timeout=300, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        return json.loads(done.stdout)

    log = tmp_path / "log"
    with log.open("wb") as output:
        resident = subprocess.Popen([sys.executable, "-m", "kit", "start"], env=env, stdout=output, stderr=output)
    samples = []
    began = time.monotonic()
    try:
        while time.monotonic() - began < _SECONDS:
            _live(venues, fortune)
            time.sleep(0.25)
            assert resident.poll() is None, log.read_text(encoding="utf-8")[-3000:]
            samples.append(_sample(resident.pid))
        for venue in venues:
            venue.recover()
        _wait_until_right(venues, kit)
        asked_to_end = time.monotonic()
        resident.send_signal(signal.SIGTERM)
        assert resident.wait(timeout=10) == 0
        assert time.monotonic() - asked_to_end < 5
    finally:
        resident.kill()
        resident.wait()
    _is_flat(samples)
    said = log.read_text(encoding="utf-8")
    assert "Traceback" not in said
    for venue in venues:
        assert venue.secret not in said
        assert venue.key not in said


def _wait_until_right(venues: list[SimulatedVenue], kit: Any) -> None:
    """Within minutes of the last fault every account is what its venue says, and its records add up to it.

    A sync takes seconds here, and far longer where all other tests run beside it.
    """
    deadline = time.monotonic() + 180
    while True:
        kit("sync")
        wrong = _wrong(venues, kit("portfolio", "--offline"))
        if not wrong:
            return
        assert time.monotonic() < deadline, wrong
        time.sleep(2)


def _wrong(venues: list[SimulatedVenue], answer: Any) -> list[str]:
    holdings = {(each["account"], each["asset"]): each for each in answer["data"]["holdings"]}
    wrong = []
    for number, venue in enumerate(venues):
        for asset, held in venue.account.balances.items():
            total = held.free + held.locked
            shown = holdings.get((f"account{number}", asset))
            told = {Decimal(shown["reported"] or "NaN"), Decimal(shown["calculated"])} if shown else {Decimal(0)}
            if told != {total}:
                wrong.append(f"account{number} {asset}: {total} there, {shown} here")
    return wrong


def _is_flat(samples: list[Sample]) -> None:
    """The last third of the time needs no more than the second did, but for what chance explains."""
    third = len(samples) // 3
    second, last = samples[third : 2 * third], samples[2 * third :]
    assert max(each.memory for each in last) < 1.1 * max(each.memory for each in second) + 4096, samples[::60]
    assert max(each.threads for each in last) <= max(each.threads for each in second) + 8, samples[::60]
    assert max(each.files for each in last) <= max(each.files for each in second) + 24, samples[::60]
