"""Tax reports: what stands on each form, that it adds up, and the files they are written to."""

from __future__ import annotations

import csv
import io
import json
import stat
import sys
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from kit_portfolio_tracker.core.tax.forms import FORMS
from kit_portfolio_tracker.core.tax.report import Section, TaxReport
from kit_portfolio_tracker.core.tax.united_kingdom import annual_exempt_amount
from kit_portfolio_tracker.core.tax.united_states import boxes
from kit_portfolio_tracker.health import checks

from kit import ConfigError, KitError, Money, Reply, UsageError
from kit.render import render_text

D = Decimal
ROWS = (
    "2022-01-10T12:00:00Z,a,buy,BTC,1,USD,10000,USD,10.005,,,,b1,",
    "2023-06-01T12:00:00Z,a,buy,BTC,1,USD,25000,,,,,,b2,",
    "2023-07-01T12:00:00Z,=b,buy,ETH,3,USD,5000,,,,,,b3,",
    "2024-01-01T03:30:00Z,a,sell,USD,9000,BTC,0.2,USD,3.333,,,,s0,still 2023 in New York",
    "2024-03-10T12:00:00Z,a,sell,USD,60000,BTC,1,USD,7.777,,,,s1,",
    "2024-04-10T12:00:00Z,=b,sell,USD,2000,ETH,1,,,,,,s2,",
    "2024-05-01T12:00:00Z,a,staking,ETH,0.1,,,,,300.125,USD,,i1,",
    "2024-05-02T12:00:00Z,a,gift_sent,,,BTC,0.1,,,6000,USD,,g1,",
    "2024-05-03T12:00:00Z,a,withdrawal,,,BTC,0.05,,,,,,w1,",
    "2024-06-01T12:00:00Z,a,sell,USD,700,SOL,5,,,,,,x1,never bought",
)
NUMBERED = ("proceeds", "cost", "cost_basis", "gain", "fee", "value", "amount")


@pytest.fixture
def held(bench: Any) -> Any:
    bench.run("import", files=[bench.ledger("a.csv", *ROWS)])
    return bench


Tax = Callable[..., Reply]


@pytest.fixture
def tax(held: Any) -> Tax:
    from datetime import UTC, datetime

    from kit import FixedClock

    held.clock = FixedClock(datetime(2026, 1, 20, tzinfo=UTC))

    def run(year: int = 2024, **said: Any) -> Reply:
        reply: Reply = held.run("portfolio tax", year=year, **said)
        return reply

    return run


def section(report: TaxReport, key: str) -> Any:
    return next(each for each in report.sections if each.key == key)


def column(found: Section, key: str) -> list[Any]:
    place = next(at for at, each in enumerate(found.columns) if each.key == key)
    return [row[place] for row in found.rows]


def summed(cells: Iterable[Any]) -> Decimal:
    return sum((cell.amount for cell in cells if isinstance(cell, Money)), D(0))


def total(found: Section, label: str) -> Decimal:
    return summed(each.value for each in found.totals if each.label == label)


def test_generic_has_a_row_for_each_lot(tax: Tax) -> None:
    report = tax().data
    sales = section(report, "disposals")
    assert column(sales, "record") == ["s0", "s1", "s1", "s2", "x1"]
    assert [str(each.amount) for each in column(sales, "quantity")] == ["0.2", "0.8", "0.2", "1", "5"]
    assert column(sales, "term") == ["long", "long", "short", "short", None]
    assert column(sales, "flags")[-1] == "missing purchase history"
    assert column(section(report, "gifts-given"), "asset") == ["BTC"]
    assert column(section(report, "income"), "kind") == ["staking"]
    assert column(section(report, "fees"), "record") == ["s0", "s1"]
    assert {row[0] for row in section(report, "holdings").rows} == {"BTC", "ETH", "SOL", "USD"}


