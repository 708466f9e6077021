"""What the functions of the MetaTrader5 module answer with: its named tuples, the documented fields in their order."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

AccountInfo = namedtuple(
    "AccountInfo",
    "login trade_mode leverage limit_orders margin_so_mode trade_allowed trade_expert margin_mode currency_digits "
    "fifo_close balance credit profit equity margin margin_free margin_level margin_so_call margin_so_so "
    "margin_initial margin_maintenance assets liabilities commission_blocked name server currency company",
)
TerminalInfo = namedtuple("TerminalInfo", "connected trade_allowed tradeapi_disabled build ping_last company name path")
SymbolInfo = namedtuple(
    "SymbolInfo",
    "select visible time digits spread trade_calc_mode trade_mode filling_mode order_mode bid ask last point "
    "trade_tick_size trade_contract_size volume_min volume_max volume_step currency_base currency_profit "
    "currency_margin description name path",
)
Tick = namedtuple("Tick", "time bid ask last volume time_msc flags volume_real")
TradePosition = namedtuple(
    "TradePosition",
    "ticket time time_msc time_update time_update_msc type magic identifier reason volume price_open sl tp "
    "price_current swap profit symbol comment external_id",
)
TradeOrder = namedtuple(
    "TradeOrder",
    "ticket time_setup time_setup_msc time_done time_done_msc time_expiration type type_time type_filling state magic "
    "position_id position_by_id reason volume_initial volume_current price_open sl tp price_current price_stoplimit "
    "symbol comment external_id",
)
TradeDeal = namedtuple(
    "TradeDeal",
    "ticket order time time_msc type entry magic position_id reason volume price commission swap profit fee symbol "
    "comment external_id",
)
OrderCheckResult = namedtuple(
    "OrderCheckResult", "retcode balance equity profit margin margin_free margin_level comment request"
)
OrderSendResult = namedtuple(
    "OrderSendResult",
    "retcode deal order volume price bid ask comment request_id retcode_external request",
)


class Rates:
    """What `copy_rates_range` answers with: as little of a numpy table as is used of it."""

    dtype = namedtuple("dtype", "names")(
        ("time", "open", "high", "low", "close", "tick_volume", "spread", "real_volume")
    )

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self._rows = rows

    def tolist(self) -> list[tuple[Any, ...]]:
        return self._rows


def lacking(said: Any, fields: set[str]) -> Any:
    """The named tuple without some of its fields."""
    if not fields:
        return said
    left = [name for name in said._fields if name not in fields]
    make: Any = namedtuple("AccountInfo", left)  # type: ignore[misc]
    return make(*(getattr(said, name) for name in left))
