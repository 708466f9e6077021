"""Words → a command with its values: click's parser, built from the declarations.

Two-word commands are leaves of one flat tree: “portfolio” may be a command and the first word of
“portfolio history”. Parsing runs nothing; it gives a `Line`, or raises UsageError or HelpWanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import augment_usage_errors

from ..commands import Command, Param, ValueType
from ..errors import UnknownName, UsageError, did_you_mean
from ..values import complete_params
from .options import (
    Format,
    HelpWanted,
    Output,
    TypedValue,
    confirmation,
    eager,
    output_of,
    output_options,
    picture_options,
)

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# The words behind these are a kit command line of its own: its options are not theirs.
LINE_COMMANDS = frozenset({"demo"})
_BARE = "status"
_NEGATIVE = re.compile(r"-[\d.][\d.,_%kKmMbB]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """A command line, understood."""

    command: Command
    params: dict[str, Any]
    output: Output
    confirmed: bool = False


def parse_line(
    commands: Iterable[Command], words: Sequence[str], *, width: int = 80, folder: Path | None = None
) -> Line:
    """What `words` (without “kit”) mean. `folder` is where relative file names start."""
    root = Root(commands, width=width, folder=folder)
    if list(words[:1]) == ["help"] and root.below("help") == [] and "help" not in root.known:
        words = [*words[1:], "--help"]
    try:
        with root.make_context("kit", list(words)) as context:
            answer = root.invoke(context)
    except click.ClickException as error:
        raise _translated(error) from None
    if not isinstance(answer, Line):  # pragma: no cover - every leaf's callback answers with a Line
        raise UsageError("This command line has no command.", next_step="See “kit --help”.")
    return answer


class Root(click.Group):
    """`kit` itself."""

    def __init__(self, commands: Iterable[Command], *, width: int = 80, folder: Path | None = None) -> None:
        super().__init__(
            "kit", callback=self._bare, invoke_without_command=True, add_help_option=False, params=self._options()
        )
        self.known = {command.name: command for command in commands}
        self.width = width
        self.folder = folder

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({command.name.split()[0] for command in self.known.values() if not command.hidden})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.known:
            return Leaf(self.known[cmd_name], self)
        if self.below(cmd_name):
            return GroupPage(cmd_name, self)
        return None

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str, click.Command, list[str]]:
        for length in (2, 1):
            name = " ".join(args[:length])
            if len(args) >= length and (length == 1 or name in self.known):
                found = self.get_command(ctx, name)
                if found is not None:
                    return name, found, args[length:]
        raise UnknownName("command", args[0], self.list_commands(ctx), next_step="See “kit --help”.")

    def below(self, first: str) -> list[Command]:
        """The visible two-word commands that start with `first`."""
        return [command for name, command in self.known.items() if name.startswith(f"{first} ") and not command.hidden]

    def line(self, command: Command, context: click.Context) -> Line:
        """The line that a parsed context means."""
        outer = context.parent.params if context.parent else {}
        said = context.params
        given = {name: value for name, value in said.items() if not name.startswith("_") and value not in (None, ())}
        output = output_of(said).over(output_of(outer))
        if output.format == "csv" and not command.table and command.name not in LINE_COMMANDS:
            raise UsageError(f"“kit {command.name}” has no table to give as CSV.", next_step="Use --json for its data.")
        return Line(command, complete_params(command, given), output, bool(said.get("_yes")))

    def _bare(self, **_: Any) -> Line:
        if _BARE not in self.known:
            raise HelpWanted(self._page())
        command = self.known[_BARE]
        return Line(command, complete_params(command, {}), output_of(click.get_current_context().params))

    def _options(self) -> list[click.Parameter]:
        return [
            click.Option(["--home", "_home"], metavar="DIR", help="The folder of this installation's config and data"),
            *output_options(("text", "json", "csv")),
            eager("--version", "Show the version", self._version),
            eager("--help", "Show this page", self._page, "-h"),
        ]

    def _page(self) -> str:
        from .help_pages import root_page

        return root_page(self.known.values(), self.width)

    @staticmethod
    def _version() -> str:
        from .. import __version__

        return f"kit {__version__}\n"


class Leaf(click.Command):
    """One declared command."""

    def __init__(self, command: Command, root: Root) -> None:
        self.declared = command
        self.root = root
        passes_on = command.name in LINE_COMMANDS
        super().__init__(
            command.name,
            callback=lambda **_: root.line(command, click.get_current_context()),
            params=[*self._params(command), *self._common(command)],
            short_help=command.summary,
            help=command.summary,
            hidden=command.hidden,
            add_help_option=False,
            context_settings={"allow_interspersed_args": False} if passes_on else {},
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with augment_usage_errors(ctx):
            return self._parsed(ctx, args)

    def _parsed(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not any(_NEGATIVE.fullmatch(word) for word in args):
            return super().parse_args(ctx, args)
        ctx.ignore_unknown_options = True  # “change -5%” is a figure, not an option
        given = [] if "--" in args else [word for word in args if word.startswith("--")]
        rest = super().parse_args(ctx, args)
        known = {name for param in self.params for name in param.opts}
        for word in given:
            if word.partition("=")[0] not in known and _is_left_over(word, ctx.params.values()):
                raise click.NoSuchOption(word, ctx=ctx)
        return rest

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        first = self.declared.name
        second = [
            CompletionItem(command.name.removeprefix(f"{first} "), help=command.summary)
            for command in self.root.below(first)
            if command.name.removeprefix(f"{first} ").startswith(incomplete)
        ]
        return second + super().shell_complete(ctx, incomplete)

    def _page(self) -> str:
        from .help_pages import leaf_page

        return leaf_page(self.declared, self.root.below(self.declared.name), self.root.width)

    def _params(self, command: Command) -> list[click.Parameter]:
        return [self._argument(param) if param.positional else self._option(param) for param in command.params]

    def _argument(self, param: Param) -> click.Parameter:
        return click.Argument(
            [param.keyword],
            type=TypedValue(param, self.root.folder),
            required=param.required,
            nargs=-1 if param.many else 1,
            metavar=param.name.upper(),
        )

    def _option(self, param: Param) -> click.Parameter:
        if param.type is ValueType.FLAG:
            return click.Option([f"--{param.name}", param.keyword], is_flag=True, help=param.help)
        return click.Option(
            [f"--{param.name}", param.keyword],
            type=TypedValue(param, self.root.folder),
            required=param.required,
            multiple=param.many,
            help=param.help,
        )

    def _common(self, command: Command) -> list[click.Parameter]:
        declared = {param.name for param in command.params if not param.positional}
        formats: tuple[Format, ...] = ("text", "json", "csv")
        if not command.table and command.name not in LINE_COMMANDS:
            formats = ("text", "json")
        page = eager("--help", "Show this page", self._page, "-h")
        common = [option for option in output_options(formats) if option.opts[0].lstrip("-") not in declared]
        drawn = picture_options(self.root.folder) if command.chart else []
        return [page, *([confirmation()] if command.needs_confirmation else []), *drawn, *common]


def _is_left_over(word: str, values: Iterable[Any]) -> bool:
    """Whether the word was taken for one of an argument's."""
    return any(word == value or (isinstance(value, tuple) and word in value) for value in values)


