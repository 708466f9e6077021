"""What streams tell the store: an account's balances as they are now, and quotes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import Connection, update

from kit import Balance, PricePoint, Store

from .quote_rows import keep_quotes
from .reading import reported_totals
from .records import report_balances
from .tables import accounts

_NOTHING = Decimal(0)


def held_assets(connection: Connection, account: str) -> frozenset[str]:
    """What the venue last said that the account holds."""
    return frozenset(reported_totals(connection, account))


def keep_live(store: Store, account: str, balances: Sequence[Balance], points: Sequence[PricePoint]) -> None:
    """Keep what came, in one transaction.

    `balances` are all that the account holds: what is not among them is zero. Where they come to nothing at
    all they are not believed; a sync looks closer. What was wrong with the account is for a sync to say, too, and
    where they have changed the next one walks the history, which owes what changed them.
    """
    with store.write() as connection:
        if any(each.total for each in balances):
            at = max(each.time for each in balances)
            before = reported_totals(connection, account)
            gone = before.keys() - {each.asset for each in balances}
            report_balances(connection, [*balances, *(Balance(account, asset, _NOTHING, at) for asset in sorted(gone))])
            has_changed = before != {each.asset: each.total for each in balances if each.total}
            news = {"answered": at, "owed": True} if has_changed else {"answered": at}
            connection.execute(update(accounts).where(accounts.c.account == account).values(news))
        keep_quotes(connection, points)
