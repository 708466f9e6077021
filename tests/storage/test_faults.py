"""What a database or a disk says becomes a sentence with a next step, and tells no secret."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg
import psycopg.errors
import pytest
from sqlalchemy import Table

from kit import FixedClock, Migrations, Store, StoreError
from kit.storage import engines
from kit.storage.faults import translated

_Opener = Callable[..., Store]


def test_a_file_that_is_no_database_is_named(open_store: _Opener, tmp_path: Path) -> None:
    file = tmp_path / "kit.db"
    file.write_text("My diary. " * 1000)
    with pytest.raises(StoreError, match=r"kit\.db is not a database") as said:
        open_store(f"sqlite:///{file.as_posix()}")
    assert "kit restore" in str(said.value)
    assert file.read_text() == "My diary. " * 1000


def test_a_damaged_database_is_named(store_of_pages: Path, open_store: _Opener) -> None:
    content = bytearray(store_of_pages.read_bytes())
    content[4096:] = b"\xee" * (len(content) - 4096)
    store_of_pages.write_bytes(content)
    with pytest.raises(StoreError, match="is damaged") as said:
        open_store(f"sqlite:///{store_of_pages.as_posix()}")
    assert "kit restore" in str(said.value)


@pytest.fixture
def store_of_pages(open_store: _Opener, sqlite_url: str, coins: Migrations, tmp_path: Path) -> Path:
    store = open_store(sqlite_url, [coins])
    with store.write():
        pass
    store.close()
    return tmp_path / "sqlite" / "kit.db"


def test_a_folder_in_the_place_of_the_file(open_store: _Opener, tmp_path: Path) -> None:
    (tmp_path / "kit.db").mkdir()
    with pytest.raises(StoreError, match=r"cannot be opened|may not be used|is not a database"):
        open_store(f"sqlite:///{tmp_path.as_posix()}/kit.db")


def test_a_file_in_the_place_of_the_folder(open_store: _Opener, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match="cannot be opened"), open_store(f"sqlite:///{tmp_path}/data/kit.db").read():
        pass


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_folder_without_permission(open_store: _Opener, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o500)
    if os.access(folder, os.W_OK):
        pytest.skip("this user may write everywhere")
    with pytest.raises(StoreError, match="may not be used by you"), open_store(f"sqlite:///{folder}/kit.db").read():
        pass


def test_a_full_disk(open_store: _Opener, sqlite_url: str, coins: Migrations, coins_table: Table) -> None:
    store = open_store(sqlite_url, [coins])
    rows = [(number, "x" * 500) for number in range(500)]

    def fill() -> None:
        with store.write() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 20")
            store.bulk_insert(connection, coins_table, ["id", "name"], rows)

    with pytest.raises(StoreError, match="disk is full") as said:
        fill()
    assert "Free some space" in str(said.value)


def test_a_lock_that_is_never_given_back(
    store: Store, store_url: str, coins: Migrations, open_store: _Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "BUSY_SECONDS", 1)
    impatient = open_store(store_url, [coins])
    with store.write() as connection:
        connection.exec_driver_sql("DELETE FROM coins")
        with pytest.raises(StoreError, match="is busy") as said, impatient.write():
            pass
    assert "try again" in str(said.value)


def test_a_wrong_password_is_told_without_telling_it(postgres_database: str, open_store: _Opener) -> None:
    wrong = postgres_database.replace(quote("hush-hush:/@1", safe=""), "not-the-one")
    assert wrong != postgres_database
    with pytest.raises(StoreError, match="refused the user or password") as said:
        open_store(wrong)
    assert "not-the-one" not in str(said.value)


def test_a_database_that_the_server_does_not_have(postgres_url: str, open_store: _Opener) -> None:
    with pytest.raises(StoreError, match="does not exist on the server") as said:
        open_store(postgres_url.replace("/postgres?", "/no_such?"))
    assert "createdb" in str(said.value)
    assert "hush" not in str(said.value)


def test_trouble_of_the_caller_is_not_blamed_on_the_database(store: Store, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), store.write():
        (tmp_path / "nothing.csv").read_text()


@pytest.mark.parametrize("where", ["127.0.0.1:1/db", "/db?host=/no/such/folder", "no-such-host.invalid/db"])
def test_a_server_that_is_not_there(where: str, open_store: _Opener) -> None:
    with pytest.raises(StoreError, match="cannot be reached") as said:
        open_store(f"postgresql://me:hush@{where}")
    assert "hush" not in str(said.value)
    assert "storage.url" in str(said.value)


def test_a_server_that_ends_the_connection(postgres_database: str, open_store: _Opener) -> None:
    store = open_store(postgres_database)
    with pytest.raises(StoreError, match="ended the connection"), store.write() as connection:
        connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")


def _sqlite_error(name: str) -> sqlite3.Error:
    error = sqlite3.OperationalError("as SQLite puts it")
    error.sqlite_errorname = name
    error.sqlite_errorcode = getattr(sqlite3, name, 1)
    return error


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (_sqlite_error("SQLITE_BUSY_SNAPSHOT"), "is busy"),
        (_sqlite_error("SQLITE_LOCKED"), "is busy"),
        (_sqlite_error("SQLITE_FULL"), "disk is full"),
        (_sqlite_error("SQLITE_READONLY_DIRECTORY"), "is read-only"),
        (_sqlite_error("SQLITE_CORRUPT_INDEX"), "is damaged"),
        (_sqlite_error("SQLITE_NOTADB"), "is not a database"),
        (_sqlite_error("SQLITE_CANTOPEN_ISDIR"), "cannot be opened"),
        (_sqlite_error("SQLITE_PERM"), "may not be used"),
        (_sqlite_error("SQLITE_AUTH"), "may not be used"),
        (_sqlite_error("SQLITE_IOERR_READ"), "disk failed"),
        (_sqlite_error("SQLITE_CONSTRAINT_UNIQUE"), "refused a statement"),
        (psycopg.errors.DiskFull("x"), "disk is full"),
        (psycopg.errors.ReadOnlySqlTransaction("x"), "is read-only"),
        (psycopg.errors.InsufficientPrivilege("x"), "may not be used"),
        (psycopg.errors.InvalidPassword("x"), "refused the user"),
        (psycopg.errors.TooManyConnections("x"), "cannot be reached"),
        (psycopg.errors.DeadlockDetected("x"), "is busy"),
        (psycopg.errors.DataCorrupted("x"), "is damaged"),
        (psycopg.errors.IoError("x"), "disk failed"),
        (psycopg.errors.UniqueViolation("x"), "refused a statement"),
        (OSError(errno.ENOSPC, "no space"), "disk is full"),
        (PermissionError(errno.EACCES, "no"), "may not be used"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_every_known_error_has_its_sentence(error: Exception, says: str) -> None:
    said = translated(error, "sqlite:///kit.db")
    assert says in str(said)
    assert said.next_step


def test_a_secret_in_the_words_of_a_driver_is_hidden(clock: FixedClock) -> None:
    said = translated(psycopg.OperationalError("bad conninfo password=hush"), "postgresql://me:***@host", ("hush",))
    assert "hush" not in str(said)
