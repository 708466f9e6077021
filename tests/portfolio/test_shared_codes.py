"""Codes that are a state's money and a coin's ticker."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from kit_portfolio_tracker.core.fiat import COINS, FIAT
from kit_portfolio_tracker.core.symbols import asset_of

D = Decimal
OKX = (
    "Order ID,Trade ID,Trade Time,Pairs,Amount,Price,Total,taker/maker,Fee,unit\n"
    "0,11,2024-02-01 10:00:00,ron_usdt,10,2,-20 USDT,taker,-0.01 RON,RON\n"
)


def held(bench: Any) -> dict[str, Decimal]:
    return {each.asset: each.quantity for each in bench.run("portfolio").data.assets}


@pytest.mark.parametrize("coin", sorted(COINS))
def test_a_coin_with_the_code_of_money_nobody_trades_has_lots(bench: Any, coin: str) -> None:
    buy = f"2024-01-01T10:00:00Z,bybit,buy,{coin},100,USD,60,,,,,,buy-1,"
    bench.run("import", files=[bench.ledger("a.csv", buy)])
    assert bench.run("holdings", asset=coin).data.basis.cost.amount == 60
    sale = bench.run("portfolio what-if", action="sell", quantity=D(50), asset=coin, price=D(1)).data
    assert sale.gain.amount == 20


def test_the_leu_is_money_and_ronin_is_called_so() -> None:
    assert "RON" in FIAT
    assert asset_of("RON", "okx") == "RONIN"
    assert asset_of("RON", "binance") == asset_of("RON") == "RON"
    assert asset_of("RON", "okx", names={"OKX:RON": "RON"}) == "RON"


def test_files_are_named_by_their_venue_and_by_what_the_user_says(bench: Any) -> None:
    rows = (
        "2024-01-01T10:00:00Z,bank,deposit,RON,100,,,,,,,,in-1,",
        "2024-01-01T11:00:00Z,a,deposit,ABC,1,,,,,,,,in-2,",
    )
    bench.configured = {"assetNames": {"ABC": "XYZ"}}
    bench.run("import", files=[bench.ledger("a.csv", *rows), bench.file("okx.csv", OKX)])
    assert held(bench) == {"RON": D(100), "XYZ": D(1), "RONIN": D("9.99"), "USDT": D(-20)}


def test_a_name_that_holds_everywhere_is_left_to_the_importer(bench: Any) -> None:
    """Whether UST is what became USTC depends on when a file was written, which its importer knows."""
    bench.run("import", files=[bench.ledger("a.csv", "2024-01-01T10:00:00Z,a,deposit,UST,1,,,,,,,,in-1,")])
    assert held(bench) == {"UST": D(1)}
