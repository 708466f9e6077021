"""Which assets are stablecoins, and who issues each: whose promise it is that a unit is worth its currency.

Written by hand for this project (November 2026). A coin that lost its peg for good is none (USTC), nor is a fund share
that grows (BUIDL, USDY). A savings form of a coin (SDAI, SUSDE) and a bridged one (USDC.E) count as the coin. A ticker
that several coins share (USDX, USDM, USDR, EUSD, FRAX) is left out.
"""

from __future__ import annotations

_ISSUED = {
    "Aave": "GHO",
    "Abracadabra": "MIM",
    "Agora": "AUSD",
    "Alchemix": "ALUSD",
    "Anchored Coins": "AEUR ACHF",
    "Banking Circle": "EURI",
    "BiLira": "TRYB",
    "Binance": "BFUSD BIDR",
    "Circle": "USDC EURC USDC.E USDBC",
    "Curve": "CRVUSD SCRVUSD",
    "Ethena": "USDE SUSDE USDTB",
    "Falcon": "USDF SUSDF",
    "Fei": "FEI",
    "First Digital": "FDUSD",
    "Frankencoin": "ZCHF",
    "Frax": "FRXUSD SFRXUSD SFRAX",
    "GMO": "GYEN ZUSD",
    "Gemini": "GUSD",
    "Inverse": "DOLA SDOLA",
    "JPYC": "JPYC",
    "Lista": "LISUSD",
    "Liquity": "LUSD BOLD",
    "Membrane": "EUROP",
    "Mento": "CUSD CEUR",
    "Monerium": "EURE GBPE",
    "OKLink": "USDK",
    "Paxos": "USDP PAX BUSD PYUSD USDG",
    "Quantoz": "EURQ USDQ",
    "Reserve": "RSV",
    "Ripple": "RLUSD",
    "Rupiah Token": "IDRT",
    "SG-Forge": "EURCV USDCV",
    "Sky": "DAI USDS SAI SDAI SUSDS DAI.E",
    "StablR": "EURR",
    "Stasis": "EURS",
    "StraitsX": "XSGD XIDR",
    "Synthetix": "SUSD",
    "TRON DAO": "USDD USDJ",
    "Tether": "USDT EURT CNHT USDT.E USDT0",
    "Transfero": "BRZ",
    "TrueUSD": "TUSD TGBP TAUD TCAD",
    "Usual": "USD0",
    "VNX": "VCHF VEUR",
    "Venus": "VAI",
    "World Liberty": "USD1",
}
_ISSUERS = {asset: issuer for issuer, assets in _ISSUED.items() for asset in assets.split()}


def is_stablecoin(asset: str) -> bool:
    """Whether it is a coin that is meant to keep the worth of a currency."""
    return asset in _ISSUERS


def issuer_of(asset: str) -> str | None:
    """Who owes what the coin is worth; None for what is no stablecoin."""
    return _ISSUERS.get(asset)
