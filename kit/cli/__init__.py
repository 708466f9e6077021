"""The terminal. `main` first tries the kept help pages, which need none of the libraries."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code: 0 done, 1 failed, 2 misuse, 3 done but with problems."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        if words == ["--version"]:
            from .. import __version__

            sys.stdout.write(f"kit {__version__}\n")
            return 0
        if "--help" in words or "-h" in words:
            from .help_cache import print_kept

            if print_kept(words, os.environ):
                return 0
        # Start-up makes many objects that stay: looking for rubbish among them would be a tenth of its time, and once
        # more at the end a fifth.
        gc.set_threshold(100_000, 10, 10)
        atexit.register(gc.freeze)
        from .app import run

        return run(words)
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted.\n")
        return 130
