from datetime import UTC, datetime
from decimal import Decimal

from kit import Kind, Quantity, Record, content_id

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)


def quantity(text: str) -> Quantity:
    amount, asset = text.split()
    return Quantity(Decimal(amount), asset)


def test_a_trade_with_a_third_coin_fee_moves_three_legs() -> None:
    trade = Record("t1", NOON, "binance", Kind.TRADE, quantity("1 ETH"), quantity("2000 USDT"), quantity("0.01 BNB"))
    assert list(trade.legs()) == [
        ("binance", "ETH", Decimal(1)),
        ("binance", "USDT", Decimal(-2000)),
        ("binance", "BNB", Decimal("-0.01")),
    ]


def test_a_transfer_between_own_accounts_arrives_at_the_other() -> None:
    move = Record(
        "m1", NOON, "kraken", Kind.TRANSFER, sent=quantity("1 BTC"), fee=quantity("0.0005 BTC"), to_account="wallet"
    )
    assert list(move.legs()) == [
        ("kraken", "BTC", Decimal(-1)),
        ("wallet", "BTC", Decimal(1)),
        ("kraken", "BTC", Decimal("-0.0005")),
    ]


def test_content_ids_do_not_depend_on_how_a_number_is_written() -> None:
    assert content_id("binance", Decimal("1.50")) == content_id("binance", Decimal("1.5"))


def test_content_ids_tell_neighbours_and_repetitions_apart() -> None:
    ids = {content_id("a", "b"), content_id("ab"), content_id("a", "b", occurrence=1), content_id("b", "a")}
    assert len(ids) == 4
