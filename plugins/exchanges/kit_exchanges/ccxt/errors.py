"""What goes wrong at a venue, in K.I.T.'s words: one table, used wherever ccxt is asked.

An exception is looked up by the names of its classes, nearest first, so that ccxt need not be imported
to know its errors. Where a venue uses one ccxt class for several things, `_VENUE_WORDS` says which of
them its words mean; they are looked at first.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import ssl
from collections.abc import Iterator, Mapping

from kit import (
    BadKey,
    ClockSkew,
    ExchangeError,
    KitError,
    Maintenance,
    MissingPermission,
    NetworkFailure,
    OddAnswer,
    RateLimited,
    Refused,
)

from .scrubbing import Scrubber


class NotThere(OddAnswer):
    """Nothing answers at that address of the venue."""

    transient = False
    usual_step = "The venue may not offer this to this account; see its status page."


class NotOffered(Refused):
    """The venue, or ccxt for it, does not offer what was asked."""


class TooVague(Refused):
    """The venue answers, but wants to be told more: which market, which asset."""


class NoWallet(Refused):
    """The user has no such wallet at the venue."""


class AlreadyThere(Refused):
    """An order of that client id was taken before."""


BY_CLASS: dict[str, tuple[type[ExchangeError], str]] = {
    "BaseError": (OddAnswer, "failed in a way of its own"),
    "ExchangeError": (Refused, "said no"),
    "AuthenticationError": (BadKey, "does not accept the key"),
    "PermissionDenied": (MissingPermission, "does not let this key do that"),
    "AccountNotEnabled": (MissingPermission, "has not opened this part of the account"),
    "AccountSuspended": (Refused, "has suspended the account"),
    "ArgumentsRequired": (TooVague, "wants to be asked more precisely"),
    "BadRequest": (Refused, "does not take the question"),
    "BadSymbol": (Refused, "does not know that market"),
    "OperationRejected": (Refused, "refused"),
    "NoChange": (Refused, "has nothing to change"),
    "MarginModeAlreadySet": (Refused, "has that margin mode already"),
    "MarketClosed": (Refused, "has closed that market"),
    "ManualInteractionNeeded": (Refused, "wants something to be confirmed on its own pages"),
    "RestrictedLocation": (Refused, "does not serve this place"),
    "InsufficientFunds": (Refused, "says the funds are not enough"),
    "InvalidAddress": (Refused, "does not take that address"),
    "AddressPending": (Refused, "has not made that address yet"),
    "InvalidOrder": (Refused, "does not take the order"),
    "OrderNotFound": (Refused, "does not know that order"),
    "OrderNotCached": (Refused, "does not know that order"),
    "OrderImmediatelyFillable": (Refused, "would fill the order at once"),
    "OrderNotFillable": (Refused, "cannot fill the order"),
    "DuplicateOrderId": (AlreadyThere, "has an order of that client id already"),
    "ContractUnavailable": (Refused, "does not trade that contract now"),
    "NotSupported": (NotOffered, "does not offer that"),
    "InvalidProxySettings": (NetworkFailure, "cannot be reached by that proxy"),
    "ExchangeClosedByUser": (NetworkFailure, "was closed while it was asked"),
    "OperationFailed": (OddAnswer, "could not answer"),
    "NetworkError": (NetworkFailure, "gave no answer"),
    "DDoSProtection": (RateLimited, "was asked too often"),
    "RateLimitExceeded": (RateLimited, "was asked too often"),
    "ExchangeNotAvailable": (Maintenance, "is not available"),
    "OnMaintenance": (Maintenance, "is in maintenance"),
    "InvalidNonce": (ClockSkew, "does not accept the time of the question"),
    "ChecksumError": (OddAnswer, "sent an order book that does not add up"),
    "RequestTimeout": (NetworkFailure, "did not answer in time"),
    "BadResponse": (OddAnswer, "gave an odd answer"),
    "NullResponse": (OddAnswer, "gave an empty answer"),
    "CancelPending": (Refused, "is cancelling that order already"),
    "UnsubscribeError": (NetworkFailure, "did not end a stream"),
}
"""Every class of ccxt's: what it is here, and what the venue did."""

