"""The help pages: everything on them comes from the declarations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from ..commands import Command, Effect, Param, ValueType
from ..phrases import spoken
from ..values import spell_value
from .host_commands import HOST_COMMANDS
from .options import CONFIRMATION

_HOST_NAMES = frozenset(command.name for command in HOST_COMMANDS)
_EFFECTS = {Effect.WRITE: "Changes this installation.", Effect.TRADE: "Moves money, after showing you its plan."}
_WIDEST = 100


def root_page(commands: Iterable[Command], width: int) -> str:
    """`kit --help`."""
    page = _page(width)
    page.write_usage("kit", "[--home DIR] COMMAND ...")
    page.write_paragraph()
    with page.indentation():
        page.write_text("K.I.T.: one portfolio across all your accounts, from the terminal. Without a command: status.")
    visible = _together([command for command in commands if not command.hidden])
    _section(page, "Commands", _summaries(command for command in visible if command.name not in _HOST_NAMES))
    _section(page, "This installation", _summaries(command for command in visible if command.name in _HOST_NAMES))
    _section(
        page,
        "Options",
        [
            ("--home DIR", "The folder of this installation's config and data (KIT_HOME)"),
            *output_rows(table=True),
            ("--version", "Show the version"),
            ("-h, --help", "Show this page, or a command's"),
        ],
    )
    return page.getvalue()


def group_page(first: str, below: Sequence[Command], width: int) -> str:
    """`kit config --help`."""
    page = _page(width)
    page.write_usage("kit", f"{first} COMMAND ...")
    _section(page, "Commands", _summaries(below))
    return page.getvalue()


def leaf_page(command: Command, below: Sequence[Command], width: int) -> str:
    """`kit portfolio --help`: the command, and the longer commands that start with its words."""
    page = _page(width)
    page.write_usage("kit", usage(command))
    page.write_paragraph()
    with page.indentation():
        page.write_text(_sentence(command.summary))
        if command.effect in _EFFECTS:
            page.write_text(_EFFECTS[command.effect])
        for paragraph in filter(None, command.details.split("\n\n")):
            page.write_paragraph()
            page.write_text(" ".join(paragraph.split()))
    positional = [(param.name.upper(), describe(param)) for param in command.params if param.positional]
    _section(page, "Words", positional)
    options = [(option_words(param), describe(param)) for param in command.params if not param.positional]
    own = {param.name for param in command.params if not param.positional}
    common = [
        row for row in output_rows(table=command.table, chart=command.chart) if row[0].split()[0].lstrip("-") not in own
    ]
    options += [CONFIRMATION] if command.needs_confirmation else []
    _section(page, "Options", [*options, *common, ("-h, --help", "Show this page")])
    _section(page, "Commands", _summaries(below))
    _lines(page, "Examples", command.examples)
    _lines(page, "In plain words", [f'kit ask "{spoken(phrase)}"' for phrase in command.phrases[:3]])
    return page.getvalue()


def usage(command: Command) -> str:
    """What stands behind “kit” in the usage line."""
    words = [command.name, "[OPTIONS]"]
    for param in command.params:
        if param.positional:
            name = param.name.upper() + ("..." if param.many else "")
            words.append(name if param.required else f"[{name}]")
    return " ".join(words)


def option_words(param: Param) -> str:
    """`--period 7d|30d`, `--exchange ACCOUNT`, `--detailed`."""
    if param.type is ValueType.FLAG:
        return f"--{param.name}"
    return f"--{param.name} {'|'.join(param.choices) if param.choices else param.type.value.upper()}"


def describe(param: Param) -> str:
    """What a parameter is for, with what must be known about it."""
    notes = []
    if param.positional and param.choices:
        notes.append(" or ".join(param.choices))
    if param.default not in (None, False, (), ""):
        notes.append(f"default: {spell_value(param.default)}")
    if param.required and not param.positional:
        notes.append("required")
    if param.many and not param.positional:
        notes.append("may be repeated")
    return f"{param.help} ({'; '.join(notes)})".strip() if notes else param.help


PICTURE = [("--png FILE", "Draw the chart into a file: .png or .svg"), ("--force", "Overwrite the file of --png")]


def output_rows(*, table: bool, chart: bool = False) -> list[tuple[str, str]]:
    """The options that every command has, and those of one whose answer has a chart."""
    formats = "text|json|csv" if table else "text|json"
    return [
        *(PICTURE if chart else []),
        ("--json", "Answer in JSON, every digit"),
        (f"--format {formats}", "The form of the answer"),
        ("--plain", "No emoji, no boxes, no colour"),
    ]


def _page(width: int) -> click.HelpFormatter:
    return click.HelpFormatter(width=max(min(width, _WIDEST) - 2, 30))


def _section(page: click.HelpFormatter, title: str, rows: Sequence[tuple[str, str]]) -> None:
    if rows:
        with page.section(title):
            page.write_dl(rows)


def _lines(page: click.HelpFormatter, title: str, lines: Sequence[str]) -> None:
    if lines:
        with page.section(title):
            for text in lines:
                page.write(f"{'':>{page.current_indent}}{text}\n")


def _together(commands: Sequence[Command]) -> list[Command]:
    """Those that start with the same word together, whoever brings them; else in their order."""
    firsts = list(dict.fromkeys(command.name.split()[0] for command in commands))
    return sorted(commands, key=lambda command: firsts.index(command.name.split()[0]))


def _summaries(commands: Iterable[Command]) -> list[tuple[str, str]]:
    return [(command.name, command.summary) for command in commands]


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
