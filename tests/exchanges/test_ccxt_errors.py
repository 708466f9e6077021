"""What venues and libraries say when they fail, in K.I.T.'s words, without a secret."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import socket
import ssl

import pytest
from hypothesis import given, strategies as st
from kit_exchanges.ccxt.errors import BY_CLASS, AlreadyThere, NotThere, translated
from kit_exchanges.ccxt.scrubbing import Scrubber

from kit import (
    BadKey,
    ClockSkew,
    ExchangeError,
    Maintenance,
    MissingPermission,
    NetworkFailure,
    OddAnswer,
    RateLimited,
    Refused,
)

KEY, SECRET = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zv", "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
SCRUB = Scrubber([KEY, SECRET])
CCXT = importlib.import_module("ccxt.base.errors")
ITS_ERRORS = [error for _, error in inspect.getmembers(CCXT, inspect.isclass) if issubclass(error, CCXT.BaseError)]


def _told(error: BaseException, venue: str = "binance") -> ExchangeError:
    return translated(error, venue=venue, label=venue.capitalize(), scrub=SCRUB)


@pytest.mark.parametrize("error", ITS_ERRORS, ids=lambda error: error.__name__)
def test_every_error_of_ccxt_stands_in_the_table(error: type[Exception]) -> None:
    assert error.__name__ in BY_CLASS
    told = _told(error("binance trouble of a kind"))
    assert type(told) is BY_CLASS[error.__name__][0]
    assert told.message.startswith("Binance ")


def test_the_table_names_no_error_that_ccxt_does_not_have() -> None:
    assert BY_CLASS.keys() == {error.__name__ for error in ITS_ERRORS}


@pytest.mark.parametrize(
    ("venue", "error", "text", "kind"),
    [
        ("binance", "AuthenticationError", '{"code":-2015,"msg":"Invalid API-key, IP, or permissions"}', BadKey),
        ("binance", "InvalidNonce", '{"code":-1021,"msg":"Timestamp outside of the recvWindow."}', ClockSkew),
        ("binance", "RateLimitExceeded", '{"code":-1015,"msg":"Too many new orders."}', RateLimited),
        ("binance", "DDoSProtection", "GET https://api.binance.com/x 418 I'm a teapot", RateLimited),
        ("binance", "InvalidOrder", '{"code":-2010,"msg":"Duplicate order sent."}', AlreadyThere),
        ("binance", "ExchangeNotAvailable", 'GET https://a/b 404 Not Found {"x":1}', NotThere),
        ("binance", "ExchangeNotAvailable", "GET https://a/b 404 Not Found <html>", OddAnswer),
        ("kraken", "ExchangeError", '{"error":["EAPI:Invalid signature"]}', BadKey),
        ("kraken", "ExchangeError", '{"error":["EAPI:Invalid key"]}', BadKey),
        ("kraken", "PermissionDenied", '{"error":["EGeneral:Permission denied"]}', MissingPermission),
        ("kraken", "InvalidNonce", '{"error":["EAPI:Invalid nonce"]}', ClockSkew),
        ("kraken", "ExchangeNotAvailable", '{"error":["EService:Unavailable"]}', Maintenance),
        ("luno", "ExchangeError", '{"error":"API key not found or invalid signature"}', BadKey),
        ("luno", "ExchangeError", '{"error":"insufficient permissions"}', MissingPermission),
        ("luno", "ExchangeError", '{"error":"no such thing"}', Refused),
    ],
)
def test_what_a_venue_writes_says_more_than_its_class(venue: str, error: str, text: str, kind: type[Exception]) -> None:
    assert type(_told(getattr(CCXT, error)(f"{venue} {text}"), venue)) is kind


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (socket.gaierror(-2, "Name or service not known"), NetworkFailure),
        (ConnectionRefusedError(), NetworkFailure),
        (TimeoutError(), NetworkFailure),
        (asyncio.IncompleteReadError(b"", 3), OddAnswer),
        (ssl.SSLCertVerificationError("certificate verify failed"), NetworkFailure),
        (json.JSONDecodeError("Expecting value", "", 0), OddAnswer),
        (KeyError("balances"), OddAnswer),
        (TypeError("'NoneType' object is not iterable"), OddAnswer),
    ],
)
def test_errors_below_ccxt_are_told_too(error: Exception, kind: type[Exception]) -> None:
    assert type(_told(error)) is kind


def test_an_error_gives_the_next_step() -> None:
    for error in (KeyError("x"), TimeoutError(), CCXT.AuthenticationError("no")):
        assert _told(error).next_step


def test_a_signed_url_never_reaches_a_message() -> None:
    url = f"https://api.binance.com/api/v3/account?timestamp=1&signature=c8db56825ae71d6d79447849e617115f&apiKey={KEY}"
    told = _told(CCXT.BadRequest(f"binance GET {url} 400 Bad Request sorry {SECRET}"))
    for secret in (KEY, SECRET, "c8db56825ae71d6d79447849e617115f", "signature="):
        assert secret not in str(told)


@pytest.mark.parametrize(
    "text",
    [
        "X-MBX-APIKEY: 12345678secret",
        "'API-Sign': '12345678secret'",
        '{"apiKey":"12345678secret"}',
        "Authorization: Bearer 12345678secret",
        "https://user:12345678secret@proxy.example/x",
        "https://example.org/x?token=12345678secret&y=1",
        "password=12345678secret",
        "KC-API-PASSPHRASE: 12345678secret",
    ],
)
def test_what_looks_like_anybodys_secret_is_hidden(text: str) -> None:
    assert "12345678secret" not in Scrubber()(text)


@given(
    before=st.text(),
    after=st.text(),
    secret=st.text(alphabet=st.characters(codec="ascii", categories=["L", "N"]), min_size=8, max_size=64),
)
def test_a_secret_of_the_account_is_hidden_wherever_it_stands(before: str, after: str, secret: str) -> None:
    assert secret not in Scrubber([secret])(f"{before}{secret}{after}").replace("***", "")
