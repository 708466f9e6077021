"""The public API for plugin authors, and nothing else.

Names are imported when first used, so that `import kit` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .channels import (
        Channel as Channel,
        ChannelContext as ChannelContext,
        ChannelType as ChannelType,
        Listening as Listening,
        Notification as Notification,
        Priority as Priority,
    )
    from .clock import Clock as Clock, FixedClock as FixedClock, SystemClock as SystemClock
    from .commands import (
        Argument as Argument,
        Command as Command,
        Effect as Effect,
        Flag as Flag,
        Invocation as Invocation,
        Option as Option,
        Param as Param,
        ValueType as ValueType,
    )
    from .config.secrets import Secret as Secret
    from .csv_lines import csv_line as csv_line
    from .errors import (
        BadKey as BadKey,
        ClockSkew as ClockSkew,
        ConfigError as ConfigError,
        ExchangeError as ExchangeError,
        ImportFileError as ImportFileError,
        KitError as KitError,
        Maintenance as Maintenance,
        MissingPermission as MissingPermission,
        NetworkFailure as NetworkFailure,
        OddAnswer as OddAnswer,
        PluginError as PluginError,
        RateLimited as RateLimited,
        Refused as Refused,
        StoreError as StoreError,
        UnknownName as UnknownName,
        UsageError as UsageError,
    )
    from .formats import (
        FileHead as FileHead,
        ImportedRow as ImportedRow,
        Importer as Importer,
        ImportSource as ImportSource,
        RejectedRow as RejectedRow,
        SkippedRow as SkippedRow,
    )
    from .hookspecs import (
        Check as Check,
        Demo as Demo,
        Event as Event,
        Finding as Finding,
        Migrations as Migrations,
        SettingsSection as SettingsSection,
        Status as Status,
        hookimpl as hookimpl,
        hookspec as hookspec,
    )
    from .jobs import (
        Daily as Daily,
        Every as Every,
        Job as Job,
        Missed as Missed,
        Schedule as Schedule,
        Stream as Stream,
    )
    from .market import (
        AccountContext as AccountContext,
        Candle as Candle,
        Charting as Charting,
        Credential as Credential,
        Exchange as Exchange,
        ExchangeType as ExchangeType,
        Historical as Historical,
        HistoryBatch as HistoryBatch,
        Leveraged as Leveraged,
        OpenPosition as OpenPosition,
        Order as Order,
        OrderRequest as OrderRequest,
        OrderStatus as OrderStatus,
        Pair as Pair,
        Partial as Partial,
        PastCloses as PastCloses,
        Permissions as Permissions,
        Permitting as Permitting,
        PriceSourceState as PriceSourceState,
        PriceSourceType as PriceSourceType,
        Quoting as Quoting,
        Side as Side,
        Streaming as Streaming,
        Ticker as Ticker,
        Trading as Trading,
        TradingTerms as TradingTerms,
    )
    from .money import (
        Money as Money,
        Quantity as Quantity,
        Ratio as Ratio,
        exact as exact,
        exact_math as exact_math,
        parse_amount as parse_amount,
        parse_duration as parse_duration,
        parse_ratio as parse_ratio,
        plain as plain,
    )
    from .network import Network as Network, NetworkOptions as NetworkOptions
    from .phrases import Ambiguous as Ambiguous, NoMatch as NoMatch, spoken as spoken
    from .problems import Problem as Problem, ProblemLog as ProblemLog, Severity as Severity
    from .records import (
        SHAPES as SHAPES,
        Balance as Balance,
        Kind as Kind,
        PricePoint as PricePoint,
        Record as Record,
        Shape as Shape,
        content_id as content_id,
    )
    from .render.csv_text import machine_cell as machine_cell, render_csv as render_csv
    from .render.figures import figure as figure, span as span
    from .render.html import render_html as render_html
    from .render.html_pages import HtmlPage as HtmlPage
    from .render.json_text import render_json as render_json, to_data as to_data
    from .render.pictures import png as png, require_pictures as require_pictures
    from .render.text import render_text as render_text
    from .replies import (
        Action as Action,
        Actions as Actions,
        Bar as Bar,
        Bars as Bars,
        Block as Block,
        Chart as Chart,
        Column as Column,
        Document as Document,
        Heading as Heading,
        Line as Line,
        Marker as Marker,
        Matrix as Matrix,
        Metric as Metric,
        Metrics as Metrics,
        Notice as Notice,
        Reply as Reply,
        Table as Table,
        Text as Text,
        Value as Value,
    )
    from .services import Progress as Progress, Services as Services, Task as Task
    from .signals import (
        MARKET as MARKET,
        Params as Params,
        Reading as Reading,
        Signal as Signal,
        Suggestion as Suggestion,
        Unit as Unit,
    )
    from .storage import Store as Store
    from .storage.locks import Held as Held
    from .storage.types import ExactDecimal as ExactDecimal, UTCDateTime as UTCDateTime
    from .values import (
        command_line as command_line,
        parse_value as parse_value,
        parse_words as parse_words,
        spell_value as spell_value,
    )

_HOMES = {
    "config.secrets": "Secret",
    "csv_lines": "csv_line",
    "channels": "Channel ChannelContext ChannelType Listening Notification Priority",
    "clock": "Clock FixedClock SystemClock",
    "commands": "Argument Command Effect Flag Invocation Option Param ValueType",
    "errors": "BadKey ClockSkew ConfigError ExchangeError ImportFileError KitError Maintenance MissingPermission "
    "NetworkFailure OddAnswer PluginError RateLimited Refused StoreError UnknownName UsageError",
    "hookspecs": "Check Demo Event Finding Migrations SettingsSection Status hookimpl hookspec",
    "jobs": "Daily Every Job Missed Schedule Stream",
    "market": "AccountContext Candle Charting Credential Exchange ExchangeType Historical HistoryBatch Leveraged "
    "OpenPosition Order OrderRequest OrderStatus Pair Partial PastCloses Permissions Permitting PriceSourceState "
    "PriceSourceType Quoting Side Streaming Ticker Trading TradingTerms",
    "money": "Money Quantity Ratio exact exact_math parse_amount parse_duration parse_ratio plain",
    "network": "Network NetworkOptions",
    "phrases": "Ambiguous NoMatch spoken",
    "problems": "Problem ProblemLog Severity",
    "formats": "FileHead ImportedRow Importer ImportSource RejectedRow SkippedRow",
    "records": "SHAPES Balance Kind PricePoint Record Shape content_id",
    "render.csv_text": "machine_cell render_csv",
    "render.figures": "figure span",
    "render.html": "render_html",
    "render.html_pages": "HtmlPage",
    "render.json_text": "render_json to_data",
    "render.pictures": "png require_pictures",
    "render.text": "render_text",
    "replies": "Action Actions Bar Bars Block Chart Column Document Heading Line Marker Matrix Metric Metrics Notice "
    "Reply Table Text Value",
    "services": "Progress Services Task",
    "signals": "MARKET Params Reading Signal Suggestion Unit",
    "storage": "Store",
    "storage.locks": "Held",
    "storage.types": "ExactDecimal UTCDateTime",
    "values": "command_line parse_value parse_words spell_value",
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
