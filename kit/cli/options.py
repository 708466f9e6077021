"""The options of every command, and declared values as click's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from ..commands import Param, ValueType
from ..errors import UsageError
from ..values import parse_value

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    _AnyType = click.ParamType[Any]
else:  # generic only in newer clicks
    _AnyType = click.ParamType

Format = Literal["text", "json", "csv"]
CONFIRMATION = ("--yes", "It was shown and is confirmed: ask nobody")


@dataclass(frozen=True, slots=True)
class Output:
    """How the answer is wanted; None where nothing was said. `picture` is where its chart is to be drawn."""

    format: Format | None = None
    plain: bool = False
    picture: Path | None = None
    overwrite: bool = False

    def over(self, outer: Output) -> Output:
        """These wishes, and where there are none the `outer` ones."""
        return Output(
            self.format or outer.format,
            self.plain or outer.plain,
            self.picture or outer.picture,
            self.overwrite or outer.overwrite,
        )


class HelpWanted(Exception):
    """Not an error: the words ask for this page, or for the version."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class TypedValue(_AnyType):
    """A declared value type, as click wants it."""

    def __init__(self, param: Param, folder: Path | None) -> None:
        self.declared = param
        self.folder = folder
        self.name = param.type.value

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return parse_value(self.declared, value, folder=self.folder)
        except UsageError as error:
            name = self.declared.name.upper() if self.declared.positional else f"--{self.declared.name}"
            raise UsageError(f"{name}: {error.message}", next_step=error.next_step) from None

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        if self.declared.type in {ValueType.FILE, ValueType.PATH}:
            return [CompletionItem(incomplete, type="file")]
        return [CompletionItem(choice) for choice in self.declared.choices if choice.startswith(incomplete)]


def output_options(formats: tuple[Format, ...]) -> list[click.Option]:
    chosen = Param("format", ValueType.CHOICE, choices=formats)
    return [
        click.Option(["--json", "_json"], is_flag=True, help="Answer in JSON, every digit"),
        click.Option(["--plain", "_plain"], is_flag=True, help="No emoji, no boxes, no colour"),
        click.Option(["--format", "_format"], type=TypedValue(chosen, None), help=f"Answer in {', '.join(formats)}"),
    ]


def picture_options(folder: Path | None) -> list[click.Option]:
    """Of commands whose answer has a chart."""
    file = TypedValue(Param("png", ValueType.PATH), folder)
    return [
        click.Option(["--png", "_png"], type=file, metavar="FILE", help="Draw the chart into a file: .png or .svg"),
        click.Option(["--force", "_force"], is_flag=True, help="Overwrite the file of --png"),
    ]


def confirmation() -> click.Option:
    return click.Option([CONFIRMATION[0], "_yes"], is_flag=True, help=CONFIRMATION[1])


def output_of(said: dict[str, Any]) -> Output:
    """The form that these parsed options ask for. Raises UsageError where they contradict each other."""
    asked: Format | None = said.get("_format")
    if said.get("_json"):
        if asked not in (None, "json"):
            raise UsageError(f"--json and --format {asked} exclude each other.", next_step="Keep one of them.")
        asked = "json"
    picture: Path | None = said.get("_png")
    if said.get("_force") and picture is None:
        raise UsageError("--force overwrites a file, and no file is named.", next_step="Name it with --png FILE.")
    return Output(asked, bool(said.get("_plain")), picture, bool(said.get("_force")))


def eager(name: str, text: str, page: Callable[[], str], *more: str) -> click.Option:
    """An option that shows `page()` instead of running anything, whatever else the line says."""

    def show(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        if value and not ctx.resilient_parsing:
            raise HelpWanted(page())

    return click.Option([name, *more], is_flag=True, is_eager=True, expose_value=False, help=text, callback=show)