_DID: dict[type[ExchangeError], str] = {
    BadKey: "does not accept the key",
    MissingPermission: "does not let this key do that",
    ClockSkew: "does not accept the time of the question",
    RateLimited: "was asked too often",
    Maintenance: "is not available",
    Refused: "refused",
    AlreadyThere: "has an order of that client id already",
    NoWallet: "has no such wallet of this user",
}
Words = Mapping[type[ExchangeError], str]
_BINANCE: Words = {
    AlreadyThere: r"Duplicate order sent",
    BadKey: r'"code":\s*(-2014|-2015|-2008|-1022)\b',
    ClockSkew: r'"code":\s*-1021\b',
    RateLimited: r'"code":\s*(-1003|-1015)\b',
    MissingPermission: r'"code":\s*(-1002|-4061)\b',
    Maintenance: r'"code":\s*(-1001|-1008|-1016)\b',
    NoWallet: r'"code":\s*(-3003|-4109|-21001)\b',
}
_BYBIT: Words = {
    BadKey: r'"retCode":\s*"?(10003|10004|33004)\b',
    MissingPermission: r'"retCode":\s*"?(10005|10010)\b',
    ClockSkew: r'"retCode":\s*"?10002\b',
    RateLimited: r'"retCode":\s*"?(10006|10018)\b',
}
_OKX: Words = {
    BadKey: r'"code":\s*"?(50111|50113|50105|50119)\b',
    ClockSkew: r'"code":\s*"?(50112|50102)\b',
    MissingPermission: r'"code":\s*"?(50110|50120|50030)\b',
    RateLimited: r'"code":\s*"?50011\b',
    Maintenance: r'"code":\s*"?50001\b',
}
_KUCOIN: Words = {
    ClockSkew: r'"code":\s*"?400002\b',
    BadKey: r'"code":\s*"?(400001|400003|400004|400005|411100)\b',
    MissingPermission: r'"code":\s*"?(400006|400007)\b',
    RateLimited: r'"code":\s*"?429000\b',
}
_GATE: Words = {
    BadKey: r"INVALID_KEY|INVALID_SIGNATURE|INVALID_CREDENTIALS",
    MissingPermission: r"FORBIDDEN|READ_ONLY|SUB_ACCOUNT_NOT_ALLOWED|IP_NOT_ALLOWED",
    ClockSkew: r"REQUEST_EXPIRED",
}
_VENUE_WORDS: Mapping[str, Words] = {
    **dict.fromkeys(("binance", "binanceus", "binanceusdm", "binancecoinm"), _BINANCE),
    **dict.fromkeys(("bybit", "bybiteu", "bybitid"), _BYBIT),
    **dict.fromkeys(("okx", "okxus", "myokx"), _OKX),
    **dict.fromkeys(("kucoin", "kucoinfutures"), _KUCOIN),
    **dict.fromkeys(("gate", "gateeu"), _GATE),
    "kraken": {
        BadKey: r"EAPI:Invalid (key|signature)",
        ClockSkew: r"EAPI:Invalid nonce",
        MissingPermission: r"EAPI:Bad request|EGeneral:Permission denied|EAPI:Feature disabled",
        RateLimited: r"EGeneral:Temporary lockout|E(API|Order|General):(Rate limit|Too many)",
        Maintenance: r"EService:(Unavailable|Busy|Market in|Deadline|Timeout)|EGeneral:Internal error",
        Refused: r"EOrder:Insufficient",
    },
    "bitget": {
        BadKey: r'"code":\s*"?(40006|40009|40011|40012|40037)\b',
        MissingPermission: r'"code":\s*"?(40014|40018)\b',
        ClockSkew: r'"code":\s*"?(40005|40008)\b',
    },
    "mexc": {BadKey: r'"code":\s*(10072|700006|700007)\b', ClockSkew: r'"code":\s*(700003|10073)\b'},
    "coinbase": {MissingPermission: r"missing required scopes|PERMISSION_DENIED"},
    "bitfinex": {
        BadKey: r"apikey: (digest )?invalid",
        ClockSkew: r"nonce: small",
        RateLimited: r"ERR_RATE_LIMIT|ratelimit",
    },
}
"""What a venue writes, where ccxt's classes do not tell it apart."""
_WRONG = r"(invalid|incorrect|wrong|bad|unknown|expired|missing)"
_RIGHTS = r"(permission|scope|privilege)s?"
_ANYONES_WORDS: Words = {
    BadKey: rf"\b{_WRONG}[\s_-]+(api[\s_-]?key|access[\s_-]?key|key|signature|sign)\b"
    r"|\b(signature|sign)\b[^.\"]{0,24}\b(invalid|incorrect|mismatch|not valid|failed|error)\b"
    r"|\b(unauthorized|unauthenticated)\b",
    MissingPermission: rf"\b{_RIGHTS}\b[^.\"]{{0,30}}\b(denied|missing|required|insufficient|not)\b"
    rf"|\b(no|insufficient|missing|lacks?|without)\b[^.\"]{{0,20}}\b{_RIGHTS}\b",
    RateLimited: r"\b(too many|rate[\s_-]?limit|too frequent|throttl)",
    Maintenance: r"\b(maintenance|upgrading|temporarily unavailable|overloaded|service unavailable|system busy)\b",
    NoWallet: r"\baccount\b[^.\"]{0,30}\b(not|n.t) (exist|found|opened|open|activated|created)\b|USER_NOT_FOUND",
    ClockSkew: r"\b(recv_?window|timestamp)\b[^.\"]{0,40}\b(expired|outside|ahead|invalid|exceed|not)",
}
"""What any venue may mean, where ccxt knows no more than that it said no."""
_COARSE = {"ExchangeError", "BadRequest", "BaseError", "OperationRejected", "BadResponse", "OperationFailed"}
_STATUS = re.compile(r"https?://\S+ (\d{3}) ")
_BY_STATUS: dict[int, tuple[type[ExchangeError], str]] = {
    400: (Refused, "does not take the question"),
    403: (MissingPermission, "turned the question away"),
    404: (NotThere, "has nothing at that address"),
    405: (NotThere, "does not take that kind of question"),
    407: (NetworkFailure, "cannot be reached: the proxy wants a login"),
    410: (NotThere, "has nothing at that address any more"),
    422: (Refused, "does not take the question"),
    451: (Refused, "does not serve this place"),
    511: (NetworkFailure, "cannot be reached: the network wants a login"),
}
_ONLY_IN_THE_VENUES_WORDS = {400, 403, 404, 405, 410, 422}
_NOTHING_THERE = {404, 405, 410}
_OPEN_THE_NETWORK = "Check “network” in config.json: caFile for an own authority, proxy for a proxy."


