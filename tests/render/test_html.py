"""Replies as messages: HTML that Telegram takes, tables as wide as a phone, nothing lost where they are split."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest
from hypothesis import given, settings, strategies as st
from rich.cells import cell_len

from kit import (
    Bar,
    Bars,
    Block,
    Chart,
    Column,
    Heading,
    HtmlPage,
    Line,
    Matrix,
    Metric,
    Metrics,
    Money,
    Notice,
    Problem,
    Quantity,
    Ratio,
    Reply,
    Severity,
    Table,
    Text,
    Value,
    render_html,
)

NASTY = st.sampled_from(["<b>", "</pre>", "a & b", "&lt;", "🚀🌕", "שלום", "مرحبا 123", "x" * 50, "\u202e", "\x07", ""])
WORDS = st.one_of(NASTY, st.text(max_size=40))


def html(*blocks: Block, problems: tuple[Problem, ...] = ()) -> str:
    """The one message of these blocks."""
    (page,) = render_html(Reply({}, blocks, problems))
    return page.html


def fixed(page: str) -> list[str]:
    """The lines in monospace, as they are seen."""
    return [unescape(line) for part in re.findall(r"<pre>(.*?)</pre>", page, re.S) for line in part.split("\n")]


def table(*columns: str, rows: tuple[tuple[Value, ...], ...], right: bool = True) -> Table:
    return Table(tuple(Column(each, each, "right" if right else "left") for each in columns), rows)


def is_taken(page: HtmlPage, limit: int) -> bool:
    """Whether Telegram takes it: known tags, closed in order, nothing else that looks like one, not too long."""
    open_tags: list[str] = []
    for slash, name in re.findall(r"<(/?)([^>]*)>", page.html):
        if name not in {"b", "i", "pre", "code"} or (slash and (not open_tags or open_tags.pop() != name)):
            return False
        if not slash:
            open_tags.append(name)
    return not open_tags and 0 < len(page.text.encode("utf-16-le")) // 2 <= limit


def test_a_reply_reads_like_this() -> None:
    balances = table("Asset", "Balance", rows=(("BTC", Quantity(Decimal("0.15"), "BTC")),))
    problem = Problem("p", Severity.WARNING, "No price for X.", "portfolio", "Set one.")
    assert html(
        Heading("Portfolio", "💰", rule=True),
        Metrics((Metric("Total", Money(Decimal(1234), "USD"), note="+5% MTD"),)),
        balances,
        Bars((Bar("Kraken", Money(Decimal(5), "USD"), Ratio(Decimal("0.25"))),), title="Where", emoji="📊"),
        Text("kit sync", code=True),
        Notice("Old prices.", Severity.INFO, "Get newer ones."),
        problems=(problem,),
    ).splitlines() == [
        "💰 <b>Portfolio</b>",
        "Total: <b>$1,234.00</b> (+5% MTD)",
        "",
        "<pre>Asset Balance",
        "─────────────",
        "  BTC  0.1500</pre>",
        "",
        "📊 <b>Where</b>",
        "• Kraken: <b>$5.00</b> (25.0%)",
        "",
        "<pre>kit sync</pre>",
        "",
        "ℹ️ Old prices.",
        "<i>Get newer ones.</i>",
        "",
        "⚠️ No price for X. (portfolio)",
        "<i>Set one.</i>",
    ]


def test_a_table_too_wide_for_a_phone_is_two_below_each_other() -> None:
    rows = tuple((asset, Decimal(1000000), Decimal(2000000), Decimal(3000000), Decimal(4000000)) for asset in "ABC")
    page = html(table("Asset", "Quantity", "Price today", "Value today", "Cost today", rows=rows))
    heads = [line for line in fixed(page) if line.lstrip().startswith("Asset")]
    assert [head.split() for head in heads] == [
        ["Asset", "Quantity", "Price", "today"],
        ["Asset", "Value", "today", "Cost", "today"],
    ]
    assert max(map(cell_len, fixed(page))) <= 36


def test_a_day_is_never_torn_apart() -> None:
    rows = tuple(
        (f"2026-10-2{at}", Decimal(133597), Decimal(15430), Ratio(Decimal("0.024")), "Stablecoins") for at in range(4)
    )
    page = html(table("Day", "Value", "In and out", "Return", "Sector", rows=rows))
    for row in rows:
        assert any(line.split()[:1] == [row[0]] for line in fixed(page))


@pytest.mark.parametrize("names", ["AAB", "AB"])
def test_rows_that_their_name_does_not_tell_apart_and_few_ones_are_paragraphs(names: str) -> None:
    rows = tuple((each, "1" * 20, Decimal(10) ** 20, Decimal(10) ** 20) for each in names)
    page = html(table("Asset", "Id", "One", "Other", rows=rows))
    assert "<pre>" not in page
    assert page.count("<b>A</b>\nId: 11111111111111111111\nOne: 100,000,000,000,000,000,000") == names.count("A")


def test_a_column_that_is_empty_everywhere_is_left_out() -> None:
    assert fixed(html(table("Asset", "Note", "Count", rows=(("BTC", "", 3), ("ETH", "", 4)))))[0].split() == [
        "Asset",
        "Count",
    ]


def test_an_empty_table_says_so() -> None:
    assert html(Table((Column("A", "a"),), (), title="Trades", empty="None yet.")) == "<b>Trades</b>\nNone yet."


def test_what_looks_like_html_is_text() -> None:
    page = html(
        Heading("<b>x</b>"),
        table("<i>", rows=(("</pre>&amp;",),)),
        Metrics((Metric("<a>", "<code>", note="&"),)),
        Notice("<s>", next_step="<u>"),
        Text("<pre>", code=True),
    )
    assert re.sub(r"</?(b|i|pre)>", "", page).count("<") == 0
    assert "</pre>&amp;" in fixed(page)[2]


def test_a_right_to_left_name_does_not_turn_the_figures_around() -> None:
    row = fixed(html(table("Asset", "Count", rows=(("שקל", 12), ("BTC", 3)))))[2]
    assert "\u2068שקל\u2069" in row
    assert row.endswith("   12")


def test_a_long_table_goes_on_under_its_titles() -> None:
    rows = tuple((f"asset {at}", at) for at in range(500))
    pages = render_html(Reply({}, (Heading("All"), table("Asset", "No", rows=rows))))
    assert len(pages) == 2
    assert all(fixed(page.html)[0].split() == ["Asset", "No"] for page in pages)
    seen = [line.split()[-1] for page in pages for line in fixed(page.html)[2:]]
    assert [int(each) for each in seen] == list(range(500))


def test_a_title_does_not_stay_behind_alone() -> None:
    first, second = render_html(Reply({}, (Text("x" * 900), Heading("Next"), Text("y" * 200))), message=1000)
    assert first.html == "x" * 900
    assert second.html.startswith("<b>Next</b>\nyyy")


def test_blocks_are_split_between_not_within() -> None:
    texts = [letter * 60 for letter in "abcdef"]
    pages = render_html(Reply({}, tuple(Text(each) for each in texts)), message=140)
    assert [page.html.split("\n\n") for page in pages] == [texts[0:2], texts[2:4], texts[4:6]]


CHART = Chart((date(2024, 1, 1), date(2024, 2, 1)), (Line("Value", (1, 2)),), "USD", title="<Value>", emoji="📈")


def test_a_chart_is_a_picture_below_what_comes_before_it() -> None:
    (page, after) = render_html(Reply({}, (Text("Before"), CHART, Text("After"))))
    assert (page.picture, page.html) == (CHART, "Before\n\n📈 <b>&lt;Value&gt;</b>")
    assert (after.picture, after.html) == (None, "After")


def test_what_is_too_long_below_a_picture_goes_before_it() -> None:
    before, page = render_html(Reply({}, (Text(("word " * 204).strip()), CHART)))
    assert (before.picture, before.html) == (None, ("word " * 204).strip())
    assert (page.picture, page.html) == (CHART, "📈 <b>&lt;Value&gt;</b>")


def test_without_pictures_a_chart_is_a_sentence() -> None:
    (page,) = render_html(Reply({}, (CHART,)), pictures=False)
    assert page.picture is None
    assert "A chart of Value from 2024-01-01 to 2024-02-01." in page.text
    assert "pip install 'kit-host[charts]'" in page.text


def test_a_chart_without_figures_says_so() -> None:
    empty = Chart((date(2024, 1, 1),), (Line("Value", (None,)),))
    assert html(empty) == "There are no figures to draw yet."


def test_a_matrix_is_as_wide_as_a_phone() -> None:
    labels = tuple(f"A{at}" for at in range(9))
    page = html(Matrix(labels, tuple((0.5,) * 9 for _ in labels)))
    assert max(map(cell_len, fixed(page))) <= 36


def test_times_are_those_of_the_reader() -> None:
    from zoneinfo import ZoneInfo

    noon = datetime(2024, 6, 1, 12, tzinfo=UTC)
    (page,) = render_html(Reply({}, (Metrics((Metric("At", noon),)),)), zone=ZoneInfo("Europe/Berlin"))
    assert page.html == "At: <b>2024-06-01 14:00</b>"


def test_sample_data_says_that_it_is_none() -> None:
    (page,) = render_html(Reply({}, (Text("x"),), meta={"sample": True}))
    assert "Sample data" in page.html


def test_nothing_is_no_message() -> None:
    assert render_html(Reply({})) == []
    assert render_html(Reply({}, (Text(""),))) == []


blocks = st.one_of(
    st.builds(Heading, WORDS, st.sampled_from(["", "💰"])),
    st.builds(Text, st.one_of(WORDS, st.sampled_from(["x<" * 3000, "שלום " * 500, "🚀" * 900])), st.booleans()),
    st.builds(Heading, st.just("long & " * 100)),
    st.builds(Metrics, st.lists(st.builds(Metric, WORDS, WORDS), max_size=5).map(tuple), WORDS),
    st.builds(Notice, WORDS, st.sampled_from(Severity), WORDS),
    st.builds(Bars, st.lists(st.builds(Bar, WORDS, WORDS, st.none()), max_size=4).map(tuple), WORDS),
    st.lists(st.tuples(WORDS, st.decimals(allow_nan=False, allow_infinity=False, places=8), WORDS), max_size=80).map(
        lambda rows: table("Asset", "<Value>", "Note", rows=tuple(rows))
    ),
    st.just(CHART),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(blocks, max_size=8).map(tuple), st.sampled_from([200, 1000, 4096]))
def test_whatever_is_said_telegram_takes_it(said: tuple[Block, ...], limit: int) -> None:
    for page in render_html(Reply({}, said), message=limit, caption=limit // 4):
        assert page.picture is not None or is_taken(page, limit), page.html
        assert len(page.text.encode("utf-16-le")) // 2 <= limit
