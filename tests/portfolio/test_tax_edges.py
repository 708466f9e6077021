"""Tax reports where rounding, large numbers, missing prices, days and years are at their edges."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from kit_portfolio_tracker.core.holding_period import long_term_from
from kit_portfolio_tracker.core.tax.germany import free_from
from kit_portfolio_tracker.core.tax.report import Section, TaxReport
from kit_portfolio_tracker.views.tax_pdf import pdf_of

from kit import Column, FixedClock, Money, Quantity, Table, UsageError, exact_math

D = Decimal


@pytest.fixture
def tax(bench: Any) -> Callable[..., Any]:
    """`tax(rows, form="uk-cgt", year=2024, now=(2026, 2, 1))`: the report of a ledger's rows."""

    def run(rows: list[str], *, now: tuple[int, int, int] = (2026, 2, 1), **said: Any) -> Any:
        bench.run("import", files=[bench.ledger("a.csv", *rows)])
        bench.clock = FixedClock(datetime(*now, tzinfo=UTC))
        return bench.run("portfolio tax", **said).data

    return run


def section(report: Any, key: str) -> Any:
    return next(each for each in report.sections if each.key == key)


def figure(report: Any, name: str) -> Any:
    value = next(row[1] for row in section(report, "summary").rows if row[0] == name)
    return value.amount if isinstance(value, Money) else value


def totals(found: Any) -> dict[str, Any]:
    return {each.label: None if each.value is None else each.value.amount for each in found.totals}


def test_british_disposals_of_a_day_are_one(tax: Callable[..., Any]) -> None:
    """TCGA 1992 s.105(1)(a). One record gains 500 and one loses 100, of the same coin on the same day: 400 gained."""
    report = tax(
        [
            "2024-01-10T12:00:00Z,a,buy,BTC,2,GBP,2000,,,,,,b1,",
            "2024-05-01T09:00:00Z,a,sell,GBP,1500,BTC,1,,,,,,s1,",
            "2024-05-01T15:00:00Z,a,sell,GBP,900,BTC,1,,,,,,s2,",
        ],
        form="uk-cgt",
        year=2024,
    )
    assert figure(report, "Number of disposals") == 1
    assert figure(report, "Gains in the year, before losses") == 400
    assert figure(report, "Losses in the year") == 0


def test_what_a_disposal_takes_from_the_pool_is_one_line(tax: Callable[..., Any]) -> None:
    """HMRC HS284, Lobster plc: 329 and 300 pounds gained, whatever purchases the pool was made of."""
    report = tax(
        [
            "2015-04-10,a,buy,LOB,1000,GBP,4000,GBP,150,,,,b1,",
            "2018-09-10,a,buy,LOB,500,GBP,2050,GBP,80,,,,b2,",
            "2023-05-10,a,sell,GBP,3360,LOB,700,GBP,100,,,,s1,",
            "2024-02-10,a,sell,GBP,2080,LOB,400,GBP,105,,,,s2,",
        ],
        form="uk-cgt",
        year=2023,
    )
    rows = [(row[2].amount, row[4], row[7].amount, row[9].amount) for row in section(report, "disposals").rows]
    assert rows == [
        (700, "section 104 pool", D("2930.67"), D("329.33")),
        (400, "section 104 pool", D("1674.67"), D("300.33")),
    ]


@pytest.mark.parametrize(
    ("form", "others"),
    [
        ("generic", ""),
        ("us-8949", "4 disposals of other kinds (donation, gift, loss, margin)"),
        ("uk-cgt", "3 disposals of other kinds (donation, loss, margin)"),
        ("de-23", "4 disposals of other kinds (donation, gift, loss, margin)"),
        ("de-22", ""),
    ],
)
def test_what_a_form_has_no_place_for_is_said(tax: Callable[..., Any], form: str, others: str) -> None:
    rows = [
        "2024-01-10,a,buy,BTC,10,USD,1000,,,,,,b1,",
        "2024-06-10,a,donation,,,BTC,1,,,120,USD,,d1,",
        "2024-06-11,a,gift_sent,,,BTC,1,,,120,USD,,g1,",
        "2024-06-12,a,lost,,,BTC,1,,,,,,l1,",
        "2024-06-13,a,margin_loss,,,BTC,1,,,120,USD,,m1,",
    ]
    left_out = " ".join(tax(rows, form=form, year=2024).left_out)
    assert others in left_out
    assert ("other kinds" in left_out) is bool(others)
    assert ("No price at the end of the year" in left_out) is (form != "de-22")


