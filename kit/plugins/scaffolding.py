"""`kit plugins new`: the folder of a plugin that works, with tests that pass."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from string import Template

from .. import __version__
from ..errors import KitError, UsageError

_TEMPLATES = Path(__file__).with_name("templates")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def scaffold(kind: str, name: str, parent: Path, *, commands: Iterable[str] = (), plugins: Iterable[str] = ()) -> Path:
    """Write the plugin `name` ("skill" or "exchange") into a new folder of `parent`; answer that folder.

    Raises UsageError for a name that cannot be one or is taken.
    """
    _refuse_bad_name(name, kind, set(commands), set(plugins))
    folder = parent / name
    if folder.exists():
        raise UsageError(f"{folder} exists already.", next_step="Choose another name, or another --path.")
    python = name.replace("-", "_")
    values = {
        "name": name,
        "python": python,
        "package": f"kit_{python}",
        "title": " ".join(word.capitalize() for word in name.split("-")),
        "camel": "".join(word.capitalize() for word in name.split("-")),
        "kit": ".".join(__version__.split(".")[:2]),
    }
    try:
        for template in sorted((_TEMPLATES / kind).rglob("*.tmpl")):
            _write(template, template.relative_to(_TEMPLATES / kind), folder, values)
    except OSError as error:
        raise KitError(f"{folder} cannot be written: {error.strerror}.", next_step="Choose another --path.") from error
    return folder


def _write(template: Path, relative: Path, folder: Path, values: dict[str, str]) -> None:
    target = folder / Template(relative.as_posix().removesuffix(".tmpl").replace("PACKAGE", "$package")).substitute(
        values
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(Template(template.read_text(encoding="utf-8")).substitute(values), encoding="utf-8")


def _refuse_bad_name(name: str, kind: str, commands: set[str], plugins: set[str]) -> None:
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"“{name}” cannot be the name of a plugin.", next_step="Use small letters, digits and dashes: price-watch."
        )
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise UsageError(f"“{name}” is a word of Python's own.", next_step="Choose another name.")
    if name in plugins or f"kit_{name.replace('-', '_')}" in sys.modules:
        raise UsageError(f"There is a plugin called {name} already.", next_step="See “kit plugins list”.")
    if kind == "skill" and any(command.split()[0] == name for command in commands):
        raise UsageError(f"“kit {name}” is a command already.", next_step="Choose another name.")
