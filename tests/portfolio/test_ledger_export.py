"""`kit ledger export` and `kit portfolio export`: files that are whole, exact, and the user's to keep."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from kit_portfolio_tracker.exporting import WHAT
from kit_portfolio_tracker.snapshots import take_snapshot
from kit_portfolio_tracker.store.records import RecordWriter, all_records, kept_positions, report_balances

from kit import SHAPES, Balance, Kind, KitError, Money, Quantity, Record, UnknownName, UsageError
from kit.cli.app import run as run_line

DATA = Path(__file__).parents[3] / "shared" / "data"
ROWS = (
    "2024-01-02T09:00:00.123456Z,kraken,buy,BTC,0.123456789012345678901234567891,USD,20000,USD,10,20000,USD,,k1,=1+1",
    '2024-01-03T09:00:00Z,kraken,transfer,,,BTC,0.02,BTC,0.0001,,,cold,k2,"two lines,\n""quoted"""',
    "2024-01-04T09:00:00Z,kraken,airdrop,UNI,400,,,,,,,,k3,",
)

names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=12)
names = names.map(str.strip).filter(bool)
assets = st.text("ABCXYZ019.", min_size=1, max_size=8).filter(lambda name: name[0] != ".")
amounts = st.decimals(min_value=Decimal("1e-30"), max_value=Decimal("1e30"), places=30)
legs = st.builds(Quantity, amounts, assets)
notes = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30) | st.sampled_from(
    ["=SUM(A1)", "+1", "-1", "@x", "\tx", "\rx", "a\r\nb", '"', "''", "'=1", ";", " x ", "\ufeff", "\u2028"]
)
times = st.datetimes(datetime(1971, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def ledgers(draw: st.DrawFn) -> list[Record]:
    """Records of every kind, each with an id of its own."""
    found: dict[tuple[str, str], Record] = {}
    for kind in draw(st.lists(st.sampled_from(Kind), max_size=8)):
        account = draw(names)
        received, sent = (
            draw(legs if must else st.none() if must is False else st.none() | legs) for must in SHAPES[kind]
        )
        record = Record(
            draw(names),
            draw(times),
            account,
            kind,
            received,
            sent,
            draw(legs if kind is Kind.FEE else st.none() | legs),
            draw(st.none() | st.builds(Money, amounts, assets)),
            f"{account} too" if kind is Kind.TRANSFER else None,
            draw(notes),
            "kit-csv",
        )
        found[record.account, record.id] = record
    return list(found.values())


def _keep(bench: Any, found: list[Record]) -> None:
    with bench.store.write() as connection:
        writer = RecordWriter(bench.store, connection)
        writer.add({(each.account, each.id): each for each in found})
        writer.finish()


def _stored(bench: Any) -> dict[tuple[str, str], Record]:
    with bench.store.read() as connection:
        return {(each.account, each.id): each for each in all_records(connection)}


def _positions(bench: Any) -> dict[tuple[str, str], Decimal]:
    with bench.store.read() as connection:
        return {place: quantity for place, quantity in kept_positions(connection).items() if quantity}


def _left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(".new")]


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(ledgers())
def test_what_is_exported_imports_back_the_same(benches: Callable[[], Any], ledger: list[Record]) -> None:
    source, target = benches(), benches()
    _keep(source, ledger)
    file = source.home / "ledger.csv"
    assert source.run("ledger export", output=file).exit_code == 0
    imported = target.run("import", files=[file], format="kit-csv").data.files[0]
    assert (imported.added, imported.rejected) == (len(ledger), 0)
    assert _stored(target) == _stored(source)
    assert _positions(target) == _positions(source)


@pytest.mark.skipif(not DATA.is_dir(), reason="the real exports (../shared/data) are not on this machine")
def test_real_exports_of_venues_and_tools_survive_the_way_through_kit_csv(benches: Callable[[], Any]) -> None:
    source, target = benches(), benches()
    files = [path for path in sorted((DATA / "exports").rglob("*")) if path.suffix in {".csv", ".html", ".xlsx"}]
    report = source.run("import", files=files, timezone="UTC").data
    assert len(report.files) > 10
    file = source.home / "ledger.csv"
    source.run("ledger export", output=file)
    assert target.run("import", files=[file]).exit_code == 0
    before = {key: replace(record, source="kit-csv") for key, record in _stored(source).items()}
    assert len(before) > 100
    assert _stored(target) == before


@pytest.fixture
def held(both: Any) -> Any:
    both.run("import", files=[both.ledger("a.csv", *ROWS)])
    return both


def _exported(bench: Any, **said: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(bench.run("ledger export", **said).document.text.splitlines(keepends=True)))


def test_what_was_written_by_hand_goes_along_and_what_was_removed_does_not(held: Any) -> None:
    held.run("ledger add", kind="deposit", time="2024-01-05", received="1 ETH")
    held.run("ledger edit", id="k1", fee="11 USD")
    held.run("ledger remove", id="k3")
    rows = _exported(held)
    assert [row["received_asset"] for row in rows] == ["BTC", "", "ETH"]
    assert rows[0]["fee_quantity"] == "11"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"asset": "UNI"}, ["k3"]),
        ({"account": "cold"}, ["k2"]),
        ({"from_": date(2024, 1, 3)}, ["k2", "k3"]),
        ({"to": date(2024, 1, 3)}, ["k1", "k2"]),
        ({"asset": "DOGE"}, []),
    ],
)
def test_an_export_may_be_a_part(held: Any, said: dict[str, Any], found: list[str]) -> None:
    assert [row["id"] for row in _exported(held, **said)] == found


