"""rotki's asset identifiers: plain tickers, and contracts like `eip155:1/erc20:0x…` (CAIP-19) of well-known tokens.

A contract that is not here is refused: whoever makes a token chooses its ticker, so that the ticker proves nothing.
"""

from __future__ import annotations

import re

from .fields import asset_name

_CONTRACT = re.compile(r"(eip155:\d+)/(?:erc20|erc721):(0x[0-9a-f]{40})(?:/\d+)?", re.IGNORECASE)
_NUMBERED = re.compile(r".+-\d+")
_ETHEREUM = {
    "0xdac17f958d2ee523a2206206994597c13d831ec7": "USDT",
    "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48": "USDC",
    "0x6b175474e89094c44da98b954eedeac495271d0f": "DAI",
    "0x4fabb145d64652a948d72533023f6e7a623c7c53": "BUSD",
    "0x0000000000085d4780b73119b644ae5ecd22b376": "TUSD",
    "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2": "WETH",
    "0x2260fac5e5542a773aa44fbcfedf7c193bc2c599": "WBTC",
    "0xae7ab96520de3a18e5e111b5eaab095312d7fe84": "STETH",
    "0x7f39c581f595b53c5cb19bd0b3f8da6c935e2ca0": "WSTETH",
    "0xae78736cd615f374d3085123a210448e74fc6393": "RETH",
    "0xbe9895146f7af43049ca1c1ae358b0541ea49704": "CBETH",
    "0xb8c77482e45f1f44de1745f52c74426c631bdd52": "BNB",
    "0x1f9840a85d5af5bf1d1762f925bdaddc4201f984": "UNI",
    "0x514910771af9ca656af840dff83e8264ecf986ca": "LINK",
    "0x9f8f72aa9304c8b593d555f12ef6589cc3a579a2": "MKR",
    "0x7fc66500c84a76ad7e9c93437bfc5ac33e2ddae9": "AAVE",
    "0x7d1afa7b718fb893db30a3abc0cfc608aacfebb0": "MATIC",
    "0x95ad61b0a150d79219dcf64e1e6cc01f0b64c4ce": "SHIB",
    "0x6982508145454ce325ddbe47a25d4ec3d2311933": "PEPE",
    "0x5a98fcbea516cf06857215779fd812ca3bef1b32": "LDO",
    "0xd533a949740bb3306d119cc777fa900ba034cd52": "CRV",
    "0xc00e94cb662c3520282e6f5717214004a7f26888": "COMP",
    "0xc011a73ee8576fb46f5e1c5751ca3b9fe0af2a6f": "SNX",
    "0x0bc529c00c6401aef6d220be8c6ea1667f6ad93e": "YFI",
    "0x6b3595068778dd592e39a122f4f5a5cf09c90fe2": "SUSHI",
    "0x111111111117dc0aa78b770fa6a738034120c302": "1INCH",
    "0xc944e90c64b2c07662a292be6244bdf05cda44a7": "GRT",
    "0xc18360217d8f7ab5e7c516566761ea12ce7f9d72": "ENS",
    "0x0d8775f648430679a709e98d2b0cb6250d2887ef": "BAT",
    "0x0f5d2fb29fb7d3cfee444a200298f468908cc942": "MANA",
    "0x3845badade8e6dff049820680d1f14bd3903a5d0": "SAND",
    "0xa0b73e1ff0b80914ab6fe0444e65848c4c34450b": "CRO",
    "0xe41d2489571d322189246dafa5ebde1f4699f498": "ZRX",
    "0x6810e776880c02933d47db1b9fc05908e5386b96": "GNO",
    "0xd33526068d116ce69f19a9ee46f0bd304f21a51f": "RPL",
}
_ELSEWHERE = {
    ("eip155:10", "0x4200000000000000000000000000000000000042"): "OP",
    ("eip155:10", "0x4200000000000000000000000000000000000006"): "WETH",
    ("eip155:8453", "0x4200000000000000000000000000000000000006"): "WETH",
    ("eip155:8453", "0x833589fcd6edb6e08f4c7c32d4f71b54bda02913"): "USDC",
    ("eip155:42161", "0x912ce59144191c1204e64559fe8253a0e49e6548"): "ARB",
    ("eip155:42161", "0x82af49447d8a07e3bd95bd0d56f35241523fbab1"): "WETH",
    ("eip155:42161", "0xaf88d065e77c8cc2239327c5edb3a432268e5831"): "USDC",
    ("eip155:137", "0x3c499c542cef5e3811e1192ce70d8cc03d5c3359"): "USDC",
    ("eip155:137", "0xc2132d05d31c914a87c6611c10748aeb04b58e8f"): "USDT",
    ("eip155:137", "0x7ceb23fd6bc0add59e62ac25578270cff1b9f619"): "WETH",
}
_RENAMED = {"ETH2": "ETH", "SOL-2": "SOL"}


def rotki_asset(identifier: str) -> str:
    """The ticker that an identifier stands for. Raises ValueError where it is not known which."""
    if identifier in _RENAMED:
        return _RENAMED[identifier]
    contract = _CONTRACT.fullmatch(identifier)
    if contract:
        chain, address = contract[1].casefold(), contract[2].casefold()
        ticker = _ETHEREUM.get(address) if chain == "eip155:1" else _ELSEWHERE.get((chain, address))
        if ticker and "erc20" in identifier.casefold():
            return ticker
        raise ValueError(f"the token {identifier} is not a known one; write its ticker in its place")
    if ":" in identifier or "/" in identifier or _NUMBERED.fullmatch(identifier):
        raise ValueError(f"the asset {identifier} is not a known one; write its ticker in its place")
    return asset_name(identifier)
