"""The terminal at hand: how wide, how coloured, in which alphabet, and writing to it without accident."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Mapping
from typing import TextIO

_PIPE_WIDTH = 120
_DEFAULT_WIDTH = 80
_SAMPLE_SIGNS = "═│•€📊"


class Terminal:
    """Standard output and error, and what they can show."""

    def __init__(self, env: Mapping[str, str], out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._env = env
        self.out = out or sys.stdout or io.StringIO()
        self.err = err or sys.stderr or io.StringIO()

    @property
    def width(self) -> int:
        """COLUMNS, else the window's width, else 120 for a pipe."""
        asked = self._env.get("COLUMNS", "")
        if asked.isascii() and asked.isdigit() and int(asked) > 0:
            return min(int(asked), 1000)
        if not self.is_tty:
            return _PIPE_WIDTH
        try:
            return os.get_terminal_size(self.out.fileno()).columns or _DEFAULT_WIDTH
        except (OSError, ValueError):
            return _DEFAULT_WIDTH

    @property
    def is_tty(self) -> bool:
        return _is_tty(self.out)

    @property
    def color(self) -> bool:
        """Whether colour helps: a terminal that is not dumb, unless NO_COLOR is set."""
        return self.is_tty and not self._env.get("NO_COLOR") and self._env.get("TERM") != "dumb"

    @property
    def poor(self) -> bool:
        """Whether standard output cannot write boxes and pictures."""
        return not _encodable(_SAMPLE_SIGNS, self.out)

    def write(self, text: str) -> None:
        """Write to standard output. Raises BrokenPipeError where nobody reads any more, KitError on a full disk."""
        self._send(lambda: _write(self.out, text))

    def write_exactly(self, text: str) -> None:
        """The same, character for character in UTF-8, whatever the locale says."""
        buffer = getattr(self.out, "buffer", None)
        self._send(lambda: self.out.write(text) if buffer is None else buffer.write(text.encode("utf-8")))

    def _send(self, write: Callable[[], object]) -> None:
        try:
            self.out.flush()
            write()
            self.out.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            self.hang_up()
            from ..errors import KitError

            raise KitError(f"The answer cannot be written: {error.strerror or error}.") from error

    def complain(self, text: str) -> None:
        """Write a line to standard error; a closed standard error is no reason to fail."""
        try:
            _write(self.err, f"{text}\n")
            self.err.flush()
        except (OSError, ValueError):
            return

    def hang_up(self) -> None:
        """Standard output has gone: write nothing more to it, not even at exit."""
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.out.fileno())
            os.close(nowhere)
        except (OSError, ValueError):
            return


def _is_tty(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:
        return False


def _write(stream: TextIO, text: str) -> None:
    if not _encodable(_SAMPLE_SIGNS, stream):
        from ..render.safe import to_ascii

        text = to_ascii(text)
    encoding = _encoding(stream)
    stream.write(text.encode(encoding, "replace").decode(encoding))


def _encodable(text: str, stream: TextIO) -> bool:
    try:
        text.encode(_encoding(stream))
    except UnicodeEncodeError:
        return False
    return True


def _encoding(stream: TextIO) -> str:
    """The stream's encoding; one in memory takes everything."""
    return getattr(stream, "encoding", None) or "utf-8"
