"""Questions at a terminal: nothing secret that is typed or pasted is ever echoed, and people's words are understood."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

pty = pytest.importorskip("pty", reason="no pseudo-terminals here")
pytestmark = pytest.mark.slow

MANIFEST = 'name = "gate"\nversion = "1.0"\nsummary = "A venue of the tests."\nmodule = "kit_gate.plugin"\n'
PLUGIN = """
from kit import Balance, Credential, ExchangeType, KitError, NetworkFailure, Permissions, hookimpl


class Account:
    def __init__(self, context):
        self.key = context.settings["apiKey"]

    async def balances(self):
        if self.key.startswith("net"):
            raise NetworkFailure("The Gate cannot be reached.")
        return []

    async def permissions(self):
        return Permissions(True, False, False)

    async def close(self):
        pass


@hookimpl
def kit_exchanges():
    keys = (
        Credential("login", "Login", secret=False),
        Credential("apiKey", "API key"),
        Credential("secret", "API secret"),
    )
    return [ExchangeType("gate", "The Gate", Account, None, keys)]
"""
PEM = ["-----BEGIN EC PRIVATE KEY-----", "MHcCAQEEI{}", "oAoGCCqG{}", "-----END EC PRIVATE KEY-----"]
Secret = Callable[[str], str]


class Session:
    """A command line at a terminal of its own; everything that stood on its screen."""

    def __init__(self, words: list[str], env: dict[str, str]) -> None:
        self._near, far = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kit", *words], stdin=far, stdout=far, stderr=far, env=env, start_new_session=True
        )
        os.close(far)
        self.screen = ""

    def until(self, text: str) -> None:
        """Read until `text` stands on the screen."""
        end = time.monotonic() + 60
        while text not in self.screen and time.monotonic() < end and self._read():
            pass
        assert text in self.screen, self.screen

    def types(self, text: str) -> None:
        os.write(self._near, text.encode())

    def interrupt(self) -> None:
        """What Ctrl-C does, until it is heard: Python misses the one that comes just before it waits to read."""
        while self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)

    @property
    def echoes(self) -> bool:
        import termios

        return bool(termios.tcgetattr(self._near)[3] & termios.ECHO)

    def ends(self) -> int:
        while self._read():
            pass
        return self._process.wait(60)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._near)

    def _read(self) -> bool:
        try:
            piece = os.read(self._near, 4096)
        except OSError:  # how Linux says that the other end is closed
            return False
        self.screen += piece.decode()
        return bool(piece)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    (home / "plugins" / "gate").mkdir(parents=True)
    (home / "plugins" / "gate" / "plugin.toml").write_text(MANIFEST, encoding="utf-8")
    package = tmp_path / "site" / "kit_gate"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "plugin.py").write_text(PLUGIN, encoding="utf-8")
    return home


@pytest.fixture
def kit(home: Path, tmp_path: Path) -> Iterator[Callable[..., Session]]:
    sessions: list[Session] = []
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KIT_")}
    env = {
        **inherited,
        "KIT_HOME": str(home),
        "KIT_CACHE": str(tmp_path / "cache"),
        "KIT_LOAD_PLUGINS": "gate",
        "PYTHONPATH": str(tmp_path / "site"),
        "COLUMNS": "200",
        "TERM": "dumb",
    }

    def start(*words: str) -> Session:
        sessions.append(Session(list(words), env))
        return sessions[-1]

    yield start
    for session in sessions:
        sys.stdout.write(session.screen)  # so that it is searched for secrets like everything else
        session.close()


def accounts(home: Path) -> Any:
    file = home / "config.json"
    return json.loads(file.read_text(encoding="utf-8")).get("exchanges", {}) if file.exists() else {}


def kept(home: Path, account: str, key: str) -> str:
    return Path(accounts(home)[account][key]["file"]).read_text(encoding="utf-8")


def test_a_key_that_is_typed_is_not_echoed(kit: Callable[..., Session], home: Path, secret: Secret) -> None:
    key, hush = secret("key"), secret("hush")
    session = kit("exchanges", "add", "gate")
    session.until("Login")
    session.types("ada\n")
    session.until("API key")
    session.types(f"  {key} \n")
    session.until("API secret")
    session.types(f"{hush}\n")
    assert session.ends() == 0, session.screen
    assert "ada" in session.screen
    assert key not in session.screen
    assert hush not in session.screen
    assert (kept(home, "gate", "apiKey"), kept(home, "gate", "secret")) == (key, hush)
    assert accounts(home)["gate"]["login"] == "ada"


def test_what_is_pasted_ahead_is_not_echoed(kit: Callable[..., Session], home: Path, secret: Secret) -> None:
    key, hush = secret("key"), secret("hush")
    session = kit("exchanges", "add", "gate")
    session.until("Login")
    session.types("ada\n")
    session.until("API key")
    session.types(f"{key}\n{hush}\n")
    assert session.ends() == 0, session.screen
    assert key not in session.screen
    assert hush not in session.screen
    assert kept(home, "gate", "secret") == hush


def test_a_key_of_several_lines_is_taken_whole(kit: Callable[..., Session], home: Path, secret: Secret) -> None:
    pem = [line.format(secret("")) for line in PEM]
    session = kit("exchanges", "add", "gate")
    session.until("Login")
    session.types("ada\n")
    session.until("API key")
    session.types(f"{secret('key')}\n")
    session.until("API secret")
    session.types("\n".join(pem) + "\n")
    assert session.ends() == 0, session.screen
    assert not [line for line in pem if line in session.screen]
    assert kept(home, "gate", "secret") == "\n".join(pem)


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1)])
def test_a_key_that_could_not_be_tried_is_kept_on_request(
    answer: str, code: int, kit: Callable[..., Session], home: Path, secret: Secret
) -> None:
    session = kit("exchanges", "add", "gate")
    session.until("Login")
    session.types("ada\n")
    session.until("API key")
    session.types(f"{secret('net')}\n{secret('hush')}\n")
    session.until("Keep the account")
    session.types(f"{answer}\n")
    assert session.ends() == code, session.screen
    assert ("gate" in accounts(home)) is (code == 0)


@pytest.mark.parametrize("way", [Session.interrupt, lambda session: session.types("\x04")], ids=["Ctrl-C", "Ctrl-D"])
def test_giving_up_leaves_nothing_behind_and_the_terminal_as_it_was(
    way: Callable[[Session], None], kit: Callable[..., Session], home: Path
) -> None:
    session = kit("exchanges", "add", "gate")
    session.until("Login")
    assert session.echoes
    session.types("ada\n")
    session.until("API key")
    assert not session.echoes
    way(session)
    assert session.ends() != 0
    assert session.echoes
    assert "Traceback" not in session.screen
    assert accounts(home) == {}
    assert not (home / "secrets").exists()


def test_removing_asks_first(kit: Callable[..., Session], home: Path) -> None:
    (home / "config.json").write_text('{"exchanges": {"gate": {"login": "ada"}}}', encoding="utf-8")
    for answer, left in (("n", ["gate"]), ("y", [])):
        session = kit("exchanges", "remove", "gate")
        session.until("Remove the account")
        session.types(f"{answer}\n")
        session.ends()
        assert list(accounts(home)) == left


def test_a_currency_is_known_by_what_people_call_it(kit: Callable[..., Session], home: Path) -> None:
    session = kit("init")
    session.until("Base currency")
    session.types("play money\n")
    session.until("is not a currency")
    session.types("Euro\n")
    for question in ("Time zone", "Price source"):
        session.until(question)
        session.types("\n")
    assert session.ends() == 0, session.screen
    assert '"baseCurrency": "EUR"' in (home / "config.json").read_text(encoding="utf-8")