def test_every_report_opens_with_what_it_rests_on(tax: Tax) -> None:
    reply = tax()
    assert reply.exit_code == 3
    assert reply.data.assumed[0] == "This is a computation from your records and no tax advice."
    assert any("missing purchase history" in each for each in reply.data.flagged)
    assert any("no account of yours received" in each for each in reply.data.left_out)
    shown = render_text(reply, width=150)
    assert shown.index("no tax advice") < shown.index("Left out") < shown.index("Disposals")


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_total_is_the_sum_of_its_rows(tax: Tax, form: str) -> None:
    """In every form, of every year: titles of totals name the column that they sum."""
    for year in (2023, 2024):
        for each in tax(year, form=form).data.sections:
            titles = {found.title.casefold(): found.key for found in each.columns}
            for metric in each.totals:
                key = titles.get(metric.label.casefold(), titles.get(metric.label.casefold().rstrip("s")))
                if key in NUMBERED:
                    known = column(each, "gain") if "gain" in titles.values() else None
                    cells = column(each, key)
                    counted = [cell for at, cell in enumerate(cells) if known is None or known[at] is not None]
                    assert metric.value.amount == summed(counted), (each.key, metric.label)


def test_form_8949_cross_foots_in_cents(tax: Tax) -> None:
    report = tax(form="us-8949").data
    for key in ("part-1", "part-2"):
        part = section(report, key)
        for row in part.rows:
            assert row[3].amount - row[4].amount == row[7].amount
            assert all(cell.amount.as_tuple().exponent == -2 for cell in (row[3], row[4], row[7]))
    long = section(report, "part-2")
    assert [row[:3] for row in long.rows] == [("0.8 BTC", "01/10/2022", "03/10/2024")]
    assert (long.rows[0][3].amount, long.rows[0][4].amount) == (D("47993.78"), D("8008.00"))
    d = section(report, "schedule-d")
    assert [row[0] for row in d.rows] == ["Line 3: box C", "Line 10: box F"]
    assert summed(row[3] for row in d.rows) == d.totals[0].value.amount


def test_digital_assets_have_boxes_of_their_own_from_2025_on() -> None:
    assert boxes(2024) == ("C", "F")
    assert boxes(2025) == ("I", "L")


def test_a_year_begins_at_midnight_of_the_country(tax: Tax) -> None:
    assert "0.2 BTC" in column(section(tax(2023, form="us-8949").data, "part-2"), "description")
    assert "s0" in column(section(tax(2024).data, "disposals"), "record")


def test_the_british_year_begins_on_6_april(tax: Tax) -> None:
    report = tax(2023, form="uk-cgt").data
    assert (report.first, report.last, report.title) == (
        date(2023, 4, 6),
        date(2024, 4, 5),
        "Capital gains, tax year 2023-24",
    )
    assert set(column(section(report, "disposals"), "record")) == {"s0", "s1"}
    figures = dict(section(report, "summary").rows)
    assert figures["Number of disposals"] == 2
    assert figures["Annual exempt amount"] == Money(D(6000), "GBP")


def test_gifts_are_british_disposals_and_the_year_of_new_rates_is_told_apart(tax: Tax) -> None:
    report = tax(2024, form="uk-cgt").data
    assert "g1" in column(section(report, "disposals"), "record")
    assert any("2024-10-30" in str(row[0]) for row in section(report, "summary").rows)


def test_exempt_amounts_are_not_invented() -> None:
    assert annual_exempt_amount(2024) == D(3000)
    assert annual_exempt_amount(2026) == D(3000)
    assert annual_exempt_amount(2099) is None


