"""Worked examples that tax offices publish, in their own numbers, and rules of theirs in numbers worked by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from kit_portfolio_tracker.core.holding_period import is_long_term
from kit_portfolio_tracker.core.plan import BEGINNING, Plan, Rules, Scope
from kit_portfolio_tracker.core.tax.germany import free_from

from kit import exact_math

D = Decimal
Compute = Callable[..., Any]
BRITISH = Plan("GBP", ((BEGINNING, Rules("s104", Scope.UNIVERSAL)),), ZoneInfo("Europe/London"), "Europe/London")
AMERICAN = ZoneInfo("America/New_York")
GERMAN = Plan("EUR", ((BEGINNING, Rules("fifo", Scope.PER_ACCOUNT)),), ZoneInfo("Europe/Berlin"), "Europe/Berlin")
PENNY = D("0.01")


def gain_of_day(found: Any, asset: str, day: str) -> Decimal:
    """All that was gained with an asset on a day: one disposal to HMRC (CRYPTO22200, TCGA 1992 s.105)."""
    with exact_math():
        gains = [each.gain for each in found.disposals if each.asset == asset and f"{each.time:%Y-%m-%d}" == day]
        return D(sum(gains, D(0)))


def pool(found: Any, asset: str) -> tuple[Any, Any]:
    lots = found.lots(asset)
    with exact_math():
        return sum((lot.quantity for lot in lots), D(0)), sum((lot.cost for lot in lots), D(0))


def rules(found: Any, day: str) -> dict[str, Decimal]:
    """How many units of that day's disposals each rule matched."""
    parts: Iterable[Any] = (part for each in found.disposals if f"{each.time:%Y-%m-%d}" == day for part in each.parts)
    matched: dict[str, Decimal] = {}
    for part in parts:
        matched[part.rule] = matched.get(part.rule, D(0)) + part.quantity
    return matched


# United Kingdom: HMRC Cryptoassets Manual, CRYPTO22250. Examples 1 and 5 are in test_worked_cases. HMRC rounds to
# whole pounds; these figures are exact.


def test_hmrc_example_2_same_day(compute: Compute) -> None:
    """CRYPTO22252: 1,000 and 500 of token B sold on the day on which 1,600 are bought; HMRC tells £462."""
    found = compute(
        """
        2020-01-01 a buy got 5000 TKB gave 500 GBP
        2020-06-23T09:00 a sell got 800 GBP gave 1000 TKB
        2020-06-23T12:00 a buy got 1600 TKB gave 1000 GBP
        2020-06-23T18:00 a sell got 600 GBP gave 500 TKB
        """,
        plan=BRITISH,
    )
    assert rules(found, "2020-06-23") == {"same day": 1500}
    assert gain_of_day(found, "TKB", "2020-06-23") == D("462.5")
    assert pool(found, "TKB") == (5100, D("562.5"))


def test_hmrc_example_3_thirty_days_across_two_disposals(compute: Compute) -> None:
    """CRYPTO22253: the earlier disposal has the first choice, and 1 May is too late for 31 March."""
    found = compute(
        """
        2020-01-01 a buy got 2000 TKC gave 1000 GBP
        2020-03-31T12:00 a sell got 400 GBP gave 1000 TKC
        2020-04-20T12:00 a sell got 150 GBP gave 500 TKC
        2020-04-21T12:00 a buy got 700 TKC gave 175 GBP
        2020-04-28T12:00 a buy got 500 TKC gave 100 GBP
        2020-05-01T12:00 a buy got 500 TKC gave 150 GBP
        """,
        plan=BRITISH,
    )
    assert [(part.quantity, part.cost) for part in found.of(2)[0].parts] == [(700, 175), (300, 60)]
    assert [(part.quantity, part.cost) for part in found.of(3)[0].parts] == [(200, 40), (300, 90)]
    assert (found.of(2)[0].gain, found.of(3)[0].gain) == (165, 20)
    assert pool(found, "TKC") == (2200, 1060)