@pytest.mark.parametrize(("form", "told"), [("generic", False), ("us-8949", True), ("uk-cgt", False), ("de-23", True)])
def test_a_gift_is_as_the_giver_had_it_where_the_law_says_so(tax: Callable[..., Any], form: str, *, told: bool) -> None:
    rows = [
        "2024-01-10,a,gift_received,BTC,1,,,,,1000,USD,,g1,",
        "2024-06-10,a,sell,USD,3000,BTC,1,,,,,,s1,",
    ]
    flags = " ".join(tax(rows, form=form, year=2024).flagged)
    assert ("1 part of disposals came as gifts" in flags) is told


@pytest.mark.parametrize("form", ["us-8949", "uk-cgt", "de-23"])
def test_margin_has_no_place_on_a_form_of_sales(tax: Callable[..., Any], form: str) -> None:
    rows = ["2024-05-10,a,margin_profit,GBP,1000,,,,,,,,m1,", "2024-05-11,a,margin_loss,,,GBP,200,GBP,1.5,,,,m2,"]
    [sentence] = [each for each in tax(rows, form=form, year=2024).left_out if "Margin" in each]
    assert sentence.startswith("Margin profit and loss of ")
    if form == "uk-cgt":
        assert sentence == "Margin profit and loss of 798.50 GBP: see the generic report."


def test_interest_on_state_money_is_no_german_service(tax: Callable[..., Any]) -> None:
    """§ 20 Abs. 1 Nr. 7 EStG goes before § 22 Nr. 3."""
    rows = ["2024-05-10,a,interest,EUR,300,,,,,,,,i1,", "2024-05-11,a,interest,USDC,100,,,,,92,EUR,,i2,"]
    report = tax(rows, form="de-22", year=2024)
    assert [(row[1], row[5].amount) for row in section(report, "services").rows] == [("USDC", 92)]
    assert [(row[1], row[5].amount) for row in section(report, "others").rows] == [("EUR", 300)]


def test_a_table_begins_on_the_page_of_its_title() -> None:
    """However many rows stand before it. The pages of one report are its streams, in order; the footer comes last."""
    columns = (Column("Day", "day"),)
    for count in range(28, 40):
        sections = (
            Section("first", "First", columns, tuple((f"row {at}",) for at in range(count))),
            Section("second", "Second", columns, (("a row",),)),
        )
        report = TaxReport("generic", "Title", 2024, date(2024, 1, 1), date(2024, 12, 31), "USD", (), (), (), sections)
        streams = re.findall(rb"stream\n(.*?)\nendstream", pdf_of(report), re.DOTALL)
        pages = [re.findall(rb"\((.*?)\) Tj", zlib.decompress(each)) for each in streams if each[:1] == b"x"]
        [page] = [each for each in pages if b"Second" in each]
        assert page[page.index(b"Second") + 1 :][:2] == [b"Day", b"a row"]


def test_a_cost_that_is_not_known_is_no_zero_at_the_end_of_a_year(tax: Callable[..., Any]) -> None:
    rows = [
        "2024-01-10,a,staking,AAA,2,,,,,,,,s1,",
        "2024-01-11,a,deposit,BBB,3,,,,,,,,d1,",
        "2024-01-11,a,buy,BBB,1,USD,10,,,,,,b1,",
    ]
    report = tax(rows, form="generic", year=2024)
    costs = {row[0]: row[3] and row[3].amount for row in section(report, "holdings").rows}
    assert costs == {"AAA": None, "BBB": 10, "USD": None}
    assert "Held at the end of the year at a cost that is not known: 2 AAA, 3 BBB." in report.left_out


def test_digits_that_say_nothing_are_not_printed() -> None:
    amounts = ("1.000000000000000000", "0.0000300", "1234567.5", "1E+3", "0E-18")
    columns = (Column("Quantity", "quantity"),)
    section = Section("first", "First", columns, tuple((Quantity(D(each), "BTC"),) for each in amounts))
    report = TaxReport("generic", "T", 2024, date(2024, 1, 1), date(2024, 12, 31), "USD", (), (), (), (section,))
    [page] = re.findall(rb"stream\n(x.*?)\nendstream", pdf_of(report), re.DOTALL)
    texts = re.findall(rb"\((.*?)\) Tj", zlib.decompress(page))
    start = texts.index(b"Quantity") + 1
    assert texts[start : start + len(amounts)] == [b"1", b"0.00003", b"1,234,567.5", b"1,000", b"0"]