@pytest.mark.parametrize(
    ("gain", "taxable"), [("999.99", "0"), ("1000", "1000"), ("-50", "-50")], ids=["below", "at it", "a loss"]
)
def test_the_german_limit_frees_all_or_nothing(bench: Any, gain: str, taxable: str) -> None:
    bench.configured = {"baseCurrency": "EUR"}
    rows = (
        "2023-12-01T12:00:00Z,a,buy,BTC,1,EUR,10000,,,,,,b,",
        f"2024-11-30T12:00:00Z,a,sell,EUR,{D(10000) + D(gain)},BTC,1,,,,,,s,",
        "2020-12-01T12:00:00Z,a,buy,ETH,1,EUR,100,,,,,,c,",
        "2024-11-30T12:00:00Z,a,sell,EUR,5000,ETH,1,,,,,,t,",
    )
    from datetime import UTC, datetime

    from kit import FixedClock

    bench.clock = FixedClock(datetime(2026, 1, 20, tzinfo=UTC))
    bench.run("import", files=[bench.ledger("a.csv", *rows)])
    report = bench.run("portfolio tax", year=2024, form="de-23").data
    assert column(section(report, "taxable"), "asset") == ["BTC"]
    assert column(section(report, "free"), "asset") == ["ETH"]
    assert section(report, "limit").rows[-1] == ("Taxable", Money(D(taxable), "EUR"))
    assert section(report, "limit").rows[1][1] == Money(D(1000), "EUR")


def test_german_income_has_a_limit_too(tax: Tax, held: Any) -> None:
    report = tax(form="de-22").data
    assert section(report, "limit").rows[0][1].amount == total(section(report, "services"), "Together")


def test_csv_says_what_each_line_is_and_runs_nothing(tax: Tax) -> None:
    reply = tax(format="csv")
    assert reply.document is not None
    lines = list(csv.reader(io.StringIO(reply.document.text)))
    assert lines[0][:2] == ["report", "generic"]
    assert {line[0] for line in lines} == {
        *("report", "assumed", "flagged", "left out", "section", "columns", "row", "total"),
    }
    columns = next(line for line in lines if line[:2] == ["columns", "disposals"])
    rows = [dict(zip(columns, line, strict=True)) for line in lines if line[:2] == ["row", "disposals"]]
    assert [row["gain"] for row in rows] == ["6994.67", "39985.78", "6998.44", "333.33", "700"]
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "@", "\t", "\r"))]
    assert any(row["account"].startswith("'=") for row in rows)


def test_json_has_every_figure_as_text(tax: Tax) -> None:
    reply = tax(format="json")
    assert reply.document is not None
    data = json.loads(reply.document.text)["data"]
    assert data["form"] == "generic"
    assert data["sections"][0]["totals"][-1]["value"]["amount"] == "55012.22"


def test_files_are_whole_private_and_never_overwritten_by_mistake(tax: Tax, tmp_path: Path) -> None:
    for form, begins in (("csv", b"report,generic"), ("json", b"{"), ("pdf", b"%PDF-")):
        path = tmp_path / f"report.{form}"
        reply = tax(format=form, output=path)
        assert path.read_bytes().startswith(begins)
        assert f"to {path}" in render_text(reply, width=300)
        if sys.platform != "win32":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with pytest.raises(UsageError, match="is there already"):
            tax(format=form, output=path)
        tax(format=form, output=path, force=True)
    with pytest.raises(KitError):
        tax(format="csv", output=tmp_path / "nowhere" / "report.csv")


