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
from collections.abc import Iterator

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


BY_CLASS: dict[str, tuple[type[ExchangeError], str]] = {
    "BaseError": (OddAnswer, "failed in a way of its own"),
    "ExchangeError": (Refused, "said no"),
    "AuthenticationError": (BadKey, "does not accept the key"),
    "PermissionDenied": (MissingPermission, "does not let this key do that"),
    "AccountNotEnabled": (MissingPermission, "has not opened this part of the account"),
    "AccountSuspended": (Refused, "has suspended the account"),
    "ArgumentsRequired": (Refused, "wants to be asked more precisely"),
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
    "DuplicateOrderId": (Refused, "has an order of that client id already"),
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
    "ConsumerFunctionError": (OddAnswer, "sent something that could not be read"),
}
"""Every class of ccxt's: what it is here, and what the venue did."""

_VENUE_WORDS: dict[str, tuple[tuple[str, type[ExchangeError], str], ...]] = {
    "binance": (
        (r'"code":\s*-2015\b', BadKey, "does not accept the key from here, or not for this"),
        (r'"code":\s*(-2014|-2008|-1022)\b', BadKey, "does not accept the key"),
        (r'"code":\s*-1021\b', ClockSkew, "does not accept the time of the question"),
        (r'"code":\s*(-1003|-1015)\b', RateLimited, "was asked too often"),
        (r'"code":\s*(-1002|-4061)\b', MissingPermission, "does not let this key do that"),
        (r'"code":\s*(-1001|-1016)\b', Maintenance, "is not available"),
    ),
    "kraken": (
        (r"EAPI:Invalid (key|signature)", BadKey, "does not accept the key"),
        (r"EAPI:Invalid nonce", ClockSkew, "does not accept the number of the question (its nonce)"),
        (
            r"EAPI:Bad request|EGeneral:Permission denied|EAPI:Feature disabled",
            MissingPermission,
            "does not let this key do that",
        ),
        (r"EGeneral:Temporary lockout", RateLimited, "has locked the key for a while"),
        (r"E(API|Order|General):(Rate limit|Too many)", RateLimited, "was asked too often"),
        (r"EService:(Unavailable|Busy|Market in|Deadline|Timeout)", Maintenance, "is not available"),
        (r"EGeneral:Internal error", Maintenance, "has an error of its own"),
        (r"EOrder:Insufficient", Refused, "says the funds are not enough"),
    ),
    "bybit": (
        (r'"retCode":\s*"?(10003|10004|33004)\b', BadKey, "does not accept the key"),
        (r'"retCode":\s*"?(10005|10010)\b', MissingPermission, "does not let this key do that"),
        (r'"retCode":\s*"?10002\b', ClockSkew, "does not accept the time of the question"),
        (r'"retCode":\s*"?(10006|10018)\b', RateLimited, "was asked too often"),
    ),
    "okx": (
        (r'"code":\s*"?(50111|50113|50105|50119)\b', BadKey, "does not accept the key"),
        (r'"code":\s*"?(50112|50102)\b', ClockSkew, "does not accept the time of the question"),
        (r'"code":\s*"?(50110|50120|50030)\b', MissingPermission, "does not let this key do that"),
        (r'"code":\s*"?50011\b', RateLimited, "was asked too often"),
        (r'"code":\s*"?50001\b', Maintenance, "is not available"),
    ),
    "kucoin": (
        (r'"code":\s*"?400002\b', ClockSkew, "does not accept the time of the question"),
        (r'"code":\s*"?(400001|400003|400004|400005|411100)\b', BadKey, "does not accept the key"),
        (r'"code":\s*"?(400006|400007)\b', MissingPermission, "does not let this key do that from here"),
        (r'"code":\s*"?429000\b', RateLimited, "was asked too often"),
    ),
    "bitget": (
        (r'"code":\s*"?(40006|40009|40011|40012|40037)\b', BadKey, "does not accept the key"),
        (r'"code":\s*"?(40014|40018)\b', MissingPermission, "does not let this key do that from here"),
        (r'"code":\s*"?(40005|40008)\b', ClockSkew, "does not accept the time of the question"),
    ),
    "mexc": (
        (r'"code":\s*(10072|700006|700007)\b', BadKey, "does not accept the key from here, or not for this"),
        (r'"code":\s*(700003|10073)\b', ClockSkew, "does not accept the time of the question"),
    ),
    "gate": (
        (r"INVALID_KEY|INVALID_SIGNATURE|INVALID_CREDENTIALS", BadKey, "does not accept the key"),
        (
            r"FORBIDDEN|READ_ONLY|SUB_ACCOUNT_NOT_ALLOWED|IP_NOT_ALLOWED",
            MissingPermission,
            "does not let this key do that",
        ),
        (r"REQUEST_EXPIRED", ClockSkew, "does not accept the time of the question"),
    ),
    "coinbase": ((r"missing required scopes|PERMISSION_DENIED", MissingPermission, "does not let this key do that"),),
    "bitfinex": (
        (r"apikey: (digest )?invalid", BadKey, "does not accept the key"),
        (r"nonce: small", ClockSkew, "does not accept the number of the question (its nonce)"),
        (r"ERR_RATE_LIMIT|ratelimit", RateLimited, "was asked too often"),
    ),
}
_FAMILY = {
    "binanceus": "binance",
    "binanceusdm": "binance",
    "binancecoinm": "binance",
    "bybiteu": "bybit",
    "bybitid": "bybit",
}
_FAMILY |= {"okxus": "okx", "myokx": "okx", "kucoinfutures": "kucoin", "gateeu": "gate"}

