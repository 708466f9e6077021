"""Bringing the tables up to what the installed plugins expect: one Alembic branch per plugin.

`alembic_version` holds one row per branch. The everyday check compares these rows with the declared
heads in plain SQL; Alembic is imported only when one is missing. `meta` remembers which revision
belongs to which branch, so that a branch written by a newer program is told from a plugin that is
no longer installed (whose rows stay as they are).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, select

from ..errors import StoreError
from ..hookspecs import Migrations
from .schema import meta

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

_BRANCH = "branch:"
_CHANGED = "changed:"


class MigrationError(StoreError):
    """The tables of one plugin cannot be brought up to date; `branch` names it."""

    def __init__(self, branch: str, message: str, *, next_step: str) -> None:
        self.branch = branch
        super().__init__(message, next_step=next_step)


def versions(connection: Connection) -> set[str]:
    """The revisions the store is at; none for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars())


def missing(connection: Connection, migrations: Iterable[Migrations]) -> list[Migrations]:
    """The branches whose newest revision the store does not have."""
    present = versions(connection)
    return [entry for entry in migrations if entry.head not in present]


def migrate(connection: Connection, migrations: Sequence[Migrations], *, now: datetime) -> None:
    """Bring every branch to its head within the caller's transaction. Raises MigrationError.

    The caller holds the writer's lock, so what another process did meanwhile is seen here. `now` is
    kept in `meta` as the instant a branch last changed.
    """
    for entry in missing(connection, migrations):
        script = _script(entry)
        _refuse_newer(connection, entry, script)
        try:
            _upgrade(connection, entry, script)
        except Exception as error:
            raise MigrationError(
                entry.branch,
                f"The tables of “{entry.branch}” could not be brought up to date "
                f"({type(error).__name__}: {_first_line(error)}); the database is as it was.",
                next_step="Update that plugin, or set it aside with: kit plugins disable NAME.",
            ) from error
        _remember(connection, _BRANCH + entry.branch, entry.head)
        _remember(connection, _CHANGED + entry.branch, now.isoformat())


def _script(entry: Migrations) -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    try:
        script = ScriptDirectory(str(entry.directory), version_locations=[str(entry.directory)])
        script.get_revision(entry.head)
    except Exception as error:
        raise MigrationError(
            entry.branch,
            f"The migrations of “{entry.branch}” in {entry.directory} cannot be read ({_first_line(error)}).",
            next_step="Install that plugin again, or set it aside with: kit plugins disable NAME.",
        ) from error
    return script


def _refuse_newer(connection: Connection, entry: Migrations, script: ScriptDirectory) -> None:
    kept = _remembered(connection, entry.branch)
    known = {revision.revision for revision in script.walk_revisions()}
    if kept is not None and kept not in known:
        raise MigrationError(
            entry.branch,
            f"The database was last used by a newer version of “{entry.branch}” (revision {kept}) "
            "and has not been touched.",
            next_step="Update the program, or restore a backup made with this version.",
        )


def _upgrade(connection: Connection, entry: Migrations, script: ScriptDirectory) -> None:
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    known = {revision.revision for revision in script.walk_revisions()}

    def steps(current: Any, _context: MigrationContext) -> Any:
        own: Any = tuple(revision for revision in current if revision in known)
        return script._upgrade_revs(entry.head, own)

    context = MigrationContext.configure(connection, opts={"fn": steps, "transactional_ddl": True})
    with Operations.context(context):
        context.run_migrations()


def _remembered(connection: Connection, branch: str) -> str | None:
    if not inspect(connection).has_table(meta.name):
        return None
    return connection.scalar(select(meta.c.value).where(meta.c.key == _BRANCH + branch))


def _remember(connection: Connection, key: str, value: str) -> None:
    connection.execute(meta.delete().where(meta.c.key == key))
    connection.execute(meta.insert().values(key=key, value=value))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0].rstrip(".")
