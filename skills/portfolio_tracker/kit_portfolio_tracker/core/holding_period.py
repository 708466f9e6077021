"""How long a lot was held, by the calendar. FORMULAS §6; IRC § 1222, IRS Publication 544.

Holding starts the local day after the acquisition. It is long-term from the same calendar date one year after that
start on, and where that year has no such date, from the next day there is. Days are never counted as 365.
"""

from __future__ import annotations

from datetime import date, timedelta


def long_term_from(acquired: date) -> date:
    """The first day on which a sale is long-term."""
    start = acquired + timedelta(days=1)
    try:
        return start.replace(year=start.year + 1)
    except ValueError:  # 29 February, and the next year has none
        return date(start.year + 1, 3, 1)


def is_long_term(acquired: date, sold: date) -> bool:
    return sold >= long_term_from(acquired)
