"""Which walks make up a venue's history, and what is peculiar to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from kit import Kind, OddAnswer, Record

from .asking import Asker
from .history_kraken import KrakenLedger, ledger_pages
from .history_paging import Row, Step, by_fitting_time, by_id, by_page, by_time
from .history_records import conversion, income, is_pending, is_settled, ledger_income, raw_row, trade, transfer

_DAY = int(timedelta(days=1) / timedelta(milliseconds=1))
_HOUR = _DAY // 24
_TRADES_PAGE = 1000
_BANK_PAGE = 500
Read = Callable[[Row], Iterable[Record]]
Pages = Callable[[int, int, int | None], AsyncIterator[Step]]


@dataclass(frozen=True, slots=True)
class Stream:
    """One walk. `pages(since, until, position)` goes through (since, until]; `read` says what a row means.

    `overlap` is how far back the next walk begins, for what a venue dates back or settles late. One that is
    `numbered` goes on behind its position, whatever the time. `every` is the shortest time between two walks,
    for questions that a venue makes dear; for the same reason those that are `last` begin with the first record of
    the others, if not with a walk before. `rest` are records that waited for a partner in vain.
    """

    name: str
    pages: Pages
    read: Read
    overlap: int = _HOUR
    numbered: bool = False
    every: int = 0
    last: bool = False
    rest: Callable[[], Iterable[Record]] = tuple
    finer: tuple[Stream, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """A venue's peculiarities: `windows` in days by method, further `params`, whether trades want a market."""

    windows: Mapping[str, int] = field(default_factory=dict)
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    first_year: int = 2017
    needs_symbol: bool = False
    without: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()


_SYMBOL_WANTED = Rules(needs_symbol=True)
RULES: Mapping[str, Rules] = {
    "binance": Rules(
        windows={"fetch_deposits": 90, "fetch_withdrawals": 90, "fetch_convert_trade_history": 30, "dividends": 180},
        needs_symbol=True,
        without=frozenset({"fetch_ledger"}),
        warnings=(
            "Binance tells trades only market by market. Asked are the markets of every coin that is or was held; "
            "one that was bought and sold again in between may be missing: name its market in “symbols”.",
        ),
    ),
    "binanceus": Rules(windows={"fetch_deposits": 90, "fetch_withdrawals": 90}, first_year=2019, needs_symbol=True),
    "bybit": Rules(
        windows={"fetch_my_trades": 7, "fetch_deposits": 30, "fetch_withdrawals": 30, "fetch_ledger": 7},
        params={"fetch_my_trades": {"type": "spot"}},
        first_year=2021,
        warnings=("Bybit keeps trades for two years; older ones come from its export files.",),
    ),
    "okx": Rules(
        params={
            "fetch_my_trades": {"type": "spot"},
            "fetch_ledger": {"method": "privateGetAccountBillsArchive"},
        },
        warnings=("OKX tells trades and bills of the last three months; older ones come from its export files.",),
    ),
    "kucoin": Rules(
        windows={"fetch_my_trades": 7, "fetch_deposits": 7, "fetch_withdrawals": 7, "fetch_ledger": 1},
        without=frozenset({"fetch_ledger"}),
        first_year=2019,
    ),
    "bitget": Rules(
        windows={"fetch_my_trades": 90, "fetch_deposits": 90, "fetch_withdrawals": 90, "fetch_ledger": 90},
        needs_symbol=True,
        first_year=2020,
    ),
    "gate": Rules(windows={"fetch_my_trades": 30, "fetch_deposits": 30, "fetch_withdrawals": 30, "fetch_ledger": 30}),
    "mexc": Rules(
        windows={"fetch_my_trades": 30, "fetch_deposits": 90, "fetch_withdrawals": 90},
        needs_symbol=True,
        first_year=2022,
    ),
    "htx": Rules(windows={"fetch_my_trades": 2}, first_year=2022),
    **dict.fromkeys(("bingx", "bitvavo", "gemini", "lbank", "poloniex", "xt"), _SYMBOL_WANTED),
}
USUAL = Rules()


