"""docs/commands.md, written from the declarations: `python -m kit.cli.reference > docs/commands.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ..commands import Command, Effect
from ..phrases import spoken
from .help_pages import PICTURE, describe, option_words, output_rows, usage
from .host_commands import HOST_COMMANDS
from .options import CONFIRMATION

BUNDLED = "portfolio-tracker,alerts,importers,prices,paper,telegram"
_INTRODUCTION = """\
# Commands

This page is written from the commands' declarations by `python -m kit.cli.reference`; a test keeps it up to date.

Every command also takes:
"""
_CODES = """
A command ends with 0 when it is done, 1 when it failed, 2 when its words were wrong, and 3 when it is done but with
problems, which the answer names. Before the command, `--home DIR` chooses another installation, and `--version` tells
the version. Amounts may be written like `20k`, shares like `5%`, spans like `7d`, days like `2024-01-31`.
"""
_EFFECTS = {Effect.WRITE: "Changes your own data or settings.", Effect.TRADE: "Moves money, after showing its plan."}


def reference(commands: Iterable[Command]) -> str:
    """The page about `commands`, the hidden ones left out, the plugins' before the host's."""
    visible = [command for command in commands if not command.hidden]
    of_host = {command.name for command in HOST_COMMANDS}
    parts = [
        _INTRODUCTION,
        *_rows([*output_rows(table=True), ("-h, --help", "Show the command's page")]),
        _CODES,
        "## Your portfolio\n",
        *_commands([command for command in visible if command.name not in of_host]),
        "## The installation\n",
        *_commands([command for command in visible if command.name in of_host]),
    ]
    return "\n".join(parts).rstrip("\n") + "\n"


def bundled_commands() -> list[Command]:
    """The commands of the host and of the plugins that come with it."""
    from ..host import Host

    with TemporaryDirectory() as folder:
        home = Path(folder)
        host = Host(home / "home", env={"KIT_CACHE": str(home / "cache"), "KIT_LOAD_PLUGINS": BUNDLED})
        try:
            return list(host.commands())
        finally:
            host.close()


def _commands(commands: Sequence[Command]) -> Iterator[str]:
    for command in commands:
        yield f"### kit {command.name}\n"
        yield f"`kit {usage(command)}`\n"
        yield f"{_sentence(command.summary)}{_aside(command)}\n"
        if command.details:
            yield f"{command.details.strip()}\n"
        rows = [
            (param.name.upper() if param.positional else option_words(param), describe(param))
            for param in command.params
        ]
        rows += [CONFIRMATION] if command.needs_confirmation else []
        rows += PICTURE if command.chart else []
        if rows:
            yield from _rows(rows)
            yield ""
        if command.examples:
            yield f"For example: {', '.join(f'`{example}`' for example in command.examples)}\n"
        if command.phrases:
            said = [f"“{spoken(phrase)}”" for phrase in command.phrases]
            yield f"In plain words: {', '.join(said)}\n"


def _aside(command: Command) -> str:
    asides = [_EFFECTS[command.effect]] if command.effect in _EFFECTS else []
    if command.table:
        asides.append("Also as CSV.")
    return "".join(f" {aside}" for aside in asides)


def _rows(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, text in rows:
        yield f"- `{name}`: {text}" if text else f"- `{name}`"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


if __name__ == "__main__":
    sys.stdout.write(reference(bundled_commands()))
