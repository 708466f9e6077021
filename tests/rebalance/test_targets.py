"""Lists of weights, as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st
from kit_portfolio_tracker.core.targets import check_threshold, parse_target

from kit import UsageError, plain

D = Decimal
SEED = {"BTC": D("0.5"), "ETH": D("0.3"), "USDT": D("0.2")}


@pytest.mark.parametrize(
    "text",
    [
        "50% BTC, 30% ETH, 20% USDT",
        "50% btc 30% eth 20% usdt",
        "BTC 50%, ETH 30% and USDT 20%",
        "BTC=0.5; ETH=0.3; USDT=0.2",
        "50% BTC, 30% ETH und 20% USDT",
        "BTC: 50 %, ETH: 30 %, USDT: 20 %",
    ],
)
def test_a_list_is_read_whichever_way_it_is_written(text: str) -> None:
    assert parse_target(text) == SEED


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("60% BTC, 50% ETH", "110%"),
        ("50% BTC", "50%"),
        ("50 BTC, 50 ETH", "ambiguous"),
        ("-50% BTC, 150% ETH", "The weight of BTC is -0.5"),
        ("50% BTC, 50% BTC", "two weights"),
        ("nan% BTC, 100% ETH", "weight"),
        ("50% <b>, 50% BTC", "weight"),
        ("50% 🚀, 50% BTC", "weight"),
        ("", "list of weights"),
        ("all of it", "list of weights"),
    ],
)
def test_what_is_no_whole_is_refused(text: str, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        parse_target(text)


@pytest.mark.parametrize("threshold", ["0", "-0.05", "1", "NaN", "Infinity"])
def test_a_threshold_that_is_none_is_refused(threshold: str) -> None:
    with pytest.raises(UsageError, match="threshold"):
        check_threshold(D(threshold))


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=6).filter(any), st.booleans())
def test_what_is_written_is_read_back(parts: list[int], before: bool) -> None:
    names = [f"A{number}" for number in range(len(parts))]
    weights = [D(part * 1000 // sum(parts)) / 1000 for part in parts]
    weights[0] += 1 - sum(weights)
    words = (
        f"{plain(weight * 100)}% {name}" if before else f"{name} {plain(weight * 100)}%"
        for weight, name in zip(weights, names, strict=True)
    )
    assert parse_target(", ".join(words)) == dict(zip(names, weights, strict=True))
