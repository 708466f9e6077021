"""One command line from its words to its exit code."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, TextIO

from ..commands import WATCH
from ..errors import KitError, UnknownName
from ..home import home_folder
from .help_cache import keep, leading_home
from .options import HelpWanted, Output
from .terminal import Terminal
from .tree import Line, Root, parse_line

if TYPE_CHECKING:
    from ..clock import Clock
    from ..commands import Invocation
    from ..host import Host
    from ..replies import Reply

COMPLETE_VARIABLE = "_KIT_COMPLETE"
SAMPLE_MARKER = "SAMPLE-DATA"
_GONE = 141  # what a shell shows for a program that SIGPIPE ended


def run(
    words: Sequence[str],
    *,
    env: Mapping[str, str] = os.environ,
    clock: Clock | None = None,
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """Run the command line `words` (without “kit”), write its answer, return its exit code."""
    terminal = Terminal(env, out, err)
    try:
        return _run(list(words), env, clock, terminal)
    except BrokenPipeError:
        terminal.hang_up()
        return _GONE


def _run(words: list[str], env: Mapping[str, str], clock: Clock | None, terminal: Terminal) -> int:
    try:
        from ..clock import SystemClock
        from ..host import Host
        from .progress import TerminalProgress

        home = home_folder(leading_home(words), env)
        host = Host(home, env=env, clock=clock or SystemClock(), progress=TerminalProgress(terminal.err))
        try:
            if env.get(COMPLETE_VARIABLE):
                return _complete(host, env[COMPLETE_VARIABLE])
            return _answer(host, words, env, terminal)
        finally:
            host.close()
    except KitError as error:
        return _fail(error, words, terminal)
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception as error:
        if env.get("KIT_DEBUG"):
            raise
        return _fail(_bug(error), words, terminal)


def _answer(host: Host, words: list[str], env: Mapping[str, str], terminal: Terminal) -> int:
    try:
        line = parse_line(host.commands_for(words), words, width=terminal.width)
    except HelpWanted as page:
        keep(words, env, page.text, terminal)
        terminal.write(page.text)
        return 0
    except UnknownName as unknown:
        if unknown.kind == "command":
            _name_what_is_not_loaded(host, unknown)
        raise
    if line.command.watchable and line.params[WATCH]:
        return _watched(host, line, terminal)
    if line.command.needs_confirmation:
        from .confirming import require_yes

        require_yes(host, line, terminal, lambda shown: _rendered(shown, line.output, host, terminal))
    reply = sampled(host, host.run(line.command.name, line.params, confirmed=line.command.needs_confirmation))
    if line.command.name.split()[0] != "plugins":
        _warn(host, terminal)
    wanted: Output = reply.meta.get("output", Output()).over(line.output)
    if wanted.picture is not None:
        from .pictures import draw
        from .zone import ReadersZone

        terminal.complain(draw(reply, wanted.picture, overwrite=wanted.overwrite, zone=ReadersZone(host)))
    text = _rendered(reply, wanted, host, terminal)
    if reply.document is None or wanted.format == "json":
        terminal.write(text)
    elif terminal.is_tty:
        from ..render.safe import paragraph

        terminal.write(paragraph(text))
    else:
        terminal.write_exactly(text)
    return _followed(host, reply, wanted, terminal)


def _name_what_is_not_loaded(host: Host, unknown: UnknownName) -> None:
    """A command may be missing because its plugin is. Who says by KIT_LOAD_PLUGINS what is loaded knows."""
    missed = host.table.at_fault() if "KIT_LOAD_PLUGINS" in host.env else host.table.rows
    loaded = {row.name for row in host.table.loaded()}
    if absent := [row.name for row in missed if row.name not in loaded]:
        see = f"Not loaded: {', '.join(absent)}; see “kit plugins list”."
        unknown.next_step = f"{unknown.next_step} {see}" if unknown.next_step else see


def _followed(host: Host, reply: Reply, wanted: Output, terminal: Terminal) -> int:
    """The exit code, once the person who is here has said yes or no to what the answer offers."""
    from ..replies import Actions

    if wanted.format in (None, "text") and any(isinstance(block, Actions) for block in reply.blocks):
        from .confirming import offered

        if (chosen := offered(host, reply, terminal)) is not None:
            done = sampled(host, host.run(chosen.command, chosen.params, confirmed=True))
            terminal.write(_rendered(done, wanted, host, terminal))
            return _followed(host, done, wanted, terminal)
    return reply.exit_code


def _watched(host: Host, line: Line, terminal: Terminal) -> int:
    from .watching import watch

    _warn(host, terminal)
    return watch(
        lambda: sampled(host, host.run(line.command.name, line.params)),
        lambda reply: _rendered(reply, line.output, host, terminal),
        terminal,
        as_json=line.output.format == "json",
    )


def sampled(host: Host, reply: Reply) -> Reply:
    """The reply, marked where it rests on sample data."""
    if not (host.home / SAMPLE_MARKER).exists():
        return reply
    from dataclasses import replace

    return replace(reply, meta={**reply.meta, "sample": True})


def _rendered(reply: Reply, wanted: Output, host: Host, terminal: Terminal) -> str:
    if wanted.format == "json":
        from ..render import render_json

        return render_json(reply) + "\n"
    if reply.document is not None:
        from ..render import render_text
        from .zone import ReadersZone

        if told := render_text(reply, width=terminal.width, plain=True, zone=ReadersZone(host)).rstrip("\n"):
            terminal.complain(told)
        return reply.document.text
    if wanted.format == "csv":
        from ..render import render_csv, render_text
        from ..render.tabular import tabular
        from .zone import ReadersZone

        if reply.meta.get("sample"):
            from ..render.text import SAMPLE_NOTICE

            terminal.complain(SAMPLE_NOTICE)
        if tabular(reply) is not None:
            return render_csv(reply)
        terminal.complain(render_text(reply, width=terminal.width, plain=True, zone=ReadersZone(host)).rstrip("\n"))
        return ""
    from ..render import render_text
    from .zone import ReadersZone

    return render_text(
        reply,
        width=terminal.width,
        color=terminal.color,
        plain=wanted.plain,
        poor=terminal.poor,
        zone=ReadersZone(host),
        spell=lambda call: _spelt(host, call),
    )


def _spelt(host: Host, call: Invocation) -> str:
    from ..values import command_line

    declared = next(command for command in host.commands() if command.name == call.command)
    return " ".join(["kit", *command_line(declared, call.params)])


def _warn(host: Host, terminal: Terminal) -> None:
    """One line for each plugin at fault: what it brings is missing from every answer."""
    for row in host.table.at_fault():
        from ..render.safe import line

        terminal.complain(line(f"Plugin {row.name} is {row.state}: {row.reason}"))


def _complete(host: Host, instruction: str) -> int:
    from click.shell_completion import shell_complete

    return shell_complete(Root(host.commands()), {}, "kit", COMPLETE_VARIABLE, instruction)


def _fail(error: KitError, words: Sequence[str], terminal: Terminal) -> int:
    if _json_asked(words):
        from ..render.json_text import error_json

        terminal.write(error_json(error) + "\n")
    else:
        from ..render.safe import paragraph

        terminal.complain(paragraph(f"Error: {error.message}"))
        if error.next_step:
            terminal.complain(paragraph(error.next_step))
    return error.exit_code


def _json_asked(words: Sequence[str]) -> bool:
    """Whether the words ask for JSON, also where they cannot be understood otherwise."""
    named = any(pair == ("--format", "json") for pair in pairwise(words))
    return named or "--json" in words or "--format=json" in words


def _bug(error: Exception) -> KitError:
    return KitError(
        f"K.I.T. met a fault of its own ({type(error).__name__}: {error}).",
        next_step="Nothing of yours is at fault. Run it again with KIT_DEBUG=1 for the details, "
        "and report it with the bundle of “kit diagnostics”.",
    )
