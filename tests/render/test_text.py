from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from kit import (
    Action,
    Actions,
    Bar,
    Bars,
    Column,
    Heading,
    Invocation,
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
)
from kit.render import render_text
from kit.render.figures import money


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def row(asset: str, quantity: str, value: str, share: str) -> tuple[str, Quantity, Money, Ratio]:
    return asset, Quantity(Decimal(quantity), asset), usd(value), Ratio(Decimal(share))


ALLOCATION = Table(
    (Column("Asset", "asset"), Column("Balance", "balance"), Column("Value", "value"), Column("Share", "share")),
    (
        row("BTC", "0.15", "10050", "0.6512"),
        row("ETH", "1.2", "3480", "0.2254"),
        row("USDT", "1902.5", "1902.5", "0.1232"),
    ),
    title="Asset Allocation",
    emoji="📊",
)
OVERVIEW = Reply(
    {},
    (
        Heading("Portfolio Overview", "💰", rule=True),
        Metrics((Metric("Total", usd("15432.5"), "+5.2% MTD"),)),
        ALLOCATION,
        Bars(
            (
                Bar("Binance", usd("10000"), Ratio(Decimal("0.648"))),
                Bar("Kraken", usd("3500"), Ratio(Decimal("0.227"))),
                Bar("MetaTrader", usd("1932.5"), Ratio(Decimal("0.125"))),
            ),
            title="Distribution by Exchange",
            emoji="📊",
        ),
        Metrics((Metric("Max Drawdown", usd("-450"), "-2.9%", emoji="📉"),)),
    ),
)
PICTURE = """\
💰 Portfolio Overview
═══════════════════════════════════════
Total: $15,432.50 (+5.2% MTD)

📊 Asset Allocation:
┌───────┬──────────┬─────────┬───────┐
│ Asset │ Balance  │ Value   │ Share │
├───────┼──────────┼─────────┼───────┤
│ BTC   │ 0.1500   │ $10,050 │ 65.1% │
│ ETH   │ 1.2000   │ $3,480  │ 22.5% │
│ USDT  │ 1,902.50 │ $1,902  │ 12.3% │
└───────┴──────────┴─────────┴───────┘

📊 Distribution by Exchange:
• Binance:    $10,000 (64.8%)
• Kraken:     $3,500 (22.7%)
• MetaTrader: $1,932 (12.5%)

📉 Max Drawdown: -$450.00 (-2.9%)
"""
PLAIN = """\
Portfolio Overview
Total: $15,432.50 (+5.2% MTD)

Asset Allocation:
Asset  Balance   Value    Share
BTC    0.1500    $10,050  65.1%
ETH    1.2000    $3,480   22.5%
USDT   1,902.50  $1,902   12.3%

Distribution by Exchange:
- Binance:    $10,000 (64.8%)
- Kraken:     $3,500 (22.7%)
- MetaTrader: $1,932 (12.5%)

Max Drawdown: -$450.00 (-2.9%)
"""


def test_the_overview_reads_like_the_founding_picture() -> None:
    assert render_text(OVERVIEW, width=60) == PICTURE


def test_plain_has_neither_pictures_nor_boxes_nor_rules() -> None:
    assert render_text(OVERVIEW, plain=True, width=60) == PLAIN
    assert "\x1b" not in render_text(OVERVIEW, plain=True, color=True)


def test_a_wide_terminal_adds_bars_behind_the_shares() -> None:
    lines = render_text(OVERVIEW, width=100).splitlines()
    assert "• Binance:    $10,000 (64.8%)  █████████████" in lines
    assert "• MetaTrader: $1,932 (12.5%)   ██" in lines


def test_a_poor_encoding_gets_ascii() -> None:
    text = render_text(OVERVIEW, poor=True)
    assert text.isascii()
    assert "| BTC   | 0.1500   | $10,050 | 65.1% |" in text
    assert render_text(Reply({}, (Text("“5 €” – done…"),)), poor=True) == '"5 EUR " - done...\n'


def test_colour_only_where_wanted() -> None:
    assert "\x1b[" in render_text(OVERVIEW, color=True)
    assert "\x1b" not in render_text(OVERVIEW)


def test_a_narrow_terminal_gets_one_paragraph_a_row() -> None:
    text = render_text(Reply({}, (ALLOCATION,)), width=30)
    assert "BTC\n  Balance: 0.1500\n  Value: $10,050\n  Share: 65.1%\n\nETH" in text
    assert max(map(len, text.splitlines())) <= 30


def test_words_fold_before_figures_do() -> None:
    table = Table(
        (Column("Note", "note"), Column("Value", "value")),
        (("a rather long note that needs folding to fit", usd("123456")),),
    )
    text = render_text(Reply({}, (table,)), width=40)
    assert max(map(len, text.splitlines())) <= 40
    assert "$123,456" in text
    assert "┌" in text


def test_a_quantity_names_its_asset_unless_the_row_does() -> None:
    table = Table(
        (Column("Account", "account"), Column("Balance", "balance")),
        (("binance", Quantity(Decimal("0.15"), "BTC")),),
    )
    assert "0.1500 BTC" in render_text(Reply({}, (table,)))
    assert "0.1500 BTC" not in render_text(Reply({}, (ALLOCATION,)))


