"""What runs where the MetaTrader5 module is: in this process on Windows, else in the bridge's.

The bridge is sent the text of this file, so it needs the standard library alone, and no Python newer than
3.8 (hence the quoted annotations). Questions and answers are JSON text: a number of the terminal travels
as the digits of its shortest representation, and nothing that was asked is ever evaluated.
"""

import json
import threading
from typing import Any


def ask(question: str) -> str:
    """The answer of the MetaTrader5 module of this process to a question."""
    try:
        import MetaTrader5
    except ImportError as error:
        return json.dumps({"missing": str(error)})
    return answer(MetaTrader5, question)


def answer(module: Any, question: str) -> str:
    """What `module` says: {"said": …}, {"failed": last_error()}, {"hindered": why} or {"raised": what}."""
    asked = json.loads(question, object_hook=_figure)
    # A terminal is one for the whole process, however many connections the bridge serves.
    lock = vars(module).setdefault("_kit_one_at_a_time", threading.RLock())
    try:
        with lock:
            hindrance = None if asked["opens"] else _hindrance(module, asked["login"])
            if hindrance is not None:
                return json.dumps(hindrance)
            said = _call(module, asked)
            if said is None or said is False:
                return json.dumps(_failed(module))
    except Exception as error:  # noqa: BLE001 - whatever a foreign module raises is told, not passed through pickles
        return json.dumps({"raised": f"{type(error).__name__}: {error}"})
    return json.dumps({"said": _plain(said, asked["fields"])})


def _call(module: Any, asked: "dict[str, Any]") -> Any:
    if asked["function"] == "order_once":
        return _order_once(module, *asked["args"])
    return getattr(module, asked["function"])(*asked["args"], **asked["kwargs"])


def _hindrance(module: Any, login: "int | None") -> "dict[str, Any] | None":
    """Why the terminal's answers would not be those of this account as it is now; None where nothing is wrong."""
    account = module.account_info()
    if account is None:
        return _failed(module)
    if login and account.login != login:
        return {"hindered": "elsewhere", "login": account.login}
    terminal = module.terminal_info()
    if terminal is None:
        return _failed(module)
    return None if terminal.connected else {"hindered": "disconnected"}


def _failed(module: Any) -> "dict[str, Any]":
    return {"failed": list(module.last_error())}


def _order_once(module: Any, request: "dict[str, Any]", since: int, until: int) -> "dict[str, Any] | None":
    """Send an order, unless one with its `magic` is known: then those that are."""
    active = module.orders_get()
    past = module.history_orders_get(since, until)
    if active is None or past is None:
        return None
    known = [order for order in (*active, *past) if order.magic == request["magic"]]
    return {"known": known} if known else {"result": module.order_send(request)}


def _figure(item: "dict[str, Any]") -> Any:
    return float(item["float"]) if set(item) == {"float"} else item


def _plain(said: Any, fields: Any) -> Any:
    """Named tuples and numpy tables as dicts, of which only `fields` are kept where some are named."""
    if hasattr(said, "_asdict"):
        said = said._asdict()
    if hasattr(said, "dtype"):
        said = [dict(zip(said.dtype.names, row)) for row in said.tolist()]  # noqa: B905 - Python 3.8 knows no strict
    if isinstance(said, dict):
        return {name: _plain(each, None) for name, each in said.items() if not fields or name in fields}
    if isinstance(said, (list, tuple)):
        return [_plain(each, fields) for each in said]
    return said
