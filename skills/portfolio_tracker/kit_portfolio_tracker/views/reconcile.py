"""`kit portfolio reconcile`: what accounts report beside what their records sum to, and why they may differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kit import Block, Column, Heading, Notice, Problem, Quantity, Reply, Services, Severity, Table, Text

from ..asset_renames import unknown_asset
from ..core.events import RecordKey
from ..core.reconciling import Difference, Facts, explain_difference
from ..core.suspected import SuspectedAccount, suspected_accounts
from ..core.transfer_pairs import End
from ..core.wording import listed
from ..ledger import AssetState, ledger_states
from ..parted import first_apart
from ..portfolio import Portfolio, accounts_called, asset_now, load_portfolio
from ..refreshing import refresh
from .matching import matching
from .overview import nothing_held

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Every difference, and the accounts that were never imported. `compared` counts the balances that were reported.

    `silent` are the accounts that report nothing: what they hold is what their records sum to, and nothing checks it.
    `first_apart` is the day of the first snapshot since which each differs, None where snapshots do not tell.
    """

    compared: int
    silent: tuple[str, ...]
    differences: tuple[Difference, ...]
    first_apart: tuple[date | None, ...]
    suspected: tuple[SuspectedAccount, ...]


def show(services: Services, *, exchange: str | None, asset: str | None, offline: bool) -> Reply:
    """The command."""
    refresh(services, offline=offline)
    asset = None if asset is None else asset_now(services, asset)
    portfolio = load_portfolio(services, exchange=exchange, asset=asset)
    if not portfolio.positions:
        return nothing_held(portfolio)
    known = {each.asset for each in portfolio.positions}
    if asset is not None and asset not in known:
        raise unknown_asset(asset, known)
    chosen = None if exchange is None else accounts_called(services, exchange)
    with services.store.read() as connection:
        ends = [end for end in matching(connection).unmatched.values() if asset in {None, end.asset}]
        by_hand = _by_hand(connection)
    holdings = portfolio.valuation.holdings
    apart = [each for each in holdings if each.discrepancy]
    speaking = {each.account for each in holdings if each.reported is not None}
    states = ledger_states(services, {each.asset for each in apart}) if apart else {}
    by_asset: dict[str, list[End]] = defaultdict(list)
    for end in ends:
        by_asset[end.asset].append(end)
    since = first_apart(services, {(each.account, each.asset) for each in apart}) if apart else {}
    found = Reconciliation(
        compared=sum(each.reported is not None for each in holdings),
        silent=tuple(sorted({each.account for each in holdings} - speaking, key=str.casefold)),
        differences=tuple(
            explain_difference(
                each, _facts(states.get(each.asset), by_asset[each.asset], by_hand[each.account, each.asset])
            )
            for each in apart
        ),
        first_apart=tuple(since.get((each.account, each.asset)) for each in apart),
        suspected=suspected_accounts(
            [end for end in ends if chosen is None or end.key.account in chosen],
            lambda account: portfolio.labels.get(account, account),
            {each.account for each in portfolio.positions},
        ),
    )
    return Reply(
        data=found,
        blocks=tuple(_blocks(portfolio, found)),
        problems=tuple(_problems(portfolio, found)),
        exit_code=3 if found.differences else 0,
    )


def _facts(state: AssetState | None, ends: list[End], by_hand: list[RecordKey]) -> Facts:
    if state is None:
        return Facts(ends, by_hand=by_hand)
    return Facts(ends, state.totals.short, bool(state.totals.income), by_hand)


def _by_hand(connection: Connection) -> dict[tuple[str, str], list[RecordKey]]:
    from ..store.marks import marked_records

    found: dict[tuple[str, str], list[RecordKey]] = defaultdict(list)
    for record in marked_records(connection):
        for leg in (record.received, record.sent, record.fee):
            if leg is not None:
                found[record.account, leg.asset].append(RecordKey(record.account, record.id))
    return found


def _blocks(portfolio: Portfolio, found: Reconciliation) -> Iterator[Block]:
    yield Heading("Reconciliation", "🧮", rule=True)
    if not found.compared:
        yield Text("No account has told what it holds: there is nothing to compare the records with.")
    elif not found.differences:
        yield Text(f"All {found.compared:,} reported balances are what the records sum to.")
    else:
        yield Table(
            columns=(
                Column("Account", "account"),
                Column("Asset", "asset"),
                Column("Reported", "reported", "right", precise=True),
                Column("Calculated", "calculated", "right", precise=True),
                Column("Difference", "difference", "right", signed=True, precise=True),
                Column("First apart", "first_apart"),
                Column("Likely cause", "cause"),
            ),
            rows=tuple(
                (
                    portfolio.label(each.account),
                    each.asset,
                    Quantity(each.reported, each.asset),
                    Quantity(each.calculated, each.asset),
                    Quantity(each.difference, each.asset),
                    day,
                    each.cause.value,
                )
                for each, day in zip(found.differences, found.first_apart, strict=True)
            ),
        )
        for each in found.differences:
            yield Notice(f"{portfolio.label(each.account)}, {each.asset}: {each.why}.", next_step=each.next_step)
    if found.compared and found.silent:
        yield Text(
            f"Not compared, since nobody reports what they hold: {listed(map(portfolio.label, found.silent), most=8)}."
        )
    if any(each.held for each in found.suspected):
        yield _suspected(found)
        yield Text("Never imported, and in no figure. To count them in: kit portfolio --suspected")


def _suspected(found: Reconciliation) -> Table:
    return Table(
        columns=(
            Column("Account", "account"),
            Column("Asset", "asset"),
            Column("Holds", "holds", "right", precise=True),
            Column("Last seen", "last"),
        ),
        rows=tuple(
            (each.name, asset, Quantity(quantity, asset), each.last.date())
            for each in found.suspected
            for asset, quantity in each.held.items()
        ),
        title="Suspected Accounts",
        emoji="🕵️",
    )


def _problems(portfolio: Portfolio, found: Reconciliation) -> Iterator[Problem]:
    if found.differences:
        count = len(found.differences)
        yield Problem(
            "portfolio.discrepancy",
            Severity.WARNING,
            f"{count:,} of {found.compared:,} reported balances {'is' if count == 1 else 'are'} not what the records "
            "sum to.",
            "",
            "",
        )
