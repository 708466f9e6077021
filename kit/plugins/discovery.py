"""Which plugins there are: entry points of the group `kit`, and folders of the home. Imports none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .manifest import FILE, Manifest, ManifestError, read_manifest
from .requirements import unmet
from .rows import Needs
from .stamps import DROP_IN_FOLDERS, search_path

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

GROUP = "kit"
_OWN_DISTRIBUTION = "kit-host"
_ORDER = ("bundled", "installed", "folder")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plugin before it is loaded. `fault` and `unmet` are why it cannot be; "" where it can."""

    name: str
    version: str
    summary: str
    origin: str
    module: str
    folder: str | None
    manifest: str | None
    needs: Needs
    fault: str = ""
    unmet: str = ""

    @property
    def source(self) -> str:
        """What tells it from another plugin of its name."""
        return f"{self.module} {self.version} {self.folder or ''}"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Candidate:
        needs = data["needs"]
        return cls(**{**data, "needs": Needs(needs["kit"], tuple(needs["plugins"]), tuple(needs["packages"]))})


def candidates(home: Path) -> list[Candidate]:
    """Every plugin that can be seen, the bundled ones first, then by name."""
    found = [*_installed(home), *_dropped_in(home)]
    return sorted(found, key=lambda each: (each.origin != "bundled", each.name, _ORDER.index(each.origin)))


def places(home: Path, found: list[Candidate]) -> list[str]:
    """Every file and folder whose change may change what `candidates` answers."""
    watched = [os.path.abspath(entry) for entry in search_path(home)]  # noqa: PTH100 - entries may be no paths
    for kind in DROP_IN_FOLDERS:
        watched.append(str(home / kind))
        for folder in _folders(home / kind):
            watched += [str(folder), str(folder / FILE)]
            watched += [str(package) for package in folder.glob("kit_*")]
    return [*watched, *(each.manifest for each in found if each.manifest)]


def _installed(home: Path) -> Iterator[Candidate]:
    from importlib.metadata import entry_points

    seen: set[tuple[str, str]] = set()
    published: dict[Distribution | None, _Published] = {}
    for point in entry_points(group=GROUP):
        if (point.name, point.value) not in seen:
            seen.add((point.name, point.value))
            if point.dist not in published:
                published[point.dist] = _Published.of(point.dist)
            yield _from_entry_point(home, point, published[point.dist])


@dataclass(frozen=True, slots=True)
class _Published:
    """What a distribution says of itself; read once for all of its plugins."""

    own: bool = False
    version: str = ""
    summary: str = ""

    @classmethod
    def of(cls, distribution: Distribution | None) -> _Published:
        if distribution is None:
            return cls()
        about = distribution.metadata
        if about["Name"].lower().replace("_", "-") == _OWN_DISTRIBUTION:
            return cls(own=True, version=about["Version"])
        return cls(version=about["Version"], summary=str(about.json.get("summary", "")))


def _from_entry_point(home: Path, point: EntryPoint, published: _Published) -> Candidate:
    folder = _folder_of(home, point.module)
    file = folder / FILE if folder else None
    manifest, fault = _read(file) if file and file.is_file() else (Manifest(), "")
    if manifest.name and manifest.name != point.name:
        fault = f"{FILE} calls it “{manifest.name}”, its entry point “{point.name}”"
    return Candidate(
        name=point.name,
        version=manifest.version or published.version,
        summary=manifest.summary or published.summary,
        origin="bundled" if published.own else "installed",
        module=point.module,
        folder=None,
        manifest=str(file) if file else None,
        needs=manifest.needs,
        fault=fault,
        unmet=unmet(manifest.needs),
    )


def _folder_of(home: Path, module: str) -> Path | None:
    """The folder that holds `module`, found as the import system would, without importing its parents."""
    *parents, name = module.split(".")
    for entry in search_path(home):
        folder = Path(entry, *parents)
        if (folder / f"{name}.py").is_file():
            return folder.absolute()
        if (folder / name / "__init__.py").is_file():
            return (folder / name).absolute()
    return None


def _folders(parent: Path) -> list[Path]:
    try:
        return sorted(entry for entry in parent.iterdir() if entry.is_dir() and entry.name[0] not in "._")
    except OSError:
        return []


def _dropped_in(home: Path) -> Iterator[Candidate]:
    for kind in DROP_IN_FOLDERS:
        for folder in _folders(home / kind):
            yield from_folder(folder)


def from_folder(folder: Path) -> Candidate:
    """The plugin in a folder: its plugin.toml (also beside the module) and its import package."""
    file = next((path for path in (folder / FILE, *sorted(folder.glob(f"kit_*/{FILE}"))) if path.is_file()), None)
    manifest, fault = _read(file) if file else (Manifest(), f"its folder has no {FILE}")
    name = manifest.name or folder.name
    module = manifest.module or _module_in(folder, name)
    if not fault and not module:
        fault = f"its folder has no kit_{name.replace('-', '_')}/plugin.py, and {FILE} names no module"
    return Candidate(
        name=name,
        version=manifest.version,
        summary=manifest.summary,
        origin="folder",
        module=module,
        folder=str(folder),
        manifest=str(file) if file else None,
        needs=manifest.needs,
        fault=fault,
        unmet=unmet(manifest.needs),
    )


def _module_in(folder: Path, name: str) -> str:
    expected = f"kit_{name.replace('-', '_')}"
    packages = [path.parent.name for path in folder.glob("kit_*/plugin.py")]
    if expected in packages:
        return f"{expected}.plugin"
    return f"{packages[0]}.plugin" if len(packages) == 1 else ""


def _read(file: Path) -> tuple[Manifest, str]:
    try:
        return read_manifest(file), ""
    except ManifestError as error:
        return Manifest(), str(error)
