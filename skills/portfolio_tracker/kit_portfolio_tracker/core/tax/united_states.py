"""IRS Form 8949 and Schedule D.

Columns (a) to (h) in two parts, short-term and long-term (held more than one year). Up to tax year 2024 the boxes are
C and F: no Form 1099-B was received. From 2025 digital assets have boxes of their own, and those for which no Form
1099-DA was received are I and L (Instructions for Form 8949, 2025). The totals go to Schedule D, lines 3 and 10.

Column (d) is net of selling fees. Whole cents; column (h) is (d) less (e), so that columns and totals cross-foot. A lot
of which nobody knows when it was acquired is short-term with a basis of zero. Gifts, donations, losses and margin
results are no sales and not on this form.
"""

from __future__ import annotations

from collections.abc import Iterable

from kit import Column, Metric, plain

from ..disposals import Category
from .generic import holdings_section, income_section
from .heads import assumed, flagged, left_out
from .lines import Line, lines_of
from .report import Section, TaxReport, money, total
from .year import TaxYear

_FIRST_YEAR_OF_DIGITAL_BOXES = 2025
_SALES = (Category.TRADING,)
_COLUMNS = (
    Column("(a) Description of property", "description"),
    Column("(b) Date acquired", "date_acquired"),
    Column("(c) Date sold", "date_sold"),
    Column("(d) Proceeds", "proceeds", "right", precise=True),
    Column("(e) Cost or other basis", "cost_basis", "right", precise=True),
    Column("(f) Code", "code"),
    Column("(g) Adjustment", "adjustment", "right", precise=True),
    Column("(h) Gain or loss", "gain", "right", signed=True, precise=True),
)


def boxes(year: int) -> tuple[str, str]:
    """The boxes of Part I and Part II for what no broker has reported."""
    return ("I", "L") if year >= _FIRST_YEAR_OF_DIGITAL_BOXES else ("C", "F")


def form_8949(year: TaxYear) -> TaxReport:
    """Both parts, and what goes to Schedule D."""
    short_box, long_box = boxes(year.year)
    lines = [line for line in lines_of(year, _SALES) if line.gain is not None]
    short = [line for line in lines if not line.long_term]
    long = [line for line in lines if line.long_term]
    currency = year.plan.currency
    return TaxReport(
        form="us-8949",
        title=f"Form 8949, tax year {year.year}: Sales and Other Dispositions of Capital Assets",
        year=year.year,
        first=year.first,
        last=year.last,
        currency=currency,
        assumed=assumed(
            year,
            f"Boxes {short_box} and {long_box}: no broker has reported these sales on a Form 1099. Where one has, move "
            "its rows to the box that the form names.",
            "Selling fees are taken off column (d). What was acquired at an unknown time is short-term.",
        ),
        flagged=flagged(year, told=_SALES, as_givers=True),
        left_out=left_out(year, told=_SALES),
        sections=(
            _part("part-1", f"Part I: Short-Term, box {short_box}", short, currency),
            _part("part-2", f"Part II: Long-Term, box {long_box}", long, currency),
            _schedule_d(short, long, (short_box, long_box), currency),
            income_section(year, year.income, key="income", title="Ordinary income (Schedule 1), not on Form 8949"),
            holdings_section(year),
        ),
    )


def _part(key: str, title: str, lines: Iterable[Line], currency: str) -> Section:
    found = list(lines)
    return Section(
        key,
        title,
        _COLUMNS,
        tuple(
            (
                f"{plain(line.part.quantity)} {line.disposal.asset}",
                f"{line.acquired:%m/%d/%Y}" if line.acquired else None,
                f"{line.sold:%m/%d/%Y}",
                money(line.net_proceeds, currency),
                money(line.cost, currency),
                "",
                "",
                money(line.gain, currency),
            )
            for line in found
        ),
        _totals(found, currency),
    )


def _totals(lines: Iterable[Line], currency: str) -> tuple[Metric, ...]:
    found = list(lines)
    return (
        Metric("(d) Proceeds", total((line.net_proceeds for line in found), currency)),
        Metric("(e) Cost or other basis", total((line.cost for line in found), currency)),
        Metric("(h) Gain or loss", total((line.gain for line in found), currency), signed=True),
    )


def _schedule_d(short: list[Line], long: list[Line], named: tuple[str, str], currency: str) -> Section:
    rows = []
    for line, box, found in (("3", named[0], short), ("10", named[1], long)):
        rows.append(
            (
                f"Line {line}: box {box}",
                total((each.net_proceeds for each in found), currency),
                total((each.cost for each in found), currency),
                total((each.gain for each in found), currency),
            )
        )
    together = total((each.gain for each in (*short, *long)), currency)
    return Section(
        "schedule-d",
        "Schedule D totals",
        (
            Column("Line", "line"),
            Column("(d) Proceeds", "proceeds", "right", precise=True),
            Column("(e) Cost", "cost_basis", "right", precise=True),
            Column("(h) Gain or loss", "gain", "right", signed=True, precise=True),
        ),
        tuple(rows),
        (Metric("Short-term and long-term together", together, signed=True),),
    )
