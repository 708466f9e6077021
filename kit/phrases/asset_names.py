"""What people call assets: “bitcoin” is BTC, “bitcoin cash” BCH, “Euro” EUR.

Written down from general knowledge. A name that several assets share stands for none.
"""

from __future__ import annotations

_NAMED = """
    BTC bitcoin bitcoins xbt  ETH ether ethereum ethers  USDT tether  USDC usd-coin  XRP ripple  BNB binance-coin
    SOL solana  DOGE dogecoin dogecoins  ADA cardano  TRX tron  AVAX avalanche  SHIB shiba-inu shiba  DOT polkadot
    LINK chainlink  TON toncoin  BCH bitcoin-cash  LTC litecoin litecoins  UNI uniswap  POL polygon  XMR monero
    XLM stellar stellar-lumens lumens  ETC ethereum-classic  ATOM cosmos  FIL filecoin  HBAR hedera  ALGO algorand
    VET vechain  ICP internet-computer  APT aptos  ARB arbitrum  OP optimism  INJ injective  NEAR near-protocol
    AAVE aave  MKR maker  GRT the-graph  SNX synthetix  CRV curve  COMP compound  XTZ tezos  SAND sandbox the-sandbox
    MANA decentraland  AXS axie-infinity  ZEC zcash  DASH dash  IOTA iota  EOS eos  NEO neo  PEPE pepe  DAI dai
    WBTC wrapped-bitcoin  STETH staked-ether  PAXG pax-gold  TIA celestia  SUI sui  KAS kaspa  STX stacks
    EUR euro euros  USD dollar dollars us-dollar us-dollars  GBP pound pounds pfund  CHF franc francs franken
    JPY yen
"""


def _table() -> dict[tuple[str, ...], str]:
    names: dict[tuple[str, ...], str] = {}
    ticker = ""
    for word in _NAMED.split():
        if word.isupper():
            ticker = word
            names[(word.casefold(),)] = word
        else:
            names[tuple(word.split("-"))] = ticker
    return names


ASSET_NAMES = _table()
"""A ticker by the words of its name, and by itself; folded."""
LONGEST_NAME = max(len(name) for name in ASSET_NAMES)
