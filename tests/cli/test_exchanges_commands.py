"""`kit exchanges …` with a venue of the tests: what its key begins with says what the key may do."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from kit.testing import HostFactory, HostUnderTest

MANIFEST = 'name = "vault"\nversion = "1.0"\nsummary = "A venue of the tests."\nmodule = "kit_vault.plugin"\n'
PLUGIN = """
from kit import Credential, ExchangeType, hookimpl

HEARD = []


def _open(context):
    from kit_vault.account import Account

    return Account(context)


@hookimpl
def kit_exchanges():
    settings = "kit_vault.settings:VaultSettings"
    keys = (Credential("apiKey", "API key"), Credential("secret", "API secret"))
    wallet = (Credential("address", "Address", secret=False), Credential("token", "Token", required=False))
    return [
        ExchangeType("vault", "The Vault", _open, settings, keys),
        ExchangeType("vaultlike", "Another Vault", _open, settings, keys),
        ExchangeType("wallet", "A Wallet", _open, settings, wallet),
        ExchangeType("toy", "A Toy", _open, networked=False),
    ]


@hookimpl
def kit_event(event, services):
    (services.home / "heard.txt").write_text(f"{event.name} {sorted(event.data.items())}")
"""
SETTINGS = """
from pydantic import BaseModel, ConfigDict, Field

from kit import Secret


class VaultSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    type: str
    api_key: Secret | None = Field(default=None, alias="apiKey")
    secret: Secret | None = None
    token: Secret | None = None
    address: str = ""
    base_url: str = Field(default="", alias="baseUrl")
    allow_withdraw_key: bool = Field(default=False, alias="allowWithdrawKey")
"""
ACCOUNT = """
from datetime import UTC, datetime
from decimal import Decimal

from kit import BadKey, Balance, ClockSkew, Maintenance, MissingPermission, NetworkFailure, Pair, Permissions, Ticker

NOW = datetime(2024, 6, 1, tzinfo=UTC)
MAY = {
    "read": Permissions(True, False, False),
    "trade": Permissions(True, True, False),
    "withdraw": Permissions(True, True, True),
    "unsaid": Permissions(True, None, None),
}


class Account:
    def __init__(self, context):
        self.name = context.name
        settings = context.settings
        key, secret = settings.get("api_key"), settings.get("secret")
        self.key = key.reveal().get_secret_value() if key else "read"
        self.secret = secret.reveal().get_secret_value() if secret else ""
        self.allowed = settings.get("allow_withdraw_key")

    async def balances(self):
        kind = self.key.partition("-")[0]
        if kind == "bad":
            raise BadKey(f"The Vault does not accept the key of {self.name}.")
        if kind == "skew":
            raise ClockSkew("The Vault's clock differs.")
        if kind == "net":
            raise NetworkFailure("The Vault cannot be reached.")
        if kind == "closed":
            raise Maintenance(f"The Vault is closed. It said: {self.key} {self.secret}")
        if kind == "leaky":
            raise RuntimeError(f"signature of {self.secret} with {self.key}")
        return [Balance(self.name, asset, Decimal(1), Decimal(0), NOW) for asset in ("BTC", "EUR")]

    async def permissions(self):
        if self.key.startswith("mute"):
            raise MissingPermission("The key may not ask that.")
        return MAY[self.key.partition("-")[0]]

    async def tickers(self, pairs=None):
        return [Ticker(Pair("BTC", "EUR"), Decimal(60000), NOW)]

    async def close(self):
        pass
"""
Secret = Callable[[str], str]


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the venue's plugin; its package can be imported."""
    folder = tmp_path / "plugin" / "vault"
    folder.mkdir(parents=True)
    package = tmp_path / "site" / "kit_vault"
    package.mkdir(parents=True)
    for name, text in {"plugin": PLUGIN, "settings": SETTINGS, "account": ACCOUNT, "__init__": ""}.items():
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    (folder / "plugin.toml").write_text(MANIFEST, encoding="utf-8")
    monkeypatch.syspath_prepend(package.parent)
    return folder


@pytest.fixture
def host(kit_host: HostFactory, vault: Path) -> HostUnderTest:
    return kit_host(vault, config={})


