"""What a sync did, account by account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kit import Block, Column, Notice, Quantity, Reply, Services, Severity, Table, Text, plain

from ..labels import account_label
from ..plugin import SECTION
from ..rounds import Round
from .findings import exit_code

if TYPE_CHECKING:
    from ..settings import PortfolioSettings
    from ..visiting import Visit

_CHANGES_SHOWN = 3


def sync_report(services: Services, found: Round) -> Reply:
    """A row an account, then what is wrong. Exit code 1 where every account failed, 3 where some did."""
    settings: PortfolioSettings = services.settings(SECTION)
    if not found.visits:
        return _nobody(found)
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
    doubtful = any(each.state.fault for each in found.visits)
    code = 1 if len(failed) == len(found.visits) else 3 if doubtful else exit_code(found.problems)
    blocks = (table, *(notice for each in found.visits for notice in _warnings(each)), *_prices(found))
    return Reply(found, blocks, problems=found.problems, exit_code=code)


def _nobody(found: Round) -> Reply:
    """Prices may have come even so."""
    blocks: tuple[Block, ...] = (
        Text("No exchange is connected. Connect one with a key that may only read:"),
        Text("kit exchanges add binance", code=True),
        *_prices(found),
    )
    return Reply(found, blocks, problems=found.problems, exit_code=exit_code(found.problems))


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


def _prices(found: Round) -> Iterator[Block]:
    if found.prices or found.unpriced:
        known = "1 price" if found.prices == 1 else f"{found.prices:,} prices"
        yield Text(f"{known} known now." if not found.unpriced else f"{known} known now; none of {_named(found)}.")


def _named(found: Round) -> str:
    return ", ".join(found.unpriced)
