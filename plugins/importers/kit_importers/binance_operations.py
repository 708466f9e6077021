"""What each operation of a Binance transaction history means.

The list grows with Binance's products: names that are not in the table are judged by the words in
them, and what then is still unknown stays unknown.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from kit import Kind


class Meaning(StrEnum):
    """What a row is part of. TRADE and FEE rows of one instant belong together; a COMMISSION stands alone."""

    TRADE = "trade"
    FEE = "fee"
    COMMISSION = "commission"
    INTERNAL = "internal"
    MOVE = "move"
    MARGIN = "margin"
    STAKING = "staking"
    INTEREST = "interest"
    MINING = "mining"
    AIRDROP = "airdrop"
    REWARD = "reward"
    UNKNOWN = "unknown"


INCOME = {
    Meaning.STAKING: Kind.STAKING,
    Meaning.INTEREST: Kind.INTEREST,
    Meaning.MINING: Kind.MINING,
    Meaning.AIRDROP: Kind.AIRDROP,
    Meaning.REWARD: Kind.REWARD,
}

# Operations whose two sides always come under the same family, so that a purchase and a sale of one
# second do not mix.
_FAMILIES = {
    "buy": "buy",
    "sell": "sell",
    "transaction buy": "transaction buy",
    "transaction spend": "transaction buy",
    "transaction sold": "transaction sold",
    "transaction revenue": "transaction sold",
    "transaction related": "transaction related",
    "buy crypto": "buy crypto",
    "buy crypto with fiat": "buy crypto",
    "buy crypto with card": "buy crypto",
    "sell crypto to fiat": "sell crypto",
    "large otc trading": "otc",
    "small assets exchange bnb": "dust",
    "small assets exchange bnb (spot)": "dust",
    "binance convert": "convert",
    "convert": "convert",
    "auto-invest transaction": "auto-invest",
    "eth 2.0 staking": "eth2",
    "eth 2.0 staking withdrawals": "eth2",
    "wbeth2.0 - staking": "eth2",
    "token swap - redenomination/rebranding": "swap",
    "token swap - distribution": "swap",
    "leveraged coin consolidation": "swap",
    "stablecoins auto-conversion": "swap",
    "p2p trading": "p2p",
}
_TABLE = {
    **dict.fromkeys(("fee", "transaction fee", "bnb fee deduction", "bnb deducts fee"), Meaning.FEE),
    **dict.fromkeys(
        (
            "deposit",
            "withdraw",
            "withdrawal",
            "fiat deposit",
            "fiat withdraw",
            "fiat withdrawal",
            "crypto deposit",
            "crypto withdrawal",
            "send",
            "receive",
            "c2c transfer",
            "binance pay",
            "pay",
            "crypto box",
            "sub-account transfer",
            "sub account transfer",
            "merchant acquiring",
            "margin loan",
            "margin repayment",
            "isolated margin loan",
            "isolated margin repayment",
            "loan",
            "asset recovery",
        ),
        Meaning.MOVE,
    ),
    **dict.fromkeys(
        (
            "realized profit and loss",
            "realize profit and loss",
            "funding fee",
            "insurance fund compensation",
            "options settlement",
        ),
        Meaning.MARGIN,
    ),
    **dict.fromkeys(("transfer_in", "transfer_out", "main and funding account transfer"), Meaning.INTERNAL),
    **dict.fromkeys(("pos savings interest", "eth 2.0 staking rewards", "bnsol staking rewards"), Meaning.STAKING),
    **dict.fromkeys(("pool distribution", "mining profit"), Meaning.MINING),
    **dict.fromkeys(("launchpool interest", "bnb vault rewards", "launchpool earnings withdrawal"), Meaning.REWARD),
    **dict.fromkeys(("launchpad token distribution",), Meaning.TRADE),
    "simple earn locked rewards": Meaning.INTEREST,
    "distribution": Meaning.AIRDROP,
}
# The first rule with a word in the name decides.
_RULES: tuple[tuple[tuple[str, ...], Meaning], ...] = (
    (("airdrop",), Meaning.AIRDROP),
    (("voucher", "mission", "referral", "rebate", "kickback", "commission history", "bonus", "gift"), Meaning.REWARD),
    (("subscription", "subscribe", "redemption", "purchase", "staking unlock"), Meaning.INTERNAL),
    (("transfer between", "account transfer", "wallet transfer", "transfer to", "transfer from"), Meaning.INTERNAL),
    (("staking reward", "staking interest", "staking distribution"), Meaning.STAKING),
    (("interest",), Meaning.INTEREST),
    (("mining",), Meaning.MINING),
    (("reward", "cashback", "distribution"), Meaning.REWARD),
    (("small assets exchange",), Meaning.TRADE),
)


@lru_cache(maxsize=512)
def meaning(operation: str, wallet: str = "") -> Meaning:
    """What rows of this operation mean, in this wallet of the venue ("Spot", "USD-MFutures")."""
    name = operation.strip().lower()
    if _TABLE.get(name) is Meaning.FEE and "futures" in wallet.lower():
        return Meaning.COMMISSION
    if name in _FAMILIES:
        return Meaning.TRADE
    if name in _TABLE:
        return _TABLE[name]
    for words, found in _RULES:
        if any(word in name for word in words):
            return found
    return Meaning.UNKNOWN


def family(operation: str) -> str:
    """Which trade rows of one instant are tried together first."""
    name = operation.strip().lower()
    return _FAMILIES.get(name, name)