class Shell:
    """Command lines on one home, with more environment where it is given."""

    def __init__(self, host: HostUnderTest) -> None:
        self.home, self._host = host.home, host

    def __call__(self, *words: str, **more: str) -> Any:
        from dataclasses import replace

        return replace(self._host, env={**self._host.env, **more}).cli(*words)

    def add(self, name: str, key: str, secret: str, *words: str) -> Any:
        return self("exchanges", "add", name, *words, KIT_ADD_API_KEY=key, KIT_ADD_SECRET=secret)

    def config(self) -> Any:
        return json.loads((self.home / "config.json").read_text(encoding="utf-8"))

    def kept(self) -> list[str]:
        folder = self.home / "secrets"
        return sorted(file.read_text() for file in folder.iterdir()) if folder.exists() else []


@pytest.fixture
def kit(host: HostUnderTest) -> Shell:
    return Shell(host)


def test_a_key_that_may_read_is_kept_by_reference(kit: Shell, secret: Secret) -> None:
    key, hush = secret("read"), secret("hush")
    answer = kit.add("vault", key, hush, "--json")
    assert answer.code == 0, answer.err
    assert answer.json["data"]["permissions"] == {"read": True, "trade": False, "withdraw": False}
    account = kit.config()["exchanges"]["vault"]
    assert account["type"] == "vault"
    assert {name: list(account[name]) for name in ("apiKey", "secret")} == {"apiKey": ["file"], "secret": ["file"]}
    assert kit.kept() == sorted([key, hush])
    assert kit("exchanges test vault").code == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_the_files_of_keys_are_their_owners_alone(kit: Shell, secret: Secret) -> None:
    kit.add("vault", secret("read"), secret("hush"))
    folder = kit.home / "secrets"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


def test_a_key_that_can_withdraw_is_refused_and_nothing_is_kept(kit: Shell, secret: Secret) -> None:
    answer = kit.add("vault", secret("withdraw"), secret("hush"))
    assert answer.code == 1
    assert "This key can withdraw" in answer.err
    assert "--allow-withdraw-key" in answer.err
    assert kit.config() == {}
    assert kit.kept() == []


def test_a_key_that_can_withdraw_is_kept_where_its_owner_says_so(kit: Shell, secret: Secret) -> None:
    answer = kit.add("vault", secret("withdraw"), secret("hush"), "--allow-withdraw-key")
    assert answer.code == 0
    assert "The key can withdraw" in answer.out
    assert kit.config()["exchanges"]["vault"]["allowWithdrawKey"] is True
    assert kit("exchanges test").code == 0


def test_what_was_allowed_to_the_old_key_is_not_to_the_new_one(kit: Shell, secret: Secret) -> None:
    kit.add("vault", secret("withdraw"), secret("hush"), "--allow-withdraw-key")
    assert kit.add("vault", secret("withdraw"), secret("hush"), "--replace").code == 1
    assert kit.add("vault", secret("read"), secret("hush"), "--replace").code == 0
    assert kit.config()["exchanges"]["vault"]["allowWithdrawKey"] is False


def test_a_key_that_gained_the_right_to_withdraw_is_found_by_the_test(kit: Shell, secret: Secret) -> None:
    kit.add("vault", secret("withdraw"), secret("hush"), "--no-probe")
    answer = kit("exchanges test --json")
    assert answer.code == 1
    (row,) = [row for row in answer.json["data"] if row["state"] == "wrong"]
    assert (row["check"], row["what"]) == ("permissions", "may read, may trade, may withdraw")


def test_the_right_to_trade_is_noted(kit: Shell, secret: Secret) -> None:
    assert "does not trade until trading is enabled" in kit.add("vault", secret("trade"), secret("hush")).out


def test_permissions_that_the_venue_does_not_say_are_said_to_be_unknown(kit: Shell, secret: Secret) -> None:
    answer = kit.add("vault", secret("unsaid"), secret("hush"))
    assert answer.code == 0
    assert "Whether this key can withdraw is not known." in answer.out
    assert "unknown: trade, withdraw" in answer.out


def test_a_key_that_may_not_ask_what_it_may_do_is_kept_with_a_warning(kit: Shell, secret: Secret) -> None:
    answer = kit.add("vault", secret("mute"), secret("hush"))
    assert answer.code == 0
    assert "Whether this key can withdraw is not known." in answer.out
    assert kit("exchanges test vault").code == 0


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("bad", "does not accept the key"),
        ("skew", "--no-probe"),
        ("net", "--no-probe"),
        ("closed", "--no-probe"),
        ("leaky", "The venue's plugin failed with RuntimeError: signature of *** with ***"),
    ],
)
@pytest.mark.parametrize("debug", ["", "1"])
def test_a_key_that_does_not_work_is_not_kept(kind: str, said: str, debug: str, kit: Shell, secret: Secret) -> None:
    key, hush = secret(kind), secret("hush")
    answer = kit("exchanges", "add", "vault", KIT_ADD_API_KEY=key, KIT_ADD_SECRET=hush, KIT_DEBUG=debug)
    assert answer.code == 1
    assert said in " ".join(answer.err.split())
    assert "Nothing was kept." in answer.err
    assert kit.config() == {}
    assert kit.kept() == []