def translated(error: BaseException, *, venue: str, label: str, scrub: Scrubber, status: int = 0) -> ExchangeError:
    """The error as K.I.T. tells it; `label` is what the venue is called, `status` that of its last answer.

    One of K.I.T.'s own stays as it is.
    """
    if isinstance(error, ExchangeError):
        return error
    if isinstance(error, KitError):
        return ExchangeError(error.message, next_step=error.next_step)
    names = [each.__name__ for each in type(error).__mro__ if each.__module__.split(".")[0] == "ccxt"]
    if not names:
        return _of_a_library(error, label)
    text = str(error)
    kind, did = _meaning(names, text, venue, status)
    for cause in _causes(error):
        if isinstance(cause, (OSError, asyncio.TimeoutError)) or type(cause).__module__.startswith("aiohttp"):
            return _of_a_library(cause, label)
    words = scrub(_words(text, venue))
    return kind(f"{label} {did}{f' ({words})' if words else ''}.")


def _meaning(names: list[str], text: str, venue: str, status: int) -> tuple[type[ExchangeError], str]:
    nearest = next((name for name in names if name in BY_CLASS), "BaseError")
    kind = _read(_VENUE_WORDS.get(venue, {}), text)
    if kind is None and nearest in _COARSE:
        kind = _read(_ANYONES_WORDS, text)
    if kind is not None:
        return kind, _DID[kind]
    if nearest == "ExchangeNotAvailable" or nearest in _COARSE:
        written = _STATUS.search(text)
        status = int(written[1]) if written else status
        if status in _BY_STATUS and (written or status in _NOTHING_THERE):
            # A page is no word of the venue: a gateway's, or a proxy's that leads elsewhere.
            a_page = "<" in text and status in _ONLY_IN_THE_VENUES_WORDS
            return (OddAnswer, "answered with a web page") if a_page else _BY_STATUS[status]
    return BY_CLASS[nearest]