def test_a_report_says_which_price_is_missing(tax: Callable[..., Any]) -> None:
    rows = [
        "2024-01-10,a,buy,BNB,1,USD,300,,,,,,b1,",
        "2024-01-11,a,buy,BTC,1,USD,1000,BNB,0.01,,,,b2,",
        "2024-06-10,a,sell,USD,3000,BTC,1,BNB,0.01,,,,s1,",
    ]
    report = tax(rows, form="generic", year=2024)
    assert totals(section(report, "disposals"))["Gain"] == 2000
    assert "1 part of disposals: fee without a price (no price is known of a fee, so they count without it)." in (
        report.flagged
    )
    assert "2 disposals without a price: BNB. See the days: kit prices missing" in report.left_out


def test_lots_of_half_a_cent_are_not_rounded_away(tax: Callable[..., Any]) -> None:
    """A thousand rewards of 0.4 cents, sold in one go for 0.4 cents each: 4 dollars of proceeds and of cost."""
    start = datetime(2023, 1, 1, 12, tzinfo=UTC)
    rows = [
        f"{start + timedelta(hours=n):%Y-%m-%dT%H:%M:%SZ},a,staking,ETH,0.001,,,,,0.004,USD,,i{n}," for n in range(1000)
    ]
    report = tax([*rows, "2024-05-01T12:00:00Z,a,sell,USD,4,ETH,1,USD,0.5,,,,s1,"], form="us-8949", year=2024)
    found = [totals(section(report, key)) for key in ("part-1", "part-2")]
    assert sum(each["(d) Proceeds"] for each in found) == D("3.50")
    assert sum(each["(e) Cost or other basis"] for each in found) == D("4.00")


@pytest.mark.parametrize("form", ["generic", "us-8949", "de-23"])
def test_very_large_and_very_small_numbers_stay_exact(tax: Callable[..., Any], form: str, tmp_path: Path) -> None:
    huge, tiny = "1" + "0" * 30, "0." + "0" * 29 + "1"
    rows = [
        f"2023-01-10T12:00:00Z,a,buy,SHIB,{huge},EUR,{huge},,,{huge},USD,,b1,",
        f"2023-01-11T12:00:00Z,a,buy,DUST,{tiny},EUR,1,,,1,USD,,b2,",
        f"2023-02-10T12:00:00Z,a,sell,EUR,{huge}.37,SHIB,{huge},,,{huge}.37,USD,,s1,",
        f"2023-02-11T12:00:00Z,a,sell,EUR,1.01,DUST,{tiny},,,1.01,USD,,s2,",
    ]
    report = tax(rows, form=form, year=2023)
    key = {"us-8949": "part-1", "de-23": "taxable"}.get(form, "disposals")
    found = totals(section(report, key))
    assert found.get("Gain", found.get("(h) Gain or loss")) == D("0.38")


def test_income_of_unknown_value_is_not_zero(tax: Callable[..., Any]) -> None:
    rows = ["2023-01-10T12:00:00Z,a,staking,NOBODY,5,,,,,,,,i1,", "2023-02-10T12:00:00Z,a,sell,,,NOBODY,5,,,,,,s1,"]
    report = tax(rows, form="generic", year=2023)
    assert totals(section(report, "income")) == {"Staking": None, "Together": None}
    assert totals(section(report, "disposals"))["Gain"] is None


def test_a_british_year_that_has_not_begun_is_refused(tax: Callable[..., Any]) -> None:
    rows = ["2024-01-10T12:00:00Z,a,buy,BTC,2,GBP,2000,,,,,,b1,"]
    with pytest.raises(UsageError, match="no tax year 2026") as refused:
        tax(rows, form="uk-cgt", year=2026)
    assert "to 2025" in (refused.value.next_step or "")


