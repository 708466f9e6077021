"""Nobody waits for numpy, nor for anything else that an answer does not need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "numpy",
    "pyxirr",
    "pandas",
    "pydantic",
    "jsonschema",
    "alembic",
    "kit.formats",
    "kit.jobs",
    "kit.market",
    "kit.signals",
)
_RECORDS = """time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity,value,value_currency,id
2024-01-01T10:00:00Z,kraken,deposit,USD,1000,,,,,a
2024-01-02T10:00:00Z,kraken,buy,BTC,0.01,USD,400,,,b
"""


def imported(code: str, *words: str, env: dict[str, str] | None = None) -> str:
    """Which of HEAVY are imported once `code` is done."""
    told = f"{code}\nimport sys\nprint('heavy:', [name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", told, *words],
        env={**os.environ, **(env or {})},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.rpartition("heavy: ")[2].strip()


@pytest.mark.parametrize(
    "module",
    ["periods", "returns", "risk", "figures", "money_returns", "correlation", "benchmark", "asset_figures"],
)
def test_a_module_of_statistics_imports_none_of_them(module: str) -> None:
    assert imported(f"import kit_portfolio_tracker.core.{module}") == "[]"


def test_the_figures_of_one_portfolio_need_no_numpy() -> None:
    code = "from kit_portfolio_tracker.core import risk; from kit_portfolio_tracker.core.returns import twr"
    assert imported(f"{code}\nr = [0.01, -0.02] * 200\nassert twr(r) and risk.sharpe(r) and risk.calmar(r)") == "[]"


def test_the_overview_with_its_return_and_drawdown_needs_none_of_them(tmp_path: Path) -> None:
    env = {"KIT_HOME": str(tmp_path / "home"), "KIT_CACHE": str(tmp_path / "cache"), "PYTHONIOENCODING": "utf-8"}
    kit = "import sys\nfrom kit.cli import main\ntry:\n    main()\nexcept SystemExit as end:\n    assert not end.code"
    records = tmp_path / "records.csv"
    records.write_text(_RECORDS, encoding="utf-8")
    imported(kit, "import", str(records), env=env)
    imported(kit, "portfolio", env=env)  # the first question computes what is kept
    assert imported(kit, "portfolio", env=env) == "[]"
