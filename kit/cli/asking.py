"""Asking a person in the terminal: questions go to standard error, answers may be hidden.

While secrets are asked for, the terminal echoes nothing, between two questions neither, so that what
is pasted ahead does not show. A secret of several lines (PEM) is read up to its last.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import UsageError

_PEM_BEGINS, _PEM_ENDS = "-----BEGIN", "-----END"


def is_asked() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin is not None and sys.stdin.isatty()


def asked(label: str, default: str | None = None) -> str:
    """A line, echoed."""
    import click

    return str(click.prompt(label, default=default, err=True)).strip()


def agreed(question: str) -> bool:
    """Yes or no; no is the default. An end of the input is an interrupt."""
    import click

    try:
        return click.confirm(question, err=True)
    except click.Abort:
        raise KeyboardInterrupt from None


def secret(label: str) -> str:
    """A secret, never echoed. Raises UsageError where the input ends."""
    with unechoed():
        _say(f"{label}: ")
        lines = [_line()]
        while lines[0].lstrip().startswith(_PEM_BEGINS) and _PEM_ENDS not in lines[-1]:
            lines.append(_line())
        _say("\n")
    return "\n".join(lines)


@contextmanager
def unechoed() -> Iterator[None]:
    """The terminal shows nothing that is typed or pasted meanwhile."""
    try:
        import termios
    except ImportError:  # Windows reads hidden lines one by one
        yield
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    quiet = list(before)
    quiet[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _line() -> str:
    if sys.platform == "win32":
        from getpass import getpass

        return getpass("")
    line = sys.stdin.readline()
    if not line:
        raise UsageError("The input ended before everything was asked.", next_step="Nothing was changed.")
    return line.rstrip("\r\n")


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
