"""The public API for plugin authors, and nothing else.

Names are imported when first used, so that `import kit` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .clock import Clock, FixedClock, SystemClock
    from .commands import Argument, Command, Effect, Flag, Invocation, Option, Param, ValueType
    from .errors import (
        ConfigError,
        ExchangeError,
        ImportFileError,
        KitError,
        PluginError,
        StoreError,
        UnknownName,
        UsageError,
    )
    from .hookspecs import (
        Check,
        Demo,
        Event,
        Finding,
        Migrations,
        SettingsSection,
        Status,
        hookimpl,
        hookspec,
    )
    from .market import (
        AccountContext,
        Exchange,
        ExchangeType,
        Order,
        OrderRequest,
        OrderStatus,
        Pair,
        PriceSourceType,
        Side,
        Ticker,
    )
    from .money import (
        Money,
        Quantity,
        Ratio,
        exact,
        exact_math,
        parse_amount,
        parse_duration,
        parse_ratio,
        plain,
    )
    from .problems import Problem, ProblemLog, Severity
    from .records import (
        Balance,
        FileHead,
        ImportedRow,
        Importer,
        ImportSource,
        Kind,
        PricePoint,
        Record,
        RejectedRow,
        content_id,
    )
    from .replies import (
        Action,
        Actions,
        Bar,
        Bars,
        Column,
        Heading,
        Metric,
        Metrics,
        Notice,
        Reply,
        Table,
        Text,
        Value,
    )
    from .services import Progress, Services, Task
    from .storage import Store
    from .storage.types import ExactDecimal, UTCDateTime

_HOMES = {
    "clock": "Clock FixedClock SystemClock",
    "commands": "Argument Command Effect Flag Invocation Option Param ValueType",
    "errors": "ConfigError ExchangeError ImportFileError KitError PluginError StoreError UnknownName UsageError",
    "hookspecs": "Check Demo Event Finding Migrations SettingsSection Status hookimpl hookspec",
    "market": "AccountContext Exchange ExchangeType Order OrderRequest OrderStatus Pair PriceSourceType Side Ticker",
    "money": "Money Quantity Ratio exact exact_math parse_amount parse_duration parse_ratio plain",
    "problems": "Problem ProblemLog Severity",
    "records": (
        "Balance FileHead ImportSource ImportedRow Importer Kind PricePoint Record RejectedRow content_id"
    ),
    "replies": "Action Actions Bar Bars Column Heading Metric Metrics Notice Reply Table Text Value",
    "services": "Progress Services Task",
    "storage": "Store",
    "storage.types": "ExactDecimal UTCDateTime",
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names.split()}

__version__ = "0.1.0"
__all__ = [*_MODULE_OF, "__version__"]  # noqa: PLE0604 - the table above is the list


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'kit' has no attribute '{name}'")
    from importlib import import_module

    value = getattr(import_module(f"kit.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
