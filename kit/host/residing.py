"""Being resident: one host leads and does what the clock and the streams ask for, others stand by.

The leader holds the store's lock “scheduler”, which ends with its process; a standby asks for it all
the time. That two leaders were one too many for a moment (a server that was cut off) is no harm: a run
is claimed in the ledger before it begins.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from ..errors import KitError
from ..plugins.loading import PluginFault
from ..runs import Run
from .couriers import Couriers
from .duties import Duties
from .problems import HostProblems
from .streaming import Streams
from .telling import Happening, Say

if TYPE_CHECKING:
    from ..scheduling import Alarms
    from ..storage.locks import Held
    from .composition import Host

SCHEDULER = "scheduler"
_STANDBY_SECONDS = 1.0
_LOOK_SECONDS = 1.0
_JUMP_SECONDS = 2.0
_ENDING_SECONDS = 3.0
_AFTER_TROUBLE_SECONDS = 30.0


class Resident:
    """`stay` until `stop` is set; `once` does what is due now. Every happening is said, from any thread."""

    def __init__(self, host: Host, say: Say, stop: threading.Event) -> None:
        _open(host)
        self._host = host
        self._say = say
        self._stop = stop

    def stay(self, duration: timedelta | None = None) -> None:
        """Lead, or stand by and then lead, for `duration` or until told to stop."""
        deadline = time.monotonic() + duration.total_seconds() if duration is not None else None
        waiting = False
        while not self._stop.is_set() and not _past(deadline):
            try:
                held = self._host.store.hold(SCHEDULER, wait=_STANDBY_SECONDS if waiting else 0.0)
                if held is not None:
                    waiting = False
                    try:
                        self._lead(held, deadline)
                    finally:
                        held.release()
                elif not waiting:
                    waiting = True
                    self._tell("standby", "Another “kit start” has the schedule; this one takes over when it ends.")
            except KitError as error:
                self._tell("trouble", str(error))
                self._stop.wait(_AFTER_TROUBLE_SECONDS)

    def once(self) -> list[Run] | None:
        """Run what is due now, all at once, wait for it, tell what is to be told; None where another host leads."""
        held = self._host.store.hold(SCHEDULER, wait=_STANDBY_SECONDS)  # “kit status” holds it for a moment
        if held is None:
            return None
        try:
            duties = Duties(self._host, self._say, self._stop)
            with ThreadPoolExecutor(max_workers=len(duties.jobs) or 1) as threads:
                runs = [run for run in threads.map(duties.do, duties.jobs) if run is not None]
            Couriers(self._host, self._say).once()
            return runs
        finally:
            held.release()

    def _lead(self, held: Held, deadline: float | None) -> None:
        from ..scheduling import Alarms

        ending = threading.Event()
        duties = Duties(self._host, self._say, ending)
        streams = Streams(self._host, [stream for _, stream in self._host.streams()], self._say)
        self._tell("started", f"{_count(len(duties.jobs), 'job')}, {_count(len(streams), 'stream')}.")
        for problem in HostProblems(self._host).present():
            self._tell("problem", f"{problem.what} {problem.next_step}")
        couriers = Couriers(self._host, self._say)
        alarms = Alarms(lambda name: duties.fire(name, alarms))
        for name, job in duties.jobs.items():
            alarms.add(name, job.schedule, duties.next_alarm(name))
        alarms.start()
        streams.start()
        couriers.start()
        try:
            self._watch(held, deadline, duties, streams, alarms)
        finally:
            ending.set()
            alarms.stop()
            streams.stop()
            couriers.stop()
            duties.wait(_ENDING_SECONDS)
            self._tell("ended", "Everything is written down.")

    def _watch(self, held: Held, deadline: float | None, duties: Duties, streams: Streams, alarms: Alarms) -> None:
        wall, steady = self._host.clock.now(), time.monotonic()
        while not self._stop.wait(_LOOK_SECONDS) and not _past(deadline):
            if not held.lasts():
                self._tell("lost", "The database ended the lock on the schedule; it is asked for again.")
                return
            moved = (self._host.clock.now() - wall).total_seconds() - (time.monotonic() - steady)
            wall, steady = self._host.clock.now(), time.monotonic()
            if abs(moved) > _JUMP_SECONDS:
                self._tell("clock", f"The clock moved by {moved:+.0f} s (or this machine slept).")
                for name in duties.jobs:
                    alarms.set(name, duties.next_alarm(name))
            try:
                streams.note()
            except KitError as error:
                self._tell("trouble", str(error))

    def _tell(self, event: str, sentence: str) -> None:
        self._say(Happening(self._host.clock.now(), f"host.{event}", "", sentence))


def _open(host: Host) -> None:
    """Open everything that threads will share, while there is one thread only."""
    host.problems.open()
    _ = host.timezone, host.network
    for row in list(host.table.loaded()):
        try:
            host.plugins.ready(row.name)
        except PluginFault:
            continue  # set aside, and a problem now


def _past(deadline: float | None) -> bool:
    return deadline is not None and time.monotonic() >= deadline


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