def test_an_account_nobody_knows_is_no_empty_file(held: Any) -> None:
    with pytest.raises(UnknownName):
        held.run("ledger export", account="krakn", output=held.home / "x.csv")
    assert not (held.home / "x.csv").exists()


def test_a_file_that_is_there_stays_unless_it_is_forced(held: Any) -> None:
    file = held.file("mine.csv", "my own words")
    for command in ("ledger export", "portfolio export"):
        with pytest.raises(UsageError, match=r"is there already.*--force"):
            held.run(command, output=file)
        assert file.read_text() == "my own words"
    file.chmod(0o640)
    assert held.run("ledger export", output=file, force=True).data.rows == 3
    assert "k1" in file.read_text()
    assert os.name == "nt" or file.stat().st_mode & 0o777 == 0o640
    assert _left_over(held.home) == []


def test_nobody_else_may_read_a_new_file(held: Any) -> None:
    held.run("ledger export", output=held.home / "new.csv")
    assert os.name == "nt" or (held.home / "new.csv").stat().st_mode & 0o777 == 0o600


def test_a_place_that_cannot_be_written_is_said(held: Any) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        held.run("ledger export", output=held.home, force=True)
    with pytest.raises(KitError, match="cannot be written"):
        held.run("ledger export", output=held.home / "nowhere" / "x.csv")
    with pytest.raises(UsageError, match="no file is named"):
        held.run("ledger export", force=True)


def test_an_export_that_breaks_off_leaves_the_old_file_and_no_half_one(held: Any) -> None:
    def breaking(services: Any, form: str, file: Any) -> Any:
        file.write("half a ")
        raise KitError("broken off")

    file = held.file("old.csv", "the old one")
    before = WHAT["holdings"]
    WHAT["holdings"] = breaking
    try:
        with pytest.raises(KitError, match="broken off"):
            held.run("portfolio export", output=file, force=True)
    finally:
        WHAT["holdings"] = before
    assert file.read_text() == "the old one"
    assert _left_over(held.home) == []