def streams_of(asker: Asker, account: str, symbols: Collection[str]) -> list[Stream]:
    """The walks of a venue; `symbols` are the markets to ask for where trades want one."""
    if asker.venue == "kraken":
        ledger = KrakenLedger(account)
        pages = partial(ledger_pages, asker)
        return [Stream("ledger", pages, ledger.read, overlap=_DAY, rest=ledger.rest)]
    rules = RULES.get(asker.venue, USUAL)
    found = list(_transfers(asker, account, rules))
    if asker.has("fetchMyTrades"):
        if rules.needs_symbol:
            found += [_trades_of(asker, account, rules, symbol) for symbol in sorted(symbols)]
        else:
            all_at_once = _spans(asker, rules, "trades", "fetch_my_trades", read=partial(trade, account))
            one_by_one = tuple(_trades_of(asker, account, rules, symbol) for symbol in sorted(symbols))
            found.append(replace(all_at_once, finer=one_by_one))
    if asker.has("fetchLedger") and "fetch_ledger" not in rules.without:
        found.append(_spans(asker, rules, "ledger", "fetch_ledger", read=partial(ledger_income, account)))
    if asker.venue == "binance":
        found += _binance(asker, account, rules)
    return found


def markets_to_ask(markets: Mapping[str, Any], assets: Collection[str], wanted: Collection[str]) -> list[str]:
    """The spot markets between an asset that was held and anything the venue trades it for, and those named."""
    held = set(assets)
    spot = (each for each in markets.values() if each.get("spot", True) and not each.get("contract"))
    found = [each["symbol"] for each in spot if each["base"] in held and (each["quote"] in held or _is_money(each))]
    return sorted({*found, *(symbol for symbol in wanted if symbol in markets)})


def _is_money(market: Mapping[str, Any]) -> bool:
    return market["quote"] in {
        "USDT",
        "USDC",
        "FDUSD",
        "BUSD",
        "TUSD",
        "DAI",
        "BTC",
        "ETH",
        "BNB",
        "USD",
        "EUR",
        "GBP",
        "TRY",
    }


def _transfers(asker: Asker, account: str, rules: Rules) -> Iterable[Stream]:
    """Deposits and withdrawals, apart where the venue tells both apart, else together, else what there is."""
    apart = (
        ("deposits", "fetchDeposits", "fetch_deposits", Kind.DEPOSIT),
        ("withdrawals", "fetchWithdrawals", "fetch_withdrawals", Kind.WITHDRAWAL),
    )
    together = (
        ("fetchDepositsWithdrawals", "fetch_deposits_withdrawals"),
        ("fetchTransactions", "fetch_transactions"),
    )
    there = [each for each in apart if asker.has(each[1])]
    both = [method for capability, method in together if asker.has(capability)]
    if len(there) < len(apart) and both:
        yield _spans(asker, rules, "transfers", both[0], read=partial(_either, account), overlap=3 * _DAY)
        return
    for name, _, method, kind in there:
        yield _spans(asker, rules, name, method, read=partial(_settled, account, kind), overlap=3 * _DAY)


def _settled(account: str, kind: Kind, row: Row) -> Iterable[Record]:
    return transfer(account, row, kind) if is_settled(row) else ()


def _either(account: str, row: Row) -> Iterable[Record]:
    kinds = {"deposit": Kind.DEPOSIT, "withdrawal": Kind.WITHDRAWAL}
    if row.get("type") not in kinds:
        raise ValueError(f"a transfer of the type “{row.get('type')}”")
    return _settled(account, kinds[row["type"]], row)


