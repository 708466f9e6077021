"""A home and a folder for the lines of the documentation: sample files in place, nothing of the user's in reach."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import takewhile
from pathlib import Path

import pytest
from kit_exchanges.simulated.binance import BinanceServer
from kit_exchanges.simulated.kraken import KrakenServer

BINANCE = """\
User_ID,UTC_Time,Account,Operation,Coin,Change,Remark
1,2024-01-05 08:00:00,Spot,Deposit,EUR,5000.00,
1,2024-01-05 08:05:00,Spot,Buy,BTC,0.10000000,
1,2024-01-05 08:05:00,Spot,Transaction Related,EUR,-4000.00,
1,2024-01-05 08:05:00,Spot,Fee,BTC,-0.00010000,
"""
KRAKEN = """\
"txid","refid","time","type","subtype","aclass","asset","amount","fee","balance"
"L1","R1","2024-01-06 10:00:00","deposit","","currency","XETH","1.5000000000","0","1.5000000000"
"L2","R2","2024-02-06 10:00:00","staking","","currency","XETH","0.0100000000","0","1.5100000000"
"""
PRICES = """\
date,asset,close
2024-03-01,BTC,62000
2024-03-01,ETH,3400
"""
LEDGER = """\
time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity,fee_asset,fee_quantity,value,value_currency,to_account,id,note
2024-01-05T08:00:00Z,savings,buy,BTC,0.1,EUR,4000,EUR,4,,,,1,the first one
2024-02-01,savings,withdrawal,,,BTC,0.05,BTC,0.0001,,,,2,
"""
VARIABLES = {"SAVINGS_API_KEY": "an-api-key-of-nobody", "SAVINGS_SECRET": "a-secret-of-nobody"}
KitHere = Callable[[Sequence[str], Mapping[str, str], Path], subprocess.CompletedProcess[str]]
_OF_THE_SHELL = set("|&;<>$`*\\~")
_ASSIGNMENT = re.compile(r"[A-Z_]+=")
FILES = {"binance.csv": BINANCE, "kraken.csv": KRAKEN, "prices.csv": PRICES, "ledger.csv": LEDGER}


@pytest.fixture
def credentials(shell: Callable[[str], subprocess.CompletedProcess[str]]) -> Iterator[Callable[[str], str]]:
    """What stands in for the person who is asked for a key: `credentials(line)` goes before a line of documentation.

    Binance and Kraken are simulated on this machine; the first line that asks them says where they are.
    """
    with BinanceServer() as binance, KrakenServer() as kraken:
        for server in (binance, kraken):
            server.deposit("USDT", Decimal(5000))
            server.trade("BTC/USDT", "buy", Decimal("0.01"), Decimal(60_000))
        known = False

        def before(line: str) -> str:
            nonlocal known
            if not known:
                known = True
                for name, server in (("binance", binance), ("kraken", kraken)):
                    assert shell(f"kit config set exchanges.{name}.baseUrl {server.url}").returncode == 0
            server = binance if "binance" in line else kraken
            return f"KIT_ADD_API_KEY={server.key} KIT_ADD_SECRET={server.secret} "

        yield before


@pytest.fixture
def shell(tmp_path: Path, kit_here: KitHere) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Runs a line of documentation as a reader's shell would, in a folder that holds the files the pages speak of.

    A line of plain words needs no shell: it is run within this process.
    """
    folder, home = tmp_path / "folder", tmp_path / "home"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    program = tmp_path / "bin" / "kit"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kit "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    env = {name: value for name, value in os.environ.items() if not name.startswith("KIT_")}
    env |= {
        **VARIABLES,
        "PATH": f"{program.parent}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{env['PATH']}",
        "KIT_HOME": str(home),
        "KIT_CACHE": str(tmp_path / "cache"),
        "HOME": str(tmp_path),
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
    }

    def run(line: str) -> subprocess.CompletedProcess[str]:
        if not set(line) & _OF_THE_SHELL:
            words = shlex.split(line)
            named = list(takewhile(_ASSIGNMENT.match, words))
            assert words[len(named)] == "kit", line
            return kit_here(words[len(named) + 1 :], env | dict(word.split("=", 1) for word in named), folder)
        return subprocess.run(
            ["sh", "-c", line],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run
