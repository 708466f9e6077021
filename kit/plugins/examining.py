"""What a plugin's author has to do yet: the questions of `kit plugins check`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from ..clock import SystemClock
from ..commands import Command
from ..errors import UnknownName
from ..hookspecs import HOOKS, Migrations
from .choice import Choice
from .deriving import derive
from .discovery import Candidate, from_folder
from .learning import Learnt, learn
from .loading import Importing, Patience, one_line
from .manifest import FILE, ManifestError, read_manifest
from .rows import PluginRow, PluginTable, State

_PHRASES = "Correct it (docs/asking.md); until then no sentence means this command."


@dataclass(frozen=True, slots=True)
class Looked:
    """One thing that was looked at."""

    ok: bool
    what: str
    where: str = ""
    next_step: str = ""


def examine(
    target: str, table: PluginTable, host_commands: Iterable[Command], *, fault_of_phrases: Callable[[Command], str]
) -> list[Looked]:
    """Everything that can be told of a plugin, by its name or its folder. Loads it.

    `fault_of_phrases` says what is wrong with the phrases of a command, "" where nothing is.
    """
    folder = Path(target).expanduser()
    candidate = from_folder(folder.absolute()) if folder.is_dir() else _candidate(table, target)
    looked = list(_manifest(candidate))
    if candidate.fault or candidate.unmet:
        return [*looked, Looked(False, candidate.fault or candidate.unmet, candidate.name, "See docs/plugins.md.")]
    importing = Importing()
    try:
        known = learn(candidate, (), importing=importing, patience=Patience(), clock=SystemClock())
        looked += _brought(candidate, known, table, host_commands)
        if not known.reason:
            looked += _details(candidate, known, import_module(candidate.module))
            faults = ((command.name, fault_of_phrases(command)) for command in known.commands)
            looked += [
                Looked(False, f"{fault[:1].upper()}{fault[1:]}.", name, _PHRASES) for name, fault in faults if fault
            ]
    finally:
        importing.close()
    return looked


def _candidate(table: PluginTable, name: str) -> Candidate:
    row: PluginRow = next((row for row in table.rows if row.name == name), None) or _unknown(name, table)
    file = row.folder / FILE if row.folder else None
    return Candidate(
        name=row.name,
        version=row.version,
        summary=row.summary,
        origin=row.origin,
        module=row.module,
        folder=str(row.folder) if row.origin == "folder" else None,
        manifest=str(file) if file else None,
        needs=row.needs,
        fault=row.reason if row.state is State.BROKEN and not row.module else "",
    )


def _unknown(name: str, table: PluginTable) -> PluginRow:
    raise UnknownName("plugin or folder", name, [row.name for row in table.rows])


def _manifest(candidate: Candidate) -> Iterator[Looked]:
    if candidate.manifest is None or not Path(candidate.manifest).is_file():
        yield Looked(False, f"There is no {FILE}.", candidate.name, "Write one: name, version, summary.")
        return
    try:
        manifest = read_manifest(Path(candidate.manifest))
    except ManifestError as error:
        yield Looked(False, str(error), candidate.manifest, "Correct it.")
        return
    for field in ("name", "version", "summary"):
        if not getattr(manifest, field):
            yield Looked(False, f"{FILE} has no {field}.", candidate.manifest, f'Add {field} = "…".')
    if all((manifest.name, manifest.version, manifest.summary)):
        yield Looked(True, f"{FILE} says name, version and summary", candidate.manifest)
    if not manifest.needs.kit:
        yield Looked(
            False, f"{FILE} does not say which K.I.T. it needs.", candidate.manifest, 'Add [needs] kit = ">=0.1".'
        )
    yield from _folder(candidate)


def _folder(candidate: Candidate) -> Iterator[Looked]:
    if candidate.folder is None:
        return
    folder = Path(candidate.folder)
    if candidate.module.partition(".")[0][:4] != "kit_":
        yield Looked(
            False, f"The package {candidate.module.partition('.')[0]} does not start with kit_.", "", "Rename it."
        )
    tests = list(folder.glob("tests/**/test_*.py"))
    step = "" if tests else "Write one; kit.testing has the fixtures."
    found = f"{len(tests)} test {'file' if len(tests) == 1 else 'files'}" if tests else "It has no tests."
    yield Looked(bool(tests), found, str(folder / "tests"), step)


def _brought(
    candidate: Candidate, known: Learnt, table: PluginTable, host_commands: Iterable[Command]
) -> Iterator[Looked]:
    if known.reason:
        yield Looked(False, known.reason, candidate.module, "Correct it.")
        return
    others = [row for row in table.loaded() if row.name != candidate.name]
    taken = [*host_commands, *(command for row in others for command in row.commands)]
    row = derive([candidate], {candidate.name: known}, Choice(), taken).row(candidate.name)
    if row.state is State.BROKEN:
        yield Looked(False, row.reason, candidate.module, "Choose another name.")
    if known.commands and candidate.folder:
        there = (Path(candidate.folder) / "SKILL.md").is_file()
        step = "" if there else "Say in it what the skill does, and how to ask for it."
        yield Looked(there, "SKILL.md" if there else "There is no SKILL.md.", candidate.folder, step)
    if not known.hooks:
        yield Looked(False, "It implements no hook.", candidate.module, "Decorate its functions with @kit.hookimpl.")
    else:
        yield Looked(True, f"implements {', '.join(known.hooks)}", candidate.module)


def _details(candidate: Candidate, known: Learnt, module: ModuleType) -> Iterator[Looked]:
    for name in HOOKS:
        if inspect.isfunction(getattr(module, name, None)) and name not in known.hooks:
            yield Looked(False, f"{name} is not decorated.", candidate.module, "Put @hookimpl above it.")
    for command in known.commands:
        yield from _command(command)
    for section in known.settings:
        yield _resolved(section.model, f"the model of {section.path}", lambda model: hasattr(model, "model_validate"))
    for name, model in known.exchanges.items():
        if model:
            yield _resolved(model, f"the settings of {name}", lambda each: hasattr(each, "model_validate"))
    for branch in known.migrations:
        yield _tables(branch)


def _resolved(target: str, what: str, fits: Callable[[Any], bool]) -> Looked:
    module, _, name = target.partition(":")
    try:
        found = getattr(import_module(module), name)
    except BaseException as error:  # noqa: BLE001 - an author's module may raise anything
        return Looked(False, f"{what} cannot be imported: {one_line(error)}", target, "Correct the module or the path.")
    if not fits(found):
        return Looked(False, f"{what} is not a pydantic model.", target, "Derive it from pydantic.BaseModel.")
    return Looked(True, what, target)


def _command(command: Command) -> Iterator[Looked]:
    handler = _resolved(command.run, f"kit {command.name}", callable)
    yield handler
    if not handler.ok:
        return
    module, _, name = command.run.partition(":")
    function = getattr(import_module(module), name)
    given = {param.keyword: None for param in command.params}
    try:
        inspect.signature(function).bind(None, **given)
    except TypeError as error:
        words = ", ".join(["services", *given])
        yield Looked(
            False, f"kit {command.name}: its handler does not take ({words}): {error}", command.run, "Match them."
        )


def _tables(branch: Migrations) -> Looked:
    files = [path.read_text(encoding="utf-8") for path in Path(branch.directory).glob("*.py")]
    declared = [f'"{branch.head}"', f"'{branch.head}'"]
    if not any("revision" in text and any(head in text for head in declared) for text in files):
        what = f"No revision in {branch.directory} is called {branch.head}."
        return Looked(False, what, branch.branch, "Make `head` the id of the newest revision.")
    following = [text for text in files if any(f"down_revision = {head}" in text for head in declared)]
    if following:
        return Looked(
            False, f"{branch.head} is not the newest revision.", branch.branch, "Declare the newest as `head`."
        )
    return Looked(True, f"tables of {branch.branch} at {branch.head}", str(branch.directory))
