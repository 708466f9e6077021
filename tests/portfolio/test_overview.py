"""`kit portfolio`, up to the seed's own example."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kit import Bars, Metric, Metrics, Money, Reply, Table, UnknownName

EXAMPLE = (
    "2024-01-02,binance,deposit,BTC,0.1,,,,,,,,b1,",
    "2024-01-02,binance,deposit,ETH,1.0,,,,,,,,b2,",
    "2024-01-02,binance,deposit,USDT,400,,,,,,,,b3,",
    "2024-01-03,kraken,deposit,BTC,0.05,,,,,,,,k1,",
    "2024-01-03,kraken,deposit,USDT,150,,,,,,,,k2,",
    "2024-01-04,metatrader,deposit,ETH,0.2,,,,,,,,m1,",
    "2024-01-04,metatrader,deposit,USDT,1352.5,,,,,,,,m2,",
)
PRICES = ("2024-01-15,BTC,67000,USD", "2024-01-15,ETH,2900,USD", "2024-01-15,USDT,1,USD")


@pytest.fixture
def example(bench: Any) -> Any:
    """The three venues and three assets of the founding document."""
    assert bench.run("import", files=[bench.ledger("ledger.csv", *EXAMPLE)]).exit_code == 0
    assert bench.run("prices import", files=[bench.prices("prices.csv", *PRICES)]).exit_code == 0
    return bench


def _table(reply: Reply, title: str) -> Table:
    return next(block for block in reply.blocks if isinstance(block, Table) and block.title == title)


def _metric(reply: Reply, label: str) -> Metric:
    metrics = next(block for block in reply.blocks if isinstance(block, Metrics))
    return next(item for item in metrics.items if item.label == label)


def _bars(reply: Reply) -> list[tuple[str, Any, str]]:
    bars = next(block for block in reply.blocks if isinstance(block, Bars))
    return [(bar.label, bar.value, f"{bar.share.value:.1%}" if bar.share else "") for bar in bars.items]


def test_the_founding_example_is_worth_15432_50(example: Any) -> None:
    assert _metric(example.run("portfolio"), "Total").value == Money(Decimal("15432.50"), "USD")


def test_the_founding_example_has_the_shares_printed_there(example: Any) -> None:
    rows = _table(example.run("portfolio"), "Asset Allocation").rows
    assert [(row[0], f"{row[3].value:.1%}") for row in rows] == [  # type: ignore[union-attr]
        ("BTC", "65.1%"),
        ("ETH", "22.5%"),
        ("USDT", "12.3%"),
    ]
    assert [row[2] for row in rows] == [Money(Decimal(x), "USD") for x in ("10050.00", "3480.0", "1902.5")]


def test_the_founding_example_has_the_distribution_printed_there(example: Any) -> None:
    assert _bars(example.run("portfolio")) == [
        ("Binance", Money(Decimal("10000"), "USD"), "64.8%"),
        ("Kraken", Money(Decimal("3500"), "USD"), "22.7%"),
        ("MetaTrader", Money(Decimal("1932.5"), "USD"), "12.5%"),
    ]


@pytest.mark.parametrize("name", ["binance", "Binance", "BINANCE "])
def test_one_exchange_is_found_whatever_its_case(example: Any, name: str) -> None:
    reply = example.run("portfolio", exchange=name)
    assert reply.data.total == Money(Decimal("10000"), "USD")
    assert {holding.account for holding in reply.data.holdings} == {"binance"}


def test_a_misspelt_exchange_is_met_with_the_nearest(example: Any) -> None:
    with pytest.raises(UnknownName, match="Did you mean “Binance”"):
        example.run("portfolio", exchange="binanse")


def test_details_show_reported_and_calculated_and_every_digit(example: Any) -> None:
    reply = example.run("portfolio", detailed=True)
    table = _table(reply, "Holdings by Account")
    assert [column.title for column in table.columns][2:6] == ["Balance", "Reported", "Calculated", "Discrepancy"]
    assert len(table.rows) == 7
    assert all(row[3] is None and row[5] is None for row in table.rows)
    prices = _table(reply, "Prices")
    assert prices.rows[0] == ("BTC", Money(Decimal(67000), "USD"), "prices.csv", *prices.rows[0][3:])
    assert prices.rows[0][4] == timedelta(days=1)


def test_an_unpriced_asset_leaves_the_total_and_is_named(example: Any) -> None:
    example.run("import", files=[example.ledger("more.csv", "2024-01-05,kraken,airdrop,LUNA,7,,,,,,,,l1,")])
    reply = example.run("portfolio")
    assert reply.data.total == Money(Decimal("15432.50"), "USD")
    assert (reply.data.coverage.priced, reply.data.coverage.held) == (3, 4)
    assert reply.exit_code == 3
    assert "LUNA" in reply.problems[0].what
    assert _table(reply, "Asset Allocation").rows[-1][2:] == (None, None)


def test_old_prices_say_how_old_they_are(bench: Any) -> None:
    bench.run("import", files=[bench.ledger("ledger.csv", *EXAMPLE)])
    old = (row.replace("2024-01-15", "2023-12-31") for row in PRICES)
    bench.run("prices import", files=[bench.prices("prices.csv", *old)])
    reply = bench.run("portfolio")
    assert "16 days old" in reply.problems[0].what
    assert reply.exit_code == 0


def test_prices_of_the_future_do_not_count_yet(example: Any) -> None:
    example.run("prices import", files=[example.prices("future.csv", "2099-01-01,BTC,1,USD")])
    assert example.run("portfolio").data.total == Money(Decimal("15432.50"), "USD")


def test_an_empty_store_says_what_to_do(bench: Any) -> None:
    reply = bench.run("portfolio")
    assert reply.exit_code == 0
    assert "kit demo" in [getattr(block, "text", "") for block in reply.blocks]


def test_more_sent_than_received_is_flagged(bench: Any) -> None:
    bench.run("import", files=[bench.ledger("a.csv", "2024-01-05,kraken,withdrawal,,,BTC,1.5,,,,,,w1,")])
    reply = bench.run("portfolio")
    assert any("-1.5 BTC on Kraken" in problem.what for problem in reply.problems)
    assert reply.exit_code == 3


def test_a_euro_portfolio_takes_its_rate_from_the_offline_history(example: Any) -> None:
    """ECB, 2024-01-16: 1 EUR = 1.0882 USD."""
    example.configured = {"baseCurrency": "EUR"}
    total = example.run("portfolio").data.total
    assert total.currency == "EUR"
    assert abs(total.amount - Decimal("15432.50") / Decimal("1.0882")) < Decimal("1")


def test_a_label_of_the_settings_is_shown(example: Any) -> None:
    example.configured = {"accountLabels": {"metatrader": "Forex"}}
    reply = example.run("portfolio")
    assert [label for label, *_ in _bars(reply)] == ["Binance", "Kraken", "Forex"]
    assert example.run("portfolio", exchange="forex").data.total.amount == Decimal("1932.5")


PICTURES = Path(__file__).parents[1] / "founding" / "pictures"


def _words(text: str) -> list[str]:
    """The lines, blanks and table rules reduced to one each, so that only what is said counts."""
    return [re.sub(r"─+", "─", re.sub(r"\s+", " ", line)).strip() for line in text.splitlines() if line.strip()]


def test_the_picture_reads_like_the_founding_documents(example: Any) -> None:
    from kit.render import render_text

    shown = _words(render_text(example.run("portfolio"), width=60))
    wanted = _words((PICTURES / "portfolio.txt").read_text(encoding="utf-8"))
    wanted += _words((PICTURES / "distribution.txt").read_text(encoding="utf-8"))
    over_time = (
        "Total: $15,432.50 (",
        "📈 Performance (30d): ",
        "📉 Max Drawdown: ",
    )
    for line in wanted:
        [label] = [each for each in over_time if line.startswith(each)] or [line]
        assert any(each.startswith(label) if label in over_time else each == line for each in shown), line
    assert shown[:2] == ["💰 Portfolio Overview", "═" * 39]


def test_money_that_nothing_has_a_price_in_is_doubted(bench: Any) -> None:
    bench.configured = {"baseCurrency": "EURO"}
    bench.run("import", files=[bench.ledger("a.csv", "2024-01-02,a,deposit,BTC,1,,,,,,,,k1,")])
    reply = bench.run("portfolio")
    assert reply.data.total is None
    assert "kit config set skills.portfolio-tracker.baseCurrency EUR" in reply.problems[0].next_step
    bench.configured = {"baseCurrency": "EUR"}
    assert "config set" not in bench.run("portfolio").problems[0].next_step
