"""Importing a plugin: in a thread of its own, within its time, and with its prints kept off stdout."""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, TextIO, TypeVar, cast

_Answer = TypeVar("_Answer")


class PluginFault(Exception):
    """Why a plugin is set aside, in one line; `late` where it did not answer in time."""

    def __init__(self, reason: str, *, late: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.late = late


class Patience(NamedTuple):
    """After how many seconds a plugin is called slow, and after how many it is given up."""

    warn: float = 10
    abandon: float = 60

    @classmethod
    def of(cls, env: Mapping[str, str]) -> Patience:
        """KIT_PLUGIN_TIMEOUT="10,60", or these."""
        try:
            warn, abandon = (float(part) for part in env.get("KIT_PLUGIN_TIMEOUT", "").split(","))
        except ValueError:
            return cls()
        return cls(warn, abandon)


def one_line(error: BaseException, folder: str | None = None) -> str:
    """An error as one line: its type, its words and, within the plugin's own files, where."""
    words = " ".join(str(error).split())
    text = f"{type(error).__name__}: {words}" if words else type(error).__name__
    where = ""
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if folder and file.startswith(folder):
            where = f" ({Path(file).name}, line {trace.tb_lineno})"
        trace = trace.tb_next
    return (text if len(text) <= 300 else f"{text[:299]}…") + where


def within(patience: Patience, name: str, work: Callable[[], _Answer]) -> _Answer:
    """What `work` answers, or the PluginFault it ends in. Plugins' own ways to end a program end only `work`."""
    answers: list[_Answer] = []
    faults: list[BaseException] = []

    def act() -> None:
        try:
            answers.append(work())
        except BaseException as error:  # noqa: BLE001 - SystemExit too: it is the plugin's fault, not its wish
            faults.append(error)

    thread = threading.Thread(target=act, name=f"kit plugin {name}", daemon=True)
    with _prints_to_stderr(thread):
        thread.start()
        thread.join(min(patience))
        if thread.is_alive() and patience.warn < patience.abandon:
            sys.stderr.write(f"Plugin {name} is taking long to load…\n")
            thread.join(patience.abandon - patience.warn)
    if thread.is_alive():
        raise PluginFault(f"did not answer within {patience.abandon:g} seconds", late=True)
    if faults:
        raise faults[0] if isinstance(faults[0], PluginFault) else PluginFault(one_line(faults[0]))
    return answers[0]


class _Routed:
    """stdout for everybody but one thread, which gets stderr."""

    def __init__(self, real: TextIO, thread: threading.Thread) -> None:
        self._real = real
        self._thread = thread

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.stderr if threading.current_thread() is self._thread else self._real, name)


@contextmanager
def _prints_to_stderr(thread: threading.Thread) -> Iterator[None]:
    real = sys.stdout
    sys.stdout = cast("TextIO", _Routed(real, thread))
    try:
        yield
    finally:
        if not thread.is_alive():  # one that was given up may still print at any time
            sys.stdout = real


class Importing:
    """Imports plugins' modules; remembers which folders it put on the search path for them."""

    def __init__(self) -> None:
        self._added: list[str] = []

    def module(self, dotted: str, folder: str | None, *, afresh: bool = False) -> ModuleType:
        """The imported module. `folder` is that of a drop-in plugin; `afresh` forgets earlier versions of it."""
        top = dotted.partition(".")[0]
        if folder is None or not any(Path(folder, name).exists() for name in (top, f"{top}.py")):
            return importlib.import_module(dotted)
        present = sys.modules.get(top)
        if present is not None and (afresh or not _is_inside(present, folder)):
            if not _is_inside(present, folder) and not _is_dropped_in(present):
                raise PluginFault(f"its package {top} is hidden by an installed one")
            for name in [name for name in sys.modules if name == top or name.startswith(f"{top}.")]:
                del sys.modules[name]
        importlib.invalidate_caches()
        sys.path.insert(0, folder)
        try:
            module = importlib.import_module(dotted)
        finally:
            sys.path.remove(folder)
        if not _is_inside(module, folder):
            raise PluginFault(f"its package {top} is hidden by an installed one")
        self.reach(folder)
        return module

    def reach(self, folder: str) -> None:
        """Make what is in a drop-in plugin's folder importable, behind everything that is installed."""
        if folder not in self._added:
            sys.path.append(folder)
            self._added.append(folder)
            _dropped_in.add(folder)

    def close(self) -> None:
        """Take the folders off the search path again."""
        for folder in self._added:
            if folder in sys.path:
                sys.path.remove(folder)
        self._added.clear()


_dropped_in: set[str] = set()


def _is_inside(module: ModuleType, folder: str) -> bool:
    places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
    return any(str(place).startswith(folder + os.sep) for place in places)


def _is_dropped_in(module: ModuleType) -> bool:
    return any(_is_inside(module, folder) for folder in _dropped_in)


def files_of(dotted: str) -> list[str]:
    """Every source file loaded so far of the package that `dotted` belongs to."""
    top = dotted.partition(".")[0]
    modules = [module for name, module in list(sys.modules.items()) if name == top or name.startswith(f"{top}.")]
    return sorted({file for module in modules if (file := getattr(module, "__file__", None))})