@pytest.mark.parametrize(("now", "meant"), [((2026, 2, 1), 2024), ((2026, 4, 5), 2024), ((2026, 4, 6), 2025)])
def test_without_a_year_the_last_that_is_over_is_meant(
    tax: Callable[..., Any], now: tuple[int, int, int], meant: int
) -> None:
    assert tax(["2024-01-10T12:00:00Z,a,buy,BTC,2,GBP,2000,,,,,,b1,"], form="uk-cgt", now=now).year == meant


@pytest.mark.parametrize(
    ("acquired", "free"),
    [
        ("2023-03-10", "2024-03-11"),
        ("2023-02-28", "2024-02-29"),  # the year has ended with 28 February
        ("2024-02-28", "2025-03-01"),
        ("2024-02-29", "2025-03-01"),
        ("2023-12-31", "2025-01-01"),
    ],
)
def test_the_german_year_ends_with_the_day_of_the_purchase(acquired: str, free: str) -> None:
    """§ 23 Abs. 1 Satz 1 Nr. 2 EStG with § 108 AO and § 188 Abs. 2 and 3 BGB."""
    assert free_from(date.fromisoformat(acquired)) == date.fromisoformat(free)


def test_the_german_day_is_one_earlier_on_a_29_february_only() -> None:
    days = [date(2022, 1, 1) + timedelta(days=n) for n in range(4 * 365)]
    assert [day for day in days if free_from(day) != long_term_from(day)] == [date(2023, 2, 28)]


def test_a_sale_on_29_february_is_free_in_germany(tax: Callable[..., Any]) -> None:
    rows = [
        "2023-02-28T12:00:00Z,a,buy,BTC,1,EUR,20000,,,,,,b1,",
        "2024-02-29T12:00:00Z,a,sell,EUR,50000,BTC,1,,,,,,s1,",
    ]
    report = tax(rows, form="de-23", year=2024)
    assert not section(report, "taxable").rows
    with exact_math():
        assert totals(section(report, "free"))["Gain"] == 30000


def test_what_is_below_zero_at_the_end_of_a_year_is_said_at_its_head(tax: Callable[..., Any]) -> None:
    """Though nothing of it was sold in that year. Money may be: nobody imports a bank."""
    report = tax(["2023-05-01T12:00:00Z,a,trade,ETH,1,SOL,5,EUR,1,20,USD,,t1,"], form="generic", year=2024)
    assert report.flagged == ("More went out than ever came in, by the end of the year: SOL.",)


def test_fees_of_transfers_are_no_unmatched_withdrawals(bench: Any, tax: Callable[..., Any]) -> None:
    bench.configured = {"tax": {"transferFees": "no-gain"}}
    rows = [
        "2023-01-10T12:00:00Z,a,buy,BTC,2,USD,20000,,,,,,b1,",
        "2023-05-01T12:00:00Z,a,transfer,,,BTC,1,BTC,0.001,,,b,t1,",
        "2023-06-01T12:00:00Z,a,withdrawal,,,BTC,0.3,,,,,,w1,",
    ]
    told = [each for each in tax(rows, form="generic", year=2023).left_out if "withdrawal" in each]
    assert [each.split(" that ")[0] for each in told] == ["1 withdrawal"]


def test_a_lot_was_acquired_on_the_day_of_the_country(bench: Any, tax: Callable[..., Any]) -> None:
    """In New York it was still 2023; a sale is long-term from the first day of 2025 on, and the two belong together."""
    bench.configured = {"tax": {"form": "us-8949"}}
    tax(["2024-01-01T02:00:00Z,a,buy,BTC,1,USD,20000,,,,,,b1,"])
    reply = bench.run("portfolio what-if", action="sell", quantity=D(1), asset="BTC", price=D(30000))
    [row] = next(block for block in reply.blocks if isinstance(block, Table)).rows
    assert (row[0], row[-1]) == (date(2023, 12, 31), date(2025, 1, 1))


def test_flags_are_of_what_the_form_has(tax: Callable[..., Any]) -> None:
    """What a form has no place for is told of as left out, and what left at cost for nowhere as unmatched."""
    rows = [
        "2024-01-10,a,gift_received,BTC,2,,,,,1000,USD,,g1,",
        "2024-06-10,a,sell,USD,3000,BTC,1,,,,,,s1,",
        "2024-06-11,a,donation,,,BTC,1,,,120,USD,,d1,",
        "2024-06-12,a,lost,,,ETH,1,,,,,,l1,",
        "2024-06-13,a,withdrawal,,,SOL,1,,,,,,w1,",
    ]
    american = " ".join(tax(rows, form="us-8949", year=2024).flagged)
    assert "1 part of disposals came as gifts" in american
    assert "missing purchase history" not in american
    everything = " ".join(tax(rows, form="generic", year=2024).flagged)
    assert "1 part of disposals: missing purchase history" in everything