def test_without_a_probe_nothing_is_asked(kit: Shell, secret: Secret) -> None:
    answer = kit.add("vault", secret("net"), secret("hush"), "--no-probe")
    assert answer.code == 0
    assert "The key has not been tried." in answer.out
    assert len(kit.kept()) == 2


def test_several_accounts_at_one_venue(kit: Shell, secret: Secret) -> None:
    for name in ("savings", "play money"):
        assert kit.add(name, secret("read"), secret("hush"), "--type", "vault").code == 0
    answer = kit("exchanges list --json")
    assert [(row["account"], row["venue"], row["key"]) for row in answer.json["data"]] == [
        ("savings", "vault", "file"),
        ("play money", "vault", "file"),
    ]
    assert len(kit.kept()) == 4


def test_a_misspelt_venue_names_the_nearest(kit: Shell) -> None:
    assert "Did you mean “vault”?" in kit("exchanges add valt").err
    assert "Did you mean “vault”?" in kit("exchanges add savings --type valt").err
    assert "--type" in kit("exchanges add savings").err


@pytest.mark.parametrize("name", ["a.b", "a/b", "x" * 65, " a"])
def test_a_name_that_no_account_can_have_is_refused(name: str, kit: Shell) -> None:
    answer = kit("exchanges", "add", name, "--type", "vault")
    assert answer.code == 2
    assert "cannot be called" in answer.err


def test_keys_are_replaced_only_on_request_and_the_old_ones_go(kit: Shell, secret: Secret) -> None:
    kit.add("vault", secret("read"), secret("hush"))
    assert kit.add("vault", secret("read"), secret("hush")).code == 2
    fresh = [secret("trade"), secret("hush")]
    assert kit.add("vault", *fresh, "--replace").code == 0
    assert kit.kept() == sorted(fresh)


def test_a_bad_new_key_leaves_the_old_one_in_place(kit: Shell, secret: Secret) -> None:
    good = [secret("read"), secret("hush")]
    kit.add("vault", *good)
    before = kit.config()
    assert kit.add("vault", secret("bad"), secret("hush"), "--replace").code == 1
    assert kit.config() == before
    assert kit.kept() == sorted(good)


def test_what_stands_in_the_file_already_stays_with_its_comments(kit: Shell, secret: Secret) -> None:
    text = '{\n  "exchanges": {\n    // mine\n    "vault": {"baseUrl": "http://127.0.0.1"}, // here\n  },\n}\n'
    (kit.home / "config.json").write_text(text, encoding="utf-8")
    assert kit.add("vault", secret("read"), secret("hush")).code == 0
    after = (kit.home / "config.json").read_text(encoding="utf-8")
    assert '"baseUrl": "http://127.0.0.1"' in after
    assert "// mine" in after
    assert "// here" in after
    assert kit("config check").code == 0


