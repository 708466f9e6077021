"""`kit sync` and what is asked before an answer, against a venue that says what a test wants."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from kit_portfolio_tracker.store.price_rows import latest_prices

from kit import Table

if TYPE_CHECKING:
    from tests.portfolio.conftest import Scripts

    Make = Callable[..., Scripts]

FAULTS = (
    "BadKey", "MissingPermission", "ClockSkew", "RateLimited", "Maintenance", "NetworkFailure", "Refused", "OddAnswer",
    "TypeError",
)  # fmt: skip
BUDGET = "kit_portfolio_tracker.refreshing._BUDGET_SECONDS"


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_one_account_leaves_its_balances_and_the_other_account(scripts: Make, fault: str) -> None:
    venue = scripts("a", "b")
    venue.say("a", holds={"BTC": "1"}, records=[["deposit", "BTC", "1"]])
    venue.say("b", holds={"ETH": "1"}, records=[["deposit", "ETH", "1"]])
    assert venue.cli("sync").code == 0
    venue.clock.advance(timedelta(minutes=14))
    venue.say("a", faults={"balances": fault}, holds={})
    venue.say("b", holds={"ETH": "3"}, records=[["deposit", "ETH", "1"], ["deposit", "ETH", "2"]])
    answer = venue.cli("sync")
    assert answer.code == 3
    assert "Something is wrong" in answer.out
    assert venue.held("a") == {"BTC": ("1", "1")}
    assert venue.held("b") == {"ETH": ("3", "3")}
    shown = venue.cli("portfolio --offline")
    assert "A is 14 min old:" in words(shown.out)
    assert shown.code == 3


def test_all_fail_is_exit_code_1_and_the_state_says_so(scripts: Make) -> None:
    venue = scripts("a", "b")
    for account in ("a", "b"):
        venue.say(account, faults={"balances": "BadKey"})
    answer = venue.cli("sync --json")
    assert answer.code == 1
    assert [each["outcome"] for each in answer.json["data"]["accounts"]] == ["failed", "failed"]
    assert all("kit exchanges add" in each["next_step"] for each in answer.json["data"]["accounts"])


def test_the_answer_for_machines_names_everything_that_came(scripts: Make) -> None:
    venue = scripts("a")
    venue.say("a", holds={"BTC": "1", "ETH": "2"}, records=[["deposit", "BTC", "1"]])
    data = venue.cli("sync --json").json["data"]
    assert set(data) == {"accounts", "prices", "unpriced"}
    account = data["accounts"][0]
    assert (account["venue"], account["outcome"], account["new_records"]) == ("scripted", "synced", 1)
    assert {each["asset"]: each["amount"] for each in account["changes"]} == {"BTC": "1", "ETH": "2"}
    assert (account["fault"], account["warnings"]) == ("", [])


def test_a_price_that_is_stored_is_not_said_to_be_missing(scripts: Make, tmp_path: Path) -> None:
    venue = scripts("a")
    venue.say("a", holds={"DUST": "4", "PAWS": "2"})
    prices = tmp_path / "prices.csv"
    prices.write_text("date,asset,close,currency\n2026-03-01,DUST,0.5,USD\n", encoding="utf-8")
    venue.host.run("prices import", files=(prices,))
    assert "1 of 2 assets priced; oldest price 2026-03-01; none of PAWS." in words(venue.cli("sync").out)
    data = venue.cli("sync --json").json["data"]
    assert (data["prices"], data["unpriced"]) == (1, ["PAWS"])


def test_an_account_that_was_never_asked_is_said_to_be_missing(scripts: Make) -> None:
    venue = scripts("a", "b")
    venue.say("a", holds={"BTC": "1"}, records=[["deposit", "BTC", "1"]])
    assert venue.cli("sync --exchange a").code == 0
    shown = venue.cli("portfolio --offline")
    assert "B was never asked: the total leaves it out." in words(shown.out)


@pytest.mark.parametrize("part", ["history", "tickers", "positions"])
def test_a_plugin_that_fails_beside_the_balances_costs_none_of_them(scripts: Make, part: str) -> None:
    venue = scripts("a")
    venue.say("a", holds={"BTC": "1"}, faults={part: "TypeError"})
    venue.cli("sync")
    venue.say("a", holds={"BTC": "2"})
    account = venue.synced()["a"]
    assert any("TypeError" in warning for warning in account["warnings"])
    assert venue.held("a")["BTC"][0] == "2"


def test_a_plugin_that_never_answers_is_given_up(scripts: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kit_portfolio_tracker.asking._PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr("kit_portfolio_tracker.walking._SILENCE_SECONDS", 0.2)
    venue = scripts("a", "b")
    venue.say("a", faults={"balances": "hang"})
    venue.say("b", holds={"BTC": "1"}, faults={"history": "hang"})
    accounts = venue.synced()
    assert "did not answer in time" in accounts["a"]["fault"]
    assert (accounts["b"]["outcome"], accounts["b"]["fault"]) == ("partial", "The history of b stopped coming.")
    assert venue.held("b")["BTC"][0] == "1"


def test_a_question_waits_for_nobody_longer_than_its_budget(scripts: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    venue = scripts("a")
    venue.say("a", holds={"BTC": "0.01"}, deposits=1)
    assert venue.cli("sync").code == 0
    monkeypatch.setattr(BUDGET, 0.5)
    venue.clock.advance(timedelta(minutes=5))
    venue.say("a", holds={"BTC": "0.2"}, deposits=20, page=1, pause=0.1)
    shown = venue.cli("portfolio")
    assert shown.code == 0, "balances came; the history goes on with the next question"
    assert "does not tell yet what changed the balances" in words(shown.out)
    assert venue.held("a") == {"BTC": ("0.2", "0.01")}, "nothing is computed from a walk that is not over"
    for _ in range(12):
        venue.clock.advance(timedelta(minutes=5))
        venue.cli("portfolio")
        if venue.held("a") == {"BTC": ("0.2", "0.2")}:
            break
    assert venue.held("a") == {"BTC": ("0.2", "0.2")}
    walks = venue.asked("a", "history")
    venue.clock.advance(timedelta(minutes=5))
    venue.cli("portfolio")
    assert venue.asked("a", "history") == walks, "the history owes nothing any more"


def test_a_ledger_that_lags_behind_the_balances_is_asked_again(scripts: Make) -> None:
    venue = scripts("a")
    venue.say("a", holds={"BTC": "1"}, records=[["deposit", "BTC", "1"]])
    venue.cli("sync")
    venue.clock.advance(timedelta(minutes=5))
    venue.say("a", holds={"BTC": "2"})
    assert venue.cli("portfolio").code == 0
    venue.clock.advance(timedelta(minutes=5))
    venue.say("a", records=[["deposit", "BTC", "1"], ["deposit", "BTC", "1"]])
    venue.cli("portfolio")
    assert venue.held("a") == {"BTC": ("2", "2")}


def test_a_history_that_broke_off_is_gone_on_with_by_the_next_question(scripts: Make) -> None:
    venue = scripts("a")
    venue.say("a", holds={"BTC": "0.01"}, deposits=1)
    venue.cli("sync")
    venue.clock.advance(timedelta(minutes=5))
    venue.say("a", holds={"BTC": "0.1"}, deposits=10, page=1, breaks_at=5)
    assert venue.cli("portfolio").code == 3
    venue.clock.advance(timedelta(minutes=5))
    venue.say("a", breaks_at=None)
    assert venue.cli("portfolio").code == 0
    assert venue.held("a") == {"BTC": ("0.1", "0.1")}


def test_an_account_that_says_nothing_is_looked_at_twice(scripts: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kit_portfolio_tracker.asking._SECOND_LOOK_SECONDS", 0.0)
    venue = scripts("a")
    venue.say("a", holds={"BTC": "1"})
    venue.cli("sync")
    before = venue.asked("a")
    venue.say("a", holds={})
    assert venue.synced()["a"]["outcome"] == "partial"
    assert venue.asked("a") == before + 2
    assert venue.held("a")["BTC"][0] == "1"
    assert venue.synced("sync --full")["a"]["outcome"] == "synced"
    assert venue.held("a") == {}


def test_an_account_emptied_by_records_of_an_earlier_sync_is_believed(
    scripts: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kit_portfolio_tracker.asking._SECOND_LOOK_SECONDS", 0.0)
    venue = scripts("a")
    venue.say("a", holds={"BTC": "1"}, records=[["deposit", "BTC", "1"], ["withdrawal", "BTC", "-1"]])
    venue.cli("sync")
    venue.say("a", holds={})
    assert venue.synced()["a"]["outcome"] == "synced"


def test_an_account_that_only_its_records_know_is_reported_as_zero(scripts: Make) -> None:
    venue = scripts("a")
    venue.say("a", holds={"BTC": "1"}, records=[["deposit", "ETH", "2"]])
    venue.cli("sync")
    assert venue.held("a")["ETH"] == ("0", "2")


def test_an_account_out_of_the_config_keeps_what_is_known(scripts: Make) -> None:
    venue = scripts("a", "b")
    venue.say("a", holds={"BTC": "1"}, records=[["deposit", "BTC", "1"]])
    venue.say("b", holds={"ETH": "1"}, records=[["deposit", "ETH", "1"]])
    venue.cli("sync")
    assert venue.cli("exchanges remove a --yes").code == 0
    assert venue.held("a") == {"BTC": ("1", "1")}
    assert list(venue.synced()) == ["b"]


def test_offline_asks_nobody_and_loads_nothing_that_could(scripts: Make, unmeasured: None) -> None:
    venue = scripts("a")
    venue.say("a", holds={"BTC": "1"}, records=[["deposit", "BTC", "1"]])
    venue.cli("sync")
    asked = venue.asked("a")
    code = (
        "import os, sys, io\n"
        "from kit.cli.app import run\n"
        "code = run(['portfolio', '--offline'], env=dict(os.environ), out=io.StringIO(), err=sys.stderr)\n"
        "print([name for name in ('aiohttp', 'ccxt') if name in sys.modules], code)\n"
    )

    child = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **venue.host.env}, capture_output=True, text=True, check=True
    )
    assert child.stdout.split() == ["[]", "0"], child.stderr
    assert venue.asked("a") == asked


def test_quotes_have_an_age_in_seconds(scripts: Make) -> None:
    venue = scripts("a")
    venue.say("a", holds={"BTC": "1"}, records=[["deposit", "BTC", "1"]])
    venue.cli("sync")
    venue.clock.advance(timedelta(seconds=42))
    assert "prices 42 s old" in words(venue.cli("portfolio --offline").out)


def test_files_of_the_same_time_warn_once(scripts: Make, tmp_path: Path) -> None:
    venue = scripts("a")
    file = tmp_path / "old.csv"
    header = "time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity,id\n"
    file.write_text(f"{header}2026-01-20,a,deposit,BTC,1,,,file1\n", encoding="utf-8")
    venue.host.run("import", files=(file,))
    venue.say("a", holds={"BTC": "1"}, deposits=1)
    assert any("historyFrom" in each for each in venue.synced()["a"]["warnings"])
    venue.say("a", records=[["deposit", "BTC", "1"]])
    account = venue.synced()["a"]
    assert (account["new_records"], account["warnings"]) == (1, [])


def test_full_walks_from_the_beginning_and_changes_nothing(scripts: Make) -> None:
    venue = scripts("a")
    venue.say("a", holds={"BTC": "0.05"}, deposits=5)
    venue.cli("sync")
    before = venue.held("a")
    account = venue.synced("sync --full")["a"]
    assert (account["new_records"], account["changes"]) == (0, [])
    log = (Path(venue.host.services.config.exchanges()["a"]["script"]).with_suffix(".log")).read_text(encoding="utf-8")
    assert log.splitlines().count("history 0") >= 2
    assert venue.held("a") == before


@pytest.mark.parametrize("name", ["savings", "SAVINGS", "Piggy Bank", "scripted"])
def test_accounts_are_chosen_by_name_label_or_venue(scripts: Make, name: str) -> None:
    venue = scripts("savings", accountLabels={"savings": "Piggy Bank"})
    assert list(venue.synced(f"sync --exchange '{name}'")) == ["savings"]


def test_an_unknown_account_is_met_with_the_nearest(scripts: Make) -> None:
    answer = scripts("savings").cli("sync --exchange savins")
    assert answer.code == 2
    assert "“savings”" in answer.err


@pytest.mark.parametrize("line", ["sync my accounts", "refresh my portfolio", "sync savings", "update savings"])
def test_a_sentence_syncs(scripts: Make, line: str) -> None:
    venue = scripts("savings")
    assert venue.cli("ask", line).code == 0
    assert venue.asked("savings") == 1


def test_details_show_what_is_locked_staked_open_and_left_out(scripts: Make) -> None:
    venue = scripts("a")
    venue.say("a", holds={"BTC": "1", "ETH": "2"}, locked={"BTC": "0.25"}, positions={"BTC/USDT:USDT": "3"})
    venue.say("a", left_out=["The key may not read the funding wallet."])
    venue.cli("sync")
    reply = venue.host.run("portfolio", detailed=True, offline=True)
    tables = {block.title: block for block in reply.blocks if isinstance(block, Table)}
    keys = [column.key for column in tables["Holdings by Account"].columns]
    assert "locked" in keys
    assert "staked" not in keys
    assert tables["Open Positions"].rows[0][:3] == ("A", "BTC/USDT:USDT", "buy")
    assert "A: The key may not read the funding wallet." in words(venue.cli("portfolio --detailed --offline").out)
    venue.say("a", positions={}, faults={"positions": "Refused"})
    venue.cli("sync")
    assert "Open Positions" in venue.cli("portfolio --detailed --offline").out, "nothing was said of them"
    venue.say("a", faults=None)
    venue.cli("sync")
    assert "Open Positions" not in venue.cli("portfolio --detailed --offline").out


def test_status_and_doctor_tell_how_each_account_does(scripts: Make) -> None:
    venue = scripts("a", "b", "c")
    venue.say("a", holds={"BTC": "1"})
    venue.say("b", faults={"balances": "Maintenance"})
    venue.cli("sync --exchange a")
    venue.cli("sync --exchange b")
    venue.clock.advance(timedelta(minutes=3))
    lines = {each["label"]: each["text"] for each in venue.cli("status --json").json["data"]["lines"]}
    assert lines["A"] == "answered 3 min ago"
    assert lines["B"] == "never reached: Something is wrong."
    assert lines["C"] == "never asked (kit sync)"
    doctor = venue.cli("doctor --json").out
    assert "2 of 3 accounts are behind; b: never reached: Something is wrong" in doctor


def test_records_of_a_sync_are_counted(scripts: Make) -> None:
    venue = scripts("a")
    venue.say("a", holds={"BTC": "0.03"}, deposits=3)
    venue.cli("sync")
    lines = {each["label"]: each["text"] for each in venue.cli("status --json").json["data"]["lines"]}
    assert lines["Portfolio"] == "1 account, 3 records, latest 2026-01-01"


def test_a_renamed_account_takes_everything_along(scripts: Make) -> None:
    venue = scripts("a")
    venue.say("a", holds={"BTC": "0.03"}, deposits=3, positions={"X": "1"})
    venue.cli("sync")
    assert venue.cli("exchanges rename a savings").code == 0
    assert venue.held("savings") == {"BTC": ("0.03", "0.03")}
    assert venue.held("a") == {}
    account = venue.synced()["savings"]
    assert (account["new_records"], account["changes"]) == (0, [])


def test_a_name_that_was_used_before_adds_its_records(scripts: Make, tmp_path: Path) -> None:
    venue = scripts("a")
    file = tmp_path / "old.csv"
    header = "time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity,to_account,id\n"
    rows = "2025-01-20,b,deposit,BTC,1,,,,file1\n2025-01-21,other,transfer,,,BTC,2,b,file2\n"
    file.write_text(header + rows, encoding="utf-8")
    venue.host.run("import", files=(file,))
    venue.say("a", holds={"BTC": "3.03"}, deposits=3)
    venue.cli("sync")
    assert venue.cli("exchanges rename a b").code == 0
    assert venue.held("b") == {"BTC": ("3.03", "3.03")}
    assert "calculated balances agree with the records" in venue.cli("doctor --json").out


def test_a_backup_brings_back_where_the_walks_go_on(scripts: Make, tmp_path: Path) -> None:
    venue = scripts("a")
    venue.say("a", holds={"BTC": "0.03"}, deposits=3)
    venue.cli("sync")
    saved = tmp_path / "saved.zip"
    assert venue.cli("backup", str(saved)).code == 0
    venue.say("a", holds={"BTC": "0.05"}, deposits=5)
    venue.cli("sync")
    assert venue.cli("restore", str(saved), "--yes").code == 0
    assert venue.held("a") == {"BTC": ("0.03", "0.03")}
    assert venue.synced()["a"]["new_records"] == 2
    assert venue.held("a") == {"BTC": ("0.05", "0.05")}


def test_quotes_are_no_closes_and_closes_stay(scripts: Make, tmp_path: Path) -> None:
    venue = scripts("a")
    file = tmp_path / "closes.csv"
    file.write_text("date,asset,close,currency\n2026-02-27,BTC,49000,USD\n2026-02-28,BTC,50000,USD\n", encoding="utf-8")
    venue.say("a", holds={"BTC": "1"}, records=[["deposit", "BTC", "1"]])
    venue.cli("sync")
    venue.host.run("prices import", files=(file,))
    assert "Total: $60,000.00" in venue.cli("portfolio --offline").out
    with venue.host.services.store.read() as connection:
        (yesterday,) = latest_prices(connection, ["BTC"], until=date(2026, 2, 28))
        today = latest_prices(connection, ["BTC"], until=date(2026, 3, 1))
    assert (str(yesterday.close), yesterday.time) == ("50000", None)
    assert {(str(each.close), each.day, each.time is None) for each in today} == {
        ("50000", date(2026, 2, 28), True),
        ("60000", date(2026, 3, 1), False),
    }


def test_a_sync_that_another_one_keeps_waiting_says_so(scripts: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kit_portfolio_tracker.visiting._LOCK_WAIT_SECONDS", 0.1)
    venue = scripts("a")
    venue.say("a", holds={"BTC": "1"})
    with venue.host.services.store.lock("sync:a") as ours:
        assert ours
        answer = venue.cli("sync")
    assert answer.code == 3
    assert "Another sync of a is under way." in answer.out
    assert venue.asked("a") == 0
    assert "never asked" in venue.cli("portfolio --offline").out, "that somebody waited is no word of the account"


def test_a_dead_venue_is_not_asked_by_every_question(scripts: Make) -> None:
    venue = scripts("a", updateInterval=60)
    venue.say("a", faults={"balances": "Maintenance"})
    for _ in range(20):
        venue.cli("portfolio")
        venue.clock.advance(timedelta(seconds=60))
    assert 3 <= venue.asked("a") <= 5, "after 1, 2, 4 and 8 minutes"
    venue.say("a", faults=None, holds={"BTC": "1"})
    assert venue.synced()["a"]["outcome"] == "synced"


def test_a_clock_moved_back_stops_no_questions(scripts: Make) -> None:
    venue = scripts("a", updateInterval=60)
    venue.say("a", holds={"BTC": "1"})
    venue.clock.advance(timedelta(days=30))
    venue.cli("portfolio")
    venue.clock.advance(-timedelta(days=30))
    venue.say("a", holds={"BTC": "2"})
    venue.cli("portfolio")
    assert venue.held("a")["BTC"][0] == "2"