def _read(words: Words, text: str) -> type[ExchangeError] | None:
    return next((kind for kind, pattern in words.items() if re.search(pattern, text, re.IGNORECASE)), None)


def _of_a_library(error: BaseException, label: str) -> ExchangeError:
    """What failed below ccxt (sockets, names, certificates) or in it (an answer that it could not read)."""
    chain = [error, *_causes(error)]
    kinds = [type(each).__name__ for each in chain]
    if any(isinstance(each, ssl.SSLError) or "Certificate" in type(each).__name__ for each in chain):
        why = next((found for each in chain if (found := getattr(each, "verify_message", ""))), "TLS")
        return NetworkFailure(f"{label} cannot be trusted: its certificate ({why}).", next_step=_OPEN_THE_NETWORK)
    if any("Proxy" in kind for kind in kinds):
        return NetworkFailure(f"{label} cannot be reached: the proxy refuses.", next_step=_OPEN_THE_NETWORK)
    if any(isinstance(each, socket.gaierror) or "DNS" in type(each).__name__ for each in chain):
        return NetworkFailure(f"{label} cannot be reached: its name is not found.")
    if any(isinstance(each, TimeoutError) for each in chain):
        return NetworkFailure(f"{label} did not answer in time.")
    if any("InvalidURL" in kind for kind in kinds):
        return NetworkFailure(f"{label} cannot be reached: its address is none.", next_step="Correct its baseUrl.")
    if any("Payload" in kind or "Encoding" in kind for kind in kinds):
        return OddAnswer(f"{label} broke off in the middle of its answer.")
    if any(isinstance(each, OSError) or type(each).__module__.startswith("aiohttp") for each in chain):
        return NetworkFailure(f"{label} cannot be reached ({kinds[0]}).")
    return OddAnswer(f"{label} answered something that cannot be read ({kinds[0]}).")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen = {id(error)}
    following = error.__cause__
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__


def _words(text: str, venue: str) -> str:
    """What the venue itself said, without the question that ccxt writes before it."""
    said = text.removeprefix(venue).strip()
    start = min((place for place in (said.find("{"), said.find("[")) if place >= 0), default=-1)
    if start >= 0:
        try:
            found = _sentence(json.loads(said[start:]))
        except ValueError:
            found = ""
        if found:
            return found
    asked = re.match(r"(GET|POST|PUT|DELETE|PATCH) \S+ ?", said)
    return said[asked.end() :] if asked else said


def _sentence(answer: object) -> str:
    """The first text in an answer that reads like an explanation, its code before it."""
    if isinstance(answer, list):
        return next((found for each in answer if (found := _sentence(each))), "")
    if isinstance(answer, str):
        return answer
    if not isinstance(answer, dict):
        return ""
    names = ("msg", "message", "retMsg", "err-msg", "error_description", "reason", "error", "errors", "detail", "label")
    for name in names:
        found = _sentence(answer.get(name))
        if found:
            code = next((answer[key] for key in ("code", "retCode", "err-code") if key in answer), None)
            return f"{code}: {found}" if isinstance(code, str | int) and not isinstance(code, bool) else found
    return ""