def test_a_link_stays_a_link_and_its_file_is_written(held: Any) -> None:
    target = held.file("target.csv", "old")
    link = held.home / "link.csv"
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("links are not to be had here")
    held.run("ledger export", output=link, force=True)
    assert link.is_symlink()
    assert "k1" in target.read_text()


def test_what_an_import_would_refuse_is_written_and_said(bench: Any) -> None:
    odd = Record("odd", datetime(2024, 1, 1, tzinfo=UTC), "kraken", Kind.AIRDROP, sent=Quantity(Decimal(1), "BTC"))
    _keep(bench, [odd])
    reply = bench.run("ledger export", output=bench.home / "x.csv")
    assert reply.exit_code == 3
    assert "kraken/odd: An airdrop needs something received" in reply.problems[0].what
    assert "odd" in (bench.home / "x.csv").read_text()


def test_holdings_are_exported_account_by_account_with_every_digit(held: Any) -> None:
    held.run("prices import", files=[held.prices("p.csv", "2024-01-15,BTC,40000,USD")])
    rows = list(csv.DictReader(held.run("portfolio export").document.text.splitlines()))
    (cold,) = [row for row in rows if (row["account"], row["asset"]) == ("cold", "BTC")]
    (here,) = [row for row in rows if (row["account"], row["asset"]) == ("kraken", "BTC")]
    assert {**cold, "share": ""} == {
        "account": "cold",
        "asset": "BTC",
        "quantity": "0.02",
        "basis": "calculated",
        "reported": "",
        "calculated": "0.02",
        "discrepancy": "",
        "price": "40000",
        "value": "800",
        "currency": "USD",
        "share": "",
        "source": "p.csv",
        "day": "2024-01-15",
    }
    assert here["quantity"] == "0.103356789012345678901234567891"


def test_holdings_as_json_are_those_of_the_overview(held: Any) -> None:
    file = held.home / "p.json"
    held.run("portfolio export", format="json", output=file)
    data = json.loads(file.read_text(encoding="utf-8"))["data"]
    assert data["currency"] == "USD"
    assert {(each["account"], each["asset"]) for each in data["holdings"]} >= {("cold", "BTC"), ("kraken", "UNI")}


def test_what_the_holdings_rest_on_is_said_beside_them(held: Any) -> None:
    reply = held.run("portfolio export")
    assert reply.exit_code == 3
    assert any("No price for" in problem.what for problem in reply.problems)
    assert "No price for" in held.run("portfolio export", format="json").document.text


def test_cells_that_a_spreadsheet_would_run_are_made_harmless_in_holdings(bench: Any) -> None:
    row = "2024-01-02,=cmd,deposit,BTC,1,,,,,,,,k1,"
    bench.run("import", files=[bench.ledger("a.csv", row)])
    assert "'=cmd,BTC" in bench.run("portfolio export").document.text
    assert ",=cmd," in bench.run("ledger export").document.text  # exact: it has to import back


def test_the_ledger_is_exported_as_json_too(held: Any) -> None:
    found = json.loads(held.run("portfolio export", what="ledger", format="json").document.text)
    first = found["data"]["records"][0]
    assert first["received"] == {"amount": "0.123456789012345678901234567891", "asset": "BTC"}
    assert [each["id"] for each in found["data"]["records"]] == ["k1", "k2", "k3"]
    assert held.run("portfolio export", what="ledger").document.text == held.run("ledger export").document.text