def test_columns_of_empty_texts_are_left_out_and_make_no_words_of_figures() -> None:
    table = Table(
        (Column("Kind", "kind"), Column("Sent", "sent"), Column("Fee", "fee")),
        (("buy", "", ""), ("sell", Quantity(Decimal(1), "BTC"), "")),
    )
    text = render_text(Reply({}, (table,)))
    assert "Fee" not in text
    assert "N/A" not in text
    assert text.count("│") == 3 * 3


def test_missing_figures_read_na() -> None:
    table = Table((Column("Asset", "asset"), Column("Value", "value")), (("LUNA", None),))
    text = render_text(Reply({}, (table, Metrics((Metric("Total", None),)), Bars((Bar("Kraken", None, None),)))))
    assert text.count("N/A") == 3
    assert "• Kraken: N/A\n" in text


def test_an_empty_table_says_so() -> None:
    assert render_text(Reply({}, (Table((Column("A", "a"),), (), empty="No trades yet."),))) == "No trades yet.\n"


def test_data_cannot_act_on_the_terminal_or_on_the_layout() -> None:
    evil = "BTC\x1b[2J\x1b]0;owned\x07\x9b31m\u202e\r\n[red]x[/red] :boom:"
    table = Table((Column(evil, "a"), Column("b", "b")), ((evil, evil),), title=evil)
    reply = Reply({}, (Heading(evil), Text(evil), Notice(evil), Metrics((Metric(evil, evil, evil),)), table))
    for color in (False, True):
        text = render_text(reply, width=400, color=color)
        assert not any(sign in text for sign in ("\x1b[2J", "\x1b]", "\x07", "\x9b", "\u202e", "\r"))
        assert "[red]x[/red] :boom:" in text


def test_a_code_line_is_never_broken() -> None:
    command = "kit import " + "a-long-file-name.csv " * 10
    assert render_text(Reply({}, (Text(command.strip(), code=True),)), width=40) == command.strip() + "\n"


def test_problems_are_told_with_their_cure() -> None:
    problem = Problem("k", Severity.WARNING, "No price for LUNA in USD.", "prices", "Import a price file.")
    text = render_text(Reply({}, (Text("Total"),), (problem,)))
    assert text == "Total\n\n⚠️ No price for LUNA in USD. (prices)\n   Import a price file.\n"
    assert "Warning: No price" in render_text(Reply({}, (), (problem,)), plain=True)


def test_sample_data_says_that_it_is() -> None:
    assert "Sample data, made up by K.I.T.; not your portfolio." in render_text(Reply({}, meta={"sample": True}))


def test_actions_are_command_lines() -> None:
    execute, view = Invocation("portfolio execute", {}), Invocation("portfolio plans", {})
    actions = Actions((Action("Execute", execute, "✅"), Action("View Only", view, "📋")))
    reply = Reply({}, (actions,))
    text = render_text(reply, spell=lambda call: f"kit {call.command}")
    assert text == "[✅ Execute] [📋 View Only]\nExecute: kit portfolio execute\nView Only: kit portfolio plans\n"
    assert render_text(reply, plain=True).startswith("[Execute] [View Only]\n")


def test_instants_stand_in_the_readers_zone() -> None:
    metric = Metric("Prices as of", datetime(2024, 1, 1, 12, tzinfo=UTC))
    text = render_text(Reply({}, (Metrics((metric,)),)), zone=ZoneInfo("Asia/Tokyo"))
    assert text == "Prices as of: 2024-01-01 21:00\n"


def test_nothing_to_say_is_an_empty_text() -> None:
    assert render_text(Reply({})) == ""


CELLS = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.integers(),
    st.builds(lambda amount: Money(amount, "USD"), st.decimals(allow_nan=False, allow_infinity=False)),
    st.builds(Ratio, st.decimals(allow_nan=False, allow_infinity=False, min_value=-10, max_value=10)),
)


@pytest.mark.parametrize("plain", [True, False])
@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=4), width=st.integers(1, 200), poor=st.booleans())
def test_any_table_fits_any_terminal(plain: bool, rows: list[tuple[None, None, None]], width: int, poor: bool) -> None:
    table = Table((Column("A", "a"), Column("B", "b", "right"), Column("C", "c", precise=True)), tuple(rows))
    text = render_text(Reply({}, (table,)), width=width, plain=plain, poor=poor)
    assert text.isascii() or not poor
    assert "\x1b" not in text


@settings(max_examples=60, deadline=None)
@given(
    amounts=st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=2), min_size=1, max_size=3),
    width=st.integers(30, 120),
    plain=st.booleans(),
)
def test_no_width_ever_cuts_a_figure(amounts: list[Decimal], width: int, plain: bool) -> None:
    rows = tuple((f"account number {at}", Money(amount, "USD")) for at, amount in enumerate(amounts))
    columns = (Column("Account", "account"), Column("Total value", "value", "right"))
    text = render_text(Reply({}, (Table(columns, rows),)), width=width, plain=plain)
    assert all(money(value, cell=True) in text for _, value in rows)
    assert max(map(len, text.splitlines())) <= width


def test_signs_that_say_something_are_written_out_where_there_are_no_pictures() -> None:
    table = Table((Column("", "ok"), Column("Check", "check")), (("✅", "store"), ("❌", "config 💥")))
    for kind in ({"plain": True}, {"poor": True}):
        text = render_text(Reply({}, (table,)), plain=kind.get("plain", False), poor=kind.get("poor", False))
        assert "ok" in text
        assert "failed" in text
        assert not any(sign in text for sign in "✅❌💥")
    assert "✅" in render_text(Reply({}, (table,)))
