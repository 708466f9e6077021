"""Kraken's trades: `txid,ordertxid,pair,time,type,ordertype,price,cost,fee,vol,margin,misc,ledgers`.

The txid of a trade is the refid of its ledger rows, so reading both files counts a trade once. A
trade on margin moves no coins by itself; its result stands only in the ledgers.
"""

from __future__ import annotations

from collections.abc import Iterator

from kit import FileHead, ImportedRow, Importer, ImportSource, Quantity, Record, RejectedRow

from .fields import instant, number, positive
from .kraken_assets import kraken_pair
from .sheet import Sheet, header_match
from .trades import filled, is_purchase

_COLUMNS = ("txid", "ordertxid", "pair", "time", "type", "ordertype", "price", "cost", "fee", "vol")
_OPTIONAL = (
    *("margin", "misc", "ledgers", "postxid", "posstatuscode", "posstatus", "cprice", "ccost", "cfee", "cvol"),
    *("cmargin", "net", "trades", "aclass", "subclass", "costusd"),
)
_NAME = "kraken-trades"
_VENUE = "kraken"


def detect(head: FileHead) -> float:
    return header_match(head, _COLUMNS, _OPTIONAL)


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a trade; the fee is in the quote currency."""
    sheet = Sheet(source.path, _COLUMNS)
    yield from sheet.strangers(_COLUMNS, _OPTIONAL)
    account = source.account or _VENUE
    margin = sheet.cell("margin")
    for cells in sheet:
        if isinstance(cells, RejectedRow):
            yield cells
            continue
        try:
            record = _trade(sheet, cells, account, margin(cells))
        except ValueError as error:
            yield sheet.rejected(str(error))
        else:
            yield record


def _trade(sheet: Sheet, cells: list[str], account: str, margin: str) -> Record:
    txid, _, market, time, side, _, _, cost, fee, volume = (cells[sheet.columns[name]].strip() for name in _COLUMNS)
    if not txid:
        raise ValueError("the txid is missing")
    if margin and number(margin, "margin"):
        raise ValueError("a trade on margin moves no coins; import the ledgers instead")
    base, quote = kraken_pair(market)
    charge = number(fee or "0", "fee")
    if charge < 0:
        raise ValueError(f"the fee {fee} is negative")
    (record,) = filled(
        txid,
        instant(time),
        account,
        purchase=is_purchase(side),
        base=Quantity(positive(volume, "volume"), base),
        quote=Quantity(positive(cost, "cost"), quote),
        fees=[Quantity(charge, quote)],
        source=_NAME,
    )
    return record


KRAKEN_TRADES = Importer(_NAME, "Kraken trades", detect, read, venue=_VENUE)
