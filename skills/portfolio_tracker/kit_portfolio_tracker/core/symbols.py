"""Which asset a venue means by a ticker.

A ticker is a venue's word, an asset is what it stands for. What the user says counts first
(`assetNames`), then what is known of the venue, then what holds everywhere:

- spellings: XBT is BTC, XDG is DOGE, MIOTA is IOTA;
- renames, where one new unit took the place of one old one and nothing else: MATIC is POL, NANO is XNO.
  They hold for every instant, so that what was bought under the old name and what is held under the new
  one are one asset; `names_over` says what it was called when;
- reuse: LUNA was LUNC's name until 28 May 2022 and is another coin's since.

Everything else keeps its ticker. What is bridged, wrapped or staked (USDC.E, WBTC, WETH, STETH) is an
asset with a market price of its own, and what was swapped at another ratio (LEND, VEN) is no rename.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from .symbol_names import AT_VENUE, RENAMED, REUSED, SPELLINGS

_KRAKEN_PLACE = re.compile(r"(?P<core>[A-Z0-9]{2,}?)(?:\d\d)?\.(?:S|M|F|B|P|T|HOLD)")
_SETTLING = timedelta(days=30)


def asset_of(
    ticker: str, venue: str = "", *, at: datetime | None = None, names: Mapping[str, str] | None = None
) -> str:
    """The asset that `venue` calls `ticker` at the instant `at` (None is now).

    `names` are the user's: “VENUE:TICKER” or “TICKER” to an asset. An unknown ticker is its own asset.
    """
    code, place = ticker.strip().upper(), venue.strip().casefold()
    told = _told(code, place, names or {})
    if told is not None:
        return told
    code = AT_VENUE.get((place, code), code)
    if place == "kraken" and (found := _KRAKEN_PLACE.fullmatch(code)):
        code = AT_VENUE.get((place, found["core"]), found["core"])
    code = SPELLINGS.get(code, code)
    reuse = REUSED.get(code)
    if reuse is not None and at is not None and _utc_day(at) < reuse.since:
        return reuse.was
    rename = RENAMED.get(code)
    return code if rename is None else rename.name


def asset_in_file(ticker: str, venue: str, names: Mapping[str, str]) -> str:
    """The asset of a ticker that an importer of `venue`'s files told.

    The importer knows the file's words and when they were written, so only `names` and the venue's own words count.
    """
    code, place = ticker.strip().upper(), venue.strip().casefold()
    told = _told(code, place, names)
    return AT_VENUE.get((place, code), ticker) if told is None else told


def _told(code: str, place: str, names: Mapping[str, str]) -> str | None:
    """What the user says of it, at this venue before everywhere."""
    if not names:
        return None
    said = {key.upper(): asset for key, asset in names.items()}
    return said.get(f"{place.upper()}:{code}", said.get(code))


def names_over(asset: str, since: date, until: date) -> list[tuple[str, date, date]]:
    """What venues called `asset` over these days, both included: (name, first day, last day).

    Around the day of a rename some use one name and some the other: those days come with both. Of the days on which
    its name was another asset's there are none.
    """
    for old, rename in RENAMED.items():
        if rename.name == asset and since < rename.since:
            ended, begun = rename.since + _SETTLING, rename.since - _SETTLING
            names = [(old, since, min(until, ended))]
            return names if until < begun else [*names, (asset, max(since, begun), until)]
    for ticker, reuse in REUSED.items():
        if ticker == asset:
            since = max(since, reuse.since)
        elif reuse.was == asset and since < reuse.since:
            return [(ticker, since, min(until, reuse.since - timedelta(days=1))), (asset, since, until)]
    return [(asset, since, until)] if since <= until else []


def _utc_day(at: datetime) -> date:
    return at.astimezone(UTC).date()
