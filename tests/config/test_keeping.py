"""Where the secrets of accounts are kept, and that only these are ever removed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, strategies as st

from kit import ConfigError
from kit.config import Secret, keeping
from kit.config.accounts import is_account_name

Hush = Callable[[str], str]


class Keyring(ModuleType):
    """Stands where the keyring package would, with a backend in memory."""

    def __init__(self, priority: float = 5, *, locked: bool = False) -> None:
        super().__init__("keyring")
        self.priority, self.locked = priority, locked
        self.kept: dict[tuple[str, str], str] = {}

    def get_keyring(self) -> Keyring:
        return self

    def set_password(self, service: str, name: str, secret: str) -> None:
        if self.locked:
            raise RuntimeError(f"locked, and {secret} lost")
        self.kept[service, name] = secret

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)  # as if it were not installed


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Keyring:
    ring = Keyring(**getattr(request, "param", {}))
    monkeypatch.setitem(sys.modules, "keyring", ring)
    return ring


def test_without_a_keyring_it_is_a_file(home: Path, secret: Hush) -> None:
    hush = secret("hush")
    place = keeping.keep(home, "My savings", "apiKey", hush)
    assert list(place) == ["file"]
    assert Secret(place).reveal().get_secret_value() == hush
    assert keeping.leads_somewhere(place, {})
    assert keeping.forget(home, place)
    assert not keeping.leads_somewhere(place, {})
    assert not keeping.forget(home, place)


def test_with_a_keyring_no_file_is_written(home: Path, keyring: Keyring, secret: Hush) -> None:
    hush = secret("hush")
    place = keeping.keep(home, "savings", "apiKey", hush)
    assert place["keyring"].startswith("kit-exchanges/savings.apiKey.")
    assert Secret(place).reveal().get_secret_value() == hush
    assert not (home / "secrets").exists()
    assert keeping.forget(home, place)
    assert keyring.kept == {}


@pytest.mark.parametrize("keyring", [{"priority": 0}, {"locked": True}], indirect=True)
def test_a_keyring_that_cannot_be_used_is_passed_over(home: Path, keyring: Keyring, secret: Hush) -> None:
    assert list(keeping.keep(home, "savings", "apiKey", secret("hush"))) == ["file"]


@pytest.mark.parametrize(
    "place",
    [
        {"env": "HOME"},
        {"keyring": "kit/binance"},
        {"keyring": "kit-exchanges/binance"},
        {"file": "/etc/passwd"},
        {"file": "secrets/../config.json"},
        "a secret in its place",
        None,
        {},
    ],
)
def test_what_was_not_kept_here_is_not_removed(place: object, home: Path, keyring: Keyring) -> None:
    keyring.kept = {("kit", "binance"): "x", ("kit-exchanges", "binance"): "y"}
    assert not keeping.forget(home, place)
    assert len(keyring.kept) == 2


def test_a_file_of_another_name_in_the_folder_is_not_removed(home: Path) -> None:
    (home / "secrets").mkdir()
    (home / "secrets" / "notes.txt").write_text("mine")
    assert not keeping.forget(home, {"file": str(home / "secrets" / "notes.txt")})
    assert (home / "secrets" / "notes.txt").exists()


@given(st.text(min_size=1, max_size=64).filter(is_account_name) | st.text("€ß漢", min_size=64, max_size=64))
def test_every_account_name_makes_an_entry_of_its_own(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    home = tmp_path_factory.getbasetemp() / "names"
    places = [keeping.keep(home, name, "apiKey", "x") for _ in range(2)]
    assert places[0] != places[1]
    assert all(Path(place["file"]).parent == home / "secrets" for place in places)
    assert all(keeping.forget(home, place) for place in places)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs permissions that bind")
def test_a_folder_that_cannot_be_written_is_said(home: Path, secret: Hush) -> None:
    home.chmod(0o500)
    with pytest.raises(ConfigError, match="cannot be kept"):
        keeping.keep(home, "savings", "apiKey", secret("hush"))


def test_a_folder_that_is_a_file_is_said(home: Path, secret: Hush) -> None:
    (home / "secrets").write_text("")
    with pytest.raises(ConfigError, match="cannot be kept"):
        keeping.keep(home, "savings", "apiKey", secret("hush"))
