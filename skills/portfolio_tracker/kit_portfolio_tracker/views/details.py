"""What `--detailed` adds to the overview: every account and asset, open positions, what an account leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from kit import Block, Column, Money, Notice, OpenPosition, Quantity, Services, Severity, Table, Value

from ..bases import bases_of
from ..core.basis import NO_BASIS, Basis
from ..portfolio import Portfolio
from .gains import GAIN_COLUMNS, gain_cells

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Details:
    """What is asked of the store for these only. `bound` is what is locked and staked, by account and asset.

    `bases` is what each asset cost, over all accounts.
    """

    bound: Mapping[tuple[str, str], tuple[Decimal, Decimal]]
    open: tuple[OpenPosition, ...]
    bases: Mapping[str, Basis]

    def holdings(self, portfolio: Portfolio) -> Table:
        """Reported and calculated side by side; what is locked and staked where any of it is."""
        return _holdings(portfolio, self.bound)

    def assets(self, portfolio: Portfolio) -> Table:
        """Each asset with what it cost and gained."""
        return Table(
            columns=(
                Column("Asset", "asset"),
                Column("Quantity", "quantity", "right"),
                Column("Price", "price", "right"),
                Column("Value", "value", "right"),
                *GAIN_COLUMNS,
            ),
            rows=tuple(
                (
                    each.asset,
                    Quantity(each.quantity, each.asset),
                    None if each.price is None else Money(each.price.amount, each.price.currency),
                    each.value,
                    *gain_cells(self.bases.get(each.asset, NO_BASIS)),
                )
                for each in portfolio.valuation.assets
            ),
            title="Assets",
            emoji="💎",
        )

    def more(self, portfolio: Portfolio) -> Iterator[Block]:
        """Open positions, where there are any, and what the accounts' own words leave out."""
        shown = {each.account for each in portfolio.valuation.holdings} | portfolio.connected.keys()
        if found := [each for each in self.open if each.account in shown]:
            yield _open_positions(portfolio, found)
        for name, state in portfolio.connected.items():
            for sentence in state.left_out if state else ():
                yield Notice(f"{portfolio.label(name)}: {sentence}", Severity.INFO)


def read_details(services: Services, portfolio: Portfolio) -> Details:
    """Raises StoreError."""
    from ..ledger import ledger_states
    from ..store.open_rows import read_open_positions
    from ..store.reading import bound_balances

    bases = bases_of(portfolio, ledger_states(services, {each.asset for each in portfolio.valuation.assets}))
    with services.store.read() as connection:
        return Details(bound_balances(connection), tuple(read_open_positions(connection)), bases)


def _holdings(portfolio: Portfolio, found: Mapping[tuple[str, str], tuple[Decimal, Decimal]]) -> Table:
    holdings = portfolio.valuation.holdings
    bound = [found.get((each.account, each.asset), (_NOTHING, _NOTHING)) for each in holdings]
    parts = [(title, place) for place, title in enumerate(("Locked", "Staked")) if any(each[place] for each in bound)]
    rows = []
    for each, locked_and_staked in zip(holdings, bound, strict=True):
        row: tuple[Value, ...] = (
            portfolio.label(each.account),
            each.asset,
            Quantity(each.quantity, each.asset),
            *(Quantity(locked_and_staked[place], each.asset) for _, place in parts),
            None if each.reported is None else Quantity(each.reported, each.asset),
            Quantity(each.calculated, each.asset),
            None if each.discrepancy is None else Quantity(each.discrepancy, each.asset),
            each.value,
            each.share,
        )
        rows.append(row)
    return Table(
        columns=(
            Column("Account", "account"),
            Column("Asset", "asset"),
            Column("Balance", "balance", "right", precise=True),
            *(Column(title, title.lower(), "right", precise=True) for title, _ in parts),
            Column("Reported", "reported", "right", precise=True),
            Column("Calculated", "calculated", "right", precise=True),
            Column("Discrepancy", "discrepancy", "right", precise=True, signed=True),
            Column("Value", "value", "right"),
            Column("Share", "share", "right"),
        ),
        rows=tuple(rows),
        title="Holdings by Account",
        emoji="🏦",
    )


def _open_positions(portfolio: Portfolio, found: list[OpenPosition]) -> Table:
    """Their worth is in the balances already."""
    return Table(
        columns=(
            Column("Account", "account"),
            Column("Symbol", "symbol"),
            Column("Side", "side"),
            Column("Quantity", "quantity", "right", precise=True),
            Column("Entry", "entry", "right", precise=True),
            Column("Mark", "mark", "right", precise=True),
            Column("Profit", "profit", "right", signed=True),
        ),
        rows=tuple(
            (
                portfolio.labels.get(each.account, each.account),
                each.symbol,
                each.side.value,
                each.quantity,
                each.entry,
                each.mark,
                None if each.profit is None else Quantity(each.profit, each.currency),
            )
            for each in found
        ),
        title="Open Positions",
        emoji="📐",
    )
