"""How the process of a command ends."""

import os
import subprocess
import sys
from pathlib import Path

_END = """
import atexit, gc
atexit.register(lambda: print("looked at:", len(gc.get_objects())))
from kit.cli import main
main(["no-such-command"])
"""


def test_the_end_of_a_command_looks_for_no_rubbish_among_what_start_up_made(tmp_path: Path) -> None:
    env = {**os.environ, "KIT_HOME": str(tmp_path / "home"), "KIT_CACHE": str(tmp_path / "cache")}
    done = subprocess.run([sys.executable, "-c", _END], env=env, capture_output=True, encoding="utf-8", check=True)
    assert int(done.stdout.rpartition("looked at: ")[2]) < 1000
