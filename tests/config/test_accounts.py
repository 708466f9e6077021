"""Accounts in config.json: their names, their kinds, and the rules that many kinds share."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ConfigDict, Field

from kit.config import Config, Secret, full_schema, load_config
from kit.config.accounts import is_account_name, rules

Look = Callable[..., Config]


class Shared(BaseModel):
    """The settings of every venue of some library."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(examples=["binance", "kraken"])
    api_key: Secret | None = Field(default=None, alias="apiKey")


SHARED = {"binance": "kit_test_shared:Shared", "kraken": "kit_test_shared:Shared"}
KINDS = {"practice": "kit_test_settings:Practice", "bare": "", **SHARED}


@pytest.fixture(autouse=True)
def shared_module() -> Iterator[None]:
    module = ModuleType("kit_test_shared")
    module.__dict__["Shared"] = Shared
    sys.modules["kit_test_shared"] = module
    yield
    del sys.modules["kit_test_shared"]


@pytest.fixture
def accounts(home: Path, tmp_path: Path) -> Look:
    def look(text: str, **env: str) -> Config:
        (home / "config.json").write_text(f'{{"exchanges": {text}}}', encoding="utf-8")
        (home / "config.json").chmod(0o600)
        return load_config(home, (), exchange_settings=KINDS, env={"KIT_CACHE": str(tmp_path / "cache"), **env})

    return look


def valid(schema: dict[str, Any], exchanges: dict[str, Any]) -> bool:
    return Draft202012Validator(schema).is_valid({"exchanges": exchanges})


def test_the_schema_does_not_change_when_a_library_knows_more_venues() -> None:
    more = {**KINDS, "newcomer": SHARED["kraken"], "aaa": SHARED["kraken"]}
    assert full_schema((), KINDS) == full_schema((), more)


@pytest.mark.parametrize(
    ("exchanges", "right"),
    [
        ({"a": {"type": "binance", "apiKey": {"env": "K"}}}, True),
        ({"a": {"type": "binance", "fee": 0.1}}, False),
        ({"a": {"type": "practice", "fee": 0.1}}, True),
        ({"a": {"type": "practice", "apiKey": {"env": "K"}}}, False),
        ({"a": {"type": "bare", "anything": 1}}, True),
        ({"binance": {"apiKey": {"env": "K"}}}, True),
        ({"binance": {"fee": 0.1}}, False),
        ({"practice": {"fee": 0.1}}, True),
        ({"practice": {"apiKey": {"env": "K"}}}, False),
        ({"practice": {"type": "binance", "apiKey": {"env": "K"}}}, True),
        ({"practice": {"type": "binance", "fee": 0.1}}, False),
        ({"bare": {"anything": 1}}, True),
    ],
)
def test_schema_and_check_agree_on_an_account(exchanges: dict[str, Any], right: bool, accounts: Look) -> None:
    assert valid(full_schema((), KINDS), exchanges) is right
    assert (accounts(json.dumps(exchanges)).errors == ()) is right


def test_an_account_called_like_a_venue_is_one(accounts: Look) -> None:
    config = accounts('{"binance": {}, "kraken": {"type": "practice"}}')
    assert {name: each["type"] for name, each in config.exchanges().items()} == {
        "binance": "binance",
        "kraken": "practice",
    }
    assert config.exchange_settings("binance").type == "binance"


def test_a_name_that_is_no_venue_needs_a_type(accounts: Look) -> None:
    config = accounts('{"binanse": {}, "savings": {}}')
    assert [str(finding) for finding in config.errors] == [
        "config.json:1:27 exchanges.binanse: says no type. Did you mean “binance”?",
        "config.json:1:42 exchanges.savings: says no type. Known: bare, binance, kraken, practice.",
    ]
    assert config.exchanges() == {}


def test_an_unknown_type_names_the_nearest(accounts: Look) -> None:
    (finding,) = accounts('{"a": {"type": "krakn"}}').errors
    assert "no plugin brings the venue “krakn”" in finding.message
    assert finding.next_step == "Did you mean “kraken”?"


