"""Whatever is done to records by hand: balances are the sum of what counts, and undoing leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

from hypothesis import given, settings, strategies as st
from kit_portfolio_tracker.store.records import all_records, kept_positions, summed_positions

from kit import UsageError

ROWS = (
    "2024-01-02,kraken,buy,BTC,0.5,USD,20000,USD,10,,,,r0,",
    "2024-01-03,kraken,transfer,,,BTC,0.2,BTC,0.0001,,,cold,r1,",
    "2024-01-04,cold,airdrop,UNI,400,,,,,,,,r2,",
)
ids = st.sampled_from(["r0", "r1", "r2"])
quantities = st.decimals(min_value=Decimal("0.000001"), max_value=10**9, places=6).map(str)
edits = st.fixed_dictionaries(
    {},
    optional={
        "received": st.builds("{} {}".format, quantities, st.sampled_from(["BTC", "ETH"])) | st.just(""),
        "sent": st.builds("{} {}".format, quantities, st.sampled_from(["BTC", "USD"])) | st.just(""),
        "fee": st.builds("{} BNB".format, quantities) | st.just(""),
        "kind": st.sampled_from(["buy", "sell", "trade", "deposit", "withdrawal"]),
        "time": st.dates().map(str),
        "to_account": st.sampled_from(["cold", "moon", ""]),
        "note": st.text(max_size=5),
    },
)
deeds: st.SearchStrategy[tuple[str, dict[str, Any], dict[str, Any]]] = st.one_of(
    st.tuples(st.just("ledger edit"), st.builds(dict, id=ids), edits),
    st.tuples(st.just("ledger edit"), st.builds(dict, id=ids), st.just({"undo": True})),
    st.tuples(st.just("ledger remove"), st.builds(dict, id=ids), st.fixed_dictionaries({"undo": st.booleans()})),
)


def _sums(bench: Any) -> None:
    with bench.store.read() as connection:
        kept, summed = kept_positions(connection), summed_positions(connection)
    assert {place: total for place, total in kept.items() if total} == {p: t for p, t in summed.items() if t}


def _everything(bench: Any) -> Any:
    with bench.store.read() as connection:
        positions = {place: total for place, total in kept_positions(connection).items() if total}
        return sorted(all_records(connection), key=lambda record: record.id), positions


@settings(max_examples=40, deadline=None)
@given(st.lists(deeds, max_size=12))
def test_balances_are_the_sum_of_what_counts_and_everything_can_be_undone(
    benches: Callable[[], Any], done: list[tuple[str, dict[str, Any], dict[str, Any]]]
) -> None:
    bench = benches()
    bench.run("import", files=[bench.ledger("a.csv", *ROWS)])
    before = _everything(bench)
    for command, which, said in done:
        with suppress(UsageError):
            bench.run(command, **which, **said)
        _sums(bench)
    for own in ("r0", "r1", "r2"):
        for command in ("ledger remove", "ledger edit"):
            with suppress(UsageError):
                bench.run(command, id=own, undo=True)
    assert _everything(bench) == before
    assert bench.run("ledger list", marked=True).data.records == ()