_ANYONES_WORDS: tuple[tuple[str, type[ExchangeError], str], ...] = (
    (r"\b(invalid|incorrect|wrong|bad|unknown|expired|missing)[\s_-]+(api[\s_-]?key|access[\s_-]?key|key|signature|sign)\b", BadKey, "does not accept the key"),
    (r"\b(signature|sign)\b[^.\"]{0,24}\b(invalid|incorrect|mismatch|not valid|failed|error)\b", BadKey, "does not accept the key"),
    (r"\b(unauthorized|unauthenticated)\b", BadKey, "does not accept the key"),
    (r"\b(permission|scope|privilege)s?\b[^.\"]{0,30}\b(denied|missing|required|insufficient|not)\b", MissingPermission, "does not let this key do that"),
    (r"\b(no|insufficient|missing|lacks?|without)\b[^.\"]{0,20}\b(permission|scope|privilege)s?\b", MissingPermission, "does not let this key do that"),
    (r"\b(too many|rate[\s_-]?limit|too frequent|throttl)", RateLimited, "was asked too often"),
    (r"\b(maintenance|upgrading|temporarily unavailable)\b", Maintenance, "is in maintenance"),
    (r"\b(recv_?window|timestamp)\b[^.\"]{0,40}\b(expired|outside|ahead|invalid|exceed|not)", ClockSkew, "does not accept the time of the question"),
)  # fmt: skip
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
_OPEN_THE_NETWORK = "Check “network” in config.json: caFile for an own authority, proxy for a proxy."


def translated(error: BaseException, *, venue: str, label: str, scrub: Scrubber) -> ExchangeError:
    """The error as K.I.T. tells it; `label` is what the venue is called. One of K.I.T.'s own stays as it is."""
    if isinstance(error, ExchangeError):
        return error
    if isinstance(error, KitError):
        return ExchangeError(error.message, next_step=error.next_step)
    names = [each.__name__ for each in type(error).__mro__ if each.__module__.split(".")[0] == "ccxt"]
    if not names:
        return _of_a_library(error, label)
    text = str(error)
    kind, did = _meaning(names, text, venue)
    for cause in _causes(error):
        if isinstance(cause, (OSError, asyncio.TimeoutError)) or type(cause).__module__.startswith("aiohttp"):
            return _of_a_library(cause, label)
    words = scrub(_words(text, venue))
    return kind(f"{label} {did}{f' ({words})' if words else ''}.")


def _meaning(names: list[str], text: str, venue: str) -> tuple[type[ExchangeError], str]:
    for pattern, kind, did in _VENUE_WORDS.get(_FAMILY.get(venue, venue), ()):
        if re.search(pattern, text):
            return kind, did
    nearest = next((name for name in names if name in BY_CLASS), "BaseError")
    if nearest in _COARSE:
        for pattern, kind, did in _ANYONES_WORDS:
            if re.search(pattern, text, re.IGNORECASE):
                return kind, did
    if nearest == "ExchangeNotAvailable" or nearest in _COARSE:
        status = _STATUS.search(text)
        if status and int(status[1]) in _BY_STATUS:
            return _BY_STATUS[int(status[1])]
    return BY_CLASS[nearest]


def _of_a_library(error: BaseException, label: str) -> ExchangeError:
    """What failed below ccxt (sockets, names, certificates) or in it (an answer that it could not read)."""
    chain = [error, *_causes(error)]
    kinds = [type(each).__name__ for each in chain]
    if any(isinstance(each, ssl.SSLError) or "Certificate" in type(each).__name__ for each in chain):
        why = next((each.verify_message for each in chain if isinstance(each, ssl.SSLCertVerificationError)), "TLS")
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
