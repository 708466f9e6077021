"""`kit demo`: a home of its own, filled from the plugins' samples by the ordinary commands."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from ... import __version__
from ...errors import KitError, UsageError
from ...home import cache_folder
from ...replies import Heading, Reply, Text
from ..alone import alone
from ..app import SAMPLE_MARKER, sampled
from ..options import HelpWanted
from ..tree import parse_line

if TYPE_CHECKING:
    from ...hookspecs import Demo
    from ...host import Host

_OWN_REVISIONS = Path(__file__).parents[2] / "storage" / "revisions"
# What of the caller's environment the demo sees: nothing that configures K.I.T., but where and how it runs.
_PASSED_ON = frozenset({"KIT_CACHE", "KIT_LOAD_PLUGINS", "KIT_DEBUG"})


def demo(host: Host, *, words: tuple[str, ...] = ()) -> Reply:
    """Without words: prepare afresh and show. With words: that command line, in the demo's home."""
    if words[:1] == ("demo",):
        raise UsageError("The demo is running already.", next_step="Leave out the second “demo”.")
    folder = cache_folder(host.env) / "demo"
    try:
        with alone(folder.with_name("demo.lock")):
            if not words or not _is_current(folder, host):
                _prepare(folder, host)
    except OSError as error:
        raise KitError(
            f"The demo cannot be written to {folder}: {error.strerror or error}.",
            next_step="Set KIT_CACHE to a folder that you may write to.",
        ) from error
    with _open(folder, host) as inside:
        if words:
            return sampled(inside, _run(inside, words))
        return sampled(inside, _tour(inside))


def _tour(inside: Host) -> Reply:
    demos = _demos(inside)
    shown = [_run(inside, each.show) for each in demos]
    tries = [f"kit demo {line}" for each in demos for line in each.tries]
    after = (Heading("Try next", "👉"), Text("\n".join(tries), code=True)) if tries else ()
    first = shown[0]
    # The samples have problems on purpose (an asset without a price): showing them is no failure.
    failures = [reply.exit_code for reply in shown if reply.exit_code != 3]
    return replace(
        first,
        blocks=tuple(block for reply in shown for block in reply.blocks) + after,
        problems=tuple(problem for reply in shown for problem in reply.problems),
        exit_code=max(failures, default=0),
    )


def _run(inside: Host, words: Sequence[str], *, folder: Path | None = None) -> Reply:
    """What the command line `words` answers there; its wishes for the form of the answer go with it."""
    try:
        line = parse_line(inside.commands(), words, folder=folder)
    except HelpWanted as page:
        return Reply({"help": page.text}, (Text(page.text, code=True),))
    reply = inside.run(line.command.name, line.params)
    return replace(reply, meta={"output": line.output, **reply.meta})


def _prepare(folder: Path, host: Host) -> None:
    """Fill the demo's home; the marker is written last, so that half a home is never taken for one."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    with _open(folder, host) as inside:
        demos = _demos(inside)
        for each in demos:
            each.prepare(folder, inside)
    with _open(folder, host) as inside, host.progress.task("Preparing the demo", _steps(demos)) as task:
        for each in demos:
            for words in each.lines:
                reply = _run(inside, words, folder=folder)
                if reply.exit_code not in (0, 3):
                    raise KitError(f"The demo could not run “kit {' '.join(words)}”.", next_step="Run “kit doctor”.")
                task.advance()
    (folder / SAMPLE_MARKER).write_text(json.dumps(_stamp(host)), encoding="utf-8")


def _steps(demos: Sequence[Demo]) -> int:
    return sum(len(each.lines) for each in demos)


def _demos(inside: Host) -> list[Demo]:
    demos = [item for _, item in inside.call("kit_demo")]
    if not demos:
        raise KitError("No plugin brings a demo.", next_step="See “kit plugins list” for what is loaded.")
    return demos


def _is_current(folder: Path, host: Host) -> bool:
    try:
        return bool(json.loads((folder / SAMPLE_MARKER).read_text(encoding="utf-8")) == _stamp(host))
    except (OSError, ValueError):
        return False


def _stamp(host: Host) -> dict[str, Any]:
    return {"version": __version__, "day": host.clock.now().date().isoformat(), "tables": _tables(host)}


def _tables(host: Host) -> int:
    """A checksum of what makes the tables: those of another build of one version may be others."""
    folders = [_OWN_REVISIONS, *(each.directory for row in host.table.loaded() for each in row.migrations)]
    found = 0
    for file in (file for folder in folders for file in sorted(folder.glob("*.py"))):
        found = crc32(file.read_bytes(), found)
    return found


class _open:  # noqa: N801 - used like a keyword
    """The host of the demo's home, closed afterwards."""

    def __init__(self, folder: Path, host: Host) -> None:
        from ...host import Host as HostType

        env = {name: value for name, value in host.env.items() if not name.startswith("KIT_") or name in _PASSED_ON}
        self._host = HostType(folder, env=env, clock=host.clock, progress=host.progress)

    def __enter__(self) -> Host:
        return self._host

    def __exit__(self, *_: object) -> None:
        self._host.close()