def test_a_fee_stands_beside_the_gain_that_it_lowers(bench: Any, tax: Callable[..., Any]) -> None:
    bought = "2024-01-10,a,buy,BTC,2,USD,1000,,,,,,b1,"
    free, charged = "2024-06-10,a,sell,USD,3000,BTC,1,,,,,,s1,", "2025-06-10,a,sell,USD,3000,BTC,1,USD,7,,,,s2,"
    tax([bought, free, charged])
    for year, told in ((2024, False), (2025, True)):
        found = bench.run("portfolio tax", year=year)
        table = next(block for block in found.blocks if isinstance(block, Table))
        assert ("fee" in [column.key for column in table.columns]) is told


@pytest.mark.parametrize(("form", "day"), [("de-23", date(2024, 2, 29)), ("us-8949", date(2024, 3, 1))])
def test_what_if_and_harvest_go_by_the_holding_period_of_the_country(
    bench: Any, tax: Callable[..., Any], form: str, day: date
) -> None:
    bench.configured = {"baseCurrency": "EUR", "tax": {"form": form}}
    tax(["2023-02-28T12:00:00Z,a,buy,BTC,1,EUR,20000,,,,,,b1,"], now=(2024, 2, 29))
    bench.run("prices import", files=[bench.prices("p.csv", "2024-02-29,BTC,15000,EUR")])
    sale = bench.run("portfolio what-if", action="sell", quantity=D(1), asset="BTC").data
    [lot] = bench.run("portfolio harvest").data.lots
    assert sale.lots[0].long_term_from == lot.long_term_from == day
    assert sale.lots[0].long_term is lot.long_term is (form == "de-23")


def test_a_report_in_bitcoin_is_not_rounded_to_hundreds_of_dollars(bench: Any, tax: Callable[..., Any]) -> None:
    bench.configured = {"baseCurrency": "BTC"}
    rows = [
        "2024-01-10,a,buy,ETH,1,BTC,0.04123456,,,,,,b1,",
        "2024-06-10,a,sell,BTC,0.050000005,ETH,1,,,,,,s1,",
        "2024-06-11,a,staking,ETH,0.01,,,,,0.0004,BTC,,i1,",
    ]
    report = tax(rows, form="generic", year=2024)
    with exact_math():
        sold = next(row for row in section(report, "disposals").rows if row[1] == "ETH")
        assert [sold[at].amount for at in (8, 9, 11)] == [D("0.05000001"), D("0.04123456"), D("0.00876545")]
        assert totals(section(report, "income"))["Together"] == D("0.0004")


@pytest.mark.parametrize(("form", "cost"), [("uk-cgt", 0), ("de-23", 0), ("us-8949", 300), ("generic", 300)])
def test_what_a_fork_brings_is_income_or_free_of_cost_as_the_country_has_it(
    bench: Any, tax: Callable[..., Any], form: str, cost: int
) -> None:
    """HMRC CRYPTO22300; BMF of 2022, paragraphs 66 to 68; Rev. Rul. 2019-24."""
    money = {"uk-cgt": "GBP", "de-23": "EUR"}.get(form, "USD")
    bench.configured = {"baseCurrency": money, "tax": {"form": form}}
    rows = [
        f"2024-05-10T12:00:00Z,a,fork,BCH,1,,,,,300,{money},,f1,",
        f"2024-06-10T12:00:00Z,a,sell,{money},400,BCH,1,,,,,,s1,",
    ]
    report = tax(rows, form=form, year=2024)
    flagged, income = " ".join(report.flagged), bench.run("portfolio summary").data.income
    assert bench.run("portfolio summary").data.realized.amount == 400 - cost
    assert ("1 part of disposals came of a fork" in flagged) is (cost == 0)
    assert ("fork" in income) is (cost > 0)
    [told] = bench.run("ledger explain", id="f1").data.sentences
    assert ("no income" in told) is (cost == 0)
