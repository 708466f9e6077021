"""Asking ten accounts at once, at venues simulated on this machine that take 200 ms for every answer."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from .data import Bench
from .measure import Row

ACCOUNTS = 10
LATENCY = 0.2
# Serves until its input ends. Its first line says how each account is opened.
_SERVE = """
import json, sys
from contextlib import ExitStack
from decimal import Decimal
from kit_exchanges.simulated import BinanceServer, many_prices
with ExitStack() as open_until_the_end:
    settings = {}
    for number in range(int(sys.argv[1])):
        server = open_until_the_end.enter_context(BinanceServer(many_prices(int(sys.argv[3]))))
        server.limits.weight_a_minute = 10**9
        for asset, held in (("BTC", "0.5"), ("ETH", "3"), ("USDT", "1500"), ("SOL", "20")):
            server.set_balance(asset, free=Decimal(held))
        server.latency = float(sys.argv[2])
        settings[f"binance{number}"] = server.settings
    print(json.dumps(settings), flush=True)
    sys.stdin.read()
"""
# The whole way that `kit portfolio` goes, ccxt imported before. Its clock is two minutes on at each question, and runs
# fast from one program to the next, so that there is always something to ask.
_OURS = """
import gc, json, sys, time
gc.set_threshold(100_000, 10, 10)  # as a command has it
from datetime import UTC, datetime, timedelta
from pathlib import Path
import aiohttp, ccxt.async_support
import kit_exchanges.ccxt.exchange, kit_exchanges.ccxt.tickers, kit_portfolio_tracker.rounds
from kit import FixedClock, Invocation
from kit.host import Host
clock = FixedClock(datetime.now(UTC) + timedelta(minutes=10) * (time.time() - float(sys.argv[3])))
host = Host(Path(sys.argv[1]), clock=clock)
host.invoke(Invocation("portfolio", {"offline": True}))
took = []
for _ in range(int(sys.argv[2])):
    clock.advance(timedelta(minutes=2))
    began = time.perf_counter()
    reply = host.invoke(Invocation("portfolio", {}))
    took.append(time.perf_counter() - began)
    assert not any("old" in problem.what for problem in reply.problems), reply.problems
host.close()
print(json.dumps(took))
"""
# What ccxt's own pages teach: a client an account, its markets, its balance, its prices.
_THEIRS = """
import asyncio, json, sys, time
import ccxt.async_support as ccxt
async def main():
    accounts = json.loads(sys.argv[1])
    clients = []
    for account in accounts.values():
        client = ccxt.binance({"apiKey": account["apiKey"], "secret": account["secret"]})
        client.options["fetchMarkets"]["types"] = ["spot"]
        client.options["fetchMargins"] = client.has["fetchCurrencies"] = False
        there = lambda url: account["baseUrl"] + "/" + url.split("/", 3)[3]
        kinds = client.urls["api"].items()
        client.urls["api"] = {name: there(url) if isinstance(url, str) else url for name, url in kinds}
        clients.append(client)
    async def ask(client):
        await client.load_markets()
        await asyncio.gather(client.fetch_balance(), client.fetch_tickers(["BTC/USDT", "ETH/USDT", "SOL/USDT"]))
    took = []
    for _ in range(int(sys.argv[2])):
        began = time.perf_counter()
        await asyncio.gather(*map(ask, clients))
        took.append(time.perf_counter() - began)
    await asyncio.gather(*(client.close() for client in clients))
    print(json.dumps(took))
asyncio.run(main())
"""
# One answer of each venue, all at once: what no program can be quicker than.
_SLOWEST = """
import asyncio, json, sys, time
import aiohttp
async def main():
    places = [account["baseUrl"] + "/api/v3/time" for account in json.loads(sys.argv[1]).values()]
    took = []
    async with aiohttp.ClientSession() as session:
        async def ask(place):
            async with session.get(place) as answer:
                await answer.read()
        for _ in range(int(sys.argv[2])):
            began = time.perf_counter()
            await asyncio.gather(*map(ask, places))
            took.append(time.perf_counter() - began)
    print(json.dumps(took))
asyncio.run(main())
"""


def refreshing(bench: Bench) -> Iterator[Row]:
    """`kit portfolio` with ten accounts to ask, beside the slowest answer and beside ccxt as its pages teach it.

    Both ask the spot wallet and prices; the last row asks every wallet that Binance has: eight questions an account.
    """
    repeats = 5 if bench.quick else 15
    with _venues(3_000) as accounts:
        spot = {name: {**each, "wallets": ["spot"]} for name, each in accounts.items()}
        fresh, resident = _ours(bench, "spot", spot, repeats)
        _, every = _ours(bench, "every-wallet", accounts, repeats)
        given = json.dumps(accounts)
        theirs = [_seconds(bench, _THEIRS, given, "2") for _ in range(max(2, repeats // 4))]
        slowest = median(each for _ in range(3) for each in _seconds(bench, _SLOWEST, given, "5"))
    what = f"{ACCOUNTS} accounts asked"
    peer = f"the slowest answer ({LATENCY * 1000:.0f} ms)"
    yield _row(f"{what}, fresh host, ccxt imported", peer, fresh, slowest, aim=1.7)
    yield _row(f"{what}, resident host", peer, resident, slowest, aim=1.35)
    yield _row(f"{what}, fresh host, ccxt imported", "default ccxt, first time", fresh, median(t[0] for t in theirs))
    yield _row(f"{what}, resident host", "default ccxt, resident", resident, median(t[1] for t in theirs))
    yield _row(f"{what}, resident host, every wallet", peer, every, slowest)


def _ours(bench: Bench, name: str, accounts: dict[str, Any], repeats: int) -> tuple[float, float]:
    """Seconds of a fresh host and of a resident one, for these accounts."""
    home = bench.folder / name
    home.mkdir()
    (home / "config.json").write_text(json.dumps({"exchanges": accounts}), encoding="utf-8")
    (home / "config.json").chmod(0o600)
    words = (str(home), "4", str(time.time()))
    _seconds(bench, _OURS, *words)  # lists of markets are kept on disk from now on
    took = [_seconds(bench, _OURS, *words) for _ in range(repeats)]
    return median(each[0] for each in took), median(one for each in took for one in each[1:])


@contextmanager
def _venues(markets: int) -> Iterator[dict[str, Any]]:
    """Ten venues in a process of their own; how their accounts are opened."""
    words = [sys.executable, "-c", _SERVE, str(ACCOUNTS), str(LATENCY), str(markets)]
    server = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        yield json.loads(server.stdout.readline())
    finally:
        server.stdin.close()
        server.wait()
        server.stdout.close()


def _seconds(bench: Bench, source: str, *words: str) -> list[float]:
    """The seconds that a program prints as its last line."""
    done = subprocess.run(bench.python(source, *words), env=bench.env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    took: list[float] = json.loads(done.stdout.splitlines()[-1])
    return took


def _row(what: str, peer: str, ours: float, theirs: float, aim: float | None = None) -> Row:
    return Row(what, peer, ours * 1000, theirs * 1000, "ms", aim)
