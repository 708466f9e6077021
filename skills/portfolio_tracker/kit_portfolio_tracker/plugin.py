"""All that the portfolio tracker brings, on one screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kit import Migrations, SettingsSection, hookimpl

if TYPE_CHECKING:
    from kit import Check, Command, Demo, Event, Job, PriceSourceType, Services, Signal, Status, Stream

SECTION = "skills.portfolio-tracker"


@hookimpl
def kit_settings() -> list[SettingsSection]:
    return [SettingsSection(SECTION, "kit_portfolio_tracker.settings:PortfolioSettings", aliases=("portfolio",))]


@hookimpl
def kit_commands() -> list[Command]:
    from .commands import COMMANDS

    return list(COMMANDS)


@hookimpl
def kit_addhooks() -> list[object]:
    from . import hookspecs

    return [hookspecs]


@hookimpl
def kit_migrations() -> list[Migrations]:
    return [Migrations("portfolio", Path(__file__).with_name("migrations"), head="portfolio_0005")]


@hookimpl
def kit_price_sources(services: Services) -> list[PriceSourceType]:
    from .stored_prices import stored_prices

    return [stored_prices(services)]


@hookimpl
def kit_jobs(services: Services) -> list[Job]:
    from . import price_job, rebalance_auto, reporting, snapshots, syncing

    return [job for part in (syncing, price_job, snapshots, reporting, rebalance_auto) for job in part.jobs(services)]


@hookimpl
def kit_streams(services: Services) -> list[Stream]:
    from .realtime import streams

    return streams(services)


@hookimpl
def kit_signals(services: Services) -> list[Signal]:
    from .signals import signals

    return signals(services)


@hookimpl
def kit_event(event: Event, services: Services) -> None:
    """A renamed account takes its records, its balances and its state along."""
    if event.name == "exchange.renamed" and services.store.exists:
        from .renaming import follow_name

        follow_name(services, event)


@hookimpl
def kit_checks(services: Services) -> list[Check]:
    from .health import checks

    return checks()


@hookimpl
def kit_status(services: Services) -> list[Status]:
    from .health import status

    return status(services)


@hookimpl
def kit_demo() -> list[Demo]:
    from .sample import DEMO

    return [DEMO]
