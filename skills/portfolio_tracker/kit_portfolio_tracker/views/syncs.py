"""What a sync did, account by account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import Block, Column, Notice, Quantity, Reply, Services, Severity, Table, Text, plain

from ..core.wording import listed
from ..labels import account_label
from ..plugin import SECTION
from ..portfolio import Portfolio, load_portfolio
from ..rounds import Round
from .findings import exit_code, priced

if TYPE_CHECKING:
    from ..settings import PortfolioSettings
    from ..visiting import Visit

_CHANGES_SHOWN = 3
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class SyncedAccount:
    """What came of one account. `answered` is when its balances last came, whether now or before."""

    account: str
    venue: str
    outcome: str
    new_records: int
    changes: tuple[Quantity, ...]
    prices: int
    seconds: Decimal
    answered: datetime | None
    fault: str
    next_step: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Synced:
    """What came of a sync. `prices` counts the assets that have a price, new or old; `unpriced` are those without."""

    accounts: tuple[SyncedAccount, ...]
    prices: int
    unpriced: tuple[str, ...]


def sync_report(services: Services, found: Round) -> Reply:
    """A row an account, then what is wrong. Exit code 1 where every account failed, 3 where some did."""
    settings: PortfolioSettings = services.settings(SECTION)
    portfolio = load_portfolio(services)
    coverage = portfolio.valuation.coverage
    data = Synced(tuple(map(_account, found.visits)), coverage.priced, coverage.unpriced)
    if not found.visits:
        return _nobody(found, data, portfolio)
    table = Table(
        columns=(
            Column("Account", "account"),
            Column("State", "state"),
            Column("New records", "new_records", "right"),
            Column("Balance changes", "balance_changes"),
            Column("Prices", "prices", "right"),
            Column("Seconds", "seconds", "right"),
            Column("Warnings", "warnings", "right"),
        ),
        rows=tuple(
            (
                account_label(each.account, settings.account_labels),
                each.outcome,
                each.added,
                _changes(each.changes),
                each.quotes,
                f"{each.seconds:.1f}",
                len(each.warnings),
            )
            for each in found.visits
        ),
        title="Synced",
        emoji="🔄",
    )
    failed = [each for each in found.visits if each.outcome == "failed"]
    doubtful = any(each.state.fault or each.outcome == "busy" for each in found.visits)
    code = 1 if len(failed) == len(found.visits) else 3 if doubtful else exit_code(found.problems)
    blocks = (table, *(notice for each in found.visits for notice in _warnings(each)), *_prices(portfolio))
    return Reply(data, blocks, problems=found.problems, exit_code=code)


def _account(each: Visit) -> SyncedAccount:
    return SyncedAccount(
        account=each.account,
        venue=each.state.venue,
        outcome=each.outcome,
        new_records=each.added,
        changes=each.changes,
        prices=each.quotes,
        seconds=Decimal(each.seconds).quantize(_HUNDREDTH),
        answered=each.state.answered,
        fault=each.state.fault,
        next_step=each.state.next_step,
        warnings=each.warnings,
    )


def _nobody(found: Round, data: Synced, portfolio: Portfolio) -> Reply:
    """Prices may have come even so."""
    blocks: tuple[Block, ...] = (
        Text("No exchange is connected. Connect one with a key that may only read:"),
        Text("kit exchanges add binance", code=True),
        *_prices(portfolio),
    )
    return Reply(data, blocks, problems=found.problems, exit_code=exit_code(found.problems))


def _changes(changes: tuple[Quantity, ...]) -> str:
    shown = [f"{'+' if each.amount > 0 else '−'}{plain(abs(each.amount))} {each.asset}" for each in changes]
    more = f" and {len(shown) - _CHANGES_SHOWN} more" if len(shown) > _CHANGES_SHOWN else ""
    return ", ".join(shown[:_CHANGES_SHOWN]) + more


def _warnings(each: Visit) -> Iterator[Block]:
    for warning in each.warnings:
        if warning == each.state.fault:
            severity = Severity.ERROR if each.outcome == "failed" else Severity.WARNING
            yield Notice(warning, severity, each.state.next_step)
        else:
            yield Notice(warning, Severity.INFO)


def _prices(portfolio: Portfolio) -> Iterator[Block]:
    coverage = portfolio.valuation.coverage
    if coverage.held:
        none = [f"none of {listed(coverage.unpriced)}"] if coverage.unpriced else []
        yield Text("; ".join([*priced(portfolio), *none]) + ".")
