"""What a command answers: data for machines, blocks for people.

Cells are values, never formatted strings: `Money`, `Quantity`, `Ratio`, datetimes, counts. A missing
figure is None and shows as N/A. Each renderer (`kit.render`) formats them for its channel.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
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
_LARGEST = 1e300  # beyond, the distance of two figures is no float any more


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
    """Figures one under the other; with a title as a list under it."""

    items: tuple[Metric, ...]
    title: str = ""


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
class Line:
    """One line of a chart: a figure for each of its days; None is a gap, and shown as one.

    `dashed` sets it apart from what it is compared with. Floats are welcome: a line is looked at, not
    calculated with.
    """

    label: str
    values: tuple[Decimal | float | None, ...]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Marker:
    """A point of a chart that has a name: the all-time high, the trough."""

    label: str
    x: date
    y: Decimal | float


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures over time.

    `x` are days or instants with a zone, ascending. `unit` is a currency, "%" where the figures are ratios,
    or "" where they are bare numbers. An area is filled from its first line down to zero.
    Raises ValueError where the lines do not fit `x` or share a name, and for what is no figure (NaN, infinite, beyond
    1e300).
    """

    x: tuple[date, ...]
    lines: tuple[Line, ...]
    unit: str = ""
    kind: Literal["line", "area"] = "line"
    markers: tuple[Marker, ...] = ()
    title: str = ""
    emoji: str = ""

    def __post_init__(self) -> None:
        if len({isinstance(each, datetime) for each in (*self.x, *(marker.x for marker in self.markers))}) > 1:
            raise ValueError("a chart has days or instants, not both")
        if any(isinstance(each, datetime) and each.utcoffset() is None for each in self.x):
            raise ValueError("a chart's instants have a zone")
        if any(later <= earlier for earlier, later in pairwise(self.x)):
            raise ValueError("a chart's days ascend, none twice")
        if len({line.label for line in self.lines}) < len(self.lines):
            raise ValueError("two lines of a chart have one name")
        for line in self.lines:
            if len(line.values) != len(self.x):
                raise ValueError(f"“{line.label}” has {len(line.values)} figures for {len(self.x)} days")
            _require_drawable(line.values)
        _require_drawable(marker.y for marker in self.markers)

    @property
    def drawable(self) -> bool:
        """Whether there is any figure at all."""
        return any(value is not None for line in self.lines for value in line.values)


@dataclass(frozen=True, slots=True)
class Matrix:
    """A figure between −1 and 1 for each pair of labels, warmer the higher it is. None is not known.

    Raises ValueError where it is not square.
    """

    labels: tuple[str, ...]
    rows: tuple[tuple[Ratio | float | None, ...], ...]
    title: str = ""
    emoji: str = ""
    empty: str = "Nothing to compare."

    def __post_init__(self) -> None:
        if any(len(each) != len(self.labels) for each in (self.rows, *self.rows)):
            raise ValueError("a matrix has a row and a column for each label")


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
    """What can be done next, in the order in which it is offered."""

    items: tuple[Action, ...]


Block = Heading | Text | Metrics | Table | Bars | Chart | Matrix | Notice | Actions


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


def _require_drawable(values: Iterable[Decimal | float | None]) -> None:
    for value in values:
        if value is not None and not -_LARGEST <= value <= _LARGEST:
            raise ValueError(f"{value} cannot be drawn; a figure that is missing is None")
