"""A MetaTrader 5 terminal, wherever it runs: one question at a time, JSON text both ways."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from kit import OddAnswer

if TYPE_CHECKING:
    from .settings import MetaTraderSettings


class Terminal(Protocol):
    """The far side of `far_side.ask`. Raises ExchangeError or ConfigError where it cannot be reached."""

    def ask(self, question: str) -> str: ...

    def close(self) -> None:
        """Let go of it, also while another thread waits for an answer: that one fails then."""


def open_terminal(settings: MetaTraderSettings) -> Terminal:
    """The terminal of this machine on Windows, the bridge elsewhere, unless the settings say which."""
    if settings.uses_bridge(sys.platform):
        from .bridge import BridgedTerminal

        return BridgedTerminal(settings.host, settings.port, settings.timeout_seconds)
    from .native import NativeTerminal

    return NativeTerminal()


def question(
    function: str,
    args: Collection[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    login: int | None = None,
    fields: Collection[str] = (),
    opens: bool = False,
) -> str:
    """A call of the module, as JSON text; a Decimal becomes the float it writes on the far side only."""
    asked = {
        "function": function,
        "args": list(args),
        "kwargs": dict(kwargs or {}),
        "login": login,
        "fields": list(fields),
        "opens": opens,
    }
    return json.dumps(asked, default=_tagged)


def answered(text: object) -> dict[str, Any]:
    """The answer that `text` holds, every number with a point as the exact Decimal of its digits. Raises OddAnswer."""
    try:
        answer = json.loads(text, parse_float=Decimal, parse_constant=_no_number) if isinstance(text, str) else None
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise OddAnswer("What answers is no MetaTrader bridge, or its answer holds no numbers.")
    return answer


def _tagged(value: object) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {"float": str(value)}
    raise TypeError(f"{type(value).__name__} is nothing that a terminal is asked")


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")