@pytest.mark.parametrize("name", ["kraken", "My savings", "Börse-2", "x" * 64])
def test_names_that_an_account_may_have(name: str) -> None:
    assert is_account_name(name)


@pytest.mark.parametrize("name", ["", " a", "a ", "a.b", "a/b", "a\\b", "a:b", 'a"b', "a\nb", "a\x1b[2J", "x" * 65])
def test_names_that_an_account_may_not_have(name: str, accounts: Look) -> None:
    assert not is_account_name(name)
    (finding,) = accounts(json.dumps({name: {"type": "bare"}})).errors
    assert "cannot be called so" in finding.message


def test_the_rule_that_most_kinds_share_is_the_one_for_all_others() -> None:
    found = rules({**KINDS, "okx": SHARED["kraken"], "x": "m:Two", "y": "m:Two"})
    assert [(rule.kinds, rule.others) for rule in found] == [
        (("practice",), False),
        (("x", "y"), False),
        (("binance", "kraken", "okx"), True),
    ]
    assert rules({}) == []


def test_an_account_is_set_by_the_environment(accounts: Look) -> None:
    config = accounts('{"savings": {"type": "kraken"}}', KIT_EXCHANGES__SAVINGS__API_KEY='{"env": "MY_KEY"}')
    assert config.findings == ()
    assert config.exchanges()["savings"]["apiKey"] == {"env": "MY_KEY"}
    config = accounts('{"savings": {"type": "kraken"}}', KIT_EXCHANGES__SAVINGS__API_KEY="123456")
    assert config.exchange_settings("savings").api_key.reveal().get_secret_value() == "123456"


def test_a_key_that_is_none_is_refused_without_being_repeated(accounts: Look) -> None:
    (finding,) = accounts('{"kraken": {"apiKey": 31415926}}').errors
    assert "neither a secret nor a reference" in finding.message
    assert "31415926" not in str(finding)


def test_the_network_is_set_by_file_and_environment(look: Look) -> None:
    text = '{"network": {"timeoutSeconds": 20, "proxy": "http://proxy.example:3128"}}'
    host = look(text, KIT_NETWORK__TIMEOUT_SECONDS="2.5", KIT_NETWORK__CA_FILE="/etc/own.pem").host
    assert (host.timeout_seconds, host.proxy, host.ca_file) == (2.5, "http://proxy.example:3128", "/etc/own.pem")
    assert look(text).origin("network.timeoutSeconds") == "config.json:1:32"


@pytest.mark.parametrize("seconds", ["0", "301", "-1", '"soon"'])
def test_a_patience_that_makes_no_sense_is_refused(seconds: str, look: Look) -> None:
    config = look(f'{{"network": {{"timeoutSeconds": {seconds}}}}}')
    assert config.errors[0].key == "network.timeoutSeconds"
    assert config.host.timeout_seconds == 10.0


_WARM = """
import sys
from pathlib import Path
from kit.host import Host

host = Host(Path(sys.argv[1]))
assert host.exchanges() == ["savings", "kraken"], host.exchanges()
assert host.venue("savings") == "kraken"
assert not host.config.errors
print(sorted({"pydantic", "jsonschema", "json5", "pydantic_settings"} & set(sys.modules)))
"""


def test_accounts_with_references_are_read_without_pydantic_once_known(tmp_path: Path, unmeasured: None) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.json").write_text(
        '{"exchanges": {"savings": {"type": "kraken", "apiKey": {"file": "~/k"}, "secret": {"keyring": "a/b"}},'
        ' "kraken": {"apiKey": {"env": "K"}}}}'
    )
    (home / "config.json").chmod(0o600)
    env = {name: value for name, value in os.environ.items() if not name.startswith("KIT_")}
    env |= {"KIT_HOME": str(home), "KIT_CACHE": str(tmp_path / "cache"), "KIT_LOAD_PLUGINS": "ccxt,paper"}
    runs = [
        subprocess.run([sys.executable, "-c", _WARM, str(home)], env=env, capture_output=True, text=True, check=False)
        for _ in range(2)
    ]
    assert [each.returncode for each in runs] == [0, 0], runs[0].stderr
    assert runs[1].stdout == "[]\n"
