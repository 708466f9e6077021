"""What a command answers: data for machines, blocks for people.

Cells are values, never formatted strings: `Money`, `Quantity`, `Ratio`, datetimes, counts. A missing
figure is None and shows as N/A. Each renderer (`kit.render`) formats them for its channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from .commands import Invocation
from .money import Money, Quantity, Ratio
from .problems import Problem, Severity


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Data that is JSON already and is passed on as it stands: a schema, a part of config.json."""

    json: Any


Value = Money | Quantity | Ratio | Decimal | datetime | date | timedelta | str | int | bool | None
Align = Literal["left", "right"]
Tone = Literal["good", "bad"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A title, with the emoji that a channel without pictures drops."""

    text: str
    emoji: str = ""
    rule: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, or a line to be copied as it is (`code`)."""

    text: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class Metric:
    """A named figure; `signed` shows + and −, `note` stands behind it in brackets."""

    label: str
    value: Value
    note: str = ""
    signed: bool = False
    emoji: str = ""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Figures one under the other."""

    items: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `key` is its name in CSV. `precise` shows every digit, else figures are rounded for reading."""

    title: str
    key: str
    align: Align = "left"
    signed: bool = False
    precise: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values under columns; `title` with its emoji stands above."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    title: str = ""
    emoji: str = ""
    empty: str = "Nothing to show."


@dataclass(frozen=True, slots=True)
class Bar:
    """One labelled part of a whole: its amount, and its share of all (which sets the length).

    `tone` colours it where colours are shown: good is green, bad is red. `signed` shows + and −.
    """

    label: str
    value: Value
    share: Ratio | None
    tone: Tone | None = None
    signed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Parts of a whole as bars."""

    items: tuple[Bar, ...]
    title: str = ""
    emoji: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence that must be seen: what, and what to do."""

    text: str
    severity: Severity = Severity.INFO
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do next: a button in a chat, a command line in the terminal."""

    label: str
    invocation: Invocation
    emoji: str = ""


@dataclass(frozen=True, slots=True)
class Actions:
    items: tuple[Action, ...]


Block = Heading | Text | Metrics | Table | Bars | Notice | Actions


@dataclass(frozen=True, slots=True)
class Document:
    """A whole file as an answer. `name` is what to call it, `media_type` what it is ("text/csv")."""

    name: str
    media_type: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer.

    `data` is a dataclass, mapping or list: what `--json`, HTTP and agents get, exact. `blocks` show
    the same to people. `problems` are what the answer rests on and the reader must know. `exit_code`
    is 0 done, 1 failed, 2 misuse, 3 done but with problems. A `document` is the answer itself: it is
    given as it is (the terminal prints it, and tells `blocks` and `problems` beside it).
    """

    data: Any
    blocks: tuple[Block, ...] = ()
    problems: tuple[Problem, ...] = ()
    exit_code: int = 0
    meta: Mapping[str, Any] = field(default_factory=dict)
    document: Document | None = None
