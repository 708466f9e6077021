"""Performance where trackers are usually wrong: flows, empty portfolios, debts, missing prices, other currencies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from kit_portfolio_tracker.core.performance import Performance
from kit_portfolio_tracker.performance_commands import PERFORMANCE_COMMANDS
from kit_portfolio_tracker.store.closes import longest_gaps
from kit_portfolio_tracker.store.price_rows import keep_prices
from kit_portfolio_tracker.store.records import RecordWriter

from kit import FixedClock, Kind, KitError, Money, Notice, PricePoint, Quantity, Ratio, Record, exact_math
from kit.render import render_csv, render_text

TODAY = date(2024, 1, 16)  # the bench's clock stands at noon of it
START = TODAY - timedelta(days=4)
D = Decimal


def of(text: str | None) -> Quantity | None:
    if text is None:
        return None
    amount, asset = text.split()
    return Quantity(D(amount), asset)


def record(
    day: int,
    kind: Kind,
    received: str | None = None,
    sent: str | None = None,
    *,
    fee: str | None = None,
    hour: int = 11,
) -> Record:
    """On the so-manieth day from START."""
    on = START + timedelta(days=day)
    time = datetime(on.year, on.month, on.day, hour, tzinfo=UTC)
    return Record(f"{time}{kind}{received}{sent}", time, "a", kind, of(received), of(sent), of(fee))


def keep(bench: Any, *found: Record) -> None:
    with bench.store.write() as connection:
        writer = RecordWriter(bench.store, connection)
        writer.add({(each.account, each.id): each for each in found})
        writer.finish()


def closes(bench: Any, asset: str, *told: str, currency: str = "USD", since: date = START) -> None:
    points = [
        PricePoint(since + timedelta(days=place), asset, D(close), currency, "file")
        for place, close in enumerate(told)
        if close
    ]
    keep_prices(bench.store, points)


def performance(bench: Any, **params: Any) -> Performance:
    found: Performance = bench.run("performance", **{"period": "7d"} | params).data.performance
    return found


def usd(text: str) -> Money:
    return Money(D(text), "USD")


def ratio(text: str) -> Ratio:
    return Ratio(D(text))


def test_a_deposit_before_a_fall_is_no_profit(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "1 BTC"), record(2, Kind.DEPOSIT, "3 BTC"))
    closes(bench, "BTC", "100", "100", "100", "50", "50")
    found = performance(bench)
    assert found.twr == ratio("-0.5")
    assert found.gain == usd("-200")
    assert found.came == usd("400")


def test_taking_almost_everything_out_is_no_fall(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "100 BTC"), record(2, Kind.WITHDRAWAL, None, "99 BTC"))
    closes(bench, "BTC", "100", "110", "110", "110", "121")
    found = performance(bench)
    assert found.twr == ratio("0.21")
    assert found.gain == usd("1011")  # 1,000 on a hundred coins, 11 on the one that stayed
    assert bench.run("portfolio").data.over_time.fall is None


def test_everything_out_and_back_in_goes_on(bench: Any) -> None:
    keep(
        bench,
        record(0, Kind.DEPOSIT, "1 BTC"),
        record(1, Kind.WITHDRAWAL, None, "1 BTC"),
        record(3, Kind.DEPOSIT, "2 BTC"),
    )
    closes(bench, "BTC", "100", "110", "500", "50", "55")
    found = performance(bench)
    assert found.twr == ratio("0.21")
    assert found.gain == usd("20")
    assert found.breaks == ()


def test_income_after_a_full_sale_breaks_the_chain_and_says_so(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "1 BTC"), record(1, Kind.WITHDRAWAL, None, "1 BTC"))
    keep(bench, record(3, Kind.STAKING, "0.1 BTC"))
    closes(bench, "BTC", "100", "100", "100", "100", "100")
    reply = bench.run("performance", period="7d")
    assert reply.data.performance.breaks == (START + timedelta(days=3),)
    assert reply.data.performance.gain == usd("10")
    assert reply.data.modified_dietz == ratio("0.25")  # 10 on 100 for all of five days, less 100 for three of them
    assert "Return, modified Dietz: +25.0% (some days have no return)" in render_text(reply)
    assert "portfolio.history_broken" in {problem.key for problem in reply.problems}
    assert reply.exit_code == 3


def test_the_first_day_starts_from_nothing(bench: Any) -> None:
    keep(bench, record(4, Kind.DEPOSIT, "1000 USD", hour=1), record(4, Kind.BUY, "10 BTC", "900 USD", hour=2))
    closes(bench, "BTC", "100", since=TODAY)
    found = performance(bench)
    assert (found.period.first, found.period.last) == (TODAY, TODAY)
    assert found.twr == ratio("0.1")
    assert found.gain == usd("100")


def test_a_day_without_a_price_is_no_crash(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "1 BTC"))
    closes(bench, "BTC", "100", "", "", "", "120")
    reply = bench.run("portfolio history", period="7d", interval="day")
    assert [row.value for row in reply.data.rows] == [usd("100")] * 4 + [usd("120")]


def test_two_years_have_a_return_of_their_own_and_one_a_year(bench: Any) -> None:
    keep(bench, record(-729, Kind.DEPOSIT, "1 BTC"))
    closes(bench, "BTC", "100", since=START - timedelta(days=730))
    closes(bench, "BTC", "121", since=START)
    said = {"from_": START - timedelta(days=728), "to": START + timedelta(days=1)}
    found = performance(bench, period=None, **said)
    assert (found.twr, found.money_weighted, found.xirr) == (ratio("0.21"), ratio("0.21"), ratio("0.1"))
    text = render_text(bench.run("performance", **said))
    assert "Return, money-weighted: +21.0%" in text
    assert "Return a year (XIRR): +10.0%" in text


def test_a_debt_has_no_return(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "100 USD"), record(1, Kind.MARGIN_LOSS, None, "150 USD"))
    keep(bench, record(2, Kind.MARGIN_PROFIT, "30 USD"), record(3, Kind.DEPOSIT, "120 USD"))
    found = performance(bench)
    assert found.after == usd("100")
    assert found.gain == usd("-120")
    assert found.breaks == (START + timedelta(days=2),)
    assert found.worst is not None
    assert found.worst.value == ratio("-1.5")


def test_days_of_23_and_25_hours_are_days(bench: Any) -> None:
    bench.timezone = ZoneInfo("Europe/Berlin")
    bench.clock = FixedClock(datetime(2024, 4, 3, 12, tzinfo=UTC))
    spring = datetime(2024, 3, 30, 22, 59, tzinfo=UTC)  # a minute before the day that has no two o'clock
    keep(
        bench,
        Record("1", spring, "a", Kind.DEPOSIT, of("1 BTC")),
        Record("2", spring + timedelta(minutes=2), "a", Kind.DEPOSIT, of("1 BTC")),
        Record("3", spring + timedelta(hours=23, minutes=2), "a", Kind.DEPOSIT, of("1 BTC")),
    )
    closes(bench, "BTC", "1", "1", "1", since=date(2024, 3, 30))
    rows = bench.run("portfolio history", period="7d", interval="day").data.rows
    assert [row.flow for row in rows[:3]] == [usd("1")] * 3
    assert [row.period.first for row in rows[:3]] == [date(2024, 3, 30), date(2024, 3, 31), date(2024, 4, 1)]


def test_prices_in_dollars_are_values_in_euros(bench: Any) -> None:
    bench.configured = {"baseCurrency": "EUR"}
    keep(bench, record(0, Kind.DEPOSIT, "1 BTC"))
    closes(bench, "BTC", "100", "100", "100", "100", "100")
    closes(bench, "USD", "0.5", "0.5", "0.6", "0.6", "0.6", currency="EUR")
    found = performance(bench)
    assert found.after == Money(D("60"), "EUR")
    assert found.twr == ratio("0.2")


def test_a_portfolio_of_one_stablecoin_has_its_small_moves(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "1000 USDT"))
    closes(bench, "USDT", "1", "0.97", "1", "1", "1")
    found = performance(bench)
    assert found.twr == ratio("0")
    assert found.worst is not None
    assert found.worst.value == ratio("-0.03")


def test_what_each_asset_brought_adds_up_to_the_profit(bench: Any) -> None:
    keep(
        bench,
        record(0, Kind.DEPOSIT, "1000 USD"),
        record(1, Kind.BUY, "5 BTC", "600 USD", fee="3 USD"),
        record(2, Kind.TRADE, "20 ETH", "1 BTC", fee="0.01 BNB"),
        record(2, Kind.DEPOSIT, "1 BNB", hour=1),
        record(3, Kind.STAKING, "0.5 ETH"),
    )
    closes(bench, "BTC", "100", "110", "125", "131", "127")
    closes(bench, "ETH", "6", "6", "6.1", "6.3", "6.2")
    closes(bench, "BNB", "300", "300", "310", "290", "300")
    answer = bench.run("performance", period="7d").data
    brought = sum((each.gain.amount for each in answer.contributions), D(0))
    assert brought == answer.performance.gain.amount
    assert answer.fees == usd("6.1")
    both = bench.run("portfolio compare", date=START, to=TODAY).data.comparison
    parts = both.parts
    assert parts.trades.amount == 0
    assert both.difference == parts.price + parts.flows + parts.trades + parts.income + parts.fees + parts.other
    assert parts.income == usd("3.15")


def test_an_account_alone_sees_transfers_as_flows(bench: Any) -> None:
    time = datetime(START.year, START.month, START.day, 11, tzinfo=UTC)
    keep(
        bench,
        Record("1", time, "a", Kind.DEPOSIT, of("2 BTC")),
        Record("2", time + timedelta(days=1), "a", Kind.TRANSFER, None, of("1 BTC"), to_account="b"),
    )
    closes(bench, "BTC", "100", "100", "100", "100", "120")
    whole, one = performance(bench), performance(bench, exchange="b")
    assert (whole.came, whole.went, whole.gain) == (usd("200"), usd("0"), usd("40"))
    assert (one.came, one.went, one.gain) == (usd("100"), usd("0"), usd("20"))


def test_an_asset_alone_sees_trades_as_flows(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "1000 USD"), record(1, Kind.BUY, "5 BTC", "500 USD"))
    closes(bench, "BTC", "100", "100", "100", "100", "120")
    found = performance(bench, asset="BTC")
    assert (found.came, found.gain, found.twr) == (usd("500"), usd("100"), ratio("0.2"))


def test_the_figures_over_time_come_out_as_the_founding_document_has_them(bench: Any) -> None:
    """+5.2% MTD; 30 days: +$1,250 (+8.8%); Max Drawdown: -$450 (-2.9%)."""
    begin = datetime(2023, 12, 1, 11, tzinfo=UTC)
    held = ("0.15 BTC", "1.2 ETH", "1902.5 USDT")
    keep(bench, *(Record(text, begin, "a", Kind.DEPOSIT, of(text)) for text in held))
    worth = {
        date(2023, 12, 1): "14000",
        date(2023, 12, 17): "14182.5",
        date(2023, 12, 31): "14669.68",
        date(2024, 1, 10): "15517.24",
        date(2024, 1, 12): "15067.24",
        TODAY: "15432.5",
    }
    for day, total in worth.items():
        of_coins = (D(total) - D("1902.5")) / D(13530)
        closes(bench, "BTC", str(67000 * of_coins), since=day)
        closes(bench, "ETH", str(2900 * of_coins), since=day)
        closes(bench, "USDT", "1", since=day)
    words = [line.strip() for line in render_text(bench.run("portfolio"), width=60).splitlines()]
    assert "Total: $15,432.50 (+5.2% MTD)" in words
    assert "📈 Performance (30d): +$1,250.00 (+8.8%)" in words
    assert "📉 Max Drawdown: -$450.00 (-2.9%)" in words


def test_without_a_history_it_says_so(bench: Any) -> None:
    bench.configured = {"historicalData": False}
    keep(bench, record(0, Kind.DEPOSIT, "1000 USD"))
    with pytest.raises(KitError, match="historicalData is off") as raised:
        bench.run("performance")
    assert "historicalData true" in str(raised.value.next_step)
    assert bench.run("portfolio").data.over_time is None


def test_analytics_say_what_each_price_did_whatever_was_bought_of_it(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "1 BTC"), record(2, Kind.DEPOSIT, "50 BTC"), record(1, Kind.DEPOSIT, "9 USD"))
    closes(bench, "BTC", "100", "110", "99", "99", "198")
    answer = bench.run("portfolio analytics", period="7d", benchmark="BTC,ETH").data
    [btc] = answer.assets
    assert (btc.asset, btc.change, btc.max_drawdown) == ("BTC", ratio("0.98"), ratio("-0.1"))
    assert (btc.volatility, btc.days) == (None, 4)  # of twenty that it takes
    vs_btc, vs_eth = answer.benchmarks
    assert vs_btc.twr is None  # there is no close of the day before the first
    assert (vs_eth.points, vs_eth.same_money) == (None, None)
    assert (answer.risk.volatility.value, answer.risk.volatility.count, answer.risk.volatility.needed) == (None, 5, 20)


def test_the_same_money_into_a_benchmark_is_told_in_money(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "100 USD"), record(2, Kind.DEPOSIT, "100 USD"))
    closes(bench, "BTC", "40", "50", "100", "100", "200", "300", since=START - timedelta(days=1))
    [found] = bench.run("portfolio analytics", period="5d", benchmark="BTC").data.benchmarks
    # 100 at 50, the close of the first day; 100 at 100, that of the third
    assert found.same_money == usd("900")
    assert found.difference == usd("-700")
    assert found.twr == ratio("6.5")
    assert found.points == D("-650")


def test_closes_of_the_index_are_to_be_fetched_from_before_its_holidays(bench: Any) -> None:
    keep(bench, record(-20, Kind.DEPOSIT, "100 USD"))
    reply = bench.run("portfolio analytics", period="2024", benchmark="S&P,BTC")  # from the close of a Sunday
    index, btc = (problem.next_step for problem in reply.problems)
    assert "kit prices fetch SP500 --from 2023-12-26" in index
    assert "kit prices fetch BTC --from 2023-12-31" in btc


def test_who_held_the_benchmark_alone_is_neither_ahead_nor_behind_in_money(bench: Any) -> None:
    keep(
        bench, record(0, Kind.DEPOSIT, "1 BTC"), record(2, Kind.DEPOSIT, "3 BTC"), record(3, Kind.SPEND, None, "2 BTC")
    )
    closes(bench, "BTC", "40", "50", "100", "80", "90")
    [found] = bench.run("portfolio analytics", period="all", benchmark="BTC").data.benchmarks
    assert (found.same_money, found.difference, found.short) == (usd("180"), usd("0"), None)
    assert found.twr is None  # there is no close of the day before the first


def test_an_asset_is_found_under_an_older_name_and_one_that_never_was_is_said(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "1 MATIC"))
    closes(bench, "POL", "1", "1", "1", "2", "2")
    assert performance(bench, asset="MATIC").gain == performance(bench, asset="POL").gain == usd("1")
    with pytest.raises(KitError, match="no asset “DOGE”"):
        bench.run("performance", asset="DOGE")


def test_an_asset_alone_has_no_second_profit_beside_its_own(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "100 USD"), record(1, Kind.BUY, "1 BTC", "100 USD"))
    closes(bench, "BTC", "100", "110", "110", "110", "110")
    assert bench.run("performance", period="7d", asset="BTC").data.contributions == ()
    brought = bench.run("performance", period="7d").data.contributions
    assert [(each.asset, each.gain) for each in brought if each.gain.amount] == [("BTC", usd("10"))]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [(TODAY, None, "is not before"), (START, TODAY + timedelta(days=1), "lies ahead"), (TODAY, START, "is not before")],
)
def test_days_that_cannot_be_compared_are_refused_with_the_reason(
    bench: Any, first: date, last: date | None, words: str
) -> None:
    with pytest.raises(KitError, match=words):
        bench.run("portfolio compare", date=first, to=last)


def test_a_timeframe_that_was_said_in_days_is_said_once(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "100 USD"))
    for name in ("performance", "portfolio history", "portfolio analytics"):
        reply = bench.run(name, from_=START, to=TODAY)
        assert render_text(reply, plain=True).count(f"{START} to {TODAY}") == 1, name


def test_forex_has_the_same_year_whether_asked_for_its_account_or_for_everything(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "100 USD"), record(1, Kind.TRADE, "50 EUR", "55 USD"))
    for asked in ({}, {"exchange": "a"}):
        assert bench.run("portfolio analytics", period="7d", **asked).data.per_year == 252


def test_what_a_comparison_leaves_out_is_said(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "100 USD"), record(0, Kind.DEPOSIT, "1 NEW"))
    closes(bench, "NEW", "", "", "7", "8", "9")
    (problem,) = bench.run("portfolio compare", date=START).problems
    assert problem.what == "Left out of both days and their difference, for want of a price: NEW."


def test_the_matrix_of_correlations_is_a_table_for_machines(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "1 BTC"), record(0, Kind.DEPOSIT, "1 ETH"))
    closes(bench, "BTC", "100", "110", "120", "110", "100")
    closes(bench, "ETH", "10", "11", "12", "11", "10")
    assert render_csv(bench.run("portfolio correlation")).splitlines()[0] == "label,BTC,ETH"
    command = next(each for each in PERFORMANCE_COMMANDS if each.name == "portfolio correlation")
    assert command.table


def test_many_pairs_that_move_together_share_a_warning(bench: Any) -> None:
    names = ("BTC", "ETH", "SOL", "DOT")
    keep(bench, *(record(0, Kind.DEPOSIT, f"1 {name}") for name in names))
    for name in names:
        swinging = [str(100 + place % 7) for place in range(60)]
        closes(bench, name, *swinging, since=TODAY - timedelta(days=60))
    reply = bench.run("portfolio correlation", assets=",".join(names), period="50d")
    said = [block.text for block in reply.blocks if isinstance(block, Notice)]
    assert len(reply.data.high) == 6
    assert said[0] == "High correlation between BTC and ETH"
    assert said[4:] == ["High correlation also between ETH and DOT, SOL and DOT"]


def test_fees_and_profits_of_what_got_its_price_later_count_since_it_had_one(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "10 NEW"), record(1, Kind.DEPOSIT, "5 USD"))
    keep(bench, record(1, Kind.FEE, fee="1 NEW"), record(3, Kind.FEE, fee="2 NEW"))
    closes(bench, "NEW", "", "", "100", "110", "120")
    answer = bench.run("performance", period="all").data
    assert answer.fees == usd("220")  # two coins at 110; the one before had no price
    assert answer.performance.gain == usd("-60")  # 9 × 10 and 7 × 10 more, less that fee
    assert [(each.asset, each.gain) for each in answer.contributions] == [("USD", usd("0")), ("NEW", None)]
    assert answer.rest == usd("-60")
    told = render_text(bench.run("performance", period="all"))
    assert "others" in told


def test_where_everything_has_a_price_no_profit_is_left_over(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "1 BTC"))
    closes(bench, "BTC", "100", "110", "120", "130", "140")
    answer = bench.run("performance", period="7d").data
    assert answer.rest is None
    assert answer.modified_dietz is None  # the days say their return themselves


def test_what_was_traded_with_the_unpriced_stands_among_the_parts_of_a_comparison(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "100 USD"), record(2, Kind.BUY, "7 NEW", "60 USD"))
    reply = bench.run("portfolio compare", date=START)
    assert reply.data.comparison.difference == usd("-60")
    assert "Traded with what is left out: -$60.00" in render_text(reply)
    keep(bench, record(3, Kind.DEPOSIT, "1 USD"))
    closes(bench, "NEW", "7", "8", "9", "8", "7")
    assert "Traded with" not in render_text(bench.run("portfolio compare", date=START))


def test_the_overview_and_the_report_say_what_their_returns_leave_out(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "1 BTC"), record(0, Kind.DEPOSIT, "9 USD"))
    closes(bench, "BTC", "", "", "", "", "100")
    for command in ("portfolio", "portfolio report"):
        reply = bench.run(command)
        assert "Returns and profit leave out BTC on days without a price." in {each.what for each in reply.problems}
        assert reply.exit_code == 0
    closes(bench, "BTC", "100", "100", "100", "100", "100")
    assert "leave out" not in render_text(bench.run("portfolio"))


def test_a_year_between_two_prices_is_a_year_without_a_return_and_its_end_has_all_of_it(bench: Any) -> None:
    """Prices of three days make the figures of a textbook: it grows by a tenth, half as much comes in, all of it falls
    by a fifth.
    """
    keep(bench, record(-400, Kind.DEPOSIT, "1 FUND"), record(-200, Kind.DEPOSIT, "0.5 FUND"))
    for days, close in ((-401, "90"), (-400, "100"), (-201, "110"), (-1, "88")):
        closes(bench, "FUND", close, since=START + timedelta(days=days))
    reply = bench.run("performance", from_=START - timedelta(days=399), to=START - timedelta(days=1))
    found = reply.data.performance
    assert (found.before, found.came, found.after) == (usd("100"), usd("55"), usd("132"))
    assert (found.gain, found.twr) == (usd("-23"), ratio("-0.12"))
    assert reply.data.modified_dietz == ratio(str(round(-23 / (100 + 55 * 200 / 399), 12)))  # 200 of 399 days
    assert "Return, modified Dietz: -18.0% (prices between are missing)" in render_text(reply)
    gaps = "No new price of FUND for up to 200 days: the last one counts until the next."
    for command in ("performance", "portfolio history", "portfolio analytics"):
        told = bench.run(command, from_=START - timedelta(days=399), to=START - timedelta(days=1))
        assert gaps in {each.what for each in told.problems}, command


@pytest.mark.parametrize(("lacking", "gap"), [(30, {}), (31, {"BTC": 32}), (32, {"BTC": 33})])
def test_a_gap_is_more_than_a_month_between_two_closes(both: Any, lacking: int, gap: dict[str, int]) -> None:
    told = ["1"] * 100 + [""] * lacking + ["1"] * 100
    closes(both, "BTC", *told)
    with both.store.read() as connection:
        found = longest_gaps(connection, ["BTC"], START, START + timedelta(days=len(told) - 1))
        assert found == gap


def test_a_price_that_was_old_when_the_period_began_is_a_gap(both: Any) -> None:
    closes(both, "BTC", "1", since=START - timedelta(days=90))
    closes(both, "BTC", *["1"] * 50, since=START + timedelta(days=5))
    with both.store.read() as connection:
        assert longest_gaps(connection, ["BTC"], START, START + timedelta(days=54)) == {"BTC": 95}


def test_a_benchmark_whose_prices_ended_has_no_return(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "100 USD"))
    closes(bench, "BTC", "100", "110", since=START - timedelta(days=40))
    (told,) = bench.run("portfolio analytics", benchmark="BTC").data.benchmarks
    assert told.twr is None


def test_a_price_that_nobody_has_told_anew_makes_no_top_performer(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "1 BTC"), record(0, Kind.DEPOSIT, "1 ETH"), record(0, Kind.DEPOSIT, "99 USDT"))
    closes(bench, "BTC", "100", "110", "120", "130")
    closes(bench, "ETH", "100", "110", "120", "130", "117")
    closes(bench, "USDT", "1", "1", "1", "1", "1")
    report = bench.run("portfolio report").data
    assert (report.best.asset, report.best.change) == ("USDT", ratio("0"))
    assert (report.worst.asset, report.worst.change) == ("ETH", ratio("-0.1"))


def test_without_a_price_of_today_nobody_is_the_best_of_the_day(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "1 BTC"), record(0, Kind.DEPOSIT, "1 ETH"))
    closes(bench, "BTC", "100", "110")
    closes(bench, "ETH", "100", "110", "120", "130")
    report = bench.run("portfolio report").data
    assert (report.best, report.worst) == (None, None)


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Pago_Pago", "UTC", "Asia/Kathmandu"])
def test_today_counts_at_the_newest_price_like_the_total_whatever_day_it_is_in_london(bench: Any, zone: str) -> None:
    bench.timezone = ZoneInfo(zone)
    bench.clock = FixedClock(datetime(2024, 1, 16, 1, tzinfo=UTC))  # the evening of the 15th in New York
    keep(bench, record(0, Kind.DEPOSIT, "1 BTC"))
    closes(bench, "BTC", "100", "100", "100", "110", "120")
    assert bench.run("portfolio").data.total == usd("120")
    assert performance(bench, period="all").after == usd("120")


def test_total_and_history_take_the_newest_price_whatever_currency_it_is_in(bench: Any) -> None:
    bench.configured = {"baseCurrency": "EUR"}
    keep(bench, record(0, Kind.DEPOSIT, "1 BTC"))
    closes(bench, "BTC", "50", "50", currency="EUR")
    closes(bench, "BTC", "80", "80", "80", "90", "100")
    closes(bench, "USD", "0.5", currency="EUR")
    assert bench.run("portfolio").data.total == Money(D(50), "EUR")
    rows = bench.run("portfolio history", period="5d", interval="day").data.rows
    assert [str(row.value.amount) for row in rows] == ["50.0", "50.0", "40.0", "45.0", "50.0"]


def test_the_age_of_prices_that_are_carried_on_is_shown(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "1 BTC"), record(0, Kind.DEPOSIT, "1 ETH"))
    closes(bench, "BTC", "100", since=START - timedelta(days=5))
    closes(bench, "ETH", "1", "1", "1", "1")
    for reply in (bench.run("performance", period="7d"), bench.run("portfolio compare", date=START)):
        assert "On 2024-01-16 prices are up to 9 days old: BTC." in {each.what for each in reply.problems}
        assert reply.exit_code == 0
    compared = bench.run("portfolio compare", date=START).data.comparison
    assert compared.carried == {"BTC": START - timedelta(days=5), "ETH": TODAY - timedelta(days=1)}


def test_too_few_days_to_correlate_need_a_longer_time_or_more_prices(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "1 BTC"), record(0, Kind.DEPOSIT, "1 ETH"))
    closes(bench, "BTC", "100", "110", "120", "110", "100")
    closes(bench, "ETH", "10", "11", "12", "11", "10")
    assert "Ask for a longer time: --period 90d" in render_text(bench.run("portfolio correlation", period="10d"))
    assert "Get more prices: kit prices fetch" in render_text(bench.run("portfolio correlation"))


def test_of_forex_alone_an_asset_has_the_days_of_the_portfolio(bench: Any) -> None:
    keep(bench, record(-70, Kind.DEPOSIT, "1000 EUR"))
    start = START - timedelta(days=70)
    closes(bench, "EUR", *(str(D("1.1") + D(place * place % 7) / 100) for place in range(75)), since=start)
    answer = bench.run("portfolio analytics", period="60d").data
    [euro] = answer.assets
    assert (answer.per_year, answer.days, euro.days) == (252, 42, 42)
    assert float(euro.sharpe) == pytest.approx(float(answer.risk.sharpe.value), abs=1e-7)


def test_a_holiday_of_forex_is_no_day_unless_something_happened(bench: Any) -> None:
    keep(bench, record(-70, Kind.DEPOSIT, "1000 EUR"))
    rates = [str(D("1.1") + D(place * place % 7) / 100) for place in range(75)]
    rates[70 - 21] = rates[70 - 22] = ""  # the Friday and Thursday before Christmas
    closes(bench, "EUR", *rates, since=START - timedelta(days=70))
    assert bench.run("portfolio analytics", period="60d").data.days == 40
    keep(bench, record(-21, Kind.FEE, fee="1 EUR"))
    assert bench.run("portfolio analytics", period="60d").data.days == 41


def test_a_price_that_begins_between_leaves_the_profit_the_sum_of_its_parts(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "100 USD"), record(1, Kind.BUY, "1 NEW", "60 USD"))
    closes(bench, "NEW", "", "", "50", "55", "55")
    answer = bench.run("performance", period="7d").data
    assert answer.performance.gain == usd("5")  # 60 went out for it, 50 came in when it had a price
    assert {each.asset: each.gain for each in answer.contributions} == {"USD": usd("0"), "NEW": usd("-5")}
    assert answer.rest == usd("10")


def test_a_trades_fee_is_worth_what_the_summary_says(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "500 USD"), record(1, Kind.BUY, "1 ETH", "100 USD", fee="0.01 ETH"))
    closes(bench, "ETH", "110", "110", "110", "110", "110")
    answer = bench.run("performance", period="7d").data
    assert answer.fees == bench.run("portfolio summary").data.fees_paid == usd("1")
    assert {each.asset: each.gain for each in answer.contributions} == {"USD": usd("0"), "ETH": usd("8.9")}
    assert answer.performance.gain == usd("8.9")


def test_the_parts_of_a_difference_sum_to_it_where_a_fee_is_a_quotient_that_never_ends(bench: Any) -> None:
    keep(bench, record(0, Kind.DEPOSIT, "50000 USD"), record(0, Kind.DEPOSIT, "7 BTC"))
    keep(bench, record(1, Kind.BUY, "3 ETH", "100 USD", fee="0.05 ETH"))
    keep(bench, record(2, Kind.BUY, "7 BTC", "100.1 USD", fee="5 BTC"))
    keep(bench, record(2, Kind.BUY, "13 BTC", "5000 USD", fee="0.5 BTC"))
    closes(bench, "ETH", "110.3", "110", "110", "110", "110.7")
    closes(bench, "BTC", "90000.12345", "90001", "90002", "90003", "80004.1")
    found = bench.run("portfolio compare", date=START).data.comparison
    parts = found.parts
    with exact_math():
        total = parts.price + parts.flows + parts.trades + parts.income + parts.fees + parts.other
    assert total == found.difference
