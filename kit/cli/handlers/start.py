"""`kit start`: everything that is done by the clock, until it is told to end."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from types import FrameType
from typing import TYPE_CHECKING

from ...errors import KitError, UsageError
from ...render.safe import line, paragraph
from ...replies import Column, Reply, Table, Text
from ...runs import FAILURES, Run
from ..terminal import Terminal

if TYPE_CHECKING:
    from ...host import Host
    from ...host.telling import Happening

_COLUMNS = (Column("Job", "job"), Column("Outcome", "outcome"), Column("What it said", "sentence"))
_WELL = ("started", "done", "recovered", "ended", "standby")
_TOLD = "notification.told"
_LAST_SECONDS = 4.5
_INTERRUPTED = 130


def start(host: Host, *, once: bool = False, duration: timedelta | None = None, json: bool = False) -> Reply:
    """Stays, a line of log for each thing that happens. Exit code 3 from `once` where a job failed."""
    from ...host.residing import Resident

    if once and duration is not None:
        raise UsageError("--once and --duration exclude each other.", next_step="Keep one of them.")
    stop = threading.Event()
    log = _Log(host, as_json=json)
    with _signals(stop):
        if once:
            return _once(Resident(host, log.say_aside, stop).once(), json=json)
        Resident(host, log.say, stop).stay(duration)
    return Reply({})


class _Log:
    """Happenings as lines on standard output, from any thread."""

    def __init__(self, host: Host, *, as_json: bool) -> None:
        self._terminal = Terminal(host.env)
        self._zone = host.timezone
        self._as_json = as_json
        self._one_at_a_time = threading.Lock()
        self._heard = True

    def say(self, happening: Happening) -> None:
        text = self._as_data(happening) if self._as_json else self._in_words(happening)
        with self._one_at_a_time:
            if not self._heard:
                return
            try:
                self._terminal.write(f"{text}\n")
            except (BrokenPipeError, KitError):  # nobody can read the log any more; the work goes on
                self._heard = False
                self._terminal.hang_up()

    def say_aside(self, happening: Happening) -> None:
        """Only what people are told, on standard error: the answer is something else."""
        if happening.event == _TOLD:
            self._terminal.complain(self._in_words(happening))

    def _in_words(self, happening: Happening) -> str:
        at = happening.at.astimezone(self._zone)
        _, _, event = happening.event.partition(".")
        sign = "🔔" if happening.event == _TOLD else "✅" if event in _WELL else "⚠️"
        said = line(f"{at:%Y-%m-%d %H:%M:%S} {sign} {happening.name or 'kit'} {event}: {happening.sentence}")
        below = paragraph(happening.text).splitlines()
        return "\n".join([said, *(f"    {each}".rstrip() for each in below)])

    @staticmethod
    def _as_data(happening: Happening) -> str:
        at = happening.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        said = {"at": at, "event": happening.event, "name": happening.name, "sentence": happening.sentence}
        return json.dumps(said | ({"text": happening.text} if happening.text else {}))


def _once(runs: list[Run] | None, *, json: bool) -> Reply:
    from ..options import Output

    meta = {"output": Output("json")} if json else {}
    if runs is None:
        return Reply([], (Text("Another “kit start” is running; it does what is due."),), meta=meta)
    rows = tuple((run.job, run.outcome.value, run.sentence) for run in runs)
    table = Table(_COLUMNS, rows, title="Done now", emoji="⏰", empty="Nothing is due.")
    failed = any(run.outcome in FAILURES for run in runs)
    return Reply(runs, (table,), exit_code=3 if failed else 0, meta=meta)


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    """Told to end, set `stop`; within 5 seconds this process has ended, and at once when told by Ctrl-C again."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears signals
        return

    def told(number: int, _frame: FrameType | None) -> None:
        if stop.is_set() and number == signal.SIGINT:
            os._exit(_INTERRUPTED)
        stop.set()
        last = threading.Timer(_LAST_SECONDS, _leave)  # whatever a plugin's own threads still wait for
        last.daemon = True
        last.start()

    numbers = [signal.SIGINT, signal.SIGTERM]
    if sys.platform == "win32":
        numbers.append(signal.SIGBREAK)
    elif signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup wants it
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, told) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave() -> None:
    os._exit(0)
