"""Private sales (§ 23 EStG) and other income (§ 22 Nr. 3 EStG) of Germany.

§ 23: a sale within a year of the purchase is taxable, one later is not (Abs. 1 Satz 1 Nr. 2; BMF, letters of 10 May
2022 and 6 March 2025 on crypto values). The year ends with the calendar day of the purchase (§ 188 Abs. 2 and 3 BGB),
so a coin bought on 10 March is free from 11 March of the next year on. The whole gain of a year stays free where it is
less than 600 euros, from 2024 on 1,000 (Abs. 3 Satz 5): a limit, not an allowance. First in, first out, wallet by
wallet.

§ 22 Nr. 3: staking, lending, mining and the like, at market value on the day they came; free where a year's sum is less
than 256 euros. Airdrops without anything given for them and forks are no such income, nor is interest on state money
(§ 20).

What a fork brings takes its day and a part of its cost from the coins that forked (BMF of 10 May 2022, paragraphs 66 to
68). Which these are no record tells: it costs nothing here, so that no cost counts twice, and is flagged.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from kit import Column, Kind, Value

from ..disposals import Category
from ..fiat import FIAT
from .generic import disposal_section, holdings_section, income_section
from .heads import assumed, flagged, left_out
from .lines import lines_of
from .report import Section, TaxReport, cents, money
from .year import TaxYear

_SALES = (Category.TRADING,)
_SERVICES = frozenset({Kind.STAKING, Kind.INTEREST, Kind.MINING, Kind.REWARD})
_SERVICE_LIMIT = Decimal(256)
_NOTHING = Decimal(0)
_DAY = timedelta(days=1)


def sales_limit(year: int) -> Decimal:
    """Below how much the gains of a year stay free, in euros."""
    return Decimal(1000) if year >= 2024 else Decimal(600)


def free_from(acquired: date) -> date:
    """The first day of a sale after more than a year: that after the day which has the number of the purchase's.

    What was bought on 28 February is free on a 29 February, where elsewhere it would be on 1 March.
    """
    try:
        return acquired.replace(year=acquired.year + 1) + _DAY
    except ValueError:  # 29 February: the last day of the month stands for it
        return date(acquired.year + 1, 3, 1)


def private_sales(year: TaxYear) -> TaxReport:
    """§ 23: sales within the year, and apart from them those that are free."""
    lines = list(lines_of(year, _SALES))
    taxable = [line for line in lines if not line.long_term]
    free = [line for line in lines if line.long_term]
    gain = sum((line.gain for line in taxable if line.gain is not None), _NOTHING)
    return _report(
        year,
        form="de-23",
        title=f"Private Veräußerungsgeschäfte (§ 23 EStG) {year.year}",
        notes=(
            "A coin that was held for more than a year is sold free of tax. What was acquired at an unknown time is "
            "taken for taxable.",
        ),
        sections=(
            disposal_section(year, taxable, key="taxable", title="Sold within a year"),
            disposal_section(year, free, key="free", title="Sold after more than a year: free"),
            _limit(year, gain, sales_limit(year.year), "Gains of sales within a year"),
            holdings_section(year),
        ),
    )


def other_income(year: TaxYear) -> TaxReport:
    """§ 22 Nr. 3: what staking, lending and mining brought."""
    services = [each for each in year.income if each.kind in _SERVICES and each.asset not in FIAT]
    others = [each for each in year.income if each.kind not in _SERVICES or each.asset in FIAT]
    amount = sum((cents(each.value, year.plan.currency) or _NOTHING for each in services), _NOTHING)
    return _report(
        replace(year, disposals=(), amounts=(), holdings=(), unmatched=()),  # of these nothing has a part in it
        form="de-22",
        title=f"Sonstige Einkünfte (§ 22 Nr. 3 EStG) {year.year}",
        notes=(
            "Forks are no income. Airdrops are told apart, and not counted: they are if something was given for them.",
            "So is what came in state money: interest on it is income of capital (§ 20).",
        ),
        sections=(
            income_section(year, services, key="services", title="Staking, lending, mining, rewards"),
            *((income_section(year, others, key="others", title="Airdrops and money, not counted"),) if others else ()),
            _limit(year, amount, _SERVICE_LIMIT, "Income"),
        ),
    )


def _report(
    year: TaxYear, *, form: str, title: str, notes: tuple[str, ...], sections: tuple[Section, ...]
) -> TaxReport:
    return TaxReport(
        form=form,
        title=title,
        year=year.year,
        first=year.first,
        last=year.last,
        currency=year.plan.currency,
        assumed=assumed(year, *notes),
        flagged=flagged(year, told=_SALES, as_givers=True),
        left_out=left_out(year, told=_SALES),
        sections=sections,
    )


def _limit(year: TaxYear, amount: Decimal, limit: Decimal, what: str) -> Section:
    currency = year.plan.currency
    rows: tuple[tuple[Value, ...], ...] = (
        (what, money(amount, currency)),
        ("Limit: all of it is free where it is less than", money(limit, currency)),
        ("Taxable", money(_NOTHING if _NOTHING <= amount < limit else amount, currency)),
    )
    return Section(
        "limit", "Result", (Column("Figure", "figure"), Column("Amount", "amount", "right", precise=True)), rows
    )
