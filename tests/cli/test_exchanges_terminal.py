"""Questions at a terminal: nothing secret that is typed or pasted is ever echoed, and people's words are understood."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.terminals import Session

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
Start = Callable[..., "Session"]


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
def kit(home: Path, tmp_path: Path, terminal: Start) -> Start:
    env = {name: value for name, value in os.environ.items() if not name.startswith("KIT_")}
    env |= {"KIT_HOME": str(home), "KIT_CACHE": str(tmp_path / "cache"), "KIT_LOAD_PLUGINS": "gate"}
    return partial(terminal, env={**env, "PYTHONPATH": str(tmp_path / "site")})


def accounts(home: Path) -> Any:
    file = home / "config.json"
    return json.loads(file.read_text(encoding="utf-8")).get("exchanges", {}) if file.exists() else {}


def kept(home: Path, account: str, key: str) -> str:
    return Path(accounts(home)[account][key]["file"]).read_text(encoding="utf-8")


def test_a_key_that_is_typed_is_not_echoed(kit: Start, home: Path, secret: Secret) -> None:
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


def test_what_is_pasted_ahead_is_not_echoed(kit: Start, home: Path, secret: Secret) -> None:
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


def test_a_key_of_several_lines_is_taken_whole(kit: Start, home: Path, secret: Secret) -> None:
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
    answer: str, code: int, kit: Start, home: Path, secret: Secret
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


@pytest.mark.parametrize(
    "way", [lambda session: session.interrupt(), lambda session: session.types("\x04")], ids=["Ctrl-C", "Ctrl-D"]
)
def test_giving_up_leaves_nothing_behind_and_the_terminal_as_it_was(
    way: Callable[[Session], None], kit: Start, home: Path
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


def test_removing_asks_first(kit: Start, home: Path) -> None:
    (home / "config.json").write_text('{"exchanges": {"gate": {"login": "ada"}}}', encoding="utf-8")
    for answer, left in (("n", ["gate"]), ("y", [])):
        session = kit("exchanges", "remove", "gate")
        session.until("Remove the account")
        session.types(f"{answer}\n")
        session.ends()
        assert list(accounts(home)) == left


def test_a_currency_is_known_by_what_people_call_it(kit: Start, home: Path) -> None:
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