def test_lots_are_exported_with_their_cost_and_their_way(held: Any) -> None:
    rows = list(csv.DictReader(held.run("portfolio export", what="lots").document.text.splitlines()))
    (bitcoin,) = [row for row in rows if row["asset"] == "BTC"]
    assert bitcoin["quantity"] == "0.123356789012345678901234567891"  # less the fee of the transfer
    assert (bitcoin["acquired"], bitcoin["kind"]) == ("2024-01-02T09:00:00.123456Z", "buy")
    assert (bitcoin["acquired_on"], bitcoin["record"], bitcoin["currency"]) == ("kraken", "k1", "USD")
    assert Decimal(19993) < Decimal(bitcoin["cost"]) < Decimal(19994)
    (airdrop,) = [row for row in rows if row["asset"] == "UNI"]
    assert (airdrop["cost"], airdrop["flags"]) == ("", "missing price")
    found = json.loads(held.run("portfolio export", what="lots", format="json").document.text)["data"]
    assert [lot["asset"] for lot in found["lots"]] == [row["asset"] for row in rows]
    assert [lot["cost"] is None for lot in found["lots"]] == [row["cost"] == "" for row in rows]


def test_the_columns_are_the_same_whatever_is_held(benches: Callable[[], Any], held: Any) -> None:
    for what in ("holdings", "lots"):
        header = held.run("portfolio export", what=what).document.text.splitlines()[0]
        assert benches().run("portfolio export", what=what).document.text == f"{header}\n"


def test_an_empty_ledger_is_a_header(bench: Any) -> None:
    assert bench.run("ledger export").document.text.startswith("time,account,kind")
    assert json.loads(bench.run("portfolio export", what="ledger", format="json").document.text) == {
        "data": {"records": []}
    }


def test_snapshots_are_exported_with_every_digit(bench: Any) -> None:
    with bench.store.write() as connection:
        report_balances(connection, [Balance("a", "BTC", Decimal("0.123456789012345678"), bench.clock.now())])
    take_snapshot(bench)
    text = bench.run("portfolio export", what="snapshots").document.text
    assert text.splitlines() == [
        "time,account,asset,quantity,price,currency,source",
        "2024-01-16T12:00:00Z,a,BTC,0.123456789012345678,,USD,",
    ]


@pytest.fixture
def kit(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """`kit …` as a process of its own, what it writes in bytes."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("KIT_")}
    env |= {"KIT_HOME": str(tmp_path / "home"), "KIT_CACHE": str(tmp_path / "cache"), "PYTHONIOENCODING": "ascii"}

    def run(*words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([sys.executable, "-m", "kit", *words], env=env, capture_output=True, check=False)

    return run


def test_a_pipe_gets_the_export_character_for_character(
    kit: Callable[..., subprocess.CompletedProcess[bytes]], tmp_path: Path
) -> None:
    note = "Grüße\r\n\x1b[31m “=1+1”\t"
    assert (
        kit("ledger", "add", "deposit", "--time", "2024-01-01", "--received", "1 BTC", "--note", note).returncode == 0
    )
    assert kit("ledger", "export", "--output", str(tmp_path / "a.csv")).returncode == 0
    said = kit("ledger", "export")
    assert said.stdout == (tmp_path / "a.csv").read_bytes()
    assert f'"{note}"'.encode() in said.stdout


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_note_can_do_no_harm(scripts: Any) -> None:
    host = scripts().host
    words = ["ledger", "add", "deposit", "--time", "2024-01-01", "--received", "1 BTC", "--note", "\x1b[31mred"]
    assert host.cli(*words).code == 0
    screen = Screen()
    assert run_line(["ledger", "export"], env=host.env, clock=host.clock, out=screen) == 0
    assert "�[31mred" in screen.getvalue()
    assert "\x1b" in host.cli("ledger export").out
    assert host.cli("ledger export --json").json["data"]["rows"] == 1


def test_it_is_asked_for_in_plain_words(scripts: Any) -> None:
    host = scripts().host
    host.cli("ledger", "add", "deposit", "--time", "2024-01-01", "--received", "1 BTC")
    assert host.cli("ask", "Export my portfolio as CSV").out.startswith("account,asset,quantity")
    assert json.loads(host.cli("ask", "export my portfolio as json please").out)["data"]["currency"] == "USD"
    assert host.cli("ask", "export my ledger").out == host.cli("ledger export").out
    assert "deposit" in host.cli("ask", "show my BTC transactions").out
