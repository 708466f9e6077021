"""Kraken's own names for assets and pairs, in the names the rest of the world uses.

ETH2 and ETH2.S are staked ether from before it could be withdrawn; they were redeemed one to one, so
they are ETH here. A suffix says where an asset lies (.S staked, .M staked long, .F flexible rewards,
.B bonded yield, .P parachain, .HOLD on hold), not what it is.
"""

from __future__ import annotations

import re

from .fields import asset_name
from .trades import FIAT, split_pair

_NAMES = {
    "XBT": "BTC",
    "XXBT": "BTC",
    "XDG": "DOGE",
    "XXDG": "DOGE",
    "ETH2": "ETH",
    "XETH": "ETH",
    "XETC": "ETC",
    "XLTC": "LTC",
    "XMLN": "MLN",
    "XREP": "REP",
    "XXLM": "XLM",
    "XXMR": "XMR",
    "XXRP": "XRP",
    "XZEC": "ZEC",
    "XICN": "ICN",
    "XNMC": "NMC",
    "XXVN": "XVN",
    "LUNA2": "LUNA",
    "LUNA": "LUNC",
}
_PLACE = re.compile(r"\.(S|M|F|B|P|HOLD|T)$")
_BONDED = re.compile(r"(?<=[A-Z])\d{2}$")
_STAKED = re.compile(r"\.(S|M|F|B|P)$")
_LEGACY = re.compile(r"([XZ][A-Z]{3})([XZ][A-Z]{3})")


def kraken_asset(code: str) -> str:
    """“XXBT” → BTC, “ZEUR” → EUR, “DOT28.S” → DOT, “ETH2.S” → ETH. Raises ValueError where it is missing."""
    name = asset_name(code)
    core = _PLACE.sub("", name)
    if core not in (name, "ETH2"):
        core = _BONDED.sub("", core)
    if core in _NAMES:
        return _NAMES[core]
    if len(core) == 4 and core[0] == "Z" and core[1:] in FIAT:
        return core[1:]
    return core


def is_staked(code: str) -> bool:
    """Whether the asset lies in staking or Earn."""
    name = code.strip().upper()
    return bool(_STAKED.search(name)) or name == "ETH2"


def kraken_pair(code: str) -> tuple[str, str]:
    """Base and quote of “XXBTZEUR”, “XBTUSDT”, “ETH/EUR”."""
    legacy = _LEGACY.fullmatch(code.strip().upper())
    base, quote = legacy.groups() if legacy and "/" not in code else split_pair(code)
    return kraken_asset(base), kraken_asset(quote)
