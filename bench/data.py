"""What is measured upon: homes with records, and an environment with many distributions."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .measure import run

ACCOUNTS = ("binance", "kraken", "coinbase")
ASSETS = ("USD", "BTC", "ETH", "SOL", "BNB", "DOT", "ADA", "LINK", "UNI", "AAVE", "LTC", "XRP")
_HEADER = "time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity,fee_asset,fee_quantity,id\n"
_FIRST = datetime(2020, 1, 1, tzinfo=UTC)
VENVS = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "kit-bench"
"""Where other tools are installed, unless told otherwise."""
_ENTRY = "import sys\nfrom kit.cli import main\nsys.exit(main())\n"
_BARE = """import click

@click.group()
def main():
    "A bare click program."

@main.command()
def hello():
    "Say hello."

main()
"""


@dataclass(frozen=True, slots=True)
class Bench:
    """A folder of its own: the home, the cache, the programs that are run.

    `venvs` is where other tools are installed, `limit` how many seconds each of their runs may take.
    """

    folder: Path
    quick: bool
    venvs: Path = VENVS
    limit: float = 120

    @property
    def env(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("KIT_", "PYTHON"))}
        own = {"KIT_HOME": str(self.folder / "home"), "KIT_CACHE": str(self.folder / "cache")}
        return {**kept, **own, "COLUMNS": "100"}

    def at(self, home: str) -> dict[str, str]:
        """The environment with another home."""
        return {**self.env, "KIT_HOME": str(self.folder / home)}

    def kit(self, *words: str) -> list[str]:
        """The command line of `kit`, as its console script starts it."""
        return [sys.executable, self._program("kit_entry.py", _ENTRY), *words]

    def bare_click(self) -> list[str]:
        return [sys.executable, self._program("bare_click.py", _BARE), "--help"]

    def python(self, source: str, *words: str) -> list[str]:
        return [sys.executable, "-c", source, *words]

    def installed(self, package: str, version: str, *more: str) -> Path:
        """The venv of that package from PyPI, with `more` beside it, made now unless it is there."""
        venv = self.venvs / f"{package.lower()}-{version}"
        if not (venv / "installed").exists():
            print(f"Installing {package} {version} into {venv}", file=sys.stderr)
            run([sys.executable, "-m", "venv", str(venv)], os.environ)
            wanted = f"{package}=={version}"
            run([str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", wanted, *more], os.environ)
            (venv / "installed").touch()
        return venv

    def crowded(self, distributions: int) -> dict[str, str]:
        """The environment with so many more distributions installed, every fifth with entry points."""
        site = self.folder / "site"
        for number in range(distributions):
            info = site / f"made_up_{number}-1.0.dist-info"
            info.mkdir(parents=True, exist_ok=True)
            (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: made-up-{number}\nVersion: 1.0\n")
            if number % 5 == 0:
                (info / "entry_points.txt").write_text(f"[console_scripts]\nmade-up-{number} = made_up_{number}:main\n")
        long_ago = site.stat().st_mtime - 3600  # a folder that changed just now would not be trusted by a cache
        os.utime(site, (long_ago, long_ago))
        return {**self.env, "PYTHONPATH": str(site)}

    def records(self, count: int) -> Path:
        """A kit CSV of so many records over five years."""
        path = self.folder / f"records-{count}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(_HEADER)
            file.writelines(_lines(count))
        return path

    def prices(self) -> Path:
        """Closes of the last forty days: more than any figure of the overview looks back."""
        path = self.folder / "prices.csv"
        today = datetime.now(UTC).date()
        rows = [
            f"{today - timedelta(days=back)},{asset},{100 * place + back}.25\n"
            for back in range(40, -1, -1)
            for place, asset in enumerate(ASSETS[1:], start=1)
        ]
        path.write_text("date,asset,close\n" + "".join(rows), encoding="utf-8")
        return path

    def filled(self, home: str, count: int) -> dict[str, str]:
        """The environment of a home with so many records and the prices, imported by kit itself."""
        env = self.at(home)
        run(self.kit("import", str(self.records(count))), env)
        run(self.kit("prices", "import", str(self.prices())), env)
        return env

    def _program(self, name: str, source: str) -> str:
        path = self.folder / name
        if not path.exists():
            path.write_text(source, encoding="utf-8")
        return str(path)


def _lines(count: int) -> Iterator[str]:
    step = timedelta(days=5 * 365) / count
    for number in range(count):
        time = (_FIRST + number * step).strftime("%Y-%m-%dT%H:%M:%SZ")
        account = ACCOUNTS[number % len(ACCOUNTS)]
        asset = ASSETS[1 + number // 3 % (len(ASSETS) - 1)]
        cents = 100 + number * 7919 % 90_000
        if number % 10 < 3:
            yield f"{time},{account},deposit,USD,{cents * 3 // 100}.{cents % 100:02d},,,,,r{number}\n"
        elif number % 10 == 9:
            yield f"{time},{account},staking,{asset},0.{cents:08d},,,,,r{number}\n"
        else:
            paid, fee = f"{cents // 100}.{cents % 97:02d}", f"0.{1 + cents % 89:02d}"
            yield f"{time},{account},buy,{asset},0.{cents:06d}1,USD,{paid},USD,{fee},r{number}\n"
