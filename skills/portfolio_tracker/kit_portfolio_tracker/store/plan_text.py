"""A plan as the text it is kept as: what was wished, and what was shown besides its orders."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from kit import Money, exact, plain

from ..core.rebalancing import Row, Untraded
from ..rebalance_plans import Plan, SaleTax, Wish


def wish_text(wish: Wish) -> str:
    """The wish as it is kept."""
    return json.dumps(
        {
            "target": {asset: plain(weight) for asset, weight in wish.target.items()},
            "threshold": plain(wish.threshold),
            "account": wish.account,
            "whole": wish.whole,
        }
    )


def wish_of(text: str) -> Wish:
    """What `wish_text` wrote."""
    said = json.loads(text)
    target = {asset: exact(weight) for asset, weight in said["target"].items()}
    return Wish(target, exact(said["threshold"]), said["account"], said["whole"])


def body_text(plan: Plan) -> str:
    """What was shown, as it is kept."""
    return json.dumps(
        {
            "currency": plan.currency,
            "total": plain(plan.total),
            "quote": plan.quote,
            "rows": [_row_cells(each) for each in plan.rows],
            "untraded": [[each.asset, each.account, plain(each.value), each.reason] for each in plan.untraded],
            "left_alone": {asset: _written(value) for asset, value in plan.left_alone.items()},
            "sales": [_sale_cells(each) for each in plan.sales],
            "own_fees": plan.own_fees,
            "fee_rates": [_written(each.fee_rate) for each in plan.orders],
            "assets": [each.asset for each in plan.orders],
            "labels": dict(plan.labels),
            "notes": list(plan.notes),
        }
    )


def body_of(text: str) -> dict[str, Any]:
    """What `body_text` wrote, by the names of a Plan's fields; `fee_rates` and `assets` are the orders'."""
    said = json.loads(text)
    return {
        **said,
        "total": exact(said["total"]),
        "rows": tuple(_row(*each) for each in said["rows"]),
        "untraded": tuple(
            Untraded(asset, account, exact(value), reason) for asset, account, value, reason in said["untraded"]
        ),
        "left_alone": {asset: _read(value) for asset, value in said["left_alone"].items()},
        "sales": tuple(_sale(said["currency"], each) for each in said["sales"]),
        "fee_rates": [_read(each) for each in said["fee_rates"]],
        "notes": tuple(said["notes"]),
    }


def _row_cells(row: Row) -> list[Any]:
    figures = [_written(each) for each in (row.value, row.share, row.weight, row.change, row.after)]
    return [row.asset, row.trades, *figures]


def _row(asset: str, trades: bool, *figures: str | None) -> Row:
    value, share, weight, change, after = (_read(each) for each in figures)
    return Row(asset, value, share, weight or Decimal(0), change or Decimal(0), trades, after)


def _sale_cells(sale: SaleTax) -> list[Any]:
    gain = None if sale.gain is None else plain(sale.gain.amount)
    terms = [plain(sale.short_term.amount), plain(sale.long_term.amount)]
    return [sale.asset, plain(sale.quantity), gain, *terms, sale.method, plain(sale.unbased)]


def _sale(currency: str, cells: list[Any]) -> SaleTax:
    asset, quantity, gain, short, long, method, unbased = cells

    def money(amount: str) -> Money:
        return Money(exact(amount), currency)

    known = None if gain is None else money(gain)
    return SaleTax(asset, exact(quantity), known, money(short), money(long), method, exact(unbased))


def _written(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _read(text: str | None) -> Decimal | None:
    return None if text is None else exact(text)
