"""What the terminal's error codes and the trade server's return codes mean, as errors of K.I.T.

The documented `RES_E_*` of `last_error()` and `TRADE_RETCODE_*` of orders, each once; a test holds the lists.
"""

from __future__ import annotations

from collections.abc import Sequence

from kit import (
    BadKey,
    ExchangeError,
    MissingPermission,
    NetworkFailure,
    OddAnswer,
    RateLimited,
    Refused,
)

_LOGIN = "Check login, password (the investor password is enough) and server."
_OPEN_IT = "Start the MetaTrader terminal, and name its program in terminalPath where it is not found."
_UPDATE = "Update the MetaTrader terminal and its Python module."

FAILURES: dict[int, tuple[type[ExchangeError], str, str | None]] = {
    -1: (OddAnswer, "it failed without saying why", None),
    -2: (Refused, "it does not accept what it was asked", None),
    -3: (NetworkFailure, "it is out of memory", "Restart the MetaTrader terminal."),
    -4: (Refused, "it has nothing of that name or time", None),
    -5: (Refused, "its version does not fit its Python module", _UPDATE),
    -6: (BadKey, "the broker does not accept this login", _LOGIN),
    -7: (Refused, "it does not know this question", _UPDATE),
    -8: (MissingPermission, "automatic trading is switched off in it", "Allow algorithmic trading in the terminal."),
    -10000: (NetworkFailure, "the connection to it failed", _OPEN_IT),
    -10001: (NetworkFailure, "a question could not be sent to it", _OPEN_IT),
    -10002: (NetworkFailure, "no answer of it could be received", _OPEN_IT),
    -10003: (NetworkFailure, "it could not be started", _OPEN_IT),
    -10004: (NetworkFailure, "it does not run, or takes no connection", _OPEN_IT),
    -10005: (NetworkFailure, "it did not answer in time", _OPEN_IT),
}

DONE = frozenset((10008, 10009, 10010))
REFUSALS: dict[int, tuple[type[ExchangeError], str]] = {
    10004: (Refused, "the price has changed"),
    10006: (Refused, "the request was rejected"),
    10007: (Refused, "the request was cancelled by the trader"),
    10011: (OddAnswer, "the request could not be processed"),
    10012: (NetworkFailure, "the request was given up after a time-out"),
    10013: (Refused, "the request is not valid"),
    10014: (Refused, "the volume is not one this symbol is traded in"),
    10015: (Refused, "the price is not valid: a limit has to be beyond the market"),
    10016: (Refused, "the stops are not valid"),
    10017: (MissingPermission, "trading is disabled"),
    10018: (Refused, "the market is closed"),
    10019: (Refused, "there is not enough money for it"),
    10020: (Refused, "the price has changed"),
    10021: (Refused, "there is no price for it"),
    10022: (Refused, "its expiration is not valid"),
    10023: (Refused, "the order's state has changed"),
    10024: (RateLimited, "too many requests"),
    10025: (Refused, "there is nothing to change"),
    10026: (MissingPermission, "the broker's server disables automatic trading"),
    10027: (MissingPermission, "the terminal disables automatic trading"),
    10028: (Refused, "the request is locked for processing"),
    10029: (Refused, "the order or position is frozen"),
    10030: (Refused, "the symbol does not allow this way of filling"),
    10031: (NetworkFailure, "the terminal has no connection to the broker"),
    10032: (Refused, "it is allowed for real accounts only"),
    10033: (Refused, "the number of pending orders has reached its limit"),
    10034: (Refused, "the volume of orders and positions has reached its limit"),
    10035: (Refused, "the kind of order is wrong or prohibited"),
    10036: (Refused, "the position is closed already"),
    10038: (Refused, "the volume to close is more than the position"),
    10039: (Refused, "an order to close the position exists already"),
    10040: (Refused, "the number of positions has reached its limit"),
    10041: (Refused, "the activation was rejected and the order cancelled"),
    10042: (Refused, "only long positions are allowed"),
    10043: (Refused, "only short positions are allowed"),
    10044: (Refused, "positions can only be closed"),
    10045: (Refused, "positions are closed first in, first out only"),
    10046: (Refused, "opposite positions are prohibited on this account"),
}


def failure(account: str, said: Sequence[object]) -> ExchangeError:
    """The error that `last_error()` means: its code, and the terminal's own words."""
    code = said[0] if said and isinstance(said[0], int) else -1
    words = " ".join(str(each) for each in said[1:2])[:200]
    if code == 1:  # “success”, though nothing came
        return OddAnswer(f"MetaTrader ({account}): the terminal answered nothing.")
    kind, meaning, step = FAILURES.get(code, (OddAnswer, "it failed", None))
    return kind(f"MetaTrader ({account}): {meaning} ({code}{f', {words}' if words else ''}).", next_step=step)


def refusal(account: str, code: int, words: str) -> ExchangeError:
    """The error that the return code of an order means."""
    kind, meaning = REFUSALS.get(code, (Refused, "the broker refused it"))
    return kind(f"MetaTrader ({account}): {meaning} ({code}{f', {words[:200]}' if words else ''}).")
