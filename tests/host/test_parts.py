"""A host's parts are opened once, whoever touches them first."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, RLock

from kit.host.parts import part


class _Owner:
    def __init__(self) -> None:
        self.opening = RLock()
        self.opened = 0

    @part
    def store(self) -> int:
        self.opened += 1
        number = self.opened
        time.sleep(0.02)
        return number

    @part
    def upon_it(self) -> int:
        return self.store + 10


def test_threads_that_touch_it_at_once_share_one() -> None:
    owner, together = _Owner(), Barrier(8)

    def touch() -> int:
        together.wait(20)
        return owner.upon_it

    with ThreadPoolExecutor(8) as threads:
        found = [each.result() for each in [threads.submit(touch) for _ in range(8)]]
    assert found == [11] * 8
    assert owner.opened == 1


def test_each_owner_has_its_own() -> None:
    first, second = _Owner(), _Owner()
    assert (first.store, first.store, second.store) == (1, 1, 1)
    assert isinstance(_Owner.store, part)