class GroupPage(click.Command):
    """The first word of two-word commands, where it is no command itself: its answer is the list of them."""

    def __init__(self, first: str, root: Root) -> None:
        self.first = first
        self.root = root
        super().__init__(
            first,
            callback=self._answer,
            params=[eager("--help", "Show this page", self._page, "-h")],
            short_help=", ".join(command.name.split()[1] for command in root.below(first)),
            add_help_option=False,
            context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
        )

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        names = [(command.name.split()[1], command.summary) for command in self.root.below(self.first)]
        return [CompletionItem(name, help=summary) for name, summary in names if name.startswith(incomplete)]

    def _page(self) -> str:
        from .help_pages import group_page

        return group_page(self.first, self.root.below(self.first), self.root.width)

    def _answer(self) -> Line:
        words = click.get_current_context().args
        if not words:
            raise HelpWanted(self._page())
        raise _no_such(self.first, words[0], [command.name for command in self.root.below(self.first)])


def _no_such(first: str, word: str, names: Sequence[str]) -> UnknownName:
    """The error for a second word that is none. It alone says what is near: the first word is in all of `names`."""
    from difflib import get_close_matches

    near = get_close_matches(word, [name.removeprefix(f"{first} ") for name in names], n=1)
    return UnknownName(
        "command", f"{first} {word}", [f"{first} {each}" for each in near], next_step=f"See “kit {first} --help”."
    )


def _translated(error: click.ClickException) -> UsageError:
    """click's complaint as one of ours, with what was probably meant."""
    context = getattr(error, "ctx", None)
    where = context.command if context else None
    page = f"“kit {where.name} --help”" if isinstance(where, Leaf | GroupPage) else "“kit --help”"
    if isinstance(error, click.NoSuchOption):
        return UsageError(f"There is no option {error.option_name}{_of(where)}.", next_step=_near_option(error, where))
    if isinstance(error, click.BadOptionUsage):
        needs = "needs a value" if "requires" in error.message else "takes no value"
        return UsageError(f"{error.option_name} {needs}.", next_step=f"See {page}.")
    if isinstance(error, click.MissingParameter) and error.param is not None:
        name = error.param.opts[0] if isinstance(error.param, click.Option) else error.param.human_readable_name
        return UsageError(f"{name} is missing.", next_step=f"See {page}.")
    if isinstance(where, Leaf) and error.message.startswith("Got unexpected extra argument"):
        return _extra_words(error, where, page)
    return UsageError(error.message, next_step=f"See {page}.")


def _of(where: click.Command | None) -> str:
    return f" of “kit {where.name}”" if isinstance(where, Leaf) else ""


def _near_option(error: click.NoSuchOption, where: click.Command | None) -> str:
    if where is None:
        return "See “kit --help”."
    known = [name for param in where.params if isinstance(param, click.Option) for name in param.opts]
    if error.option_name == "--home" and isinstance(where, Leaf):
        return "It goes before the command: kit --home DIR ..."
    near = did_you_mean(error.option_name, known)
    return near if near and near.startswith("Did") else f"Known: {', '.join(known)}."


def _extra_words(error: click.ClickException, where: Leaf, page: str) -> UsageError:
    extra = error.message.partition("(")[2].rstrip(")")
    first = where.declared.name
    below = [command.name for command in where.root.below(first)]
    second = extra.partition(" ")[0]
    if f"{first} {second}" in below:
        return UsageError(
            f"“{extra}” came after the options of “kit {first}”.",
            next_step=f"Write the command's words first: kit {first} {second} ...",
        )
    if below:
        return _no_such(first, extra, below)
    return UsageError(f"“kit {first}” has no use for “{extra}”.", next_step=f"See {page}.")
