"""The portfolio's standing problems: looked at after each import, kept until a later one cures them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from kit import KitError, Problem, Services, Severity

from .limits import limit_findings
from .portfolio import load_portfolio

PREFIX = "portfolio."


def refresh_problems(services: Services) -> None:
    """Make what is wrong with the portfolio now its only kept problems. An import never fails for it."""
    from .store.reading import count_kept_aside
    from .views.findings import findings

    with suppress(KitError):
        portfolio = load_portfolio(services)
        found = [
            replace(each, where="portfolio")
            for each in (*findings(portfolio), *limit_findings(services, portfolio))
            if each.severity is not Severity.INFO
        ]
        with services.store.read() as connection:
            rejected = count_kept_aside(connection)
        if rejected:
            what = f"{rejected:,} imported {'row is' if rejected == 1 else 'rows are'} kept aside."
            aside = Problem(f"{PREFIX}rejected", Severity.WARNING, what, "imports", "See why: kit import --rejected")
            found.append(aside)
        services.problems.replace(PREFIX, found)
