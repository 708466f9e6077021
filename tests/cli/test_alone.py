import subprocess
import sys
from pathlib import Path

import pytest

from kit.cli.alone import alone

HOLD = """\
import sys
from pathlib import Path
from kit.cli.alone import alone
with alone(Path(sys.argv[1])):
    print("in", flush=True)
    {}
"""
PIPE = subprocess.PIPE


def test_another_process_waits_until_we_are_done(tmp_path: Path) -> None:
    lock = tmp_path / "cache" / "x.lock"
    with alone(lock):
        other = subprocess.Popen([sys.executable, "-c", HOLD.format("pass"), str(lock)], stdout=PIPE)
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(timeout=0.7)
    out, _ = other.communicate(timeout=30)
    assert out.strip() == b"in"


def test_a_lock_ends_with_its_holder(tmp_path: Path) -> None:
    lock = tmp_path / "x.lock"
    held = subprocess.Popen([sys.executable, "-c", HOLD.format("input()"), str(lock)], stdin=PIPE, stdout=PIPE)
    assert held.stdout is not None
    assert held.stdout.readline().strip() == b"in"
    held.kill()
    held.communicate(timeout=30)
    with alone(lock):
        assert lock.exists()
