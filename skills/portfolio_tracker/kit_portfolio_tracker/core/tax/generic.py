"""The report for no country in particular: everything, lot by lot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Context

from kit import Column, Kind, Metric, Money, Quantity, Value

from ..disposals import Category, Income
from ..events import Figure
from .heads import assumed, flagged, left_out
from .lines import Line, lines_of
from .report import Section, TaxReport, cents, money, total
from .year import TaxYear

_TEN_DIGITS = Context(prec=10)
"""A price that was crossed through another currency has more digits than anybody knows."""
_TITLES = {
    Category.TRADING: ("disposals", "Disposals"),
    Category.GIFT: ("gifts-given", "Gifts given"),
    Category.DONATION: ("donations", "Donations"),
    Category.LOSS: ("losses", "Lost or stolen"),
    Category.MARGIN: ("margin-coins", "Coins that margin losses took"),
}
_DISPOSAL_COLUMNS = (
    Column("Sold", "sold"),
    Column("Asset", "asset"),
    Column("Quantity", "quantity", "right", precise=True),
    Column("Account", "account"),
    Column("How", "how"),
    Column("Acquired", "acquired"),
    Column("From", "acquired_at"),
    Column("As", "acquired_how"),
    Column("Proceeds", "proceeds", "right", precise=True),
    Column("Cost", "cost", "right", precise=True),
    Column("Fee", "fee", "right", precise=True),
    Column("Gain", "gain", "right", signed=True, precise=True),
    Column("Days", "days", "right"),
    Column("Term", "term"),
    Column("Flags", "flags"),
    Column("Record", "record"),
    Column("Acquired by", "acquired_record"),
)


def generic(year: TaxYear) -> TaxReport:
    """Everything of the year."""
    return TaxReport(
        form="generic",
        title=f"Tax report {year.year}",
        year=year.year,
        first=year.first,
        last=year.last,
        currency=year.plan.currency,
        assumed=assumed(year),
        flagged=flagged(year),
        left_out=left_out(year),
        sections=tuple(_sections(year)),
    )


def _sections(year: TaxYear) -> Iterator[Section]:
    for category, (key, title) in _TITLES.items():
        lines = list(lines_of(year, (category,)))
        if lines or category is Category.TRADING:
            yield disposal_section(year, lines, key=key, title=title)
    yield income_section(year, year.income, key="income", title="Income")
    if year.gifts_received:
        yield income_section(year, year.gifts_received, key="gifts-received", title="Gifts received")
    yield from _amounts(year)
    yield holdings_section(year)


def disposal_section(
    year: TaxYear, lines: Iterable[Line], *, key: str, title: str, note: str = "", totals: tuple[Metric, ...] = ()
) -> Section:
    """One row a lot, with totals."""
    currency = year.plan.currency
    known = list(lines)
    sums = (
        Metric("Proceeds", total((line.counted(line.proceeds) for line in known), currency)),
        Metric("Cost", total((line.counted(line.cost) for line in known), currency)),
        Metric("Fees", total((line.counted(line.fee) for line in known), currency)),
        Metric("Gain", total((line.gain for line in known), currency), signed=True),
    )
    return Section(key, title, _DISPOSAL_COLUMNS, tuple(_row(year, line) for line in known), (*sums, *totals), note)


def _row(year: TaxYear, line: Line) -> tuple[Value, ...]:
    currency, origin = year.plan.currency, line.part.origin
    return (
        line.sold,
        line.disposal.asset,
        Quantity(line.part.quantity, line.disposal.asset),
        year.labels.get(line.disposal.account, line.disposal.account),
        words(line.disposal.kind),
        line.acquired,
        year.labels.get(origin.account, origin.account) if origin else None,
        words(origin.kind) if origin else None,
        money(line.proceeds, currency),
        money(line.cost, currency),
        money(line.fee, currency),
        money(line.gain, currency),
        line.days,
        None if line.long_term is None else "long" if line.long_term else "short",
        line.flags,
        line.disposal.key.id,
        origin.key.id if origin else None,
    )


def income_section(year: TaxYear, income: Iterable[Income], *, key: str, title: str, note: str = "") -> Section:
    """What was earned or given, and its sum by kind."""
    currency = year.plan.currency
    found = list(income)
    kinds = sorted({each.kind for each in found})
    totals = [
        Metric(
            words(kind).capitalize(),
            total((cents(each.value, currency) for each in found if each.kind is kind), currency),
        )
        for kind in kinds
    ]
    return Section(
        key,
        title,
        (
            Column("Day", "day"),
            Column("Asset", "asset"),
            Column("Quantity", "quantity", "right", precise=True),
            Column("Account", "account"),
            Column("Kind", "kind"),
            Column("Value", "value", "right", precise=True),
            Column("Record", "record"),
        ),
        tuple(
            (
                each.time.astimezone(year.plan.zone).date(),
                each.asset,
                Quantity(each.quantity, each.asset),
                year.labels.get(each.account, each.account),
                words(each.kind),
                money(cents(each.value, currency), currency),
                each.key.id,
            )
            for each in found
        ),
        (*totals, Metric("Together", total((cents(each.value, currency) for each in found), currency))),
        note,
    )


def _amounts(year: TaxYear) -> Iterator[Section]:
    """Fees and margin results, which no disposal contains."""
    currency = year.plan.currency
    for key, title, figures in (
        ("margin", "Margin profit and loss", {Figure.MARGIN.value}),
        ("fees", "Fees paid", {Figure.FEES.value, Figure.NETWORK_FEES.value}),
    ):
        found = [each for each in year.amounts if each.figure in figures and (each.amount is None or each.amount)]
        if not found:
            continue
        yield Section(
            key,
            title,
            (
                Column("Day", "day"),
                Column("Asset", "asset"),
                Column("Account", "account"),
                Column("Kind", "kind"),
                Column("Amount", "amount", "right", signed=key == "margin", precise=True),
                Column("Record", "record"),
            ),
            tuple(
                (
                    each.time.astimezone(year.plan.zone).date(),
                    each.asset,
                    year.labels.get(each.key.account, each.key.account),
                    each.figure,
                    money(cents(each.amount, currency), currency),
                    each.key.id,
                )
                for each in found
            ),
            (
                Metric(
                    "Together",
                    total((cents(each.amount, currency) for each in found), currency),
                    signed=key == "margin",
                ),
            ),
        )


def holdings_section(year: TaxYear) -> Section:
    """What is held when the year ends, by calculated balances."""
    currency = year.plan.currency
    return Section(
        "holdings",
        f"Held at the end of {year.held_on}",
        (
            Column("Asset", "asset"),
            Column("Quantity", "quantity", "right", precise=True),
            Column("Lots", "lots", "right"),
            Column("Cost", "cost", "right", precise=True),
            Column("Price", "price", "right", precise=True),
            Column("Value", "value", "right", precise=True),
        ),
        tuple(
            (
                each.asset,
                Quantity(each.quantity, each.asset),
                len(each.lots),
                money(cents(each.cost, currency), currency),
                None if each.price is None else Money(_TEN_DIGITS.plus(each.price), currency),
                money(cents(each.value, currency), currency),
            )
            for each in year.holdings
        ),
        (
            Metric("Cost", total((cents(each.cost, currency) for each in year.holdings), currency)),
            Metric("Value", total((cents(each.value, currency) for each in year.holdings), currency)),
        ),
    )


def words(kind: Kind) -> str:
    return kind.value.replace("_", " ")