def test_hmrc_example_4_same_day_and_pool(compute: Compute) -> None:
    """CRYPTO22254: 7,000 sold and 6,500 bought on a day; HMRC tells £79."""
    found = compute(
        """
        2020-01-01 a buy got 8000 TKD gave 1000 GBP
        2020-01-31T10:00 a sell got 500 GBP gave 5000 TKD
        2020-01-31T11:00 a buy got 4000 TKD gave 320 GBP
        2020-01-31T12:00 a buy got 1000 TKD gave 75 GBP
        2020-01-31T13:00 a buy got 1000 TKD gave 70 GBP
        2020-01-31T14:00 a sell got 142 GBP gave 2000 TKD
        2020-01-31T15:00 a buy got 500 TKD gave 35 GBP
        """,
        plan=BRITISH,
    )
    assert rules(found, "2020-01-31") == {"same day": 6500, "section 104 pool": 500}
    assert gain_of_day(found, "TKD", "2020-01-31") == D("79.5")
    assert pool(found, "TKD") == (7500, D("937.5"))


def test_hmrc_example_6_all_three_rules(compute: Compute) -> None:
    """CRYPTO22256: what two disposals have left of a purchase goes into the pool before the third."""
    found = compute(
        """
        2020-01-01 a buy got 100000 TKF gave 300000 GBP
        2020-07-31T10:00 a buy got 10000 TKF gave 45000 GBP
        2020-07-31T12:00 a sell got 150000 GBP gave 30000 TKF
        2020-08-05T12:00 a sell got 100000 GBP gave 20000 TKF
        2020-08-06T12:00 a buy got 50000 TKF gave 225000 GBP
        2020-08-07T12:00 a sell got 150000 GBP gave 100000 TKF
        """,
        plan=BRITISH,
    )
    assert rules(found, "2020-07-31") == {"same day": 10000, "30 days": 20000}
    assert rules(found, "2020-08-05") == {"30 days": 20000}
    assert rules(found, "2020-08-07") == {"section 104 pool": 100000}
    assert (found.of(3)[0].gain, found.of(4)[0].gain) == (15000, 10000)
    assert found.of(6)[0].gain.quantize(PENNY) == D("-163636.36")
    units, cost = pool(found, "TKF")
    assert (units, cost.quantize(PENNY)) == (10000, D("31363.64"))


def test_hmrc_example_7_tokens_for_tokens(compute: Compute) -> None:
    """CRYPTO22257: two pools at once. The manual values both sides of an exchange, so each is a sale and a purchase.

    Proceeds are what was received, costs what was given. HMRC tells 280, 267, 18, −120 and −1,417.
    """
    found = compute(
        """
        2020-01-01 a buy got 100000 TKG gave 300000 GBP
        2020-08-31T10:00 a sell got 3200 GBP gave 1000 TKG
        2020-08-31T10:00 a buy got 10000 TKH gave 3200 GBP
        2020-08-31T11:00 a sell got 1920 GBP gave 5000 TKH
        2020-08-31T11:00 a buy got 600 TKG gave 1700 GBP
        2020-08-31T12:00 a sell got 1650 GBP gave 550 TKG
        2020-08-31T12:00 a buy got 5000 TKH gave 1760 GBP
        2020-09-04T12:00 a sell got 558 GBP gave 2000 TKH
        2020-09-04T12:00 a buy got 180 TKG gave 560 GBP
        2020-09-16T12:00 a sell got 1080 GBP gave 400 TKG
        2020-09-16T12:00 a buy got 4000 TKH gave 1080 GBP
        2020-10-27T12:00 a sell got 2430 GBP gave 12000 TKH
        2020-10-27T12:00 a buy got 900 TKG gave 2400 GBP
        """,
        plan=BRITISH,
    )
    assert gain_of_day(found, "TKG", "2020-08-31") == 280
    assert gain_of_day(found, "TKH", "2020-08-31").quantize(PENNY) == D("266.67")
    assert gain_of_day(found, "TKH", "2020-09-04") == 18
    assert gain_of_day(found, "TKG", "2020-09-16") == -120
    assert gain_of_day(found, "TKH", "2020-10-27").quantize(PENNY) == D("-1416.67")
    assert pool(found, "TKH") == (0, 0)
    assert pool(found, "TKG")[0] == 99730


