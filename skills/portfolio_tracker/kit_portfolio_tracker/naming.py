"""What exchanges and files tell, in the portfolio's own names for assets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from kit import Balance, ImportedRow, PricePoint, Quantity, Record, Ticker, exact_math

from .core.symbols import asset_in_file, asset_of


@exact_math()
def named_balances(balances: Iterable[Balance], venue: str, names: Mapping[str, str]) -> list[Balance]:
    """By asset; what a venue keeps under several names (XBT, XBT.F) is one."""
    found: dict[str, Balance] = {}
    for each in balances:
        asset = asset_of(each.asset, venue, names=names)
        if before := found.get(asset):
            total, locked, staked = before.total + each.total, before.locked + each.locked, before.staked + each.staked
            found[asset] = replace(before, total=total, locked=locked, staked=staked)
        else:
            found[asset] = replace(each, asset=asset)
    return list(found.values())


def named_record(record: Record, venue: str, names: Mapping[str, str]) -> Record:
    """The record with the assets its tickers meant at its time."""

    def named(leg: Quantity | None) -> Quantity | None:
        return None if leg is None else Quantity(leg.amount, asset_of(leg.asset, venue, at=record.time, names=names))

    source = record.source or venue
    return replace(
        record, received=named(record.received), sent=named(record.sent), fee=named(record.fee), source=source
    )


def named_rows(rows: Iterable[ImportedRow], venue: str, names: Mapping[str, str]) -> Iterator[ImportedRow]:
    """The rows of a file of that venue's; “” is one of no venue's."""
    known: dict[str, str] = {}

    def name(ticker: str) -> str:
        if ticker not in known:
            known[ticker] = asset_in_file(ticker, venue, names)
        return known[ticker]

    def named(leg: Quantity | None) -> Quantity | None:
        if leg is None or (asset := known.get(leg.asset) or name(leg.asset)) == leg.asset:
            return leg
        return Quantity(leg.amount, asset)

    for row in rows:
        if isinstance(row, Record):
            received, sent, fee = named(row.received), named(row.sent), named(row.fee)
            if received is not row.received or sent is not row.sent or fee is not row.fee:
                yield replace(row, received=received, sent=sent, fee=fee)
                continue
        elif isinstance(row, Balance) and name(row.asset) != row.asset:
            yield replace(row, asset=name(row.asset))
            continue
        yield row


def quote_of(ticker: Ticker, venue: str, names: Mapping[str, str]) -> PricePoint:
    """The ticker as a price that `venue` told."""
    base, quote = (asset_of(name, venue, names=names) for name in (ticker.pair.base, ticker.pair.quote))
    return PricePoint(ticker.time.date(), base, ticker.last, quote, venue, ticker.time)
