"""What is wrong with the portfolio outlives the command that met it, until an import cures it."""

from __future__ import annotations

from pathlib import Path

from kit.testing import HostFactory

HEADER = "time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity\n"


def test_a_missing_price_is_a_problem_until_it_is_imported(kit_host: HostFactory, tmp_path: Path) -> None:
    host = kit_host("kit_portfolio_tracker.plugin", beside=("importers", "prices"))
    (tmp_path / "records.csv").write_text(f"{HEADER}2024-01-01,kraken,deposit,BTC,1,,\n", encoding="utf-8")
    (tmp_path / "prices.csv").write_text("date,asset,close\n2024-05-31,BTC,60000\n", encoding="utf-8")
    host.run("import", files=(tmp_path / "records.csv",))
    assert [each.key for each in host.problems()] == ["portfolio.unpriced"]
    host.run("prices import", files=(tmp_path / "prices.csv",))
    assert host.problems() == []


def test_rejected_rows_and_missing_history_are_problems(kit_host: HostFactory, tmp_path: Path) -> None:
    host = kit_host("kit_portfolio_tracker.plugin", beside=("importers", "prices"))
    rows = "2024-01-01,kraken,withdrawal,,,USD,5\n2024-01-02,kraken,nonsense,BTC,1,,\n"
    (tmp_path / "records.csv").write_text(HEADER + rows, encoding="utf-8")
    host.run("import", files=(tmp_path / "records.csv",))
    assert {each.key for each in host.problems()} == {"portfolio.negative", "portfolio.rejected"}


def test_a_dry_run_finds_no_problems(kit_host: HostFactory, tmp_path: Path) -> None:
    host = kit_host("kit_portfolio_tracker.plugin", beside=("importers", "prices"))
    (tmp_path / "records.csv").write_text(f"{HEADER}2024-01-01,kraken,deposit,BTC,1,,\n", encoding="utf-8")
    host.run("import", files=(tmp_path / "records.csv",), dry_run=True)
    assert host.problems() == []
