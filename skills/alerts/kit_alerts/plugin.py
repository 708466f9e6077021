"""All that the alerts skill brings, on one screen."""

from __future__ import annotations

from pathlib import Path

from kit import Check, Command, Migrations, Services, SettingsSection, Status, Stream, hookimpl

SECTION = "skills.alerts"


@hookimpl
def kit_settings() -> list[SettingsSection]:
    return [SettingsSection(SECTION, "kit_alerts.settings:AlertSettings")]


@hookimpl
def kit_commands() -> list[Command]:
    from .commands import COMMANDS

    return list(COMMANDS)


@hookimpl
def kit_migrations() -> list[Migrations]:
    return [Migrations("alerts", Path(__file__).with_name("migrations"), head="alerts_0001")]


@hookimpl
def kit_streams(services: Services) -> list[Stream]:
    from .watching import streams

    return streams(services)


@hookimpl
def kit_checks(services: Services) -> list[Check]:
    from .views.listing import checks

    return checks()


@hookimpl
def kit_status(services: Services) -> list[Status]:
    from .views.listing import status

    return status(services)
