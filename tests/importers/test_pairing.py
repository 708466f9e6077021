"""Which coins paid for which: exact sums always, a guess never."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings, strategies as st
from kit_importers.pairing import Paired, pair

from kit import Quantity, exact_math

amounts = st.decimals(-(10**6), 10**6, places=8).filter(bool)
fills = st.lists(st.builds(Quantity, amounts, st.sampled_from(["BTC", "ETH", "USDT", "EUR"])), max_size=7)
fees = st.lists(st.builds(Quantity, amounts.map(abs), st.sampled_from(["BTC", "BNB", "EUR"])), max_size=5)


def quantities(text: str) -> list[Quantity]:
    """“+1 BTC, -2 ETH” as quantities."""
    return [Quantity(Decimal(part.split()[0]), part.split()[1]) for part in text.split(", ") if part]


def told(paired: Paired) -> list[str]:
    return sorted(
        " ".join(
            [f"{swap.sent.amount:f} {swap.sent.asset} -> {swap.received.amount:f} {swap.received.asset}"]
            + [f"fee {fee.amount:f} {fee.asset}" for fee in swap.fees]
        )
        for swap in paired.swaps
    )


@given(fills, fees)
@settings(deadline=None)
@exact_math()
def test_nothing_is_lost_and_nothing_is_made(moved: list[Quantity], charged: list[Quantity]) -> None:
    paired = pair(moved, charged)
    sums: dict[str, Decimal] = {}

    def add(quantity: Quantity, sign: int) -> None:
        sums[quantity.asset] = sums.get(quantity.asset, Decimal(0)) + sign * quantity.amount

    for quantity in moved:
        add(quantity, -1)
    for fee in charged:
        add(fee, 1)
    for swap in paired.swaps:
        assert swap.sent.amount > 0 < swap.received.amount
        add(swap.received, 1)
        add(swap.sent, -1)
        for fee in swap.fees:
            add(fee, -1)
    for quantity in paired.leftover:
        add(quantity, 1)
    for fee in paired.fees:
        add(fee, -1)
    assert not any(sums.values())


def test_fills_of_two_assets_are_one_trade() -> None:
    paired = pair(quantities("1 BTC, -20000 EUR, 2 BTC, -41000 EUR"), quantities("0.1 BNB, 0.2 BNB"))
    assert told(paired) == ["61000 EUR -> 3 BTC fee 0.3 BNB"]


def test_the_only_assignment_without_trading_an_asset_for_itself_is_taken() -> None:
    assert told(pair(quantities("-1 BTC, 2 ETH, -3 ETH, 4 BTC"), [])) == ["1 BTC -> 2 ETH", "3 ETH -> 4 BTC"]
    assert told(pair(quantities("-1 BTC, 9 USDT, -7 USDT, 4 SOL"), [])) == ["1 BTC -> 9 USDT", "7 USDT -> 4 SOL"]


def test_the_steadiest_prices_decide_which_fill_paid_for_which() -> None:
    paired = pair(quantities("-90 EUR, -51 EUR, -50 EUR, 1 ETH, 2 SOL, 1 ETH"), [])
    assert told(paired) == ["101 EUR -> 2 ETH", "90 EUR -> 2 SOL"]


def test_what_cannot_be_told_is_left_over() -> None:
    paired = pair(quantities("-90 EUR, 1 ETH, 2 SOL"), quantities("1 BNB"))
    assert paired.swaps == []
    assert len(paired.leftover) == 3
    assert paired.fees == quantities("1 BNB")


def test_a_fee_goes_to_the_only_trade_with_its_asset_or_by_size_or_to_none() -> None:
    moved = "-90 EUR, -51 EUR, -50 EUR, 1 ETH, 2 SOL, 1 ETH"
    assert told(pair(quantities(moved), quantities("0.1 SOL")))[1] == "90 EUR -> 2 SOL fee 0.1 SOL"
    by_size = told(pair(quantities(moved), quantities("0.5 BNB, 0.9 BNB, 0.51 BNB")))
    assert by_size == ["101 EUR -> 2 ETH fee 1.01 BNB", "90 EUR -> 2 SOL fee 0.9 BNB"]
    assert pair(quantities(moved), quantities("0.1 BNB")).fees == quantities("0.1 BNB")
