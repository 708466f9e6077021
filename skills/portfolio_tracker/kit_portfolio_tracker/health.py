"""How the portfolio's data is doing: for `kit doctor` and `kit status`."""

from __future__ import annotations

from kit import Check, Finding, Services, Status


def checks() -> list[Check]:
    """What `kit doctor` asks."""
    return [
        Check("portfolio-positions", "Calculated balances are what the records sum to", run=_compare, fix=_rebuild),
        Check("portfolio-rejected", "Every imported row could be used", run=_kept_aside),
    ]


def status(services: Services) -> list[Status]:
    """One line: how much there is."""
    from .store.reading import extent

    nothing = [Status("Portfolio", "nothing imported yet (kit import FILE, or kit demo)")]
    if not services.store.exists:
        return nothing
    with services.store.read() as connection:
        found = extent(connection)
    if not found.accounts:
        return nothing
    accounts = "1 account" if found.accounts == 1 else f"{found.accounts} accounts"
    records = "1 record" if found.records == 1 else f"{found.records:,} records"
    latest = f", latest {found.latest.date()}" if found.latest else ""
    return [Status("Portfolio", f"{accounts}, {records}{latest}")]


def _compare(services: Services) -> Finding:
    from .store.records import kept_positions, summed_positions

    with services.store.read() as connection:
        kept, summed = kept_positions(connection), summed_positions(connection)
    wrong = sorted(key for key in kept.keys() | summed.keys() if kept.get(key) != summed.get(key))
    if not wrong:
        return Finding(True, f"{len(kept)} calculated balances agree with the records.")
    account, asset = wrong[0]
    return Finding(
        False,
        f"{len(wrong)} calculated balances differ from the records, {asset} on {account} first.",
        "Sum them anew: kit doctor --fix",
    )


def _rebuild(services: Services) -> Finding:
    from .store.records import rebuild_positions

    with services.store.write() as connection:
        rebuild_positions(connection)
    return Finding(True, "The calculated balances were summed anew.", fixed=True)


def _kept_aside(services: Services) -> Finding:
    from .store.reading import count_kept_aside

    with services.store.read() as connection:
        count = count_kept_aside(connection)
    if not count:
        return Finding(True, "No rows are kept aside.")
    return Finding(False, f"{count} imported rows are kept aside.", "See them: kit import --rejected")
