"""Capital gains of the United Kingdom: HMRC Cryptoassets Manual CRYPTO22000, TCGA 1992 s.104 to s.106A.

The tax year begins on 6 April and is called by both its years. Gifts (but to a spouse or a charity) are disposals at
market value. The annual exempt amounts are those of TCGA 1992 s.1K and the Finance Acts before; of a year that the
table lacks nobody is told one. On 30 October 2024 the rates changed, so gains of 2024-25 are told apart.

What a hard fork brings is no income and has a pool of its own, to which a just and reasonable part of the old pool's
cost goes (CRYPTO22300, TCGA 1992 s.43 and s.52(4)). Which part that is nobody can tell from records: it costs nothing
here, so that no cost counts twice, and is flagged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby

from kit import Column, Metric, Quantity, Value

from ..disposals import Category
from ..section104 import POOL, SAME_DAY, WITHIN_30_DAYS
from .generic import holdings_section, income_section, words
from .heads import assumed, flagged, left_out
from .lines import Line, lines_of
from .report import Section, TaxReport, money, total
from .year import TaxYear

_EXEMPT = {
    2012: 10_600,
    2013: 10_900,
    2014: 11_000,
    2015: 11_100,
    2016: 11_100,
    2017: 11_300,
    2018: 11_700,
    2019: 12_000,
    2020: 12_300,
    2021: 12_300,
    2022: 12_300,
    2023: 6_000,
    2024: 3_000,
    2025: 3_000,
    2026: 3_000,
}
_NEW_RATES = date(2024, 10, 30)
_DISPOSALS = (Category.TRADING, Category.GIFT)
_NOTHING = Decimal(0)


def annual_exempt_amount(year: int) -> Decimal | None:
    """In pounds, of the tax year that begins in April of `year`; None where it is not known here."""
    found = _EXEMPT.get(year)
    return None if found is None else Decimal(found)


def capital_gains(year: TaxYear) -> TaxReport:
    """Every disposal with the rule that matched it, and the sums of gains and losses."""
    lines = list(_pooled(lines_of(year, _DISPOSALS)))
    return TaxReport(
        form="uk-cgt",
        title=f"Capital gains, tax year {year.year}-{(year.year + 1) % 100:02}",
        year=year.year,
        first=year.first,
        last=year.last,
        currency=year.plan.currency,
        assumed=assumed(
            year,
            "Matched with acquisitions of the same day, then of the 30 days after, then with the section 104 pool.",
            "Gifts count as disposals at market value. Take out those to a spouse or a charity, which do not.",
        ),
        flagged=flagged(year, told=_DISPOSALS),
        left_out=left_out(year, told=_DISPOSALS),
        sections=(
            _disposals(year, lines),
            _summary(year, lines),
            income_section(year, year.income, key="income", title="Income (not capital gains)"),
            holdings_section(year),
        ),
    )


def _pooled(lines: Iterable[Line]) -> Iterator[Line]:
    """What a disposal took from the pool as one line: a pool is one asset, whatever went into it (TCGA 1992 s.104)."""
    for (_, rule), group in groupby(lines, key=lambda line: (line.number, line.part.rule)):
        found = list(group)
        yield from [_together(found)] if rule == POOL else found


def _together(lines: Sequence[Line]) -> Line:
    """What is wrong with one unit of a pool is wrong with all, so that either every line has its money or none."""
    first = lines[0]
    return replace(
        first,
        part=replace(first.part, quantity=sum((line.part.quantity for line in lines), _NOTHING)),
        proceeds=_sum(line.proceeds for line in lines),
        cost=_sum(line.cost for line in lines),
        fee=sum((line.fee for line in lines), _NOTHING),
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [each for each in amounts if each is not None]
    return sum(known, _NOTHING) if known else None


def _disposals(year: TaxYear, lines: list[Line]) -> Section:
    currency = year.plan.currency
    rows: list[tuple[Value, ...]] = [
        (
            line.sold,
            line.disposal.asset,
            Quantity(line.part.quantity, line.disposal.asset),
            words(line.disposal.kind),
            line.part.rule or "no acquisition",
            line.acquired if line.part.rule in {SAME_DAY, WITHIN_30_DAYS} else None,
            money(line.proceeds, currency),
            money(line.cost, currency),
            money(line.fee, currency),
            money(line.gain, currency),
            line.flags,
            line.disposal.key.id,
        )
        for line in lines
    ]
    return Section(
        "disposals",
        "Disposals",
        (
            Column("Date", "date"),
            Column("Asset", "asset"),
            Column("Quantity", "quantity", "right", precise=True),
            Column("How", "how"),
            Column("Matching rule", "rule"),
            Column("Matched with", "matched_with"),
            Column("Proceeds", "proceeds", "right", precise=True),
            Column("Allowable cost", "cost", "right", precise=True),
            Column("Fees", "fee", "right", precise=True),
            Column("Gain or loss", "gain", "right", signed=True, precise=True),
            Column("Flags", "flags"),
            Column("Record", "record"),
        ),
        tuple(rows),
        (
            Metric("Proceeds", total((line.counted(line.proceeds) for line in lines), currency)),
            Metric("Allowable cost", total((line.counted(line.cost) for line in lines), currency)),
            Metric("Fees", total((line.counted(line.fee) for line in lines), currency)),
            Metric("Gain or loss", total((line.gain for line in lines), currency), signed=True),
        ),
    )


def _summary(year: TaxYear, lines: list[Line]) -> Section:
    """Gains and losses are those of whole disposals: a day's of one asset are one (TCGA 1992 s.105(1)(a))."""
    return Section(
        "summary",
        "For the return",
        (Column("Figure", "figure"), Column("Amount", "amount", "right", precise=True)),
        tuple(_figures(year, lines)),
    )


def _figures(year: TaxYear, lines: list[Line]) -> Iterator[tuple[Value, ...]]:
    currency = year.plan.currency
    gains: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.gain is not None:
            gains[line.sold, line.disposal.asset] += line.gain
    net = sum(gains.values(), _NOTHING)
    yield "Number of disposals", len({(line.sold, line.disposal.asset) for line in lines})
    yield "Disposal proceeds", total((line.counted(line.proceeds) for line in lines), currency)
    yield "Gains in the year, before losses", total((gain for gain in gains.values() if gain > 0), currency)
    yield "Losses in the year", total((-gain for gain in gains.values() if gain < 0), currency)
    yield "Net gain or loss", money(net, currency)
    if year.first <= _NEW_RATES <= year.last:
        before = sum((gain for (day, _), gain in gains.items() if day < _NEW_RATES), _NOTHING)
        yield f"of it before {_NEW_RATES}", money(before, currency)
        yield f"of it from {_NEW_RATES} on", money(net - before, currency)
    exempt = annual_exempt_amount(year.year)
    yield "Annual exempt amount", money(exempt, currency)
    if exempt is not None:
        yield "Above the annual exempt amount", money(max(net - exempt, _NOTHING), currency)
