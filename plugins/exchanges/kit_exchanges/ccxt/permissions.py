"""What a key may do, as its venue says; None where it does not.

Each venue is asked in its own way, and only what changes nothing. Where that is not to be had, a question
that only a key of that kind may ask tells it: refused means no.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from kit import BadKey, ExchangeError, MissingPermission, Permissions, Refused

from .asking import Asker
from .errors import NotOffered, NotThere

_UNKNOWN = Permissions(None, None, None)


async def permissions(asker: Asker) -> Permissions:
    """Raises ExchangeError where the venue does not accept the key, or does not answer."""
    look = _BY_VENUE.get(asker.venue)
    if look is None:
        return _UNKNOWN
    try:
        return await look(asker)
    except (MissingPermission, NotThere, NotOffered):
        return _UNKNOWN


async def _binance(asker: Asker) -> Permissions:
    said = await asker.ask("sapi_get_account_apirestrictions")
    trades = ("enableSpotAndMarginTrading", "enableMargin", "enableFutures", "enableVanillaOptions")
    withdraws = ("enableWithdrawals", "enableInternalTransfer")
    return Permissions(_flag(said, "enableReading"), _any(said, trades), _any(said, withdraws))


async def _kraken(asker: Asker) -> Permissions:
    """Keys describe themselves; where that is not offered, only a key that may withdraw lists its methods."""
    try:
        names = _inside(await asker.ask("private_post_getapikeyinfo"), "result").get("permissions")
    except (MissingPermission, NotThere, NotOffered):
        names = None
    if not isinstance(names, list):
        return Permissions(
            read=await _allowed(asker, "private_post_balanceex", {}),
            trade=None,
            withdraw=await _allowed(asker, "private_post_withdrawmethods", {"asset": "XBT"}),
        )
    return Permissions(
        "query-funds" in names, bool({"modify-trades", "close-trades"} & set(names)), "withdraw-funds" in names
    )


async def _bybit(asker: Asker) -> Permissions:
    said = _inside(await asker.ask("private_get_v5_user_query_api"), "result")
    granted = said.get("permissions")
    if not isinstance(granted, Mapping):
        return _UNKNOWN
    names = {str(name) for each in granted.values() if isinstance(each, list) for name in each}
    trade = str(said.get("readOnly")) == "0" and bool(names - {"Withdraw", "AccountTransfer", "SubMemberTransferList"})
    return Permissions(True, trade, str(said.get("readOnly")) == "0" and "Withdraw" in names)


async def _okx(asker: Asker) -> Permissions:
    rows = (await asker.ask("private_get_account_config")).get("data") or [{}]
    return _listed(rows[0].get("perm"), read="read_only", trade="trade", withdraw="withdraw")


async def _kucoin(asker: Asker) -> Permissions:
    said = _inside(await asker.ask("private_get_user_api_key"), "data")
    return _listed(said.get("permission"), read="General", trade="Spot", withdraw="Withdrawal")


async def _coinbase(asker: Asker) -> Permissions:
    said = await asker.ask("v3_private_get_brokerage_key_permissions")
    return Permissions(_flag(said, "can_view"), _flag(said, "can_trade"), _flag(said, "can_transfer"))


async def _bitget(asker: Asker) -> Permissions:
    said = _inside(await asker.ask("private_spot_get_v2_spot_account_info"), "data")
    names = said.get("authorities")
    if not isinstance(names, list):
        return _UNKNOWN
    trade = any(str(name).endswith("ow") or str(name) == "trade" for name in names)
    return Permissions(True, trade, "wow" in names or "withdraw" in names)


_BY_VENUE: Mapping[str, Callable[[Asker], Awaitable[Permissions]]] = {
    "binance": _binance,
    "binanceusdm": _binance,
    "binancecoinm": _binance,
    "bitget": _bitget,
    "bybit": _bybit,
    "bybiteu": _bybit,
    "coinbase": _coinbase,
    "kraken": _kraken,
    "kucoin": _kucoin,
    "okx": _okx,
    "okxus": _okx,
    "myokx": _okx,
}


async def _allowed(asker: Asker, method: str, params: Mapping[str, Any]) -> bool | None:
    """Whether the key may ask this. A refusal on other grounds comes after the look at the key."""
    try:
        await asker.ask(method, dict(params))
    except MissingPermission:
        return False
    except BadKey:
        raise
    except Refused:
        return True
    except ExchangeError as failure:
        if failure.transient:
            raise
        return None
    return True


def _flag(said: Any, name: str) -> bool | None:
    value = said.get(name) if isinstance(said, Mapping) else None
    return value if isinstance(value, bool) else None


def _any(said: Any, names: tuple[str, ...]) -> bool | None:
    flags = [flag for name in names if (flag := _flag(said, name)) is not None]
    return any(flags) if flags else None


def _inside(said: Any, name: str) -> Mapping[str, Any]:
    found = said.get(name) if isinstance(said, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _listed(text: Any, *, read: str, trade: str, withdraw: str) -> Permissions:
    """Permissions that the venue lists in one text, divided by commas."""
    if not isinstance(text, str) or not text:
        return _UNKNOWN
    names = {name.strip() for name in text.split(",")}
    return Permissions(read in names, trade in names, withdraw in names)