def _spans(
    asker: Asker,
    rules: Rules,
    name: str,
    method: str,
    *,
    read: Read,
    market: str | None = None,
    overlap: int = _HOUR,
    params: Mapping[str, Any] | None = None,
) -> Stream:
    """A walk through spans of time, of one `market` or of all (the first argument of ccxt's methods)."""
    window = rules.windows.get(method)
    extra = {**rules.params.get(method, {}), **(params or {})}

    async def ask(since: int, until: int) -> Sequence[Row]:
        rows: Sequence[Row] = await asker(method, market, since, None, _until(asker.venue, until) | extra)
        return rows

    def pages(since: int, until: int, position: int | None) -> AsyncIterator[Step]:
        return by_fitting_time(ask, position or since, until, window=window * _DAY if window else None)

    return Stream(name, pages, read, overlap)


def _until(venue: str, until: int) -> dict[str, Any]:
    """ccxt's own word for the end of a span, and Binance's, which ccxt would put 90 days behind the begin."""
    return {"until": until, "endTime": until} if venue in {"binance", "binanceus"} else {"until": until}


def _trades_of(asker: Asker, account: str, rules: Rules, symbol: str) -> Stream:
    """The trades of one market; Binance numbers them."""
    if asker.venue not in {"binance", "binanceus"}:
        return _spans(asker, rules, f"trades {symbol}", "fetch_my_trades", read=partial(trade, account), market=symbol)

    async def ask(first: int) -> Sequence[Row]:
        rows: Sequence[Row] = await asker("fetch_my_trades", symbol, None, _TRADES_PAGE, {"fromId": first})
        return rows

    def pages(_since: int, _until: int, position: int | None) -> AsyncIterator[Step]:
        return by_id(ask, position or 0)

    return Stream(f"trades {symbol}", pages, partial(trade, account), numbered=True)


def _binance(asker: Asker, account: str, rules: Rules) -> list[Stream]:
    """What only Binance has: conversions, dust, dividends, bank transfers."""

    async def dividends(since: int, until: int) -> Sequence[Row]:
        told = await asker.ask(
            "sapi_get_asset_assetdividend", {"startTime": since, "endTime": until, "limit": 500}, needs_markets=False
        )
        rows = told.get("rows")
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise OddAnswer(f"{asker.label} gave no list of dividends where one belongs.")
        return [
            {
                **raw_row(row.get("id"), row.get("divTime"), row.get("asset"), row.get("amount")),
                "words": row.get("enInfo"),
            }
            for row in rows
        ]

    def dividend_pages(since: int, until: int, position: int | None) -> AsyncIterator[Step]:
        return by_time(dividends, position or since, until, window=rules.windows["dividends"] * _DAY)

    def dividend(row: Row) -> Iterable[Record]:
        return income(account, row, words=str(row.get("words") or ""))

    conversions = _spans(asker, rules, "conversions", "fetch_convert_trade_history", read=partial(conversion, account))
    return [
        Stream("dividends", dividend_pages, dividend),
        replace(conversions, last=True, every=_HOUR),
        _spans(asker, rules, "dust", "fetch_my_dust_trades", read=partial(trade, account)),
        _bank(asker, account, "bank deposits", "fetch_deposits", Kind.DEPOSIT),
        _bank(asker, account, "bank withdrawals", "fetch_withdrawals", Kind.WITHDRAWAL),
    ]


def _bank(asker: Asker, account: str, name: str, method: str, kind: Kind) -> Stream:
    """Transfers of money at Binance, which allows two such questions a minute."""

    def pages(since: int, until: int, position: int | None) -> AsyncIterator[Step]:
        async def ask(page: int) -> Sequence[Row]:
            params = {"fiat": True, "rows": _BANK_PAGE, "page": page, "endTime": until}
            rows: Sequence[Row] = await asker(method, None, since, None, params)
            return rows

        return by_page(ask, position or 1)

    return Stream(name, pages, partial(_settled, account, kind), overlap=7 * _DAY, every=_DAY)


def pending_since(rows: Iterable[Row]) -> int | None:
    """The earliest instant among transfers that have not settled yet."""
    return min(
        (row["timestamp"] for row in rows if is_pending(row) and isinstance(row.get("timestamp"), int)), default=None
    )
