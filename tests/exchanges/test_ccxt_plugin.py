"""Every exchange of ccxt is there by name, and nothing is imported to say so."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import ccxt.async_support
import pytest
from kit_exchanges.ccxt import plugin
from kit_exchanges.ccxt.addresses import elsewhere
from kit_exchanges.ccxt.settings import CcxtSettings
from pydantic import ValidationError

TYPES = {each.name: each for each in plugin.kit_exchanges()}


def test_every_exchange_of_ccxt_is_there() -> None:
    assert sorted(TYPES) == sorted(ccxt.async_support.exchanges)


def test_each_asks_for_what_ccxt_needs() -> None:
    for name, kind in TYPES.items():
        client = getattr(ccxt.async_support, name)()
        needed = {key for key, wanted in client.requiredCredentials.items() if wanted}
        assert {credential.key for credential in kind.credentials} == needed, name


def test_naming_them_imports_no_ccxt(unmeasured: None) -> None:
    ask = "import sys; from kit_exchanges.ccxt.plugin import *; kit_exchanges(); kit_price_sources(None)"
    line = f"{ask}; print(sorted({{'ccxt', 'aiohttp', 'pydantic'}} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("url", "moved"),
    [
        ("https://api.binance.com/api/v3", "http://127.0.0.1:80/x/api/v3"),
        ("https://api.{hostname}/v5?a=1", "http://127.0.0.1:80/x/v5?a=1"),
        ("wss://stream.binance.com:9443/ws", "ws://127.0.0.1:80/x/ws"),
        ("https://api.example.org", "http://127.0.0.1:80/x"),
        ("http://127.0.0.1:80/x/v5", "http://127.0.0.1:80/x/v5"),
        ("no-url", "no-url"),
    ],
)
def test_a_url_is_moved_to_another_host_and_keeps_its_path(url: str, moved: str) -> None:
    assert elsewhere("http://127.0.0.1:80/x/", None).url(url) == moved


@pytest.mark.parametrize("venue", sorted(TYPES))
def test_every_url_of_a_venue_is_moved(venue: str) -> None:
    urls = elsewhere("http://127.0.0.1:80", None).moved(getattr(ccxt.async_support, venue)().urls["api"])

    def leaves(each: Any) -> list[str]:
        return [leaf for part in each.values() for leaf in leaves(part)] if isinstance(each, dict) else [each]

    for url in filter(None, leaves(urls)):
        assert url.startswith(("http://127.0.0.1:80", "ws://127.0.0.1:80")), url


def test_streams_may_go_another_way_than_questions() -> None:
    both = elsewhere("http://127.0.0.1:80", "ws://127.0.0.1:81")
    assert (both.url("https://a.b/c"), both.url("wss://a.b/c")) == ("http://127.0.0.1:80/c", "ws://127.0.0.1:81/c")


def test_settings_refuse_what_they_do_not_know() -> None:
    CcxtSettings.model_validate({"type": "okx", "apiKey": "k", "baseUrl": {"rest": "http://127.0.0.1:1"}})
    for wrong in ({"baseUrl": "ftp://x"}, {"wallets": ["purse"]}, {"apikey": "k"}, {"timeoutSeconds": 0}):
        with pytest.raises(ValidationError):
            CcxtSettings.model_validate({"type": "okx", **wrong})


def test_a_secret_is_not_shown() -> None:
    settings = CcxtSettings.model_validate({"type": "okx", "apiKey": "hush-hush", "secret": {"env": "OKX_SECRET"}})
    assert "hush-hush" not in repr(settings)
    assert settings.credentials({"OKX_SECRET": "word"}) == {"apiKey": "hush-hush", "secret": "word"}