def test_keys_can_stay_in_environment_variables(kit: Shell, secret: Secret, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "SAVINGS_API_KEY" in kit("exchanges add savings --type vault --env").err
    monkeypatch.setenv("SAVINGS_API_KEY", secret("read"))
    monkeypatch.setenv("SAVINGS_SECRET", secret("hush"))
    present = {name: os.environ[name] for name in ("SAVINGS_API_KEY", "SAVINGS_SECRET")}
    assert kit("exchanges", "add", "savings", "--type", "vault", "--env", **present).code == 0
    account = kit.config()["exchanges"]["savings"]
    assert account == {"type": "vault", "apiKey": {"env": "SAVINGS_API_KEY"}, "secret": {"env": "SAVINGS_SECRET"}}
    assert kit.kept() == []
    assert kit("exchanges", "test", "savings", **present).code == 0
    assert kit("exchanges", "list", "--json", **present).json["data"][0]["key"] == "env"
    assert kit("exchanges", "list", "--json").json["data"][0]["key"] == "missing"


def test_without_a_terminal_and_without_variables_it_says_what_to_set(kit: Shell) -> None:
    answer = kit("exchanges add vault")
    assert answer.code == 2
    assert "KIT_ADD_API_KEY, KIT_ADD_SECRET" in answer.err


def test_what_is_not_secret_stands_in_the_file_and_what_is_optional_may_be_missing(kit: Shell) -> None:
    assert kit("exchanges", "add", "wallet", KIT_ADD_ADDRESS=" 0xabc\n").code == 0
    assert kit.config()["exchanges"]["wallet"] == {"type": "wallet", "address": "0xabc"}


def test_an_optional_variable_need_not_be_there(kit: Shell) -> None:
    assert kit("exchanges", "add", "wallet", "--env", KIT_ADD_ADDRESS="0xabc").code == 0
    assert kit.config()["exchanges"]["wallet"] == {"type": "wallet", "address": "0xabc"}


def test_a_venue_without_a_network_needs_no_key(kit: Shell) -> None:
    assert kit("exchanges add toy").code == 0
    assert kit("exchanges list --json").json["data"][0]["key"] == "none needed"
    assert kit("exchanges add toy").code == 2


def test_the_list_says_what_was_last_seen(kit: Shell, secret: Secret) -> None:
    assert "No account yet" in kit("exchanges list").out
    kit.add("vault", secret("trade"), secret("hush"))
    (row,) = kit("exchanges list --json").json["data"]
    assert row == {
        "account": "vault",
        "venue": "vault",
        "key": "file",
        "permissions": "may read, may trade, may not withdraw",
        "success": "2024-06-01T12:00:00Z",
        "trouble": "",
    }
    assert kit("exchanges list --format csv").out.splitlines()[0] == "account,venue,key,permissions,success,trouble"


def test_all_accounts_are_tried_and_one_that_fails_does_not_hide_the_others(kit: Shell, secret: Secret) -> None:
    kit.add("good", secret("read"), secret("hush"), "--type", "vault")
    kit.add("ill", secret("bad"), secret("hush"), "--type", "vault", "--no-probe")
    answer = kit("exchanges test --json")
    assert answer.code == 3
    found = {(row["account"], row["check"]): row["state"] for row in answer.json["data"]}
    assert found == {
        ("good", "open"): "ok",
        ("good", "balances"): "ok",
        ("good", "permissions"): "ok",
        ("good", "prices"): "ok",
        ("ill", "open"): "ok",
        ("ill", "balances"): "wrong",
    }
    assert kit("exchanges test ill").code == 1
    assert kit("exchanges test nobody").code == 2
    trouble = {row["account"]: row["trouble"] for row in kit("exchanges list --json").json["data"]}
    assert trouble == {"good": "", "ill": "The Vault does not accept the key of ill."}


def test_a_key_that_is_gone_is_missing(kit: Shell, secret: Secret) -> None:
    kit.add("vault", secret("read"), secret("hush"))
    for file in (kit.home / "secrets").iterdir():
        file.unlink()
    assert kit("exchanges list --json").json["data"][0]["key"] == "missing"
    answer = kit("exchanges test vault")
    assert answer.code == 1
    assert "cannot be read" in answer.out


def test_removing_takes_the_keys_away_and_nothing_else(kit: Shell, secret: Secret) -> None:
    kit.add("vault", secret("read"), secret("hush"))
    kit.add("other", secret("read"), secret("hush"), "--type", "vault")
    assert kit("exchanges remove vault").code == 2
    answer = kit("exchanges remove vault --yes")
    assert answer.code == 0
    assert "What was recorded of it stays" in " ".join(answer.out.split())
    assert list(kit.config()["exchanges"]) == ["other"]
    assert len(kit.kept()) == 2
    assert kit("exchanges test other").code == 0
    assert kit("exchanges remove vault --yes").code == 2


def test_a_key_file_of_ones_own_is_never_deleted(kit: Shell, tmp_path: Path, secret: Secret) -> None:
    own = tmp_path / "secrets"
    own.mkdir()
    (own / "key").write_text(secret("read"))
    account = {"type": "vault", "apiKey": {"file": str(own / "key")}, "secret": {"keyring": "kit/vault"}}
    (kit.home / "config.json").write_text(json.dumps({"exchanges": {"mine": account}}), encoding="utf-8")
    assert kit("exchanges remove mine --yes").code == 0
    assert (own / "key").exists()


def test_a_key_that_another_account_uses_too_stays(kit: Shell, secret: Secret) -> None:
    kit.add("vault", secret("read"), secret("hush"))
    config = kit.config()
    config["exchanges"]["twin"] = config["exchanges"]["vault"]
    (kit.home / "config.json").write_text(json.dumps(config), encoding="utf-8")
    assert kit.add("vault", secret("read"), secret("hush"), "--replace").code == 0
    assert kit("exchanges test twin").code == 0
    config["exchanges"]["vault"] = config["exchanges"]["twin"]
    (kit.home / "config.json").write_text(json.dumps(config), encoding="utf-8")
    assert kit("exchanges remove vault --yes").code == 0
    assert kit("exchanges test twin").code == 0


def test_renaming_keeps_the_keys_and_tells_the_plugins(kit: Shell, secret: Secret) -> None:
    kit.add("vault", secret("read"), secret("hush"))
    before = kit("exchanges list --json").json["data"][0]
    assert kit("exchanges rename vault savings").code == 0
    assert kit("exchanges list --json").json["data"][0] == {**before, "account": "savings"}
    assert kit("exchanges test savings").code == 0
    heard = (kit.home / "heard.txt").read_text()
    assert heard == "exchange.renamed [('new', 'savings'), ('old', 'vault'), ('type', 'vault')]"


def test_a_setting_that_names_the_old_account_is_pointed_out(kit: Shell) -> None:
    text = '{"exchanges": {"vault": {}}, "skills": {"some": {"priceSource": "vault", "labels": {"vault": "V"}}}}'
    (kit.home / "config.json").write_text(text, encoding="utf-8")
    answer = kit("exchanges rename vault savings")
    assert answer.code == 3
    assert "skills.some.priceSource still says “vault”" in answer.out
    assert "skills.some.labels.vault still says “vault”" in answer.out


def test_a_renamed_paper_account_keeps_what_it_holds(kit_host: HostFactory, vault: Path) -> None:
    host = kit_host(vault, config={"exchanges": {"play": {"type": "paper", "startingBalances": {"USD": 5}}}})
    assert host.cli("exchanges test play").code == 0
    text = (host.home / "config.json").read_text(encoding="utf-8")
    (host.home / "config.json").write_text(text.replace("5", "7"), encoding="utf-8")
    assert host.cli("exchanges rename play games").code == 0
    from kit.host import Host

    renamed = Host(host.home, env=host.env, clock=host.clock)
    try:
        (balance,) = renamed.network.run(renamed.open_exchange("games").balances())
    finally:
        renamed.close()
    assert (balance.account, str(balance.total)) == ("games", "5")


def test_an_account_that_is_called_like_its_venue_keeps_it_when_renamed(kit: Shell) -> None:
    (kit.home / "config.json").write_text('{"exchanges": {"vault": {}}}', encoding="utf-8")
    assert kit("exchanges rename vault savings").code == 0
    assert kit.config() == {"exchanges": {"savings": {"type": "vault"}}}


@pytest.mark.parametrize(("old", "new", "code"), [("vault", "toy", 2), ("vault", "a.b", 2), ("nobody", "x", 2)])
def test_a_name_that_is_taken_or_none_is_refused(old: str, new: str, code: int, kit: Shell) -> None:
    text = '{"exchanges": {"vault": {}, "toy": {}}}'
    (kit.home / "config.json").write_text(text, encoding="utf-8")
    assert kit("exchanges", "rename", old, new).code == code
    assert (kit.home / "config.json").read_text(encoding="utf-8") == text


def test_neither_backup_nor_diagnostics_hold_a_key(kit: Shell, secret: Secret, tmp_path: Path) -> None:
    import zipfile

    hush = secret("hush")
    kit.add("vault", secret("read"), hush)
    assert "The keys of your accounts are not in it" in " ".join(kit("backup", str(tmp_path / "b.zip")).out.split())
    kit("diagnostics", "--output", str(tmp_path / "d.zip"))
    for name in ("b.zip", "d.zip"):
        with zipfile.ZipFile(tmp_path / name) as bundle:
            assert not any("secrets" in member for member in bundle.namelist())
            assert all(hush.encode() not in bundle.read(member) for member in bundle.namelist())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_the_doctor_finds_and_cures_a_key_that_others_can_read(kit: Shell, secret: Secret) -> None:
    def checked(*words: str) -> Mapping[str, Any]:
        found: list[dict[str, Any]] = kit("doctor", "--json", *words).json["data"]
        return next(each for each in found if each["check"] == "keys")

    kit.add("vault", secret("read"), secret("hush"))
    assert checked()["state"] == "ok"
    file = next((kit.home / "secrets").iterdir())
    file.chmod(0o644)
    assert checked()["state"] == "wrong"
    assert checked("--fix")["state"] == "fixed"
    assert file.stat().st_mode & 0o777 == 0o600
    file.unlink()
    assert checked()["state"] == "wrong"
    assert "vault" in checked()["what"]
