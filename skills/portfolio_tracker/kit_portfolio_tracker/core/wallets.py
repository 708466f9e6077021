"""What people call the places where they keep coins themselves, as they write it in a note."""

from __future__ import annotations

import re

# Only names that mean nothing else in a note about a transfer of coins.
_MAKES = (
    *("Ledger", "Trezor", "Coldcard", "BitBox", "BitBox02", "KeepKey", "Keystone", "SafePal", "Tangem", "Ellipal"),
    *("OneKey", "NGRAVE", "Blockstream Jade", "Foundation Passport", "Seedsigner", "D'CENT", "CoolWallet", "SecuX"),
    *("MetaMask", "Electrum", "Exodus", "Trust Wallet", "Phantom", "Rabby", "Sparrow", "BlueWallet", "Atomic Wallet"),
    *("Coinomi", "Mycelium", "Wasabi", "Samourai", "Yoroi", "Daedalus", "Keplr", "MyEtherWallet", "MEW", "Argent"),
    *("Zerion", "Coinbase Wallet", "Xverse", "UniSat", "Solflare", "TronLink", "Guarda", "Edge Wallet", "Muun"),
    *("Green Wallet", "Bitcoin Core", "Monero GUI", "Cake Wallet", "Polkadot.js", "Gnosis Safe", "Casa", "Unchained"),
)
_KINDS = r"(?:hard ?ware|hw|cold|hot|paper|steel|soft ?ware|desktop|mobile|multi-?sig|self-?custody|own|private)"
_MAKE = re.compile(
    rf"(?<![\w-])(?P<make>{'|'.join(map(re.escape, sorted(_MAKES, key=len, reverse=True)))})(?![\w-])", re.IGNORECASE
)
_KIND = re.compile(rf"(?<![\w-])(?P<kind>{_KINDS}[ -]?(?:wallet|storage))(?![\w-])", re.IGNORECASE)
_BOOK = re.compile(r"\bledger\s+(?:entry|id|ref|reference|type|line|record|balance)\b", re.IGNORECASE)
_SPELLED = {make.casefold(): make for make in _MAKES}


def wallet_named(note: str) -> str:
    """The wallet that a note names by its make (“Ledger”) or its kind (“cold storage”); nothing where there is none.

    A ledger with entries is a book.
    """
    text = _BOOK.sub("", note)
    if make := _MAKE.search(text):
        return _SPELLED[make["make"].casefold()]
    kind = _KIND.search(text)
    return kind["kind"].lower() if kind else ""