# Canada: Income Tax Act s.47. The average of identical properties is the cost of all, expenses of acquiring them in,
# divided by their number; what is sold does not change it (CRA, line 12700, Identical properties).


def test_canadian_average_of_coins_with_an_exchange_and_a_purchase_of_goods(compute: Compute) -> None:
    """The example of adjustedcostbase.ca, “Capital Gains when Trading Bitcoin and other Cryptocurrencies”."""
    plan = Plan("CAD", ((BEGINNING, Rules("acb", Scope.UNIVERSAL)),), ZoneInfo("America/Toronto"), "America/Toronto")
    found = compute(
        """
        2017-02-01T12:00 a buy got 2.5 BTC gave 3226.95 CAD
        2017-04-01T12:00 a buy got 3.8098 BTC gave 5470.87 CAD
        2017-05-01T12:00 a trade got 22.55657 ETH gave 1 BTC worth 13951.22 CAD
        2017-12-01T12:00 a spend gave 0.03342 BTC worth 466.25 CAD
        2017-12-01T13:00 a sell got 62797.50 CAD gave 4.5 BTC
        """,
        plan=plan,
    )
    with exact_math():
        average = D("8697.82") / D("6.3098")  # 1,378.46 a coin
        for line, units, proceeds in ((3, "1", "13951.22"), (4, "0.03342", "466.25"), (5, "4.5", "62797.50")):
            [disposal] = found.of(line)
            assert disposal.gain.quantize(PENNY) == (D(proceeds) - average * D(units)).quantize(PENNY)
    assert pool(found, "ETH") == (D("22.55657"), D("13951.22"))


def test_canadian_expenses_of_buying_are_in_the_average_and_those_of_selling_are_not(compute: Compute) -> None:
    """Worked by hand: 10 for 1,000 and 20 of fees, 5 for 750 and 15; one sold for 140, less 2."""
    found = compute(
        """
        2020-01-01 a buy got 10 XYZ gave 1000 CAD fee 20 CAD
        2020-02-01 a buy got 5 XYZ gave 750 CAD fee 15 CAD
        2020-03-01 a sell got 140 CAD gave 1 XYZ fee 2 CAD
        2020-04-01 a sell got 130 CAD gave 1 XYZ
        """,
        plan=Plan("CAD", ((BEGINNING, Rules("acb", Scope.UNIVERSAL)),)),
    )
    first, second = found.disposals
    assert (first.cost, first.gain, second.cost, second.gain) == (119, 19, 119, 11)


# Germany: BMF, letters of 10 May 2022 and 6 March 2025 on crypto values: first in, first out in each wallet, and moving
# coins between own wallets disposes of nothing. § 23 Abs. 1 Satz 1 Nr. 2 EStG: held for more than a year, free.


def test_a_german_sale_is_split_by_the_year_and_a_transfer_keeps_the_day(compute: Compute) -> None:
    """Half of what is sold came from the other wallet, where it was bought a year and a day before."""
    found = compute(
        """
        2023-03-10T12:00 a buy got 1 BTC gave 20000 EUR
        2023-09-01T12:00 b buy got 1 BTC gave 24000 EUR
        2024-01-15T12:00 a withdrawal gave 1 BTC
        2024-01-15T12:30 b deposit got 1 BTC
        2024-03-11T12:00 b sell got 120000 EUR gave 2 BTC
        """,
        plan=GERMAN,
    )
    [sale] = found.disposals
    sold = date(2024, 3, 11)
    told = [(part.gain, sold >= free_from(part.origin.time.date())) for part in sale.parts]
    assert told == [(40000, True), (36000, False)]


