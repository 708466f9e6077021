"""A sync that is killed, and syncs beside each other: a landing is whole or not there, nothing is lost or double."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from kit_portfolio_tracker.store.records import all_records, kept_positions, summed_positions
from kit_portfolio_tracker.store.tables import cursors, staged
from sqlalchemy import func, select

from kit import FixedClock
from kit.host import Host

if TYPE_CHECKING:
    from tests.portfolio.conftest import Scripts

    Make = Callable[..., Scripts]

CENT = Decimal("0.01")
RECORDS = 6_000
SYNC = (
    "import os, sys\n"
    "from datetime import datetime\n"
    "from kit import FixedClock\n"
    "from kit.cli.app import run\n"
    "clock = FixedClock(datetime.fromisoformat(sys.argv[1]))\n"
    "sys.exit(run(sys.argv[2].split(), env=dict(os.environ), clock=clock, out=sys.stdout, err=sys.stderr))\n"
)


def start(venue: Scripts, line: str) -> subprocess.Popen[str]:
    """The command in a process of its own, at the host's time."""
    words = [sys.executable, "-c", SYNC, venue.clock.now().isoformat(), line]
    env = {**os.environ, **venue.host.env}
    return subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


class Store:
    """What is in the store now, seen by another process than the one that syncs."""

    def __init__(self, venue: Scripts) -> None:
        host = Host(venue.host.home, env=venue.host.env, clock=FixedClock(venue.clock.now()))
        try:
            with host.store.read() as connection:
                self.ids = [record.id for record in all_records(connection)]
                self.kept = kept_positions(connection)
                self.summed = summed_positions(connection)
                self.staged = connection.scalar(select(func.count()).select_from(staged))
                self.waiting = connection.scalars(select(cursors.c.staged)).all()
        finally:
            host.close()

    def is_sound(self) -> bool:
        return self.kept == self.summed and len(self.ids) == len(set(self.ids))


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_killed_sync_leaves_a_whole_landing_or_none_and_the_next_goes_on(scripts: Make, store_url: str) -> None:
    venue = scripts("a", store=store_url)
    venue.say("a", holds={"BTC": "0.01"}, deposits=1)
    assert venue.cli("sync").code == 0
    venue.say("a", holds={"BTC": str(RECORDS * CENT)}, deposits=RECORDS, page=100, pause=0.02)
    resumed = False
    for number in range(8):
        walks = venue.asked("a", "history")
        child = start(venue, "sync")
        while venue.asked("a", "history") == walks and child.poll() is None:
            time.sleep(0.02)
        time.sleep(0.15 * number)
        child.kill()
        child.communicate()
        found = Store(venue)
        assert found.is_sound()
        assert len(found.ids) in (1, RECORDS)
        assert found.kept == {("a", "BTC"): CENT * len(found.ids)}
        resumed = resumed or bool(found.staged)
    assert resumed, "no kill hit a walk under way"
    last = start(venue, "sync")
    answer = last.communicate(timeout=120)[0]
    assert last.returncode == 0, answer
    found = Store(venue)
    assert found.is_sound()
    assert len(found.ids) == RECORDS
    assert found.kept == {("a", "BTC"): CENT * RECORDS}
    assert (found.staged, set(found.waiting)) == (0, {None})


def test_two_processes_that_sync_one_account_double_nothing(scripts: Make, store_url: str) -> None:
    venue = scripts("a", store=store_url)
    venue.say("a", holds={"BTC": "3"}, deposits=300, page=50, pause=0.1)
    pair = [start(venue, "sync") for _ in range(2)]
    answers = [child.communicate(timeout=60)[0] for child in pair]
    assert [child.returncode for child in pair] == [0, 0], answers
    found = Store(venue)
    assert found.is_sound()
    assert len(found.ids) == 300
    assert found.kept == {("a", "BTC"): Decimal(3)}
    assert sum(answer.count(" 300 ") for answer in answers) == 1, "one of them brought all of it"


def test_a_question_uses_what_another_process_fetched_meanwhile(scripts: Make) -> None:
    venue = scripts("a")
    venue.say("a", holds={"BTC": "0.01"}, deposits=1)
    venue.cli("sync")
    venue.clock.advance(timedelta(minutes=5))
    asked = venue.asked("a")
    venue.say("a", holds={"BTC": "0.2"}, deposits=20, page=1, pause=0.1)
    both = [start(venue, "portfolio") for _ in range(2)]
    answers = [child.communicate(timeout=60)[0] for child in both]
    assert [child.returncode for child in both] == [0, 0], answers
    assert all("$12,000.00" in answer for answer in answers), answers
    assert venue.asked("a") == asked + 1
