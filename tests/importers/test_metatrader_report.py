"""MetaTrader 5's history report: pages and workbooks, and that a report and a connected account agree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from kit_exchanges.metatrader import deals as live
from kit_importers.metatrader_deals import OPERATIONS, TRADES
from openpyxl import Workbook

from kit import (
    Balance,
    FileHead,
    Importer,
    ImportFileError,
    ImportSource,
    Kind,
    Quantity,
    Record,
    RejectedRow,
    SkippedRow,
)

Read = Callable[..., list[object]]
Told = Callable[[object], list[str]]
Real = Callable[[str], Path]
NAME = "metatrader-report"
COLUMNS = (
    *("Time", "Deal", "Symbol", "Type", "Direction", "Volume", "Price", "Order"),
    *("Commission", "Fee", "Swap", "Profit", "Balance", "Comment"),
)
Cells = tuple[str, ...]


def cells(line: str) -> Cells:
    return tuple(line.split("|"))


DEPOSIT = cells("2024.03.04 10:00:00|1||balance|||||0.00|0.00|0.00|1 000.00|1 000.00|")
OPENED = cells("2024.03.04 10:05:00|2|EURUSD|buy|in|0.10|1.1|7|-0.35|-0.05|0.00|0.00|999.60|")
CLOSED = cells("2024.03.05 10:05:00|3|EURUSD|sell|out|0.10|1.2|8|-0.35|-0.05|-1.25|1 500.50|2 498.45|[tp 1.2]")
TITLE = "Trade History Report"


def page(*deals: Cells, account: str = "501 (EUR, Broker-Live, real, Hedge)", title: str = TITLE) -> str:
    """A report of today's build: the deals' cost is there, but hidden."""

    def row(deal: Iterable[str]) -> str:
        shown = [f"<td nowrap>{cell.replace(' ', '&nbsp;')}</td>" for cell in deal]
        return f'<tr bgcolor="#FFFFFF">{"".join(shown[:8])}<td class="hidden">9.99</td>{"".join(shown[8:])}</tr>\r\n'

    head = "".join(
        f"<td nowrap><b>{name}</b></td>{'<td class=hidden>Cost</td>' * (name == 'Order')}" for name in COLUMNS
    )
    return (
        f'<!DOCTYPE html>\r\n<html><head><title>501: Demo - {title}</title><meta name="generator" content="client '
        f'terminal"></head><body><table>\r\n<tr><td colspan="14"><b>{title}</b></td></tr>\r\n'
        f'<tr><th colspan="4">Name:</th><th colspan="10"><b>Demo</b></th></tr>\r\n'
        f'<tr><th colspan="4">Account:</th><th colspan="10"><b>{account}</b></th></tr>\r\n'
        '<tr><th colspan="14"><b>Positions</b></th></tr>\r\n<tr><td>Time</td><td>Position</td></tr>\r\n'
        "<tr><td>2024.03.04 10:05:00</td><td>7</td></tr>\r\n"
        f'<tr><th colspan="14"><div><b>Deals</b></div></th></tr>\r\n<tr>{head}</tr>\r\n'
        f'{"".join(map(row, deals))}<tr><td colspan="8"></td><td>-0.70</td><td>-0.10</td></tr>\r\n'
        '<tr><td colspan="3">Balance:</td><td><b>2 498.45</b></td><td>Free Margin:</td><td>2 498.45</td></tr>\r\n'
        '<tr><td colspan="3">Credit Facility:</td><td><b>1.55</b></td></tr>\r\n'
        '<tr><td colspan="14"><b>Results</b></td></tr>\r\n<tr><td>Total Net Profit:</td><td>1 498.45</td></tr>\r\n'
        "</table></body></html>"
    )


def book(*deals: Iterable[object], title: str = TITLE) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    rows: tuple[Iterable[object], ...] = (
        [title],
        ["Account:", None, None, "501 (EUR, Broker-Live, real, Hedge)"],
        ["Deals"],
        COLUMNS,
        *deals,
        [None] * 8 + ["=SUM(I5:I6)"],
        ["Balance:", None, None, 2498.45, None, None, "Free Margin:", None, None, 1],
        ["Credit Facility:", None, None, 1.55],
    )
    for row in rows:
        sheet.append(list(row))
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def test_a_page_becomes_deposits_results_swaps_and_fees(read: Read) -> None:
    rows = [row for row in read(NAME, page(DEPOSIT, OPENED, CLOSED)) if not isinstance(row, SkippedRow)]
    euros = "EUR"
    opened, closed = datetime(2024, 3, 4, 10, 5, tzinfo=UTC), datetime(2024, 3, 5, 10, 5, tzinfo=UTC)
    fee = Quantity(Decimal("0.40"), euros)
    note = "margin: order 8, sell 0.1 lots of EURUSD"
    assert rows == [
        Record(
            *("deal:1", datetime(2024, 3, 4, 10, tzinfo=UTC), "metatrader-501", Kind.DEPOSIT),
            received=Quantity(Decimal(1000), euros),
            source=NAME,
        ),
        Record(
            *("deal:2", opened, "metatrader-501", Kind.FEE),
            fee=fee,
            note="margin: order 7, buy 0.1 lots of EURUSD",
            source=NAME,
        ),
        Record(
            *("deal:3", closed, "metatrader-501", Kind.MARGIN_PROFIT, Quantity(Decimal("1500.50"), euros)),
            fee=fee,
            note=note,
            source=NAME,
        ),
        Record(
            *("deal:3:swap", closed, "metatrader-501", Kind.MARGIN_LOSS),
            sent=Quantity(Decimal("1.25"), euros),
            note=f"{note}, swap",
            source=NAME,
        ),
        Balance("metatrader-501", euros, Decimal("2500.00"), closed),
    ]


def test_a_workbook_says_the_same_as_the_page(read: Read) -> None:
    def typed(deal: Cells) -> list[object]:
        return [float(cell.replace(" ", "")) if place in {8, 9, 10, 11} else cell for place, cell in enumerate(deal)]

    in_page = [row for row in read(NAME, page(DEPOSIT, OPENED, CLOSED)) if not isinstance(row, SkippedRow)]
    in_book = read(NAME, book(typed(DEPOSIT), typed(OPENED), typed(CLOSED)), name="report.xlsx")
    assert in_book == in_page


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_the_encoding_does_not_matter(read: Read, encoding: str) -> None:
    assert read(NAME, page(DEPOSIT).encode(encoding)) == read(NAME, page(DEPOSIT))


def test_positions_and_deals_that_move_nothing_are_skipped_with_their_lines(read: Read) -> None:
    nothing = (*OPENED[:8], "0.00", "0.00", "0.00", "0.00", "1 000.00", "")
    skipped = [row for row in read(NAME, page(nothing)) if isinstance(row, SkippedRow)]
    assert [(row.line, row.reason) for row in skipped] == [
        (8, "positions: only deals move money"),
        (11, "buy: no money moved"),
    ]
    assert skipped[1].text.startswith("2024.03.04 10:05:00 | 2 | EURUSD | buy | in | 0.10")


@pytest.mark.parametrize(
    ("kind", "amount", "event"),
    [
        ("balance", "-5.00", "withdrawal -5 EUR"),
        ("credit", "5.00", "deposit +5 EUR"),
        ("charge", "-5.00", "fee fee 5 EUR"),
        ("correction", "-5.00", "withdrawal -5 EUR"),
        ("bonus", "5.00", "reward +5 EUR"),
        ("daily commission", "-5.00", "fee fee 5 EUR"),
        ("agent commission", "5.00", "reward +5 EUR"),
        ("interest rate", "5.00", "interest +5 EUR"),
        ("interest", "-5.00", "fee fee 5 EUR"),
        ("dividend", "5.00", "reward +5 EUR"),
        ("Dividend", "-5.00", "margin_loss -5 EUR"),
        ("tax", "-5.00", "spend -5 EUR"),
    ],
)
def test_what_is_no_trade_has_the_kind_of_its_type_and_sign(
    read: Read, told: Told, kind: str, amount: str, event: str
) -> None:
    assert told(read(NAME, page((*DEPOSIT[:3], kind, *DEPOSIT[4:11], amount, "", "thanks")))) == [event]


@pytest.mark.parametrize(("name", "number"), [(name, number) for number, (name, *_) in live.OPERATIONS.items()])
@pytest.mark.parametrize("amount", ["12.5", "-12.5"])
def test_an_operation_is_the_record_that_sync_brings(read: Read, name: str, number: int, amount: str) -> None:
    deal = (*DEPOSIT[:3], name or "balance", *DEPOSIT[4:11], amount, "0.00", "a word")
    assert twin(read(NAME, page(deal))) == twin(brought(number, amount, "a word"))


@pytest.mark.parametrize(("name", "number"), [(name, number) for number, name in live.TRADES.items()])
@pytest.mark.parametrize(
    ("commission", "fee", "swap", "profit"),
    [
        ("-1", "0", "-2", "3"),
        ("0", "-1", "2", "-3"),
        ("1", "1", "0", "0"),
        ("-1", "0.5", "0", "0"),
        ("0", "0", "0", "0"),
    ],
)
def test_a_trade_is_the_records_that_sync_brings(
    read: Read, name: str, number: int, commission: str, fee: str, swap: str, profit: str
) -> None:
    word = next(said for said, meant in TRADES.items() if meant == name)
    deal = (*OPENED[:3], word, *OPENED[4:8], commission, fee, swap, profit, "0.00", "")
    assert twin(read(NAME, page(deal))) == twin(brought(number, profit, "", commission, fee, swap))


def brought(
    number: int, profit: str, comment: str, commission: str = "0", fee: str = "0", swap: str = "0"
) -> list[Record]:
    """What a connected account makes of the deal."""
    figures = {"profit": profit, "commission": commission, "fee": fee, "swap": swap, "volume": "0.1"}
    deal: dict[str, object] = {name: Decimal(text) for name, text in figures.items()}
    deal |= {"type": number, "ticket": 2 if number in live.TRADES else 1, "position_id": 7}
    deal |= {"symbol": "EURUSD", "comment": comment}
    minute = 5 if number in live.TRADES else 0
    time = datetime(2024, 3, 4, 10, minute, tzinfo=UTC)
    return list(live.records_of(deal, live.Ledger("metatrader-501", "EUR"), time))


def twin(rows: Iterable[object]) -> list[tuple[object, ...]]:
    """What makes a record count: all but its note and source."""
    records = [row for row in rows if isinstance(row, Record)]
    return [(each.id, each.time, each.account, each.kind, each.received, each.sent, each.fee) for each in records]


def test_every_type_of_a_connected_account_has_a_name_here() -> None:
    assert {label for label, *_ in live.OPERATIONS.values()} <= {label for label, *_ in OPERATIONS.values()}
    assert set(live.TRADES.values()) == set(TRADES.values())


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({3: "airdrop"}, "the type “airdrop” is not known"),
        ({3: ""}, "the type is missing"),
        ({1: "x"}, "the deal “x” is not a number"),
        ({0: "yesterday"}, "“yesterday” is not a time"),
        ({11: "many"}, "the profit “many” is not a number"),
        ({11: "1,5"}, "the profit “1,5” is not a number"),
        ({10: ""}, "the swap is missing"),
        ({11: "NaN"}, "the profit “NaN” is not a number"),
    ],
)
def test_a_bad_deal_is_kept_aside_and_the_others_are_read(
    read: Read, told: Told, changed: dict[int, str], reason: str
) -> None:
    bad = tuple(changed.get(place, cell) for place, cell in enumerate(OPENED))
    rows = read(NAME, page(DEPOSIT, bad, CLOSED))
    (rejected,) = [row for row in rows if isinstance(row, RejectedRow)]
    assert reason in rejected.reason
    assert rejected.line == 12
    assert len(told(rows)) == 3


def test_the_broker_s_clock_is_utc_unless_it_is_named(importers: dict[str, Importer], tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(page(DEPOSIT, OPENED, CLOSED), encoding="utf-8")

    def first(zone: str | None) -> datetime:
        rows = importers[NAME].read(ImportSource(path, "forex", zone))
        return next(row.time for row in rows if isinstance(row, Record))

    assert first(None) == datetime(2024, 3, 4, 10, tzinfo=UTC)
    assert first("+03:00") == datetime(2024, 3, 4, 7, tzinfo=UTC)
    assert first("new-york-close") == datetime(2024, 3, 4, 8, tzinfo=UTC)
    with pytest.raises(ImportFileError, match="no time zone “Mars”"):
        first("Mars")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (page(account="Demo"), "does not say whose report"),
        ("<html><body><p>Trade History Report</p></body></html>", "no section “Deals”"),
        (page().replace("Swap", "Roll"), "no column “swap”"),
        (b"PK\x03\x04 and no more", "not a whole Excel file"),
    ],
)
def test_what_is_no_whole_report_is_refused(read: Read, content: str | bytes, reason: str) -> None:
    with pytest.raises(ImportFileError, match=reason):
        read(NAME, content)


TAGS = ("<tr>", "</tr>", "<td>", "</td>", "<!--", "<script>", "</table>", "<td class=hidden>")
BROKEN = st.sampled_from((*TAGS, "Deals", "Time:", "&", "<", ";"))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(wounds=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), BROKEN), max_size=8))
def test_a_broken_page_is_read_as_far_as_it_goes_or_refused(read: Read, wounds: list[tuple[float, int, str]]) -> None:
    text = page(DEPOSIT, OPENED, CLOSED)
    for place, cut, put in wounds:
        at = int(place * len(text))
        text = text[:at] + put + text[at + cut :]
    with suppress(ImportFileError):
        assert all(isinstance(row, Record | RejectedRow | SkippedRow | Balance) for row in read(NAME, text))


def test_a_real_page_of_2016_adds_up_to_its_own_totals(
    importers: dict[str, Importer], real: Real, moved: Callable[[Iterable[object]], dict[str, Decimal]]
) -> None:
    rows = list(importers[NAME].read(ImportSource(real("exports/nolicence_mt5/mt5_trade_history_2016_a.html"))))
    assert moved(rows) == {"USD": Decimal("11333.77")}
    assert rows[-1] == Balance(
        "metatrader-10000001", "USD", Decimal("11333.77"), datetime(2016, 8, 9, 6, 22, 4, tzinfo=UTC)
    )
    swaps = [row for row in rows if isinstance(row, Record) and row.id.endswith(":swap")]
    assert moved(swaps) == {"USD": Decimal("-1.72")}
    assert not [row for row in rows if isinstance(row, RejectedRow)]


def test_a_real_workbook_of_2025_adds_up_to_its_own_totals(
    importers: dict[str, Importer], real: Real, moved: Callable[[Iterable[object]], dict[str, Decimal]]
) -> None:
    rows = list(importers[NAME].read(ImportSource(real("exports/nolicence_mt5/mt5_report_history_2025_hedge.xlsx"))))
    assert moved(rows) == {"USD": Decimal("0.33")}  # 50 deposited, -49.67 net profit; what was before is not in it
    assert isinstance(rows[-1], Balance)
    assert (rows[-1].account, rows[-1].total) == ("metatrader-10000002", Decimal("50.94"))
    assert not [row for row in rows if isinstance(row, RejectedRow)]


def test_pages_and_workbooks_are_recognised_by_what_they_hold(
    importers: dict[str, Importer], tmp_path: Path, head_of: Callable[[Path], FileHead]
) -> None:
    report, tester, sheet, other = (tmp_path / name for name in ("a.html", "b.html", "c.xlsx", "d.xlsx"))
    report.write_text(page(DEPOSIT), encoding="utf-16")
    tester.write_text(page(DEPOSIT, title="Strategy Tester Report"), encoding="utf-16")
    sheet.write_bytes(book())
    other.write_bytes(book(title="Strategy Tester Report"))
    heads = [head_of(report), head_of(tester), *(FileHead(path, (), path.read_bytes()) for path in (sheet, other))]
    assert [{name for name, each in importers.items() if each.detect(head) >= 0.5} for head in heads] == [
        {NAME},
        set(),
        {NAME},
        set(),
    ]
