"""What the reader of a figure over time must know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from kit import Problem, Services, Severity

from ..core.wording import listed
from .findings import FRESH

if TYPE_CHECKING:
    from ..core.comparing import Comparison
    from ..core.performance import Performance
    from ..core.periods import Period
    from ..history import Part


def history_findings(
    found: Performance, gaps: Mapping[str, int], compared: Comparison | None = None
) -> tuple[Problem, ...]:
    """What the performance rests on, and leaves out. `gaps` are those of its prices."""
    problems = [*unpriced_finding(sorted({*found.unpriced, *(compared.unpriced if compared else ())}))]
    problems += _gap_finding(gaps)
    if compared is not None:
        problems += carried_finding(compared, found.period.last)
    if found.unmatched:
        one = found.unmatched == 1
        transfers, count = ("transfer", "counts") if one else ("transfers", "count")
        problems.append(
            Problem(
                "portfolio.history_unmatched",
                Severity.INFO,
                f"{found.unmatched} {transfers} of coins without a known other end {count} as money from outside.",
                "",
                "See them: kit ledger list --flagged",
            )
        )
    if found.breaks:
        days = listed(str(day) for day in found.breaks)
        problems.append(
            Problem(
                "portfolio.history_broken",
                Severity.WARNING,
                f"The portfolio was worth nothing or less before {days}: such a day has no return.",
                "",
                "A deposit may be missing: kit portfolio reconcile",
            )
        )
    return tuple(problems)


def price_gaps(services: Services, part: Part, period: Period) -> dict[str, int]:
    """For how many days at most the price of each held asset was carried on, where that was for long."""
    from ..store.closes import longest_gaps
    from ..store.step_rows import quantities_now

    with services.store.read() as connection:
        held = {asset for asset, quantity in quantities_now(connection, part.accounts).items() if quantity}
        return longest_gaps(connection, held if part.asset is None else {part.asset}, period.base, period.last)


def _gap_finding(gaps: Mapping[str, int]) -> tuple[Problem, ...]:
    """That prices of what is held were carried on for long, if some were."""
    if not gaps:
        return ()
    longest = listed(f"{asset} for up to {days:,} days" for asset, days in gaps.items())
    what = f"No new price of {longest}: the last one counts until the next."
    return (Problem("portfolio.history_gaps", Severity.INFO, what, "", "Get them: kit prices fetch"),)


def carried_finding(compared: Comparison, last: date) -> tuple[Problem, ...]:
    """That prices of the last day are older ones, if some are: the age of each is shown. FORMULAS §5."""
    old = sorted((day, asset) for asset, day in compared.carried.items() if last - day > FRESH)
    if not old:
        return ()
    what = f"On {last} prices are up to {(last - old[0][0]).days} days old: {listed(asset for _, asset in old)}."
    return (Problem("portfolio.history_carried", Severity.INFO, what, "", "Get newer ones: kit prices fetch"),)


def left_out(assets: Sequence[str]) -> tuple[Problem, ...]:
    """That these assets are in no part of a comparison, if there are any."""
    if not assets:
        return ()
    what = f"Left out of both days and their difference, for want of a price: {listed(assets)}."
    return (Problem("portfolio.compare_unpriced", Severity.WARNING, what, "", "See which days: kit prices missing"),)


def unpriced_finding(assets: Sequence[str]) -> tuple[Problem, ...]:
    """That these assets count on some days only, if there are any."""
    if not assets:
        return ()
    what = f"No price on some days for {listed(assets)}: it counts only while it has one."
    next_step = "See which days: kit prices missing"
    return (Problem("portfolio.history_unpriced", Severity.WARNING, what, "", next_step),)


def left_out_of_returns(found: Iterable[Performance | None], known: Iterable[str]) -> tuple[Problem, ...]:
    """That figures over time lack what the total beside them counts. `known` are the assets that it does not count."""
    lacking = {asset for each in found if each is not None for asset in each.unpriced} - {*known}
    if not lacking:
        return ()
    what = f"Returns and profit leave out {listed(sorted(lacking))} on days without a price."
    next_step = "See which days: kit prices missing"
    return (Problem("portfolio.returns_unpriced", Severity.INFO, what, "", next_step),)
