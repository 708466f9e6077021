"""What Coinbase's transaction types mean, in all its exports."""

from __future__ import annotations

from decimal import Decimal

from kit import Kind

# Whether the type buys its asset (else it sells it).
TRADES = {
    "buy": True,
    "advanced trade buy": True,
    "advance trade buy": True,
    "sell": False,
    "advanced trade sell": False,
    "advance trade sell": False,
}
INCOME = {
    "staking income": Kind.STAKING,
    "inflation reward": Kind.STAKING,
    "rewards income": Kind.STAKING,
    "reward income": Kind.STAKING,
    "interest": Kind.INTEREST,
    "interest payout": Kind.INTEREST,
    "reward": Kind.REWARD,
    "coinbase earn": Kind.REWARD,
    "learning reward": Kind.REWARD,
    "incentives rewards payout": Kind.REWARD,
    "subscription rebate": Kind.REWARD,
    "subscription rebates": Kind.REWARD,
    "subscription rebates (24 hours)": Kind.REWARD,
    "card buy back": Kind.REWARD,
    "card rewards": Kind.REWARD,
    "referral": Kind.REWARD,
    "airdrop": Kind.AIRDROP,
    "fork": Kind.FORK,
}
INTERNAL = frozenset(
    (
        "retail staking transfer",
        "retail unstaking transfer",
        "retail eth2 deprecation",
        "vault withdrawal",
        "vault deposit",
        "cash to savings",
        "savings to cash",
        "portfolio transfer",
    )
)
LEAVES = {
    "send": Kind.WITHDRAWAL,
    "withdrawal": Kind.WITHDRAWAL,
    "exchange deposit": Kind.WITHDRAWAL,
    "pro deposit": Kind.WITHDRAWAL,
    "prime deposit": Kind.WITHDRAWAL,
    "card spend": Kind.SPEND,
    "admin debit": Kind.SPEND,
    "donation": Kind.DONATION,
}
_ARRIVES = frozenset(
    (
        "receive",
        "deposit",
        "incoming",
        "transfer",
        "exchange withdrawal",
        "pro withdrawal",
        "prime withdrawal",
        "admin credit",
    )
)
_BY_SIGN = frozenset(("wrap asset", "unwrap asset", "asset migration", "derivatives settlement", "fiat transfer"))
_NAMES = {"ETH2": "ETH", "CGLD": "CELO"}


def arriving(kind: str, quantity: Decimal) -> bool:
    """Whether a movement comes in. A minus always leaves. Raises ValueError for an unknown type."""
    if kind not in _ARRIVES | _BY_SIGN | LEAVES.keys() | INCOME.keys():
        raise ValueError(f"the transaction type “{kind}” is not known" if kind else "the transaction type is missing")
    return quantity > 0 and kind not in LEAVES


def coinbase_asset(name: str) -> str:
    """Coinbase's own names in those of the rest of the world."""
    return _NAMES.get(name, name)
