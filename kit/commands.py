"""A command, declared once. Every channel builds itself from these declarations.

Declarations are plain data: the plugin cache keeps them as JSON (`to_json`, `from_json`), so that
help, completion and phrases need no plugin to be imported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from keyword import iskeyword
from typing import Any

WATCH = "watch"


class Effect(StrEnum):
    """What a command may do: look, change the user's own data, or move money."""

    READ = "read"
    WRITE = "write"
    TRADE = "trade"


class ValueType(StrEnum):
    """What a parameter's value is; each is parsed in one place (`kit.values`).

    The Python value a handler receives: TEXT, ACCOUNT, ASSET (upper-cased), CURRENCY and PLUGIN →
    str; INTEGER → int; AMOUNT and RATIO → Decimal; DURATION → timedelta; DATE → date;
    CHOICE → str; FILE (must exist) and PATH → pathlib.Path; FLAG → bool.
    """

    TEXT = "text"
    INTEGER = "integer"
    AMOUNT = "amount"
    RATIO = "ratio"
    DURATION = "duration"
    DATE = "date"
    ASSET = "asset"
    ACCOUNT = "account"
    CURRENCY = "currency"
    PLUGIN = "plugin"
    CHOICE = "choice"
    FILE = "file"
    PATH = "path"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter. Positional ones are given by place, the others as `--name`.

    A handler receives it as the keyword `name` with dashes turned to underscores, one behind a word of
    Python's own (`from_`); absent ones get `default` (False for flags, () for `many`).
    """

    name: str
    type: ValueType = ValueType.TEXT
    help: str = ""
    positional: bool = False
    required: bool = False
    many: bool = False
    choices: tuple[str, ...] = ()
    default: Any = None
    secret: bool = False

    @property
    def keyword(self) -> str:
        word = self.name.replace("-", "_")
        return f"{word}_" if iskeyword(word) else word


def Flag(name: str, help: str = "") -> Param:  # noqa: N802, A002 - reads as a declaration
    """`--name`, present or not."""
    return Param(name, ValueType.FLAG, help, default=False)


def Option(  # noqa: N802 - reads as a declaration
    name: str,
    type: ValueType = ValueType.TEXT,  # noqa: A002
    help: str = "",  # noqa: A002
    *,
    choices: Sequence[str] = (),
    default: Any = None,
    required: bool = False,
    many: bool = False,
) -> Param:
    """`--name VALUE`; with `choices` the type is CHOICE, with `many` it may be repeated."""
    kind = ValueType.CHOICE if choices else type
    return Param(name, kind, help, choices=tuple(choices), default=default, required=required, many=many)


def Argument(  # noqa: N802 - reads as a declaration
    name: str,
    type: ValueType = ValueType.TEXT,  # noqa: A002
    help: str = "",  # noqa: A002
    *,
    required: bool = True,
    many: bool = False,
    choices: Sequence[str] = (),
) -> Param:
    """A value given by its place; with `many` it takes all that remain."""
    kind = ValueType.CHOICE if choices else type
    return Param(name, kind, help, positional=True, required=required, many=many, choices=tuple(choices))


@dataclass(frozen=True, slots=True)
class Command:
    """What can be asked, what it does and how people say it.

    `name` may have two words ("prices import"). `run` is "package.module:function", imported only when invoked
    and called as `function(services, **params)`; it returns a Reply. `phrases` are templates: "show my
    portfolio", "how much do I have on {exchange}", "[show] my (alerts|rules) -> active" (what is in brackets
    may be left out, what follows the arrow sets parameters: docs/asking.md). `table` names what `--format csv`
    prints where the answer is a table; `chart` says that its first chart can be drawn (`--png FILE`). A command
    that moves money names in `preview` the one that shows, with the same parameters, what it would do. One that
    is `local` belongs to the machine that K.I.T. runs on and its terminal (it asks questions, or changes the
    installation): no chat offers it.
    """

    name: str
    summary: str
    run: str
    params: tuple[Param, ...] = ()
    phrases: tuple[str, ...] = ()
    effect: Effect = Effect.READ
    table: bool = False
    chart: bool = False
    hidden: bool = False
    details: str = ""
    examples: tuple[str, ...] = ()
    preview: str = ""
    local: bool = False

    def param(self, keyword: str) -> Param | None:
        """The parameter a handler receives as `keyword`."""
        return next((param for param in self.params if param.keyword == keyword), None)

    @property
    def needs_confirmation(self) -> bool:
        """Whether a person has to say yes to what its `preview` shows: the host runs it only then.

        A trading command without one shows a plan and moves nothing, or goes on with what was confirmed before.
        """
        return self.effect is Effect.TRADE and bool(self.preview)

    @property
    def watchable(self) -> bool:
        """Whether it can be answered again and again: a reading command with a flag `watch`.

        The flag is for the channel, which does so in its own way; a handler never receives it.
        """
        flag = self.param(WATCH)
        return self.effect is Effect.READ and flag is not None and flag.type is ValueType.FLAG


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command with its values: what a phrase means, what a button does."""

    command: str
    params: Mapping[str, Any] = field(default_factory=dict)


def to_json(command: Command) -> dict[str, Any]:
    """The declaration as JSON data."""
    from dataclasses import asdict

    return asdict(command)


def from_json(data: Mapping[str, Any]) -> Command:
    """The declaration that `to_json` wrote."""
    params = tuple(
        Param(**{**param, "type": ValueType(param["type"]), "choices": tuple(param["choices"])})
        for param in data["params"]
    )
    return Command(
        **{
            **data,
            "params": params,
            "phrases": tuple(data["phrases"]),
            "examples": tuple(data["examples"]),
            "effect": Effect(data["effect"]),
        }
    )
