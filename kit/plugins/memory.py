"""What is remembered of the plugins between two runs: one JSON file in the cache folder, replaced whole."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .discovery import Candidate, candidates, places
from .learning import Learnt
from .stamps import FORMAT, Stamps, read_table, stamps_of, still_true, table_file


@dataclass(slots=True)
class Memory:
    """The plugins that were found, and what each brings; `places` are where they were looked for."""

    found: list[Candidate]
    places: Stamps
    learnt: dict[str, Learnt] = field(default_factory=dict)
    outdated: dict[str, Learnt] = field(default_factory=dict)


def recall(home: Path, env: Mapping[str, str]) -> tuple[Memory, bool]:
    """What is known and still true, and whether that is all that was written down."""
    kept = read_table(home, env)
    if kept is None:
        return _look(home), False
    try:
        found = [Candidate.from_json(each) for each in kept[0]["found"]]
        learnt = {name: Learnt.from_json(each) for name, each in kept[0]["learnt"].items()}
        seen: Stamps = kept[0]["places"]
        fresh = {name: each for name, each in learnt.items() if still_true(each.files)}
        memory = Memory(found, seen, fresh) if still_true(seen) else _look(home)
    except (AttributeError, KeyError, TypeError, ValueError):
        return _look(home), False
    sources = {each.name: each.source for each in memory.found}
    memory.learnt = {name: each for name, each in fresh.items() if sources.get(name) == each.source}
    memory.outdated = {name: each for name, each in learnt.items() if name not in memory.learnt}
    return memory, memory.places is seen and not memory.outdated


def remember(memory: Memory, home: Path, env: Mapping[str, str]) -> None:
    """Write it down; a cache folder that cannot be written only makes the next start slower."""
    data = {
        "format": FORMAT,
        "home": str(home),
        "places": memory.places,
        "found": [each.to_json() for each in memory.found],
        "learnt": {name: each.to_json() for name, each in memory.learnt.items()},
    }
    file = table_file(home, env)
    fresh = file.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(data, separators=(",", ":")), encoding="utf-8")
        fresh.replace(file)
    except OSError:
        return


def _look(home: Path) -> Memory:
    found = candidates(home)
    return Memory(found, stamps_of(places(home, found)))