def test_the_ending_of_a_file_says_what_it_is_to_be(tax: Tax, tmp_path: Path) -> None:
    tax(output=tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    with pytest.raises(UsageError, match="What should"):
        tax(output=tmp_path / "a.doc")
    with pytest.raises(UsageError, match=r"a\.pdf would be no PDF"):
        tax(format="csv", output=tmp_path / "a.pdf", force=True)


def test_a_pdf_bears_any_name(bench: Any, tmp_path: Path) -> None:
    rows = [f"2024-01-{day:02}T12:00:00Z,账户 🚀 “x”,buy,BTC,1,USD,10000,,,,,,b{day}," for day in range(1, 28)]
    rows += [f"2024-02-{day:02}T12:00:00Z,账户 🚀 “x”,sell,USD,9,BTC,1,,,,,,s{day}," for day in range(1, 28)]
    bench.run("import", files=[bench.ledger("a.csv", *rows)])
    bench.run("portfolio tax", year=2024, format="pdf", output=tmp_path / "a.pdf")
    content = (tmp_path / "a.pdf").read_bytes()
    assert content.count(b"/Type /Page\n") >= 2


@pytest.mark.parametrize(("name", "ours"), [("Łódź", True), ("Кошелёк Ελλάδα", True), ("Zürich – “x”?", False)])
def test_a_pdf_brings_letters_that_readers_may_lack(bench: Any, tmp_path: Path, name: str, ours: bool) -> None:
    bench.run("import", files=[bench.ledger("a.csv", f"2024-01-02,{name},staking,ETH,1,,,,,5,USD,,b1,")])
    bench.run("portfolio tax", year=2024, format="pdf", output=tmp_path / "a.pdf")
    content = (tmp_path / "a.pdf").read_bytes()
    assert (b"DejaVuSansCondensed" in content) is ours
    assert (b"Helvetica" in content) is not ours


def test_what_a_form_forbids_is_refused_with_what_it_allows(tax: Tax) -> None:
    with pytest.raises(UsageError, match="does not allow the method acb"):
        tax(form="us-8949", method="acb")
    with pytest.raises(UsageError, match="one pool for all accounts"):
        tax(form="uk-cgt", scope="per-account")
    with pytest.raises(KitError, match="tax form"):
        tax(form="us-1040")


@pytest.mark.parametrize("year", [1999, 2027])
def test_years_that_cannot_be_are_refused(tax: Tax, year: int) -> None:
    with pytest.raises(UsageError, match=f"no tax year {year}"):
        tax(year)


def test_last_year_is_meant_where_none_is_said_and_an_open_one_is_called_so(tax: Tax, held: Any) -> None:
    assert held.run("portfolio tax").data.year == 2025
    assert any("not over" in each for each in tax(2026).data.left_out)
    assert section(tax(2026).data, "holdings").title == "Held at the end of 2026-01-20"
    assert section(tax(2025).data, "holdings").title == "Held at the end of 2025-12-31"


def test_a_year_without_records_says_so(tax: Tax) -> None:
    said = render_text(tax(2015), width=100)
    assert "Your records say nothing" in said
    assert "Name another year: kit portfolio tax --year YEAR" in said


def test_the_settings_choose_where_the_command_does_not(tax: Tax, held: Any) -> None:
    usual = total(section(tax().data, "disposals"), "Gain")
    held.configured = {"tax": {"method": "hifo"}}
    assert total(section(tax().data, "disposals"), "Gain") < usual
    held.configured = {"tax": {"methods": {"2024": "hifo"}}}
    assert total(section(tax().data, "disposals"), "Gain") < usual
    assert total(section(tax(method="fifo").data, "disposals"), "Gain") == usual
    held.configured = {"tax": {"form": "uk-cgt"}}
    assert tax().data.form == "uk-cgt"


@pytest.mark.parametrize(
    ("said", "where"),
    [({"form": "xx"}, "tax.form"), ({"method": "xx"}, "tax.method"), ({"methods": {"2023": "xx"}}, "tax.methods")],
)
def test_a_name_that_the_settings_got_wrong_is_said_with_its_place(held: Any, said: dict[str, Any], where: str) -> None:
    held.configured = {"tax": said}
    for command in ("portfolio tax", "portfolio summary"):
        with pytest.raises(ConfigError, match=rf"config\.json skills\.portfolio-tracker\.{where}: there is no .* “xx”"):
            held.run(command)
    [finding] = [each.run(held) for each in checks() if each.name == "portfolio-tax"]
    assert not finding.ok
    assert where in finding.what


def test_section_104_is_one_pool_whatever_the_scope(tax: Tax) -> None:
    lots = next(each for each in tax(method="s104", scope="per-account").data.assumed if each.startswith("Lots"))
    assert lots.endswith("section 104 pool), pools universal.")


@pytest.mark.parametrize(
    ("year", "lots"),
    [
        (2024, "Lots: first in, first out, pools universal."),
        (
            2025,
            "Lots: first in, first out, pools universal; from 2025-01-01 on first in, first out, pools per-account.",
        ),
    ],
)
def test_the_head_tells_the_rules_up_to_its_year(tax: Tax, year: int, lots: str) -> None:
    assert lots in tax(year=year, form="us-8949").data.assumed
