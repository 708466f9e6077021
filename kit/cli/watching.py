"""`--watch`: a reading command answered again and again, until Ctrl-C.

On a terminal the answer is redrawn in place. With `--json` there is a line for each answer that differs
from the last one. Anywhere else it is given once, because a file of redrawn screens helps nobody.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..errors import KitError

if TYPE_CHECKING:
    from ..replies import Reply
    from .terminal import Terminal

EVERY_SECONDS = 1.0
_ONCE = "Shown once: --watch redraws on a terminal only. With --json it writes a line for each change."


def watch(ask: Callable[[], Reply], render: Callable[[Reply], str], terminal: Terminal, *, as_json: bool) -> int:
    """Answer until interrupted: 0. Where it is answered once only, the reply's own exit code.

    An error of the first answer is raised; a later one is shown in its place, and asked again.
    """
    first = ask()
    if as_json:
        return _until_interrupted(lambda: _lines(first, ask, render, terminal))
    if not terminal.is_tty:
        terminal.write(render(first))
        terminal.complain(_ONCE)
        return first.exit_code
    return _until_interrupted(lambda: _redraw(first, ask, render, terminal))


def _until_interrupted(go_on: Callable[[], None]) -> int:
    try:
        go_on()
    except KeyboardInterrupt:
        return 0
    raise AssertionError("watching ends with an interrupt only")  # pragma: no cover


def _lines(first: Reply, ask: Callable[[], Reply], render: Callable[[Reply], str], terminal: Terminal) -> None:
    last, line = "", _one_line(render(first))
    while True:
        if line != last:
            terminal.write(f"{line}\n")
            last = line
        time.sleep(EVERY_SECONDS)
        try:
            line = _one_line(render(ask()))
        except KitError as error:
            from ..render.json_text import error_json

            line = _one_line(error_json(error))


def _redraw(first: Reply, ask: Callable[[], Reply], render: Callable[[Reply], str], terminal: Terminal) -> None:
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    from ..render.safe import paragraph

    console = Console(file=terminal.out, width=terminal.width, force_terminal=True, no_color=not terminal.color)
    shown = render(first)
    try:
        with Live(Text.from_ansi(shown), console=console, screen=True, auto_refresh=False) as live:
            while True:
                time.sleep(EVERY_SECONDS)
                try:
                    shown = render(ask())
                    live.update(Text.from_ansi(shown), refresh=True)
                except KitError as error:
                    live.update(Text.from_ansi(f"{shown}\n{paragraph(f'Error: {error}')}"), refresh=True)
    finally:
        terminal.write(shown)  # the other screen is gone with its last picture


def _one_line(text: str) -> str:
    """A JSON answer without its line breaks: those within its texts are escaped, so what breaks is layout."""
    return " ".join(line.strip() for line in text.split("\n")).strip()