def test_german_wallets_do_not_use_each_others_coins(compute: Compute) -> None:
    found = compute(
        """
        2022-01-10T12:00 a buy got 1 BTC gave 30000 EUR
        2023-09-01T12:00 b buy got 1 BTC gave 24000 EUR
        2024-03-11T12:00 b sell got 60000 EUR gave 1 BTC
        """,
        plan=GERMAN,
    )
    [sale] = found.disposals
    assert (sale.cost, sale.parts[0].origin.time.year) == (24000, 2023)


# United States: IRS, Frequently Asked Questions on Digital Asset Transactions; Treas. Reg. § 1.1012-1(j); Rev. Proc.
# 2024-28.

UNITS = """
    2021-01-04T15:00 a buy got 1 BTC gave 32000 USD fee 10 USD
    2021-11-08T15:00 a buy got 1 BTC gave 66000 USD
    2022-06-20T15:00 a buy got 1 BTC gave 20500 USD
    2022-11-09T15:00 a sell got 17000 USD gave 1 BTC fee 5 USD
    """


@pytest.mark.parametrize(
    ("method", "cost", "long"),
    [("fifo", 32010, True), ("hifo", 66000, True), ("lifo", 20500, False), ("lofo", 20500, False)],
)
def test_unidentified_units_go_in_the_order_of_purchase_and_identified_ones_as_chosen(
    compute: Compute, method: str, cost: int, long: bool
) -> None:
    """FAQ, A41: first in, first out, unless units are identified, A39 and A40. Fees of buying are basis, A8.

    Bought on 8 November 2021, sold on 9 November 2022: held for more than a year by one day (Publication 544).
    """
    [sale] = compute(UNITS, method=method).disposals
    [part] = sale.parts
    assert (sale.cost, sale.gain) == (cost, 17000 - 5 - cost)
    assert is_long_term(part.origin.time.astimezone(AMERICAN).date(), date(2022, 11, 9)) is long


def test_moving_units_is_no_sale_and_its_fee_is_one(compute: Compute) -> None:
    """FAQ, A38: a transfer between own wallets is no taxable event; the units that pay for it are disposed of."""
    found = compute(
        """
        2021-01-04T15:00 a buy got 2 ETH gave 2000 USD
        2022-01-04T15:00 a withdrawal gave 1.99 ETH fee 0.01 ETH
        2022-01-04T15:20 b deposit got 1.99 ETH
        """,
        rates={"ETH": "3800"},
        scope="per-account",
    )
    [fee] = found.disposals
    assert (fee.kind.value, fee.quantity, fee.cost, fee.gain) == ("fee", D("0.01"), 10, 28)
    assert [(lot.account, lot.cost, lot.origin.time.year) for lot in found.lots("ETH")] == [("b", 1990, 2021)]


def test_from_2025_on_a_wallet_has_its_own_units_only(compute: Compute, us_plan: Plan) -> None:
    """§ 1.1012-1(j)(3). In 2024 b's sale used a's older unit; in 2025 it uses its own, and what was moved to it."""
    found = compute(
        """
        2020-01-02T15:00 a buy got 2 BTC gave 14000 USD
        2023-01-02T15:00 b buy got 2 BTC gave 33000 USD
        2024-07-01T15:00 b sell got 60000 USD gave 1 BTC
        2025-02-01T15:00 a withdrawal gave 0.5 BTC
        2025-02-01T15:30 b deposit got 0.5 BTC
        2025-07-01T15:00 b sell got 150000 USD gave 1.5 BTC
        """,
        plan=us_plan,
    )
    assert found.of(3)[0].cost == 7000  # universal: the unit of 2020
    # What is left of 2020 (1) stays in a, whose second unit is one of b's of 2023; half of a's went to b in 2025.
    [sale] = found.of(6)
    assert [(part.origin.time.year, part.quantity, part.cost) for part in sale.parts] == [
        (2020, D("0.5"), 3500),
        (2023, D(1), 16500),
    ]
