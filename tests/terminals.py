"""A command line at a terminal of its own, as a person has it: a pytest plugin."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

import pytest

_PATIENCE_SECONDS = 60.0
_LOOKS = {"COLUMNS": "200", "TERM": "dumb", "PYTHONUTF8": "1"}


class Session:
    """`kit` with these words at a terminal; `screen` is everything that stood on it."""

    def __init__(self, words: tuple[str, ...], env: Mapping[str, str]) -> None:
        self._near, far = os.openpty()
        line = [sys.executable, "-m", "kit", *words]
        self._process = subprocess.Popen(
            line, stdin=far, stdout=far, stderr=far, env={**env, **_LOOKS}, start_new_session=True
        )
        os.close(far)
        self.screen = ""

    def until(self, text: str) -> None:
        """Read until `text` stands on the screen."""
        while text not in self.screen and self._read():
            pass
        assert text in self.screen, self.screen

    def types(self, text: str) -> None:
        os.write(self._near, text.encode())

    def interrupt(self) -> None:
        """What Ctrl-C does, until it is heard: Python misses the one that comes just before it waits to read."""
        for _ in range(int(_PATIENCE_SECONDS)):
            self._process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
                return
        raise AssertionError(f"It did not hear Ctrl-C: {self.screen}")

    @property
    def echoes(self) -> bool:
        """Whether what is typed appears on the screen."""
        import termios

        return bool(termios.tcgetattr(self._near)[3] & termios.ECHO)

    def ends(self) -> int:
        """Read to the end; the exit code."""
        while self._read():
            pass
        return self._process.wait(_PATIENCE_SECONDS)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._near)

    def _read(self) -> bool:
        """Whether more has appeared."""
        if not select.select([self._near], [], [], _PATIENCE_SECONDS)[0]:
            return False
        try:
            piece = os.read(self._near, 4096)
        except OSError:  # how Linux says that the other end is closed
            return False
        self.screen += piece.decode(errors="replace")
        return bool(piece)


@pytest.fixture
def terminal() -> Iterator[Callable[..., Session]]:
    """`terminal("portfolio", "rebalance", env=…)`: a session; all are ended with the test."""
    if not hasattr(os, "openpty"):
        pytest.skip("no pseudo-terminals here")
    sessions: list[Session] = []

    def start(*words: str, env: Mapping[str, str]) -> Session:
        sessions.append(Session(words, env))
        return sessions[-1]

    yield start
    for session in sessions:
        sys.stdout.write(session.screen)  # so that it is searched for secrets like everything else
        session.close()
